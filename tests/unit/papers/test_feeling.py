"""What a step may feel like: the sentence follows from the doses, each rests on a source, and none
is missing.
"""

from dataclasses import replace

import pytest

from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.plan.records import Plan, Whom
from homeostat.care.plan.schedule import schedule
from homeostat.facts import Facts
from homeostat.report.papers.feeling import kinds
from homeostat.report.papers.handout import handout
from homeostat.report.papers.letter import letter
from homeostat.report.papers.wording import catalogue

from ...checked_plans import released
from .conftest import EXAMPLES


def test_the_first_step_and_the_last_ones_are_told_apart_from_those_between(
    plan: Plan, case: Case
) -> None:
    found = list(kinds(schedule(plan), case).values())
    assert found == ["first", *["down"] * 7, "low", "low", "none"]


def test_a_dose_that_stays_goes_up_or_pauses_is_said_to(plan: Plan, case: Case) -> None:
    one, two, three = plan.steps[0], plan.steps[1], plan.steps[2]
    same = replace(three, doses=two.doses)
    higher = replace(three, doses=one.doses)
    assert list(kinds(schedule(replace(plan, steps=(one, two, same))), case).values())[1:3] == [
        "low",
        "same",
    ]
    assert "up" in kinds(schedule(replace(plan, steps=(one, two, higher))), case).values()
    assert "pause" in kinds(schedule(replace(plan, steps=(one, three))), case).values()


def test_a_new_drug_beside_the_old_one_is_a_change_of_drug(facts: Facts, case: Case) -> None:
    switch = plans.read(EXAMPLES / "plans" / "alprazolam-to-diazepam.json", facts)
    taken = replace(case.use[0], drug="alprazolam")
    assert next(iter(kinds(schedule(switch), replace(case, use=(taken,))).values())) == "switch"
    mine = replace(switch, whom=Whom(case=case.id))
    data = handout(released(mine, replace(case, use=(taken,)), facts), "en")
    assert data["how"][0].startswith("First you change to a new drug")


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_step_of_a_handout_says_what_it_may_feel_like(
    language: str, plan: Plan, case: Case, facts: Facts
) -> None:
    data = handout(released(plan, case, facts), language)
    said = {getattr(s, language) for s in catalogue().values() if s.id.startswith("feel.step-")}
    assert all(row["feel"] in said for part in data["parts"] for row in part["rows"])
    assert data["feel"].endswith({"en": "not yet", "de": "noch nicht"}[language])


def test_whatever_is_said_of_feeling_rests_on_a_source_of_the_facts(facts: Facts) -> None:
    felt = [s for s in catalogue().values() if s.id.startswith("feel.") and s.id != "feel.title"]
    assert len(felt) >= 14
    for sentence in felt:
        assert sentence.sources, sentence.id
        assert all(name.split(",")[0] in facts.sources for name in sentence.sources), sentence.id


def test_a_drug_that_the_plan_does_not_speak_of_is_said_to_go_on(
    plan: Plan, case: Case, facts: Facts
) -> None:
    other = replace(case.use[0], drug="zopiclone")
    data = handout(released(plan, replace(case, use=(*case.use, other)), facts), "en")
    assert "Take your zopiclone as you do now, until we tell you more." in data["how"][1]
    assert len(handout(released(plan, case, facts), "en")["how"]) == 1


def test_the_letter_says_which_drug_is_lowered_and_which_goes_on(
    plan: Plan, case: Case, facts: Facts
) -> None:
    other = replace(case.use[0], drug="zopiclone")
    said = " ".join(
        letter(released(plan, replace(case, use=(*case.use, other)), facts), "en")["plan"]
    )
    assert "The plan lowers clonazepam to no dose" in said
    assert "It does not speak of zopiclone, which goes on as it is." in said
