"""Does the product say what the sources say? A check for each claim, each computed from simulated
courses.
"""

from collections.abc import Callable, Iterable

from homeostat.facts import Facts
from homeostat.study.claims import course, dangers, factors, homeostasis, later, management
from homeostat.study.claims.registry import (
    CHECKS,
    Answer,
    Carried,
    Measured,
    answers,
    carry,
    is_known_misfit,
    say,
)
from homeostat.study.claims.worlds import Worlds

__all__ = [
    "CHECKS",
    "Answer",
    "Carried",
    "Measured",
    "Worlds",
    "answers",
    "carry",
    "claims",
    "course",
    "dangers",
    "factors",
    "homeostasis",
    "is_known_misfit",
    "later",
    "management",
    "say",
]


def claims(
    facts: Facts,
    ids: Iterable[str] | None = None,
    worlds: Worlds | None = None,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> list[Answer]:
    """Return the product's own answer to each claim of the documents, or to those named.

    Args:
        tell: called before each claim with its name and the share of them that is answered.
    """
    return answers(facts, ids, worlds, tell)
