"""Predicted courses after an abrupt stop, and what is left months later."""

from collections.abc import Sequence

import numpy as np

from homeostat.model import measures
from homeostat.model.course import Course
from homeostat.model.patients import PerPatient
from homeostat.study.claims.later import HALF_YEAR_D, YEAR_D
from homeostat.study.claims.reading import after, is_noticeable, psychological
from homeostat.study.validation.compared import (
    MISFITS,
    NOT_COUNTED,
    NOT_PREDICTED,
    Prediction,
    predicts,
)
from homeostat.study.validation.virtual import Virtual, band

REACTING = 0.43
"""Share of long-term users of diazepam with a withdrawal reaction; source: rickels-1983."""
ANY_POINTS = 5.0
"""By the loosest criterion any noticeable withdrawal counts."""
SHORT = (("alprazolam", 1.1, 3), ("lorazepam", 2.1, 3))
LONG = (("diazepam", 14.1, 2), ("clonazepam", 0.8, 2))
"""Drugs of short and long half-life at 14.1 mg of diazepam a day by the model's own effect, as
(drug, mg a day, doses).
"""
LONG_USE_D = 730.0
STEP_D = 0.25
"""Distance of outputs where the day of a peak is read."""
STUDIES = 300
"""Repetitions of a study whose people are drawn from one group."""


def stopped(
    virtual: Virtual,
    drug: str,
    mg: float,
    doses: int,
    days: float = LONG_USE_D,
    after_d: float = 180.0,
    step_d: float = 1.0,
) -> Course:
    """Return the course of steady use and an abrupt stop."""
    return virtual.worlds.stop(
        drug=drug, mg=mg, days=days, doses_per_day=doses, after=after_d, step=step_d
    )


def worst(course: Course) -> PerPatient:
    """Return the highest severity above baseline after the last dose [points]."""
    return np.asarray(measures.excess(course)[after(course)].max(axis=0))


def reaction_points(virtual: Virtual) -> float:
    """Return how far above baseline severity must rise to be called a withdrawal reaction [points].

    The one number that is fitted here: 43 % of those who took diazepam 25 mg a day for 2 years
        reach it, as in
    rickels-1983. Every other share of reactions is computed with it.
    """
    return float(np.quantile(worst(stopped(virtual, "diazepam", 25.0, 3)), 1.0 - REACTING))


def share(
    values: Sequence[PerPatient], n: int, points: float, seed: int = 1
) -> tuple[float, float, float]:
    """Return 5, 50 and 95 % of the share of n people above a number of points [%], drawn from all
    groups alike.
    """
    pool = np.concatenate(values)
    drawn = np.random.default_rng(seed).choice(pool, size=(STUDIES, n))
    return band(100.0 * (drawn >= points).mean(axis=1))


def group_peak_day(courses: Sequence[Course], n: int, seed: int = 1) -> tuple[float, float, float]:
    """Return 5, 50 and 95 % of the day on which the mean severity of n people is highest [d]."""
    random = np.random.default_rng(seed)
    x = np.arange(0.5, 30.0, STEP_D)
    each = []
    for course in courses:
        on = after(course)
        y, days = course["severity"][on], course.days_since_last_dose[on]
        at = np.searchsorted(days, x).clip(1, len(days) - 1)
        part = ((x - days[at - 1]) / (days[at] - days[at - 1])).clip(0.0, 1.0)[:, None]
        each.append(y[at - 1] + part * (y[at] - y[at - 1]))
    pool = np.concatenate(each, axis=1)
    peaks = [
        x[pool[:, random.integers(pool.shape[1], size=n)].mean(axis=1).argmax()]
        for _ in range(STUDIES)
    ]
    return band(np.asarray(peaks))


@predicts("rickels-1990")
def rickels_1990(virtual: Virtual) -> dict[str, Prediction]:
    """Stop 47 long-term users of short and of long half-life and read the day of the peak and who
    reacts.
    """
    short, long = (
        [stopped(virtual, *drug, after_d=30.0, step_d=STEP_D) for drug in drugs]
        for drugs in (SHORT, LONG)
    )
    everybody = [worst(course) for course in (*short, *long)]
    points = reaction_points(virtual)
    strict, loose = share(everybody, 47, points), share(everybody, 47, ANY_POINTS)
    how = "day of the highest mean severity of 23 people, {} and {} alike"
    return {
        "peak-day-short": Prediction(
            *group_peak_day(short, 23), "d", how.format("alprazolam", "lorazepam")
        ),
        "peak-day-long": Prediction(
            *group_peak_day(long, 23), "d", how.format("diazepam", "clonazepam"), "middle"
        ),
        "reaction": Prediction(
            strict[1],
            (strict[1] + loose[1]) / 2,
            loose[1],
            "%",
            "share of 47 people with 15 points (strictest criterion) and with 5 (loosest)",
            "ends",
            ((strict[0], strict[2]), (loose[0], loose[2])),
        ),
    }


@predicts("rickels-1983")
def rickels_1983(virtual: Virtual) -> dict[str, Prediction]:
    """Stop diazepam 25 mg a day after 4 months and after 2 years."""
    points = reaction_points(virtual)
    how = f"share of 90 people with {points:.0f} points or more, diazepam 25 mg a day for "
    brief, long = (
        worst(stopped(virtual, "diazepam", 25.0, 3, days)) for days in (120.0, LONG_USE_D)
    )
    return {
        "withdrawal-under-8-months": Prediction(*share([brief], 90, points), "%", f"{how}4 months"),
        "withdrawal-from-8-months": Prediction(*share([long], 90, points), "%", f"{how}2 years"),
    }


