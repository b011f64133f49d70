"""Every number and every day of a plan has bounds, and what lies outside them ends in one sentence
before any work.
"""

import copy
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.check import ARITHMETIC, check
from homeostat.care.check.plan_days import Look
from homeostat.care.plan import limits
from homeostat.errors import InputError
from homeostat.facts import Facts, load

BEGINS = date(2026, 11, 9)
DOSE = {
    "drug": "clonazepam",
    "time": "08:00",
    "dose": "0.75 mg",
    "items": [{"product": "us-clonazepam-tablet-0.5", "units": 1.5}],
}
PLAN: dict[str, Any] = {
    "format": 1,
    "id": "whole",
    "version": 1,
    "seed": 1,
    "for": {"case": "typical"},
    "made_on": "2026-11-02",
    "made_by": "A. B.",
    "way": {"name": "by hand", "settings": {"share": 0.1}},
    "goal": {"aim": "lower", "to": "1.75 mg"},
    "market": "US",
    "zone": "America/New_York",
    "facts": {"digest": "x", "records": {"drug:clonazepam": "x"}},
    "visits": ["2026-11-16"],
    "medicines": [{"name": "amlodipine", "event": "starts", "on": "2026-11-20"}],
    "overrides": [
        {"finding": "pace.steep", "reason": "falls at night", "by": "A. B.", "on": "2026-11-02"}
    ],
    "supplies": [
        {
            "from": "2026-11-09",
            "until": "2026-12-07",
            "refills": 0,
            "items": [
                {"product": "us-clonazepam-tablet-0.5", "units": 42},
                {"product": "us-clonazepam-tablet-1", "units": 28},
            ],
        }
    ],
    "steps": [
        {
            "from": "2026-11-09",
            "until": "2026-12-09",
            "doses": [DOSE, {"drug": "clonazepam", "time": "20:00", "dose": "1 mg"}],
        },
        {"from": "2026-12-09", "doses": [{"drug": "clonazepam", "time": "20:00", "dose": "1 mg"}]},
    ],
}
DAYS = ["0001-01-01", "1879-12-31", "1950-01-01", "2126-11-23", "2199-12-31", "9999-12-31"]
NUMBERS = [0, -1, 5e-324, 1e-9, 1.5000001, 42.3, 1e9, 1e308, 10**30, 10**4000]
AMOUNTS = ["0 mg", "1e308 mg", "0.000000001 mg", f"{'9' * 400} mg", "5e-324 mg"]


def leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of every number, day and amount of a plan."""
    if isinstance(node, dict | list):
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves(inner, (*path, key))
    elif not isinstance(node, str) or node[:4].isdigit() or node.endswith(" mg"):
        yield path


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return the plan with another value at a place."""
    table = copy.deepcopy(PLAN)
    node: Any = table
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return table


def looked_at(table: dict[str, Any], facts: Facts) -> None:
    """Read and check a plan; a refusal of the reader is an answer too."""
    case = cases.read("examples/typical.toml", date(2026, 11, 2), facts)
    said = ""
    try:
        plan = plans.parse_text(json.dumps(table), facts)
    except InputError as problem:
        said = str(problem)
    if said:
        assert max(map(len, said.split("\n"))) < 400
        return
    check(plan, case, facts, today=date(2026, 11, 2), rules=ARITHMETIC)


PLACES = sorted(leaves(PLAN), key=str)


@pytest.mark.filterwarnings("error")
@settings(max_examples=150, deadline=timedelta(seconds=8))
@given(place=st.sampled_from(PLACES), value=st.sampled_from([*DAYS, *NUMBERS, *AMOUNTS]))
def test_an_extreme_value_at_any_place_ends_in_findings_or_a_sentence(
    place: tuple[Any, ...], value: Any
) -> None:
    looked_at(changed(place, value), load())


def test_the_places_are_all_numbers_days_and_amounts() -> None:
    assert {path[-1] for path in PLACES if isinstance(path[-1], str)} == {
        *("format", "version", "seed", "made_on", "to", "on", "from", "until", "refills", "units"),
        *("dose", "share"),
    }
    assert ("visits", 0) in PLACES


def steps(count: int, *, closed: bool) -> list[dict[str, Any]]:
    found = []
    for n in range(count):
        step: dict[str, Any] = {"from": str(BEGINS + timedelta(days=n)), "doses": [DOSE]}
        if closed:
            step["until"] = str(BEGINS + timedelta(days=n + 1))
        found.append(step)
    return found


def many(key: str, count: int) -> dict[str, Any]:
    """Return the plan with a list as long as that."""
    rows = {
        "steps": lambda: steps(count, closed=True),
        "at once": lambda: steps(count, closed=False),
        "doses": lambda: [{"from": "2026-11-09", "doses": [DOSE] * count}],
        "items": lambda: [
            {"from": "2026-11-09", "doses": [{**DOSE, "items": DOSE["items"] * count}]}
        ],
    }
    if key in rows:
        return {**PLAN, "steps": rows[key]()}
    return {**PLAN, key: [PLAN[key][0]] * count}


