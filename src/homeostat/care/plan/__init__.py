"""Plan: a JSON file that can be made, edited by hand, checked, forecast and printed, and comes back
as it was.

The modules of this package: format (the file and its keys), records (what runs), model (what the
model needs), foundation (the facts a plan rests on).
"""

import json
from pathlib import Path
from typing import Any

from homeostat.care.case.hidden import hidden_characters
from homeostat.care.case.records import Case
from homeostat.care.plan import format as plan_file
from homeostat.care.plan.bounds import require_near
from homeostat.care.plan.foundation import changed, foundation, used_by
from homeostat.care.plan.model import day_of, regimen
from homeostat.care.plan.records import (
    Foundation,
    Item,
    Override,
    Plan,
    PlanGoal,
    PlannedDose,
    PlannedMedicine,
    PlanStep,
    Rule,
    Supply,
    Switch,
    Way,
    Whom,
)
from homeostat.characters import shown
from homeostat.errors import Code, InputError, Problem, did_you_mean
from homeostat.facts import KINDS, Facts
from homeostat.facts.reader import read_text

__all__ = [
    "Foundation",
    "Item",
    "Override",
    "Plan",
    "PlanGoal",
    "PlanStep",
    "PlannedDose",
    "PlannedMedicine",
    "Rule",
    "Supply",
    "Switch",
    "Way",
    "Whom",
    "changed",
    "day_of",
    "foundation",
    "from_table",
    "parse_text",
    "read",
    "regimen",
    "require_for",
    "used_by",
    "write",
]

LARGEST_FILE_BYTES = 5_000_000


def read(path: Path | str, facts: Facts) -> Plan:
    """Return the plan that stands in a JSON file; docs/plan.md describes its keys.

    Raises:
        InputError: the file cannot be read, is no JSON or no plan; every fault is a line with the
            file, the key and, where there is one, the nearest right word.
    """
    text = read_text(Path(path), "a plan", InputError, LARGEST_FILE_BYTES)
    return parse_text(text, facts, str(path))


def parse_text(text: str, facts: Facts, where: str = "plan") -> Plan:
    """Return the plan that stands in a text; faults as `read`, with `where` in the place of the
    file.
    """

    def refuse(code: Code, said: str) -> InputError:
        return InputError(problems=[Problem("", code, said)], where=where)

    def no_constant(name: str) -> Any:
        raise refuse("wrong-number", f"{name} is not a number that a plan can hold")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if not name.isprintable():
                raise InputError(
                    f"{where}: the key {name!r} holds a character that cannot be shown; take it out"
                )
            if name in found:
                said = f"the key '{shown(name, keep='')}' stands twice in one place"
                raise refuse("duplicate-key", said)
            found[name] = value
        return found

    try:
        table = json.loads(text, parse_constant=no_constant, object_pairs_hook=once)
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        raise refuse("not-json", f"this is no JSON: {problem.msg} ({place})") from None
    except (RecursionError, ValueError):
        said = "a number or a nesting in this file is too large for any plan"
        raise refuse("too-large", said) from None
    if not isinstance(table, dict):
        raise refuse("wrong-type", "a plan is one JSON object, in curly brackets")
    return from_table(table, facts, where)


def from_table(table: dict[str, Any], facts: Facts, where: str = "plan") -> Plan:
    """Return a table as a plan; a drug, product, route or table that nobody knows is named with the
    nearest right word.
    """
    if hidden := hidden_characters(table):
        raise InputError(problems=hidden, where=where)
    plan = plan_file.read(table, where)
    if found := _unknown(plan, facts):
        raise InputError(problems=found, where=where)
    return plan


def write(plan: Plan) -> str:
    """Return a plan as JSON text, which `parse_text` reads back to the same plan."""
    return json.dumps(plan_file.write(plan), indent=1, ensure_ascii=False) + "\n"


def _unknown(plan: Plan, facts: Facts) -> list[Problem]:
    """Return the words of a plan that the facts do not know, each with the nearest they do."""
    found: list[Problem] = []

    def known(path: str, kind: str, word: str, words: Any) -> None:
        if word not in words:
            said = f"unknown {kind} '{word}'."
            found.append(Problem(path, "unknown-word", said, did_you_mean(word, words)))

    for s, step in enumerate(plan.steps, start=1):
        for d, dose in enumerate(step.doses, start=1):
            known(f"steps[{s}].doses[{d}].drug", "drug", dose.drug, facts.drug_ids)
            known(f"steps[{s}].doses[{d}].route", "route", dose.route, facts.routes)
            for i, item in enumerate(dose.items, start=1):
                known(
                    f"steps[{s}].doses[{d}].items[{i}].product",
                    "product",
                    item.product,
                    facts.products,
                )
    for s, supply in enumerate(plan.supplies, start=1):
        for i, item in enumerate(supply.items, start=1):
            known(f"supplies[{s}].items[{i}].product", "product", item.product, facts.products)
    for c, change in enumerate(plan.switch, start=1):
        known(f"switch[{c}].table", "equivalence table", change.table, facts.equivalence_tables)
        known(f"switch[{c}].from_drug", "drug", change.from_drug, facts.drug_ids)
        known(f"switch[{c}].to_drug", "drug", change.to_drug, facts.drug_ids)
    for reference in plan.facts.records:
        known("facts.records", "kind of record", reference.partition(":")[0], KINDS)
    return list(dict.fromkeys(found))


def require_for(plan: Plan, case: Case, where: str = "") -> None:
    """Refuse a plan that was made for another case, or begins in another decade than it speaks.

    Args:
        where: what is said first, such as the plan's file.

    Raises:
        InputError: it is for another, or begins too far from its day (`bounds.require_near`).
    """
    require_near(plan, case)
    if plan.whom.case != case.id:
        said = (
            f"this plan is for the case '{plan.whom.case}', not for '{case.id}'; give its own case"
        )
        raise InputError(problems=[Problem("", "conflict", said)], where=where or f"plan {plan.id}")
