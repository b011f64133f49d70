"""What others advise and measure: risks, remedies, scales, pace rules, recommendations, dose bands."""

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from homeostat.facts.keys import mark
from homeostat.facts.records.basis import Fact, Many, Record, Sourced


class Risk(Sourced):
    """Something that changes how hard or how long withdrawal is."""

    id: str
    name: str
    intensity: Literal["up", "down", "none", "unknown"]
    duration: Literal["up", "down", "none", "unknown"]
    effect: str
    figures: Many[Fact] = ()


class Remedy(Sourced):
    """An adjunct drug class, a drug, or a therapy, with its grade of evidence."""

    id: str
    name: str
    kind: Literal["adjunct", "substitution", "therapy", "programme", "advice"]
    helps: Many[str] = Field(default=(), description="symptom ids or plain aims")
    evidence: str
    grade: Literal["strong", "moderate", "low", "very low", "consensus", "against", "none found"]
    cautions: str = ""
    figures: Many[Fact] = ()


class Scale(Sourced):
    """A way to measure symptoms, and whether we may ship it."""

    id: str
    name: str
    items: str
    range_points: Many[int]
    bands: str
    licence: str
    may_ship: bool
    loinc: str = ""
    note: str = ""


class Stage(Record):
    """One stretch of a rule whose steps depend on the dose: from a dose down to another, by so much at a time."""

    from_mg: float = Field(gt=0)
    to_mg: float = Field(ge=0)
    step_mg_low: float = Field(gt=0)
    step_mg_high: float = Field(gt=0)


class Length(Record):
    """How long a rule says that the whole way takes from one starting dose."""

    from_mg: float = Field(gt=0)
    weeks_low: float = Field(gt=0)
    weeks_high: float = Field(gt=0)


class PaceRule(Sourced):
    """A published rule of how fast a dose may fall."""

    id: str
    name: str
    guidance: str
    step: str
    interval: str
    end: str
    step_share_low: float | None = Field(default=None, ge=0, le=1)
    step_share_high: float | None = Field(default=None, ge=0, le=1)
    share_of: Literal["start", "current", "not said", "fixed amount"] = "not said"
    step_mg: float | None = Field(default=None, gt=0)
    interval_days_low: float | None = Field(default=None, gt=0)
    interval_days_high: float | None = Field(default=None, gt=0)
    ceiling_share: float | None = Field(default=None, gt=0, le=1)
    ceiling_days: float | None = Field(default=None, gt=0)
    stages: Many[Stage] = Field(
        default=(), description="from the highest dose down, where the step depends on the dose"
    )
    lengths: Many[Length] = ()
    drugs: Many[str] = Field(default=(), description="empty = any benzodiazepine")
    switch: str = ""

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
        return self

    def stage_at(self, mg: float) -> Stage | None:
        """Return the stretch that the next step down from a dose belongs to; None above the first or without stages.

        Args:
            mg: daily dose before the step [mg/d].
        """
        return next((stage for stage in self.stages if stage.to_mg < mg <= stage.from_mg), None)


class Recommendation(Sourced):
    """One recommendation of a guideline, in our words."""

    id: str
    guidance: str
    number: str
    topic: str
    text: str
    grade: str


class DoseBand(Sourced):
    """A guideline's threshold for one drug: at or below is 'low', above is 'high'."""

    drug: str
    low_max_mg: float = Field(gt=0)
    high_min_mg: float = Field(gt=0)


class MedicineClass(Sourced):
    """Medicines that do the same thing to these drugs, or beside them; names in small letters.

    `members` stand in a source of the class, unless the class itself is unverified; `recalled` ones nobody has seen in one.
    """

    id: str
    name: str
    does: str
    acts_on: Many[str] = Field(
        default=(), description="enzymes; empty = it does not change clearance"
    )
    members: Many[str] = Field(min_length=1)
    recalled: Many[str] = Field(
        default=(), description="members from general knowledge: counted, and said to be unverified"
    )

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name of the class, confirmed and recalled."""
        return self.members + self.recalled


class Group(Sourced):
    """Conditions, drugs or perpetrators that a rule treats alike; the rule names the group, never its members."""

    id: str
    name: str
    of: Literal["conditions", "drugs", "medicine classes", "perpetrators"]
    members: Many[str] = Field(min_length=1)


class ConditionWord(Sourced):
    """A word that people write for a condition, and the known words that it may mean."""

    id: str
    may_mean: Many[str] = Field(min_length=1)


PERCENT = 100
IN_WORDS = {
    "share": "%",
    "d": "days",
    "wk": "weeks",
    "y": "years",
    "ratio": "times",
    "count": "",
    "mg/d": "mg a day",
    "drinks/d": "drinks a day",
}
"""Units of choices as they are said in a sentence; the others are said as they are written."""


class Choice(Fact):
    """A number that plans need, most of them chosen here because no source lays one down."""

    id: str

    @property
    def shown(self) -> str:
        """The number in words with its unit and its key, such as '14 days [choice:settle-days]'."""
        spread = (self.value,) if self.value is not None else (self.low, self.high)
        scale = PERCENT if self.unit == "share" else 1
        said = " to ".join(f"{scale * number:g}" for number in spread if number is not None)
        unit = IN_WORDS.get(self.unit, self.unit)
        return " ".join(part for part in (said, unit, self.mark) if part)

    @property
    def mark(self) -> str:
        """The key as it stands beside the number wherever it is shown, such as '[choice:hard-week]'."""
        return mark(self.id)
