"""Rests: the parts of cut tablets that lie at home, and what each really weighs.

The rest of a cut tablet serves a later dose: on the same day always, on a later one where the split
    is licensed and the rest is no
older than `choice:rest-kept`. Two halves of one tablet are one tablet: what the first has too much
the second has too little.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

import numpy as np

from homeostat.care.plan.records import Item
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.facts.records import Product

QUARTERS = 4
PIECES = {0: (), 1: (1,), 2: (2,), 3: (2, 1)}
"""Quarters of a tablet that are not a whole one, as the pieces they are taken in."""
UL_PER_ML = 1_000
SMALLEST = 0.2
"""Share of a tablet below which nobody would call a piece a half."""
_SLIP = 1e-6


@dataclass(frozen=True)
class Piece:
    """A part of a tablet: when it was cut, how many quarters it should be, and what it is
    [tablets].
    """

    cut_on: date
    quarters: int
    units: float


@dataclass(frozen=True)
class Taken:
    """One item of one dose: what it should be [quarters of a tablet or µL], what it is [tablets or
    mL], and tablets opened.
    """

    counted: int
    amount: float
    opened: int


def may_be_kept(product: Product) -> bool:
    """True when the rest of a cut tablet may be kept for another day: its split is licensed."""
    return product.split != "never" and product.split_is_licensed


def is_liquid(product: Product) -> bool:
    """True when it is measured and not counted."""
    return product.strength_mg is None


class Rests:
    """The parts of cut tablets at home. With a seed each cut and each measured volume is off by
    chance, as the facts say.
    """

    def __init__(self, facts: Facts, seed: int | None = None) -> None:
        self.facts = facts
        self.kept_for = timedelta(days=int(facts.choices["rest-kept"].to("d")))
        self.pieces: dict[str, list[Piece]] = {}
        self._draw = None if seed is None else np.random.Generator(np.random.Philox(seed))
        self._halves, self._quarters, self._measure = (
            found.to("share")
            for found in (
                facts.choices["half-off"],
                facts.choices["quarter-off"],
                facts.choices["volume-off"],
            )
        )

    def take(self, item: Item, day: date) -> Taken:
        """Take one item of a dose on a day.

        Raises:
            InputError: the amount cannot be counted in quarters of a tablet or in thousandths of a
                millilitre.
        """
        product = self.facts.products[item.product]
        size, word = (
            (UL_PER_ML, "thousandths of a mL")
            if is_liquid(product)
            else (QUARTERS, "quarters of a tablet")
        )
        if (item.ml is None) == is_liquid(product):
            raise InputError(
                f"{item.product} is counted in {'mL' if is_liquid(product) else 'tablets'}; on"
                f" {day} it is not"
            )
        counted = round(item.amount * size)
        if abs(counted - item.amount * size) > _SLIP:
            raise InputError(
                f"{item.product}: {item.amount:g} on {day} cannot be counted in {word}"
            )
        if is_liquid(product):
            return Taken(counted, item.amount * self._off(self._measure), 0)
        wholes, rest = divmod(counted, QUARTERS)
        pieces = [self._piece(product, quarters, day) for quarters in PIECES[rest]]
        opened = wholes + sum(is_new for _, is_new in pieces)
        return Taken(counted, wholes + sum(units for units, _ in pieces), opened)

    def usable(self, product: Product, day: date) -> list[Piece]:
        """Return the rests of a product that may be used on a day, the smallest and oldest
        first.
        """
        keeps = self.kept_for if may_be_kept(product) else timedelta(0)
        rests = [piece for piece in self.pieces.get(product.id, ()) if day - piece.cut_on <= keeps]
        return sorted(rests, key=lambda piece: (piece.quarters, piece.cut_on))

    def _piece(self, product: Product, quarters: int, day: date) -> tuple[float, bool]:
        """Return what a half or a quarter really is [tablets], and whether a tablet was opened for
        it.
        """
        rests = self.usable(product, day)
        found = next((piece for piece in rests if piece.quarters >= quarters), None)
        piece = found or Piece(day, QUARTERS, 1.0)
        if found is not None:
            rests.remove(found)
        while piece.quarters > quarters:
            piece, other = self._cut(piece)
            rests.append(other)
        self.pieces[product.id] = rests
        return piece.units, found is None

    def _cut(self, piece: Piece) -> tuple[Piece, Piece]:
        of_half = sqrt(max(self._quarters**2 - self._halves**2, 0.0))
        half = piece.units / 2 * self._off(self._halves if piece.quarters == QUARTERS else of_half)
        parts = (half, piece.units - half)
        first, second = (Piece(piece.cut_on, piece.quarters // 2, units) for units in parts)
        return first, second

    def _off(self, sd: float) -> float:
        """Return a factor around one; never so far that one part of two would be less than a
        fifth.
        """
        if self._draw is None:
            return 1.0
        return float(
            np.clip(1.0 + sd * self._draw.standard_normal(), 2 * SMALLEST, 2 - 2 * SMALLEST)
        )