@pytest.mark.parametrize(
    ("key", "count"),
    [
        ("steps", limits.MOST_STEPS + 1),
        ("at once", limits.MOST_STEPS_AT_ONCE + 1),
        ("doses", limits.MOST_DOSES_A_STEP + 1),
        ("items", limits.MOST_ITEMS_A_DOSE + 1),
        ("supplies", limits.MOST_SUPPLIES + 1),
        ("visits", limits.MOST_VISITS + 1),
        ("medicines", limits.MOST_MEDICINES + 1),
        ("overrides", limits.MOST_OVERRIDES + 1),
    ],
)
def test_a_list_that_is_too_long_is_refused(facts: Facts, key: str, count: int) -> None:
    with pytest.raises(InputError, match=r"at most|at once"):
        plans.from_table(many(key, count), facts)


def test_all_doses_of_many_steps_together_are_bounded_too(facts: Facts) -> None:
    full = [dict(step, doses=[DOSE] * 10) for step in steps(500, closed=True)]
    with pytest.raises(InputError, match="5000 doses in all steps; at most 4000"):
        plans.from_table({**PLAN, "steps": full}, facts)


@pytest.mark.parametrize("key", ["steps", "supplies", "medicines"])
@pytest.mark.parametrize("year", [2126, 1926])
def test_a_slip_of_the_year_is_asked_about(facts: Facts, key: str, year: int) -> None:
    row = copy.deepcopy(PLAN[key][-1])
    row["on" if key == "medicines" else "from"] = f"{year}-11-09"
    if key == "supplies":
        row["until"] = f"{year}-12-07"
    with pytest.raises(InputError, match=r"years (after|before) the plan's first day.*year wrong"):
        plans.from_table({**PLAN, key: [*PLAN[key][:-1], row]}, facts)


def test_no_view_of_a_plan_is_made_that_no_reader_let_through(facts: Facts) -> None:
    plan = plans.from_table(PLAN, facts)
    far = replace(plan.steps[0], until=date(2190, 1, 1))
    wrong = replace(plan, steps=(far, *plan.steps[1:]))
    case = cases.read("examples/typical.toml", date(2026, 11, 2), facts)
    with pytest.raises(InputError, match="Is a year wrong"):
        Look(wrong, case, facts, BEGINS, None, False)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="Is a year wrong"):
        check(wrong, case, facts, today=BEGINS)


@pytest.mark.parametrize("table", ["steps", "long"])
def test_the_largest_plan_that_is_read_is_checked_in_little_time(facts: Facts, table: str) -> None:
    rows = (
        steps(limits.MOST_STEPS, closed=True)
        if table == "steps"
        else [
            {"from": "2026-11-09", "until": "2038-11-01", "doses": [DOSE]},
            {"from": "2038-11-01"},
        ]
    )
    plan = plans.from_table({**PLAN, "steps": rows}, facts)
    case = cases.read("examples/typical.toml", date(2026, 11, 2), facts)
    before = time.process_time()
    found = check(plan, case, facts, today=date(2026, 11, 2), rules=ARITHMETIC)
    assert time.process_time() - before < 20
    assert found


@pytest.mark.parametrize("command", ["check", "compare"])
def test_a_plan_of_a_hundred_years_takes_no_memory(tmp_path: Path, command: str) -> None:
    table = copy.deepcopy(PLAN)
    table["steps"][0]["until"] = "2126-11-23"
    path = tmp_path / "far.json"
    path.write_text(json.dumps(table), encoding="utf-8")

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (2_000_000_000, 2_000_000_000))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run(
        [sys.executable, "-m", "homeostat.cli", command, "examples/typical.toml", str(path)],
        capture_output=True,
        text=True,
        preexec_fn=bound,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "Is a year wrong?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zone": "../../etc/passwd"}, "write a time zone"),
        ({"zone": "\x1b[2J"}, "cannot be shown"),
        ({"facts": {"records": {"\x1b[2J:x": "1"}}}, "cannot be shown"),
        ({"facts": {"records": {"rumour:clonazepam": "1"}}}, "unknown kind of record 'rumour'"),
        ({"facts": {"records": {"clonazepam": "1"}}}, "named 'kind:id'"),
        ({"facts": {"digest": "<script>"}}, "digest"),
        ({"way": {"name": "by hand", "settings": {"share": 1e300}}}, "settings.share"),
        ({"\x1b[31mRED": 1}, "cannot be shown"),
    ],
)
def test_fields_that_no_rule_reads_hold_only_what_they_are_for(
    facts: Facts, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said.replace("[", r"\[")):
        plans.parse_text(json.dumps({**PLAN, **change}), facts)
