"""Published studies beside the model: predicted band against observed, hits, misses and what is not
predicted.
"""

from collections.abc import Callable

from homeostat.facts import Facts
from homeostat.study.validation import kinetics, other_drugs, stops, tapers
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
    "other_drugs",
    "stops",
    "tapers",
    "validation",
]


def validation(
    facts: Facts,
    virtual: Virtual | None = None,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> list[Compared]:
    """Return every figure of every open study beside the model's band, in the order of the file.

    Args:
        tell: called before each study with its name and the share of them that is compared.
    """
    virtual = virtual or Virtual(facts)
    used, studies, rows = sources_of_parameters(facts), facts.studies, list[Compared]()
    for number, (name, study) in enumerate(studies.items()):
        tell(f"Simulating {name}", number / len(studies))
        rows += compare(study, virtual, used)
    return rows
