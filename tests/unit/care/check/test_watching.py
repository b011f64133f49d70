"""A visit lifts a warning of what can kill only where it lies in the plan, at the steps that it is
to watch.
"""

import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.check import ARITHMETIC, check, verdict
from homeostat.facts import Facts, load

MADE, BEGINS = date(2026, 11, 2), date(2026, 11, 9)
DOSES_MG = (1.75, 1.5, 1.25, 1, 0.75, 0.5, 0.25, 0.125)
REASON = "neurology agreed, spouse watches nightly"
ENOUGH = tuple(BEGINS + timedelta(days=days) for days in (7, 21, 35, 49))


def case(facts: Facts) -> cases.Case:
    read = cases.read("examples/typical.toml", MADE, facts)
    history = replace(read.history, seizure_ever="yes")
    return replace(read, history=history)


def table(visits: list[str], setting: str = "outpatient") -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    for n, mg in enumerate(DOSES_MG):
        items = [{"product": "us-clonazepam-odt-0.125", "units": mg / 0.125}]
        dose = {"drug": "clonazepam", "time": "08:00", "dose": f"{mg} mg", "items": items}
        begins = BEGINS + timedelta(days=7 * n)
        until = begins + timedelta(days=7)
        steps.append({"from": str(begins), "until": str(until), "doses": [dose]})
    over = [
        {"finding": rule, "reason": REASON, "by": "A. B.", "on": str(MADE)}
        for rule in ("pace.high-risk", "plan.visits")
    ]
    return {
        "format": 1,
        "id": "weekly",
        "for": {"case": "typical"},
        "made_on": str(MADE),
        "made_by": "A. B.",
        "way": {"name": "by hand"},
        "goal": {"aim": "stop"},
        "market": "US",
        "setting": setting,
        "visits": visits,
        "overrides": over,
        "steps": [*steps, {"from": steps[-1]["until"]}],
    }


def levels(facts: Facts, visits: list[str]) -> dict[str, str]:
    plan = plans.from_table(table(visits), facts)
    found = check(plan, case(facts), facts, today=MADE, rules=ARITHMETIC)
    return {f.rule: f.level if f.override is None else "lifted" for f in reversed(found)}


def test_visits_within_two_weeks_of_each_step_lift_it(facts: Facts) -> None:
    assert levels(facts, [str(day) for day in ENOUGH])["pace.high-risk"] == "lifted"


@pytest.mark.parametrize(
    "visits",
    [[], ["1990-01-01"], ["2026-01-05"], ["2026-11-20"], ["2027-06-01"], ["2190-01-01"]],
)
def test_visits_elsewhere_do_not(facts: Facts, visits: list[str]) -> None:
    assert levels(facts, visits)["pace.high-risk"] == "refuse"


@given(
    missing=st.integers(0, len(ENOUGH) - 2), strays=st.lists(st.dates(date(1900, 1, 1)), max_size=5)
)
def test_no_visit_outside_the_plan_stands_in_for_one_that_is_missing(
    missing: int, strays: list[date]
) -> None:
    kept = [day for n, day in enumerate(ENOUGH) if n not in (missing, missing + 1)]
    away = [d for d in strays if not BEGINS <= d <= BEGINS + timedelta(days=120)]
    away = [d for d in away if d.year < 2200]
    found = levels(load(), [str(day) for day in (*kept, *away)])
    assert found["pace.high-risk"] == "refuse"


@pytest.mark.parametrize("day", ["1990-01-01", "2026-10-01", "2028-01-01", "2190-01-01"])
def test_a_visit_outside_the_plan_is_said(facts: Facts, day: str) -> None:
    given_table = table([str(d) for d in ENOUGH] + [day])
    given_table["overrides"] = []
    plan = plans.from_table(given_table, facts)
    found = check(plan, case(facts), facts, today=MADE, rules=ARITHMETIC)
    said = [f for f in found if f.rule == "plan.visits" and f.level == "warn"]
    assert [f.value_text() for f in said] == [day]


def test_the_example_plans_keep_their_visits(facts: Facts) -> None:
    plan = plans.read("examples/plans/typical-20-weeks.json", facts)
    own = cases.read("examples/typical.toml", MADE, facts)
    assert verdict(check(plan, own, facts, today=MADE, rules=ARITHMETIC)) == "pass"
    early = replace(plan, visits=(date(1990, 1, 1), *plan.visits))
    assert verdict(check(early, own, facts, today=MADE, rules=ARITHMETIC)) == "warn"


def test_the_reason_of_an_override_speaks_of_the_person(facts: Facts) -> None:
    for reason, counts in (
        (REASON, True),
        ("severe sedation with falls; daily visits", True),
        ("falls twice this month and sleeps through meals", True),
        ("lorem ipsum dolor sit", False),
        ("lorem ipsum dolor sit amet consectetur adipiscing elit", False),
        ("qwert asdf yxcv hjkl", False),
        ("banana bicycle football", False),
    ):
        changed = copy.deepcopy(table([str(day) for day in ENOUGH]))
        changed["overrides"][0]["reason"] = reason
        found = check(
            plans.from_table(changed, facts), case(facts), facts, today=MADE, rules=ARITHMETIC
        )
        lifted = [f for f in found if f.rule == "pace.high-risk" and f.override]
        assert bool(lifted) is counts, reason
        assert any(f.rule == "plan.overrides" for f in found) is not counts, reason
