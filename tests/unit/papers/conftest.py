"""A plan and its case, as files of this project."""

from datetime import date
from pathlib import Path

import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.plan.records import Plan
from homeostat.facts import Facts

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="session")
def case(facts: Facts) -> Case:
    return cases.read(EXAMPLES / "typical.toml", date(2026, 11, 2), facts)


@pytest.fixture(scope="session")
def plan(facts: Facts) -> Plan:
    return plans.read(EXAMPLES / "plans" / "typical-20-weeks.json", facts)
