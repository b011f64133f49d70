"""The assessment says what the guideline's table says, and why; unknown is asked, and nobody
dependent is offered an abrupt stop.
"""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from homeostat.care import case as cases
from homeostat.care.assess.dependence import BANDS, Band, dependence
from homeostat.care.assess.risk import assess, may_stop_at_once
from homeostat.facts import Facts

TODAY = date(2026, 11, 25)


def made(
    facts: Facts,
    *,
    drug: str = "clonazepam",
    mg: float = 2,
    days: int = 1000,
    per_week: int = 7,
    **more: Any,
) -> cases.Case:
    table: dict[str, Any] = {
        "format": 1,
        "id": "made",
        "title": "made for a test",
        "market": "US",
        "conditions": [],
        "person": {
            "age_years": 42,
            "weight_kg": 70,
            "sex": "female",
            "liver": "normal",
            "pregnant": "no",
            "illness": "none",
        },
        "use": [
            {
                "drug": drug,
                "since": (TODAY - timedelta(days=days)).isoformat(),
                "days_per_week": per_week,
                "doses": [{"time": "08:00", "dose": f"{mg} mg"}],
            }
        ],
        "alcohol": {"drinks_per_day": "none"},
        "history": dict.fromkeys(
            (
                "seizure_ever",
                "complicated_withdrawal",
                "opioid",
                "other_sedatives",
                "suicidal_thoughts",
                "falls",
                "living_alone",
            ),
            "no",
        )
        | {"previous_withdrawals": 0, "drives": "no", "support_at_home": "yes"},
    }
    for key, value in more.items():
        table[key] = {**table[key], **value} if isinstance(table.get(key), dict) else value
    return cases.from_table(table, TODAY, facts)


@pytest.mark.parametrize(
    ("days", "length", "band"), list(product((1, 3, 4, 7), (5, 29, 30, 90, 91, 4000), BANDS))
)
def test_the_table_of_dependence_is_the_guidelines_in_every_cell(
    facts: Facts, days: int, length: int, band: Band
) -> None:
    if days <= 3:
        expected = "rare"
    elif length >= 91:
        expected = "expected"
    elif length >= 30:
        expected = "possible" if band == "low" else "expected"
    else:
        expected = "possible"
    assert dependence(days, length, band, facts) == expected


@pytest.mark.parametrize(
    ("drug", "mg", "band"),
    [
        ("clonazepam", 0.5, "low"),
        ("clonazepam", 0.51, "moderate"),
        ("clonazepam", 1.5, "moderate"),
        ("clonazepam", 1.6, "high"),
        ("lorazepam", 2, "low"),
        ("lorazepam", 3, "moderate"),
        ("alprazolam", 2.5, "high"),
        ("diazepam", 10, "low"),
        ("diazepam", 16, "high"),
        ("oxazepam", 20, "low"),
        ("oxazepam", 60, "high"),
    ],
)
def test_the_printed_thresholds_come_first_and_tables_stand_in_for_the_rest(
    facts: Facts, drug: str, mg: float, band: str
) -> None:
    case = made(facts, drug=drug, mg=mg, days=60)
    used = assess(case, facts)
    assert band in used.dependence_reasons[0].sentence
    assert used.dependence == ("possible" if band == "low" else "expected")


def test_two_low_doses_together_are_not_low(facts: Facts) -> None:
    two = [
        {
            "drug": "clonazepam",
            "since": "2026-10-01",
            "doses": [{"time": "08:00", "dose": "0.5 mg"}],
        },
        {"drug": "diazepam", "since": "2026-10-01", "doses": [{"time": "20:00", "dose": "10 mg"}]},
    ]
    assert assess(made(facts, use=two), facts).dependence == "expected"


def test_a_short_break_does_not_end_a_stretch_of_use(facts: Facts) -> None:
    broken = [
        {
            "drug": "clonazepam",
            "since": "2025-01-01",
            "until": "2026-11-05",
            "doses": [{"time": "08:00", "dose": "0.5 mg"}],
        },
        {
            "drug": "clonazepam",
            "since": "2026-11-12",
            "doses": [{"time": "08:00", "dose": "0.5 mg"}],
        },
    ]
    assert assess(made(facts, use=broken), facts).dependence == "expected"


STRONG: list[dict[str, Any]] = [
    {"history": {"complicated_withdrawal": "yes"}},
    {"history": {"seizure_ever": "yes"}},
    {"conditions": ["epilepsy"], "history": {"seizure_ever": "yes"}},
    {"conditions": ["alcohol dependence"]},
    {"conditions": ["delirium now"]},
    {"mg": 6},
]


