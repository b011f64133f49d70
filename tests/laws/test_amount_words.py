"""Every product of the catalogue is written in words that read back to the milligram, in both
languages, in every part it may have.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

from homeostat.care.plan.records import Item
from homeostat.facts import load
from homeostat.facts.records import Product
from homeostat.report.papers import display
from homeostat.report.papers.amounts import item_words
from homeostat.report.papers.wording import Words

FACTS = load()
PARTS = {"never": 1, "halves": 2, "quarters": 4}
WORDS = {
    "half": "0.5",
    "halbe": "0.5",
    "three quarters": "0.75",
    "drei viertel": "0.75",
    "quarter": "0.25",
    "viertel": "0.25",
}


EXACT = [
    name for name, product in FACTS.products.items() if not (product.measure_ml or 0) * 1000 % 1
]
"""No dose is made of a drop that is no whole number of microlitres."""


def amounts(product: Product) -> Iterator[Item]:
    """Yield one to nine smallest parts, and more of them than fit into one hand."""
    for n in (*range(1, 10), 37):
        if product.measure_ml is not None:
            yield Item(product=product.id, ml=round(n * product.measure_ml, 6))
        else:
            yield Item(product=product.id, units=n / PARTS[product.split])


def read(text: str, language: str) -> Fraction:
    """Return the milligrams that a text says: what stands before the strength, times the
    strength.
    """
    text = text.replace("\u00a0", " ")
    numbers = [
        Fraction(str(display.read_number(found, language)))
        for found in re.findall(r"[0-9]+(?:[.,][0-9]+)?", text)
    ]
    if "(" in text:  # '2.5 mL of liquid (0.1 mg in 1 mL)', '3 drops (0.1 mg in 1 drop)'
        volume, strength, _ = numbers
        return volume * strength
    part = next(
        (Fraction(share) for word, share in WORDS.items() if word in text.lower()), Fraction(0)
    )
    *count, strength = numbers
    if count:
        return (count[0] + part) * strength
    return (part or 1) * strength


@pytest.mark.parametrize("language", display.LANGUAGES)
@pytest.mark.parametrize("name", sorted(EXACT))
def test_the_words_for_every_product_read_back_to_the_milligram(name: str, language: str) -> None:
    product = FACTS.products[name]
    strength = Fraction(str(product.strength_mg or product.strength_mg_per_ml))
    for item in amounts(product):
        text = item_words(item, product, Words(language))
        assert read(text, language) == Fraction(str(item.amount)) * strength, (text, item)
