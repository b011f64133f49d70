"""Spread: a daily total over the dose times, evenly, made of what there is, and never changed."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import time
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement
from math import ceil, floor

from homeostat.care.dispensing.knapsack import best_way, feasible, made, pools
from homeostat.care.dispensing.stock import MOST_TIMES, NG_PER_MG, Stock
from homeostat.care.plan.records import PlannedDose
from homeostat.errors import InputError
from homeostat.language.quantity import Milligrams

NEAREST = 24
"""Amounts tried for one dose of a day that must not rise: a range of a few tablets, or some
millilitres, about the even share.
"""


def days(stock: Stock, times: Sequence[time], up_to_mg: float) -> tuple[float, ...]:
    """Return all daily totals that can be made from single doses at these times, above zero,
    ascending [mg/d].
    """
    return _days(stock, len(times), round(up_to_mg * NG_PER_MG))


def day(
    mg_per_day: float,
    stock: Stock,
    times: Sequence[time],
    larger_at: time | None = None,
    route: str = "oral",
    at_most: Mapping[time, float] | None = None,
) -> tuple[PlannedDose, ...] | None:
    """Spread a daily total over the dose times, evenly, and never change it.

    Doses that differ from their mean by no more than `stock.uneven` are even enough: among these
    ways the one that is made best, by the order for single doses, then the most even. Where there
    is no such way, the most even one: the least sum of squares. Times whose dose is zero are left
        out.

    Args:
        mg_per_day: the total [mg/d]; 0 gives no doses.
        stock: what doses may be made of.
        times: dose times, one to four.
        larger_at: the time that gets the largest dose; the last of the day otherwise, where
            sleepiness does least harm. The others follow from the latest to the earliest.
        route: how it is taken.
        at_most: what each time may get at most [mg], such as what it got the day before: where the
            total can be spread under that, no single dose rises; where it cannot, it is spread as
            without.

    Returns:
        the doses in the order of the day; None if the total cannot be made at these times.

    Raises:
        InputError: no time is given, or `larger_at` is none of them.
    """
    if not times:
        raise InputError("a daily dose needs at least one time of day")
    if larger_at is not None and larger_at not in times:
        raise InputError(f"{larger_at:%H:%M} is none of the dose times")
    total = round(mg_per_day * NG_PER_MG)
    parts = _even_enough(stock, total, len(times)) or _spread(stock, total, len(times))
    if parts is None:
        return None
    order = sorted(times, key=lambda at: (at == larger_at, at), reverse=True)
    if at_most is not None:
        order, parts = _no_higher(stock, total, order, parts, at_most)
    found = []
    for at, ng in zip(order, parts, strict=True):
        way = made(ng, stock) if ng else None
        if way is not None:
            found.append(
                PlannedDose(
                    drug=stock.drug,
                    time=at,
                    dose_mg=Milligrams(way.dose_mg),
                    items=way.items,
                    route=route,
                )
            )
    return tuple(sorted(found, key=lambda dose: dose.time))


def _no_higher(
    stock: Stock,
    total_ng: int,
    order: list[time],
    parts: tuple[int, ...],
    at_most: Mapping[time, float],
) -> tuple[list[time], tuple[int, ...]]:
    """Return times and doses so that no time gets more than it may; as they came where there is no
    such way.
    """
    tops = [round(at_most.get(at, 0.0) * NG_PER_MG) for at in order]
    if all(part <= top for part, top in zip(parts, tops, strict=True)):
        return order, parts
    widest = sorted(range(len(order)), key=lambda i: -tops[i])
    there, limits = [order[i] for i in widest], tuple(tops[i] for i in widest)
    if all(part <= top for part, top in zip(parts, limits, strict=True)):
        return there, parts
    under = _under(stock, total_ng, limits)
    return (order, parts) if under is None else (there, under[2])


@lru_cache(maxsize=65536)
def _under(
    stock: Stock, total_ng: int, limits: tuple[int, ...]
) -> tuple[int, int, tuple[int, ...]] | None:
    """Return the most even doses [ng], each at most its limit: (sum of squares, ranks, doses); None
    if there are none.

    Of the amounts that can be made only the NEAREST to an even share are tried for each dose.
    """
    if total_ng > sum(limits) or total_ng < 0:
        return None
    if len(limits) == 1:
        best = best_way(total_ng, stock) if total_ng else None
        if total_ng and best is None:
            return None
        return total_ng**2, best[0] if best else 0, (total_ng,)
    even = total_ng / len(limits)
    known = [ng for ng in (0, *feasible(stock, total_ng)) if ng <= limits[0]]
    found: tuple[int, int, tuple[int, ...]] | None = None
    for ng in sorted(known, key=lambda ng: abs(ng - even))[:NEAREST]:
        rest = _under(stock, total_ng - ng, limits[1:])
        if rest is not None:
            rank = best_way(ng, stock) if ng else None
            way = ng**2 + rest[0], (rank[0] if rank else 0) + rest[1], (ng, *rest[2])
            found = way if found is None or way < found else found
    return found


@lru_cache(maxsize=1024)
def _days(stock: Stock, times: int, up_to_ng: int) -> tuple[float, ...]:
    single = feasible(stock, up_to_ng)
    if (
        len(pools(stock)) == 1 or times == 1
    ):  # what can be made of one pool adds up to what can be made of it
        return tuple(ng / NG_PER_MG for ng in single) if times else ()
    totals = {0}
    for _ in range(times):
        totals |= {total + ng for total in totals for ng in single if total + ng <= up_to_ng}
    return tuple(total / NG_PER_MG for total in sorted(totals) if total)


Parts = tuple[int, int, tuple[int, ...]]
"""Ranks of some doses, sum of their squares, and the doses, largest first [ng]."""


@lru_cache(maxsize=65536)
def _even_enough(stock: Stock, total_ng: int, times: int) -> tuple[int, ...] | None:
    """Return the doses [ng] that are made best among those near their mean, largest first; None if
    there are none.
    """
    if total_ng <= 0 or not 2 <= times <= MOST_TIMES:
        return None
    known, room = feasible(stock, total_ng), Fraction(str(stock.uneven)) * total_ng
    low = bisect_left(known, ceil((total_ng - room) / times))
    near = known[low : bisect_right(known, floor((total_ng + room) / times))]
    one: dict[int, Parts] = {
        ng: (best[0], ng**2, (ng,)) for ng in near if (best := best_way(ng, stock))
    }
    two = one if times == 2 else _joined(one)
    ways = [
        _join(way, other)
        for ng, way in two.items()
        if (other := (one if times == 3 else two).get(total_ng - ng))
    ]
    return min(ways)[2] if ways else None


def _joined(ways: dict[int, Parts]) -> dict[int, Parts]:
    """Return for each sum of two amounts the best way to have it."""
    found: dict[int, Parts] = {}
    for (one, way), (other, more) in combinations_with_replacement(ways.items(), 2):
        both = _join(way, more)
        if one + other not in found or both < found[one + other]:
            found[one + other] = both
    return found


def _join(one: Parts, other: Parts) -> Parts:
    return one[0] + other[0], one[1] + other[1], tuple(sorted((*one[2], *other[2]), reverse=True))


@lru_cache(maxsize=65536)
def _spread(stock: Stock, total_ng: int, times: int) -> tuple[int, ...] | None:
    """Return the most even doses [ng] with this total, largest first; the ranks of the doses decide
    among equals.
    """
    if total_ng == 0:
        return (0,) * times
    if total_ng < 0 or (times == 1 and best_way(total_ng, stock) is None):
        return None
    if times == 1:
        return (total_ng,)
    found: tuple[int, int, tuple[int, ...]] | None = None
    for largest in feasible(stock, total_ng):
        if largest * times < total_ng:
            continue
        if found and largest**2 * (times - 1) + (total_ng - largest) ** 2 > found[0] * (times - 1):
            break
        rest = _spread(stock, total_ng - largest, times - 1)
        if rest is None:
            continue
        parts = tuple(sorted((largest, *rest), reverse=True))
        ranks = sum(best[0] for ng in parts if ng and (best := best_way(ng, stock)))
        way = sum(ng**2 for ng in parts), ranks, parts
        found = way if found is None or way < found else found
    return found and found[2]
