"""How fast a dose may fall by a published rule: one record for each kind of rule, and the ceiling
above them.

A rule that is used in arithmetic has every number that its kind needs; a rule of which only words
were found has none.
Bounds of the fields refuse a slip of the decimal point: with the order of low and high, ten times
    more and ten times less
of each number are refused.
"""

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, model_validator

from homeostat.facts.records.basis import Many, Record, Sourced, refuse_slip

SMALLEST_SHARE, LARGEST_SHARE = 0.04, 0.5
"""Shares of a dose between which every published step lies; outside it is a slip."""
SHORTEST_D, LONGEST_D = 3, 28
"""Days between which every published interval lies; outside it is a slip [d]."""


class PaceRule(Sourced):
    """A published rule of how fast a dose may fall: what every kind of rule says in words."""

    id: str
    name: str
    guidance: str
    step: str
    interval: str
    end: str
    drugs: Many[str] = Field(description="empty = any benzodiazepine")
    switch: str = ""


class WordsOnly(PaceRule):
    """A rule without a figure that can be computed with; it is quoted, and nothing is measured
    against it.
    """

    kind: Literal["words only"]


class Timed(PaceRule):
    """A rule that says how long each step lasts [d]."""

    interval_days_low: float = Field(ge=SHORTEST_D, le=LONGEST_D)
    interval_days_high: float = Field(ge=SHORTEST_D, le=LONGEST_D)

    @model_validator(mode="after")
    def _has_an_interval_in_order(self) -> Self:
        if self.interval_days_low > self.interval_days_high:
            raise ValueError("'interval_days_low' is above 'interval_days_high'")
        return self


class ShareTaper(Timed):
    """A rule that takes a share of a dose away at each step; `kind` says of which dose."""

    kind: Literal["share of start", "share of current", "share, of which dose is not said"]
    step_share_low: float = Field(ge=SMALLEST_SHARE, le=LARGEST_SHARE)
    step_share_high: float = Field(ge=SMALLEST_SHARE, le=LARGEST_SHARE)

    @model_validator(mode="after")
    def _has_shares_in_order(self) -> Self:
        if self.step_share_low > self.step_share_high:
            raise ValueError("'step_share_low' is above 'step_share_high'")
        return self


class FixedTaper(Timed):
    """A rule that takes the same amount of one named drug away at each step [mg/d].

    `step_mg_within` are the edges outside which the amount is a slip of the decimal point.
    """

    kind: Literal["fixed amount"]
    drugs: Many[str] = Field(min_length=1, description="the drugs whose milligrams are meant")
    step_mg: float = Field(gt=0)
    step_mg_within: Many[float]

    @model_validator(mode="after")
    def _has_a_plausible_step(self) -> Self:
        refuse_slip("step_mg", self.step_mg, self.step_mg_within)
        return self


class Stage(Record):
    """One part of a rule whose steps depend on the dose: from a dose down to another, by so much at
    a time.
    """

    from_mg: float = Field(gt=0)
    to_mg: float = Field(ge=0)
    step_mg_low: float = Field(gt=0)
    step_mg_high: float = Field(gt=0)


class Length(Record):
    """How long a rule says that the whole taper takes from one starting dose."""

    from_mg: float = Field(gt=0)
    weeks_low: float = Field(gt=0)
    weeks_high: float = Field(gt=0)


class StagedTaper(Timed):
    """A rule for one named drug whose steps become smaller as the dose falls, from the highest dose
    down to 0.
    """

    kind: Literal["stages"]
    drugs: Many[str] = Field(min_length=1, description="the drugs whose milligrams are meant")
    stages: Many[Stage] = Field(min_length=1, description="from the highest dose down")
    lengths: Many[Length] = Field(min_length=1)

    @model_validator(mode="after")
    def _goes_down_without_gaps(self) -> Self:
        for stage in self.stages:
            if not (stage.to_mg < stage.from_mg and stage.step_mg_low <= stage.step_mg_high):
                raise ValueError(
                    f"the stage from {stage.from_mg:g} mg must go down, by a step from low to high"
                )
        for upper, lower in pairwise(self.stages):
            if upper.to_mg != lower.from_mg:
                raise ValueError(
                    f"the stage from {lower.from_mg:g} mg must begin where the one above ends"
                )
        if self.stages[-1].to_mg != 0:
            raise ValueError("the last stage must end at 0 mg")
        return self

    @model_validator(mode="after")
    def _takes_about_as_long_as_it_says(self) -> Self:
        for length in self.lengths:
            fewest, most = self.weeks_from(length.from_mg)
            if not (fewest <= length.weeks_low <= length.weeks_high <= most):
                raise ValueError(
                    f"its steps take {fewest:g} to {most:g} weeks from {length.from_mg:g} mg, "
                    f"its 'lengths' say {length.weeks_low:g} to {length.weeks_high:g}"
                )
        return self

    def weeks_from(self, mg: float) -> tuple[float, float]:
        """Return the fewest and the most weeks that the stages take from a daily dose down [wk].

        fewest = sum over the stages of (from_mg - to_mg) / step_mg_high times interval_days_low /
        7; most the other way.
        """
        below = [stage for stage in self.stages if stage.from_mg <= mg]
        fewest = sum((stage.from_mg - stage.to_mg) / stage.step_mg_high for stage in below)
        most = sum((stage.from_mg - stage.to_mg) / stage.step_mg_low for stage in below)
        return fewest * self.interval_days_low / 7, most * self.interval_days_high / 7

    def stage_at(self, mg: float) -> Stage | None:
        """Return the stage that the next step down from a dose belongs to; None above the first.

        Args:
            mg: daily dose before the step [mg/d].
        """
        return next((stage for stage in self.stages if stage.to_mg < mg <= stage.from_mg), None)


class Ceiling(Sourced):
    """The largest share of the starting dose that guidance lets fall within so many days, as a rule
    [d].

    `step_of` names the pace rule of the same guidance: its ordinary step must lie below the
    ceiling.
    """

    id: str
    name: str
    share: float = Field(ge=0.1, le=LARGEST_SHARE)
    days: int = Field(ge=7, le=LONGEST_D)
    step_of: str


PACE_KINDS: Mapping[str, type[PaceRule]] = MappingProxyType(
    {
        "words only": WordsOnly,
        "share of start": ShareTaper,
        "share of current": ShareTaper,
        "share, of which dose is not said": ShareTaper,
        "fixed amount": FixedTaper,
        "stages": StagedTaper,
    }
)
"""The record of each kind of pace rule, by the key `kind` of its table."""
