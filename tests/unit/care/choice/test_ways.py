"""Ways to go: each keeps its own rule, and what becomes of it can be made, never rises and ends
where it should.
"""

from bisect import bisect_right
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeostat.care import case as cases
from homeostat.care.assess.risk import assess
from homeostat.care.check import RULES, check
from homeostat.care.choice import candidates as care
from homeostat.care.choice import drafting
from homeostat.care.ways import METHODS, Start, Wish, method, settings_of, stands_for
from homeostat.care.ways.amounts import fixed, nardi
from homeostat.care.ways.control import MOST_WEEKS, integral
from homeostat.care.ways.making import Cupboard, made
from homeostat.care.ways.percent import of_current, of_start, quarters_then_eighths
from homeostat.errors import DispensingError, InputError
from homeostat.facts import Facts, load
from homeostat.model.measures import ONSET_POINTS

from ....how_many import examples

TODAY = date(2026, 11, 2)


def a_case(
    drug: str = "clonazepam",
    mg: tuple[float, ...] = (1.0, 1.0),
    market: str = "US",
    goal: dict[str, str] | None = None,
    **preferences: object,
) -> cases.Case:
    hours = ("08:00", "14:00", "20:00")[: len(mg)] if len(mg) != 2 else ("08:00", "20:00")
    table = {
        "format": 1,
        "id": "one",
        "title": "Synthetic",
        "synthetic": True,
        "market": market,
        "today": TODAY,
        "person": {"age_years": 42, "weight_kg": 70},
        "use": [
            {
                "drug": drug,
                "since": date(2024, 11, 2),
                "doses": [{"time": t, "dose": f"{m} mg"} for t, m in zip(hours, mg, strict=True)],
            }
        ],
        "goal": goal or {"aim": "stop"},
        "preferences": {"splitting": "yes", **preferences},
    }
    return cases.from_table(table, TODAY, load())


ABRUPT = next(rule for rule in RULES if rule.id == "pace.abrupt")
DOSES = {
    "clonazepam": (0.5, 0.75, 1.0, 2.0),
    "lorazepam": (0.5, 1.0, 2.0),
    "alprazolam": (0.5, 1.0, 1.5),
    "diazepam": (5.0, 10.0, 12.0),
}
SOME = st.builds(
    lambda drug, which, times, market, liquid, end: (
        drug,
        (DOSES[drug][which % len(DOSES[drug])],) * times,
        market,
        liquid,
        end,
    ),
    st.sampled_from(sorted(DOSES)),
    st.integers(0, 9),
    st.integers(1, 3),
    st.sampled_from(["US", "UK"]),
    st.sampled_from(["yes", "no"]),
    st.sampled_from([0.0, 0.5]),
)


def _candidates(asked: tuple) -> tuple[drafting.Task, Start, Cupboard, tuple[care.Candidate, ...]]:  # type: ignore[type-arg]
    drug, mg, market, liquid, end = asked
    case = a_case(drug, mg, market, liquid=liquid)
    facts = load()
    first = drafting.task(case, facts)
    cupboard = drafting.cupboard(first, ["diazepam"])
    to_mg = cupboard.down(drug, end * sum(mg))
    task = drafting.task(case, facts, goal="lower", to_mg=to_mg) if 0 < to_mg < sum(mg) else first
    start = care.begin(task)
    return task, start, cupboard, care.candidates(task, start, cupboard)[0]


@settings(max_examples=examples(15, 100))
@given(SOME)
def test_every_plan_of_every_way_goes_down_by_the_calendar_to_its_goal_and_can_be_made(
    asked: tuple,
) -> None:  # type: ignore[type-arg]
    task, _, cupboard, found = _candidates(asked)
    for one in found:
        totals = care.strength(one.held, task)
        assert totals[0] == pytest.approx(task.mg_per_day), one.name
        falling = (
            [held.mg_per_day("diazepam") for held in one.held[1:]] if one.plan.switch else totals
        )
        assert all(after <= before + 1e-9 for before, after in pairwise(falling)), one.name
        assert max(totals) <= task.mg_per_day + 1e-9, (
            one.name
        )  # while drugs change places, what cannot be made is left out
        steps = one.plan.steps
        assert steps[0].from_day == task.first_day
        assert all(a.until == b.from_day for a, b in pairwise(steps)), one.name
        assert steps[-1].until is None
        if not one.plan.switch:
            assert steps[-1].mg_per_day(task.drug) == pytest.approx(task.to_mg), one.name
            assert steps[0].mg_per_day(task.drug) < task.mg_per_day
        for dose in (dose for step in steps for dose in step.doses):
            assert _amount(dose.items, cupboard, dose.drug) == pytest.approx(dose.dose_mg), one.name


