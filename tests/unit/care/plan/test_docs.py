"""The page and the schema of a plan are current, and every example plan is one that can be read,
dispensed and handed out.
"""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.check import check, verdict
from homeostat.care.dispensing import supply
from homeostat.care.plan import docs as plan_docs
from homeostat.care.plan import format as plan_format
from homeostat.facts import Facts
from homeostat.facts.records import Record

NAMES = sorted(path.stem for path in plan_docs.EXAMPLES.glob("*.json"))
CASES = plan_docs.EXAMPLES.parent
TODAY = date(2026, 11, 25)


def read(name: str, facts: Facts) -> plans.Plan:
    return plans.read(plan_docs.EXAMPLES / f"{name}.json", facts)


def case_of(plan: plans.Plan, facts: Facts) -> cases.Case:
    return cases.read(CASES / f"{plan.whom.case}.toml", TODAY, facts)


def test_the_pages_about_the_plan_are_current(facts: Facts) -> None:
    for name, text in plan_docs.pages(facts).items():
        assert (plan_docs.DOCS / name).read_text(encoding="utf-8") == text, (
            f"docs/{name} is stale: run make docs"
        )


def test_a_stale_page_is_found_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_docs, "DOCS", tmp_path / "docs")
    assert plan_docs.main(["--check"]) == 1
    assert plan_docs.main([]) == 0
    assert plan_docs.main(["--check"]) == 0


def test_every_table_and_every_key_of_a_plan_is_documented(facts: Facts) -> None:
    page = plan_docs.page(facts)
    said = {record for _, record in plan_docs.SECTIONS}
    known = {
        r
        for r in vars(plan_format).values()
        if isinstance(r, type) and issubclass(r, Record) and r is not Record
    }
    assert said == {record for record in known if record.__module__ == plan_format.__name__}
    for record in said:
        for name, info in record.model_fields.items():
            assert f"| `{info.alias or name}` |" in page


@pytest.mark.parametrize("name", NAMES)
def test_each_example_fits_the_published_schema(name: str, facts: Facts) -> None:
    schema = json.loads(plan_docs.schema(facts))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(
        json.loads((plan_docs.EXAMPLES / f"{name}.json").read_text(encoding="utf-8")), schema
    )
    jsonschema.validate(json.loads(plans.write(read(name, facts))), schema)


@pytest.mark.parametrize(
    "wrong",
    [
        {"market": "FR"},
        {"stepz": []},
        {"steps": []},
        {
            "steps": [
                {
                    "from": "2026-11-09",
                    "doses": [{"drug": "klonazepam", "time": "08:00", "dose": "1 mg"}],
                }
            ]
        },
        {
            "steps": [
                {
                    "from": "2026-11-09",
                    "doses": [{"drug": "clonazepam", "time": "08:00", "dose": 1}],
                }
            ]
        },
        {
            "supplies": [
                {
                    "from": "2026-11-09",
                    "until": "2026-12-09",
                    "items": [{"product": "x", "units": 0}],
                }
            ]
        },
    ],
)
def test_the_published_schema_refuses_what_the_reader_refuses(
    wrong: dict[str, Any], facts: Facts
) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {**json.loads(plan_docs.SMALLEST), **wrong}, json.loads(plan_docs.schema(facts))
        )


def test_the_smallest_plan_of_the_page_reads_and_no_rule_refuses_it(facts: Facts) -> None:
    plan = plans.parse_text(plan_docs.SMALLEST, facts)
    case = case_of(plan, facts)
    assert verdict(check(plan, case, facts, today=cases.today(case))) != "refuse"
    assert [[item.units for item in s.items] for s in supply.supplies(plan, facts)] == [[42, 28]]


@pytest.mark.parametrize("name", NAMES)
def test_each_example_is_made_exactly_handed_out_in_full_and_refused_by_no_rule(
    name: str, facts: Facts
) -> None:
    plan = read(name, facts)
    assert plans.parse_text(plans.write(plan), facts) == plan
    for step in plan.steps:
        for dose in step.doses:
            made = sum(
                Fraction(str(item.amount))
                * Fraction(
                    str(
                        facts.products[item.product].strength_mg
                        or facts.products[item.product].strength_mg_per_ml
                    )
                )
                for item in dose.items
            )
            assert made == Fraction(str(dose.dose_mg)), (name, step.from_day, dose)
    case = case_of(plan, facts)
    assert verdict(check(plan, case, facts, today=cases.today(case))) == "pass"
    if plan.supplies:
        assert handed(plan.supplies) == handed(supply.supplies(plan, facts)), name


def handed(supplies: tuple[plans.Supply, ...]) -> list[tuple[date, date, set[tuple[str, float]]]]:
    return [
        (s.from_day, s.until, {(item.product, item.amount) for item in s.items}) for s in supplies
    ]
