"""Assessment: what is likely for this person, why, where it should happen, and what must still be
asked.
"""

from dataclasses import dataclass
from typing import Literal

from homeostat.facts.keys import mark
from homeostat.language.messages import Message

Word = Literal["rare", "possible", "expected"]
Size = Literal["lower", "raised", "high"]
Place = Literal["outpatient", "consider inpatient", "inpatient"]


@dataclass(frozen=True)
class Reason:
    """One sentence that speaks for or against something, with its sources.

    Attributes:
        told: its message, where a finding or a paper in another language quotes it.
        choices: keys of the choices that drew its line; shown beside it to clinicians, never to
            patients.
    """

    id: str
    sentence: str
    sources: tuple[str, ...] = ()
    weighs: Literal["up", "down", "neither"] = "up"
    choices: tuple[str, ...] = ()
    told: Message | None = None

    @property
    def said(self) -> Message | str:
        """The message in any language, else the English sentence."""
        return self.told or self.sentence

    @property
    def with_keys(self) -> str:
        """The sentence with the key of each choice that drew its line."""
        return " ".join((self.sentence, *map(mark, self.choices)))


@dataclass(frozen=True)
class Open:
    """Something that must be asked before anything is signed: unknown is not no."""

    key: str
    said: Message

    @property
    def sentence(self) -> str:
        """The English sentence."""
        return self.said.text("en")


@dataclass(frozen=True)
class Outlook:
    """One aim (stop, lower and hold, stay) with what speaks for it and what speaks against it; the
    three are equals.
    """

    aim: Literal["stop", "lower", "stay"]
    reasons_for: tuple[Reason, ...]
    reasons_against: tuple[Reason, ...]


@dataclass(frozen=True)
class Assessment:
    """The risk assessment of a case, by the guideline's words and this product's own, each with its
    reasons.
    """

    dependence: Word
    dependence_reasons: tuple[Reason, ...]
    severe_withdrawal: Size
    severe_reasons: tuple[Reason, ...]
    setting: Place
    setting_reasons: tuple[Reason, ...]
    must_ask: tuple[Open, ...]
    outlooks: tuple[Outlook, ...]

    @property
    def forbids_abrupt_stop(self) -> bool:
        """True unless dependence is rare: nobody else is offered an abrupt stop."""
        return self.dependence != "rare"
