"""From the doses a way wishes for to doses that can be made: down to the nearest, never up, equal
neighbours as one.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from math import isfinite

from homeostat.care.dispensing.dispense import day, days, nearest
from homeostat.care.dispensing.stock import Stock
from homeostat.care.plan.records import PlannedDose, PlanStep
from homeostat.care.ways.start import Ideal
from homeostat.errors import DispensingError
from homeostat.language.quantity import mg_text

_SLIP = 1e-9


@dataclass(frozen=True)
class Held:
    """The same doses on every day for some days; None = for good."""

    doses: tuple[PlannedDose, ...]
    days: int | None

    def mg_per_day(self, drug: str) -> float:
        """Total of a drug on one day [mg/d]."""
        return sum(dose.dose_mg for dose in self.doses if dose.drug == drug)


@dataclass(frozen=True)
class Cupboard:
    """What the doses of a plan can be made of: the stock of each drug, all at the same dose times.

    Attributes:
        missing: drugs that were looked for and cannot be had, with the reason.
    """

    stocks: Mapping[str, Stock]
    route: str = "oral"
    missing: Mapping[str, str] = field(default_factory=dict)

    def totals(self, drug: str, up_to_mg: float) -> tuple[float, ...]:
        """Return nothing and all daily totals that can be made, ascending [mg/d]."""
        stock = self.stocks[drug]
        return (0.0, *days(stock, stock.dose_times, up_to_mg))

    def down(self, drug: str, mg: float) -> float:
        """Return the largest daily total that can be made and is not above a wish [mg/d]; 0 below
        the smallest.
        """
        totals = self.totals(drug, mg + _SLIP)
        return totals[bisect_right(totals, mg + _SLIP) - 1]

    def doses(
        self, drug: str, mg: float, before: Sequence[PlannedDose] = ()
    ) -> tuple[PlannedDose, ...]:
        """Return the doses of a day that can be made [mg/d], none of them above that of its time
        before, where that can be.

        Raises:
            DispensingError: the total cannot be made at these times; the nearest that can are
                named.
        """
        stock = self.stocks[drug]
        at_most: dict[time, float] = {}
        for dose in before:
            if dose.drug == drug:
                at_most[dose.time] = at_most.get(dose.time, 0.0) + dose.dose_mg
        falls = sum(at_most.values()) >= mg - _SLIP
        found = day(
            mg, stock, stock.dose_times, route=self.route, at_most=at_most if falls else None
        )
        if found is None:
            below, above = nearest(mg, stock)
            near = " or ".join(mg_text(dose) for dose in (below, above) if dose) or "nothing"
            raise DispensingError(
                f"{mg_text(mg)} of {drug} a day cannot be made of what can be had; near it: {near}."
                " `homeostat dispense` shows what would have to be allowed"
            )
        return found


def made(ideal: Ideal, cupboard: Cupboard, taken: Sequence[PlannedDose] = ()) -> tuple[Held, ...]:
    """Return an ideal as doses that can be made: each daily total goes down to the nearest, and
    equal neighbours become one.

    Args:
        taken: what is taken until then; no single dose rises above that of its time before it,
            where that can be.
    """
    found: list[Held] = []
    for wish in ideal:
        doses: list[PlannedDose] = []
        for drug, mg in wish.mg.items():
            total = cupboard.down(drug, mg)
            doses += (
                cupboard.doses(drug, total, found[-1].doses if found else taken)
                if total > 0
                else ()
            )
        held = Held(tuple(doses), int(wish.days) if isfinite(wish.days) else None)
        if found and found[-1].doses == held.doses:
            before = found.pop()
            assert before.days is not None
            held = Held(held.doses, None if held.days is None else before.days + held.days)
        found.append(held)
    return tuple(found)


def dated(held: tuple[Held, ...], first_day: date) -> tuple[PlanStep, ...]:
    """Return held doses as the steps of a plan, by the calendar from its first day."""
    steps, at = [], first_day
    for part in held:
        until = None if part.days is None else at + timedelta(days=part.days)
        steps.append(PlanStep(from_day=at, until=until, doses=part.doses))
        at = until or at
    return tuple(steps)
