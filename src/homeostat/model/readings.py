"""Readings: named series of a trajectory: levels, states, tone, severity, symptoms, clusters; their
units and labels.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from homeostat.errors import InputError, nearest
from homeostat.model import equations as eq
from homeostat.model import symptoms
from homeostat.model.equations import SCALE_TOP
from homeostat.model.symptoms import reference_peaks
from homeostat.model.trajectory import Series, Trajectory


def _imbalance(course: Trajectory) -> Series:
    p = course.people
    adaptation = p["fast_gain"] * course.state("fast") + p["slow_gain"] * course.state("slow")
    return adaptation - course.state("effect")


def severity(course: Trajectory) -> Series:
    """Return overall severity [points]: Y = Y0 + (80 − Y0)·U/(U + K), U = w·(n + x)/2 + (1 −
    w)·g.
    """
    p = course.people
    w, y0 = p["severity_physical_share"], p["severity_baseline"]
    physical = course.state("norepinephrine") + course.state("glutamate")
    u = w * 0.5 * physical + (1.0 - w) * course.state("anxiety")
    return np.asarray(y0 + (SCALE_TOP - y0) * u / (u + p["severity_half_drive"]))


def _hazard(course: Trajectory) -> Series:
    """Return (x / x_ref)^p, relative to the reference person's worst day. For ranking only; not a
    probability.
    """
    peak = reference_peaks(course.facts)["glutamate"]
    return np.asarray((course.state("glutamate") / peak) ** course.people["hazard_exponent"])


DERIVED: dict[str, Callable[[Trajectory], Series]] = {
    "effect": lambda c: c.state("effect"),
    "tone": lambda c: 1.0 - _imbalance(c),
    "down_regulation": lambda c: c.people["fast_gain"] * c.state("fast"),
    "remodelling": lambda c: c.people["slow_gain"] * c.state("slow"),
    "relief_of_anxiety": lambda c: (
        c.state("effect")
        - c.people["anxiolytic_fast_gain"] * c.state("fast")
        - c.people["anxiolytic_slow_gain"] * c.state("slow")
    ),
    "severity": severity,
    "relative_seizure_hazard": _hazard,
    **{name: partial(Trajectory.state, name=name) for name in eq.FILTERS[eq.NE :]},
}
"""Series that follow from the states, by name. All refuse when the forecast is withheld."""
_UNITS = {"severity": "points", "relative_seizure_hazard": "times the reference person's worst day"}
_LABELS = {
    "effect": "drug effect behind the receptor (1 = full, middle structural alternative)",
    "tone": "inhibitory tone (1 = its set point without drug)",
    "severity": "overall severity of withdrawal (0 to 80)",
    "relative_seizure_hazard": "relative seizure hazard, for ranking only; not a probability",
}


def names(course: Trajectory) -> tuple[str, ...]:
    """Return what can be read of a trajectory."""
    levels = tuple(name for name in course.states if name.startswith("level."))
    if course.withheld:
        return levels
    return (
        *levels,
        *DERIVED,
        *(f"cluster.{c}" for c in symptoms.CLUSTERS),
        *(f"symptom.{s}" for s in course.facts.symptoms),
    )


def read(course: Trajectory, name: str) -> Series:
    """Return a series by name, (times, people).

    Raises:
        InputError: there is no such series, or the forecast is withheld.
    """
    if name.startswith("level.") and name in course.states:
        return course.states[name]
    course.refuse_if_withheld(name)
    if name in DERIVED:
        return DERIVED[name](course)
    if name.startswith(("symptom.", "cluster.")):
        return symptoms.series(course, name)
    raise InputError(f"a course has no '{name}'.{nearest(name, names(course))}")


def unit(name: str) -> str:
    """Return the unit of a series."""
    if name.startswith("level."):
        return "ng/mL"
    if name.startswith(("symptom.", "cluster.")):
        return "points (0 to 4)"
    return _UNITS.get(name, "1")


def label(name: str) -> str:
    """Return what a series is, in words."""
    if name.startswith("level."):
        return f"{name.removeprefix('level.')} in blood"
    return _LABELS.get(name, name.split(".")[-1].replace("_", " "))
