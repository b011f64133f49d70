"""Finding: what a rule has to say about a plan, with its limit, the plan's value, the source, and a
message that each language says in its own words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from homeostat.care.plan.records import Override
from homeostat.errors import FactError
from homeostat.language.messages import Message, Quantity, Value, catalogue, filled, placeholders

Level = Literal["refuse", "warn", "note"]
ORDER: dict[str, int] = {"refuse": 0, "warn": 1, "note": 2}
OWN_FIELDS = ("limit", "value", "on")
"""Fields of a finding that its texts may name as placeholders, as they may name its values."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing a rule found. A refused plan is not to be used; a warning stands until it is
    overridden with a reason.

    A warning of what can kill refuses until somebody has written why it is accepted: `check` raises
        its level.

    Attributes:
        message: id of an entry of `language/messages/findings.<language>.toml`.
        values: what its placeholders hold.
        limit, value: what the rule allows and what the plan has, where that is one number.
        sources: source ids with place; empty for a rule of arithmetic or of the file itself.
        on: the day it happens, where there is one.
        can_kill: death or a seizure is a real possibility if this is overlooked.
        rule: id of the rule, such as "pace.asam-2025"; the rule writes it, an override names it.
        override: why somebody accepts it, where somebody has; a refusal cannot be overridden.
        additions: further sentences.

    Raises:
        FactError: there is no such message, or a value that it names is missing.
    """

    level: Level
    message: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)
    limit: Quantity | None = None
    value: Quantity | None = None
    sources: tuple[str, ...] = ()
    on: date | None = None
    can_kill: bool = False
    rule: str = ""
    override: Override | None = None
    additions: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        entry = catalogue("en").entry(self.message)
        asked = frozenset[str]().union(*map(placeholders, entry.texts))
        own = {name for name in OWN_FIELDS if getattr(self, name) is not None}
        if missing := asked - own - self.values.keys():
            raise FactError(f"messages: '{self.message}' lacks values: {sorted(missing)}")

    def text(self, language: str) -> str:
        """Return what was found, as a sentence."""
        sentence = filled(catalogue(language).entry(self.message).sentence, self._filling, language)
        return " ".join((sentence, *(one.text(language) for one in self.additions)))

    def limit_text(self, language: str = "en") -> str:
        """Return what the rule allows; empty if there is no limit."""
        said = catalogue(language).entry(self.message).limit
        return self._number_text(said, self.limit, language)

    def value_text(self, language: str = "en") -> str:
        """Return what the plan has; empty if there is nothing to say."""
        said = catalogue(language).entry(self.message).value
        return self._number_text(said, self.value, language)

    @cached_property
    def sentence(self) -> str:
        """The English sentence."""
        return self.text("en")

    @property
    def is_lifted_by_a_reason(self) -> bool:
        """True for a warning, and for a refusal that was one until nobody gave a reason."""
        return self.level == "warn" or (self.level == "refuse" and self.can_kill)

    @property
    def stands(self) -> bool:
        """True unless it is a note, or something that somebody has accepted with a reason."""
        return self.level == "refuse" or (self.level == "warn" and self.override is None)

    @property
    def _filling(self) -> Mapping[str, Value]:
        own = {name: getattr(self, name) for name in OWN_FIELDS}
        return {**{k: v for k, v in own.items() if v is not None}, **self.values}

    def _number_text(self, said: str, alone: Quantity | None, language: str) -> str:
        if said:
            return filled(said, self._filling, language)
        return alone.text(language) if alone else ""


def worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings by level, then day, then rule."""
    return tuple(
        sorted(findings, key=lambda f: (ORDER[f.level], f.on or date.min, f.rule, f.sentence))
    )
