"""Drugs, what is on the market, how doses compare, and what changes them."""

from typing import Literal, Self

from pydantic import Field, model_validator

from homeostat.facts.records.basis import Estimate, Fact, Many, Record, Sourced

LOINC = r"^(\d{1,5}-\d)?$"
"""A LOINC code: up to five digits, a hyphen and a check digit; empty where no source gives one."""


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
        "clearance ratio",
        "excreted share",
    ]
    loinc: str = Field(
        default="", pattern=LOINC, description="code of the laboratory test that a level belongs to"
    )
    pooled: bool = Field(
        default=False,
        description="a clearance: one of the between-source alternatives; a volume or an absorption rate: goes with its source's clearance",
    )


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
    is_direct: bool = Field(
        default=False, description="made before the drug reaches the blood (a prodrug)"
    )


class Kinetics(Record):
    """What the model uses for a drug, apparent (per bioavailable dose) and at 70 kg."""

    clearance: Fact
    volume_central: Fact
    volume_peripheral: Fact | None = None
    intercompartmental_clearance: Fact | None = None
    absorption_rate: Fact
    fast_share: Fact | None = Field(
        default=None, description="share of a dose that is absorbed at once"
    )
    relative_bioavailability: Fact = Field(
        description="1 for a drug whose clearance is apparent; its cv is the point"
    )
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

    @property
    def loinc(self) -> str:
        """Return the code of the test that measures this drug's level, or '' where no source gives one."""
        return next((figure.loinc for figure in self.figures if figure.loinc), "")


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
    measure_ml: float | None = Field(
        default=None, gt=0, description="smallest volume that can be measured"
    )
    score: Literal["none", "halves", "quarters", "unknown"] = "none"
    split: Literal["never", "halves", "quarters"] = Field(
        default="never", description="smallest part that may be given"
    )
    split_is_licensed: bool = True
    keeps_days: int | None = Field(
        default=None,
        gt=0,
        description="days from making until it must be discarded; none = not found",
    )
    opened_days: int | None = Field(
        default=None,
        gt=0,
        description="days from opening a bottle until it must be discarded; none = not found",
    )
    ethanol_mg_per_ml: Many[float] = Field(
        default=(),
        description="[least, most] by maker, for a liquid; empty = not found, never 'none'",
    )
    status: Literal["marketed", "compounded", "withdrawn"] = "marketed"
    note: str = ""

    @model_validator(mode="after")
    def _has_one_strength(self) -> Self:
        if (self.strength_mg is None) == (self.strength_mg_per_ml is None):
            raise ValueError("give exactly one of 'strength_mg' and 'strength_mg_per_ml'")
        if (self.strength_mg_per_ml is None) != (self.measure_ml is None):
            raise ValueError("a liquid, and only a liquid, has 'measure_ml'")
        if self.ethanol_mg_per_ml and (
            self.strength_mg_per_ml is None or not _is_range(self.ethanol_mg_per_ml)
        ):
            raise ValueError("'ethanol_mg_per_ml' is [least, most], and only a liquid has it")
        if self.opened_days and self.strength_mg is not None:
            raise ValueError("only a liquid has 'opened_days'")
        return self

    @property
    def counts_drops(self) -> bool:
        """True when a dose is counted in drops; drops of a size that nobody has confirmed are measured with a syringe."""
        return self.form == "drops" and not self.is_unverified


class SupplyRule(Sourced):
    """What a market lays down for prescriptions of these drugs: how much at once, how often again, until when."""

    id: str
    name: str
    market: Literal["US", "UK", "EU"]
    is_law: bool
    most_days: int | None = Field(
        default=None, gt=0, description="days that one prescription may cover"
    )
    most_refills: int | None = Field(
        default=None, ge=0, description="times it may be handed out again"
    )
    valid_days: int | None = Field(
        default=None, gt=0, description="days after which it may not be handed out any more"
    )
    note: str = ""


class EquivalenceTable(Sourced):
    """One published table: how many mg (or which range) equal a dose of the reference drug."""

    id: str
    name: str
    reference_drug: str
    reference_mg: float = Field(gt=0)
    entries: dict[str, float | Many[float]]
    ranges: dict[str, Many[float]] = Field(
        default={},
        description="the author's own wide range round an entry; shown by name, never part of the answer",
    )
    note: str = ""

    @model_validator(mode="after")
    def _has_ranges_round_its_entries(self) -> Self:
        for drug, ends in self.ranges.items():
            entry = self.entries.get(drug)
            if entry is None or not _is_range(ends):
                raise ValueError(f"'ranges.{drug}' is [low, high] round an entry of the same drug")
            if not ends[0] <= (min(entry) if isinstance(entry, tuple) else entry) <= ends[1]:
                raise ValueError(f"the entry for {drug} lies outside its own range")
        return self


def _is_range(ends: tuple[float, ...]) -> bool:
    return len(ends) == 2 and 0 < ends[0] <= ends[1]


class Route(Sourced):
    """How a dose gets in; only absorption and bioavailability change."""

    id: str
    name: str
    absorption_rate_factor: float | None = Field(
        default=None, gt=0, description="times the oral rate; none = at once"
    )
    bioavailability_factor: float = Field(gt=0, le=2)
    note: str = ""


class Interaction(Estimate):
    """A drug or habit that changes another drug's clearance, or adds to its danger; often no figure was found."""

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
