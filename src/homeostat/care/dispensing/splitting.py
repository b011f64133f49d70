"""Splitting: what it does to level and severity that halves, quarters and millilitres are never
quite what they should be.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from homeostat.care import case as cases
from homeostat.care import cohort
from homeostat.care.case.records import Case
from homeostat.care.dispensing.rests import Rests
from homeostat.care.dispensing.supply import days_of
from homeostat.care.plan import model as plan_model
from homeostat.care.plan.records import Plan, PlannedDose
from homeostat.facts import Facts
from homeostat.model.course import SCALE_TOP
from homeostat.model.regimen import Regimen, Step

Series = NDArray[np.float64]
DRAWS = 5
DAYS_AFTER = 28
LEAST_LEVEL = 0.1
"""Share of the highest level of the plan below which a change of level says nothing."""


@dataclass(frozen=True)
class Effect:
    """What splitting and measuring do to one typical person under one plan.

    Attributes:
        split_doses: share of the plan's doses that need a cut or a measure.
        dose_sd: standard deviation of a day's total, as a share of it, on days with such doses.
        level_change: largest change of the day's first level in any draw, as a share of the level
            without error; only days with at least a tenth of the highest level of the plan count.
        severity_change: largest change of severity on any day in any draw [points of 80]; None
            where no forecast is shown.
        draws: how many times the plan was drawn.
    """

    split_doses: float
    dose_sd: float
    level_change: float
    severity_change: float | None
    draws: int

    @property
    def sentence(self) -> str:
        """Say it in one sentence, for clinicians."""
        if not self.split_doses:
            return "No dose needs a cut or a measure, so nothing is off by splitting."
        severity = (
            ""
            if self.severity_change is None
            else (
                f" and severity by {self.severity_change:.1f} of {SCALE_TOP:.0f} points at most, in"
                " one typical person"
            )
        )
        return (
            f"{100 * self.split_doses:.0f} in 100 doses need a cut or a measure: a day's total is"
            f" then off by about {100 * self.dose_sd:.1f} %, which moves the level by"
            f" {100 * self.level_change:.0f} %{severity} (assumed errors, no data; {self.draws}"
            " draws)."
        )


def dispensed_mg(
    plan: Plan, facts: Facts, until: date, seed: int
) -> Iterator[tuple[date, PlannedDose, float]]:
    """Yield each dose of each day with what it really holds when each cut and each measure is off
    by chance [mg].

    Parts of one tablet add up to it, and what was cut off is used later (`rests`). A dose that does
    not say what it is made of is taken at its word.
    """
    rests = Rests(facts, seed)
    for day, doses in days_of(plan, until):
        for dose in doses:
            if not dose.items:
                yield day, dose, dose.dose_mg
                continue
            mg = 0.0
            for item in dose.items:
                mg += rests.take(item, day).amount * facts.products[item.product].strength
            yield day, dose, mg


def with_splitting_error(plan: Plan, case: Case, facts: Facts, seed: int) -> Regimen:
    """Return what a plan means to the model when each cut tablet and each measured volume is off by
    chance.

    Args:
        plan: a plan whose doses say what they are made of.
        case: whose plan it is.
        facts: where the errors stand: `choice:half-off`, `quarter-off`, `volume-off`.
        seed: the same seed gives the same errors.
    """
    meant = plan_model.regimen(plan, case, facts)
    begins = min(step.from_day for step in plan.steps)
    first = plan_model.day_of(case, begins)
    ends = _end(plan)
    taken: dict[tuple[str, str], dict[float, dict[float, float]]] = {}
    for day, dose, mg in dispensed_mg(plan, facts, ends, seed):
        hours = taken.setdefault((dose.drug, dose.route), {}).setdefault(
            plan_model.day_of(case, day), {}
        )
        hours[dose.hour] = hours.get(dose.hour, 0.0) + mg
    uses = []
    for use in meant.uses:
        days = taken.get((use.drug, use.route))
        if days is None:
            uses.append(use)
            continue
        steps = [step for step in use.steps if step.from_day < first]
        steps += [
            _step(day, days.get(day, {})) for day in np.arange(first, plan_model.day_of(case, ends))
        ]
        steps += [step for step in use.steps if step.from_day >= plan_model.day_of(case, ends)]
        uses.append(replace(use, steps=tuple(steps)))
    return replace(meant, uses=tuple(uses))


def effect(plan: Plan, case: Case, facts: Facts, *, draws: int = DRAWS, seed: int = 1) -> Effect:
    """Return what splitting and measuring do to the level of the plan's first drug and to severity,
    in the typical person.
    """
    ends = _end(plan)
    doses = [dose for _, doses in days_of(plan, ends) for dose in doses]
    if not any(_is_off(dose) for dose in doses):
        return Effect(0.0, 0.0, 0.0, 0.0, draws)
    meant = plan_model.regimen(plan, case, facts)
    person = cohort.typical(case, meant.drugs, facts)
    begins = plan_model.day_of(case, min(step.from_day for step in plan.steps))
    start = cohort.standing_on(person, meant, begins, facts)
    conditions = cases.conditions(case)

    def course(regimen: Regimen) -> tuple[Series, Series | None]:
        days = np.arange(begins, np.floor(regimen.days + DAYS_AFTER) + 1.0)
        lived = cohort.course(person, regimen, days, facts, conditions=conditions, start=start)
        return lived[f"level.{plan.drugs[0]}"][:, 0], (
            None if lived.withheld else lived["severity"][:, 0]
        )

    level, severity = course(meant)
    counts = level >= LEAST_LEVEL * level.max()
    off, level_change, severity_change = [], 0.0, 0.0
    for number in range(seed, seed + draws):
        off += _off(plan, facts, ends, number)
        other, harder = course(with_splitting_error(plan, case, facts, number))
        level_change = max(level_change, float(np.max(np.abs(other[counts] / level[counts] - 1))))
        if severity is not None and harder is not None:
            severity_change = max(severity_change, float(np.max(np.abs(harder - severity))))
    return Effect(
        split_doses=sum(map(_is_off, doses)) / len(doses),
        dose_sd=float(np.sqrt(np.mean(np.square(off)))),
        level_change=level_change,
        severity_change=None if severity is None else severity_change,
        draws=draws,
    )


def _off(plan: Plan, facts: Facts, until: date, seed: int) -> list[float]:
    """Return by how much each day's total is off, as a share of it, on days with a cut or a
    measure.
    """
    really: dict[date, float] = {}
    meant: dict[date, float] = {}
    split: set[date] = set()
    for day, dose, mg in dispensed_mg(plan, facts, until, seed):
        really[day], meant[day] = really.get(day, 0.0) + mg, meant.get(day, 0.0) + dose.dose_mg
        split |= {day} if _is_off(dose) else set()
    return [really[day] / meant[day] - 1 for day in split]


def _end(plan: Plan) -> date:
    return max(day for step in plan.steps for day in (step.from_day, step.until) if day is not None)


def _is_off(dose: PlannedDose) -> bool:
    return any(item.ml is not None or (item.units or 0.0) % 1 > 0 for item in dose.items)


def _step(day: float, by_hour: dict[float, float]) -> Step:
    hours = tuple(sorted(by_hour))
    return Step(float(day), hours, tuple(by_hour[hour] for hour in hours))
