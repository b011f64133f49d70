"""What others advise and measure: risks, remedies, scales, pace rules, recommendations, dose bands."""

from typing import Literal

from pydantic import Field

from homeostat.facts.records.basis import Fact, Many, Sourced


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
    drugs: Many[str] = Field(default=(), description="empty = any benzodiazepine")
    switch: str = ""


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
    """Medicines that do the same thing to these drugs, or beside them; names in small letters."""

    id: str
    name: str
    does: str
    acts_on: Many[str] = Field(default=(), description="enzymes; empty = it does not change clearance")
    members: Many[str] = Field(min_length=1)


class Choice(Fact):
    """A number that plans need, most of them chosen here because no source lays one down."""

    id: str
