"""The shapes of what sources say: every record names its sources, its basis and who reviewed it."""

from math import isfinite
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from homeostat.errors import FactError
from homeostat.facts import units

T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(strict=False)]

Basis = Literal["measured", "reported", "derived", "chosen", "unverified"]
NOT_REVIEWED = "not yet"


def _known_unit(unit: str) -> str:
    try:
        return units.check(unit)
    except FactError as problem:
        raise ValueError(str(problem)) from None


Unit = Annotated[str, AfterValidator(_known_unit)]


class Record(BaseModel):
    """Refuse unknown keys and wrong types; never change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Source(Record):
    """A document we rely on."""

    id: str
    title: str
    kind: Literal[
        "guideline",
        "label",
        "trial",
        "cohort",
        "review",
        "kinetics",
        "case report",
        "survey",
        "animal study",
        "table",
        "reference laboratory",
        "formulary",
        "web page",
        "book",
        "seed",
    ]
    rank: int = Field(ge=1, le=5, description="1 guideline, label or primary study … 5 unverified page")
    where: str
    read: Literal["full", "excerpt", "abstract", "coded copy", "secondary", "not read"]


class Sourced(Record):
    """Anything that must say where it comes from and who has looked at it."""

    sources: Many[str] = Field(default=(), description="'source-id' or 'source-id, place'")
    basis: Basis
    why: str = Field(default="", description="required when we chose it ourselves")
    reviewed: str = Field(description="'not yet', or 'date, name'")

    @model_validator(mode="after")
    def _is_supported(self) -> Self:
        if self.basis == "chosen" and not self.why:
            raise ValueError("basis is 'chosen', so 'why' must say why")
        if not self.sources and self.basis not in {"chosen", "unverified"}:
            raise ValueError(f"basis is '{self.basis}', so at least one source must be named")
        return self

    @property
    def is_unverified(self) -> bool:
        """True when nobody has confirmed it in a source."""
        return self.basis == "unverified"


class Fact(Sourced):
    """A value or a range, with its unit, for whom it holds, and how much it differs between people."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: Unit
    label: str = ""
    cv: float | None = Field(default=None, ge=0, le=2, description="spread between people, lognormal, as a share")
    holds_for: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _is_a_number_or_a_range(self) -> Self:
        if self.value is None and (self.low is None or self.high is None):
            raise ValueError("give 'value', or 'low' and 'high'")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"'low' {self.low} is above 'high' {self.high}")
        for bound, is_wrong in ((self.low, "below"), (self.high, "above")):
            if self.value is None or bound is None:
                continue
            if self.value < bound if is_wrong == "below" else self.value > bound:
                raise ValueError(f"'value' {self.value} lies outside 'low' to 'high'")
        if not all(isfinite(x) for x in (self.value, self.low, self.high) if x is not None):
            raise ValueError("a number must be finite")
        return self

    def to(self, unit: str) -> float:
        """Return the value (or the middle of the range) in another unit."""
        middle = self.value if self.value is not None else (self.low + self.high) / 2  # type: ignore[operator]
        return units.convert(middle, self.unit, unit)

    def bounds(self, unit: str) -> tuple[float, float]:
        """Return low and high in another unit; a bare value is its own range."""
        low = self.low if self.low is not None else self.value
        high = self.high if self.high is not None else self.value
        assert low is not None
        assert high is not None
        return units.convert(low, self.unit, unit), units.convert(high, self.unit, unit)


# ── drugs ────────────────────────────────────────────────────────────────────────────────────────────


class Figure(Fact):
    """One figure from one source about a drug; sources that disagree stay apart."""

    property: Literal[
        "clearance",
        "volume",
        "central volume",
        "peripheral volume",
        "intercompartmental clearance",
        "absorption rate",
        "absorption lag",
        "time to peak",
        "peak level",
        "exposure",
        "bioavailability",
        "half-life",
        "metabolite half-life",
        "free share",
        "steady-state level",
        "reference range",
        "toxic level",
        "occupancy",
        "residual",
        "accumulation",
        "potency ratio",
    ]
    pooled: bool = Field(default=False, description="counts as one of the between-source alternatives")


class Covariate(Fact):
    """How one trait of a person changes one kinetic parameter: a factor, or a factor per decade past an age."""

    on: Literal["age", "liver", "cyp3a", "cyp2c19", "nat2", "sex"]
    level: str = Field(
        description="the trait's value: 'over 65', 'impaired', 'low', 'poor', 'slow', 'female', 'per decade over 40'"
    )
    parameter: Literal["clearance", "volume"]


class Metabolite(Sourced):
    """An active product of a drug: which, and what share of the drug's clearance makes it."""

    drug: str
    share: float = Field(gt=0, le=1)
    is_direct: bool = Field(default=False, description="made before the drug reaches the blood (a prodrug)")


