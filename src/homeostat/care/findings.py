"""Finding: what a rule has to say about a plan, with its limit, the plan's value, the source, and a
sentence.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from homeostat.care.plan.records import Override

Level = Literal["refuse", "warn", "note"]
ORDER: dict[str, int] = {"refuse": 0, "warn": 1, "note": 2}


@dataclass(frozen=True)
class Finding:
    """One thing a rule found. A refused plan is not to be used; a warning stands until it is
    overridden with a reason.

    A warning of what can kill refuses until somebody has written why it is accepted: `check` raises
        its level.

    Attributes:
        rule: id of the rule, such as "pace.asam-2025"; an override names it.
        limit, value: what the rule allows and what the plan has, in words with units.
        sources: source ids with place; empty for a rule of arithmetic or of the file itself.
        on: the day it happens, where there is one.
        override: why somebody accepts it, where somebody has; a refusal cannot be overridden.
        can_kill: death or a seizure is a real possibility if this is overlooked.
    """

    rule: str
    level: Level
    sentence: str
    limit: str = ""
    value: str = ""
    sources: tuple[str, ...] = ()
    on: date | None = None
    override: Override | None = None
    can_kill: bool = False

    @property
    def is_lifted_by_a_reason(self) -> bool:
        """True for a warning, and for a refusal that was one until nobody gave a reason."""
        return self.level == "warn" or (self.level == "refuse" and self.can_kill)

    @property
    def stands(self) -> bool:
        """True unless it is a note, or something that somebody has accepted with a reason."""
        return self.level == "refuse" or (self.level == "warn" and self.override is None)


def worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings by level, then day, then rule."""
    return tuple(
        sorted(findings, key=lambda f: (ORDER[f.level], f.on or date.min, f.rule, f.sentence))
    )
