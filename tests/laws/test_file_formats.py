"""What runs is written to a file and read back as it was, and what no file can hold is refused."""

import dataclasses
import json
import tomllib
from datetime import date, time
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.case import format as case_file
from homeostat.care.case import records as case_records
from homeostat.care.plan import format as plan_file
from homeostat.care.plan import records as plan_records
from homeostat.errors import InputError, WrongValueError
from homeostat.facts import load
from homeostat.language.quantity import FIRST_DAY, LAST_DAY, Milligrams

from .plans_at_random import random_plans

EXAMPLES = Path(__file__).parents[2] / "examples"
FACTS, TODAY = load(), date(2026, 11, 25)
TYPICAL = cases.read(EXAMPLES / "typical.toml", TODAY, FACTS)
AMOUNTS = st.floats(0.001, 10_000).map(Milligrams)
LEVELS = st.floats(0.001, 1e6).map(lambda level: float(f"{level:.15g}"))
DAYS = st.dates(FIRST_DAY, LAST_DAY)
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
NAMES = st.from_regex(r"[a-z][a-z0-9 -]{0,30}[a-z0-9]", fullmatch=True)
TEXTS = st.text("abc äß.,;=#\"'\\[]{}\n", max_size=40).map(str.strip)

ITEMS = st.builds(
    plan_records.Item, product=NAMES, units=st.floats(0.001, 1000), ml=st.none()
) | st.builds(plan_records.Item, product=NAMES, units=st.none(), ml=st.floats(0.001, 1000))
DOSES = st.builds(
    plan_records.PlannedDose,
    drug=NAMES,
    time=CLOCKS,
    dose_mg=AMOUNTS,
    items=st.lists(ITEMS, max_size=3).map(tuple),
    route=NAMES,
    as_needed=st.booleans(),
)
SUPPLIES = st.lists(DAYS, min_size=2, max_size=2, unique=True).flatmap(
    lambda days: st.builds(
        plan_records.Supply,
        from_day=st.just(min(days)),
        until=st.just(max(days)),
        items=st.lists(ITEMS, min_size=1, max_size=3).map(tuple),
        refills=st.integers(0, 5),
    )
)
PARTS = (
    DOSES
    | SUPPLIES
    | st.builds(
        plan_records.Switch,
        from_drug=NAMES,
        to_drug=NAMES,
        from_mg=AMOUNTS,
        to_mg=AMOUNTS,
        table=NAMES,
    )
)
MODELS: dict[type, Any] = {
    made: model for shapes in (plan_file.SHAPES, case_file.SHAPES) for model, made in shapes.items()
}


@given(PARTS)
def test_a_part_of_a_plan_comes_back_from_its_file_as_it_was(part: Any) -> None:
    table = json.loads(json.dumps(plan_file.write(part), allow_nan=False))
    model = MODELS[type(part)].model_validate(table, by_alias=True, by_name=False)
    assert plan_file.to_record(model, plan_file.SHAPES) == part


@given(random_plans(is_of_all=True))
def test_a_plan_comes_back_from_its_file_as_it_was(plan: plan_records.Plan) -> None:
    assert plans.parse_text(plans.write(plan), FACTS) == plan


