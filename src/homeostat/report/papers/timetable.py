"""The plan as a paper shows it: stretches of days with the same doses, gaps said, overlaps added up as the model does.

All arithmetic is on local dates; no hours and no zones, so that no change of the clock can move, double or drop a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from homeostat.care.plan.records import Item, Plan, PlannedDose, PlanStep
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.language.quantity import number_text

ONE_DAY = timedelta(days=1)
OPEN_DAYS = 28
"""Days that are shown of a dose that goes on until somebody decides; then a new paper is due."""


@dataclass(frozen=True)
class Stretch:
    """Days with the same doses; `until` is the first day no longer, None if it goes on until somebody decides."""

    from_day: date
    until: date | None
    doses: tuple[PlannedDose, ...]
    drugs: tuple[str, ...]
    """All drugs of the plan, also those that are not taken on these days."""

    @property
    def days(self) -> int | None:
        """Number of days, None if open."""
        return None if self.until is None else (self.until - self.from_day).days

    def mg_per_day(self, drug: str) -> float:
        """Total of one drug on one day, without the noise of summing [mg/d]."""
        return float(
            sum((exact(dose.dose_mg) for dose in self.doses if dose.drug == drug), Decimal())
        )


def exact(number: float) -> Decimal:
    """Return a number as it was written, for sums that must come out even."""
    return Decimal(number_text(number))


def stretches(plan: Plan) -> tuple[Stretch, ...]:
    """Return the plan from its first day on, cut wherever a step begins or ends; a gap is a stretch without doses.

    The last stretch is open: after the last step nothing is taken, unless a step goes on.
    """
    edges = sorted(
        {day for step in plan.steps for day in (step.from_day, step.until) if day is not None}
    )
    drugs = plan.drugs
    order = {drug: number for number, drug in enumerate(drugs)}
    waiting = sorted(plan.steps, key=lambda step: step.from_day, reverse=True)
    active: list[PlanStep] = []
    found: list[Stretch] = []
    for edge, until in zip(edges, [*edges[1:], None], strict=True):
        while waiting and waiting[-1].from_day <= edge:
            active.append(waiting.pop())
        active = [step for step in active if step.until is None or edge < step.until]
        doses = [dose for step in active for dose in step.doses]
        ordered = tuple(sorted(doses, key=lambda dose: (dose.time, order[dose.drug])))
        if found and not ordered and not found[-1].doses:
            found[-1] = Stretch(found[-1].from_day, until, (), drugs)
        else:
            found.append(Stretch(edge, until, ordered, drugs))
    return tuple(found)


def settled_day(plan: Plan) -> date:
    """Return the last day before nothing changes any more: the last one with a dose, or the first of the dose that goes on."""
    edges = [step.until - ONE_DAY for step in plan.steps if step.until is not None]
    return max(
        [
            *edges,
            *(step.from_day for step in plan.steps if step.until is None and step.doses),
            first_day(plan),
        ]
    )


def last_day(plan: Plan) -> date:
    """Return the last day that papers show and count; of a dose that goes on until somebody decides, four weeks are shown."""
    last = stretches(plan)[-1]
    return last.from_day + (OPEN_DAYS - 1) * ONE_DAY if last.doses else settled_day(plan)


def first_day(plan: Plan) -> date:
    """Return the first day of the plan."""
    return min(step.from_day for step in plan.steps)


def each_day(plan: Plan) -> Iterator[tuple[date, Stretch]]:
    """Yield every day from the first to the last of the plan, with its stretch."""
    last = last_day(plan)
    for stretch in stretches(plan):
        day = stretch.from_day
        while day <= last and (stretch.until is None or day < stretch.until):
            yield day, stretch
            day += ONE_DAY


def times(plan: Plan) -> tuple[time, ...]:
    """Return all times of day at which anything is taken, in order."""
    return tuple(sorted({dose.time for step in plan.steps for dose in step.doses}))


def item_mg(item: Item, facts: Facts) -> Decimal:
    """Return how much drug so many tablets or millilitres hold [mg].

    Raises:
        InputError: tablets of a liquid, or millilitres of tablets.
    """
    product = facts.products[item.product]
    if (item.ml is None) != (product.strength_mg_per_ml is None):
        unit = "units" if product.strength_mg_per_ml is None else "ml"
        raise InputError(
            f"'{item.product}' is a {product.form}, so its amount must be given as '{unit}'"
        )
    return exact(item.amount) * exact(product.strength)


def contradictions(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """Return a sentence for each dose whose tablets or millilitres make another amount, or are of another drug."""
    found = []
    for number, step in enumerate(plan.steps, start=1):
        for dose in step.doses:
            where = f"steps[{number}], {dose.time:%H:%M}"
            others = {facts.products[item.product].drug for item in dose.items} - {dose.drug}
            if others:
                found.append(
                    f"{where}: the dose is of {dose.drug}, but its items are of {min(others)}"
                )
                continue
            made = sum((item_mg(item, facts) for item in dose.items), Decimal())
            if dose.items and made != exact(dose.dose_mg):
                found.append(
                    f"{where}: the dose is {number_text(dose.dose_mg)} mg, but its items make {number_text(float(made))} mg"
                )
    return tuple(found)


def taken(plan: Plan, from_day: date, until: date) -> dict[str, Decimal]:
    """Return how many units or millilitres of each product are taken in a window of days, counted day by day."""
    total: dict[str, Decimal] = {}
    for stretch in stretches(plan):
        begins = max(stretch.from_day, from_day)
        ends = until if stretch.until is None else min(stretch.until, until)
        days = (ends - begins).days
        if days <= 0:
            continue
        for dose in stretch.doses:
            for item in dose.items:
                total[item.product] = total.get(item.product, Decimal()) + days * exact(item.amount)
    return total
