"""What every record has in common: its sources, its basis, who reviewed it; and numbers with
units.
"""

from math import isfinite
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from homeostat.errors import FactError
from homeostat.facts import units

T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]

Basis = Literal["measured", "reported", "derived", "chosen", "unverified"]
NOT_REVIEWED = "not yet"


def _known_unit(unit: str) -> str:
    try:
        return units.check(unit)
    except FactError as problem:
        raise ValueError(str(problem)) from None


Unit = Annotated[str, AfterValidator(_known_unit)]


def refuse_slip(key: str, value: float, within: tuple[float, ...]) -> None:
    """Refuse a number outside its plausible edges, and edges too wide to notice a slip of the
    decimal point.

    Raises:
        ValueError: the edges are not two numbers in order, hold ten times more or less, or do not
            hold the number.
    """
    if len(within) != 2:
        raise ValueError(f"'{key}_within' is [least, most]")
    least, most = within
    if not least <= value <= most:
        raise ValueError(f"'{key}' {value:g} lies outside its plausible {least:g} to {most:g}")
    if not (least > value / 10 and most < value * 10):
        raise ValueError(
            f"the edges {least:g} to {most:g} of '{key}' are so wide that ten times more or less"
            " would pass"
        )


def is_range(ends: tuple[float, ...]) -> bool:
    """Return True for two numbers above 0 in order."""
    return len(ends) == 2 and 0 < ends[0] <= ends[1]


class Record(BaseModel):
    """Refuse unknown keys and wrong types; never change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Source(Record):
    """A document we rely on."""

    id: str
    title: str
    kind: Literal[
        "guideline",
        "label",
        "law",
        "trial",
        "cohort",
        "review",
        "kinetics",
        "case report",
        "survey",
        "animal study",
        "table",
        "reference laboratory",
        "formulary",
        "web page",
        "book",
        "seed",
    ]
    rank: int = Field(
        ge=1, le=5, description="1 guideline, label or primary study … 5 unverified page"
    )
    where: str
    read: Literal["full", "excerpt", "abstract", "coded copy", "secondary", "not read"]


class Sourced(Record):
    """Anything that must say where it comes from and who has looked at it."""

    sources: Many[str] = Field(default=(), description="'source-id' or 'source-id, place'")
    basis: Basis
    why: str = Field(default="", description="required when we chose it ourselves")
    reviewed: str = Field(description="'not yet', or 'date, name'")

    @model_validator(mode="after")
    def _is_supported(self) -> Self:
        if self.basis == "chosen" and not self.why:
            raise ValueError("basis is 'chosen', so 'why' must say why")
        if not self.sources and self.basis not in {"chosen", "unverified"}:
            raise ValueError(f"basis is '{self.basis}', so at least one source must be named")
        return self

    @property
    def is_unverified(self) -> bool:
        """True when nobody has confirmed it in a source."""
        return self.basis == "unverified"


class Estimate(Sourced):
    """A value or a range, with its unit, for whom it holds, and how much people differ; or that no
    figure was found.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: Unit | None = None
    label: str = ""
    cv: float | None = Field(
        default=None, ge=0, le=2, description="spread between people, lognormal, as a share"
    )
    holds_for: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        given = any(x is not None for x in (self.value, self.low, self.high, self.unit))
        if given and not self.has_figure:
            raise ValueError("give 'value', or 'low' and 'high'")
        if given and self.unit is None:
            raise ValueError("a number needs its 'unit'")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"'low' {self.low} is above 'high' {self.high}")
        for bound, is_wrong in ((self.low, "below"), (self.high, "above")):
            if self.value is None or bound is None:
                continue
            if self.value < bound if is_wrong == "below" else self.value > bound:
                raise ValueError(f"'value' {self.value} lies outside 'low' to 'high'")
        if not all(isfinite(x) for x in (self.value, self.low, self.high) if x is not None):
            raise ValueError("a number must be finite")
        return self

    @property
    def has_figure(self) -> bool:
        """True when a source gives a number at all."""
        return self.value is not None or (self.low is not None and self.high is not None)


class Fact(Estimate):
    """A number from the world: always a value or a range."""

    unit: Unit

    @model_validator(mode="after")
    def _is_a_number_or_a_range(self) -> Self:
        if not self.has_figure:
            raise ValueError("give 'value', or 'low' and 'high'")
        return self

    def to(self, unit: str) -> float:
        """Return the value (or the middle of the range) in another unit."""
        middle = self.value if self.value is not None else (self.low + self.high) / 2  # type: ignore[operator]
        return units.convert(middle, self.unit, unit)

    def bounds(self, unit: str) -> tuple[float, float]:
        """Return low and high in another unit; a bare value is its own range."""
        low = self.low if self.low is not None else self.value
        high = self.high if self.high is not None else self.value
        assert low is not None
        assert high is not None
        return units.convert(low, self.unit, unit), units.convert(high, self.unit, unit)


def _plausible_cv(cv: float) -> float:
    if cv != 0 and not SMALLEST_CV <= cv <= LARGEST_CV:
        raise ValueError(f"a spread between people is 0, or {SMALLEST_CV:g} to {LARGEST_CV:g}")
    return cv


SMALLEST_CV, LARGEST_CV = 0.09, 0.9
"""Spreads between which all that were measured lie, as a share; 0 says that there is none to draw.
"""
Cv = Annotated[float, AfterValidator(_plausible_cv)]


class Typical(Fact):
    """A typical value inside its plausible range: all three are given, so that a slip of the value
    falls outside.
    """

    value: float
    low: float
    high: float


class Spread(Typical):
    """A typical value, its plausible range, and how much people differ (lognormal, as a share)."""

    cv: Cv
