"""Scenario: what follows today, in words, and as what is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from homeostat.care import case as cases
from homeostat.care.case.records import Case
from homeostat.care.plan.model import regimen as plan_regimen
from homeostat.care.plan.records import Plan
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.language.quantity import mg_text
from homeostat.model.domain import potency
from homeostat.model.regimen import Regimen

DAYS_BEFORE = 28
"""Days before today that are shown."""
WEEKS = {"continue": 12, "stop": 26, "taper": 16, "plan": 16}
"""Weeks after the last change that are shown unless asked otherwise."""
LEAST_SHARE = 0.01
"""A step to this share of a dose or less, and not to nothing, is taken for a slip of the unit."""

STOP_WARNING = (
    "Never stop a benzodiazepine at once after regular use: it can cause seizures, delirium and"
    " death. This forecast of an abrupt stop is shown only so that a clinician can see why nobody"
    " should do it."
)

REFUSED_WARNING = "The check refuses this plan ({rules}): it must not be followed."
"""Said before the forecast of a refused plan."""

Steps = tuple[tuple[float, float], ...]
"""A taper of one drug: (mg a day, days)."""


@dataclass(frozen=True)
class Scenario:
    """What follows today: everything goes on, everything stops, or drugs go down in steps, side by
    side from today.

    `tapers` gives each drug's (mg a day, days); a last step of infinite days lasts for good. Other
    drugs go on. A `plan` is taken as it stands, from its own first day.
    """

    kind: Literal["continue", "stop", "taper", "plan"]
    tapers: Mapping[str, Steps] = field(default_factory=dict)
    plan: Plan | None = None

    def __str__(self) -> str:
        if self.plan is not None:
            return (
                f"plan {self.plan.id}, version {self.plan.version}, from"
                f" {self.plan.steps[0].from_day}"
            )
        if self.kind == "taper":
            return "; ".join(
                f"{drug} lowered in {len(steps)} step{'s' if len(steps) > 1 else ''} to"
                f" {_end(steps)}"
                for drug, steps in self.tapers.items()
            )
        return {"continue": "everything continued", "stop": "everything stopped at once"}[self.kind]


def _end(steps: Steps) -> str:
    """Return the dose that a taper ends at, in words."""
    mg, days = steps[-1]
    return f"{mg_text(mg)} a day" if mg > 0 and days == float("inf") else "nothing"


def evenly(from_mg: float, to_mg: float, weeks: int) -> Steps:
    """Return equal weekly steps from one daily dose to another [(mg/d, d)], to the microgram; a
    dose above zero is then held.

    >>> evenly(2.0, 0.0, 4)
    ((1.5, 7.0), (1.0, 7.0), (0.5, 7.0), (0.0, inf))

    Raises:
        InputError: the target is not below the present dose, or there is no time.
    """
    if weeks < 1:
        raise InputError(f"--over must be at least one week (given: {weeks})")
    if not 0.0 <= to_mg < from_mg:
        raise InputError(
            f"--to must lie below the present daily dose of {mg_text(from_mg)} (given:"
            f" {mg_text(to_mg)})"
        )
    doses = [round(from_mg + (to_mg - from_mg) * i / weeks, 3) for i in range(1, weeks + 1)]
    return (*((float(mg), 7.0) for mg in doses[:-1]), (float(to_mg), float("inf")))


def main_drug(regimen: Regimen, facts: Facts) -> str:
    """Return the drug that carries most of the effect today.

    Raises:
        InputError: nothing is taken today.
    """
    strength = {
        drug: potency(facts, drug) * regimen.mg_per_day(drug, regimen.days - 0.5)
        for drug in regimen.drugs
    }
    drug = max(strength, key=lambda name: strength[name])
    if strength[drug] == 0:
        raise InputError("nothing is taken today, so there is nothing to lower")
    return drug


def warning(case: Case, scenario: Scenario, facts: Facts, refused_by: Sequence[str] = ()) -> str:
    """Return what must be said before anything else about a scenario; empty if nothing must.

    Args:
        refused_by: the rules that refuse the plan of the scenario.
    """
    return warning_of(taken(case, scenario, facts), refused_by)


def warning_of(regimen: Regimen, refused_by: Sequence[str]) -> str:
    """Return what must be said first about what is taken; arguments as `warning`."""
    refused = REFUSED_WARNING.format(rules=", ".join(refused_by)) if refused_by else ""
    return " ".join(filter(None, (refused, STOP_WARNING if regimen.ends_abruptly else "")))


def taken(case: Case, scenario: Scenario, facts: Facts) -> Regimen:
    """Return what was taken until today and what the scenario says follows; an abrupt stop is one
    whatever it is called.
    """
    if scenario.plan is not None:
        regimen = plan_regimen(scenario.plan, case, facts)
    else:
        regimen = _then(cases.regimen(case, cases.today(case), facts), scenario)
    today = cases.day_of(case, cases.today(case))
    return replace(
        regimen, ends_abruptly=regimen.ends_abruptly or falls_abruptly(regimen, today, facts)
    )


def falls_abruptly(regimen: Regimen, day: float, facts: Facts) -> bool:
    """True if so large a share of the dose on a day is lost within days of any later one that it
    amounts to a stop.

    All drugs count together, by the model's own potency, so that a switch is no stop.

    Args:
        day: today, in days since the first dose [d].
    """
    share, days = (
        facts.choices["near-abrupt"].to("share"),
        int(facts.choices["near-abrupt-days"].to("d")),
    )
    strength = {drug: potency(facts, drug) for drug in regimen.drugs}
    from_today = np.arange(day - 1.0, np.ceil(regimen.days) + 2.0) + 0.5
    total = np.array(
        [sum(strength[d] * regimen.mg_per_day(d, at) for d in regimen.drugs) for at in from_today]
    )
    lost = [total[max(0, i - days) : i + 1].max() - total[i] for i in range(len(total))]
    return bool(total[0] > 0.0 and max(lost) >= share * total[0] - 1e-9)


def _then(regimen: Regimen, scenario: Scenario) -> Regimen:
    if scenario.kind == "continue":
        return regimen
    if scenario.kind == "stop":
        return regimen.then_stop()
    begin, lowered = regimen.days, regimen
    for drug, steps in scenario.tapers.items():
        present = regimen.mg_per_day(drug, begin - 0.5)
        if present == 0:
            raise InputError(f"{drug} is not taken today, so it cannot be lowered")
        highest = max(mg for mg, _ in steps)
        if highest > present + 1e-9:
            raise InputError(
                f"a step of {mg_text(highest)} a day is above the present {mg_text(present)} of"
                f" {drug}; a taper never rises"
            )
        for before, after in pairwise((present, *(mg for mg, _ in steps))):
            if 0.0 < after <= LEAST_SHARE * before:
                raise InputError(
                    f"{drug} would fall from {mg_text(before)} to {mg_text(after)} a day in one"
                    " step: is it micrograms for milligrams? For nothing at all write 0 mg; for so"
                    " little put a step in between"
                )
        lowered = lowered.then_taper(steps, drug, from_day=begin)
    return lowered


def days_of(
    case: Case, regimen: Regimen, scenario: Scenario, weeks: int | None
) -> tuple[float, float]:
    """Return the first and last day that are shown [d]."""
    today_day = float((cases.today(case) - cases.day_0(case)).days)
    return max(0.0, today_day - DAYS_BEFORE), float(np.floor(regimen.days)) + 7 * (
        weeks or WEEKS[scenario.kind]
    )


def days_shown(case: Case, scenario: Scenario, *, facts: Facts, weeks: int | None = None) -> int:
    """Return how many days a forecast would show, so that a request too large is refused before it
    is computed [d].

    Raises:
        InputError: as `forecast`.
    """
    regimen = taken(case, scenario, facts)
    start, end = days_of(case, regimen, scenario, weeks)
    return int(end - start)
