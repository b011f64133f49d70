"""Drugs, how doses compare, and what changes them."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, model_validator

from homeostat.facts.records.basis import (
    Cv,
    Estimate,
    Fact,
    Many,
    Record,
    Sourced,
    Spread,
    Typical,
    is_range,
    refuse_slip,
)

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
        description=(
            "a clearance: one of the between-source alternatives; a volume or an absorption rate:"
            " goes with its source's clearance"
        ),
    )


class Covariate(Typical):
    """How one trait of a person changes one kinetic parameter: a factor, or a factor per decade
    past an age.
    """

    on: Literal["age", "liver", "cyp3a", "cyp2c19", "nat2", "sex"]
    level: str = Field(
        description=(
            "the trait's value: 'over 65', 'impaired', 'low', 'poor', 'slow', 'female', 'per decade"
            " over 40'"
        )
    )
    parameter: Literal["clearance", "volume"]
    sex: Literal["female", "male"] | None = Field(
        default=None, description="the sex it was found in alone; none = it holds for both"
    )

    @property
    def trait(self) -> str:
        """The trait in words, such as 'age over 65' or 'age over 65, female'."""
        return ", ".join(filter(None, (f"{self.on} {self.level}", self.sex)))


class Metabolite(Sourced):
    """An active product of a drug: which, and what share of the drug's clearance makes it."""

    drug: str
    share: float = Field(gt=0, le=1)
    share_within: Many[float] = Field(description="edges outside which it is a slip")
    is_direct: bool = Field(
        default=False, description="made before the drug reaches the blood (a prodrug)"
    )

    @model_validator(mode="after")
    def _is_plausible(self) -> Self:
        refuse_slip("share", self.share, self.share_within)
        return self


class Bioavailability(Fact):
    """The share that is taken up beside the reference form, and how much people differ (lognormal,
    as a share).
    """

    value: float = Field(ge=0.5, le=2)
    cv: Cv


class DailyDose(Fact):
    """The daily doses that are usual, from low to high."""

    low: float = Field(gt=0)
    high: float = Field(gt=0)


class Kinetics(Record):
    """What the model uses for a drug, apparent (per bioavailable dose) and at 70 kg."""

    clearance: Spread
    volume_central: Spread
    volume_peripheral: Spread | None = None
    intercompartmental_clearance: Spread | None = None
    absorption_rate: Spread
    fast_share: Fact | None = Field(
        default=None, description="share of a dose that is absorbed at once"
    )
    relative_bioavailability: Bioavailability = Field(
        description="1 for a drug whose clearance is apparent; its cv is the point"
    )
    occupancy_ec50: Typical
    usual_daily_dose: DailyDose = Field(
        description="low to high; ten times the high end is refused"
    )

    @model_validator(mode="after")
    def _has_a_whole_second_compartment(self) -> Self:
        if (self.volume_peripheral is None) != (self.intercompartmental_clearance is None):
            raise ValueError("'volume_peripheral' and 'intercompartmental_clearance' go together")
        return self


ATOMIC_MASSES: Mapping[str, float] = MappingProxyType(
    {
        "C": 12.011,
        "H": 1.008,
        "N": 14.007,
        "O": 15.999,
        "F": 18.998,
        "Cl": 35.45,
        "Br": 79.904,
        "S": 32.06,
    }
)
"""Standard atomic weights, abridged [g/mol]: the second witness of a molar mass."""
MASS_APART = 0.1
"""How far a molar mass may lie from that of its formula [g/mol]."""
POOLED_APART = 1.5
"""Times by which a pooled figure may lie outside the range of the typical value; above it is a
slip.
"""


class Drug(Record):
    """A benzodiazepine, a Z-drug, or an active metabolite."""

    id: str
    name: str
    family: Literal["benzodiazepine", "z-drug", "metabolite"]
    half_life_class: Literal["short", "medium", "long"]
    formula: str = Field(
        pattern=r"^([A-Z][a-z]?\d*)+$", description="of the substance that is measured in blood"
    )
    molar_mass: Typical
    brands: Many[str] = ()
    enzymes: Many[Literal["CYP3A", "CYP2C19", "CYP2C8", "CYP1A2", "UGT", "NAT2"]] = Field(
        description="the one that clears most of it first; empty = none found"
    )
    summary: str
    metabolites: Many[Metabolite] = Field(description="active ones; empty = none")
    kinetics: Kinetics
    figures: Many[Figure] = ()
    covariates: Many[Covariate] = Field(description="empty = no figure found")

    @model_validator(mode="after")
    def _pools_plausible_figures(self) -> Self:
        k = self.kinetics
        for figure in (one for one in self.figures if one.pooled):
            if figure.property == "clearance":
                low, high = k.clearance.bounds(figure.unit)
            elif figure.property == "absorption rate":
                low, high = k.absorption_rate.bounds(figure.unit)
            elif figure.property == "volume":
                parts = [k.volume_central, *([k.volume_peripheral] if k.volume_peripheral else [])]
                low, high = (sum(one.bounds(figure.unit)[end] for one in parts) for end in (0, 1))
            else:
                raise ValueError(f"a figure of '{figure.property}' cannot be pooled")
            if not low / POOLED_APART <= figure.to(figure.unit) <= high * POOLED_APART:
                raise ValueError(
                    f"the pooled {figure.property} {figure.to(figure.unit):g} {figure.unit} is far"
                    f" from the {low:g} to {high:g} of 'kinetics'"
                )
        return self

    @model_validator(mode="after")
    def _has_the_mass_of_its_formula(self) -> Self:
        said = self.molar_mass.to("g/mol")
        atoms = re.findall(r"([A-Z][a-z]?)(\d*)", self.formula)
        if strange := {atom for atom, _ in atoms} - ATOMIC_MASSES.keys():
            raise ValueError(f"the formula {self.formula} has an unknown atom {min(strange)}")
        mass = sum(ATOMIC_MASSES[atom] * int(count or 1) for atom, count in atoms)
        if abs(said - mass) > MASS_APART:
            raise ValueError(f"'molar_mass' {said:g} is not the {mass:.2f} of {self.formula}")
        return self

    @property
    def loinc(self) -> str:
        """Return the code of the test that measures this drug's level, or '' where no source gives
        one.
        """
        return next((figure.loinc for figure in self.figures if figure.loinc), "")


