"""A plan file comes back as it was, names what is wrong with it, and means the doses it says."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.errors import InputError
from homeostat.facts import Facts, load

TABLE: dict[str, Any] = {
    "format": 1,
    "id": "by-hand",
    "for": {"case": "typical", "initials": "S. T."},
    "made_on": "2026-11-25",
    "made_by": "S. T.'s clinician",
    "way": {"name": "by hand"},
    "goal": {"aim": "stop"},
    "market": "US",
    "steps": [
        {
            "from": "2026-12-01",
            "until": "2026-12-15",
            "doses": [
                {
                    "drug": "clonazepam",
                    "time": "08:00",
                    "dose": "0.75 mg",
                    "items": [{"product": "us-clonazepam-tablet-0.5", "units": 1.5}],
                },
                {"drug": "clonazepam", "time": "20:00", "dose": "750 ug"},
            ],
        },
        {"from": "2026-12-15", "doses": []},
    ],
}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load()


@pytest.fixture(scope="module")
def case(facts: Facts) -> cases.Case:
    return cases.read("examples/typical.toml", date(2026, 11, 25), facts)


def test_a_plan_comes_back_from_its_text_as_it_was(facts: Facts) -> None:
    plan = plans.from_table(TABLE, facts)
    assert plans.parse_text(plans.write(plan), facts) == plan


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "one JSON object"),
        ('{"format": NaN}', "NaN is not a number"),
        ('{"format": 1, "format": 1}', "'format' stands twice"),
        ('{"format": 1, "stepz": []}', "unknown key 'stepz'. Did you mean steps?"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(facts: Facts, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        plans.parse_text(text, facts)


def test_an_unknown_product_is_named_with_the_nearest_one(facts: Facts) -> None:
    wrong = plans.write(plans.from_table(TABLE, facts)).replace(
        "us-clonazepam-tablet-0.5", "us-clonazepam-tablet-0.4"
    )
    with pytest.raises(
        InputError, match=r"steps\[1\]\.doses\[1\]\.items\[1\]\.product.*us-clonazepam-tablet-0\.5"
    ):
        plans.parse_text(wrong, facts)


def test_a_plan_replaces_its_drug_from_its_first_day_and_leaves_the_past(
    facts: Facts, case: cases.Case
) -> None:
    regimen = plans.regimen(plans.from_table(TABLE, facts), case, facts)
    begins = plans.day_of(case, date(2026, 12, 1))
    assert [regimen.mg_per_day("clonazepam", begins + d) for d in (-1, 0, 13, 14)] == [
        2.0,
        1.5,
        1.5,
        0.0,
    ]


def test_what_the_items_make_is_taken_and_not_what_is_written(
    facts: Facts, case: cases.Case
) -> None:
    other = [{"product": "us-clonazepam-tablet-0.5", "units": 0.5}]
    doses = [dict(TABLE["steps"][0]["doses"][0], items=other), TABLE["steps"][0]["doses"][1]]
    table = {**TABLE, "steps": [dict(TABLE["steps"][0], doses=doses), TABLE["steps"][1]]}
    regimen = plans.regimen(plans.from_table(table, facts), case, facts)
    assert regimen.mg_per_day("clonazepam", plans.day_of(case, date(2026, 12, 1))) == 1.0


def test_a_day_between_two_steps_is_a_day_without_the_drug(facts: Facts, case: cases.Case) -> None:
    steps = [
        dict(TABLE["steps"][0], until="2026-12-08"),
        dict(TABLE["steps"][0], **{"from": "2026-12-09"}),
    ]
    regimen = plans.regimen(plans.from_table({**TABLE, "steps": steps}, facts), case, facts)
    begins = plans.day_of(case, date(2026, 12, 1))
    assert [regimen.mg_per_day("clonazepam", begins + d) for d in (6, 7, 8)] == [1.5, 0.0, 1.5]


def test_a_medicine_that_starts_or_stops_in_the_plan_changes_the_clearance(
    facts: Facts, case: cases.Case
) -> None:
    events = [
        {"name": "carbamazepine", "event": "starts", "on": "2026-12-05"},
        {"name": "carbamazepine", "event": "stops", "on": "2027-01-05"},
    ]
    regimen = plans.regimen(plans.from_table({**TABLE, "medicines": events}, facts), case, facts)
    days = (
        (change.from_day for change in regimen.changes),
        (change.to_day for change in regimen.changes),
    )
    assert list(days[0]) == [plans.day_of(case, date(2026, 12, 5))]
    assert list(days[1]) == [plans.day_of(case, date(2027, 1, 5))]


def test_a_plan_says_which_of_its_facts_have_changed(facts: Facts) -> None:
    plan = plans.from_table(TABLE, facts)
    made = replace(plan, facts=plans.foundation(facts, plans.used_by(plan, facts)))
    assert plans.changed(made, facts) == ()
    old = replace(
        made.facts,
        digest="before",
        records={**made.facts.records, "product:us-clonazepam-tablet-0.5": "before"},
    )
    assert plans.changed(replace(made, facts=old), facts) == ("product:us-clonazepam-tablet-0.5",)