@pytest.mark.parametrize("more", STRONG)
def test_one_strong_factor_makes_the_risk_high_and_asks_for_a_look_at_inpatient_care(
    facts: Facts, more: dict[str, Any]
) -> None:
    found = assess(made(facts, **more), facts)
    assert found.severe_withdrawal == "high"
    assert found.setting != "outpatient"


def test_one_moderate_factor_is_lower_and_two_are_raised(facts: Facts) -> None:
    assert assess(made(facts, mg=0.5, days=100), facts).severe_withdrawal == "lower"
    assert (
        assess(
            made(facts, mg=0.5, days=100, history={"previous_withdrawals": 3}), facts
        ).severe_withdrawal
        == "lower"
    )
    both = made(
        facts, mg=0.5, days=100, history={"previous_withdrawals": 3, "support_at_home": "no"}
    )
    assert assess(both, facts).severe_withdrawal == "raised"


@pytest.mark.parametrize(
    ("more", "criterion"),
    [
        ({"history": {"suicidal_thoughts": "yes"}}, "asam-a"),
        ({"history": {"opioid": "yes"}}, "asam-a"),
        ({"conditions": ["liver failure"]}, "asam-b"),
        ({"person": {"pregnant": "yes"}}, "asam-b"),
        ({"history": {"complicated_withdrawal": "yes"}}, "asam-c"),
    ],
)
def test_the_setting_names_the_guidelines_criterion(
    facts: Facts, more: dict[str, Any], criterion: str
) -> None:
    found = assess(made(facts, **more), facts)
    assert criterion in {r.id for r in found.setting_reasons}
    assert found.setting == "consider inpatient"


def test_the_usual_setting_is_outpatient_and_says_so(facts: Facts) -> None:
    found = assess(made(facts), facts)
    assert (found.setting, found.setting_reasons[0].id) == ("outpatient", "asam-usual")


def test_what_is_unknown_must_be_asked_and_no_is_not(facts: Facts) -> None:
    keys = [
        "seizure_ever",
        "complicated_withdrawal",
        "opioid",
        "other_sedatives",
        "suicidal_thoughts",
        "falls",
        "drives",
    ]
    assert assess(made(facts), facts).must_ask == ()
    for key in keys:
        asked = assess(made(facts, history={key: "unknown"}), facts).must_ask
        assert [item.key for item in asked] == [f"history.{key}"]
    assert [i.key for i in assess(made(facts, person={"pregnant": "unknown"}), facts).must_ask] == [
        "person.pregnant"
    ]
    assert [
        i.key for i in assess(made(facts, alcohol={"drinks_per_day": "unknown"}), facts).must_ask
    ] == ["alcohol.drinks_per_day"]


def test_the_three_goals_are_equals_and_stopping_shows_its_own_harm(facts: Facts) -> None:
    found = assess(made(facts), facts)
    assert [o.aim for o in found.outlooks] == ["stop", "lower", "stay"]
    assert all(o.reasons_for and o.reasons_against for o in found.outlooks)
    assert any("maust-2023" in r.sources for r in found.outlooks[0].reasons_against)


@pytest.mark.parametrize(
    ("days", "per_week", "mg"), list(product((10, 60, 400), (2, 5, 7), (0.25, 1, 3)))
)
def test_nobody_who_is_likely_to_be_dependent_may_stop_at_once(
    facts: Facts, days: int, per_week: int, mg: float
) -> None:
    case = made(facts, days=days, per_week=per_week, mg=mg)
    found = assess(case, facts)
    assert found.forbids_abrupt_stop == (per_week > 3)
    assert may_stop_at_once(case, facts) == (per_week <= 3 or (days < 30 and mg <= 0.5))


def test_a_seizure_in_the_past_forbids_a_stop_at_once_even_after_days_of_use(facts: Facts) -> None:
    assert not may_stop_at_once(
        made(facts, days=5, mg=0.25, history={"seizure_ever": "yes"}), facts
    )


def test_every_source_that_an_assessment_cites_exists(facts: Facts) -> None:
    for more in [
        *STRONG,
        {"history": {"opioid": "yes", "suicidal_thoughts": "yes"}, "person": {"age_years": 70}},
    ]:
        found = assess(made(facts, **more), facts)
        reasons = [*found.dependence_reasons, *found.severe_reasons, *found.setting_reasons]
        reasons += [r for o in found.outlooks for r in (*o.reasons_for, *o.reasons_against)]
        for reason in reasons:
            assert {source.split(",")[0] for source in reason.sources} <= set(facts.sources), (
                reason.id
            )
