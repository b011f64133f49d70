"""Dispense: whole-number search for the tablets and millilitres that make a dose exactly, or the word that nothing does.

Amounts are whole nanograms inside, so that a quarter of 0.25 mg is a number and nothing is ever rounded. Among the ways to make
a dose the first in this order is taken, each item as few as can be:

    1  a liquid to measure (where one is welcome: after 2)       5  different products
    2  cuts (a half is one, a quarter or three quarters two)     6  products that are not taken now
    3  cuts beyond the licence                                   7  products whose strength nobody has confirmed
    4  pieces to swallow or measure                              8  parts of each product, the last of the stock first

A liquid is so joined with tablets only where neither makes the dose alone. One dose is of immediate or of extended release, never both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from math import gcd

from homeostat.care.plan_records import Item, PlannedDose
from homeostat.care.stock import NG_PER_MG, UL_PER_ML, LeftOut, Part, Stock, Wants, relaxed, stock, stock_for, wants
from homeostat.errors import DispensingError, InputError
from homeostat.facts import Facts

__all__ = [
    "LeftOut",
    "Made",
    "Part",
    "Stock",
    "Wants",
    "day",
    "days",
    "doses",
    "make",
    "nearest",
    "stock",
    "stock_for",
    "wants",
    "ways_out",
]

DIGIT = 24
"""Bits of one place of a key: more parts than anybody can take."""
MOST_CELLS = 1 << 17
CUTS = {(0, 1): (0, 0), (0, 2): (0, 0), (1, 2): (1, 1), (0, 4): (0, 0), (1, 4): (2, 1), (2, 4): (1, 1), (3, 4): (2, 2)}
"""(parts left over, parts of a unit) to (cuts, pieces) of what is not a whole unit."""
RANKS = 7
"""Places of the key above the order of the stock."""


@dataclass(frozen=True)
class Made:
    """One single dose and what it is made of.

    Attributes:
        splits: cuts that must be made for it.
        pieces: tablets and parts to swallow; a measured volume is one.
        liquids: different liquids to measure.
    """

    drug: str
    dose_mg: float
    items: tuple[Item, ...]
    splits: int
    pieces: int
    liquids: int

    @property
    def products(self) -> tuple[str, ...]:
        """The products it is made of."""
        return tuple(item.product for item in self.items)


def make(dose_mg: float, stock: Stock) -> Made | None:
    """Return the best way to make one dose, or None if nothing makes it exactly.

    Args:
        dose_mg: the dose [mg]; read to the nanogram, so that noise of summing is no dose of its own.
        stock: what it may be made of.
    """
    ng = round(dose_mg * NG_PER_MG)
    return _made(ng, stock) if ng > 0 else None


def nearest(dose_mg: float, stock: Stock) -> tuple[float | None, float | None]:
    """Return the largest dose that can be made and is not above, and the smallest that is not below [mg].

    Both are the dose itself where it can be made. The first is None below the smallest part.
    """
    ng = round(dose_mg * NG_PER_MG)
    known = _feasible(stock, max(ng, 0) + min(part.ng for part in stock.parts))
    below = max((dose for dose in known if dose <= ng), default=None)
    above = min((dose for dose in known if dose >= ng), default=None)
    return _mg(below), _mg(above)


def doses(stock: Stock, up_to_mg: float) -> tuple[float, ...]:
    """Return all single doses that can be made, above zero and up to a dose, ascending [mg]."""
    return tuple(dose / NG_PER_MG for dose in _feasible(stock, round(up_to_mg * NG_PER_MG)))


def days(stock: Stock, times: Sequence[time], up_to_mg: float) -> tuple[float, ...]:
    """Return all daily totals that can be made from single doses at these times, above zero, ascending [mg/d]."""
    return _days(stock, len(times), round(up_to_mg * NG_PER_MG))


def day(
    mg_per_day: float, stock: Stock, times: Sequence[time], larger_at: time | None = None, route: str = "oral"
) -> tuple[PlannedDose, ...] | None:
    """Spread a daily total over the dose times, as even as can be made, and never change it.

    Even = least sum of squares of the doses; among equals the way that is made best, as for single doses. Times whose dose is zero
    are left out.

    Args:
        mg_per_day: the total [mg/d]; 0 gives no doses.
        stock: what doses may be made of.
        times: dose times, one to four.
        larger_at: the time that gets the largest dose; the last of the day otherwise, where sleepiness does least harm.
            The others follow from the latest to the earliest.
        route: how it is taken.

    Returns:
        the doses in the order of the day; None if the total cannot be made at these times.

    Raises:
        InputError: no time is given, or `larger_at` is none of them.
    """
    if not times:
        raise InputError("a daily dose needs at least one time of day")
    if larger_at is not None and larger_at not in times:
        raise InputError(f"{larger_at:%H:%M} is none of the dose times")
    parts = _spread(stock, round(mg_per_day * NG_PER_MG), len(times))
    if parts is None:
        return None
    order = sorted(times, key=lambda at: (at == larger_at, at), reverse=True)
    found = []
    for at, ng in zip(order, parts, strict=True):
        made = _made(ng, stock) if ng else None
        if made is not None:
            found.append(
                PlannedDose.model_construct(
                    drug=stock.drug, time=at, dose_mg=made.dose_mg, items=made.items, route=route, as_needed=False
                )
            )
    return tuple(sorted(found, key=lambda dose: dose.time))


def ways_out(dose_mg: float, drug: str, wants: Wants, facts: Facts) -> tuple[tuple[str, Made], ...]:
    """Return what else would have to be allowed to make a dose that cannot be made: each change alone, and the dose with it."""
    found: list[tuple[str, Made]] = []
    for change, other in relaxed(wants):
        try:
            made = make(dose_mg, stock_for(drug, other, facts))
        except DispensingError:
            continue
        if made is not None and all(made.items != known.items for _, known in found):
            found.append((change, made))
    return tuple(found)


def _mg(ng: int | None) -> float | None:
    return None if ng is None else ng / NG_PER_MG


def _pools(stock: Stock) -> tuple[tuple[tuple[int, Part], ...], ...]:
    """Return the parts, with their place in the stock, that may be joined in one dose."""
    numbered = tuple(enumerate(stock.parts))
    pools = (tuple(x for x in numbered if x[1].is_modified is modified) for modified in (False, True))
    return tuple(pool for pool in pools if pool)


@lru_cache(maxsize=256)
def _table(pool: tuple[tuple[int, Part], ...], prefers_liquid: bool, cells: int) -> tuple[int, int, tuple[int, ...]]:
    """Return the grain [ng], the key of what cannot be made, and the least key of every multiple of the grain.

    The knapsack by products: a cell is reached by the first part of a product, which pays for the product, or by a further one.
    A key holds the ranks and below them how many parts of each product are used, so that it says how the dose is made.
    """
    grain = gcd(*(part.ng for _, part in pool))
    places = 1 + max(index for index, _ in pool)
    never = 1 << (DIGIT * (places + RANKS + 1))
    best = [0] + [never] * cells
    for index, part in pool:
        size = part.ng // grain
        firsts = [(n * size, _key(part, index, n, places, prefers_liquid)) for n in range(1, part.per_unit + 1)]
        whole = part.per_unit * size
        two, one = (_key(part, index, n * part.per_unit, places, prefers_liquid) for n in (2, 1))
        further = two - one
        mine = [never] * (cells + 1)
        for step, key in firsts:
            for cell in range(step, cells + 1):
                if (found := best[cell - step] + key) < mine[cell]:
                    mine[cell] = found
        for cell in range(whole, cells + 1):
            if (found := mine[cell - whole] + further) < mine[cell]:
                mine[cell] = found
        best = [min(pair) for pair in zip(best, mine, strict=True)]
    return grain, never, tuple(best)


def _key(part: Part, index: int, n: int, places: int, prefers_liquid: bool) -> int:
    """Return the key of n smallest parts of one product."""
    wholes, rest = divmod(n, part.per_unit)
    cuts, pieces = CUTS[rest, part.per_unit]
    liquid = int(part.is_liquid)
    first = (cuts, liquid) if prefers_liquid else (liquid, cuts)
    ranks = (
        *first,
        0 if part.is_licensed else cuts,
        1 if part.is_liquid else wholes + pieces,
        1,
        int(not part.is_at_hand),
        int(not part.is_verified),
    )
    key = 0
    for rank in ranks:
        key = (key << DIGIT) | rank
    return (key << (DIGIT * places)) | (n << (DIGIT * index))


def _tables(stock: Stock, up_to_ng: int) -> list[tuple[int, int, int, tuple[int, ...]]]:
    """Return for each pool the number of its places, the grain, the impossible key and the keys, at least up to an amount."""
    found = []
    for pool in _pools(stock):
        grain = gcd(*(part.ng for _, part in pool))
        cells = 1 << max(6, (up_to_ng // grain).bit_length())
        if cells > MOST_CELLS:
            raise InputError(f"a dose of {up_to_ng / NG_PER_MG:g} mg of {stock.drug} is too large to be made up")
        found.append((1 + max(index for index, _ in pool), *_table(pool, stock.prefers_liquid, cells)))
    return found


@lru_cache(maxsize=65536)
def _best(ng: int, stock: Stock) -> tuple[int, int] | None:
    """Return the ranks of the best way to make an amount, and how many parts of each product it takes."""
    ways = []
    for places, grain, never, keys in _tables(stock, ng):
        cell, rest = divmod(ng, grain)
        if not rest and keys[cell] < never:
            ways.append((keys[cell] >> (DIGIT * places), keys[cell] & ((1 << (DIGIT * places)) - 1)))
    return min(ways, default=None)


@lru_cache(maxsize=65536)
def _made(ng: int, stock: Stock) -> Made | None:
    best = _best(ng, stock)
    if best is None:
        return None
    counts = [best[1] >> (DIGIT * index) & ((1 << DIGIT) - 1) for index in range(len(stock.parts))]
    used = [(part, n) for part, n in zip(stock.parts, counts, strict=True) if n]
    fractions = [
        (n // part.per_unit, *CUTS[n % part.per_unit, part.per_unit]) for part, n in used if not part.is_liquid
    ]
    liquids = sum(part.is_liquid for part, _ in used)
    return Made(
        stock.drug,
        ng / NG_PER_MG,
        tuple(_item(part, n) for part, n in used),
        splits=sum(cuts for _, cuts, _ in fractions),
        pieces=liquids + sum(wholes + pieces for wholes, _, pieces in fractions),
        liquids=liquids,
    )


def _item(part: Part, n: int) -> Item:
    if part.is_liquid:
        return Item.model_construct(product=part.product, units=None, ml=n * part.step_ul / UL_PER_ML)
    return Item.model_construct(product=part.product, units=n / part.per_unit, ml=None)


@lru_cache(maxsize=1024)
def _feasible(stock: Stock, up_to_ng: int) -> tuple[int, ...]:
    """Return all amounts that one dose can have, above zero, ascending [ng]."""
    found: set[int] = set()
    for _, grain, never, keys in _tables(stock, up_to_ng):
        found |= {cell * grain for cell in range(1, up_to_ng // grain + 1) if keys[cell] < never}
    return tuple(sorted(found))


@lru_cache(maxsize=1024)
def _days(stock: Stock, times: int, up_to_ng: int) -> tuple[float, ...]:
    single = _feasible(stock, up_to_ng)
    if len(_pools(stock)) == 1 or times == 1:  # what can be made of one pool adds up to what can be made of it
        return tuple(ng / NG_PER_MG for ng in single) if times else ()
    totals = {0}
    for _ in range(times):
        totals |= {total + ng for total in totals for ng in single if total + ng <= up_to_ng}
    return tuple(total / NG_PER_MG for total in sorted(totals) if total)


@lru_cache(maxsize=65536)
def _spread(stock: Stock, total_ng: int, times: int) -> tuple[int, ...] | None:
    """Return the most even doses [ng] with this total, largest first; the ranks of the doses decide among equals."""
    if total_ng == 0:
        return (0,) * times
    if total_ng < 0 or (times == 1 and _best(total_ng, stock) is None):
        return None
    if times == 1:
        return (total_ng,)
    found: tuple[int, int, tuple[int, ...]] | None = None
    for largest in _feasible(stock, total_ng):
        if largest * times < total_ng:
            continue
        if found and largest**2 * (times - 1) + (total_ng - largest) ** 2 > found[0] * (times - 1):
            break
        rest = _spread(stock, total_ng - largest, times - 1)
        if rest is None:
            continue
        parts = tuple(sorted((largest, *rest), reverse=True))
        ranks = sum(best[0] for ng in parts if ng and (best := _best(ng, stock)))
        way = sum(ng**2 for ng in parts), ranks, parts
        found = way if found is None or way < found else found
    return found and found[2]
