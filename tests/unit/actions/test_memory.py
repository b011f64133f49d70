"""Every action that takes people refuses what the memory cannot hold, before anybody is drawn."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest

import homeostat as hs
from homeostat import actions
from homeostat.actions import export, forecast, papers
from homeostat.actions import plan as planning
from homeostat.actions.check import check
from homeostat.actions.compare import compare
from homeostat.care import cohort, memory
from homeostat.care.case.records import Case
from homeostat.care.choice.compare import Named
from homeostat.care.forecast import Scenario
from homeostat.care.plan.records import Plan
from homeostat.errors import CapacityError
from homeostat.facts import Facts
from homeostat.model import patients, simulate

Call = Callable[[Case, Plan, Any, Path], object]

CALLS: dict[str, Call] = {
    "check.check": lambda case, plan, who, out: check(case, plan, people=who),
    "compare.compare": lambda case, plan, who, out: compare(case, [Named("a", plan)], people=who),
    "forecast.forecast": lambda case, plan, who, out: forecast.forecast(
        case, Scenario("plan", plan=plan), people=who
    ),
    "forecast.band": lambda case, plan, who, out: forecast.band(
        case, Scenario("plan", plan=plan), people=who
    ),
    "papers.papers": lambda case, plan, who, out: papers.papers(case, plan, out, people=who),
    "papers.write": lambda case, plan, who, out: papers.write(check(case, plan), out, people=who),
    "plan.plan": lambda case, plan, who, out: planning.plan(case, people=who),
}
ONE_PERSON = {"export.sbml"}
"""Actions that take people and simulate nobody."""
TAKE_NO_NUMBER = {"check.check", "papers.write"}
"""`check` draws a fixed number itself; before `papers.write` a plan is checked."""


def _take_people() -> set[str]:
    found = set()
    for module in iter_modules(actions.__path__):
        held = import_module(f"homeostat.actions.{module.name}")
        for name, one in inspect.getmembers(held, inspect.isfunction):
            if (
                one.__module__ == held.__name__
                and not name.startswith("_")
                and "people" in inspect.signature(one).parameters
            ):
                found.add(f"{module.name}.{name}")
    return found


def test_each_action_that_takes_people_is_held_here() -> None:
    assert _take_people() == CALLS.keys() | ONE_PERSON


@pytest.fixture
def little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that may use one MiB, as Linux writes it."""
    limit = tmp_path / "memory.max"
    limit.write_text(f"{2**20}\n", encoding="ascii")
    monkeypatch.setattr(memory, "LIMITS", (limit,))


@pytest.mark.parametrize("action", CALLS)
def test_people_who_are_given_and_do_not_fit_are_refused_before_the_work(
    action: str,
    case: Case,
    plan: Plan,
    others: hs.Patients,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if action == "papers.write":
        checked = check(case, plan)
        monkeypatch.setitem(
            CALLS, action, lambda case, plan, who, out: papers.write(checked, out, people=who)
        )
    request.getfixturevalue("little")
    _allow_no_work(monkeypatch)
    with pytest.raises(CapacityError, match=r"people over [\d,]+ days .*GiB are free; ask for"):
        CALLS[action](case, plan, others, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("action", sorted(CALLS.keys() - TAKE_NO_NUMBER - {"forecast.band"}))
def test_people_who_would_be_drawn_and_do_not_fit_are_refused_before_the_work(
    action: str,
    case: Case,
    plan: Plan,
    tmp_path: Path,
    little: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _allow_no_work(monkeypatch)
    with pytest.raises(CapacityError, match="GiB are free; ask for"):
        CALLS[action](case, plan, 20_000, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def _allow_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail when somebody is drawn or simulated."""

    def began(*args: object, **named: object) -> None:
        raise AssertionError("the work began")

    monkeypatch.setattr(patients, "draw", began)
    monkeypatch.setattr(simulate, "simulate", began)


def test_a_band_of_drawn_people_needs_no_memory_for_them(case: Case, little: None) -> None:
    assert forecast.band(case, Scenario("continue"), people=500, weeks=1).rows


def test_one_person_is_exported_where_many_do_not_fit(
    case: Case, others: hs.Patients, little: None
) -> None:
    assert "<sbml" in export.sbml(case, people=others, days=2)


def test_longer_plans_need_more_memory(case: Case, plan: Plan, facts: Facts) -> None:
    days = memory.days_lived([plan], case, facts)
    last = plan.steps[-1]
    longer = replace(last, from_day=last.from_day.replace(year=2029))
    held = replace(
        plan,
        steps=(
            *plan.steps[:-1],
            replace(plan.steps[-2], from_day=last.from_day, until=longer.from_day),
            longer,
        ),
    )
    assert memory.days_lived([plan, held], case, facts) > days + 600
    assert memory.days_lived([plan, plan], case, facts) == days


def test_nobody_is_simulated_who_does_not_fit(
    others: hs.Patients, steady_use: hs.Regimen, facts: Facts, little: None
) -> None:
    with pytest.raises(CapacityError, match="40 people over 100 days"):
        cohort.course(others, steady_use, np.arange(100.0), facts)
