"""How fast a taper is proposed for whom: one record for each tier of risk.

The tiers are read in the order of their file; the first whose `when` holds is the person's. Bounds
of the fields refuse a slip of the decimal point.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, model_validator

from homeostat.facts.records.basis import Many, Sourced

Condition = Literal[
    "dependence-rare",
    "low-dose",
    "short-use",
    "high-dose",
    "long-use-and-failed-attempt",
    "symptoms-now",
    "seizure-ever",
    "pregnant",
    "oldest-age",
    "frail",
    "severe-score",
    "step-not-over",
    "any",
]
"""What a case may say that decides its tier; 'any' holds for everybody."""


class Tier(Sourced):
    """A tier of risk: for whom it is, and why.

    `when` holds where any of its conditions does, or all of them, as `needs` says.
    """

    id: str
    name: str
    when: Many[Condition] = Field(min_length=1)
    needs: Literal["any", "all"]
    why: str = Field(min_length=1)


class PaceTier(Tier):
    """A tier that is tapered: shares of a dose, and days between two steps [d].

    Attributes:
        base: the dose that a share is taken of: the one at the start, or the one taken now.
        every_days_high_dose: days between steps above `split_diazepam_mg`.
        every_days_low_dose: days between steps at or below it.
        near_end_diazepam_mg: daily dose below which a step is one smallest unit, or up to
            `near_end_share_high` of the dose then taken, whichever is larger [mg of diazepam].
        most_changes, most_months: a plan that needs more is proposed only where the person asks
            for it, or where larger steps have failed.
        short_use_days_below: use below so many days is short use [d].
        long_use_days_from: use of so many days and more, with a failed attempt, is high risk [d].
        oldest_age_years: age from which a person counts as one of the oldest [y].
    """

    kind: Literal["taper"]
    base: Literal["start", "current"]
    share_low: float = Field(ge=0.04, le=0.25)
    share_high: float = Field(ge=0.04, le=0.25)
    every_days_high_dose: int = Field(ge=7, le=42)
    every_days_low_dose: int = Field(ge=7, le=42)
    split_diazepam_mg: float = Field(ge=2, le=20)
    near_end_diazepam_mg: float = Field(ge=1, le=10)
    near_end_share_high: float = Field(ge=0.1, le=0.4)
    near_end_every_days_low: int = Field(ge=7, le=42)
    near_end_every_days_high: int = Field(ge=7, le=42)
    most_changes: int = Field(ge=10, le=60)
    most_months: int = Field(ge=6, le=48)
    short_use_days_below: int | None = Field(default=None, ge=45, le=182)
    long_use_days_from: int | None = Field(default=None, ge=182, le=730)
    oldest_age_years: int | None = Field(default=None, ge=65, le=100)

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        for low, high in (
            ("share_low", "share_high"),
            ("every_days_high_dose", "every_days_low_dose"),
            ("near_end_every_days_low", "near_end_every_days_high"),
            ("near_end_diazepam_mg", "split_diazepam_mg"),
        ):
            if getattr(self, low) > getattr(self, high):
                raise ValueError(f"'{low}' is above '{high}'")
        return self

    @model_validator(mode="after")
    def _has_the_edge_of_each_condition(self) -> Self:
        for condition, edge in _EDGES.items():
            if (condition in self.when) != (getattr(self, edge) is not None):
                raise ValueError(f"'{edge}' and the condition '{condition}' go together")
        return self


_EDGES: Mapping[str, str] = MappingProxyType(
    {
        "short-use": "short_use_days_below",
        "long-use-and-failed-attempt": "long_use_days_from",
        "oldest-age": "oldest_age_years",
    }
)
"""The number that each of these conditions is measured against."""


class HoldTier(Tier):
    """A tier in which the present dose is held first; afterwards the person's other tier applies.

    Attributes:
        score_days: a score counts for so many days; an older one is asked for anew [d].
        hold_days: how long the dose is held before the score is taken again [d].
        severe_share: share of a scale's range from which a score is severe where the scale has no
            published severe edge.
    """

    kind: Literal["hold"]
    score_days: int = Field(ge=7, le=28)
    hold_days: int = Field(ge=7, le=42)
    severe_share: float = Field(ge=0.15, le=0.6)


class NoTaperTier(Tier):
    """A tier without a daily taper: stop, or fewer days, never more in a week than now.

    Attributes:
        report_days_short: day after the last dose by which a person reports back, short and medium
            half-life [d].
        report_days_long: the same for a long half-life [d].
    """

    kind: Literal["no taper"]
    report_days_short: int = Field(ge=3, le=14)
    report_days_long: int = Field(ge=7, le=28)


TIER_KINDS: Mapping[str, type[Tier]] = MappingProxyType(
    {"taper": PaceTier, "hold": HoldTier, "no taper": NoTaperTier}
)
"""The record of each kind of tier, by the key `kind` of its table."""
