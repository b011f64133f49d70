"""Tables: every day and series of a forecast as one long table."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from homeostat.care.forecast import BAND, Forecast
from homeostat.model import symptoms
from homeostat.model.course import Course, Series, unit

SHOWN = (
    "effect",
    "tone",
    "severity",
    "relative_seizure_hazard",
    "norepinephrine",
    "glutamate",
    "anxiety",
    "serotonin",
    "dopamine",
    "sleep_debt",
    "illness",
)


TEXTS = ("warning", "series", "unit", "case", "scenario", "made_by")
"""The columns of `as_table` that hold text."""


def as_table(forecast: Forecast) -> pd.DataFrame:
    """Return day × series as a long table: the warning, date, days since the last dose, low,
    median, high, unit, and what made it.
    """
    course = forecast.course
    dates = pd.Timestamp(forecast.day_0) + pd.to_timedelta(course.days, unit="D")
    parts = []
    for name, series in _all_series(course):
        low, middle, high = np.quantile(series, BAND, axis=1)
        parts.append(
            pd.DataFrame(
                {
                    "date": dates.date,
                    "day_since_last_dose": course.days_since_last_dose,
                    "series": name,
                    "unit": unit(name),
                    "low_10": low,
                    "median": middle,
                    "high_90": high,
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    table["case"] = forecast.case.id
    table["scenario"] = str(forecast.scenario)
    table["made_by"] = (
        f"{course.stamp()['made_by']}, facts {course.facts.digest}, seed {course.people.seed}"
    )
    table.insert(0, "warning", forecast.warning)  # first, as in every file
    return table


def _all_series(course: Course) -> Iterator[tuple[str, Series]]:
    """Yield every series that is written, symptoms and their clusters computed once."""
    names = course.names()
    yield from (
        (name, course[name]) for name in names if name.startswith("level.") or name in SHOWN
    )
    if course.withheld:
        return
    scores = symptoms.scores(course)
    yield from (
        (f"cluster.{name}", symptoms.cluster(name, scores, course.facts))
        for name in symptoms.CLUSTERS
    )
    yield from ((f"symptom.{name}", score) for name, score in scores.items())
