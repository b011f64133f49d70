"""People come from the prior of the case or are given; those who are given can add a finding and
take none away.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import homeostat as hs
from homeostat.care import case as cases
from homeostat.care import cohort
from homeostat.care import plan as plans
from homeostat.care.assess.risk import assess, may_stop_at_once
from homeostat.care.case.records import Case
from homeostat.care.check import model_check
from homeostat.care.check.plan_days import Look
from homeostat.care.plan.records import Plan
from homeostat.errors import InputError
from homeostat.facts import Facts

EXAMPLES = Path(__file__).parents[3] / "examples"
TODAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def case(facts: Facts) -> Case:
    return cases.read(EXAMPLES / "typical.toml", TODAY, facts)


@pytest.fixture(scope="module")
def fast(facts: Facts) -> Plan:
    """Two weeks on 1.75 mg, then nothing."""
    plan = plans.read(EXAMPLES / "plans" / "typical-20-weeks.json", facts)
    steps = (plan.steps[0], replace(plan.steps[-1], from_day=plan.steps[0].until))
    return replace(plan, steps=steps, supplies=())


def test_people_drawn_are_those_of_the_case(case: Case, facts: Facts) -> None:
    mine = cohort.people_like(case, ["clonazepam"], facts, people=5, seed=3)
    person = vars(cases.person(case, facts))
    same = hs.draw(5, 3, drugs=["clonazepam"], facts=facts, **person)
    assert all(np.array_equal(mine[name], same[name]) for name in same.columns)
    assert len(cohort.typical(case, ["clonazepam"], facts)) == 1


def test_people_who_are_given_keep_their_numbers_and_take_the_traits_of_the_case(
    case: Case, facts: Facts
) -> None:
    """The domain of validity is that of the person: a posterior of an adult says nothing of a
    child.
    """
    given = hs.draw(4, 9, drugs=["clonazepam"], facts=facts, age_years=30)
    child = replace(case, person=replace(case.person, age_years=8, birth_year=None))
    like = cohort.people_like(child, ["clonazepam"], facts, people=given)
    assert np.array_equal(like["clonazepam.clearance"], given["clonazepam.clearance"])
    assert like.person.age_years == 8


def test_nobody_and_people_without_the_drug_are_refused(case: Case, facts: Facts) -> None:
    given = hs.draw(4, 9, drugs=["clonazepam"], facts=facts)
    with pytest.raises(InputError, match="the people given are none"):
        cohort.people_like(case, ["clonazepam"], facts, people=given.take(slice(0, 0)))
    with pytest.raises(InputError, match=r"lack 'diazepam\."):
        cohort.people_like(case, ["diazepam"], facts, people=given)


def test_people_who_stop_unharmed_take_no_finding_of_the_model_away(
    case: Case, fast: Plan, facts: Facts
) -> None:
    drawn = hs.draw(16, 5, drugs=["clonazepam"], facts=facts)
    calm = drawn.with_columns(fast_gain=1e-6, slow_gain=1e-6)
    alone = Look(fast, case, facts, TODAY, assess(case, facts), may_stop_at_once(case, facts))
    usual = model_check.hardness(alone)
    assert usual is not None
    learnt = model_check.hardness(replace(alone, people=calm))
    assert learnt == usual
    (rule,) = model_check.RULES
    rules = [finding.rule for finding in rule.find(replace(alone, people=calm))]
    assert rules == [finding.rule for finding in rule.find(alone)] == ["model.harder"]


def test_people_who_are_given_and_suffer_more_count(case: Case, fast: Plan, facts: Facts) -> None:
    slow = plans.read(EXAMPLES / "plans" / "typical-20-weeks.json", facts)
    look = Look(slow, case, facts, TODAY, assess(case, facts), may_stop_at_once(case, facts))
    usual = model_check.hardness(look)
    drawn = hs.draw(16, 5, drugs=["clonazepam"], facts=facts)
    harder = drawn.with_columns(clonazepam__clearance=4.0 * drawn["clonazepam.clearance"])
    found = model_check.hardness(replace(look, people=harder))
    assert usual is not None
    assert found is not None
    assert (found.is_noticed, found.share) >= (usual.is_noticed, usual.share)
