"""Checks of what the documents say about the course from week 4 on, and about tapers (T10 to
T14).
"""

import numpy as np

from homeostat.model import measures, phases
from homeostat.model.course import Course
from homeostat.model.regimen import Regimen
from homeostat.study.claims.reading import (
    end_day,
    highest,
    is_noticeable,
    middle,
    on_day,
    psychological,
    quantile,
    share_of_peak,
)
from homeostat.study.claims.registry import Found, Measured, check, say
from homeostat.study.claims.worlds import REFERENCE_DAYS, REFERENCE_MG, Worlds, steady

HALF_YEAR_D, YEAR_D = 182.0, 365.0
WINDOW_D = 56.0
OVER_POINTS = 1.0
"""Symptoms are over when severity stays less than this above baseline [points]: below what anybody
can score.
"""


@check("T10")
def from_week_4_the_mind_is_left(worlds: Worlds) -> Found:
    """Compare physical symptoms on day 28 and psychological ones on day 42 with their peaks."""
    course = worlds.stop()
    physical = on_day(course, share_of_peak(course, "cluster.physical"), 28.0)
    mind = on_day(course, share_of_peak(course, "cluster.psychological"), 42.0)
    side = "document B" if mind >= 0.4 else ("document A" if mind <= 0.3 else "neither document")
    return (
        (
            f"On day 28 physical symptoms are {say(100 * physical)} % of their peak; on day 42"
            f" psychological ones are {say(100 * mind)} % of theirs, which sides with {side}."
        ),
        (
            Measured(
                "physical symptoms on day 28 against their peak", physical, "ratio", 0.0, 0.25
            ),
            Measured(
                "psychological symptoms on day 42 against their peak (A: at most 0.3)",
                mind,
                "ratio",
                0.4,
                1.0,
            ),
        ),
    )


@check("T11")
def the_acute_phase_lasts_days_to_weeks(worlds: Worlds) -> Found:
    """Read the length of the computed acute phase: from onset to the fall below a fifth of the
    peak.
    """
    course = worlds.stop()
    length = measures.acute_end_day(course) - measures.onset_day(course)
    low, typical, high = (quantile(length, q) for q in (0.05, 0.5, 0.95))
    inside = float(((length >= 5.0) & (length <= 35.0))[~np.isnan(length)].mean())
    return (
        (
            f"The acute phase lasts {say(typical)} days in the middle of the cohort, {say(low)} to"
            f" {say(high)} in 9 of 10; {say(100 * inside)} % lie inside 5 to 35 days."
        ),
        (
            Measured("length of the acute phase, 5 %", low, "d", 5.0, 35.0),
            Measured("length of the acute phase, 95 %", high, "d", 5.0, 35.0),
            Measured("median length of the acute phase", typical, "d"),
        ),
    )


@check("T12")
def a_milder_phase_follows(worlds: Worlds) -> Found:
    """Compare mean severity in the computed protracted phase with the acute one, and look for the
    six symptoms in it.
    """
    course = worlds.stop()
    phase = phases.protracted(course)
    begins, ends = phase.begins, phase.ends
    x, over = course.days_since_last_dose[:, None], measures.excess(course)
    inside = np.asarray((x >= begins) & (x <= ends))
    acute = np.asarray((x >= measures.onset_day(course)) & (x < begins))
    has = np.asarray(inside.any(axis=0) & acute.any(axis=0))
    later = (over * inside)[:, has].sum(axis=0) / inside[:, has].sum(axis=0)
    before = (over * acute)[:, has].sum(axis=0) / acute[:, has].sum(axis=0)
    milder = 100.0 * float((later < before).mean())
    length = middle((ends - begins)[has])
    names = ("craving", "depression", "severe-anxiety", "stomach-trouble", "headache", "malaise")
    has_some = {
        name: np.asarray(((course[f"symptom.{name}"] * inside) > 0).any(axis=0)) for name in names
    }
    shares = {name: 100.0 * float(some[has].mean()) for name, some in has_some.items()}
    ratio = float(np.median(later / before))
    return (
        (
            f"{say(100 * has.mean())} % of the cohort have a computed protracted phase; it lasts"
            f" {say(length)} days in the middle (document A: 10 to 14) at {say(100 * ratio)} % of"
            " the severity of the acute phase. Whose word: the product's own rule, after document"
            " A; the guideline means anything past a month."
        ),
        (
            Measured("share in whom it is milder than the acute phase", milder, "%", 100.0),
            Measured(
                "smallest share with one of the six symptoms in it", min(shares.values()), "%", 1e-6
            ),
            Measured("median length", length, "d"),
        ),
    )


