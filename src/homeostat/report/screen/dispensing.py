"""How a dose is made, in words and with a small picture, for a terminal and for machines."""

from collections.abc import Callable, Iterable, Sequence
from datetime import time, timedelta
from typing import Any

from rich.console import Console
from rich.text import Text

from homeostat.care.case.records import Case
from homeostat.care.dispensing.dispense import Made, Stock
from homeostat.care.dispensing.splitting import Effect
from homeostat.care.dispensing.supply import Window, counted
from homeostat.care.plan import format as plan_file
from homeostat.care.plan.records import Item, Plan
from homeostat.facts import Facts
from homeostat.facts.keys import mark
from homeostat.facts.records import Product
from homeostat.language.numbers import NBSP
from homeostat.language.quantity import mg_text, micrograms_text, number_text
from homeostat.report.papers.amounts import items_words
from homeostat.report.papers.wording import Words

LANGUAGE = "en"
SIGNS = {0.25: "◔", 0.5: "◐", 0.75: "◕"}
MOST_SIGNS = 12
SYRINGE_ML = 10
NOT_ADVICE = (
    "For clinicians and pharmacists. Not advice to change a dose; look at the product in the hand"
    " before anything is cut."
)


def picture(item: Item, product: Product) -> str:
    """Return an item as a line of signs: discs for tablets, bars for capsules, one syringe for a
    volume.

    >>> from homeostat.facts import load
    >>> half = "us-clonazepam-tablet-0.5"
    >>> picture(Item(product=half, units=1.5), load().products[half])
    '● ◐'
    """
    if item.ml is not None:
        if product.counts_drops and product.measure_ml:
            return "•" * min(round(item.ml / product.measure_ml), MOST_SIGNS)
        filled = max(1, min(SYRINGE_ML, round(item.ml)))
        return f"├{'█' * filled}{'░' * (SYRINGE_ML - filled)}┤"
    whole, part = divmod(item.amount, 1)
    sign = "▬" if "capsule" in product.form else "●"
    signs = [sign] * min(int(whole), MOST_SIGNS) + (["…"] if whole > MOST_SIGNS else [])
    return " ".join([*signs, *([SIGNS[part]] if part else [])])


def in_words(made: Made, facts: Facts) -> str:
    """Return what one dose is made of, in words: '1 tablet of 0.25 mg and 1 tablet of 0.125 mg'."""
    return items_words(made.items, facts, Words(LANGUAGE)).replace(NBSP, " ")


def show_made(
    doses: Sequence[tuple[time | None, Made]], stock: Stock, facts: Facts, console: Console
) -> None:
    """Print how each dose of a day, or one dose, is made; then what to look at, and what was left
    out.
    """
    for at, made in doses:
        when = f"{at:%H:%M}  " if at is not None else ""
        console.print(Text(f"{when}{_dose(made.dose_mg)} of {made.drug}", style="bold"))
        for item in made.items:
            product = facts.products[item.product]
            words = items_words([item], facts, Words(LANGUAGE)).replace(NBSP, " ")
            console.print(
                Text(f"  {picture(item, product):<14} {words}  ", end="").append(
                    product.id, style="dim"
                )
            )
        console.print(Text(f"  {_work(made)}"))
    total = sum(made.dose_mg for _, made in doses)
    if len(doses) > 1:
        console.print(Text(f"Together {mg_text(total)} a day."))
    for line in _remarks([made for _, made in doses], stock, facts):
        console.print(Text(f"· {line}"))
    console.print(Text(NOT_ADVICE, style="dim"))


def cannot(
    dose_mg: float,
    stock: Stock,
    nearest: tuple[Made | None, Made | None],
    ways_out: Sequence[tuple[str, Made]],
    facts: Facts,
) -> str:
    """Return the sentence that says that a dose cannot be made, and what could be instead."""
    below, above = nearest
    found = [
        (
            f"nearest {side}: {mg_text(made.dose_mg)} ({in_words(made, facts)})"
            if made
            else f"nothing {side} can be made"
        )
        for side, made in (("below", below), ("above", above))
    ]
    return (
        f"{mg_text(dose_mg)} of {stock.drug} cannot be made exactly of what can be had"
        f" ({stock.market}), and nothing is rounded:"
        f" {'; '.join(found)}.{could_be_made(ways_out, facts)}"
    )


def could_be_made(ways_out: Sequence[tuple[str, Made]], facts: Facts) -> str:
    """Return what else would make the dose, a sentence each."""
    return "".join(
        f" It could be made {change}: {in_words(made, facts)}." for change, made in ways_out
    )


