"""Phases: acute, protracted and post-acute, computed from the course by the rules that the facts
state in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from homeostat.model import measures, symptoms
from homeostat.model.course import Course
from homeostat.model.patients import PerPatient
from homeostat.model.trajectory import Series

MONTH_D = 30.0
"""The protracted phase gives way to the post-acute one this long after the acute one ends [d]."""
RARE = 0.05
"""A phase that fewer people have is not shown."""
SHORTEST_D = 7.0
"""A course that ends sooner after the last dose has no phases yet [d]."""
BAND = (0.1, 0.5, 0.9)
"""Eight people in ten lie between the first and the last."""

Three = tuple[float, float, float]


@dataclass(frozen=True)
class Stretch:
    """One phase in each person: from and to, in days after the last dose; NaN in those who do not
    have it.
    """

    name: str
    begins: PerPatient
    ends: PerPatient


@dataclass(frozen=True)
class Phase:
    """One phase over all people who have it: from and to in days after the last dose, 8 in 10;
    `name` is its fact's id.

    `share` of all people have it; `share_going_on` still have it when the course ends.
    """

    name: str
    begins: Three
    ends: Three
    share: float
    share_going_on: float


def acute(course: Course) -> Stretch:
    """Return from when severity is first noticed until it has fallen to a fifth of its peak."""
    return _stretch("acute", course, measures.onset_day(course), measures.acute_end_day(course))


def protracted(course: Course) -> Stretch:
    """Return from the end of the acute phase until severity is no longer noticed, a month at
    most.
    """
    begins, after = measures.acute_end_day(course), course.days_since_last_dose >= 0.0
    noticed = measures.last_day_above(
        course.days_since_last_dose[after], measures.excess(course)[after], measures.ONSET_POINTS
    )
    return _stretch("protracted", course, begins, np.minimum(noticed, begins + MONTH_D))


def post_acute(course: Course, alone: Mapping[str, Series] | None = None) -> Stretch:
    """Return from a month after the end of the acute phase until withdrawal makes no symptom
    noticeable any more.

    Args:
        alone: symptoms.scores_of_withdrawal of this course, if they are known already.
    """
    begins = measures.acute_end_day(course) + MONTH_D
    return _stretch(
        "post-acute",
        course,
        begins,
        _last_noticeable(course, alone or symptoms.scores_of_withdrawal(course)),
    )


def phases(course: Course, alone: Mapping[str, Series] | None = None) -> tuple[Phase, ...]:
    """Return the phases that at least one person in twenty has; none while a drug is taken or the
    forecast is withheld.

    Args:
        alone: symptoms.scores_of_withdrawal of this course, if they are known already.
    """
    if course.withheld or not course.days_since_last_dose[-1] >= SHORTEST_D:
        return ()
    end = float(course.days_since_last_dose[-1])
    found = []
    for stretch in (acute(course), protracted(course), post_acute(course, alone)):
        has = ~np.isnan(stretch.begins)
        if has.mean() >= RARE:
            begins, ends = _three(stretch.begins[has]), _three(stretch.ends[has])
            going_on = float((stretch.ends[has] >= end - 1e-6).sum() / len(has))
            found.append(Phase(stretch.name, begins, ends, float(has.mean()), going_on))
    return tuple(found)


def _stretch(name: str, course: Course, begins: PerPatient, ends: PerPatient) -> Stretch:
    has = ~np.isnan(measures.onset_day(course)) & (ends > begins)
    return Stretch(name, np.where(has, begins, np.nan), np.where(has, ends, np.nan))


def _last_noticeable(course: Course, alone: Mapping[str, Series]) -> PerPatient:
    """Return the last day on which withdrawal makes any symptom noticeable; the person's own
    illness does not count.
    """
    after = course.days_since_last_dose >= 0.0
    x = course.days_since_last_dose[after]
    last = np.full(len(course.people), np.nan)
    for score in alone.values():
        last = np.fmax(last, measures.last_day_above(x, score[after], symptoms.NOTICEABLE))
    return last


def _three(values: PerPatient) -> Three:
    low, middle, high = np.quantile(values, BAND)
    return float(low), float(middle), float(high)
