"""Schedule: a plan cut once into stretches of equal days; the check, the model and the papers read
the same stretches.

All arithmetic is on local dates, without hours or zones, so a change of the clock cannot move,
double or drop a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal

from homeostat.care.plan.records import Plan, PlannedDose, PlanStep
from homeostat.language.quantity import number_text

ONE_DAY = timedelta(days=1)
OPEN_DAYS = 28
"""Days that papers show of a dose that goes on until somebody decides; then a new paper is due [d].
"""


@dataclass(frozen=True)
class Stretch:
    """Days with the same doses.

    Attributes:
        from_day: the first day.
        until: the first day no longer; None if the doses go on until somebody decides.
        doses: all doses of one day, in the order of their times, then of the plan's drugs.
        drugs: all drugs of the plan, also those that are not taken on these days.
    """

    from_day: date
    until: date | None
    doses: tuple[PlannedDose, ...]
    drugs: tuple[str, ...]

    @property
    def days(self) -> int | None:
        """Number of days, None if open."""
        return None if self.until is None else (self.until - self.from_day).days

    def mg_per_day(self, drug: str) -> float:
        """Total of one drug on one day, added up in decimals, so that 0.1 and 0.2 make 0.3
        [mg/d].
        """
        return float(
            sum((exact(dose.dose_mg) for dose in self.doses if dose.drug == drug), Decimal())
        )


@dataclass(frozen=True)
class Schedule:
    """A plan from its first day on, cut wherever a step begins or ends; a gap is a stretch without
    doses.

    Overlapping steps add up, as in the model. The last stretch is open: after the last step nothing
    is taken, unless a step goes on.

    Attributes:
        first_day: the first day of any step.
        settled_day: the last day with a dose, or the first day of a dose that goes on; nothing
            changes after it.
    """

    stretches: tuple[Stretch, ...]
    first_day: date
    settled_day: date

    @property
    def last(self) -> Stretch:
        """What holds after the last change."""
        return self.stretches[-1]

    @property
    def drugs(self) -> tuple[str, ...]:
        """All drugs of the plan."""
        return self.last.drugs

    @property
    def last_day(self) -> date:
        """The last day that papers show and count; of a dose that goes on, `OPEN_DAYS` are
        shown.
        """
        if self.last.doses:
            return self.last.from_day + (OPEN_DAYS - 1) * ONE_DAY
        return self.settled_day

    @property
    def times(self) -> tuple[time, ...]:
        """All times of day at which anything is taken, in order."""
        return tuple(sorted({dose.time for row in self.stretches for dose in row.doses}))

    def each_day(self, until: date | None = None) -> Iterator[tuple[date, Stretch]]:
        """Yield every day with its stretch, up to `until`; default through `last_day`."""
        end = self.last_day + ONE_DAY if until is None else until
        for stretch in self.stretches:
            day = stretch.from_day
            while day < end and (stretch.until is None or day < stretch.until):
                yield day, stretch
                day += ONE_DAY

    def within(self, from_day: date, until: date) -> tuple[Stretch, ...]:
        """Return the stretches of a window of days, cut to the window."""
        return tuple(
            replace(
                row,
                from_day=max(row.from_day, from_day),
                until=until if row.until is None else min(row.until, until),
            )
            for row in self.stretches
            if row.from_day < until and (row.until is None or row.until > from_day)
        )

    def taken(self, from_day: date, until: date) -> dict[str, Decimal]:
        """Return how much of each product is taken in a window of days [units, or mL]."""
        total: dict[str, Decimal] = {}
        for row in self.within(from_day, until):
            for item in (item for dose in row.doses for item in dose.items):
                total[item.product] = total.get(item.product, Decimal()) + (row.days or 0) * exact(
                    item.amount
                )
        return total


def schedule(plan: Plan) -> Schedule:
    """Return a plan cut into stretches of equal days."""
    drugs = plan.drugs
    order = {drug: number for number, drug in enumerate(drugs)}
    edges = sorted(
        {day for step in plan.steps for day in (step.from_day, step.until) if day is not None}
    )
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
            found[-1] = replace(found[-1], until=until)
        else:
            found.append(Stretch(edge, until, ordered, drugs))
    first = min(step.from_day for step in plan.steps)
    return Schedule(tuple(found), first, _settled_day(plan, first))


def _settled_day(plan: Plan, first: date) -> date:
    ends = [step.until - ONE_DAY for step in plan.steps if step.until is not None]
    goes_on = [step.from_day for step in plan.steps if step.until is None and step.doses]
    return max([*ends, *goes_on, first])


def exact(number: float) -> Decimal:
    """Return a number as it was written, for sums that must come out even."""
    return Decimal(number_text(number))
