"""A case, a plan that passes, one that is refused, and people who are not those of the prior."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import homeostat as hs
from homeostat.actions.read import read_case, read_plan
from homeostat.care.case.records import Case
from homeostat.care.plan.records import Plan
from homeostat.facts import Facts

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="session")
def case(facts: Facts) -> Case:
    return read_case(EXAMPLES / "typical.toml", today=date(2026, 11, 2), facts=facts)


@pytest.fixture(scope="session")
def plan(facts: Facts) -> Plan:
    return read_plan(EXAMPLES / "plans" / "typical-20-weeks.json", facts=facts)


@pytest.fixture(scope="session")
def refused(plan: Plan) -> Plan:
    """Two weeks on 1.75 mg, then nothing."""
    first, last = plan.steps[0], plan.steps[-1]
    steps = (first, replace(last, from_day=first.until))
    return replace(plan, steps=steps, supplies=())


@pytest.fixture(scope="session")
def others(facts: Facts) -> hs.Patients:
    """Forty people who lose the drug in a third of the time and have much anxiety of their own."""
    drawn = hs.draw(40, 7, drugs=["clonazepam"], facts=facts)
    return drawn.with_columns(
        clonazepam__clearance=3.0 * drawn["clonazepam.clearance"],
        severity_baseline=2.0 * drawn["severity_baseline"],
    )