class EquivalenceTable(Sourced):
    """One published table: how many mg (or which range) equal a dose of the reference drug."""

    id: str
    name: str
    reference_drug: str
    reference_mg: float = Field(gt=0)
    entries: dict[str, float | Many[float]]
    ranges: dict[str, Many[float]] = Field(
        default={},
        description=(
            "the author's own wide range round an entry; shown by name, never part of the answer"
        ),
    )
    note: str = ""

    @model_validator(mode="after")
    def _has_doses(self) -> Self:
        for drug, entry in self.entries.items():
            if not (is_range(entry) if isinstance(entry, tuple) else entry > 0):
                raise ValueError(f"'{drug}' must be one dose above 0, or [low, high]")
        return self

    @model_validator(mode="after")
    def _has_ranges_round_its_entries(self) -> Self:
        for drug, ends in self.ranges.items():
            entry = self.entries.get(drug)
            if entry is None or not is_range(ends):
                raise ValueError(f"'ranges.{drug}' is [low, high] round an entry of the same drug")
            if not ends[0] <= (min(entry) if isinstance(entry, tuple) else entry) <= ends[1]:
                raise ValueError(f"the entry for {drug} lies outside its own range")
        return self


class Route(Sourced):
    """How a dose gets in; only absorption and bioavailability change."""

    id: str
    name: str
    absorption_rate_factor: float | Literal["at once"] = Field(description="times the oral rate")
    absorption_rate_factor_within: Many[float] = Field(
        default=(), description="edges outside which it is a slip; none for 'at once'"
    )
    bioavailability_factor: float = Field(ge=0.2, le=1.9)
    note: str = ""

    @model_validator(mode="after")
    def _is_plausible(self) -> Self:
        if isinstance(self.absorption_rate_factor, float):
            refuse_slip(
                "absorption_rate_factor",
                self.absorption_rate_factor,
                self.absorption_rate_factor_within,
            )
        return self


ONSETS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"inducer": (1.0, 14.0), "inhibitor": (0.1, 2.0)}
)
"""Half-times between which a medicine makes or blocks an enzyme; outside them it is a slip [d]."""


class Interaction(Estimate):
    """A drug or habit that changes another drug's clearance, or adds to its danger; often no figure
    was found.
    """

    id: str
    perpetrator: str
    victim: str = Field(description="a drug id, or 'any benzodiazepine'")
    kind: Literal["inducer", "inhibitor", "additive sedation", "mortality"]
    clearance_fold: float | None = Field(
        default=None, gt=0, description="clearance with / without, typical; none = no figure found"
    )
    clearance_fold_within: Many[float] = Field(
        default=(), description="edges outside which the fold is a slip of the decimal point"
    )
    clearance_fold_low: float | None = Field(default=None, gt=0)
    clearance_fold_high: float | None = Field(default=None, gt=0)
    onset_half_time_d: float | Literal["none"] | None = Field(
        default=None,
        description="needed beside a fold; 'none' for a trait, or where nothing changes",
    )
    action: str
    note: str = ""

    @model_validator(mode="after")
    def _has_a_whole_fold(self) -> Self:
        if (self.clearance_fold is None) != (not self.clearance_fold_within):
            raise ValueError("'clearance_fold' and 'clearance_fold_within' go together")
        if self.clearance_fold is not None:
            refuse_slip("clearance_fold", self.clearance_fold, self.clearance_fold_within)
        if self.clearance_fold is not None and self.onset_half_time_d is None:
            raise ValueError("'clearance_fold' needs 'onset_half_time_d', a number or 'none'")
        if isinstance(self.onset_half_time_d, float):
            if self.kind not in ONSETS:
                raise ValueError(f"an interaction of the kind '{self.kind}' has no onset")
            refuse_slip("onset_half_time_d", self.onset_half_time_d, ONSETS[self.kind])
        return self
