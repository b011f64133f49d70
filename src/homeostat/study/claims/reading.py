"""Readings that several checks take from a course, one number for each person."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from homeostat.model import measures
from homeostat.model.course import Course, Series
from homeostat.model.patients import PerPatient
from homeostat.model.symptoms import NOTICEABLE


def after(course: Course) -> NDArray[np.bool_]:
    """Return which outputs lie after the last dose."""
    return np.asarray(course.days_since_last_dose >= 0.0)


def quantile(values: PerPatient, q: float) -> float:
    """Return a quantile over the people to whom the thing happens; NaN if it happens to nobody."""
    values = values[~np.isnan(values)]
    return float(np.quantile(values, q)) if len(values) else float("nan")


def middle(values: PerPatient) -> float:
    """Return the median over the people to whom the thing happens."""
    return quantile(values, 0.5)


def highest(course: Course, name: str = "severity", from_day: float = -np.inf) -> PerPatient:
    """Return the highest value of a series from a day of the course on, before or after the last
    dose.
    """
    return np.asarray(course[name][course.days >= from_day].max(axis=0))


def mean_on(course: Course, name: str, from_day: float, to_day: float) -> PerPatient:
    """Return the mean of a series from one day after the last dose to another."""
    x = course.days_since_last_dose
    return np.asarray(course[name][(x >= from_day) & (x <= to_day)].mean(axis=0))


def noticed_day(course: Course, symptom: str) -> PerPatient:
    """Return days from the last dose until a symptom is noticeable [d]; NaN if it never is."""
    on = after(course)
    return measures.first_day_above(
        course.days_since_last_dose[on], course[f"symptom.{symptom}"][on], NOTICEABLE
    )


def first_noticed_day(course: Course, symptoms: Iterable[str]) -> PerPatient:
    """Return days from the last dose until the first of some symptoms is noticeable [d]; NaN if
    none is.
    """
    days = np.stack(
        [np.nan_to_num(noticed_day(course, name), nan=np.inf) for name in symptoms]
    ).min(axis=0)
    return np.where(np.isinf(days), np.nan, days)


def is_noticeable(
    course: Course, symptoms: Iterable[str], from_day: float, to_day: float
) -> NDArray[np.bool_]:
    """Return who has at least one of some symptoms at 1 point or above in a stretch after the last
    dose [d].
    """
    x = course.days_since_last_dose
    on = (x >= from_day) & (x <= to_day)
    return np.asarray(
        np.any(
            [(course[f"symptom.{name}"][on] >= NOTICEABLE).any(axis=0) for name in symptoms], axis=0
        )
    )


def psychological(course: Course) -> tuple[str, ...]:
    """Return the ids of the psychological symptoms."""
    return tuple(
        name for name, symptom in course.facts.symptoms.items() if symptom.kind == "psychological"
    )


def share_of_peak(course: Course, name: str) -> Series:
    """Return the mean of a series over the people, from the last dose on, as a share of its peak:
    (times,).
    """
    mean = course[name][after(course)].mean(axis=1)
    return np.asarray(mean / mean.max())


def on_day(course: Course, values: Series, day: float) -> float:
    """Return a series of outputs after the last dose on a day after it, by linear interpolation."""
    return float(np.interp(day, course.days_since_last_dose[after(course)], values))


def half_life_h(
    course: Course, drug: str, from_day: float = 7.0, to_day: float = 11.0
) -> PerPatient:
    """Return the half-life read from the simulated level between two days after the last dose [h].

    t½ = ln 2·(t2 − t1)/ln(C1/C2)
    """
    first, last = (measures.at_day(course, f"level.{drug}", day) for day in (from_day, to_day))
    return np.asarray(np.log(2.0) * (to_day - from_day) * 24.0 / np.log(first / last))


def end_day(course: Course, from_day: float, points: float) -> PerPatient:
    """Return days from a day of the course until severity last stands this far above baseline [d];
    0 if it never does.
    """
    on = course.days >= from_day
    last = measures.last_day_above(course.days[on], measures.excess(course)[on], points)
    return np.nan_to_num(last - from_day, nan=0.0)


def elasticity(dose: NDArray[np.float64], outcome: NDArray[np.float64]) -> float:
    """Return the slope of ln(outcome) on ln(dose)."""
    return float(np.polyfit(np.log(dose), np.log(outcome), 1)[0])
