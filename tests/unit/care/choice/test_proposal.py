"""A proposal: ways side by side on the same people, a shortlist with reasons, and a plain no where
nothing fits.
"""

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.case import format as case_file
from homeostat.care.choice import drafting
from homeostat.care.choice.candidates import breaches, strength
from homeostat.care.choice.compare import SAME_POINTS, Named, Outcome, bench, compare
from homeostat.care.choice.proposal import (
    Proposal,
    awaits_a_reason,
    courses,
    is_too_hard,
    propose,
)
from homeostat.care.choice.recommended import Pick, falls_of
from homeostat.care.choice.searched import totals, walkers
from homeostat.care.choice.shortlist import certainty, front
from homeostat.care.dispensing.splitting import effect
from homeostat.care.plan.workload import of_day, of_plan
from homeostat.errors import InputError
from homeostat.facts import load
from homeostat.model.patients import STRUCTURES
from homeostat.report.screen.plans import show_proposal

from ....findings import finding
from .test_ways import TODAY, a_case

EXAMPLES = Path(__file__).parents[4] / "examples"
PEOPLE = 90


@cache
def proposed(name: str = "typical", **asked: object) -> Proposal:
    case = cases.read(EXAMPLES / f"{name}.toml", TODAY, load())
    return propose(drafting.task(case, load(), **asked), people=PEOPLE)  # type: ignore[arg-type]


@cache
def computed(name: str = "typical", **asked: object) -> Proposal:
    """Return what the search finds; it is asked for by name."""
    case = cases.read(EXAMPLES / f"{name}.toml", TODAY, load())
    task = drafting.task(case, load(), **asked)  # type: ignore[arg-type]
    return propose(task, wanted=[("optimised", {})], people=PEOPLE)


def test_no_plan_on_the_front_is_beaten_by_another() -> None:
    made = proposed()
    costs = [made.comparison[name].costs for name in made.front]
    for i, one in enumerate(costs):
        for j, other in enumerate(costs):
            assert i == j or not all(a <= b for a, b in zip(other, one, strict=True))


@pytest.mark.parametrize("name", ["typical", "low-dose-elderly"])
def test_of_what_the_search_found_only_what_nothing_else_it_found_beats_is_shown(name: str) -> None:
    made = computed(name, goal="stop")
    costs = {
        o.name: np.array(o.costs)
        for o in made.comparison.outcomes
        if o.name.startswith("optimised")
    }
    assert costs
    for one, cost in costs.items():
        assert not any(
            (other <= cost + 1e-9).all() for known, other in costs.items() if known != one
        ), one
    assert {o.name for o in made.comparison.outcomes} == {one.name for one in made.candidates}
    names = [o.name for o in made.comparison.outcomes]
    whole = compare([Named(one.name, one.plan) for one in made.candidates], made.bench)
    assert whole.sureness(names[1], names[-1]) == made.comparison.sureness(names[1], names[-1])


def test_the_guidelines_pace_comes_first_and_every_plan_of_the_shortlist_is_allowed() -> None:
    made = proposed()
    assert made.shortlist[0].name == "guideline"
    assert len(made.shortlist) >= 3
    groups = [pick.group for pick in made.shortlist]
    assert groups == sorted(groups, key=("recommended", "faster", "computed").index)
    for pick in made.shortlist:
        assert pick.why
        assert not made[pick.name].breaches
        assert all(finding.level != "refuse" for finding in made.findings[pick.name])
    assert made.pick().name == made.shortlist[0].name
    assert made.pick("2").name == made.shortlist[1].name
    assert made.pick("label").name == "label"
    with pytest.raises(InputError, match="no plan of that name"):
        made.pick("77")
    assert len(made.sureness) == len(made.shortlist) - 1
    assert all("% of people" in said and "of the structures" in said for said in made.sureness)


def test_a_computed_plan_is_made_only_where_it_was_asked_for_and_says_that_nobody_tried_it() -> (
    None
):
    assert not any(one.name.startswith("optimised") for one in proposed().candidates)
    made = computed()
    assert made.shortlist
    assert {pick.group for pick in made.shortlist} == {"computed"}
    assert all("no trial" in pick.why for pick in made.shortlist)


