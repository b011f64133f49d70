"""What others advise and measure: risks, remedies, scales, recommendations, dose bands; and our own
choices.
"""

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from homeostat.errors import FactError
from homeostat.facts.keys import mark
from homeostat.facts.records.basis import Fact, Many, Sourced, Typical, refuse_slip
from homeostat.facts.records.beside import Property

WIDEST_MIDDLE = 5
"""Times the edge of a low dose below which the edge of a high dose lies in every guideline read;
above it is a slip.
"""


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
    grade: Literal[
        "strong",
        "moderate",
        "moderate, short term only",
        "low",
        "very low",
        "consensus",
        "against",
        "none found",
    ]
    cautions: str = ""
    figures: Many[Fact] = ()

    def interval(self, unit: str) -> tuple[float, float, float]:
        """Return value, low and high of the first figure in a unit that gives all three.

        Raises:
            FactError: there is none.
        """
        for one in self.figures:
            if one.unit == unit and None not in (one.value, one.low, one.high):
                return (one.to(unit), *one.bounds(unit))
        raise FactError(f"facts: the remedy {self.id} has no figure in '{unit}' with low and high")


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
    severe_from: float | None = Field(
        default=None, description="published edge from which it is severe; none = none is published"
    )
    severe_from_within: Many[float] = Field(
        default=(), description="edges outside which the edge is a slip of the decimal point"
    )
    note: str = ""

    @model_validator(mode="after")
    def _has_a_plausible_edge(self) -> Self:
        if (self.severe_from is None) != (not self.severe_from_within):
            raise ValueError("'severe_from' and 'severe_from_within' go together")
        if self.severe_from is not None:
            refuse_slip("severe_from", self.severe_from, self.severe_from_within)
            if len(self.range_points) != 2 or not (
                self.range_points[0] < self.severe_from <= self.range_points[1]
            ):
                raise ValueError(f"'severe_from' {self.severe_from:g} lies outside its range")
        return self


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

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if not self.low_max_mg < self.high_min_mg < self.low_max_mg * WIDEST_MIDDLE:
            raise ValueError(
                f"'high_min_mg' {self.high_min_mg:g} must lie above 'low_max_mg'"
                f" {self.low_max_mg:g} and below {WIDEST_MIDDLE} times it"
            )
        return self


class MedicineClass(Sourced):
    """Medicines that do the same thing to these drugs, or beside them; names in small letters.

    `members` stand in a source of the class, unless the class itself is unverified; `recalled` ones
    nobody has seen in one.
    """

    id: str
    name: str
    does: str
    acts_on: Many[str] = Field(description="enzymes; empty = it does not change clearance")
    members: Many[str] = Field(min_length=1)
    recalled: Many[str] = Field(
        description="members from general knowledge: counted, and said to be unverified"
    )
    properties: Many[Property] = Field(description="what every member does beside these drugs")

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name of the class, confirmed and recalled."""
        return self.members + self.recalled


class Group(Sourced):
    """Conditions, drugs or perpetrators that a rule treats alike; the rule names the group, never
    its members.
    """

    id: str
    name: str
    of: Literal["conditions", "condition records", "drugs", "medicine classes", "perpetrators"]
    members: Many[str] = Field(min_length=1)


class ConditionWord(Sourced):
    """A word that people write for a condition, and the known words that it may mean."""

    id: str
    may_mean: Many[str] = Field(min_length=1)


class FreeText(Sourced):
    """What the check looks for in words that somebody wrote: words, or patterns of words.

    Attributes:
        tells: what a text with such a pattern seems to tell; of what is dangerous alone.
    """

    id: str
    language: Literal["en", "de"]
    does: Literal["filler", "negation", "dangerous", "slow-form"]
    words: Many[str] = ()
    patterns: Many[str] = ()
    tells: str = ""

    @model_validator(mode="after")
    def _holds_what_it_needs(self) -> Self:
        is_of_words = self.does == "filler"
        if bool(self.words) is not is_of_words or bool(self.patterns) is is_of_words:
            kind = "words" if is_of_words else "patterns"
            raise ValueError(f"'{self.does}' needs {kind} and nothing else")
        if bool(self.tells) is not (self.does == "dangerous"):
            raise ValueError("'tells' belongs to what is dangerous")
        for pattern in self.patterns:
            try:
                re.compile(pattern)
            except re.error as problem:
                raise ValueError(f"'{pattern}' is no pattern: {problem}") from None
        return self


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


class Choice(Typical):
    """A number that plans need, most of them chosen here because no source lays one down.

    `low` and `high` are the edges outside which the number is a slip of the decimal point: both lie
    within a factor of ten.
    """

    id: str

    @property
    def shown(self) -> str:
        """The number in words with its unit and its key, such as '14 days [choice:settle-days]'."""
        said = f"{(PERCENT if self.unit == 'share' else 1) * self.value:g}"
        unit = IN_WORDS.get(self.unit, self.unit)
        return " ".join(part for part in (said, unit, self.mark) if part)

    @property
    def mark(self) -> str:
        """The key as it stands beside the number wherever it is shown, such as
        '[choice:hard-week]'.
        """
        return mark(self.id)

    @model_validator(mode="after")
    def _notices_a_slip(self) -> Self:
        if not (self.low > self.value / 10 and self.high < self.value * 10):
            raise ValueError(
                f"'low' {self.low:g} and 'high' {self.high:g} are so wide that ten times more or"
                f" less than {self.value:g} would pass"
            )
        return self
