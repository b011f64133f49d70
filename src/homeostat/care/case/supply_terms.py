"""Limits on prescriptions in a case: days per prescription, and the largest amount of each."""

from typing import Self

from pydantic import model_validator

from homeostat.care.case.keys import (
    LONGEST_WINDOW_D,
    MOST_HANDED_OUT,
    Mg,
    Number,
    Several,
    Word,
    key,
)
from homeostat.facts.records import Record


class SupplyLimit(Record, validate_by_name=True, validate_by_alias=True):
    """The most that one prescription may hand out: of one product in units or mL, or of one drug in
    all.
    """

    product: Word = key(
        "product, as in `homeostat facts product`", '"us-clonazepam-tablet-0.5"', ""
    )
    units: Number | None = key(
        "most tablets, capsules or films of the product", "60", None, gt=0, le=MOST_HANDED_OUT
    )
    ml: Number | None = key("most of a liquid", "150", None, unit="mL", gt=0, le=MOST_HANDED_OUT)
    drug: Word = key(
        "drug, all its products together; instead of a product", '"clonazepam"', "", words="drugs"
    )
    amount_mg: Mg | None = key("most of the drug, with its unit", '"60 mg"', None, alias="amount")

    @model_validator(mode="after")
    def _has_one_limit(self) -> Self:
        of_product = (
            bool(self.product)
            and (self.units is None) != (self.ml is None)
            and self.amount_mg is None
        )
        of_drug = (
            bool(self.drug)
            and self.amount_mg is not None
            and self.units is None
            and self.ml is None
        )
        if not (of_product or of_drug) or (self.product and self.drug):
            raise ValueError(
                'write a limit as {product = "…", units = 60}, {product = "…", ml = 150} or '
                '{drug = "…", amount = "60 mg"}'
            )
        return self

    @property
    def of(self) -> str:
        """The product or drug that is limited."""
        return self.product or self.drug

    @property
    def most(self) -> float:
        """The limit: units or mL of a product, mg of a drug."""
        return float(self.units or self.ml or self.amount_mg or 0.0)


class SupplyTerms(Record):
    """What binds prescriptions where this person lives: a law, an insurer, a clinic, or a danger at
    home.
    """

    window_days: int | None = key(
        "days one prescription covers; left out = 28",
        "14",
        None,
        unit="days",
        ge=1,
        le=LONGEST_WINDOW_D,
    )
    ahead_days: int | None = key(
        "days before a window at which to collect at the latest; left out = 3",
        "2",
        None,
        unit="days",
        ge=0,
        le=28,
    )
    limits: Several[SupplyLimit] = key(
        "most that one prescription may hand out",
        '[{product = "us-clonazepam-tablet-0.5", units = 60}, {drug = "clonazepam", amount = "60'
        ' mg"}]',
        (),
        max_length=40,
    )
