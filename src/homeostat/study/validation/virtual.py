"""Virtual: many repetitions of a published study, each with its number of people and one source of
kinetics.
"""

from collections.abc import Callable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from homeostat.facts import Facts
from homeostat.model.course import Course
from homeostat.model.patients import PerPatient, published, uniform
from homeostat.model.regimen import Regimen, Step, Use
from homeostat.model.simulate import simulate
from homeostat.study.claims.worlds import Worlds

PEOPLE = 1000
"""People from whom the studies are drawn."""
STUDIES = 1000
"""Repetitions of a study."""
BAND = (0.05, 0.5, 0.95)
HOUR = 1.0 / 24.0

Statistic = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From (studies, people) to one number for each study."""


def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each study."""
    return np.asarray(np.nanmean(values, axis=1))


def lowest(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lowest of each study."""
    return np.asarray(np.nanmin(values, axis=1))


def highest(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the highest of each study."""
    return np.asarray(np.nanmax(values, axis=1))


def median(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each study."""
    return np.asarray(np.nanmedian(values, axis=1))


def spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the standard deviation over the mean of each study."""
    return np.asarray(np.std(values, axis=1, ddof=1) / np.mean(values, axis=1))


class Virtual:
    """A population from which studies are drawn; each course is simulated once."""

    def __init__(self, facts: Facts, people: int = PEOPLE, seed: int = 1) -> None:
        self.facts = facts
        self.worlds = Worlds(facts, people, seed)
        self._single: dict[object, Course] = {}

    def single(self, drug: str, mg: float, route: str = "oral", last_day: float = 12.0) -> Course:
        """Return the course after one dose: every 6 minutes for 12 h, then every 6 h."""
        key = (drug, mg, route, last_day)
        if key not in self._single:
            use = Regimen((Use(drug, (Step(0.0, (8.0,), (mg,)), Step(1.0)), route),), 1.0)
            days = np.concatenate(
                [np.arange(0.0, 0.5, 0.1 * HOUR), np.arange(0.5, last_day + 0.01, 0.25)]
            )
            self._single[key] = simulate(
                self.worlds.people((drug,)), use, days=days, facts=self.facts
            )
        return self._single[key]

    def studies(
        self, values: PerPatient, n: int, statistic: Statistic, name: str, drug: str = "clonazepam"
    ) -> PerPatient:
        """Return a statistic in many repetitions of a study of n people, all of one source of the
        drug's clearance.

        A person's source is the one `draw` gave them; a repetition takes one source, each equally
        likely.
        """
        random = np.random.default_rng(crc32(f"{name}:{self.worlds.seed}".encode()))
        pooled = len(published(self.facts.drug(drug), "L/h"))
        source = (uniform(self.worlds.seed, f"{drug}.source", len(values)) * max(pooled, 1)).astype(
            int
        )
        found = np.empty(STUDIES)
        which = random.integers(max(pooled, 1), size=STUDIES)
        for s in range(max(pooled, 1)):
            here = np.flatnonzero(which == s)
            pool = values[source == s]
            if len(here):
                found[here] = statistic(pool[random.integers(len(pool), size=(len(here), n))])
        return found


def band(values: PerPatient) -> tuple[float, float, float]:
    """Return 5, 50 and 95 %."""
    low, middle, high = np.nanquantile(values, BAND)
    return float(low), float(middle), float(high)


def peak_level(course: Course, drug: str) -> PerPatient:
    """Return the highest level [ng/mL]."""
    return np.asarray(course[f"level.{drug}"].max(axis=0))


def peak_hour(course: Course, drug: str) -> PerPatient:
    """Return the hour of the highest level [h]."""
    return np.asarray(course.days[course[f"level.{drug}"].argmax(axis=0)] * 24.0)


def decline_per_h(course: Course, drug: str, from_day: float, to_day: float) -> PerPatient:
    """Return the slope of the logarithm of the level between two days, as a rate [1/h]."""
    a, b = (int(np.abs(course.days - day).argmin()) for day in (from_day, to_day))
    level = course[f"level.{drug}"]
    return np.asarray(np.log(level[a] / level[b]) / (course.days[b] - course.days[a]) / 24.0)


def exposure(course: Course, drug: str, from_day: float) -> PerPatient:
    """Return the area under the level to infinity [ng·h/mL]; past the last output by the decline
    from a day on.
    """
    level, days = course[f"level.{drug}"], course.days
    rest = level[-1] / decline_per_h(course, drug, from_day, float(days[-1]))
    return np.asarray(np.trapezoid(level, days, axis=0) * 24.0 + rest)
