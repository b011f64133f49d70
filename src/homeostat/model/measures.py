"""Measures: named quantities of a course, one number for each person. NaN where the thing never
happens.
"""

import numpy as np
from numpy.typing import NDArray

from homeostat.model.course import Course
from homeostat.model.patients import PerPatient
from homeostat.model.trajectory import Days, Series

ONSET_POINTS = 5.0
"""Withdrawal is noticed when overall severity is this far above baseline [points]."""
ACUTE_SHARE = 0.2
"""The acute phase ends when severity above baseline has fallen to this share of its peak."""


def excess(course: Course) -> Series:
    """Return severity above the person's own baseline [points]."""
    return course["severity"] - course.people["severity_baseline"]


def first_day_above(days: Days, series: Series, level: PerPatient | float) -> PerPatient:
    """Return the first day at which a series reaches a level, by linear interpolation; NaN if it
    never does.
    """
    above = series >= level
    at = above.argmax(axis=0)
    never = ~above.any(axis=0)
    people = np.arange(series.shape[1])
    before = np.maximum(at - 1, 0)
    low, high = series[before, people], series[at, people]
    level = np.broadcast_to(np.asarray(level, float), low.shape)
    gap = high - low
    share = np.where((at > 0) & (gap > 0), (level - low) / np.where(gap > 0, gap, 1.0), 1.0)
    return np.where(never, np.nan, days[before] + share * (days[at] - days[before]))


def last_day_above(days: Days, series: Series, level: PerPatient | float) -> PerPatient:
    """Return the last day at which a series is at a level or above, by linear interpolation; NaN if
    it never is.
    """
    return -first_day_above(-days[::-1], series[::-1], level)


def _after(course: Course) -> NDArray[np.bool_]:
    return course.days_since_last_dose >= 0.0


def onset_day(course: Course) -> PerPatient:
    """Return days from the last dose until withdrawal is first noticed [d]; 5 points above
    baseline.
    """
    on = _after(course)
    return first_day_above(course.days_since_last_dose[on], excess(course)[on], ONSET_POINTS)


def peak_severity(course: Course) -> PerPatient:
    """Return the highest severity after the last dose [points]."""
    return np.asarray(course["severity"][_after(course)].max(axis=0))


def peak_day(course: Course, name: str = "severity") -> PerPatient:
    """Return the day after the last dose on which a series is highest [d]; parabola through the
    three days around it.
    """
    on = _after(course)
    days, y = course.days_since_last_dose[on], course[name][on]
    at = np.clip(y.argmax(axis=0), 1, len(days) - 2)
    people = np.arange(y.shape[1])
    a, b, c = y[at - 1, people], y[at, people], y[at + 1, people]
    bend = a - 2.0 * b + c
    shift = np.where(bend < 0, 0.5 * (a - c) / np.where(bend < 0, bend, 1.0), 0.0)
    return np.asarray(days[at] + np.clip(shift, -0.5, 0.5) * (days[at + 1] - days[at]))


def acute_end_day(course: Course) -> PerPatient:
    """Return the day after the last dose on which severity above baseline was last at a fifth of
    its peak [d].
    """
    on = _after(course)
    over = excess(course)[on]
    return last_day_above(course.days_since_last_dose[on], over, ACUTE_SHARE * over.max(axis=0))


def days_above(course: Course, points: float) -> PerPatient:
    """Return how long severity was above a score [d], over the whole course."""
    width = np.gradient(course.days)
    return np.asarray(((course["severity"] > points) * width[:, None]).sum(axis=0))


def worst_week(course: Course) -> PerPatient:
    """Return the highest seven-day mean of severity [points], for output every day."""
    y = course["severity"]
    total = np.cumsum(np.vstack([np.zeros(y.shape[1]), y]), axis=0)
    return np.asarray(((total[7:] - total[:-7]) / 7.0).max(axis=0))


def area(course: Course, name: str) -> PerPatient:
    """Return the area under a series after the last dose [unit·d]."""
    on = _after(course)
    return np.asarray(np.trapezoid(course[name][on], course.days[on], axis=0))


def at_day(course: Course, name: str, day: float) -> PerPatient:
    """Return a series on a day after the last dose, by linear interpolation."""
    y, x = course[name], course.days_since_last_dose
    i = int(np.clip(np.searchsorted(x, day), 1, len(x) - 1))
    share = (day - x[i - 1]) / (x[i] - x[i - 1])
    return np.asarray(y[i - 1] + share * (y[i] - y[i - 1]))
