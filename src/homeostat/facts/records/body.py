"""The model's own numbers, the edges inside which they hold, and what the product claims."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, model_validator

from homeostat.facts.records.basis import Many, Record, Sourced, Spread, Unit, refuse_slip


class Parameter(Spread):
    """A parameter of the body: typical value, plausible range, spread between people."""

    id: str
    symbol: str
    tuned_to: Many[str] = Field(default=(), description="claim or target ids it was tuned to")


class Limit(Sourced):
    """One edge of the domain inside which the withdrawal forecast is shown."""

    id: str
    label: str
    sentence: str


class RangeLimit(Limit):
    """A limit from below and from above; each `_within` are the edges outside which the number is a
    slip.
    """

    kind: Literal["range"]
    low: float
    low_within: Many[float]
    high: float
    high_within: Many[float]
    unit: Unit

    @model_validator(mode="after")
    def _is_a_plausible_range(self) -> Self:
        refuse_slip("low", self.low, self.low_within)
        refuse_slip("high", self.high, self.high_within)
        if self.low >= self.high:
            raise ValueError(f"'low' {self.low:g} must lie below 'high' {self.high:g}")
        return self


class HighestLimit(Limit):
    """A limit from above alone; `high_within` are the edges outside which the number is a slip."""

    kind: Literal["at most"]
    high: float
    high_within: Many[float]
    unit: Unit

    @model_validator(mode="after")
    def _is_plausible(self) -> Self:
        refuse_slip("high", self.high, self.high_within)
        return self


class ConditionsLimit(Limit):
    """Conditions of the studies' exclusion criteria."""

    kind: Literal["conditions"]
    conditions: Many[str] = Field(min_length=1)


LIMIT_KINDS: Mapping[str, type[Limit]] = MappingProxyType(
    {"range": RangeLimit, "at most": HighestLimit, "conditions": ConditionsLimit}
)
"""The record of each kind of limit, by the key `kind` of its table."""


class Claim(Record):
    """One statement of a source document in our words, and what becomes of it."""

    id: str
    document: Many[Literal["A", "B"]]
    section: str
    statement: str
    kinds: Many[Literal["M", "K", "W"]]
    facts: Many[str] = Field(
        default=(), description="what carries a K claim: 'kind:id', e.g. 'drug:clonazepam'"
    )
    measure: str = Field(
        default="", description="in words: what the check computes, and the band it must meet"
    )
    status: Literal["held", "contradicted", "context", "later"] = "held"
    why: str = Field(default="", description="required unless held")
    disagreement: str = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.status != "held" and not self.why:
            raise ValueError(f"status is '{self.status}', so 'why' must say why")
        return self
