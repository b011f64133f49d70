"""The model's own numbers, the edges inside which they hold, and what the product claims."""

from typing import Literal, Self

from pydantic import Field, model_validator

from homeostat.facts.records.basis import Fact, Many, Record, Sourced, Unit


class Parameter(Fact):
    """A parameter of the body: typical value, plausible range, spread between people."""

    id: str
    symbol: str
    low: float
    high: float
    value: float
    tuned_to: Many[str] = Field(default=(), description="claim or target ids it was tuned to")


class Limit(Sourced):
    """One edge of the domain inside which the withdrawal forecast is shown."""

    id: str
    label: str
    low: float | None = None
    high: float | None = None
    unit: Unit | None = None
    conditions: Many[str] = ()
    sentence: str


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
