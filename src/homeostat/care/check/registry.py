"""Rule: a name and a function from what is looked at to findings, so that each can be switched off and missed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from homeostat.care.check.plan_days import Look
from homeostat.care.findings import Finding


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
    return f"{100 * share:.2g} %" if share < 0.095 else f"{100 * share:.0f} %"
