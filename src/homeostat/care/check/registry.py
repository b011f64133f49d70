"""Rule: a name and a function from what is looked at to findings, so that each can be switched off
and missed.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from homeostat.care.check.plan_days import Look
from homeostat.care.findings import Finding

SLIP = 1e-9
"""Shares and ratios closer than this are the same: rounding of doubles."""
HALF = 0.5


@dataclass(frozen=True)
class Rule:
    """One rule; every finding it makes bears its id."""

    id: str
    of: Callable[[Look], Iterable[Finding]]

    def find(self, look: Look) -> Iterator[Finding]:
        """Yield what it finds, with its id."""
        for finding in self.of(look):
            yield replace(finding, rule=self.id)

    @property
    def family(self) -> str:
        """The part of the id before the point."""
        return self.id.partition(".")[0]