def _amount(items: tuple, cupboard: Cupboard, drug: str) -> float:  # type: ignore[type-arg]
    products = load().products
    return sum(
        (item.units or 0.0) * (products[item.product].strength_mg or 0.0)
        + (item.ml or 0.0) * (products[item.product].strength_mg_per_ml or 0.0)
        for item in items
    )


@settings(max_examples=examples(15, 100))
@given(SOME)
def test_every_day_holds_the_largest_dose_that_can_be_made_and_is_not_above_the_way(
    asked: tuple,
) -> None:  # type: ignore[type-arg]
    task, start, cupboard, found = _candidates(asked)
    for one in found:
        way = method(one.name)
        wishes = way.ideal(start, way.settings(start))
        at = 0.0
        for wish in wishes:
            day = task.first_day + timedelta(days=at)
            step = next(
                s
                for s in one.plan.steps
                if s.from_day <= day and (s.until is None or day < s.until)
            )
            for drug, mg in wish.mg.items():
                totals = cupboard.totals(drug, mg + 1e-9)
                assert step.mg_per_day(drug) == pytest.approx(
                    totals[bisect_right(totals, mg + 1e-9) - 1]
                ), one.name
            at += wish.days


@settings(max_examples=examples(15, 100))
@given(SOME)
def test_no_plan_that_is_offered_takes_more_than_half_away_at_once(asked: tuple) -> None:  # type: ignore[type-arg]
    task, _, _, found = _candidates(asked)
    for one in found:
        totals = care.strength(one.held, task)
        assert max(a - b for a, b in pairwise(totals)) <= 0.5 * totals[0] + 1e-9, one.name


def _weeks(wishes: tuple[Wish, ...], every_days: float) -> float:
    """Weeks as guidance tables count them: each reduction with its interval."""
    return (sum(w.days for w in wishes[:-1]) + every_days) / 7


def test_the_same_percentage_of_start_and_of_current_differ_as_published() -> None:
    start = Start(load(), "clonazepam", 2.0)
    for share, days, weeks in (
        (0.25, 14, 8),
        (0.25, 7, 4),
        (0.10, 14, 20),
        (0.10, 28, 40),
        (0.05, 14, 40),
        (0.05, 28, 80),
    ):
        assert _weeks(of_start(start, {"share": share, "every_days": days}), days) == weeks, share
    for share, weeks in ((0.25, 26), (0.10, 66), (0.05, 136)):
        settings = {"share": share, "every_days": 14, "last_share": 0.03125}
        assert _weeks(of_current(start, settings), 14) == weeks, share
    twice = of_current(start, {"share": 0.1, "every_days": 14, "last_share": 0.0625})
    assert twice[-2].mg["clonazepam"] >= 0.125 > twice[-2].mg["clonazepam"] * 0.9


def test_published_rules_take_the_published_time() -> None:
    start = Start(load(), "clonazepam", 2.0)
    label, named = method("label"), method("nardi-2010")
    assert _weeks(label.ideal(start, label.settings(start)), 3) == pytest.approx(24 / 7)
    wishes = nardi(start, named.settings(start))
    assert [w.mg["clonazepam"] for w in wishes] == [1.5, 1.0, 0.75, 0.5, 0.25, 0.0]
    assert _weeks(wishes, 7) == 8
    low = nardi(Start(load(), "clonazepam", 1.0), named.settings(start))
    assert [w.mg["clonazepam"] for w in low] == [0.75, 0.5, 0.25, 0.0]
    pottie = method("quarters-then-eighths")
    assert _weeks(quarters_then_eighths(start, pottie.settings(start)), 14) == 12
    assert [w.mg["clonazepam"] for w in fixed(start, {"step_mg": 0.5, "every_days": 14})] == [
        1.5,
        1.0,
        0.5,
        0.0,
    ]


