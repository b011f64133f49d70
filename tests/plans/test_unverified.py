"""What nobody has confirmed in a source is said wherever a plan or a forecast uses it, fact by
fact.
"""

from dataclasses import replace
from typing import Any

import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.check import ARITHMETIC, check
from homeostat.care.forecast import Scenario, forecast
from homeostat.care.plan.records import Plan
from homeostat.care.unverified import NOT_IN_FORECASTS, of_case
from homeostat.care.ways import METHODS, Start
from homeostat.facts import Facts, load
from homeostat.facts.medicines import is_recalled
from homeostat.facts.records import Record, Sourced
from homeostat.report.papers import clinician as clinician_page
from homeostat.report.papers import pharmacy as pharmacy_sheet
from homeostat.report.papers.wording import Words
from homeostat.report.screen.ways import ways_as_json

from ..checked_plans import released
from ..findings import finding
from . import rows

FACTS = load()
RULE = "facts.unverified"
SAID = {"drug", "product", "equivalence", "interaction", "medicine-class", "pace"}
"""Kinds that a plan may rest on: an unverified record of these is said by the rule, or by the place
that uses it.
"""
SHOWN_ONLY = {"mechanism", "risk", "remedy", "scale"}
"""Kinds that are shown, with their basis, and that no number of a plan comes from."""
NAMES_ONLY = {
    "medicine",
    "combination",
    "medicine-group",
    "contraindication",
    "group-contraindication",
    "medicine-pair",
    "known-sedative",
}
"""Kinds that say what a name means and what to look at. No number of a plan comes from them, and
each answer carries its own basis.
"""


def unverified_places(record: Record, at: str) -> list[str]:
    """Return every place inside a record that is unverified."""
    found = [at] if isinstance(record, Sourced) and record.is_unverified else []
    for key, value in record:
        inside = value if isinstance(value, tuple) else (value,)
        found += [
            place
            for item in inside
            if isinstance(item, Record)
            for place in unverified_places(item, f"{at}.{key}")
        ]
    return found


def said(text: str, rules: Any = ARITHMETIC, **changes: Any) -> str:
    """Return what the rule says of a row; '' if it says nothing."""
    case, plan = read(text)
    plan = replace(plan, **changes)
    found = check(plan, case, FACTS, today=rows.TODAY, rules=rules)
    return " ".join(f"{one.sentence} {one.value_text()}" for one in found if one.rule == RULE)


def read(text: str) -> tuple[Case, Plan]:
    case_table, plan_table = rows.read(text)
    return cases.from_table(case_table, rows.TODAY, FACTS), plans.from_table(plan_table, FACTS)


def of_kind(kind: str) -> list[str]:
    return [
        name
        for k, name, record in FACTS.everything()
        if k == kind and unverified_places(record, name)
    ]


def test_no_kind_of_fact_is_unverified_without_a_place_that_says_so(facts: Facts) -> None:
    kinds = {kind for kind, name, record in facts.everything() if unverified_places(record, name)}
    assert kinds <= SAID | SHOWN_ONLY | NAMES_ONLY


@pytest.mark.parametrize("name", of_kind("product"))
def test_a_strength_that_nobody_has_confirmed_is_said(name: str) -> None:
    product = FACTS.products[name]
    mg = product.strength_mg
    text = (
        f"{product.drug} {mg} 3y | 12w {mg} > stay | goal=stay, market={product.market}, item=1:"
        f" {name} x 1"
    )
    assert f"product:{name}" in said(text)
    assert "Unverified" in said(text)


@pytest.mark.parametrize("name", of_kind("interaction"))
def test_a_fold_that_nobody_has_confirmed_is_said(name: str) -> None:
    row = FACTS.interactions[name]
    assert f"interaction:{name}" in said(
        f"{row.victim} 2 3y | 12w 2 > stay | goal=stay, med={row.perpetrator}"
    )
    later = said(
        f"{row.victim} 2 3y | 12w 2 > stay | goal=stay, event={row.perpetrator} starts d20"
    )
    assert f"interaction:{name}" in later


@pytest.mark.parametrize("name", sorted(FACTS.medicine_classes))
def test_a_membership_that_nobody_has_confirmed_is_said_and_a_confirmed_one_is_not(
    name: str,
) -> None:
    group, text = (
        FACTS.medicine_classes[name],
        "clonazepam 2 3y | 12w 2 > stay | goal=stay, event={} starts d20",
    )
    unsure = [name for name in group.names if is_recalled(name, group, FACTS)]
    assert len(unsure) >= len(group.recalled) / 2
    for member in unsure[:3]:
        assert f"medicine-class:{name}" in said(text.format(member)), member
    for member in () if group.is_unverified else group.members[:3]:
        assert f"medicine-class:{name}" not in said(text.format(member)), member


