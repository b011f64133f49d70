"""Knapsack: the search behind dispensing, in whole nanograms, by dynamic programming over products.

A cell of the table is an amount. Its key says at once how good the best way is and how many parts
of each product it takes, so that keys add up as doses do, the smallest key is the best way, and no
way need be traced back. The order is that of `dispense`.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import gcd

from homeostat.care.dispensing.stock import NG_PER_MG, UL_PER_ML, Part, Stock
from homeostat.care.plan.records import Item
from homeostat.errors import InputError

DIGIT = 24
"""Bits of one place of a key: more parts than anybody can take."""
MOST_CELLS = 1 << 17
CUTS = {
    (0, 1): (0, 0),
    (0, 2): (0, 0),
    (1, 2): (1, 1),
    (0, 4): (0, 0),
    (1, 4): (2, 1),
    (2, 4): (1, 1),
    (3, 4): (2, 2),
}
"""(parts left over, parts of a unit) to (cuts, pieces) of what is not a whole unit."""
RANKS = 8
"""Places of the key above the order of the stock."""


@dataclass(frozen=True)
class Made:
    """One single dose and what it is made of.

    Attributes:
        splits: cuts that must be made for it.
        pieces: tablets and parts to swallow; of a liquid as many as it must be measured or counted
            (`choice:measured-at-once`).
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


def pools(stock: Stock) -> tuple[tuple[tuple[int, Part], ...], ...]:
    """Return the parts, with their place in the stock, that may be joined in one dose."""
    numbered = tuple(enumerate(stock.parts))
    pools = (
        tuple(x for x in numbered if x[1].is_modified is modified) for modified in (False, True)
    )
    return tuple(pool for pool in pools if pool)


@lru_cache(maxsize=256)
def _table(
    pool: tuple[tuple[int, Part], ...], prefers_liquid: bool, cells: int
) -> tuple[int, int, tuple[int, ...]]:
    """Return the grain [ng], the key of what cannot be made, and the least key of every multiple of
    the grain.

    The knapsack by products: a cell is reached by the first part of a product, which pays for the
        product, or by a further one.
    A key holds the ranks and below them how many parts of each product are used, so that it says
    how the dose is made.
    """
    grain = gcd(*(part.ng for _, part in pool))
    places = 1 + max(index for index, _ in pool)
    never = 1 << (DIGIT * (places + RANKS + 1))
    best = [0] + [never] * cells
    for index, part in pool:
        size = part.ng // grain
        firsts = [
            (n * size, _key(part, index, n, places, prefers_liquid))
            for n in range(1, part.per_unit + 1)
        ]
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
    cuts, pieces = _work(part, n)
    liquid = int(part.is_liquid)
    first = (cuts, liquid) if prefers_liquid else (liquid, cuts)
    ranks = (
        *first,
        0 if part.is_licensed else cuts,
        pieces,
        pieces - 1 if part.is_liquid else 0,
        1,
        int(not part.is_at_hand),
        int(not part.is_verified),
    )
    key = 0
    for rank in ranks:
        key = (key << DIGIT) | rank
    return (key << (DIGIT * places)) | (n << (DIGIT * index))


def _work(part: Part, n: int) -> tuple[int, int]:
    """Return the cuts and the pieces of n smallest parts of one product."""
    wholes, rest = divmod(n, part.per_unit)
    if part.is_liquid:
        return 0, wholes + bool(rest)
    cuts, pieces = CUTS[rest, part.per_unit]
    return cuts, wholes + pieces


def _tables(stock: Stock, up_to_ng: int) -> list[tuple[int, int, int, tuple[int, ...]]]:
    """Return for each pool the number of its places, the grain, the impossible key and the keys, at
    least up to an amount.
    """
    found = []
    for pool in pools(stock):
        grain = gcd(*(part.ng for _, part in pool))
        cells = 1 << max(6, (up_to_ng // grain).bit_length())
        if cells > MOST_CELLS:
            raise InputError(
                f"a dose of {up_to_ng / NG_PER_MG:g} mg of {stock.drug} is too large to be made up"
            )
        found.append(
            (1 + max(index for index, _ in pool), *_table(pool, stock.prefers_liquid, cells))
        )
    return found


@lru_cache(maxsize=65536)
def best_way(ng: int, stock: Stock) -> tuple[int, int] | None:
    """Return the ranks of the best way to make an amount, and how many parts of each product it
    takes.
    """
    ways = []
    for places, grain, never, keys in _tables(stock, ng):
        cell, rest = divmod(ng, grain)
        if not rest and keys[cell] < never:
            ways.append(
                (keys[cell] >> (DIGIT * places), keys[cell] & ((1 << (DIGIT * places)) - 1))
            )
    return min(ways, default=None)


@lru_cache(maxsize=65536)
def made(ng: int, stock: Stock) -> Made | None:
    """Return the best way to make an amount above zero; None if nothing makes it exactly."""
    best = best_way(ng, stock)
    if best is None:
        return None
    counts = [best[1] >> (DIGIT * index) & ((1 << DIGIT) - 1) for index in range(len(stock.parts))]
    used = [(part, n) for part, n in zip(stock.parts, counts, strict=True) if n]
    work = [_work(part, n) for part, n in used]
    return Made(
        stock.drug,
        ng / NG_PER_MG,
        tuple(_item(part, n) for part, n in used),
        splits=sum(cuts for cuts, _ in work),
        pieces=sum(pieces for _, pieces in work),
        liquids=sum(part.is_liquid for part, _ in used),
    )


def _item(part: Part, n: int) -> Item:
    if part.is_liquid:
        return Item(product=part.product, ml=n * part.step_ul / UL_PER_ML)
    return Item(product=part.product, units=n / part.per_unit)


@lru_cache(maxsize=1024)
def feasible(stock: Stock, up_to_ng: int) -> tuple[int, ...]:
    """Return all amounts that one dose can have, above zero, ascending [ng]."""
    found: set[int] = set()
    for _, grain, never, keys in _tables(stock, up_to_ng):
        found |= {cell * grain for cell in range(1, up_to_ng // grain + 1) if keys[cell] < never}
    return tuple(sorted(found))