def test_a_faster_plan_takes_no_larger_steps_than_its_units_force() -> None:
    for name in ("typical", "liver", "alprazolam-switch", "low-dose-elderly"):
        made = proposed(name)
        if made.shortlist[0].name != "guideline":
            continue
        edge = falls_of(made["guideline"], made.task).largest_fall
        for pick in made.shortlist:
            if pick.group == "faster":
                fell = falls_of(made[pick.name], made.task)
                assert fell.pace != "neither"
                assert fell.largest_fall <= max(edge, 0.25) + 1e-9


def test_plans_found_by_search_begin_as_the_guideline_says_and_keep_its_ceiling() -> None:
    made = computed()
    task = made.task
    searched = [one for one in made.candidates if one.name.startswith("optimised")]
    assert len(searched) >= 3
    ladder = (task.mg_per_day, *totals(task, drafting.cupboard(task)))
    for one in searched:
        levels = strength(one.held, task)
        assert levels[0] - levels[1] <= 0.1 * task.mg_per_day + 1e-9
        for before, now in pairwise(levels[1:]):
            is_forced = ladder.index(now) == ladder.index(before) + 1
            assert is_forced or (before - now) / before <= 0.25 + 1e-9
        assert (one.held[0].days or 0) >= 14
        assert not breaches(one.held, task)
        assert all(7 <= (part.days or 7) <= 28 for part in one.held)
        assert all(b < a for a, b in pairwise(levels))
        assert one.weeks <= 52


def test_what_is_beyond_the_ceiling_is_shown_and_never_on_the_shortlist() -> None:
    made = proposed()
    assert made["label"].breaches
    assert "label" not in made.front
    assert "label" not in {pick.name for pick in made.shortlist}


def test_a_plan_whose_pace_is_warned_of_is_never_recommended() -> None:
    warn = finding("pace.anything", "warn")
    assert is_too_hard([warn])
    assert is_too_hard([finding("model.harder", "warn")])
    assert is_too_hard([finding("people.age", "refuse")])
    assert is_too_hard([finding("pace.anything", "refuse", can_kill=True)])
    assert not is_too_hard([finding("interaction.opioid", "refuse", can_kill=True)])
    assert not is_too_hard([finding("people.age", "warn"), finding("pace.anything", "note")])


def test_somebody_whose_every_plan_needs_a_written_reason_still_gets_a_shortlist_that_says_so() -> (
    None
):
    case = proposed().task.case
    history = replace(case.history, opioid="yes")
    made = propose(drafting.task(replace(case, history=history), load()), people=30)
    assert len(made.shortlist) >= 2
    assert all(awaits_a_reason(made.findings[pick.name]) for pick in made.shortlist)
    assert not any(awaits_a_reason(proposed().findings[pick.name]) for pick in proposed().shortlist)
    console = Console(width=200, record=True)
    plan = made.pick().plan
    show_proposal(made, plan, effect(plan, made.task.case, load()), console)
    assert "refused until somebody writes into the plan why" in console.export_text()


def test_what_exceeds_the_ceiling_by_less_than_the_check_forgives_is_not_recommended_either() -> (
    None
):
    case = a_case(market="UK", liquid="yes")
    wanted = [("percent-of-start", {"share": 0.26}), ("percent-of-start", {})]
    made = propose(drafting.task(case, load()), wanted=wanted, people=30)
    assert made.candidates[1].breaches
    assert not is_too_hard(made.findings[made.candidates[1].name])
    assert "percent-of-start:share=0.26" not in {
        *made.front,
        *(pick.name for pick in made.shortlist),
    }


def test_a_case_outside_the_domain_is_offered_ways_without_a_ranking() -> None:
    made = proposed("two-drugs")
    assert made.comparison.withheld
    assert made.front == ()
    assert len(made.shortlist) == 3
    assert made.shortlist[0].name == "guideline"
    assert not any(one.name.startswith("optimised") for one in made.candidates)
    assert np.isnan(made.comparison.outcomes[1].hard_share)
    assert courses(made, made.shortlist[0].name) is None


