"""The keys of limits on prescriptions in a case: days of each, and the largest amounts."""

from typing import Self

from pydantic import model_validator

from homeostat.care.case.keys import (
    LONGEST_WINDOW_D,
    Mg,
    Number,
    Several,
    Word,
    key,
)
from homeostat.care.case.records import MOST_HANDED_OUT, require_one_limit
from homeostat.facts.records import Record


class SupplyLimit(Record):
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
        require_one_limit(
            self.product, self.drug, units=self.units, ml=self.ml, amount_mg=self.amount_mg
        )
        return self


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
