"""Regimen: what is taken when. Nobody stops by omission: a use goes on until the regimen says
otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from homeostat.errors import InputError

FIRST_DOSE_HOUR = 8.0
"""Clock time of day 0; outputs are read at this hour, just before the first dose of the day."""


@dataclass(frozen=True)
class Step:
    """What is taken each day from a day on: doses of `mg` at clock `hours`; no doses = nothing."""

    from_day: float
    hours: tuple[float, ...] = ()
    mg: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.hours) != len(self.mg):
            raise InputError(
                "a day needs one amount for each time"
                f" ({len(self.hours)} times, {len(self.mg)} amounts)"
            )
        for amount in self.mg:
            if not (isfinite(amount) and amount > 0):
                raise InputError(f"a dose must be above zero (given: {amount!r} mg)")
        for hour in self.hours:
            if not 0 <= hour < 24:
                raise InputError(f"a dose time must lie between 0 and 24 h (given: {hour!r})")
        if any(b <= a for a, b in pairwise(self.hours)):
            raise InputError(
                "dose times must rise through the day"
                f" (given: {', '.join(f'{h:g}' for h in self.hours)})"
            )
        if not isfinite(self.from_day):
            raise InputError(f"a day must be a finite number (given: {self.from_day!r})")

    @property
    def mg_per_day(self) -> float:
        """Total of a day [mg]."""
        return sum(self.mg)


@dataclass(frozen=True)
class Use:
    """One drug by one route: steps in the order of their days; the last one goes on."""

    drug: str
    steps: tuple[Step, ...]
    route: str = "oral"

    def __post_init__(self) -> None:
        if not self.steps:
            raise InputError(f"a use of {self.drug} needs at least one step")
        if any(b.from_day <= a.from_day for a, b in pairwise(self.steps)):
            raise InputError(f"the steps of {self.drug} must follow each other in time")

    def step_on(self, day: float) -> Step | None:
        """Return the step in force on a day, if the use has begun."""
        current = [step for step in self.steps if step.from_day <= day]
        return current[-1] if current else None


@dataclass(frozen=True)
class Change:
    """Something that changes a drug's clearance from one day to another (an enzyme inducer or
    inhibitor).

    Clearance is multiplied by 1 + (fold − 1)·g(t); g rises to 1, and falls to 0 after the end, with
    the half-time.
    """

    name: str
    drug: str
    fold: float
    from_day: float
    to_day: float = float("inf")
    half_time_d: float = 0.5

    def __post_init__(self) -> None:
        if not (isfinite(self.fold) and 0.01 <= self.fold <= 100):
            raise InputError(
                f"{self.name}: the fold of clearance must lie between 0.01 and 100"
                f" (given: {self.fold!r})"
            )
        if not self.to_day > self.from_day:
            raise InputError(f"{self.name} must end after it starts")

    def on(self, day: float) -> float:
        """Return the factor on clearance on a day."""
        if day <= self.from_day:
            return 1.0
        until = min(day, self.to_day)
        level = float(1.0 - 2.0 ** (-(until - self.from_day) / self.half_time_d))
        if day > self.to_day:
            level *= float(2.0 ** (-(day - self.to_day) / self.half_time_d))
        return 1.0 + (self.fold - 1.0) * level


@dataclass(frozen=True)
class Regimen:
    """All uses side by side. Day 0 is the first day of the earliest use.

    `days` is how long the known part is; what follows is the last step of each use, unless
    `then_stop`, `then_taper` or `then` says otherwise.
    """

    uses: tuple[Use, ...]
    days: float
    changes: tuple[Change, ...] = ()
    ends_abruptly: bool = False

    def __post_init__(self) -> None:
        if not self.uses:
            raise InputError("a regimen needs at least one use")
        if not (isfinite(self.days) and self.days > 0):
            raise InputError(f"a regimen must last at least a day (given: {self.days!r} days)")

    @classmethod
    def steady(
        cls,
        drug: str,
        *,
        mg_per_day: float,
        days: float,
        doses_per_day: int = 1,
        route: str = "oral",
        first_hour: float = FIRST_DOSE_HOUR,
    ) -> "Regimen":
        """Return one drug at one dose, in equal parts at equal intervals.

        >>> use = Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=365)
        >>> use.uses[0].steps[0]
        Step(from_day=0.0, hours=(8.0, 20.0), mg=(1.0, 1.0))
        """
        if not 1 <= doses_per_day <= 12:
            raise InputError(f"doses_per_day must lie between 1 and 12 (given: {doses_per_day!r})")
        return cls((Use(drug, (daily(0.0, mg_per_day, doses_per_day, first_hour),), route),), days)

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs taken, each once, in order."""
        return tuple(dict.fromkeys(use.drug for use in self.uses))

    def and_also(self, other: "Regimen") -> "Regimen":
        """Return both regimens taken side by side from day 0."""
        return replace(
            self,
            uses=self.uses + other.uses,
            changes=self.changes + other.changes,
            days=max(self.days, other.days),
        )

    def with_change(self, change: Change) -> "Regimen":
        """Return the same regimen under an enzyme inducer or inhibitor."""
        return replace(self, changes=(*self.changes, change))

    def then_stop(self, drug: str | None = None) -> "Regimen":
        """Return the regimen with nothing taken after its last day: for showing why nobody should
        do it.
        """
        return replace(self.then([Step(self.days)], drug), ends_abruptly=True)

    def then(self, steps: Iterable[Step], drug: str | None = None) -> "Regimen":
        """Return the regimen with these steps after its last day, for one drug or for all."""
        steps = tuple(steps)
        if drug is not None and drug not in self.drugs:
            raise InputError(f"'{drug}' is not taken in this regimen ({', '.join(self.drugs)})")
        uses = tuple(
            replace(use, steps=(*(s for s in use.steps if s.from_day < self.days), *steps))
            if drug in (None, use.drug)
            else use
            for use in self.uses
        )
        return replace(self, uses=uses, days=max([self.days, *(s.from_day for s in steps)]))

    def then_taper(
        self,
        doses: Iterable[tuple[float, float]],
        drug: str | None = None,
        from_day: float | None = None,
    ) -> "Regimen":
        """Return the regimen followed by (mg a day, days) steps of one drug, then nothing of it;
        times of day stay.

        The last step before zero is the last dose; a taper ends at zero unless its last pair has
        infinite days. A drug that is taken by two routes is lowered by both, in proportion.

        Args:
            from_day: when it begins; default after the last day. So two drugs can be lowered side
                by side [d].

        Raises:
            InputError: the drug is not taken when the taper would begin.
        """
        name, begin = drug or self.drugs[0], self.days if from_day is None else from_day
        present = self.mg_per_day(name, begin)
        if not present:
            raise InputError(f"{name} is not being taken when the taper would begin")
        doses = tuple(doses)
        days = np.cumsum([begin, *(lasting for _, lasting in doses)])
        uses = []
        for use in self.uses:
            last = use.step_on(begin)
            if use.drug == name and last is not None and last.mg:
                shares = [part / present for part in last.mg]
                steps = [
                    Step(float(day), last.hours, tuple(mg * part for part in shares))
                    if mg > 0
                    else Step(float(day))
                    for day, (mg, _) in zip(days, doses, strict=False)
                ]
                if isfinite(days[-1]):
                    steps.append(Step(float(days[-1])))
                use = replace(use, steps=(*(s for s in use.steps if s.from_day < begin), *steps))
            uses.append(use)
        return replace(
            self, uses=tuple(uses), days=float(max([self.days, *days[np.isfinite(days)]]))
        )

    def last_dose_day(self, until: float) -> float:
        """Return the day of the last dose before `until` [d], −inf if there is none."""
        days = [events[0][-1] for use in self.uses if len((events := doses(use, until))[0])]
        return float(max(days, default=-np.inf))

    def mg_per_day(self, drug: str, day: float) -> float:
        """Return what is taken of a drug on a day [mg/d]."""
        steps = [use.step_on(day) for use in self.uses if use.drug == drug]
        return float(sum(step.mg_per_day for step in steps if step is not None))