def test_a_goal_above_zero_ends_every_way_there() -> None:
    start = Start(load(), "clonazepam", 2.0, 0.5)
    for way in METHODS.values():
        if way.unfit(start):
            continue
        wishes = way.ideal(start, way.settings(start))
        doses = [wish.mg.get("clonazepam", 0.0) for wish in wishes]
        if way.name.startswith("switch"):
            assert wishes[-1].mg["diazepam"] == pytest.approx(
                stands_for(start, way.name[7:])[1] / 4
            )
        else:
            assert doses[-1] == 0.5
            assert all(mg > 0.5 for mg in doses[:-1]), way.name
        assert wishes[-1].days == float("inf")


def test_steps_of_equal_effect_are_equal_in_effect_and_bend_with_tau() -> None:
    facts = load()
    start = Start(facts, "clonazepam", 2.0)
    first_falls = []
    for tau in (0.0, 3.0, 10.0):
        way = method(f"equal-effect-{tau:g}")
        doses = [2.0, *(wish.mg["clonazepam"] for wish in way.ideal(start, way.settings(start)))]
        v = [(1 + tau) * start.effect_per_mg * mg for mg in doses]
        falls = [a / (1 + a) - b / (1 + b) for a, b in pairwise(v)]
        assert max(falls) - min(falls) < 1e-12
        first_falls.append(doses[0] - doses[1])
    assert first_falls == sorted(first_falls)
    assert first_falls[0] > 2.0 / 10


def test_the_microtaper_and_its_twin_end_on_the_same_day() -> None:
    start = Start(load(), "clonazepam", 2.0)
    micro, twin = method("microtaper"), method("cut-and-hold")
    daily, steps = (
        micro.ideal(start, micro.settings(start)),
        twin.ideal(start, twin.settings(start)),
    )
    assert sum(w.days for w in daily[:-1]) == sum(w.days for w in steps[:-1]) == 26 * 7
    assert all(w.days == 1 for w in daily[:-1])
    falls = [a.mg["clonazepam"] - b.mg["clonazepam"] for a, b in pairwise(daily)]
    assert max(falls) - min(falls) < 1e-9


def test_a_switch_shows_both_ends_of_the_tables_and_replaces_part_for_part() -> None:
    start = Start(load(), "clonazepam", 2.0)
    low, high = stands_for(start, "low"), stands_for(start, "high")
    assert low == ("va-dod-2021", 20.0)
    assert high[1] == 40.0
    for name, (_, to_mg) in (("switch-low", low), ("switch-high", high)):
        way = method(name)
        wishes = way.ideal(start, way.settings(start))
        assert wishes[0].mg == {"clonazepam": 1.0, "diazepam": to_mg / 2}
        assert wishes[1].mg == {"clonazepam": 0.0, "diazepam": to_mg}
        assert 7 <= wishes[0].days * 2 <= 14
        assert wishes[1].days >= 14
    assert "diazepam is what is taken" in method("switch-low").unfit(
        Start(load(), "diazepam", 10.0)
    )


