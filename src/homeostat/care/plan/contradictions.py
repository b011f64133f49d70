"""Contradictions: doses whose tablets or millilitres make another amount than the plan says."""

from decimal import Decimal

from homeostat.care.plan.records import Item, Plan
from homeostat.care.plan.schedule import exact
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.language.quantity import number_text


def item_mg(item: Item, facts: Facts) -> Decimal:
    """Return how much drug so many tablets or millilitres hold [mg].

    Raises:
        InputError: tablets of a liquid, or millilitres of tablets.
    """
    product = facts.products[item.product]
    if (item.ml is None) != (product.strength_mg_per_ml is None):
        unit = "units" if product.strength_mg_per_ml is None else "ml"
        raise InputError(
            f"'{item.product}' is a {product.form}, so its amount must be given as '{unit}'"
        )
    return exact(item.amount) * exact(product.strength)


def contradictions(plan: Plan, facts: Facts) -> tuple[str, ...]:
    """Return a sentence for each dose whose items make another amount, or are of another drug."""
    found = []
    for number, step in enumerate(plan.steps, start=1):
        for dose in step.doses:
            where = f"steps[{number}], {dose.time:%H:%M}"
            others = {facts.products[item.product].drug for item in dose.items} - {dose.drug}
            if others:
                found.append(
                    f"{where}: the dose is of {dose.drug}, but its items are of {min(others)}"
                )
                continue
            made = sum((item_mg(item, facts) for item in dose.items), Decimal())
            if dose.items and made != exact(dose.dose_mg):
                found.append(
                    f"{where}: the dose is {number_text(dose.dose_mg)} mg, but its items make "
                    f"{number_text(float(made))} mg"
                )
    return tuple(found)
