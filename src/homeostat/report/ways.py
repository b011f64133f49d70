"""What ways to go, and a plan's schedule, look like in a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from homeostat.care.plan_records import Item, Plan, PlanStep
from homeostat.care.quantity import mg_text, number_text
from homeostat.facts import Facts

PARTS = {0.25: "¼", 0.5: "½", 0.75: "¾"}


def item_text(item: Item, facts: Facts) -> str:
    """Return what is taken, as it is taken: '1½ × clonazepam tablet 0.5 mg' or '2.5 mL clonazepam oral solution'."""
    product = facts.products[item.product].name
    if item.ml is not None:
        return f"{number_text(item.ml)} mL {product}"
    units = float(item.units or 0.0)
    whole, part = int(units), units - int(units)
    count = f"{whole or ''}{PARTS.get(round(part, 2), '')}" if part else str(whole)
    return f"{count or number_text(units)} × {product}"


def step_text(step: PlanStep, facts: Facts) -> str:
    """Return the doses of a step, one time of day after the other."""
    parts = []
    for dose in step.doses:
        made = " + ".join(item_text(item, facts) for item in dose.items) or mg_text(dose.dose_mg) + " " + dose.drug
        parts.append(f"{dose.time:%H:%M} {made}")
    return "\n".join(parts) or "nothing"


def show_schedule(plan: Plan, facts: Facts, console: Console) -> None:
    """Print the steps of a plan by the calendar, in tablets and millilitres."""
    table = Table(box=None, pad_edge=False)
    for name in ("from", "until", "a day", "what is taken each day"):
        table.add_column(name)
    for step in plan.steps:
        totals = ", ".join(f"{mg_text(step.mg_per_day(drug))} {drug}" for drug in step.drugs)
        until = step.until.isoformat() if step.until else "decided anew"
        table.add_row(step.from_day.isoformat(), until, totals or "–", step_text(step, facts))
    console.print(table)


def title(words: str) -> Text:
    """Return a line in bold."""
    return Text(words, style="bold")