class Kinetics(Record):
    """What the model uses for a drug, apparent (per bioavailable dose) and at 70 kg."""

    clearance: Fact
    volume_central: Fact
    volume_peripheral: Fact | None = None
    intercompartmental_clearance: Fact | None = None
    absorption_rate: Fact
    fast_share: Fact | None = Field(default=None, description="share of a dose that is absorbed at once")
    relative_bioavailability: Fact = Field(description="1 for a drug whose clearance is apparent; its cv is the point")
    occupancy_ec50: Fact
    usual_daily_dose: Fact = Field(description="low to high; ten times the high end is refused")


class Drug(Record):
    """A benzodiazepine, a Z-drug, or an active metabolite."""

    id: str
    name: str
    family: Literal["benzodiazepine", "z-drug", "metabolite"]
    half_life_class: Literal["short", "medium", "long"]
    brands: Many[str] = ()
    enzymes: Many[Literal["CYP3A", "CYP2C19", "CYP2C8", "CYP1A2", "UGT", "NAT2"]] = ()
    summary: str
    metabolites: Many[Metabolite] = ()
    kinetics: Kinetics
    figures: Many[Figure] = ()
    covariates: Many[Covariate] = ()


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
    measure_ml: float | None = Field(default=None, gt=0, description="smallest volume that can be measured")
    score: Literal["none", "halves", "quarters", "unknown"] = "none"
    split: Literal["never", "halves", "quarters"] = Field(
        default="never", description="smallest part that may be given"
    )
    split_is_licensed: bool = True
    status: Literal["marketed", "compounded", "withdrawn"] = "marketed"
    note: str = ""

    @model_validator(mode="after")
    def _has_one_strength(self) -> Self:
        if (self.strength_mg is None) == (self.strength_mg_per_ml is None):
            raise ValueError("give exactly one of 'strength_mg' and 'strength_mg_per_ml'")
        if (self.strength_mg_per_ml is None) != (self.measure_ml is None):
            raise ValueError("a liquid, and only a liquid, has 'measure_ml'")
        return self


class EquivalenceTable(Sourced):
    """One published table: how many mg (or which range) equal a dose of the reference drug."""

    id: str
    name: str
    reference_drug: str
    reference_mg: float = Field(gt=0)
    entries: dict[str, float | Many[float]]
    note: str = ""


class Route(Sourced):
    """How a dose gets in; only absorption and bioavailability change."""

    id: str
    name: str
    absorption_rate_factor: float | None = Field(default=None, gt=0, description="times the oral rate; none = at once")
    bioavailability_factor: float = Field(gt=0, le=2)
    note: str = ""


class Interaction(Fact):
    """A drug or habit that changes another drug's clearance, or adds to its danger."""

    id: str
    perpetrator: str
    victim: str = Field(description="a drug id, or 'any benzodiazepine'")
    kind: Literal["inducer", "inhibitor", "additive sedation", "mortality"]
    clearance_fold: float | None = Field(
        default=None, gt=0, description="clearance with / without, typical; none = no figure found"
    )
    clearance_fold_low: float | None = Field(default=None, gt=0)
    clearance_fold_high: float | None = Field(default=None, gt=0)
    onset_half_time_d: float | None = Field(default=None, gt=0)
    action: str


# ── the picture of the illness ───────────────────────────────────────────────────────────────────────

Driver = Literal[
    "norepinephrine", "glutamate", "serotonin", "dopamine", "anxiety", "sleep_debt", "remodelling", "illness", "wave"
]


class Response(Sourced):
    """How a symptom answers its drivers: u = Σ weight·driver; score = 4·v/(v+half_point), v = max(0, u − threshold)."""

    drivers: dict[Driver, float]
    threshold: float = Field(ge=0)
    half_point: float = Field(gt=0)
    delay_d: float = Field(ge=0, description="mean delay behind its drivers (first order), beyond theirs")


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
    onset_d: Many[float] = Field(default=(), description="[from, to] days after an abrupt stop, estimate")
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


# ── the model's own numbers, and what the product claims ─────────────────────────────────────────────


class Parameter(Fact):
    """A parameter of the body: typical value, plausible range, spread between people."""

    id: str
    symbol: str
    low: float
    high: float
    value: float
    tuned_to: Many[str] = Field(default=(), description="claim or target ids it was tuned to")


class Limit(Sourced):
    """One edge of the domain inside which the withdrawal forecast is shown."""

    id: str
    label: str
    low: float | None = None
    high: float | None = None
    unit: Unit | None = None
    conditions: Many[str] = ()
    sentence: str


class Claim(Record):
    """One statement of a source document in our words, and what becomes of it."""

    id: str
    document: Many[Literal["A", "B"]]
    section: str
    statement: str
    kinds: Many[Literal["M", "K", "W"]]
    facts: Many[str] = Field(default=(), description="what carries a K claim: 'kind:id', e.g. 'drug:clonazepam'")
    measure: str = Field(default="", description="in words: what the check computes, and the band it must meet")
    status: Literal["held", "contradicted", "context", "later"] = "held"
    why: str = Field(default="", description="required unless held")
    disagreement: str = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.status != "held" and not self.why:
            raise ValueError(f"status is '{self.status}', so 'why' must say why")
        return self
