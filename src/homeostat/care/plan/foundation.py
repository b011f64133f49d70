"""What a plan rests on: digests of the facts it was made from, and which of them have changed
since.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from homeostat.care.plan.records import Foundation, Plan
from homeostat.facts import KINDS, Facts

DIGITS = 8


def record(facts: Facts, reference: str) -> Any:
    """Return one record of the facts, 'kind:id'; None if there is no such record."""
    kind, _, name = reference.partition(":")
    return getattr(facts, KINDS[kind], {}).get(name) if kind in KINDS else None


def digest(facts: Facts, reference: str) -> str | None:
    """Return the first 8 hex digits of the SHA-256 of one record, 'kind:id'; None if there is no
    such record.
    """
    found = record(facts, reference)
    return None if found is None else sha256(found.model_dump_json().encode()).hexdigest()[:DIGITS]


def foundation(facts: Facts, references: Iterable[str]) -> Foundation:
    """Return the digest of all facts and of each record named, 'kind:id'; records that do not exist
    are left out.
    """
    found = {name: known for name in sorted(set(references)) if (known := digest(facts, name))}
    return Foundation(digest=facts.digest, records=found)


def used_by(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """Return what a plan rests on, as 'kind:id': its drugs, products, tables, pace rules and
    parameters of the body.
    """
    products = {item.product for step in plan.steps for dose in step.doses for item in dose.items}
    return (
        *(f"drug:{drug}" for drug in plan.drugs),
        *(f"product:{product}" for product in sorted(products)),
        *(f"equivalence:{change.table}" for change in plan.switch),
        *(f"pace:{rule}" for rule in facts.pace_rules),
        *(f"ceiling:{ceiling}" for ceiling in facts.ceilings),
        *(f"parameter:{name}" for name in facts.parameters),
    )


def changed(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """Return the records, 'kind:id', that have changed or gone since the plan was made; empty if
    none has.
    """
    if plan.facts.digest == facts.digest:
        return ()
    return tuple(name for name, old in plan.facts.records.items() if digest(facts, name) != old)