def test_to_lower_and_hold_ends_at_the_dose_that_is_kept() -> None:
    made = proposed(goal="lower", to_mg=0.5)
    assert "lower-and-hold" not in {one.name for one in made.candidates}
    for one in made.candidates[1:]:
        if not one.plan.switch:
            assert one.plan.steps[-1].mg_per_day("clonazepam") == 0.5
        assert one.plan.goal.to_mg_per_day == 0.5
    assert (
        made.comparison["percent-of-start"].hard_share
        <= proposed().comparison["percent-of-start"].hard_share
    )


def test_to_stay_is_a_plan_like_the_others() -> None:
    made = proposed(goal="stay")
    assert [one.name for one in made.candidates] == ["stay"]
    (step,) = made.pick().plan.steps
    assert step.mg_per_day("clonazepam") == 2.0
    assert step.until is None
    assert made.comparison["stay"].hard_share == 0
    assert made.comparison["stay"].changes == 0
    assert plans.parse_text(plans.write(made.pick().plan), load()) == made.pick().plan


def test_every_plan_that_is_proposed_reads_back_and_rests_on_these_facts() -> None:
    facts = load()
    for one in proposed().candidates:
        again = plans.parse_text(plans.write(one.plan), facts)
        assert plans.write(again) == plans.write(one.plan), one.name
        assert plans.changed(again, facts) == ()
        assert again.whom.case == "typical"


def test_a_plan_against_itself_wins_nothing_and_order_changes_nothing() -> None:
    made = proposed()
    on = made.bench
    two = [
        Named("a", made["percent-of-start"].plan),
        Named("b", made["label"].plan),
        Named("c", made["label"].plan),
    ]
    found, turned = compare(two, on), compare(two[::-1], on)
    assert found.beats[1, 2] == found.beats[2, 1] == 0
    assert found.sureness("a", "b") == turned.sureness("a", "b")
    assert found.sureness("a", "b")[0] > 0.8
    assert found.sureness("b", "a")[0] < 0.05
    assert found["b"].hard_share == turned["b"].hard_share == made.comparison["label"].hard_share
    assert found.beats_by_structure[0, 1] == 1.0
    assert SAME_POINTS > 0


def test_a_hard_week_is_a_week_above_the_limit_that_is_named() -> None:
    made = proposed()
    facts = load()
    one = made["label"]
    course = courses(made, "label", days_before=0)["label"]  # type: ignore[index]
    severity = course["severity"][1:]
    weeks = len(severity) // 7
    worst = severity[: 7 * weeks].reshape(weeks, 7, -1).mean(axis=1).max(axis=0)
    share = (worst > facts.choices["hard-week"].to("points")).mean()
    assert made.comparison[one.name].hard_share == pytest.approx(share, abs=0.025)
    shares = made.comparison[one.name].hard_by_structure
    assert set(shares) == set(STRUCTURES)


def test_work_is_counted_from_what_the_doses_are_made_of() -> None:
    case = a_case(stock=["us-clonazepam-tablet-0.5"])
    task = drafting.task(case, load())
    cup = drafting.cupboard(task)
    assert of_day(cup.doses("clonazepam", 0.25)) == (1, 1)
    assert of_day(cup.doses("clonazepam", 1.5)) == (2, 4)
    plan = proposed()["percent-of-start"].plan
    work = of_plan(plan, load())
    assert work.changes == len(plan.steps)
    assert work.days == (plan.steps[-1].from_day - plan.steps[0].from_day).days
    assert work.burden > work.changes


TIGHT = {
    "time": (
        {"max_weeks": 2},
        {},
        r"what blocks is the time\. The nearest plan takes 8 weeks \(2 mg → 1\.875 mg",
    ),
    "units": (
        {},
        {
            "drug": "diazepam",
            "mg": (10.0,),
            "market": "EU",
            "splitting": "no",
            "stock": ["eu-diazepam-tablet-10"],
        },
        "What blocks are the units",
    ),
}


@pytest.mark.parametrize("name", TIGHT)
def test_where_nothing_fits_the_sentence_says_what_blocks_and_what_is_nearest(name: str) -> None:
    asked, about, said = TIGHT[name]
    case = (
        a_case(stock=["us-clonazepam-tablet-0.5", "us-clonazepam-odt-0.125"])
        if not about
        else a_case(**about)
    )  # type: ignore[arg-type]
    with pytest.raises(InputError, match=said):
        propose(drafting.task(case, load(), **asked), people=30)  # type: ignore[arg-type]