@given(
    st.builds(
        case_records.Intake,
        drug=st.just("clonazepam"),
        since=st.dates(date(2020, 1, 1), date(2024, 1, 1)),
        doses=st.lists(
            st.builds(case_records.Dose, time=CLOCKS, dose_mg=st.floats(0.1, 1).map(Milligrams)),
            min_size=1,
            max_size=4,
            unique_by=lambda dose: dose.time,
        ).map(tuple),
        note=TEXTS,
    ),
    st.lists(
        st.builds(
            case_records.Level,
            drug=st.just("clonazepam"),
            date=st.dates(date(2024, 2, 1), date(2026, 1, 1)),
            time=st.none() | CLOCKS,
            ng_per_ml=LEVELS,
            note=TEXTS,
        ),
        max_size=3,
    ),
    st.none() | st.floats(0, 100),
    st.none() | st.integers(0, 100),
)
def test_a_case_comes_back_from_its_file_as_it_was(
    use: case_records.Intake,
    levels: list[case_records.Level],
    drinks: float | None,
    attempts: int | None,
) -> None:
    case = dataclasses.replace(
        TYPICAL,
        use=(use,),
        level=tuple(levels),
        alcohol=case_records.Alcohol(drinks_per_day=drinks),
        history=dataclasses.replace(TYPICAL.history, previous_withdrawals=attempts),
    )
    assert case_file.read(tomllib.loads(cases.write(case))) == case


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_an_example_is_read_into_what_runs_and_written_as_it_stands(name: str) -> None:
    case = cases.read(EXAMPLES / f"{name}.toml", TODAY, FACTS)
    assert type(case) is case_records.Case
    assert case_file.read(case_file.write(case)) == case


@pytest.mark.parametrize("made", [*plan_file.SHAPES.values(), *case_file.SHAPES.values()])
def test_a_record_has_the_keys_of_its_file_and_cannot_be_changed(made: Any) -> None:
    fields = {at.name: at for at in dataclasses.fields(made)}
    model = MODELS[made]
    assert list(fields) == list(model.model_fields)
    for name, info in model.model_fields.items():
        is_required = fields[name].default is fields[name].default_factory is dataclasses.MISSING
        assert info.is_required() == is_required, name
        if not is_required and fields[name].default_factory is dataclasses.MISSING:
            default = plan_file.to_record(info.default, plan_file.SHAPES | case_file.SHAPES)
            assert fields[name].default == default, name
    assert made.__dataclass_params__.frozen


@pytest.mark.parametrize("number", [nan, inf, -1.0, 0.0, 1e300])
def test_a_number_that_no_file_can_hold_is_no_amount_and_no_limit(number: float) -> None:
    for key in ("units", "ml"):
        with pytest.raises(ValueError, match="between"):
            plan_records.Item(product="a", **{key: number})
        with pytest.raises(ValueError, match="above 0"):
            case_records.SupplyLimit(product="a", **{key: number})


@pytest.mark.parametrize("mg", [nan, inf, -1.0, 0.0, 1e-6, 1e6])
def test_an_amount_that_no_file_can_hold_is_neither_computed_nor_written(mg: float) -> None:
    with pytest.raises(WrongValueError):
        Milligrams(mg)
    dose = plan_records.PlannedDose(drug="clonazepam", time=time(8), dose_mg=mg)
    with pytest.raises(InputError, match="dose"):
        plan_file.write(dose)


def test_a_record_holds_what_its_file_demands_of_several_keys() -> None:
    with pytest.raises(ValueError, match="exactly one of 'units'"):
        plan_records.Item(product="a", units=1.0, ml=1.0)
    with pytest.raises(ValueError, match="must lie after"):
        plan_records.Supply(from_day=TODAY, until=TODAY, items=())
    with pytest.raises(ValueError, match="exactly one of 'birth_year'"):
        case_records.Traits(weight_kg=70.0)
    with pytest.raises(ValueError, match="must be wrong"):
        case_records.Traits(weight_kg=70.0, age_years=40.0, sex="male", pregnant="yes")
    with pytest.raises(ValueError, match="two doses stand at 08:00"):
        case_records.Intake(
            drug="a", since=TODAY, doses=(case_records.Dose(time=time(8), dose_mg=1.0),) * 2
        )
    with pytest.raises(ValueError, match="to what daily dose"):
        case_records.Goal(aim="lower")
    with pytest.raises(ValueError, match="must be left out"):
        case_records.Goal(aim="stop", to_mg_per_day=1.0)
    with pytest.raises(ValueError, match="write a limit as"):
        case_records.SupplyLimit(product="a", drug="b", units=1.0)