@predicts("busto-1986")
def busto(virtual: Virtual) -> dict[str, Prediction]:
    """Read the day on which severity has fallen to a fifth of its peak."""
    weeks = measures.acute_end_day(stopped(virtual, "diazepam", 15.0, 2)) / 7.0
    return {
        "fade": Prediction(
            *band(weeks),
            "wk",
            "9 of 10 people, diazepam 15 mg a day for 2 years (chosen), a fifth of the peak left",
        )
    }


@predicts("petursson-1994")
def petursson(virtual: Virtual) -> dict[str, Prediction]:
    """Read onset with the shortest and the longest half-life, and the length of the acute phase."""
    first, last = (
        float(np.nanmedian(measures.onset_day(stopped(virtual, *drug))))
        for drug in (SHORT[0], LONG[0])
    )
    course = virtual.worlds.stop()
    length = measures.acute_end_day(course) - measures.onset_day(course)
    return {
        "rebound-onset": Prediction(
            first,
            (first + last) / 2,
            last,
            "d",
            "median onset with alprazolam and with diazepam",
            "middle",
        ),
        "syndrome-length": Prediction(
            *band(length),
            "d",
            "9 of 10 of the reference cohort, onset to a fifth of the peak",
            "middle",
        ),
    }


@predicts("petursson-lader-1981")
def petursson_lader(virtual: Virtual) -> dict[str, Prediction]:
    """Read the day of the peak of anxiety and of its return to a fifth of it."""
    courses = [stopped(virtual, *drug) for drug in (SHORT[1], LONG[0])]
    name = "symptom.severe-anxiety"
    peaks = np.concatenate([measures.peak_day(course, name) for course in courses])
    ends = []
    for course in courses:
        on = after(course)
        y = course[name][on]
        ends.append(
            measures.last_day_above(
                course.days_since_last_dose[on], y, np.maximum(0.2 * y.max(axis=0), 1e-9)
            )
        )
    how = "9 of 10 people, lorazepam and diazepam alike"
    return {
        "peak-day": Prediction(*band(peaks), "d", how, "middle"),
        "return": Prediction(
            *band(np.concatenate(ends)), "d", f"{how}, a fifth of the peak left", "middle"
        ),
    }


@predicts("ashton-1995")
def ashton(virtual: Virtual) -> dict[str, Prediction]:
    """Count who still notices a psychological symptom after 6 and after 12 months."""
    course = virtual.worlds.stop()
    year, half = (
        100.0 * float(is_noticeable(course, psychological(course), day - 7.0, day).mean())
        for day in (YEAR_D, HALF_YEAR_D)
    )
    how = (
        "share of the reference cohort after 12 and after 6 months; tuned to claim T13, whose band"
        " rests on this figure too"
    )
    return {"protracted": Prediction(year, (year + half) / 2, half, "%", how, "overlap")}


SUCCESS = (
    "staying off depends on the person's life, the illness and the care; the model speaks of"
    " withdrawal only"
)
NO_SEIZURES = "no absolute probability of a seizure is computed, by decision: no source gives one"
NOT_PREDICTED |= {
    ("rickels-1990", "relapse-short"): SUCCESS,
    ("rickels-1990", "relapse-long"): SUCCESS,
    ("rickels-1983", "seizures"): NO_SEIZURES,
    ("fialip-1987", "*"): NO_SEIZURES,
    ("label-xanax-seizures", "*"): NO_SEIZURES,
    ("inoue-2021", "*"): "the withdrawal forecast is withheld for Z-drugs",
    ("vicens-2016", "*"): SUCCESS,
    ("oude-voshaar-2006", "*"): SUCCESS,
    ("oude-voshaar-predictors", "*"): SUCCESS,
    (
        "freire-2017",
        "*",
    ): "return of the illness over years is not withdrawal, and its course is not modelled",
    (
        "ritvo-2023",
        "*",
    ): "volunteers without controls: an upper bound among those with a symptom, not a share of all",
    ("maust-2023", "*"): "death is not modelled",
}
TOO_EARLY = (
    "down-regulation is complete within weeks in the model, so short use is followed by somewhat"
    " more withdrawal than was seen, although remodelling sharpens the answer to it (decision 13)"
)
MISFITS |= {
    (
        "rickels-1990",
        "peak-day-short",
    ): (
        "the effect must fall through the dead band of the threshold, and the systems follow it"
        " with half a day or more; between people half-lives differ, which draws the mean curve out"
    ),
    (
        "rickels-1990",
        "reaction",
    ): (
        "at 14 mg of diazepam a day fewer people rise above the threshold than reacted in the trial"
        " by its loosest criterion; errors of scoring are not modelled (with a standard error of 5"
        " points read every day the model would say about 90 %), nor is expectation"
    ),
}
RECALLED = "the figure was recalled and not read"
NOT_COUNTED |= {
    ("petursson-lader-1981", "peak-day"): RECALLED,
    ("petursson-lader-1981", "return"): RECALLED,
    (
        "rickels-1983",
        "withdrawal-from-8-months",
    ): "what counts as a reaction was fitted to this share",
    ("ashton-1995", "protracted"): "tuned to claim T13, whose band rests on this figure",
}
