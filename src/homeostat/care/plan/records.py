"""A plan as it runs: what is taken from which day on, made of what, for whom, by whom, and from
which facts.

Clinical nonsense (a dose that rises, a gap, an overlap) can stand here on purpose: it is for
`check` to find, with limit, value and source. What a file may hold is said in `format`.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from homeostat.care.plan import limits

Aim = Literal["stop", "lower", "stay"]
Setting = Literal["outpatient", "inpatient", "residential"]


def require_one_amount(units: float | None, ml: float | None) -> None:
    """Refuse an item that says no amount, or two, or one outside what a plan holds.

    Raises:
        ValueError: it does.
    """
    if (units is None) == (ml is None):
        raise ValueError("give exactly one of 'units' (tablets) and 'ml' (liquid)")
    amount = ml if units is None else units
    if amount is None or not limits.SMALLEST_AMOUNT <= amount <= limits.LARGEST_AMOUNT:
        least, most = limits.SMALLEST_AMOUNT, limits.LARGEST_AMOUNT
        raise ValueError(f"an amount must lie between {least:g} and {most:,g} (given: {amount})")


def require_days(from_day: datetime.date, until: datetime.date) -> None:
    """Refuse a window of no days.

    Raises:
        ValueError: it ends before it begins, or at once.
    """
    if until <= from_day:
        raise ValueError("'until' must lie after 'from'")


@dataclass(frozen=True, kw_only=True)
class Item:
    """So many tablets or millilitres of one product."""

    product: str
    units: float | None = None
    ml: float | None = None

    def __post_init__(self) -> None:
        require_one_amount(self.units, self.ml)

    @property
    def amount(self) -> float:
        """Units or millilitres, whichever is said."""
        return self.units if self.units is not None else float(self.ml or 0.0)


@dataclass(frozen=True, kw_only=True)
class PlannedDose:
    """One dose of each day of a step."""

    drug: str
    time: datetime.time
    dose_mg: float
    items: tuple[Item, ...] = ()
    route: str = "oral"
    as_needed: bool = False

    @property
    def hour(self) -> float:
        """Time of day [h]."""
        return self.time.hour + self.time.minute / 60


@dataclass(frozen=True, kw_only=True)
class PlanStep:
    """The same doses on every day from a day on; no doses = nothing is taken of the drugs of the
    plan.
    """

    from_day: datetime.date
    until: datetime.date | None = None
    doses: tuple[PlannedDose, ...] = ()
    note: str = ""

    def mg_per_day(self, drug: str) -> float:
        """Total of a drug on one day [mg/d]."""
        return sum(dose.dose_mg for dose in self.doses if dose.drug == drug)

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs of this step, each once."""
        return tuple(dict.fromkeys(dose.drug for dose in self.doses))


@dataclass(frozen=True, kw_only=True)
class PlannedMedicine:
    """Another medicine that starts or stops on a day of the plan."""

    name: str
    event: Literal["starts", "stops"]
    on: datetime.date
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What one prescription hands out, for a window of days."""

    from_day: datetime.date
    until: datetime.date
    items: tuple[Item, ...]
    refills: int = 0

    def __post_init__(self) -> None:
        require_days(self.from_day, self.until)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What happens when a check-in is bad, or good."""

    when: Literal["bad check-in", "very bad check-in", "red flag", "missed doses", "good check-in"]
    do: Literal[
        "hold",
        "slow down",
        "go back one step",
        "call the clinician",
        "emergency",
        "go on as planned",
        "faster",
    ]
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Override:
    """A warning that somebody has decided to accept, and why; it stays with the plan. One of what
    can kill counts only where the plan's visits watch the steps.
    """

    finding: str
    reason: str
    by: str
    on: datetime.date


@dataclass(frozen=True, kw_only=True)
class Switch:
    """A change from one drug to another, and the equivalence table it rests on."""

    from_drug: str
    to_drug: str
    from_mg: float
    to_mg: float
    table: str


