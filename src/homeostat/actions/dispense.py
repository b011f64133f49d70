"""Dispense: make one dose, or a day's total, of the products that can be had."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from homeostat.care.case.rules import too_much
from homeostat.care.dispensing import dispense as care
from homeostat.care.dispensing.dispense import Made, Stock, Wants
from homeostat.errors import DispensingError, InputError
from homeostat.facts import Facts, load
from homeostat.report.screen.dispensing import could_be_made


@dataclass(frozen=True)
class Dispensed:
    """How a dose is made, or why it cannot be and what could be instead.

    Attributes:
        mg: the dose that was asked for, or the daily total where times are given [mg].
        doses: each dose with its time, if one was given; empty where the amount cannot be made.
        near: the nearest amounts that can be made, below and above.
        ways_out: what would have to be allowed, and what it would then be made of.
    """

    mg: float
    stock: Stock
    doses: tuple[tuple[time | None, Made], ...]
    near: tuple[Made | None, Made | None] = (None, None)
    ways_out: tuple[tuple[str, Made], ...] = ()


def dispense(
    drug: str,
    mg: float,
    wants: Wants,
    *,
    larger_at: time | None = None,
    facts: Facts | None = None,
) -> Dispensed:
    """Return how a dose is made exactly, in tablets and millilitres.

    Args:
        wants: the market, the products, and what is allowed; with dose times `mg` is a daily total.
        larger_at: the time that gets the larger dose.

    Raises:
        InputError: no such drug, a product of another drug, or a dose that nobody takes.
        DispensingError: nothing of the drug can be had.
    """
    known = facts or load()
    name = known.drug(drug.strip().lower()).id
    if problem := too_much(mg, name, known):
        raise InputError(f"DOSE: {problem}")
    wants = replace(wants, named=tuple(product.strip().lower() for product in wants.named))
    _require_of_drug(wants.named, name, known)
    try:
        stock = care.stock_for(name, wants, known)
    except DispensingError as problem:
        more = could_be_made(care.ways_out(mg, name, wants, known), known)
        raise DispensingError(f"{problem}.{more}") from None
    doses = _doses(mg, stock, wants.dose_times, larger_at)
    if doses:
        return Dispensed(mg, stock, doses)
    below, above = (None if x is None else care.make(x, stock) for x in care.nearest(mg, stock))
    return Dispensed(mg, stock, (), (below, above), tuple(care.ways_out(mg, name, wants, known)))


def _doses(
    mg: float, stock: Stock, at: Sequence[time], larger_at: time | None
) -> tuple[tuple[time | None, Made], ...]:
    if not at:
        one = care.make(mg, stock)
        return ((None, one),) if one else ()
    spread = care.day(mg, stock, at, larger_at=larger_at)
    return tuple((d.time, made) for d in spread or () if (made := care.make(d.dose_mg, stock)))


def _require_of_drug(products: Sequence[str], drug: str, facts: Facts) -> None:
    for product in products:
        known = facts.products.get(product)
        if known is not None and known.drug != drug:
            raise InputError(f"--stock: {known.id} is a product of {known.drug}, not of {drug}")