def test_the_controller_goes_down_while_people_are_well_and_waits_while_they_are_not() -> None:
    def well(doses: tuple[float, ...]) -> tuple[float, ...]:
        return (4.0, *(4.0 for _ in doses))

    def bad(doses: tuple[float, ...]) -> tuple[float, ...]:
        return (4.0, *(4.0 + ONSET_POINTS for _ in doses))

    def half(doses: tuple[float, ...]) -> tuple[float, ...]:
        return (4.0, *(4.0 + ONSET_POINTS / 2 for _ in doses))

    settings = {"gain": 0.1, "last_share": 0.03125}
    facts = load()
    free = integral(Start(facts, "clonazepam", 2.0, weekly_severity=well), settings)
    assert [round(w.mg["clonazepam"], 6) for w in free[:3]] == [1.8, 1.6, 1.4]
    slow = integral(Start(facts, "clonazepam", 2.0, weekly_severity=half), settings)
    assert slow[1].mg["clonazepam"] == pytest.approx(1.7)
    waits = integral(Start(facts, "clonazepam", 2.0, weekly_severity=bad), settings)
    assert len(waits) == MOST_WEEKS + 1
    assert {round(w.mg["clonazepam"], 6) for w in waits[:-1]} == {1.8}
    with pytest.raises(InputError, match="outside its domain"):
        integral(Start(facts, "clonazepam", 2.0), settings)


def test_settings_are_refused_by_name_and_by_value() -> None:
    start = Start(load(), "clonazepam", 2.0)
    way = method("percent-of-start")
    assert settings_of(way, start, {"share": 0.05})["share"] == 0.05
    with pytest.raises(InputError, match=r"has no setting 'shares'\. Did you mean share"):
        settings_of(way, start, {"shares": 0.05})
    with pytest.raises(InputError, match="above zero"):
        settings_of(way, start, {"every_days": 0.0})
    with pytest.raises(InputError, match="a share, at most 1"):
        settings_of(way, start, {"share": 10.0})
    with pytest.raises(InputError, match="Did you mean percent-of-start"):
        method("percent-of-strat")


def test_a_ceiling_is_read_over_any_two_weeks() -> None:
    facts = load()
    task = drafting.task(a_case(liquid="no"), facts)
    cupboard = drafting.cupboard(task)

    def falls(*wishes: tuple[float, float]) -> tuple[str, ...]:
        return care.breaches(
            made(tuple(Wish({"clonazepam": mg}, days) for mg, days in wishes), cupboard), task
        )

    end = (0.0, float("inf"))
    assert not falls((1.5, 14), (1.0, 14), (0.5, 14), end)
    assert "50%" in falls((1.0, 14), (0.5, 14), end)[0]
    assert falls((1.5, 13), (1.0, 14), (0.5, 14), end)
    assert not falls((1.75, 7), (1.5, 7), (1.25, 7), (1.0, 7), (0.75, 7), (0.5, 7), (0.25, 7), end)
    assert falls((1.75, 7), (1.5, 6), (1.25, 7), (1.0, 7), (0.75, 7), (0.5, 7), (0.25, 7), end)


def test_an_abrupt_stop_is_never_offered_for_want_of_small_tablets() -> None:
    facts = load()
    task = drafting.task(a_case("clonazepam", (0.5,), "EU", liquid="no"), facts)
    cupboard = drafting.cupboard(task)
    found, out = care.candidates(task, care.begin(task), cupboard)
    assert not found
    assert any("abrupt stop" in left.why for left in out)


SETTINGS = st.builds(
    lambda share, days, small: {
        "share": share,
        "every_days": days,
        "step_mg": small,
        "steps": round(1 / share),
    },
    st.floats(0.01, 1.0),
    st.sampled_from([1.0, 2.0, 3.0, 7.0, 14.0]),
    st.floats(0.01, 12.0),
)


@given(SOME, st.sampled_from(sorted(METHODS)), SETTINGS)
def test_nobody_who_is_likely_to_be_dependent_is_ever_offered_an_abrupt_stop(
    asked: tuple,  # type: ignore[type-arg]
    name: str,
    settings: dict[str, float],
) -> None:
    drug, mg, market, liquid, _ = asked
    case = a_case(drug, mg, market, liquid=liquid)
    facts = load()
    assert assess(case, facts).dependence == "expected"
    task = drafting.task(case, facts)
    way, start = method(name), care.begin(task)
    mine = {
        key: value
        for key, value in settings.items()
        if not way.unfit(start) and key in way.settings(start)
    }
    try:
        found, _ = care.candidates(
            task, start, drafting.cupboard(task, ["diazepam"]), [(name, mine)]
        )
    except (InputError, DispensingError):
        return
    for one in found:
        refused = {
            f.rule
            for f in check(one.plan, case, facts, today=TODAY, rules=[ABRUPT])
            if f.level == "refuse"
        }
        assert not refused, (
            one.name,
            [(step.from_day, step.mg_per_day(drug)) for step in one.plan.steps],
        )