def as_json(
    dose_mg: float, doses: Sequence[tuple[time | None, Made]], stock: Stock, facts: Facts
) -> dict[str, Any]:
    """Return for machines how a dose is made."""
    return {
        "drug": stock.drug,
        "market": stock.market,
        "dose_mg": dose_mg,
        "doses": [
            {"time": None if at is None else f"{at:%H:%M}", **made_as_json(made)}
            for at, made in doses
        ],
        "left_out": [item._asdict() for item in stock.left_out],
        "facts": facts.digest,
    }


def made_as_json(made: Made) -> dict[str, Any]:
    """Return one dose for machines."""
    return {
        "dose_mg": made.dose_mg,
        "items": [plan_file.write(item) for item in made.items],
        "splits": made.splits,
        "pieces": made.pieces,
        "liquids": made.liquids,
    }


def _dose(mg: float) -> str:
    return f"{mg_text(mg)} ({micrograms_text(mg)})" if mg < 1 else mg_text(mg)


def _work(made: Made) -> str:
    pieces = f"{made.pieces} piece{'s' if made.pieces != 1 else ''} to take"
    cuts = (
        "nothing is cut"
        if not made.splits
        else f"{made.splits} cut{'s' if made.splits != 1 else ''}"
    )
    return f"{pieces}, {cuts}"


def _remarks(made: Sequence[Made], stock: Stock, facts: Facts) -> list[str]:
    used = dict.fromkeys(item.product for one in made for item in one.items)
    found = [
        f"{', '.join(names)}: {note}"
        for note, names in _grouped(used, lambda name: facts.products[name].note)
    ]
    found += [
        f"{name}: strength unverified, not confirmed in a source"
        for name in used
        if facts.products[name].is_unverified
    ]
    for name, mg in _ethanol([item for one in made for item in one.items], facts).items():
        found.append(f"{name}: with {number_text(round(mg))} mg of ethanol at the most")
    if any(one.splits for one in made):
        half = 100 * facts.choices["half-off"].to("share")
        found.append(
            f"a cut half is off by about {number_text(half)} % {mark('half-off')} (assumed; no data"
            " were found)"
        )
    why = {item.product: item.sentence for item in stock.left_out}
    found += [
        f"not used: {', '.join(names)} ({reason})"
        for reason, names in _grouped(why, why.__getitem__)
    ]
    return found


def _ethanol(items: Sequence[Item], facts: Facts) -> dict[str, float]:
    """Return what the liquids among some items hold of ethanol [mg]."""
    found: dict[str, float] = {}
    for item in items:
        if share := facts.products[item.product].ethanol_mg_per_ml:
            found[item.product] = found.get(item.product, 0.0) + share[-1] * item.amount
    return found


def _grouped(names: Iterable[str], of: Callable[[str], str]) -> list[tuple[str, list[str]]]:
    """Return each text once, on one line, with the names it is said of; names without a text are
    left out.
    """
    found: dict[str, list[str]] = {}
    for name in names:
        if text := " ".join(of(name).split()):
            found.setdefault(text, []).append(name)
    return list(found.items())


def show_dispensing(
    plan: Plan, case: Case, facts: Facts, splitting: Effect, console: Console
) -> None:
    """Print the first and the last prescription of a plan, how many lie between, and what cuts and
    measures do.
    """
    if plan.supplies:
        found = counted(plan, facts, ahead_days=case.supply.ahead_days)
        shown = [found[0], found[-1]] if len(found) > 1 else found
        lines = [_window(window, facts) for window in shown]
        console.print(
            Text(f"Prescriptions: {len(found)}. First {'. Last '.join(lines)}.", style="dim")
        )
    console.print(Text(splitting.sentence, style="dim"))


def first_supply(plan: Plan, facts: Facts) -> str:
    """Return the first prescription of a plan in words; '' where it has none."""
    if not plan.supplies:
        return ""
    return _window(counted(plan, facts, ahead_days=0)[0], facts)


def _window(window: Window, facts: Facts) -> str:
    handed = ", ".join(
        f"{number_text(line.handed_out)} {'mL' if line.is_liquid else '×'}"
        f" {facts.products[line.product].name} (to {line.runs_out - timedelta(days=1)})"
        for line in window.lines
        if line.handed_out
    )
    return (
        f"{window.from_day} to {window.until - timedelta(days=1)}, collect by {window.collect_by}:"
        f" {handed or 'enough is at home'}"
    )
