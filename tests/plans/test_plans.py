"""The set of plans: what is dangerous is stopped, what is acceptable passes, and each rule is
missed when it is switched off.
"""

import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.assess.risk import assess, may_stop_at_once
from homeostat.care.check import ARITHMETIC, RULES
from homeostat.care.check.model_check import hardness
from homeostat.care.check.plan_days import Look
from homeostat.facts import Facts

from .rows import TODAY, read
from .score import judge, rows_of, table
from .teeth import TEETH, row_of


@pytest.fixture(scope="module")
def dangerous(facts: Facts) -> list:
    return [judge(row, facts) for row in rows_of("dangerous")]


@pytest.fixture(scope="module")
def second_look(facts: Facts) -> list:
    return [judge(row, facts) for name in ("second_look", "third_look") for row in rows_of(name)]


@pytest.fixture(scope="module")
def acceptable(facts: Facts) -> list:
    return [judge(row, facts) for row in rows_of("acceptable")]


def test_the_set_is_large_and_no_plan_stands_in_it_twice() -> None:
    texts = [row.text for name in ("dangerous", "acceptable") for row in rows_of(name)]
    assert len(set(texts)) == len(texts)
    wicked = list(rows_of("dangerous"))
    assert len(wicked) >= 240
    assert len({row.category for row in wicked}) >= 12
    assert len(list(rows_of("acceptable"))) >= 240


def test_every_plan_that_may_kill_is_stopped_and_nine_in_ten_are_refused(dangerous: list) -> None:
    fatal = [outcome for outcome in dangerous if outcome.row.is_fatal]
    missed = [outcome.row.text for outcome in fatal if not outcome.is_right]
    assert not missed, "\n".join(missed)
    assert sum(outcome.verdict == "refuse" for outcome in fatal) >= 0.9 * len(fatal), table(fatal)


def test_at_least_98_in_100_dangerous_plans_are_stopped(dangerous: list) -> None:
    caught = sum(outcome.is_right for outcome in dangerous)
    assert caught >= 0.98 * len(dangerous), table(dangerous)


def test_at_most_5_in_100_acceptable_plans_raise_an_alarm(acceptable: list) -> None:
    alarms = [outcome for outcome in acceptable if not outcome.is_right]
    assert len(alarms) <= 0.05 * len(acceptable), "\n".join(
        f"{o.row.text}: {o.said}" for o in alarms
    )


def test_what_was_written_after_the_rules_meets_the_same_bars(second_look: list) -> None:
    wicked = [o for o in second_look if o.row.is_dangerous]
    good = [o for o in second_look if not o.row.is_dangerous]
    assert sum(o.is_right for o in wicked) >= 0.98 * len(wicked), table(second_look)
    assert sum(o.is_right for o in good) >= 0.95 * len(good), table(second_look)


WRONG_IN_THE_FOURTH = {
    "clonazepam 1 5y | down 0.125/4w to 0 | cond=bipolar disorder, event=venlafaxine starts d7",
    "lorazepam 2/2 3y | down 0.2/4w to 0 | other=bloody diarrhoea, event=loperamide starts d2",
    "chlordiazepoxide 25 1y | 3w 20 > 3w 15 > 3w 10 > 3w 5 > stop | supply=d0 d21"
    " us-chlordiazepoxide-capsule-10 x 42 + d21 d42 us-chlordiazepoxide-capsule-5 x 63",
}
"""Rows of the fourth set that still go wrong, and the one of two drugs below."""


def test_the_fourth_set_is_stopped_and_passes_but_for_the_rows_that_are_named(facts: Facts) -> None:
    every = [judge(row, facts) for row in rows_of("fourth_look")]
    assert len(every) > 400
    assert not [o.row.text for o in every if o.row.is_fatal and not o.is_right]
    wrong = {o.row.text for o in every if not o.is_right}
    two_drugs = {text for text in wrong if text.startswith("clobazam 20 6y; nitrazepam")}
    assert wrong - two_drugs == WRONG_IN_THE_FOURTH
    assert len(two_drugs) == 1