def test_what_is_as_good_as_an_abrupt_stop_is_not_offered_and_says_so() -> None:
    task = drafting.task(a_case(liquid="yes"), load())
    cupboard, start = drafting.cupboard(task), care.begin(task)
    hurried = [("percent-of-start", {"share": 0.4, "every_days": 1.0})]
    found, out = care.candidates(task, start, cupboard, hurried)
    assert not found
    assert "as good as an abrupt stop" in out[0].why


def test_what_is_kept_in_the_end_must_be_makeable() -> None:
    facts = load()
    task = drafting.task(a_case(liquid="no"), facts, goal="lower", to_mg=0.3)
    with pytest.raises(DispensingError, match=r"near it: 0\.25 mg or 0\.375 mg"):
        care.candidates(task, care.begin(task), drafting.cupboard(task))


def test_every_rest_of_every_way_is_a_record_and_every_source_is_known(facts: Facts) -> None:
    from homeostat.care.plan.foundation import digest

    for way in METHODS.values():
        assert all(digest(facts, name) for name in way.rests_on), way.name
        assert all(name in facts.sources for name in way.sources), way.name
        assert way.good_for
        assert way.is_published <= bool(way.sources), way.name


def test_visits_fall_on_every_change_and_never_lie_too_far_apart() -> None:
    facts = load()
    task = drafting.task(a_case(liquid="yes", compounding="yes"), facts)
    cupboard = drafting.cupboard(task)
    for name in ("percent-of-start-slow", "microtaper", "percent-of-current", "label"):
        way, start = method(name), care.begin(task)
        plan = care.from_method(task, way, start, cupboard, {}).plan
        gaps = [b - a for a, b in pairwise(plan.visits)]
        assert all(timedelta(days=7) <= gap <= timedelta(days=91) for gap in gaps), name
        if name == "percent-of-start-slow":
            assert {step.from_day for step in plan.steps} <= set(plan.visits)
        assert plan.visits[-1] > plan.steps[-1].from_day
    quiet = care.staying(task).plan
    assert [b - a for a, b in pairwise(quiet.visits)] == [timedelta(days=91)]
    rare = drafting.visits(
        (
            quiet.steps[0],
            replace(quiet.steps[0], from_day=TODAY + timedelta(days=300)),
        ),
        facts,
    )
    assert max(b - a for a, b in pairwise(rare)) <= timedelta(days=91)


def test_rules_of_a_plan_never_make_it_faster_and_send_red_flags_to_the_emergency() -> None:
    for aim in ("stop", "lower", "stay"):
        rules = drafting.rules(aim, load())  # type: ignore[arg-type]
        does = {rule.do for rule in rules}
        assert "faster" not in does
        assert {rule.do for rule in rules if rule.when == "good check-in"} == {"go on as planned"}
        assert {rule.do for rule in rules if rule.when == "red flag"} == {"emergency"}
        bad = [rule.do for rule in rules if rule.when == "bad check-in"]
        assert bad == (["call the clinician"] if aim == "stay" else ["hold", "slow down"])
        assert ("go back one step" in does) is (aim != "stay")


