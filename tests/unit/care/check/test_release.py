"""A checked plan is made by the check alone, and only a released one becomes a paper for a
patient.
"""

import copy
import pickle
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.check import Checked, Released, check, checked
from homeostat.care.check.release import require_checked
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.report.papers import folder
from homeostat.report.papers.clinician import clinician

EXAMPLES = Path(__file__).parents[4] / "examples"
TODAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def passed(facts: Facts) -> Checked:
    case = cases.read(EXAMPLES / "typical.toml", TODAY, facts)
    plan = plans.read(EXAMPLES / "plans" / "typical-20-weeks.json", facts)
    return checked(plan, case, facts, today=TODAY)


@pytest.fixture(scope="module")
def refused(passed: Checked) -> Checked:
    plan = passed.plan
    steps = (plan.steps[0], replace(plan.steps[-1], from_day=plan.steps[0].until))
    fast = replace(plan, steps=steps, supplies=())
    return checked(fast, passed.case, passed.facts, today=TODAY)


def bare(good: Checked) -> Any:
    made = object.__new__(Checked)
    for one in fields(Checked):
        object.__setattr__(made, one.name, getattr(good, one.name))
    return made


FORGERIES: dict[str, Callable[[Checked], Any]] = {
    "constructor": lambda good: Checked(
        *(getattr(good, one.name) for one in fields(Checked)), key=object()
    ),
    "replace": lambda good: replace(good, findings=()),
    "replace with a key": lambda good: replace(good, findings=(), key=None),
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "pickle": lambda good: pickle.loads(pickle.dumps(good)),
    "subclass": lambda good: type("Mine", (Checked,), {}),
    "without its constructor": lambda good: require_checked(bare(good)),
    "by another type": lambda good: require_checked(
        SimpleNamespace(**{one.name: getattr(good, one.name) for one in fields(Checked)})  # type: ignore[arg-type]
    ),
}


@pytest.mark.parametrize("way", FORGERIES)
def test_nothing_but_the_check_makes_a_checked_plan(way: str, refused: Checked) -> None:
    with pytest.raises((TypeError, ValueError)):
        FORGERIES[way](refused)


def test_a_checked_plan_holds_what_the_check_found(passed: Checked, facts: Facts) -> None:
    found = check(passed.plan, passed.case, facts, today=TODAY)
    assert passed.findings == found
    assert passed.facts_digest == facts.digest
    assert not passed.refusals


def test_a_refused_plan_is_not_released(refused: Checked, passed: Checked) -> None:
    with pytest.raises(InputError, match=r"is refused by the check \(.*pace"):
        Released(refused)
    good = Released(passed)
    with pytest.raises(InputError, match="is refused by the check"):
        replace(good, checked=refused)
    with pytest.raises(TypeError):
        copy.copy(good)


def test_a_plan_that_contradicts_itself_or_is_for_another_is_not_released(passed: Checked) -> None:
    step = passed.plan.steps[0]
    dose = replace(step.doses[0], dose_mg=step.doses[0].dose_mg * 1.01)
    odd = replace(
        passed.plan,
        steps=(
            replace(step, doses=(dose, *step.doses[1:])),
            *passed.plan.steps[1:],
        ),
    )
    with pytest.raises(InputError, match="its items make"):
        Released(checked(odd, passed.case, passed.facts, today=TODAY))
    other = replace(passed.case, id="other")
    with pytest.raises(InputError, match="not for 'other'"):
        Released(checked(passed.plan, other, passed.facts, today=TODAY))


def test_writers_take_no_plan_that_has_not_been_checked(passed: Checked, tmp_path: Path) -> None:
    forged = bare(passed)
    with pytest.raises(TypeError, match="made from a checked plan"):
        folder.write(forged, tmp_path / "out", courses={}, splitting=None)
    with pytest.raises(TypeError, match="made from a checked plan"):
        clinician(forged, "en", courses={})
    with pytest.raises(TypeError, match="made from a checked plan"):
        Released(forged)
    assert not (tmp_path / "out").exists()
