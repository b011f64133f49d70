"""Studies: what was observed in people. The model never reads them; it is compared with them."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from homeostat.errors import nearest
from homeostat.facts import units
from homeostat.facts.records.basis import Many, Record

EXPOSURE = "ng*h/mL"
"""Unit of the area under a level, which only studies speak of."""


def _known_unit(unit: str) -> str:
    if unit not in (*units.UNITS, EXPOSURE):
        raise ValueError(
            f"unit '{unit}' is not in the list of units.{nearest(unit, (*units.UNITS, EXPOSURE))}"
        )
    return unit


class Observed(Record):
    """One published figure: a value, a range, or one end of a range."""

    id: str
    quantity: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = Field(
        default=None, description="spread between people, in the unit of the row"
    )
    cv: float | None = Field(default=None, description="spread between people, as a share")
    step: float | None = Field(
        default=None, gt=0, description="steps in which it was read, such as whole days"
    )
    unit: Annotated[str, AfterValidator(_known_unit)]
    evidence: Literal["abstract", "coded", "derived", "unverified"]
    note: str = ""

    @model_validator(mode="after")
    def _has_a_number(self) -> Self:
        if self.value is None and self.low is None and self.high is None:
            raise ValueError("give 'value', 'low' or 'high'")
        return self


class Study(Record):
    """One study: who took what, and what was seen; a finding without a figure is in words."""

    id: str
    source: str
    title: str
    kind: Literal["kinetics", "abrupt stop", "taper", "after"]
    population: str
    regimen: str
    n: int | None = None
    finding: str = ""
    note: str = ""
    observed: Many[Observed] = ()

    @model_validator(mode="after")
    def _has_something_to_say(self) -> Self:
        if not self.observed and not self.finding:
            raise ValueError("a study needs a figure or a finding in words")
        seen = [item.id for item in self.observed]
        if twice := {name for name in seen if seen.count(name) > 1}:
            raise ValueError(f"the observation '{min(twice)}' stands twice")
        return self
