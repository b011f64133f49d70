"""Symptoms: the score of each from its drivers, threshold and delay, and the mean score of
clusters.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from homeostat.errors import InputError, nearest
from homeostat.facts import Facts
from homeostat.facts.records import Symptom
from homeostat.model.patients import REFERENCE_DRUG, median
from homeostat.model.regimen import Regimen
from homeostat.model.solve import named, problem, solve
from homeostat.model.trajectory import Days, Series, Trajectory

CLUSTERS = (
    "autonomic",
    "neuromuscular",
    "perceptual",
    "severe neuropsychiatric",
    "gut",
    "sleep",
    "anxiety",
    "mood",
    "craving",
    "thinking",
    "general",
    "physical",
    "psychological",
)
TOP = 4.0
"""Top of one symptom's range, as of one item of a scale [points]."""
NOTICEABLE = 1.0
"""A symptom is noticed from this score on [points]."""


REFERENCE_MG, REFERENCE_USE_D, REFERENCE_AFTER_D = 2.0, 365, 180
"""Daily dose, in two doses, and days of use of the reference person; days after the stop in which
peaks are sought.
"""
_STATES = ("norepinephrine", "glutamate", "anxiety", "serotonin", "dopamine", "sleep_debt")


@lru_cache(maxsize=4)
def reference_peaks(facts: Facts) -> dict[str, float]:
    """Return the peak of each driver in the reference person after an abrupt stop, the unit of the
    drivers.

    Reference: the median person of 40 years and 70 kg, clonazepam 2 mg a day in two doses for 12
    months.
    """
    people = median(drugs=[REFERENCE_DRUG], facts=facts)
    use = Regimen.steady(
        REFERENCE_DRUG, mg_per_day=REFERENCE_MG, doses_per_day=2, days=REFERENCE_USE_D
    )
    stop = use.then_stop()
    days = np.arange(stop.days + REFERENCE_AFTER_D + 1.0)
    asked = problem(people, stop, days, facts)
    states = named(asked, solve(asked))
    after = days > stop.last_dose_day(float(days[-1]))
    peaks = {name: float(states[name][after].max()) for name in _STATES}
    remodelling = people["slow_gain"] * states["slow"]
    return peaks | {"remodelling": float(remodelling[after].max()), "illness": 1.0}


def driver(course: Trajectory, name: str) -> Series:
    """Return a driver of symptoms in units of its reference peak.

    Remodelling counts as far as no drug effect offsets it, times the person's sensitivity:
    sens·max(0, gS·(s − D)).

    Raises:
        InputError: the forecast is withheld.
    """
    if name == "illness":
        return course.state("illness")
    peak = reference_peaks(course.facts)[name]
    if name == "remodelling":
        p = course.people
        unanswered = np.maximum(
            p["slow_gain"] * (course.state("slow") - course.state("effect")), 0.0
        )
        return np.asarray(p["sensitivity"] * unanswered / peak)
    return course.state(name) / peak


def drivers(course: Trajectory) -> dict[str, Series]:
    """Return all drivers of symptoms, each once."""
    return {name: driver(course, name) for name in (*_STATES, "remodelling", "illness")}


def scores(
    course: Trajectory, tell: Callable[[str, float], None] | None = None
) -> dict[str, Series]:
    """Return the score of every symptom by its id, (times, people) each.

    Args:
        course: whose symptoms.
        tell: called before each symptom with its name and the share of them that is done.
    """
    known, found = drivers(course), dict[str, Series]()
    for name, symptom in course.facts.symptoms.items():
        if tell is not None:
            tell(symptom.name, len(found) / len(course.facts.symptoms))
        found[name] = score(course, symptom, known)
    return found


def scores_of_withdrawal(
    course: Trajectory, scores: Mapping[str, Series] | None = None
) -> dict[str, Series]:
    """Return the score of every symptom from withdrawal alone: with the person's own illness set to
    zero.

    Args:
        course: whose symptoms.
        scores: scores of this course with the illness, if they are known already; reused where the
            illness has no part.
    """
    is_ill = bool((course.states["illness"] > 0.0).any())
    known = drivers(course) | {"illness": np.zeros_like(course.states["illness"])}
    return {
        name: score(course, symptom, known)
        if scores is None or (is_ill and "illness" in symptom.response.drivers)
        else scores[name]
        for name, symptom in course.facts.symptoms.items()
    }


def score(
    course: Trajectory, symptom: Symptom, known: Mapping[str, Series] | None = None
) -> Series:
    """Return a symptom's score, 0 to 4, delayed.

    u = Σ w·driver, v = max(0, u − threshold), score = 4·v/(v + half_point).
    """
    response = symptom.response
    v = np.full(course.states["effect"].shape, -response.threshold)
    for name, weight in response.drivers.items():
        v += weight * (known[name] if known is not None else driver(course, name))
    np.maximum(v, 0.0, out=v)
    return _delayed(TOP * v / (v + response.half_point), course.days, response.delay_d)


def _delayed(series: Series, days: Days, delay_d: float) -> Series:
    """Return y with y' = (f − y)/delay, exact for f linear between output days."""
    if delay_d <= 0.0:
        return series
    out = np.empty_like(series)
    out[0] = series[0]
    for i, h in enumerate(np.diff(days)):
        x = h / delay_d
        e = np.exp(-x)
        slope = (1.0 - e) / x
        out[i + 1] = e * out[i] + (slope - e) * series[i] + (1.0 - slope) * series[i + 1]
    return out


def series(course: Trajectory, name: str) -> Series:
    """Return 'symptom.<id>' or 'cluster.<name>' (the mean score of its symptoms), (times,
    people).
    """
    kind, wanted = name.split(".", 1)
    symptoms = course.facts.symptoms
    if kind == "symptom":
        if wanted not in symptoms:
            raise InputError(f"unknown symptom '{wanted}'.{nearest(wanted, symptoms)}")
        return score(course, symptoms[wanted])
    known = drivers(course)
    return cluster(
        wanted, {s.id: score(course, s, known) for s in members(wanted, course.facts)}, course.facts
    )


def members(wanted: str, facts: Facts) -> list[Symptom]:
    """Return the symptoms of a cluster, or all physical or psychological ones.

    Raises:
        InputError: there is no such cluster.
    """
    found = [s for s in facts.symptoms.values() if wanted in (s.cluster, s.kind)]
    if not found:
        raise InputError(f"unknown cluster '{wanted}'; known: {', '.join(CLUSTERS)}")
    return found


def cluster(wanted: str, scores: Mapping[str, Series], facts: Facts) -> Series:
    """Return the mean score of a cluster's symptoms; `scores` must hold at least these."""
    return np.asarray(np.mean([scores[s.id] for s in members(wanted, facts)], axis=0))