MENDED = {
    "steps that grow are seen by time": (
        "diazepam 20 3y | 2w 19 > 2w 18 > 2w 16 > 2w 13 > 2w 9 > 2w 4 > stop",
        "pace.speeds-up",
    ),
    "equal steps are not": ("diazepam 20 3y | down 2/2w to 0", ""),
    "the smallest capsule has no pace": ("oxazepam 60 3y | down 5/2w to 20 > 4w 10 > stop", ""),
    "a drug in use that is left out": (
        "alprazolam 1 3y; zolpidem 10 3y | 8w zolpidem 5 > stop",
        "interaction.duplicate",
    ),
    "an opioid after all has gone": (
        "clonazepam 2/2 3y | down 0.25/2w to 0 | event=tramadol starts d300",
        "",
    ),
    "an opioid before": (
        "clonazepam 2/2 3y | down 0.25/2w to 0 | event=tramadol starts d100",
        "interaction.sedatives",
    ),
    "a gabapentinoid and bad lungs": (
        "lorazepam 2/2 3y | down 0.25/4w to 0 | event=pregabalin starts d9, cond=COPD",
        "interaction.sedatives",
    ),
    "an ordinary gabapentinoid": (
        "lorazepam 2/2 3y | down 0.25/4w to 0 | event=pregabalin starts d9",
        "",
    ),
    "what rounding leaves": (
        (
            "clonazepam 0.5 3y | 4w 0.375 > stay | goal=lower, to=0.375, supply=d0 d28"
            " us-clonazepam-odt-0.125 x 110"
        ),
        "",
    ),
    "more than a week of the first dose": (
        (
            "clonazepam 0.5 3y | 4w 0.375 > stay | goal=lower, to=0.375, supply=d0 d28"
            " us-clonazepam-odt-0.125 x 120"
        ),
        "supply.amount",
    ),
    "a reason of the week before": (
        (
            "clonazepam 2/2 3y | down 0.625/2w to 0.5 > stop | override=pace.asam-2025: falls at"
            " night; nurse comes daily, decided=-5"
        ),
        "",
    ),
    "a reason of long before": (
        (
            "clonazepam 2/2 3y | down 0.625/2w to 0.5 > stop | override=pace.asam-2025: falls at"
            " night; nurse comes daily, decided=-20"
        ),
        "plan.overrides",
    ),
    "a high dose cut beside a missed start": (
        "diazepam 40 3y | 2w 36 > 2w 24 > 2w 12 > stay | goal=lower, to=12, start=-30",
        "shape.dates",
    ),
    "a needle at home": (
        "lorazepam 2/2 3y | 2w 1.75 > stay | goal=lower, to=1.75, route=intravenous",
        "size.route",
    ),
}


@pytest.mark.parametrize("name", list(MENDED))
def test_what_plans_of_others_have_taught_stays_learned(facts: Facts, name: str) -> None:
    text, said = MENDED[name]
    found = judge(row_of(text), facts, ARITHMETIC)
    assert found.verdict == "pass" if not said else said in found.said, (found.verdict, found.said)


def test_every_rule_has_a_plan_that_only_it_explains() -> None:
    assert set(TEETH) == {rule.id for rule in RULES}


@pytest.mark.parametrize("name", list(TEETH))
def test_a_rule_that_is_switched_off_is_missed(facts: Facts, name: str) -> None:
    level, text, alone = TEETH[name]
    row = row_of(text)
    asked = RULES if name.startswith("model.") else ARITHMETIC
    with_it = judge(row, facts, asked)
    without = judge(row, facts, [rule for rule in asked if rule.id != name])
    assert (name, level) in {(f.rule, f.level) for f in with_it.findings}, with_it.findings
    assert name not in {f.rule for f in without.findings}
    if alone:
        assert with_it.verdict == level != without.verdict, (with_it.said, without.said)


def test_every_finding_says_what_and_names_sources_that_exist(
    facts: Facts, dangerous: list, acceptable: list
) -> None:
    for outcome in [*dangerous, *acceptable]:
        for finding in outcome.findings:
            assert finding.sentence.strip().endswith((".", "?")), finding
            assert "  " not in finding.sentence, finding
            if finding.level != "note":
                assert finding.limit_text(), finding
                assert finding.value_text(), finding
            assert {source.split(",")[0] for source in finding.sources} <= set(facts.sources), (
                finding
            )


@pytest.mark.slow
def test_with_the_model_too_acceptable_plans_pass_and_dangerous_ones_are_stopped(
    facts: Facts,
) -> None:
    for name in ("dangerous", "acceptable", "second_look"):
        outcomes = [judge(row, facts, RULES) for row in rows_of(name)]
        wicked = [o for o in outcomes if o.row.is_dangerous]
        good = [o for o in outcomes if not o.row.is_dangerous]
        assert sum(o.is_right for o in wicked) >= 0.98 * len(wicked), table(outcomes)
        assert sum(o.is_right for o in good) >= 0.95 * len(good), table(outcomes)


def test_the_ceiling_taper_is_as_hard_as_itself_and_an_abrupt_stop_as_an_abrupt_stop(
    facts: Facts,
) -> None:
    for text, share in (
        ("clonazepam 2/2 3y | down 0.5/2w to 0", 0.0),
        ("clonazepam 2/2 3y | stop", 1.0),
    ):
        assert hardness_of(text, facts).share == pytest.approx(share, abs=0.02)


def test_outside_the_domain_the_model_is_silent(facts: Facts) -> None:
    for text in ("clonazepam 12/4 3y | stop", "clonazepam 2/2 3y | stop | pregnant=yes, age=30"):
        assert hardness_of(text, facts) is None


def test_what_is_dispensed_is_lived_not_what_is_written(facts: Facts) -> None:
    written = "clonazepam 2 3y | 2w 1.75 > 2w 1.5 > stay | goal=lower, to=1.5"
    less = written + ", item=2: us-clonazepam-tablet-0.5 x 1"
    assert (
        hardness_of(less, facts).plan.worst_week > hardness_of(written, facts).plan.worst_week + 1
    )


def hardness_of(text: str, facts: Facts):  # type: ignore[no-untyped-def]
    case_table, plan_table = read(text)
    case, plan = cases.from_table(case_table, TODAY, facts), plans.from_table(plan_table, facts)
    return hardness(
        Look(plan, case, facts, TODAY, assess(case, facts), may_stop_at_once(case, facts))
    )
