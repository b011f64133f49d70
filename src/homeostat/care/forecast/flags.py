"""What a forecast rests on and must say: red flags and sources."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from homeostat.care.forecast.weeks import BAND
from homeostat.facts import Facts
from homeostat.facts.records import RedFlag, Source
from homeostat.model.course import Course
from homeostat.model.symptoms import NOTICEABLE


def flags(facts: Facts, scores: Mapping[str, NDArray[np.float64]]) -> tuple[RedFlag, ...]:
    """Return the emergencies, and what the likely symptoms can become; worst first."""
    order = {"emergency": 0, "same day": 1, "next visit": 2}
    wanted = {name for name, flag in facts.flags.items() if flag.level == "emergency"}
    wanted |= {
        flag
        for name, score in scores.items()
        if (flag := facts.symptoms[name].flag)
        and np.quantile(score.max(axis=0), BAND[-1]) >= NOTICEABLE
    }
    # within a level in the order of the facts, which begins with what kills
    return tuple(
        sorted(
            (flag for name, flag in facts.flags.items() if name in wanted),
            key=lambda f: order[f.level],
        )
    )


def _cited(records: Iterable[object]) -> set[str]:
    return {
        str(cited).split(",")[0] for record in records for cited in getattr(record, "sources", ())
    }


def sources(facts: Facts, course: Course) -> tuple[Source, ...]:
    """Return the sources behind the kinetics used and, unless it is withheld, the forecast; best
    rank first.
    """
    ids: set[str] = set()
    for name in course.names():
        if name.startswith("level."):
            drug = facts.drug(name.removeprefix("level."))
            ids |= _cited(fact for _, fact in drug.kinetics if fact is not None) | _cited(
                drug.covariates
            )
    if not course.withheld:
        ids |= _cited(facts.parameters.values())
    found: Sequence[Source] = [facts.sources[name] for name in sorted(ids)]
    return tuple(sorted(found, key=lambda source: (source.rank, source.title)))
