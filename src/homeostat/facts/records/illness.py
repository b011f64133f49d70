"""The picture of the illness: symptoms, systems, mechanisms, phases, red flags."""

from typing import Literal

from pydantic import Field

from homeostat.facts.records.basis import Fact, Many, Sourced

Driver = Literal[
    "norepinephrine",
    "glutamate",
    "serotonin",
    "dopamine",
    "anxiety",
    "sleep_debt",
    "remodelling",
    "illness",
    "wave",
]


class Response(Sourced):
    """How a symptom answers its drivers: u = Σ weight·driver; score = 4·v/(v+half_point), v =
    max(0, u − threshold).
    """

    drivers: dict[Driver, float]
    threshold: float = Field(ge=0)
    half_point: float = Field(gt=0)
    delay_d: float = Field(
        ge=0, description="mean delay behind its drivers (first order), beyond theirs"
    )


class Symptom(Sourced):
    """One thing a person may feel or a clinician may see."""

    id: str
    name: str
    plain: str = Field(description="in a patient's words")
    phases: Many[Literal["acute", "protracted", "post-acute", "further"]]
    claim: Many[Literal["S1", "S2", "S3"]] = ()
    cluster: Literal[
        "autonomic",
        "neuromuscular",
        "perceptual",
        "severe neuropsychiatric",
        "gut",
        "sleep",
        "anxiety",
        "mood",
        "craving",
        "thinking",
        "general",
    ]
    kind: Literal["physical", "psychological"]
    system: str
    frequency: Literal["near universal", "common", "distinctive", "occasional", "rare", "not known"]
    onset_d: Many[float] = Field(
        default=(), description="[from, to] days after an abrupt stop, estimate"
    )
    peak_d: Many[float] = ()
    resolve_d: Many[float] = ()
    flag: str = Field(default="", description="red flag it can become")
    response: Response


class System(Sourced):
    """An organ system, how withdrawal disturbs it, and what that does."""

    id: str
    name: str
    mechanism: str
    effects: Many[str]


class Mechanism(Sourced):
    """Something the body does, in words, with the part of the model that carries it."""

    id: str
    name: str
    text: str
    model: str = Field(default="", description="the model state or parameter that carries it")
    figures: Many[Fact] = Field(
        default=(), description="what was measured of it; the model reads none of these"
    )


class Phase(Sourced):
    """A stretch of the course, by whose word, and how it is computed here."""

    id: str
    name: str
    text: str
    from_d: Many[float] = ()
    to_d: Many[float] = ()
    whose_word: str
    rule: str


class RedFlag(Sourced):
    """A sign that needs somebody to act, and by when."""

    id: str
    name: str
    sign: str
    level: Literal["emergency", "same day", "next visit"]
    action: str
    time_limit: str
    plain: str = Field(description="for the patient: what to do, then why")


class HelpLine(Sourced):
    """Whom to call in one market: ambulance, and somebody to talk to when life feels unbearable."""

    market: Literal["US", "UK", "EU"]
    emergency: str
    crisis: str
    crisis_takes_texts: bool