def test_what_a_rule_of_a_plan_says_in_numbers_comes_from_the_facts() -> None:
    facts = load()
    longer = facts.choices["hold-after-bad"].model_copy(update={"value": 21})
    thrice = facts.choices["slow-down"].model_copy(update={"value": 3})
    changed = SimpleNamespace(
        choices={**facts.choices, "hold-after-bad": longer, "slow-down": thrice}
    )
    said = " ".join(rule.text for rule in drafting.rules("stop", changed))  # type: ignore[arg-type]
    assert "for 3 more weeks" in said
    assert "held 3 times as long" in said


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_the_diazepam_schedule_takes_its_own_steps_and_as_long_as_it_says(part: float) -> None:
    rule = load().pace_rules["nice-cks-diazepam"]
    way = method("cks-diazepam")
    for start_mg, lasting in ((length.from_mg, length) for length in rule.lengths):
        start = Start(load(), "diazepam", start_mg)
        ideal = way.ideal(start, settings_of(way, start, {"step_part": part}))
        doses = [start_mg, *(wish.mg["diazepam"] for wish in ideal)]
        for before, after in pairwise(doses):
            stretch = next(s for s in rule.stages if s.to_mg < before <= s.from_mg)
            assert stretch.step_mg_low - 1e-9 <= before - after <= stretch.step_mg_high + 1e-9
            assert after >= stretch.to_mg
        if part == 1.0:
            weeks = sum(wish.days for wish in ideal[:-1]) / 7
            assert lasting.weeks_low <= weeks <= lasting.weeks_high
    assert "not for clonazepam" in way.unfit(Start(load(), "clonazepam", 2.0))
    assert "begins at 40 mg" in way.unfit(Start(load(), "diazepam", 60.0))


def test_a_switch_goes_to_the_drug_the_case_names() -> None:
    facts = load()
    case = a_case(
        "alprazolam", (0.5, 0.5), goal={"aim": "stop", "switch_to": "clonazepam"}, liquid="yes"
    )
    task = drafting.task(case, facts)
    start = care.begin(task)
    one = care.from_method(
        task, method("switch-high"), start, drafting.cupboard(task, ["clonazepam"]), {}
    )
    assert one.plan.switch[0].to_drug == "clonazepam"
    assert one.plan.drugs == ("alprazolam", "clonazepam")
    assert "by way of clonazepam" in one.title
    assert "clonazepam is what is taken" in method("switch-low").unfit(
        replace(start, drug="clonazepam")
    )


@pytest.mark.parametrize(
    ("about", "setting", "word"),
    [
        ({}, "outpatient", ""),
        ({"conditions": ["epilepsy"]}, "outpatient", "Where: consider inpatient"),
        ({"conditions": ["delirium now"]}, "inpatient", "In hospital, by the assessment"),
    ],
)
def test_a_plan_says_where_the_assessment_would_have_it_and_why(
    about: dict[str, object], setting: str, word: str
) -> None:
    case = replace(a_case(liquid="yes"), **about)
    task = drafting.task(case, load())
    cupboard = drafting.cupboard(task)
    plan = care.from_method(task, method("percent-of-start"), care.begin(task), cupboard, {}).plan
    assert plan.setting == setting
    assert bool(word) is any(
        reason.startswith(word or "x") and "(c)" in reason for reason in plan.reasons
    )
    stays = care.staying(task).plan
    assert stays.setting == "outpatient"
    assert not any(reason.startswith(("Where", "In hospital")) for reason in stays.reasons)


BAD_TASKS = {
    "above the present dose": ({"to_mg": 3.0}, "is not below the 2 mg"),
    "the present dose": ({"to_mg": 2.0}, "never raises a dose"),
    "no target": ({"goal": "lower"}, "say to what daily dose"),
    "a target and a stop": ({"goal": "stop", "to_mg": 1.0}, "--to belongs to --goal lower"),
    "the past": ({"first_day": date(2026, 11, 1)}, "which is past"),
    "no time": ({"max_weeks": -1}, "at least 1"),
}


@pytest.mark.parametrize("name", BAD_TASKS)
def test_an_impossible_task_is_refused_in_a_sentence(name: str) -> None:
    given, said = BAD_TASKS[name]
    with pytest.raises(InputError, match=said):
        drafting.task(a_case(), load(), **given)  # type: ignore[arg-type]


def test_a_drug_that_is_not_taken_cannot_be_planned() -> None:
    case = a_case()
    ended = replace(case.use[0], until=date(2026, 10, 1))
    with pytest.raises(InputError, match="nothing is taken today"):
        drafting.task(replace(case, use=(ended,)), load())
    goal = replace(case.goal, drug="lorazepam")
    with pytest.raises(InputError, match="lorazepam, which is not taken today"):
        drafting.task(replace(case, goal=goal), load())
