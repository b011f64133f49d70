"""Pictures of what is taken: tablets whole, half and quarter, melting tablets, capsules, films,
drops and a syringe.

Black lines on white, so that a grey printer loses nothing; what is not taken of a cut tablet is
dotted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from homeostat.care.plan.records import Item
from homeostat.care.plan.schedule import exact
from homeostat.facts import Facts
from homeostat.facts.records import Product
from homeostat.report.papers import display
from homeostat.report.papers.amounts import ordered

BOX, GAP = 48, 6
"""Side of one picture and space between two [px]."""
MOST = 8
"""More pieces than this of one product are drawn as one with a number before it."""
_ROUND = 'fill="#ffffff" stroke="#000000" stroke-width="2"'
_REST = 'fill="none" stroke="#000000" stroke-width="1.2" stroke-dasharray="2 3"'
_TEXT = (
    'text-anchor="middle" font-family="Source Sans Pro, sans-serif" font-weight="700"'
    ' fill="#000000"'
)


@dataclass(frozen=True)
class Drawing:
    """An SVG drawing, in how many lines its pieces stand, and how wide it is for its height."""

    svg: str
    lines: int
    wide: float


def draw(items: Sequence[Item], facts: Facts, language: str, most: int = MOST + 1) -> Drawing:
    """Return one dose as a drawing, at most so many pieces in a line."""
    pieces: list[str] = []
    for item in ordered(items, facts):
        pieces += _pieces(item, facts.products[item.product], language)
    lines = -(-len(pieces) // most)
    across = -(-len(pieces) // lines)
    width, height = across * (BOX + GAP) - GAP, lines * (BOX + GAP) - GAP
    shown = "".join(
        f'<g transform="translate({i % across * (BOX + GAP)}'
        f' {i // across * (BOX + GAP)})">{piece}</g>'
        for i, piece in enumerate(pieces)
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}">'
    )
    return Drawing(f"{head}{shown}</svg>", lines, width / height)


def _pieces(item: Item, product: Product, language: str) -> list[str]:
    if item.ml is not None:
        drops = product.form == "drops"
        label = (
            display.number(float(exact(item.amount) / exact(product.measured_ml)), language)
            if drops
            else display.ml(item.amount, language)
        )
        return [_drop(label) if drops else _syringe(label)]
    label = display.number(product.strength, language)
    units = exact(item.amount)
    whole, part = int(units), units % 1
    shape = _SHAPES.get(product.form, _tablet)
    found = [shape(label)] * whole if whole <= MOST else [_many(whole), shape(label)]
    if part:
        found.append(_part(label, part))
    return found


def _tablet(label: str) -> str:
    return f'<circle cx="24" cy="24" r="21" {_ROUND}/>{_label(label, 24, 29)}'


def _melting(label: str) -> str:
    return (
        f'<circle cx="24" cy="24" r="21" {_ROUND}/><circle cx="24" cy="24" r="17"'
        f" {_REST}/>{_label(label, 24, 28.5, 12)}"
    )


def _capsule(label: str) -> str:
    return (
        f'<rect x="2" y="12" width="44" height="24" rx="12" {_ROUND}/>'
        f'<path d="M33 12V36" stroke="#000000" stroke-width="1.2"/>{_label(label, 18, 28.5, 12)}'
    )


def _film(label: str) -> str:
    return f'<rect x="6" y="10" width="36" height="28" {_ROUND}/>{_label(label, 24, 29)}'


_SHAPES = {
    "tablet": _tablet,
    "orally disintegrating tablet": _melting,
    "capsule": _capsule,
    "extended-release capsule": _capsule,
    "film": _film,
}


_CUTS = {
    Decimal("0.5"): ("M3 25A21 21 0 0 1 45 25Z", "½", (24, 20), (24, 38)),
    Decimal("0.25"): ("M24 24V3A21 21 0 0 0 3 24Z", "¼", (16.5, 19.5), (30, 36)),
    Decimal("0.75"): ("M24 24H45A21 21 0 1 0 24 45Z", "¾", (24, 19), (14, 33)),
}
"""For each part: its outline, its sign and where it stands, and where the strength of the whole
stands.
"""


def _part(label: str, part: Decimal) -> str:
    """Draw a part of a tablet: upper half, upper left quarter, or all but the lower right
    quarter.
    """
    if part not in _CUTS:
        return f'<circle cx="24" cy="24" r="21" {_REST}/>{_label("?", 24, 29)}'
    outline, sign, at, under = _CUTS[part]
    return (
        f'<circle cx="24" cy="24" r="21" {_REST}/><path d="{outline}" {_ROUND}/>'
        f"{_label(sign, *at, 15)}{_label(label, *under, 10)}"
    )


def _many(count: int) -> str:
    return _label(f"{count} ×", 24, 30, 20)


def _syringe(label: str) -> str:
    return (
        f'<rect x="1" y="4" width="46" height="15" rx="2" {_ROUND}/><path d="M47 11.5H48M10 4V10M19'
        f' 4V10M28 4V10M37 4V10" stroke="#000000" stroke-width="1.4"/>{_label(label, 24, 40, 17)}'
    )


def _drop(label: str) -> str:
    return (
        '<path d="M24 2C30 14 39 22 39 31A15 15 0 0 1 9 31C9 22 18 14 24 2Z"'
        f" {_ROUND}/>{_label(escape(label), 24, 36, 15)}"
    )


def _label(text: str, x: float, y: float, size: float = 14) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" {_TEXT}>{escape(text)}</text>'
