"""Rules on what stands beside the taper: each from a property of an invented medicine, and silent
without it; and weeks that hold more than a week of now.
"""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.check import ARITHMETIC, check
from homeostat.facts import Facts, load

from ....plans import rows
from ...facts.test_beside import with_invented

FACTS = load()


def levels(text: str, facts: Facts = FACTS) -> dict[str, str]:
    """Return the worst level of each rule that says something of a row."""
    case_table, plan_table = rows.read(text)
    case = cases.from_table(case_table, rows.TODAY, facts)
    plan = plans.from_table(plan_table, facts)
    found = check(plan, case, facts, today=rows.TODAY, rules=ARITHMETIC)
    return {one.rule: one.level for one in reversed(found)}


START = "lorazepam 2/2 5y | down 0.2/3w to 0 | other={}, event=Quorvexa starts d14"
GOES_ON = "lorazepam 2/2 5y | down 0.2/3w to 0 | other={}, med=Quorvexa since 2y"


@pytest.mark.parametrize(
    ("groups", "properties", "condition", "level"),
    [
        ('"beta-blocker-non-selective"', "", "Asthma bronchiale", "refuse"),
        ("", '"qt"', "long QT syndrome", "refuse"),
        ('"dopamine-antagonist"', "", "Parkinson", "refuse"),
    ],
)
def test_an_invented_medicine_that_starts_meets_the_condition_by_its_property(
    tmp_path: Path, groups: str, properties: str, condition: str, level: str
) -> None:
    has_it = with_invented(tmp_path / "with", groups, properties)
    lacks_it = with_invented(tmp_path / "without")
    assert levels(START.format(condition), has_it)["beside.condition"] == level
    assert "beside.condition" not in levels(START.format("hay fever"), has_it)
    assert "beside.condition" not in levels(START.format(condition), lacks_it)


def test_an_unchanged_one_that_can_kill_is_warned_of_and_is_no_refusal(tmp_path: Path) -> None:
    facts = with_invented(tmp_path, '"beta-blocker-non-selective"')
    assert levels(GOES_ON.format("asthma"), facts)["beside.condition"] == "warn"


def test_two_invented_properties_that_harm_together_are_found_and_one_alone_is_not(
    tmp_path: Path,
) -> None:
    facts = with_invented(tmp_path, '"serotonergic"')
    row = "diazepam 10 6y | down 1/2w to 0 | market=UK, med={}, event=Quorvexa starts d14"
    assert levels(row.format("tranylcypromine since 4y"), facts)["beside.pair"] == "refuse"
    assert "beside.pair" not in levels(row.format("ramipril since 4y"), facts)


def test_a_medicine_that_must_be_tapered_and_stops_near_a_step_is_warned_of(
    tmp_path: Path,
) -> None:
    row = "diazepam 10 4y | {}down 1/3w to 0 | market=UK, med=Quorvexa since 5y,"
    row += " event=Quorvexa stops d0"
    must = with_invented(tmp_path / "must", '"snri"')
    free = with_invented(tmp_path / "free", '"statin"')
    assert levels(row.format(""), must)["beside.stops"] == "warn"
    assert levels(row.format("12w 10 > "), must)["beside.stops"] == "note"
    assert "beside.stops" not in levels(row.format(""), free)


@pytest.mark.parametrize("condition", ["myasthenia gravis", "sleep apnoea", "cirrhosis, Child C"])
def test_a_drug_that_stays_against_a_condition_is_warned_of_and_one_that_is_lowered_is_noted(
    condition: str,
) -> None:
    stays = f"diazepam 10 6y | stay | goal=stay, market=UK, other={condition.replace(',', '')}"
    falls = f"diazepam 10 6y | down 1/4w to 0 | market=UK, other={condition.replace(',', '')}"
    assert levels(stays)["beside.drug"] == "warn"
    assert levels(falls)["beside.drug"] == "note"
    assert "beside.drug" not in levels(stays.replace(condition.replace(",", ""), "hay fever"))


@given(
    days=st.integers(1, 6),
    weeks=st.lists(st.lists(st.integers(0, 8), min_size=7, max_size=7), min_size=1, max_size=3),
)
def test_a_week_above_a_week_of_now_is_refused_and_no_other(
    days: int, weeks: list[list[int]]
) -> None:
    mg = [part / 4 for week in weeks for part in week]
    steps = " > ".join(f"1d {dose:g}" for dose in mg)
    found = levels(f"diazepam 1 2y | {steps} > stop | market=UK, week={days}, goal=stop")
    most = np.convolve([*mg, *[0.0] * 7], np.ones(7), "valid").max()
    assert (found.get("shape.week") == "refuse") == (most > days + 1e-6)


def test_days_without_are_meant_on_some_days_and_at_the_end_and_a_gap_elsewhere() -> None:
    some = "zolpidem 10 1y | 4x(1d 5 > 2d 0 > 1d 5 > 3d 0) > stop | week=2"
    last = "clonazepam 0.25 2y | 4w 0.25 > 14x(1d 0.25 > 1d 0) > 10x(1d 0.25 > 2d 0) > stop"
    gap = "lorazepam 4 3y | 4w 3.75 > skip 2d > 4w 3.5 > down 0.25/2w to 0"
    assert levels(some)["shape.gap"] == "note"
    assert levels(last)["shape.gap"] == "note"
    assert levels(gap)["shape.gap"] in {"warn", "refuse"}


def test_a_plan_under_way_is_a_note_and_one_that_was_jumped_into_is_an_alarm() -> None:
    under_way = (
        "clonazepam 1.875 4y | 4w 1.875 > down 0.125/4w to 0 | start=-10, sooner=d10 2,"
        f" made={rows.TODAY - timedelta(days=14)}"
    )
    assert levels(under_way)["shape.dates"] == "note"
    assert levels("clonazepam 2/2 3y | down 0.25/2w to 0 | start=-30")["shape.dates"] != "note"


def test_visits_that_are_still_to_be_arranged_are_a_note_and_a_hole_between_is_an_alarm() -> None:
    row = "clonazepam 2 6y | down 0.125/4w to 0 | visits={}"
    assert levels(row.format("d0 d28 d56"))["plan.visits"] == "note"
    assert levels(row.format("d0 d28 d200 d400"))["plan.visits"] == "warn"
