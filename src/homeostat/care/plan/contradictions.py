"""Contradictions: doses whose tablets or millilitres make another amount than the plan says."""

from homeostat.care.plan.model import is_contradictory, is_in_another_measure, made_mg
from homeostat.care.plan.records import Item, Plan
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.language.quantity import number_text


def require_measure(item: Item, facts: Facts) -> None:
    """Refuse tablets of a liquid, and millilitres of tablets.

    Raises:
        InputError: the amount is given in the other measure.
    """
    if is_in_another_measure(item, facts):
        product = facts.products[item.product]
        unit = "units" if product.strength_mg_per_ml is None else "ml"
        raise InputError(
            f"'{item.product}' is a {product.form}, so its amount must be given as '{unit}'"
        )


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
            for item in dose.items:
                require_measure(item, facts)
            if is_contradictory(dose, facts):
                made = made_mg(dose, facts)
                found.append(
                    f"{where}: the dose is {number_text(dose.dose_mg)} mg, but its items make "
                    f"{number_text(float(made))} mg"
                )
    return tuple(found)
