"""The shapes of what sources say: every record names its sources, its basis and who reviewed it."""

from homeostat.facts.records.basis import NOT_REVIEWED, Basis, Estimate, Fact, Many, Record, Source, Sourced, Unit
from homeostat.facts.records.body import Claim, Limit, Parameter
from homeostat.facts.records.drugs import (
    Covariate,
    Drug,
    EquivalenceTable,
    Figure,
    Interaction,
    Kinetics,
    Metabolite,
    Product,
    Route,
)
from homeostat.facts.records.guidance import DoseBand, PaceRule, Recommendation, Remedy, Risk, Scale
from homeostat.facts.records.illness import Driver, HelpLine, Mechanism, Phase, RedFlag, Response, Symptom, System

__all__ = [
    "NOT_REVIEWED",
    "Basis",
    "Claim",
    "Covariate",
    "DoseBand",
    "Driver",
    "Drug",
    "EquivalenceTable",
    "Estimate",
    "Fact",
    "Figure",
    "HelpLine",
    "Interaction",
    "Kinetics",
    "Limit",
    "Many",
    "Mechanism",
    "Metabolite",
    "PaceRule",
    "Parameter",
    "Phase",
    "Product",
    "Recommendation",
    "Record",
    "RedFlag",
    "Remedy",
    "Response",
    "Risk",
    "Route",
    "Scale",
    "Source",
    "Sourced",
    "Symptom",
    "System",
    "Unit",
]