def wave_measures(course: Course) -> tuple[Measured, ...]:
    """Return what the serotonin deficit of wave carriers looks like in the two stretches of 8 weeks
    from day 28 on.

    A return is a rise above 1.5 times the trough before it.
    """
    x, carries = course.days_since_last_dose, course.people["wave_carrier"] > 0
    first, second = (
        course["serotonin"][(x >= begins) & (x < begins + WINDOW_D)][:, carries]
        for begins in (28.0, 28.0 + WINDOW_D)
    )
    troughs = first.min(axis=0)
    returns = [
        (np.concatenate([one, two])[one.argmin() :] >= 1.5 * low).any()
        for one, two, low in zip(first.T, second.T, troughs, strict=True)
    ]
    return (
        Measured(
            "wave carriers with a return above 1.5 times the trough",
            100.0 * float(np.mean(returns)),
            "%",
            90.0,
        ),
        Measured(
            "trough against the peak in 8 weeks, median carrier",
            float(np.median(troughs / first.max(axis=0))),
            "ratio",
            0.0,
            0.3,
        ),
        Measured(
            "peak of the second 8 weeks against the first, median",
            float(np.median(second.max(axis=0) / first.max(axis=0))),
            "ratio",
            0.0,
            0.95,
        ),
    )


@check("T13")
def some_have_symptoms_for_months(worlds: Worlds) -> Found:
    """Count who notices a psychological symptom after 6 and after 12 months."""
    course = worlds.stop()
    mind = psychological(course)
    half, year = (
        100.0 * float(is_noticeable(course, mind, day - 7.0, day).mean())
        for day in (HALF_YEAR_D, YEAR_D)
    )
    returns, trough, height = (waves := wave_measures(worlds.stop(waves=True)))
    return (
        (
            f"{say(half)} % of the cohort notice at least one psychological symptom in the last"
            f" week of the 6th month and {say(year)} % in that of the 12th. With waves on,"
            f" {say(returns.value)} % of those who carry them have a return; troughs are"
            f" {say(100 * trough.value)} % of the peak and the next peak {say(100 * height.value)}"
            " % of the one before. Waves are off in planning. Not recognised by every professional"
            " body."
        ),
        (
            Measured(
                "share with a noticeable psychological symptom at 6 months", half, "%", 10.0, 25.0
            ),
            Measured(
                "share with a noticeable psychological symptom at 12 months", year, "%", 3.0, 12.0
            ),
            *waves,
        ),
    )


def tenths(
    weeks_each: float = 2.0, steps: int = 10, mg: float = REFERENCE_MG
) -> tuple[tuple[float, float], ...]:
    """Return a taper by equal parts of the starting dose, as (mg a day, days)."""
    return tuple((mg * (steps - i) / steps, 7.0 * weeks_each) for i in range(1, steps))


def against_stop(worlds: Worlds, taper: Regimen, **how: bool) -> tuple[float, float, float, float]:
    """Return median peak severity under a taper and a stop [points], and median days from the first
    cut to the end.
    """
    slow = worlds.run(taper, since=REFERENCE_DAYS - 1, **how)  # type: ignore[arg-type]
    abrupt = worlds.stop(**how)  # type: ignore[arg-type]
    peaks = [middle(highest(course)) for course in (slow, abrupt)]
    ends = [
        middle(
            np.maximum(end_day(c, REFERENCE_DAYS, OVER_POINTS), c.last_dose_day - REFERENCE_DAYS)
        )
        for c in (slow, abrupt)
    ]
    return peaks[0], peaks[1], ends[0], ends[1]


@check("T14")
def a_taper_is_longer_and_milder(worlds: Worlds) -> Found:
    """Compare a taper by tenths of the start every 2 weeks, and one over 8 weeks, with an abrupt
    stop in the same people.
    """
    slow, stop, long, short = against_stop(worlds, steady().then_taper(tenths()))
    quick, _, quick_long, _ = against_stop(worlds, steady().then_taper(tenths(1.0, 8)))
    return (
        (
            f"A tenth of the start every 2 weeks: peak {say(slow)} points against {say(stop)},"
            f" {say(long)} days from the first cut to the end of symptoms against {say(short)}. An"
            f" eighth every week: peak {say(quick)}, {say(quick_long)} days."
        ),
        (
            Measured(
                "peak severity, a tenth every 2 weeks against an abrupt stop",
                slow / stop,
                "ratio",
                0.0,
                0.6,
            ),
            Measured(
                "days to the end of symptoms less those after a stop", long - short, "d", 1e-6
            ),
            Measured(
                "peak severity, an eighth every week against an abrupt stop", quick / stop, "ratio"
            ),
        ),
    )
