"""What must hold for any plan: days are days of the calendar, slower is never worse, nothing
overrides a refusal.
"""

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.check import ARITHMETIC, check, verdict
from homeostat.errors import InputError
from homeostat.facts import Facts

from .rows import TODAY, read
from .score import rows_of

ROWS = [row.text for name in ("dangerous", "acceptable") for row in rows_of(name)]
SHIFTS = (1, 27, 96, 119, 124, 331, 461, 829, 1192, 3746)
"""Days that carry a plan over month ends, both clock changes, the year's end and the leap days of
2028 and 2032.
"""


def shifted(node: Any, days: int) -> Any:
    """Return a table with every date in it moved."""
    if isinstance(node, dict):
        return {key: shifted(value, days) for key, value in node.items()}
    if isinstance(node, list):
        return [shifted(value, days) for value in node]
    if isinstance(node, date):
        return node + timedelta(days=days)
    try:
        return (date.fromisoformat(node) + timedelta(days=days)).isoformat()
    except (TypeError, ValueError):
        return node


@cache
def judged(facts: Facts, text: str, days: int = 0) -> list[tuple[str, str, str, str]]:
    case_table, plan_table = read(text)
    case = cases.from_table(shifted(case_table, days), TODAY + timedelta(days=days), facts)
    plan = plans.from_table(shifted(plan_table, days), facts)
    found = check(plan, case, facts, today=TODAY + timedelta(days=days), rules=ARITHMETIC)
    return sorted(
        (f.rule, f.level, f.limit_text(), f.value_text())
        for f in found
        if not f.rule.startswith(("supply", "shape.dates", "shape.over"))
    )


@pytest.mark.parametrize("days", SHIFTS)
def test_a_plan_means_the_same_on_every_day_of_the_calendar(facts: Facts, days: int) -> None:
    for text in ROWS[:: len(SHIFTS)]:
        if "age=" not in text and "made=" not in text:
            assert judged(facts, text) == judged(facts, text, days), text


@pytest.mark.parametrize(
    "text", [row.text for row in rows_of("acceptable") if "d0" not in row.text][::3]
)
def test_a_slower_plan_is_never_worse_in_its_pace(facts: Facts, text: str) -> None:
    case_table, plan_table = read(text)
    case = cases.from_table(case_table, TODAY, facts)
    begins = date.fromisoformat(plan_table["steps"][0]["from"])

    def later(day: str) -> str:
        return (begins + (date.fromisoformat(day) - begins) * 2).isoformat()

    for step in plan_table["steps"]:
        step |= {key: later(step[key]) for key in ("from", "until") if key in step}
    found = check(plans.from_table(plan_table, facts), case, facts, today=TODAY, rules=ARITHMETIC)
    assert not [f for f in found if f.stands and f.rule.startswith(("pace", "switch"))], text


def test_no_override_lifts_a_refusal_and_every_warning_can_be_lifted(facts: Facts) -> None:
    for row in rows_of("dangerous"):
        case_table, plan_table = read(row.text)
        case = cases.from_table(case_table, TODAY, facts)
        plan_table["overrides"] = [
            {
                "finding": rule.id,
                "reason": "falls at night; nurse comes daily",
                "by": "R. W.",
                "on": TODAY.isoformat(),
            }
            for rule in ARITHMETIC
        ]
        plan_table.setdefault("visits", [TODAY.isoformat()])
        plan_table["made_on"] = TODAY.isoformat()
        try:
            plan = plans.from_table(plan_table, facts)
        except InputError:
            continue
        found = check(plan, case, facts, today=TODAY, rules=ARITHMETIC)
        refused = any(f.level == "refuse" for f in found)
        assert verdict(found) == ("refuse" if refused else "pass"), row.text
        assert all(f.override is None for f in found if f.level != "warn")


def test_a_check_says_the_same_twice_and_worst_first(facts: Facts) -> None:
    order = {"refuse": 0, "warn": 1, "note": 2}
    for text in ROWS[::25]:
        case_table, plan_table = read(text)
        case, plan = cases.from_table(case_table, TODAY, facts), plans.from_table(plan_table, facts)
        once = check(plan, case, facts, today=TODAY, rules=ARITHMETIC)
        assert once == check(plan, case, facts, today=TODAY, rules=ARITHMETIC)
        assert [order[f.level] for f in once] == sorted(order[f.level] for f in once)
