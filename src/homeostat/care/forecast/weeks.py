"""Weeks of a forecast: doses, levels, tone, severity and the symptoms that people would notice."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from homeostat.model.course import Course
from homeostat.model.regimen import Regimen
from homeostat.model.symptoms import NOTICEABLE

BAND = (0.1, 0.5, 0.9)
"""Eight people in ten lie between the first and the last."""
RARELY = 0.05
"""Symptoms that fewer people notice are not listed."""
ILLNESS_SHOWS = 0.1
"""The person's own illness is named where this many more people notice a symptom with it."""


@dataclass(frozen=True)
class Week:
    """One week of the forecast: 8 in 10 people lie between low and high."""

    number: int
    begins: date
    mg_per_day: dict[str, float]
    level_ng_per_ml: dict[str, tuple[float, float, float]]
    tone: tuple[float, float, float] | None = None
    severity: tuple[float, float, float] | None = None
    symptoms: tuple[tuple[str, float], ...] = ()
    illness: tuple[tuple[str, float], ...] = ()
    """`symptoms`: ids and the share of people who would notice them from withdrawal alone, most
    likely first; `illness`: those that more people notice because of the person's own illness, with
    that share
    """


def weekly(
    course: Course,
    scores: Mapping[str, NDArray[np.float64]],
    alone: Mapping[str, NDArray[np.float64]],
    regimen: Regimen,
    today: date,
    day_0: date,
) -> tuple[Week, ...]:
    """Cut the course from today on into weeks; each number is that of the week's mean for each
    person.
    """
    first = float((today - day_0).days)
    found = []
    tone, severity = (
        (course["tone"], course["severity"]) if not course.withheld else (np.empty(0), np.empty(0))
    )
    for number in range(int((course.days[-1] - first) // 7)):
        begins = first + 7 * number
        on = (course.days >= begins) & (course.days < begins + 7)
        levels = {
            n.removeprefix("level."): _three(course[n][on].mean(axis=0))
            for n in course.names()
            if n.startswith("level.")
        }
        doses = {drug: regimen.mg_per_day(drug, begins) for drug in regimen.drugs}
        week = Week(number + 1, day_0 + timedelta(days=begins), doses, levels)
        if not course.withheld:
            noticed, with_illness = (
                {n: _noticed(score[on]) for n, score in of.items()} for of in (alone, scores)
            )
            ill = {
                n: share for n, share in with_illness.items() if share >= noticed[n] + ILLNESS_SHOWS
            }
            week = replace(
                week,
                tone=_three(tone[on].mean(axis=0)),
                severity=_three(severity[on].mean(axis=0)),
                symptoms=_most_likely(noticed),
                illness=_most_likely(ill),
            )
        found.append(week)
    return tuple(found)


def _three(values: NDArray[np.float64]) -> tuple[float, float, float]:
    low, middle, high = np.nanquantile(values, BAND)
    return float(low), float(middle), float(high)


def _noticed(score: NDArray[np.float64]) -> float:
    return float((score.max(axis=0) >= NOTICEABLE).mean())


def _most_likely(shares: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(
        sorted(((n, s) for n, s in shares.items() if s >= RARELY), key=lambda pair: -pair[1])
    )