@pytest.mark.parametrize(
    "name", [name for name in of_kind("drug") if FACTS.drug(name).family != "metabolite"]
)
def test_kinetics_that_nobody_has_confirmed_are_said_in_check_and_forecast(name: str) -> None:
    drug = FACTS.drug(name)
    unsure = [
        key
        for key, fact in drug.kinetics
        if fact is not None and fact.is_unverified and key != NOT_IN_FORECASTS
    ]
    text = f"{name} {drug.kinetics.usual_daily_dose.bounds('mg')[0]} 3y | stop"
    for key in unsure:
        key = {"occupancy_ec50": "potency (level of half effect)"}.get(key, key)
        assert f"{key.replace('_', ' ')} of {name}" in said(text)
        assert any(
            f"{key.replace('_', ' ')} of {name}" in one.sentence
            for one in of_case(read(text)[0], [name], FACTS)
        )


def test_a_metabolite_that_nobody_has_confirmed_is_said_with_its_parent() -> None:
    assert "drug:nordiazepam" in said("diazepam 10 3y | down 1/3w to 0")
    assert "drug:nordiazepam" in said("chlordiazepoxide 25 3y | 12w 25 > stay | goal=stay")


def test_a_trait_that_nobody_has_confirmed_is_said_only_of_who_has_it() -> None:
    text = "alprazolam 1 3y | 12w 1 > stay | goal=stay"
    assert "clearance of alprazolam with liver impaired" in said(f"{text}, liver=impaired")
    assert said(text) == ""


def test_a_table_and_a_rule_that_nobody_has_confirmed_are_said() -> None:
    switch = (
        "nitrazepam 10 3y | 2w nitrazepam 5 diazepam 5 > 2w diazepam 10 > stay | goal=lower,"
        " switch=nitrazepam 10 diazepam 10 {}"
    )
    assert "equivalence:ashton-2002-unverified" in said(switch.format("ashton-2002-unverified"))
    assert "equivalence" not in said(switch.format("who-2009"))
    text = "clonazepam 2/2 3y | cut 10%/2w to 0.25 > stop"
    behind = {rule for way in METHODS.values() for rule in way.rests_on if rule.startswith("pace:")}
    for rule in behind:
        way = next(name for name, method in METHODS.items() if rule in method.rests_on)
        _, plan = read(text)
        named = replace(plan.way, name=way)
        assert (rule in said(text, way=named)) == FACTS.pace_rules[
            rule.removeprefix("pace:")
        ].is_unverified


def test_the_list_of_ways_says_which_rest_on_an_unverified_rule() -> None:
    for one in ways_as_json(Start(FACTS, "clonazepam", 2.0)):
        rules = [name for name in one.get("rests_on", ()) if name.startswith("pace:")]
        unsure = [
            rule for rule in rules if FACTS.pace_rules[rule.removeprefix("pace:")].is_unverified
        ]
        assert one.get("unverified", []) == unsure, one["name"]


def test_the_clinicians_page_and_the_pharmacy_sheet_never_leave_it_out_for_want_of_room() -> None:
    case, plan = read(
        "alprazolam 0.25 3y | 12w 0.25 > stay | goal=stay, market=UK, item=1:"
        " uk-alprazolam-tablet-0.25 x 1"
    )
    assert FACTS.products["uk-alprazolam-tablet-0.25"].is_unverified
    notes = [
        finding("a.note", "note", "x."),
        finding(RULE, "note", "Unverified."),
        finding("z.note", "note", "y."),
    ]
    shown = clinician_page._findings(notes, Words("en"), 0)
    assert [one["sentence"] for one in shown["others"]] == ["Ask before signing: Unverified."]
    assert any(
        "unverified" in line
        for line in pharmacy_sheet._notes(released(plan, case, FACTS), None, Words("en"))
    )


def test_a_published_pace_that_nobody_has_confirmed_is_called_so() -> None:
    case, plan = read("clonazepam 2/2 3y | down 0.25/2w to 0")
    found = check(plan, case, FACTS, today=rows.TODAY, rules=ARITHMETIC)
    sentence = next(one.limit_text() for one in found if one.rule == "pace.published")
    for rule in FACTS.pace_rules.values():
        if rule.name in sentence:
            assert (f"{rule.name} (unverified)" in sentence) == rule.is_unverified, rule.id


def test_a_plan_that_rests_on_confirmed_facts_alone_has_nothing_to_say() -> None:
    assert said("clonazepam 2/2 3y | down 0.25/2w to 0") == ""


def test_without_the_rule_nothing_says_so() -> None:
    text = "diazepam 10 3y | down 1/3w to 0"
    assert said(text)
    assert not said(text, rules=[rule for rule in ARITHMETIC if rule.id != RULE])


def test_a_forecast_says_so_in_its_own_words() -> None:
    case, _ = read("diazepam 10 3y | 12w 10 > stay | goal=stay")
    found = forecast(case, Scenario("continue"), facts=FACTS, people=30, weeks=4)
    assert any("nordiazepam" in one for one in found.unverified)
