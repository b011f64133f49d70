"""What is made of what: exact, by allowed parts only, in the documented order of preference."""

from dataclasses import replace
from datetime import date, time

import pytest

from homeostat.care import case as cases
from homeostat.care.dispensing import dispense
from homeostat.care.dispensing.dispense import Stock, Wants
from homeostat.errors import DispensingError, InputError
from homeostat.facts import Facts

MORNING, EVENING = time(8), time(20)


def us(facts: Facts, **more: object) -> Stock:
    return dispense.stock_for("clonazepam", replace(Wants("US"), **more), facts)  # type: ignore[arg-type]


def made(dose_mg: float, stock: Stock) -> dict[str, float]:
    found = dispense.make(dose_mg, stock)
    return {} if found is None else {item.product: item.amount for item in found.items}


def test_a_dose_is_made_of_whole_tablets_before_any_is_cut(facts: Facts) -> None:
    assert made(0.375, us(facts)) == {"us-clonazepam-odt-0.25": 1, "us-clonazepam-odt-0.125": 1}
    only = us(facts, named=("us-clonazepam-tablet-0.5", "us-clonazepam-tablet-1"))
    assert made(0.75, only) == {"us-clonazepam-tablet-0.5": 1.5}


def test_what_cannot_be_made_is_never_rounded(facts: Facts) -> None:
    assert dispense.make(0.3, us(facts)) is None
    assert dispense.nearest(0.3, us(facts)) == (0.25, 0.375)
    assert dispense.nearest(0.1, us(facts)) == (None, 0.125)
    assert dispense.nearest(0.5, us(facts)) == (0.5, 0.5)


def test_a_tablet_is_cut_only_where_it_is_allowed(facts: Facts) -> None:
    lorazepam = Wants("US", named=("us-lorazepam-tablet-0.5",))
    assert dispense.make(0.25, dispense.stock_for("lorazepam", lorazepam, facts)) is None
    willing = dispense.stock_for("lorazepam", replace(lorazepam, splitting="yes"), facts)
    assert made(0.25, willing) == {"us-lorazepam-tablet-0.5": 0.5}
    scored = Wants("US", named=("us-lorazepam-tablet-1",))
    assert made(0.5, dispense.stock_for("lorazepam", scored, facts)) == {
        "us-lorazepam-tablet-1": 0.5
    }
    assert (
        dispense.make(0.5, dispense.stock_for("lorazepam", replace(scored, splitting="no"), facts))
        is None
    )


def test_a_daily_total_is_spread_evenly_with_the_larger_dose_last(facts: Facts) -> None:
    stock = us(facts)
    found = dispense.day(0.375, stock, (MORNING, EVENING))
    assert found is not None
    assert [(dose.time, dose.dose_mg) for dose in found] == [(MORNING, 0.125), (EVENING, 0.25)]
    turned = dispense.day(0.375, stock, (MORNING, EVENING), larger_at=MORNING)
    assert turned is not None
    assert [dose.dose_mg for dose in turned] == [0.25, 0.125]
    assert dispense.day(0.3, stock, (MORNING, EVENING)) is None


def test_a_withdrawn_product_or_one_of_another_market_is_refused_with_a_sentence(
    facts: Facts,
) -> None:
    with pytest.raises(InputError, match="uk-clonazepam-tablet-2 is a product of the market UK"):
        us(facts, named=("uk-clonazepam-tablet-2",))


def test_a_withdrawn_product_is_refused_when_named_and_left_out_otherwise() -> None:
    facts = Facts()
    old = facts.products["us-clonazepam-odt-0.125"]
    facts.__dict__["products"] = {
        **facts.products,
        old.id: old.model_copy(update={"status": "withdrawn"}),
    }
    with pytest.raises(InputError, match=r"us-clonazepam-odt-0\.125 has been withdrawn"):
        us(facts, named=(old.id,))
    assert ("us-clonazepam-odt-0.125", "withdrawn from the market") in us(facts).left_out
    assert dispense.nearest(0.125, us(facts)) == (None, 0.25)


def test_a_drug_that_is_new_to_a_case_takes_the_times_of_what_is_taken_now(facts: Facts) -> None:
    case = cases.read("examples/typical.toml", date(2026, 11, 25), facts)
    free = replace(case, preferences=replace(case.preferences, dose_times=()))
    assert dispense.wants(free, "diazepam").dose_times == (MORNING, EVENING)
    asked = replace(case.preferences, dose_times=(time(9),))
    assert dispense.wants(replace(case, preferences=asked), "clonazepam").dose_times == (time(9),)


def test_what_else_would_have_to_be_allowed_is_said_once_for_each_way(facts: Facts) -> None:
    wants = Wants("US", named=("us-clonazepam-suspension-0.1",), liquid="no")
    found = dispense.ways_out(1.0, "clonazepam", wants, facts)
    assert [change for change, _ in found] == ["with other products of the market", "with a liquid"]
    few = Wants("US", named=("us-clonazepam-tablet-1",), splitting="no")
    assert [change for change, _ in dispense.ways_out(0.3, "clonazepam", few, facts)] == [
        "with a compounded product"
    ]


def test_two_strengths_of_a_liquid_are_never_used_side_by_side(facts: Facts) -> None:
    def liquids(**more: object) -> list[str]:
        wants = replace(Wants("US", liquid="yes"), **more)  # type: ignore[arg-type]
        return [
            part.product
            for part in dispense.stock_for("diazepam", wants, facts).parts
            if part.is_liquid
        ]

    assert liquids() == ["us-diazepam-solution-1"]
    assert liquids(at_hand=("us-diazepam-concentrate-5",)) == ["us-diazepam-concentrate-5"]
    assert liquids(named=("us-diazepam-concentrate-5",)) == ["us-diazepam-concentrate-5"]
    out = dict(dispense.stock_for("diazepam", Wants("US", liquid="yes"), facts).left_out)
    assert "another strength" in out["us-diazepam-concentrate-5"]


def test_an_impossible_stock_says_what_rules_each_product_out(facts: Facts) -> None:
    with pytest.raises(
        DispensingError,
        match=r"us-clonazepam-suspension-0\.1: compounded, and compounding is not a yes",
    ):
        us(facts, named=("us-clonazepam-suspension-0.1",), compounding="no")
    with pytest.raises(
        DispensingError, match="no product of eszopiclone is known for the market EU"
    ):
        dispense.stock_for("eszopiclone", Wants("EU"), facts)


def test_a_case_says_what_can_be_had(facts: Facts) -> None:
    case = cases.read("examples/typical.toml", date(2026, 11, 25), facts)
    stock = dispense.stock(case, "clonazepam", facts)
    assert {part.product for part in stock.parts} == set(case.preferences.stock)
    assert stock.dose_times == (MORNING, EVENING)
