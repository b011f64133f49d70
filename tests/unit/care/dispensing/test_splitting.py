"""Halves are never quite halves: what is cut adds up to the tablet, errors are as wide as the facts
say, and the effect is shown.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.dispensing import splitting
from homeostat.care.plan import Plan
from homeostat.facts import Facts

UNTIL = date(2027, 6, 1)
SCORED, PLAIN, LIQUID = (
    "us-clonazepam-tablet-0.5",
    "us-lorazepam-tablet-0.5",
    "us-clonazepam-suspension-0.1",
)


def plan(
    facts: Facts, product: str, key: str, amount: float, dose: str, until: date = UNTIL
) -> Plan:
    row = {
        "drug": facts.products[product].drug,
        "time": "20:00",
        "dose": dose,
        "items": [{"product": product, key: amount}],
    }
    table: dict[str, Any] = {
        "format": 1,
        "id": "halves",
        "for": {"case": "typical"},
        "made_on": "2026-11-25",
        "made_by": "a test",
        "way": {"name": "by hand"},
        "goal": {"aim": "stop"},
        "market": "US",
        "steps": [
            {"from": "2026-12-01", "until": until.isoformat(), "doses": [row]},
            {"from": until.isoformat()},
        ],
    }
    return plans.from_table(table, facts)


def taken(plan: Plan, facts: Facts, seed: int = 1) -> list[float]:
    return [mg for _, _, mg in splitting.dispensed_mg(plan, facts, plan.steps[-1].from_day, seed)]


def without_error(facts: Facts) -> Facts:
    other = Facts()
    none = {
        n: c.model_copy(update={"value": 0.0})
        for n, c in facts.choices.items()
        if n.endswith("-off")
    }
    other.__dict__["choices"] = {**facts.choices, **none}
    return other


@pytest.fixture(scope="module")
def case(facts: Facts) -> cases.Case:
    return cases.read("examples/typical.toml", date(2026, 11, 25), facts)


def test_two_halves_of_one_tablet_are_one_tablet(facts: Facts) -> None:
    halves = taken(plan(facts, SCORED, "units", 0.5, "0.25 mg"), facts)
    assert np.std(halves) > 0.01
    assert np.allclose(np.add(halves[:-1:2], halves[1::2]), 0.5)


def test_errors_are_as_wide_as_the_facts_say(facts: Facts) -> None:
    long = date(2034, 1, 1)
    cases_ = (
        (PLAIN, "units", 0.5, "0.25 mg", "half-off"),
        ("us-alprazolam-tablet-2", "units", 0.25, "0.5 mg", "quarter-off"),
        (LIQUID, "ml", 2.5, "0.25 mg", "volume-off"),
    )
    for product, key, amount, dose, name in cases_:
        off = (
            np.array(taken(plan(facts, product, key, amount, dose, long), facts))
            / (float(dose.split()[0]))
            - 1
        )
        assert abs(off.mean()) < 0.01, product
        assert np.std(off) == pytest.approx(facts.choices[name].to("share"), rel=0.06), product


def test_whole_tablets_are_never_off_and_the_same_seed_gives_the_same_errors(facts: Facts) -> None:
    assert set(taken(plan(facts, SCORED, "units", 2, "1 mg"), facts)) == {1.0}
    halves = plan(facts, SCORED, "units", 0.5, "0.25 mg")
    assert taken(halves, facts, 7) == taken(halves, facts, 7)
    assert taken(halves, facts, 7) != taken(halves, facts, 8)


def test_without_errors_the_model_gets_the_plan_as_it_is_written(
    facts: Facts, case: cases.Case
) -> None:
    halves = plan(facts, SCORED, "units", 0.5, "0.25 mg")
    exact = splitting.with_splitting_error(halves, case, without_error(facts), 1)
    off = splitting.with_splitting_error(halves, case, facts, 1)
    meant = plans.regimen(halves, case, facts)
    begins = plans.day_of(case, date(2026, 12, 1))
    for day in np.arange(begins - 40, begins + 220):
        assert exact.mg_per_day("clonazepam", day) == meant.mg_per_day("clonazepam", day)
        is_halves = begins <= day < plans.day_of(case, UNTIL)
        assert (
            off.mg_per_day("clonazepam", day) != meant.mg_per_day("clonazepam", day)
        ) == is_halves


def test_the_effect_is_nothing_without_cuts_and_grows_with_the_error(
    facts: Facts, case: cases.Case
) -> None:
    until = date(2027, 1, 15)
    whole = splitting.effect(plan(facts, SCORED, "units", 2, "1 mg", until), case, facts)
    assert (whole.split_doses, whole.level_change, whole.severity_change) == (0.0, 0.0, 0.0)
    assert "nothing is off" in whole.sentence
    halves = plan(facts, SCORED, "units", 1.5, "0.75 mg", until)
    small = splitting.effect(halves, case, facts, draws=2)
    worse = Facts()
    worse.__dict__["choices"] = {
        **facts.choices,
        "half-off": facts.choices["half-off"].model_copy(update={"value": 0.15}),
    }
    large = splitting.effect(halves, case, worse, draws=2)
    assert small.split_doses == 1.0
    assert 0.0 < small.level_change < large.level_change < 0.1
    assert small.severity_change is not None
    assert large.severity_change is not None
    assert 0.0 < small.severity_change < large.severity_change < 2.0
    assert "100 in 100 doses need a cut or a measure" in small.sentence


def test_where_the_forecast_is_withheld_the_effect_speaks_of_levels_only(
    facts: Facts, case: cases.Case
) -> None:
    outside = replace(case, conditions=("epilepsy",))
    found = splitting.effect(
        plan(facts, SCORED, "units", 1.5, "0.75 mg", date(2026, 12, 20)), outside, facts, draws=1
    )
    assert found.severity_change is None
    assert found.level_change > 0
    assert "severity" not in found.sentence
