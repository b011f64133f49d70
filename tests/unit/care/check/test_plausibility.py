"""Length, origin, days and names: what no rule weighed before is looked at, in every way it can be
wrong.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.case.words import known_medicines
from homeostat.care.check import ARITHMETIC, check, verdict
from homeostat.care.findings import Finding
from homeostat.care.plan.limits import LONGEST_D
from homeostat.facts import Facts, load
from homeostat.facts.medicines import classes_of
from homeostat.facts.spelling import LOOKALIKES

from ....how_many import examples

MADE, BEGINS = date(2026, 11, 2), date(2026, 11, 9)
ITEMS = {"08:00": ("us-clonazepam-tablet-0.5", 1.5), "20:00": ("us-clonazepam-tablet-1", 1)}
DOSES = [
    {
        "drug": "clonazepam",
        "time": time,
        "dose": dose,
        "items": [{"product": ITEMS[time][0], "units": ITEMS[time][1]}],
    }
    for time, dose in (("08:00", "0.75 mg"), ("20:00", "1 mg"))
]
FULL = [{"drug": "clonazepam", "time": t, "dose": "1 mg"} for t in ("08:00", "20:00")]


def found(facts: Facts, **change: Any) -> tuple[Finding, ...]:
    table = {
        "format": 1,
        "id": "small",
        "for": {"case": "typical"},
        "made_on": str(MADE),
        "made_by": "A. B.",
        "way": {"name": "by hand"},
        "goal": {"aim": "lower", "to": "1.75 mg"},
        "market": "US",
        "steps": [{"from": str(BEGINS), "doses": DOSES}],
    }
    plan = plans.from_table({**table, **change}, facts)
    case = cases.read("examples/typical.toml", MADE, facts)
    return check(plan, case, facts, today=MADE, rules=ARITHMETIC)


def said(findings: tuple[Finding, ...], rule: str) -> list[str]:
    return [f.level for f in findings if f.rule == rule]


def test_the_plain_plan_passes(facts: Facts) -> None:
    assert verdict(found(facts)) == "pass"


@settings(max_examples=examples(15, 100))
@given(days=st.integers(1, LONGEST_D))
def test_an_abrupt_stop_is_seen_however_far_ahead_it_lies(days: int) -> None:
    stop = str(BEGINS + timedelta(days=days))
    steps = [{"from": str(BEGINS), "until": stop, "doses": FULL}, {"from": stop}]
    findings = found(load(), steps=steps, goal={"aim": "stay"})
    assert "refuse" in said(findings, "pace.abrupt")


@settings(max_examples=examples(15, 100))
@given(days=st.integers(1, LONGEST_D - 30))
def test_and_however_far_back_the_plan_begins(days: int) -> None:
    first, last = BEGINS - timedelta(days=days), BEGINS + timedelta(days=3)
    half = [{"drug": "clonazepam", "time": "08:00", "dose": "0.5 mg"}]
    steps = [
        {"from": str(first), "until": str(BEGINS), "doses": FULL},
        {"from": str(BEGINS), "until": str(last), "doses": half},
        {"from": str(last)},
    ]
    assert verdict(found(load(), steps=steps, goal={"aim": "stop"})) == "refuse"


@pytest.mark.parametrize(("years", "level"), [(4, []), (6, ["warn"]), (11, ["refuse"])])
def test_a_long_plan_needs_a_reason_and_a_longer_one_is_refused(
    facts: Facts, years: int, level: list[str]
) -> None:
    last = str(BEGINS.replace(year=BEGINS.year + years))
    steps = [{"from": str(BEGINS), "until": last, "doses": DOSES}, {"from": last, "doses": DOSES}]
    assert said(found(facts, steps=steps), "plan.length") == level


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({"made_on": "1950-01-01"}, "refuse"),
        ({"made_on": "2025-06-01"}, "warn"),
        ({"made_on": "2027-06-01"}, "warn"),
        ({"zone": "Nowhere/Land"}, "warn"),
        ({"zone": "Europe/Berlin"}, ""),
        ({"way": {"name": "by hand", "settings": {"bogus": 1}}}, "warn"),
        ({"way": {"name": "optimised-1", "settings": {"people": 24, "hard_points": 20}}}, ""),
        ({"way": {"name": "fixed-amount", "settings": {"clonazepam: step_mg": 0.1}}}, ""),
    ],
)
def test_what_a_plan_says_of_its_making_is_read(
    facts: Facts, change: dict[str, Any], level: str
) -> None:
    assert said(found(facts, **change), "plan.origin") == [level] * bool(level)


@pytest.mark.parametrize("day", ["2029-01-01", "2038-01-01", "2024-01-01"])
def test_a_medicine_far_from_the_plan_is_asked_about(facts: Facts, day: str) -> None:
    medicines = [{"name": "amlodipine", "event": "starts", "on": day}]
    assert said(found(facts, medicines=medicines), "plan.medicines") == ["warn"]


NAMES = sorted(name for name in known_medicines(load()) if name.isascii() and name.isalpha())


@given(name=st.sampled_from(NAMES), letter=st.sampled_from(sorted(LOOKALIKES)), data=st.data())
def test_a_lookalike_letter_in_a_known_name_is_never_a_note_alone(
    name: str, letter: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    for wrong in (name[:at] + letter + name[at + 1 :], name[:at] + letter + name[at:]):
        medicines = [{"name": wrong, "event": "starts", "on": "2026-11-20"}]
        findings = found(load(), medicines=medicines)
        assert verdict(findings) != "pass", (wrong, [f.sentence for f in findings])


@given(
    name=st.sampled_from(NAMES), unseen=st.sampled_from("\u00ad\u200b\u2060\u3164"), data=st.data()
)
def test_an_unseen_character_in_a_name_changes_no_finding(
    name: str, unseen: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(name)))
    written = [name, name[:at] + unseen + name[at:]]
    plain, hidden = (
        found(load(), medicines=[{"name": one, "event": "starts", "on": "2026-11-20"}])
        for one in written
    )
    assert plain == hidden


@pytest.mark.parametrize("wrong", ["fentanly", "oxycodnoe", "morphne", "phenobarbitl", "tramdol"])
def test_a_misspelt_name_is_asked_about(facts: Facts, wrong: str) -> None:
    assert not classes_of(wrong, facts)
    medicines = [{"name": wrong, "event": "starts", "on": "2026-11-20"}]
    asked = [f.sentence for f in found(facts, medicines=medicines) if f.rule == "plan.names"]
    assert len(asked) == 1
    assert " meant?" in asked[0]


@pytest.mark.parametrize(
    "name", ["epilepsy", "Epilepsу", "epilepsi", "sleep apnea", "liver failure"]
)
def test_a_known_condition_among_the_others_is_asked_about(facts: Facts, name: str) -> None:
    case = cases.read("examples/typical.toml", MADE, facts)
    hidden = replace(case, other_conditions=(name,))
    plan = plans.read("examples/plans/typical-20-weeks.json", facts)
    findings = check(plan, hidden, facts, today=MADE, rules=ARITHMETIC)
    assert "warn" in said(findings, "plan.names")


@pytest.mark.parametrize("usual", ["paracetamol", "ibuprofen", "metformin", "levothyroxine"])
def test_a_usual_name_that_no_rule_knows_is_a_note(facts: Facts, usual: str) -> None:
    medicines = [{"name": usual, "event": "starts", "on": "2026-11-20"}]
    assert verdict(found(facts, medicines=medicines)) == "pass"


def supply(units: float, refills: int = 0) -> list[dict[str, Any]]:
    items = [
        {"product": "us-clonazepam-tablet-0.5", "units": units},
        {"product": "us-clonazepam-tablet-1", "units": 28},
    ]
    window = {"from": str(BEGINS), "until": str(BEGINS + timedelta(days=28))}
    return [{**window, "items": items, "refills": refills}]


@pytest.mark.parametrize("refills", range(0, 100, 7))
def test_refills_hand_out_as_much_as_the_same_in_one_prescription(
    facts: Facts, refills: int
) -> None:
    word = verdict(found(facts, supplies=supply(42, refills)))
    assert word == ("pass" if refills == 0 else "refuse"), refills


@pytest.mark.parametrize("units", [42.3, 42.5, 41.999999])
def test_a_part_of_a_tablet_is_not_prescribed(facts: Facts, units: float) -> None:
    assert "refuse" in said(found(facts, supplies=supply(units)), "dispensing.prescription")


@pytest.mark.parametrize(
    "item", [{"units": 1.5000001}, {"units": 1.499}, {"ml": 1.5}, {"units": 3}]
)
def test_check_and_papers_refuse_the_same_doses(facts: Facts, item: dict[str, float]) -> None:
    from homeostat.care.plan.contradictions import contradictions
    from homeostat.errors import InputError

    wrong = {**DOSES[0], "items": [{"product": "us-clonazepam-tablet-0.5", **item}]}
    steps = [{"from": str(BEGINS), "doses": [wrong, DOSES[1]]}]
    findings = found(facts, steps=steps)
    assert verdict(findings) == "refuse"
    table_plan = plans.from_table(
        {
            **{"format": 1, "id": "small", "for": {"case": "typical"}, "made_on": str(MADE)},
            **{"made_by": "A. B.", "way": {"name": "by hand"}, "goal": {"aim": "stay"}},
            **{"market": "US", "steps": steps},
        },
        facts,
    )
    try:
        refused = bool(contradictions(table_plan, facts))
    except InputError:
        refused = True
    assert refused