def daily(
    from_day: float, mg_per_day: float, doses_per_day: int = 1, first_hour: float = FIRST_DOSE_HOUR
) -> Step:
    """Return a day of equal doses at equal intervals over 24 h, from `first_hour` on, in order of
    the clock.
    """
    hours = sorted((first_hour + 24.0 * i / doses_per_day) % 24.0 for i in range(doses_per_day))
    return Step(from_day, tuple(hours), (mg_per_day / doses_per_day,) * doses_per_day)


def doses(use: Use, until: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the days and amounts of all doses of a use before `until` [d], [mg].

    Day t is t days after FIRST_DOSE_HOUR of day 0, so a dose at 20:00 of day 0 is at 0.5.
    """
    days, amounts = [], []
    ends = [step.from_day for step in use.steps[1:]] + [until]
    for step, end in zip(use.steps, ends, strict=True):
        end = min(end, until)
        offsets = [((hour - FIRST_DOSE_HOUR) % 24.0) / 24.0 for hour in step.hours]
        for offset, mg in sorted(zip(offsets, step.mg, strict=True)):
            first = np.ceil(step.from_day - offset - 1e-9) + offset
            at = np.arange(first, end - 1e-9, 1.0)
            days.append(at)
            amounts.append(np.full(len(at), mg))
    if not days:
        return np.empty(0), np.empty(0)
    day, amount = np.concatenate(days), np.concatenate(amounts)
    order = np.argsort(day, kind="stable")
    return day[order], amount[order]