def test_people_at_high_risk_are_offered_nothing_faster_than_the_routine_step() -> None:
    case = proposed().task.case
    history = replace(case.history, seizure_ever="yes")
    task = drafting.task(replace(case, history=history), load())
    asked = ("optimised", "fixed-amount", "quarters-then-eighths")
    made = propose(task, wanted=[(name, {}) for name in asked], people=30)
    assert made.task.pace.share == 0.125
    assert "seizure" in made.task.pace.name
    assert made["fixed-amount"].breaches == ()
    assert made["quarters-then-eighths"].breaches
    searched = [one for one in made.candidates if one.name.startswith("optimised")]
    assert searched
    for one in searched:
        assert not breaches(one.held, made.task)
        assert not any(
            f.rule.startswith("pace.") and f.level == "warn" for f in made.findings[one.name]
        ), one.name


def test_a_way_asked_for_by_name_that_cannot_be_used_is_refused_with_the_reason() -> None:
    case = cases.read(EXAMPLES / "alprazolam-switch.toml", TODAY, load())
    with pytest.raises(InputError, match="published for clonazepam"):
        propose(drafting.task(case, load()), wanted=[("nardi-2010", {})], people=30)
    with pytest.raises(InputError, match="there is no way 'nardi-2011'"):
        propose(drafting.task(case, load()), wanted=[("nardi-2011", {})], people=30)


def test_only_the_ways_that_were_asked_for_are_shown() -> None:
    case = cases.read(EXAMPLES / "typical.toml", TODAY, load())
    wanted = [("percent-of-start", {"share": 0.125}), ("percent-of-start", {})]
    made = propose(drafting.task(case, load()), wanted=wanted, people=30)
    assert [one.name for one in made.candidates] == [
        "stay",
        "percent-of-start:share=0.125",
        "percent-of-start",
    ]
    assert made["percent-of-start:share=0.125"].weeks < made["percent-of-start"].weeks


def a_case_with_two(**about: object) -> cases.Case:
    one = a_case(mg=(0.5, 0.5), **about)  # type: ignore[arg-type]
    table = case_file.write(one)
    table["use"] = [*table["use"], {**table["use"][0], "drug": "alprazolam"}]
    return cases.from_table(table, TODAY, load())


@cache
def two_stopped(*drugs: str) -> Proposal:
    return propose(drafting.task(a_case_with_two(), load(), drugs=drugs), people=30)


@pytest.mark.parametrize("asked", [(), ("clonazepam", "alprazolam")])
def test_to_stop_two_drugs_stops_one_after_the_other_and_both(asked: tuple[str, ...]) -> None:
    made = two_stopped(*asked)
    first, then = asked or ("alprazolam", "clonazepam")
    assert made.task.drugs == (first, then)
    for one in made.candidates[1:]:
        totals = [(step.mg_per_day(first), step.mg_per_day(then)) for step in one.plan.steps]
        assert totals[-1] == (0.0, 0.0), one.name
        assert (0.0, 1.0) in totals, one.name
        assert all(after == 1.0 for before, after in totals if before > 0), one.name
        assert all(b[0] <= a[0] and b[1] <= a[1] for a, b in pairwise(totals)), one.name
        assert one.name not in {"switch-low", "switch-high", "integral-control"}
        assert any("one drug at a time" in reason.lower() for reason in one.plan.reasons)
    assert made.shortlist
    for pick in made.shortlist:
        assert not any(f.rule == "pace.two-at-once" for f in made.findings[pick.name])
    assert any("speaks of one drug" in left.why for left in made.left_out)


