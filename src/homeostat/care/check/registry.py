"""Rule: a name and a function from what is looked at to findings, so that each can be switched off
and missed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from homeostat.care.check.plan_days import Look
from homeostat.care.findings import Finding

SLIP = 1e-9
"""Shares and ratios closer than this are the same: rounding of doubles."""
HALF = 0.5
PERCENT = 100
TWO_DIGITS_BELOW = 0.095
"""Shares below this are said with two digits, so that 1.2 % is not said as 1 %."""


@dataclass(frozen=True)
class Rule:
    """One rule; every finding it makes bears its id."""

    id: str
    find: Callable[[Look], Iterable[Finding]]

    @property
    def family(self) -> str:
        """The part of the id before the point."""
        return self.id.partition(".")[0]


def percent(share: float) -> str:
    """Return a share as people read it.

    >>> percent(0.254), percent(1.0), percent(0.0125)
    ('25 %', '100 %', '1.2 %')
    """
    return f"{PERCENT * share:.2g} %" if share < TWO_DIGITS_BELOW else f"{PERCENT * share:.0f} %"
