"""Published studies beside the model: predicted band against observed, hits, misses and what is not predicted."""

from homeostat.facts import Facts
from homeostat.study.validation import kinetics, stops, tapers
from homeostat.study.validation.compared import (
    FINDING,
    MISFITS,
    NOT_COUNTED,
    NOT_PREDICTED,
    PREDICTS,
    Compared,
    Coverage,
    Prediction,
    compare,
    coverage,
    sources_of_parameters,
)
from homeostat.study.validation.virtual import Virtual

__all__ = [
    "FINDING",
    "MISFITS",
    "NOT_COUNTED",
    "NOT_PREDICTED",
    "PREDICTS",
    "Compared",
    "Coverage",
    "Prediction",
    "Virtual",
    "compare",
    "coverage",
    "kinetics",
    "stops",
    "tapers",
    "validation",
]


def validation(facts: Facts, virtual: Virtual | None = None) -> list[Compared]:
    """Return every figure of every open study beside the model's band, in the order of the file."""
    virtual = virtual or Virtual(facts)
    used = sources_of_parameters(facts)
    return [row for study in facts.studies.values() for row in compare(study, virtual, used)]
