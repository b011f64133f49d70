"""Living: the plan lived by people like this person, beside the ceiling taper and an abrupt stop of
the same person.

hardness = (q(plan) − q(ceiling)) / (q(abrupt) − q(ceiling)), q: nine in ten people stay below it

for the worst week's mean severity, and for the highest relative seizure hazard; the larger of the
two counts. 0 is the guideline's ceiling taper (a quarter of the starting dose every two weeks), 1
an abrupt stop. The same people live all three, from where the case leaves them, so that what
clearance, half-lives, switches and other medicines do to the plan counts too. Outside the model's
domain, in hospital, and where dependence is not expected, nothing is computed and the rules stand
alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from homeostat.care import cohort
from homeostat.care.case import model as case_model
from homeostat.care.check.pace import ceiling
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import SLIP, Rule
from homeostat.care.findings import Finding
from homeostat.care.plan import model as plan_model
from homeostat.facts import Facts
from homeostat.language.messages import Quantity
from homeostat.model import measures
from homeostat.model.domain import reasons_to_withhold
from homeostat.model.patients import Patients, Person
from homeostat.model.regimen import Regimen, Step
from homeostat.model.standing import Standing

PEOPLE = 64
"""People who live each plan: eight times the width of the compiled code; the ninth decile is then
known to about a tenth.
"""
SEED = 1
KEPT = 16
"""Results that are kept for the next plan of the same case."""


@dataclass(frozen=True)
class Lived:
    """What nine in ten people stay below: the worst week's mean severity [points], and the highest
    relative hazard.
    """

    worst_week: float
    hazard: float


@dataclass(frozen=True)
class Hardness:
    """Where a plan lies between the ceiling taper (0) and an abrupt stop (1)."""

    plan: Lived
    ceiling: Lived
    abrupt: Lived

    @property
    def is_noticed(self) -> bool:
        """True when the plan's worst week lies so far above the ceiling taper's that people would
        notice the difference.
        """
        return self.plan.worst_week >= self.ceiling.worst_week + measures.ONSET_POINTS

    @property
    def share(self) -> float:
        """The larger of the two shares."""
        return max(
            _between(self.plan.worst_week, self.ceiling.worst_week, self.abrupt.worst_week),
            _between(self.plan.hazard, self.ceiling.hazard, self.abrupt.hazard),
        )


def hardness(look: Look) -> Hardness | None:
    """Return how hard a plan is for people like this person; None outside the model's domain.

    People who are given (`look.people`) are asked beside those drawn from the prior, and the harder
    answer counts: what has been learnt of a person can add a finding and never take one away.
    """
    who, has = case_model.person(look.case, look.facts), case_model.conditions(look.case)
    now = case_model.regimen(look.case, look.case.today or look.today, look.facts)
    if reasons_to_withhold(look.facts, who, now, has) or not _is_taken(look):
        return None
    found = _hardness(look, who, None)
    if look.people is None:
        return found
    also = _hardness(look, who, look.people)
    return max(found, also, key=lambda one: (one.is_noticed, one.share))


def _hardness(look: Look, who: Person, given: Patients | None) -> Hardness:
    past = case_model.regimen(look.case, look.start, look.facts)
    lived = plan_model.regimen(look.plan, look.case, look.facts)
    begins = case_model.day_of(look.case, look.start)
    before = replace(past, changes=lived.changes)
    drugs = lived.drugs
    if given is None:
        here = _standing(look.facts, drugs, who, before, begins)
        marks = _yardsticks(look.facts, drugs, who, before, past, begins)
    else:
        like = cohort.people_of(who, drugs, look.facts, people=given)
        here = cohort.standing_on(like, before, begins, look.facts)
        marks = _lived_yardsticks(here, past, begins, look.facts)
    return Hardness(_live(here, lived, look.facts), *marks)


def harder(look: Look) -> Iterator[Finding]:
    """A plan that is clearly harder than the ceiling taper for these very people; refused only
    where the pace by count agrees.
    """
    if (
        look.may_stop_at_once
        or look.assessment.dependence != "expected"
        or look.is_inpatient
        or not _may_be_hard(look)
    ):
        return
    found = hardness(look)
    if found is None:
        return
    limit, abrupt = look.limit("model-harder"), look.limit("model-abrupt")
    if found.share <= limit or not found.is_noticed:
        return
    is_as_abrupt = found.share >= abrupt
    is_counted_too = bool(list(ceiling(look)))
    yield Finding(
        level="refuse" if is_as_abrupt and is_counted_too else "warn",
        message="model.harder.as-an-abrupt-stop" if is_as_abrupt else "model.harder",
        values={
            "people": PEOPLE,
            "plan": round(found.plan.worst_week),
            "ceiling": round(found.ceiling.worst_week),
            "abrupt": round(found.abrupt.worst_week),
            "refused": look.shown("model-abrupt"),
        },
        limit=look.shown("model-harder"),
        value=Quantity(round(found.share, 2), "way"),
        sources=look.facts.recommendations["asam-06"].sources,
    )


def _may_be_hard(look: Look) -> bool:
    """True when the dose falls, or a medicine changes its level: nothing else can be harder than
    going on.
    """
    return look.lowers() or bool(look.plan.medicines)


def _is_taken(look: Look) -> bool:
    return any(look.mg[drug][look.begins - 1] > NOISE for drug in look.drugs)


def _between(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low * (1 + NOISE) + SLIP else 0.0


@lru_cache(maxsize=KEPT)
def _standing(
    facts: Facts, drugs: tuple[str, ...], who: Person, past: Regimen, day: float
) -> Standing:
    """Return where people like the person stand, kept for the next plan of the same case."""
    like = cohort.people_of(who, drugs, facts, people=PEOPLE, seed=SEED)
    return cohort.standing_on(like, past, day, facts)


@lru_cache(maxsize=KEPT)
def _yardsticks(
    facts: Facts, drugs: tuple[str, ...], who: Person, before: Regimen, past: Regimen, day: float
) -> tuple[Lived, Lived]:
    """Return how the ceiling taper and an abrupt stop are lived, kept for the next plan of the same
    case.
    """
    return _lived_yardsticks(_standing(facts, drugs, who, before, day), past, day, facts)


def _lived_yardsticks(
    here: Standing, past: Regimen, day: float, facts: Facts
) -> tuple[Lived, Lived]:
    """Return how the ceiling taper and an abrupt stop are lived by people who stand on the first
    day of the plan.
    """
    return (
        _live(here, _ceiling(past, day, facts), facts),
        _live(here, replace(past, days=day).then_stop(), facts),
    )


def _live(here: Standing, regimen: Regimen, facts: Facts) -> Lived:
    last = max(
        (change.to_day for change in regimen.changes if np.isfinite(change.to_day)), default=0.0
    )
    after_d = facts.choices["model-after-days"].to("d")
    ends = max(regimen.days, last, here.day) + after_d
    days = np.arange(here.day, np.floor(ends) + 1.0)
    course = cohort.course(here.people, regimen, days, facts, start=here, outside_domain="show")
    most = facts.choices["model-quantile"].to("share")
    hazard: NDArray[np.float64] = course["relative_seizure_hazard"].max(axis=0)
    return Lived(
        float(np.quantile(measures.worst_week(course), most)), float(np.quantile(hazard, most))
    )


def _ceiling(past: Regimen, begins: float, facts: Facts) -> Regimen:
    """Return the ceiling taper of everything that is taken: equal steps of the largest share, to
    nothing.
    """
    ceiling = facts.ceilings["asam-2025"]
    share, every = ceiling.share, ceiling.days
    uses = []
    for use in past.uses:
        now = use.step_on(begins)
        kept = tuple(step for step in use.steps if step.from_day < begins)
        steps = []
        if now is not None and now.mg:
            for n in range(1, round(1 / share) + 1):
                left = 1 - n * share
                day = begins + (n - 1) * every
                steps.append(
                    Step(day, now.hours, tuple(mg * left for mg in now.mg))
                    if left > SLIP
                    else Step(day)
                )
        uses.append(replace(use, steps=(*kept, *steps)) if kept or steps else use)
    return replace(past, uses=tuple(uses), days=begins + every * (round(1 / share) - 1))


RULES = (Rule("model.harder", harder),)