@dataclass(frozen=True, kw_only=True)
class Way:
    """The strategy that made the plan."""

    name: str
    settings: Mapping[str, str | float | int | bool] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Whom:
    """Whose plan it is."""

    case: str
    initials: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanGoal:
    """What the plan is to reach."""

    aim: Aim
    to_mg_per_day: float | None = None


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """The facts a plan was made from: the digest of all, and of each record it rests on."""

    digest: str = ""
    records: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A dated plan for one person. A draft until somebody signs it; nothing here is signed."""

    format: Literal[1]
    id: str
    version: int = 1
    whom: Whom
    made_on: datetime.date
    made_by: str
    facts: Foundation = Foundation()
    seed: int | None = None
    way: Way
    goal: PlanGoal
    market: Literal["US", "UK", "EU"]
    zone: str = ""
    setting: Setting = "outpatient"
    steps: tuple[PlanStep, ...]
    switch: tuple[Switch, ...] = ()
    medicines: tuple[PlannedMedicine, ...] = ()
    visits: tuple[datetime.date, ...] = ()
    supplies: tuple[Supply, ...] = ()
    rules: tuple[Rule, ...] = ()
    overrides: tuple[Override, ...] = ()
    reasons: tuple[str, ...] = ()
    note: str = ""

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs the plan speaks of, each once, in its steps or as one that a switch leaves;
        others go on as they are.
        """
        taken = [drug for step in self.steps for drug in step.drugs]
        return tuple(dict.fromkeys([*taken, *(change.from_drug for change in self.switch)]))


def excess(plan: Plan) -> Iterator[str]:
    """Yield a sentence for each limit that a plan exceeds as a whole."""
    doses = [dose for step in plan.steps for dose in step.doses]
    items = sum(len(dose.items) for dose in doses)
    for what, has, most in (
        ("steps", len(plan.steps), limits.MOST_STEPS),
        ("doses in all steps", len(doses), limits.MOST_DOSES),
        ("items in all doses", items, limits.MOST_ITEMS),
        ("drugs", len(plan.drugs), limits.MOST_DRUGS),
    ):
        if has > most:
            yield f"'steps': the plan has {has} {what}; at most {most} can be read"
    yield from _far(plan)
    yield from _at_once(plan)


def _far(plan: Plan) -> Iterator[str]:
    """Yield the first day that lies so far from the plan's first that its year must be wrong."""
    start = min(step.from_day for step in plan.steps)
    for place, day in _days(plan):
        apart = (day - start).days
        if abs(apart) > limits.LONGEST_D:
            side = "after" if apart > 0 else "before"
            yield (
                f"'{place}': {day} lies {abs(apart) / limits.DAYS_A_YEAR:.0f} years {side} the"
                f" plan's first day ({start}), and no plan of more than {limits.LONGEST_YEARS}"
                " years is read. Is a year wrong?"
            )
            return


def _days(plan: Plan) -> Iterator[tuple[str, datetime.date]]:
    """Yield every day from which days are counted, with its key."""
    for s, step in enumerate(plan.steps, start=1):
        yield f"steps[{s}].from", step.from_day
        if step.until is not None:
            yield f"steps[{s}].until", step.until
    for s, supply in enumerate(plan.supplies, start=1):
        yield f"supplies[{s}].from", supply.from_day
        yield f"supplies[{s}].until", supply.until
    for m, medicine in enumerate(plan.medicines, start=1):
        yield f"medicines[{m}].on", medicine.on


def _at_once(plan: Plan) -> Iterator[str]:
    """Yield the first day on which more steps hold than anybody means."""
    edges: list[tuple[datetime.date, int]] = []
    for step in plan.steps:
        if step.doses and (step.until is None or step.until > step.from_day):
            edges.append((step.from_day, 1))
            edges += [(step.until, -1)] if step.until is not None else []
    count = 0
    for day, change in sorted(edges):
        count += change
        if count > limits.MOST_STEPS_AT_ONCE:
            yield (
                f"'steps': on {day} {count} steps hold at once, and the doses of all would be"
                f" taken; at most {limits.MOST_STEPS_AT_ONCE} are read. Is 'until' missing?"
            )
            return
