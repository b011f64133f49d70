"""The tier of a person: each condition of the facts decides; what is unknown decides nothing."""

from datetime import date, timedelta
from typing import Any

import pytest

from homeostat.care import case as cases
from homeostat.care.assess.risk import assess
from homeostat.care.case import format as case_file
from homeostat.care.case.records import Case
from homeostat.care.guideline import Recommendation, recommend
from homeostat.care.guideline.tiers import old_scores
from homeostat.facts import load

FACTS = load()
TODAY = date(2026, 11, 25)


def case(since: date = date(2025, 1, 1), mg: str = "5mg", **more: Any) -> Case:
    """Return a person on diazepam once a day."""
    table: dict[str, Any] = {
        "format": 1,
        "id": "tier",
        "title": "a test",
        "synthetic": True,
        "today": TODAY,
        "market": "UK",
        "person": {"age_years": 50, "sex": "female", "weight_kg": 70.0} | more.pop("person", {}),
        "use": [
            {
                "drug": "diazepam",
                "since": since,
                "doses": [{"time": "21:00", "dose": mg}],
            }
        ],
    }
    return cases.from_table(table | more, TODAY, FACTS)


def tier_of(one: Case) -> Recommendation:
    return recommend(one, FACTS, assess(one, FACTS), "diazepam")


@pytest.mark.parametrize(
    ("more", "tier"),
    [
        ({}, "usual"),
        ({"mg": "30mg"}, "high-risk"),
        ({"person": {"age_years": 82}}, "high-risk"),
        ({"conditions": ["frailty"]}, "high-risk"),
        ({"conditions": ["pregnancy"]}, "high-risk"),
        ({"history": {"seizure_ever": "yes"}}, "high-risk"),
        ({"history": {"previous_withdrawals": 2}}, "high-risk"),
        ({"history": {"previous_withdrawals": 0}}, "usual"),
        ({"since": date(2026, 9, 20)}, "short-low-dose"),
        ({"since": date(2026, 9, 20), "mg": "30mg"}, "high-risk"),
    ],
)
def test_each_condition_decides_the_tier(more: dict[str, Any], tier: str) -> None:
    found = tier_of(case(**more))
    assert found.tier.id == tier
    assert found.why
    assert found.hold is None


def test_a_high_score_of_the_last_days_holds_and_says_until_when_and_by_what() -> None:
    found = tier_of(case(score=[{"scale": "ciwa-b", "date": date(2026, 11, 20), "total": 34}]))
    assert found.hold is not None
    assert found.hold.until == TODAY + timedelta(days=14)
    assert "ciwa-b" in found.hold.measure
    assert found.tier.id == "high-risk"


def test_an_old_score_holds_nobody_and_is_asked_for_anew() -> None:
    old = case(score=[{"scale": "ciwa-b", "date": date(2026, 10, 20), "total": 34}])
    assert tier_of(old).hold is None
    assert [one.scale for one in old_scores(old, FACTS)] == ["ciwa-b"]


def test_a_step_that_was_just_taken_is_waited_for() -> None:
    table = case_file.write(case())
    before = {**table["use"][0], "until": date(2026, 11, 20)}
    before["doses"] = [{"time": "21:00", "dose": "6mg"}]
    now = {**table["use"][0], "since": date(2026, 11, 20)}
    found = tier_of(cases.from_table({**table, "use": [before, now]}, TODAY, FACTS))
    assert found.hold is not None
    assert found.hold.until == date(2026, 12, 4)
    assert "5 of 14 days" in found.hold.why[0]
