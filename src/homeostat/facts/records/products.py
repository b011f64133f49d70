"""What a pharmacy can hand out, and what a market lays down for a prescription."""

from typing import Literal, Self

from pydantic import Field, model_validator

from homeostat.errors import FactError
from homeostat.facts.records.basis import Many, Sourced, is_range


class Product(Sourced):
    """Something a pharmacy can hand out."""

    id: str
    drug: str
    market: Literal["US", "UK", "EU"]
    name: str
    form: Literal[
        "tablet",
        "orally disintegrating tablet",
        "capsule",
        "extended-release tablet",
        "extended-release capsule",
        "solution",
        "concentrate",
        "suspension",
        "drops",
        "film",
    ]
    strength_mg: float | None = Field(default=None, gt=0, description="per unit")
    strength_mg_per_ml: float | None = Field(default=None, gt=0)
    measure_ml: float | None = Field(
        default=None, gt=0, description="smallest volume that can be measured"
    )
    score: Literal["none", "halves", "quarters", "unknown"] = "none"
    split: Literal["never", "halves", "quarters"] = Field(
        default="never", description="smallest part that may be given"
    )
    split_is_licensed: bool = True
    keeps_days: int | None = Field(
        default=None,
        gt=0,
        description="days from making until it must be discarded; none = not found",
    )
    opened_days: int | None = Field(
        default=None,
        gt=0,
        description="days from opening a bottle until it must be discarded; none = not found",
    )
    ethanol_mg_per_ml: Many[float] | None = Field(
        default=None,
        description=(
            "[least, most] by maker; a liquid must have it: empty = not found, never 'none'"
        ),
    )
    status: Literal["marketed", "compounded", "withdrawn"] = "marketed"
    note: str = ""

    @model_validator(mode="after")
    def _has_one_strength(self) -> Self:
        if (self.strength_mg is None) == (self.strength_mg_per_ml is None):
            raise ValueError("give exactly one of 'strength_mg' and 'strength_mg_per_ml'")
        if (self.strength_mg_per_ml is None) != (self.measure_ml is None):
            raise ValueError("a liquid, and only a liquid, has 'measure_ml'")
        if (self.strength_mg_per_ml is None) != (self.ethanol_mg_per_ml is None):
            raise ValueError("a liquid, and only a liquid, has 'ethanol_mg_per_ml'")
        if self.ethanol_mg_per_ml and not is_range(self.ethanol_mg_per_ml):
            raise ValueError("'ethanol_mg_per_ml' is [least, most]")
        if self.opened_days and self.strength_mg is not None:
            raise ValueError("only a liquid has 'opened_days'")
        if self.id.rpartition("-")[2] != f"{self.strength:g}":
            raise ValueError(
                f"the id must end with the strength: '{self.id}' and {self.strength:g} differ"
            )
        return self

    @property
    def strength(self) -> float:
        """Strength of one unit [mg], or of a liquid [mg/mL]; exactly one of the two is given."""
        given = self.strength_mg if self.strength_mg is not None else self.strength_mg_per_ml
        assert given is not None
        return given

    @property
    def is_liquid(self) -> bool:
        """True when an amount of it is counted in millilitres."""
        return self.strength_mg_per_ml is not None

    @property
    def measured_ml(self) -> float:
        """Smallest volume of a liquid that can be measured [mL].

        Raises:
            FactError: it is no liquid.
        """
        if self.measure_ml is None:
            raise FactError(f"facts: {self.id} is no liquid, so no volume of it is measured")
        return self.measure_ml

    @property
    def counts_drops(self) -> bool:
        """True when a dose is counted in drops; drops of a size that nobody has confirmed are
        measured with a syringe.
        """
        return self.form == "drops" and not self.is_unverified


FEWEST_DAYS, MOST_DAYS, MOST_REFILLS = 7, 100, 12
"""Edges of what a market lays down for one prescription; outside them it is a slip of the decimal
point.
"""


class SupplyRule(Sourced):
    """What a market lays down for prescriptions of these drugs: how much at once, how often again,
    until when.
    """

    id: str
    name: str
    market: Literal["US", "UK", "EU"]
    is_law: bool
    most_days: int | Literal["not laid down"] = Field(
        description="days that one prescription may cover"
    )
    most_refills: int | Literal["not laid down"] = Field(
        description="times it may be handed out again"
    )
    valid_days: int = Field(
        ge=20, le=200, description="days after which it may not be handed out any more"
    )
    note: str = ""

    @model_validator(mode="after")
    def _is_plausible(self) -> Self:
        for key, given, least, most in (
            ("most_days", self.most_days, FEWEST_DAYS, MOST_DAYS),
            ("most_refills", self.most_refills, 0, MOST_REFILLS),
        ):
            if isinstance(given, int) and not least <= given <= most:
                raise ValueError(f"'{key}' {given} lies outside its plausible {least} to {most}")
        return self
