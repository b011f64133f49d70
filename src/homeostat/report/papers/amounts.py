"""What one dose is made of, in words and as a picture; the two are made together so that they
cannot differ.
"""

from collections.abc import Sequence
from datetime import time
from decimal import Decimal

from homeostat.care.plan.records import Item, PlannedDose
from homeostat.care.plan.schedule import Stretch, exact
from homeostat.facts import Facts
from homeostat.facts.records import Product
from homeostat.report.papers import display
from homeostat.report.papers.wording import Words

_PARTS = {
    Decimal("0"): "",
    Decimal("0.25"): "quarter",
    Decimal("0.5"): "half",
    Decimal("0.75"): "three-quarters",
}
_DAY = ((4, "morning"), (11, "noon"), (14, "afternoon"), (17, "evening"), (22, "night"))
"""From which hour on a time of day is called what."""


def dose_words(dose: PlannedDose, facts: Facts, words: Words, *, name_drug: bool = False) -> str:
    """Return one dose in words: what to take, or only its amount if nothing says what makes it
    up.
    """
    text = (
        items_words(dose.items, facts, words)
        if dose.items
        else display.mg(dose.dose_mg, words.language)
    )
    if name_drug:
        text = words("amount.of-drug", drug=words(f"drug.{dose.drug}"), amount=text)
    return words("amount.if-needed", amount=text) if dose.as_needed else text


def items_words(items: Sequence[Item], facts: Facts, words: Words) -> str:
    """Return several items in words, largest strength first."""
    parts = [
        item_words(item, facts.products[item.product], words) for item in ordered(items, facts)
    ]
    text = parts[0]
    for part in parts[1:]:
        text = words("amount.and", first=text, second=part)
    return text


def ordered(items: Sequence[Item], facts: Facts) -> list[Item]:
    """Return items with whole pieces of the largest strength first."""
    return sorted(items, key=lambda item: (-_unit_mg(facts.products[item.product]), item.product))


def _unit_mg(product: Product) -> float:
    """Return the strength of one piece [mg]; a liquid has no pieces and comes last."""
    return 0.0 if product.is_liquid else product.strength


def item_words(item: Item, product: Product, words: Words) -> str:
    """Return one item in words: '1 and a half tablets of 0.5 mg', '2.5 mL of liquid (0.1 mg in 1
    mL)', '3 drops (…)'.
    """
    if item.ml is not None:
        return _liquid(item, product, words)
    strength = display.mg(product.strength, words.language)
    form = product.form.replace(" ", "-")
    units = exact(item.amount)
    whole, part = int(units), _PARTS.get(units % 1)
    count = display.number(float(units) if part is None else whole, words.language)
    if not part:
        named = words.counted(f"form.{form}", units)
        return words("amount.count", count=count, form=named, strength=strength)
    if whole == 0:
        return words(f"amount.{part}", form=words(f"form.{form}.one"), strength=strength)
    named = words(f"form.{form}.with-part")
    return words(f"amount.and-{part}", count=count, form=named, strength=strength)


def _liquid(item: Item, product: Product, words: Words) -> str:
    language = words.language
    if product.counts_drops:
        drops = exact(item.amount) / exact(product.measured_ml)
        strength = display.mg(float(exact(product.measured_ml) * exact(product.strength)), language)
        count = display.number(float(drops), language)
        return words.counted("amount.drops", drops, count=count, strength=strength)
    return words(
        "amount.liquid",
        volume=display.ml(item.amount, language),
        strength=display.mg(product.strength, language),
    )


def time_words(hour: time, words: Words) -> str:
    """Return what a time of day is called."""
    name = "night"
    for from_hour, called in _DAY:
        if hour.hour >= from_hour:
            name = called
    return words(f"time.{name}")


def one_liquid(rows: Sequence[Stretch], facts: Facts) -> Product | None:
    """Return the liquid that all doses are made of, if there is one and each dose is one volume of
    it.
    """
    made = {dose.items for row in rows for dose in row.doses}
    names = {items[0].product for items in made if len(items) == 1}
    if len(names) != 1 or any(len(items) != 1 or items[0].ml is None for items in made):
        return None
    product = facts.products[names.pop()]
    return None if product.counts_drops else product