def test_which_of_two_drugs_is_lowered_can_be_said_and_is_checked() -> None:
    case = a_case_with_two()
    one = drafting.task(case, load(), drugs=["clonazepam"])
    assert (one.drugs, one.stages) == (("clonazepam",), (one,))
    with pytest.raises(
        InputError, match="--drug lorazepam: it is not taken today; taken: clonazepam, alprazolam"
    ):
        drafting.task(case, load(), drugs=["lorazepam"])
    with pytest.raises(InputError, match="give one --drug"):
        drafting.task(case, load(), goal="lower", to_mg=0.25, drugs=["clonazepam", "alprazolam"])
    with pytest.raises(InputError, match="the way 'switch-low' speaks of one drug"):
        propose(drafting.task(case, load()), wanted=[("switch-low", {})], people=30)
    with pytest.raises(
        InputError,
        match=r"takes 5 weeks or less .* The nearest plan takes 16 weeks .*alprazolam → …",
    ):
        propose(drafting.task(case, load(), max_weeks=5), people=30)


def test_a_drug_that_cannot_be_made_smaller_goes_on_and_it_is_said_why() -> None:
    made = proposed("two-drugs")
    assert made.task.drugs == ("clonazepam",)
    assert any(
        left.name == "to stop zopiclone" and "market EU" in left.why for left in made.left_out
    )


def test_nothing_is_offered_that_ends_from_a_high_dose_at_once() -> None:
    made = proposed("kacirova-2016", goal="stop")
    assert any("ends" in left.why or "end from" in left.why for left in made.left_out)
    for one in made.candidates[1:]:
        assert one.plan.steps[-2].mg_per_day("clonazepam") <= 1.5, one.name


def test_other_drugs_go_on_while_one_is_lowered() -> None:
    made = proposed("two-drugs")
    plan = made["percent-of-start"].plan
    assert plan.drugs == ("clonazepam",)
    use = plans.regimen(plan, made.task.case, load())
    assert use.mg_per_day("zopiclone", use.days) == 7.5
    assert use.mg_per_day("clonazepam", use.days) == 0


def test_the_ladder_holds_every_dose_that_can_be_made_or_an_even_choice_of_them() -> None:
    task = proposed().task
    cup = drafting.cupboard(task)
    assert totals(task, cup) == tuple(k / 8 for k in range(15, -1, -1))
    fine = drafting.task(a_case(market="UK", liquid="yes"), load())
    ladder = totals(fine, drafting.cupboard(fine))
    assert 12 <= len(ladder) <= 21
    assert max(a - b for a, b in pairwise((2.0, *ladder))) <= 0.2
    assert ladder[-2] <= 0.05
    assert ladder[-1] == 0


def test_those_who_walk_are_as_many_of_each_structure_from_mild_to_hard() -> None:
    standing = proposed().bench.standing
    worst = np.random.default_rng(1).permutation(len(standing.people)).astype(float)
    who = walkers(standing, worst)
    tau = standing.people["transducer"]
    for structure in STRUCTURES:
        here = np.flatnonzero(tau == structure)
        chosen = [i for i in who if tau[i] == structure]
        ranks = sorted(float((worst[here] < worst[i]).mean()) for i in chosen)
        assert len(chosen) == 8
        assert np.abs(np.array(ranks) - (np.arange(8) + 0.5) / 8).max() < 0.05


def test_the_front_and_its_certainty_of_nothing_are_empty() -> None:
    made = proposed()
    unlike = [_outcome("fast", 4, 3, 0.02), _outcome("percent-of-start", 8, 5, 0.3)]
    told = made.comparison.__class__(
        tuple(unlike), 90, 1, 20.0, 8, np.zeros((2, 2)), np.zeros((2, 2))
    )
    assert front(unlike) == ("fast",)
    assert front([]) == ()
    assert certainty(told, [Pick("fast", "")]) == ()


def _outcome(name: str, weeks: float, burden: float, hard: float) -> Outcome:
    return Outcome(name, weeks, int(burden), 0.0, 0.0, burden, {}, hard)


def test_people_of_another_seed_are_other_people_and_the_same_seed_the_same() -> None:
    made = proposed()
    case, facts = made.task.case, load()
    plan = [made["label"].plan]
    again = bench(case, facts, plan, people=PEOPLE, seed=1)
    other = bench(case, facts, plan, people=PEOPLE, seed=2)
    named = [Named("label", plan[0])]
    assert compare(named, again)["label"].worst == made.comparison["label"].worst
    assert compare(named, other)["label"].worst != made.comparison["label"].worst
    assert made.task.first_day == date(2026, 11, 2)
