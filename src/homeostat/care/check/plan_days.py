"""View: what a plan means day by day, as it is dispensed, on top of what the case has taken before.

Every day of a plan is looked at; a plan that is too long for that is refused before any series is
made. Days are local calendar days, counted; no clock takes part, so that clock changes and leap
days cannot shift one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from homeostat.care.assess.assessment import Assessment
from homeostat.care.assess.dependence import diazepam_mg, use
from homeostat.care.case import model as case_model
from homeostat.care.case.records import Case
from homeostat.care.case.rules import mg_per_day, today
from homeostat.care.plan.bounds import require_bounded, require_near
from homeostat.care.plan.model import as_dispensed, with_medicines
from homeostat.care.plan.records import Plan, PlannedDose, PlanStep
from homeostat.care.plan.schedule import Schedule, schedule
from homeostat.facts import Facts
from homeostat.language.messages import Quantity
from homeostat.model.patients import Patients

Mg = NDArray[np.float64]
"""One number for each day [mg/d]."""

AFTER_D = 35
"""Days after the last change of the plan that are looked at."""
NOISE = 1e-6
"""Amounts closer than this are the same [mg]."""


@dataclass(frozen=True)
class Look:
    """What every rule is given: the plan, the case, the facts, the day, the assessment, and whether
    stopping at once is allowed.

    Raises:
        InputError: the plan is larger, or further from the case, than `care.plan.limits` allow.

    Attributes:
        people: people like the person, from a posterior; None where only the prior is known.
    """

    plan: Plan
    case: Case
    facts: Facts
    today: date
    assessment: Assessment
    may_stop_at_once: bool
    people: Patients | None = None

    @cached_property
    def schedule(self) -> Schedule:
        """The plan in stretches of equal days."""
        return schedule(self.plan)

    def __post_init__(self) -> None:
        require_bounded(self.plan)
        require_near(self.plan, self.case)

    def limit(self, name: str) -> float:
        """Return one of this product's own choices, in its own unit."""
        return self.facts.choices[name].to(self.facts.choices[name].unit)

    def shown(self, name: str) -> Quantity:
        """Return a choice with its unit and its key, for the limit of a finding."""
        return Quantity.chosen(self.facts.choices[name])

    @property
    def is_inpatient(self) -> bool:
        """True in hospital and in a residence with medical management."""
        return self.plan.setting != "outpatient"

    @property
    def case_today(self) -> date:
        """The day of which the case says what is taken now."""
        return today(self.case)

    @cached_property
    def is_low_dose(self) -> bool:
        """True when every published figure calls what is taken now a low dose."""
        found = use(self.case, self.facts)
        return found is None or found.bands[1] == "low"

    @cached_property
    def start(self) -> date:
        """The plan's first day."""
        return self.schedule.first_day

    @cached_property
    def end(self) -> date:
        """The first day on which nothing of the plan changes any more."""
        return max(
            day
            for step in self.plan.steps
            for day in (step.from_day, step.until)
            if day is not None
        )

    @cached_property
    def goes_on(self) -> bool:
        """True when something is still taken after the last change, until somebody decides."""
        return any(step.until is None and step.doses for step in self.plan.steps)

    @cached_property
    def first(self) -> date:
        """The first day of every series here: before the plan, as far back as doses count."""
        return self.start - timedelta(days=self.limit("pace-memory") + self.limit("pace-held"))

    @cached_property
    def begins(self) -> int:
        """Index of the plan's first day."""
        return (self.start - self.first).days

    @cached_property
    def count(self) -> int:
        """Days in every series."""
        last = max([self.end, *(s.until for s in self.plan.supplies)])
        return (last - self.first).days + AFTER_D

    def day(self, index: int) -> date:
        """Return the day of an index."""
        return self.first + timedelta(days=int(index))

    def index(self, day: date) -> int:
        """Return the index of a day."""
        return (day - self.first).days

    @cached_property
    def drugs(self) -> tuple[str, ...]:
        """Every drug that the case or the plan speaks of."""
        return tuple(dict.fromkeys([*(use.drug for use in self.case.use), *self.plan.drugs]))

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """The drugs the plan decides about; a plan without any dose decides about all."""
        return self.plan.drugs or tuple(dict.fromkeys(use.drug for use in self.case.use))

    @cached_property
    def planned(self) -> Mapping[str, Mg]:
        """Each drug's daily total as the doses say [mg/d]."""
        return {drug: self._series(drug, self.schedule) for drug in self.drugs}

    @cached_property
    def mg(self) -> Mapping[str, Mg]:
        """Each drug's daily total as dispensed: by its items where they are said, else by its dose
        [mg/d].
        """
        dispensed = schedule(as_dispensed(self.plan, self.facts))
        return {drug: self._series(drug, dispensed) for drug in self.drugs}

    @cached_property
    def effective(self) -> Mapping[str, Mg]:
        """Each drug's daily total at the clearance of the day before the plan:
        dose·CL(before)/CL(day) [mg/d].
        """
        found = {}
        case = with_medicines(self.case, self.plan)
        offset = case_model.day_of(self.case, self.first)
        for drug in self.drugs:
            changes = case_model.changes(case, [drug], self.facts)
            if not changes:
                found[drug] = self.mg[drug]
                continue
            folds = [float(np.prod([c.on(offset + i) for c in changes])) for i in range(self.count)]
            found[drug] = self.mg[drug] * folds[self.begins - 1] / np.asarray(folds)
        return found

    @cached_property
    def doses(self) -> tuple[tuple[PlanStep, PlannedDose], ...]:
        """Every dose with its step."""
        return tuple((step, dose) for step in self.plan.steps for dose in step.doses)

    @cached_property
    def diazepam(self) -> Mapping[str, tuple[float, float]]:
        """For each drug the least and the most diazepam that 1 mg equals by the tables [mg]."""
        return {drug: diazepam_mg(drug, 1.0, self.facts)[0] for drug in self.drugs}

    def lowers(self, since: int | None = None, until: int | None = None) -> bool:
        """True when any drug of the plan is lowered between two days (default: at any time in the
        plan).
        """
        low = self.begins if since is None else max(since, self.begins)
        high = self.count if until is None else min(until, self.count)
        return any(
            bool((np.diff(self.mg[drug])[low - 1 : high - 1] < -NOISE).any())
            for drug in self.touched
            if high > low
        )

    def _series(self, drug: str, cut: Schedule) -> Mg:
        out = np.zeros(self.count)
        begins = self.begins
        until = begins if drug in self.touched else self.count
        for i in range(until):
            out[i] = (
                mg_per_day(self.case, drug, self.day(i))
                if i < begins or i == begins
                else out[begins]
            )
        if drug not in self.touched:
            return out
        for row in cut.stretches:
            low = self.index(row.from_day)
            high = self.count if row.until is None else min(self.index(row.until), self.count)
            if high > low >= begins:  # a step that ends before it begins holds no day
                out[low:high] = row.mg_per_day(drug)
        return out
