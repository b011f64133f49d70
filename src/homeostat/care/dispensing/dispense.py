"""Dispense: whole-number search for the tablets and millilitres that make a dose exactly, or the
word that nothing does.

Amounts are whole nanograms inside, so that a quarter of 0.25 mg is a number and nothing is ever
rounded. Among the ways to make a dose the first in this order is taken, each item as few as can be:

    1  a liquid to measure (where one is welcome: after 2)       6  different products
    2  cuts (a half is one, a quarter or three quarters two)     7  products that are not taken now
    3  cuts beyond the licence                                   8  products whose strength nobody
    has confirmed 4  pieces to take (10 mL, or 10 drops, at once)              9  parts of each
    product, the last of the stock first 5  volumes measured twice or more often

A liquid is so joined with tablets only where neither makes the dose alone. One dose is of immediate
or of extended release, never both.
"""

from homeostat.care.dispensing.knapsack import Made, feasible, made
from homeostat.care.dispensing.spread import day, days
from homeostat.care.dispensing.stock import (
    NG_PER_MG,
    LeftOut,
    Part,
    Stock,
    Wants,
    relaxed,
    stock,
    stock_for,
    wants,
)
from homeostat.errors import DispensingError
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


def make(dose_mg: float, stock: Stock) -> Made | None:
    """Return the best way to make one dose, or None if nothing makes it exactly.

    Args:
        dose_mg: the dose [mg]; read to the nanogram, so that noise of summing is no dose of its
            own.
        stock: what it may be made of.
    """
    ng = round(dose_mg * NG_PER_MG)
    return made(ng, stock) if ng > 0 else None


def nearest(dose_mg: float, stock: Stock) -> tuple[float | None, float | None]:
    """Return the largest dose that can be made and is not above, and the smallest that is not below
    [mg].

    Both are the dose itself where it can be made. The first is None below the smallest part.
    """
    ng = round(dose_mg * NG_PER_MG)
    known = feasible(stock, max(ng, 0) + min(part.ng for part in stock.parts))
    below = max((dose for dose in known if dose <= ng), default=None)
    above = min((dose for dose in known if dose >= ng), default=None)
    return _mg(below), _mg(above)


def doses(stock: Stock, up_to_mg: float) -> tuple[float, ...]:
    """Return all single doses that can be made, above zero and up to a dose, ascending [mg]."""
    return tuple(dose / NG_PER_MG for dose in feasible(stock, round(up_to_mg * NG_PER_MG)))


def ways_out(dose_mg: float, drug: str, wants: Wants, facts: Facts) -> tuple[tuple[str, Made], ...]:
    """Return what else would have to be allowed to make a dose that cannot be made: each change
    alone, and the dose with it.
    """
    found: list[tuple[str, Made]] = []
    for change, other in relaxed(wants):
        try:
            way = make(dose_mg, stock_for(drug, other, facts))
        except DispensingError:
            continue
        if way is not None and all(way.items != known.items for _, known in found):
            found.append((change, way))
    return tuple(found)


def _mg(ng: int | None) -> float | None:
    return None if ng is None else ng / NG_PER_MG
