"""Checks of what the documents say about the course after the last dose, up to the end of week 3
(T1 to T9).
"""

import itertools

import numpy as np

from homeostat.model import measures
from homeostat.model.course import Course
from homeostat.study.claims.reading import (
    after,
    first_noticed_day,
    is_noticeable,
    mean_on,
    middle,
    noticed_day,
    on_day,
    psychological,
    quantile,
    share_of_peak,
)
from homeostat.study.claims.registry import Found, Measured, check, say
from homeostat.study.claims.worlds import Worlds

FIRST = ("severe-anxiety", "sweating", "tremor")
NEXT = (
    "stomach-cramps",
    "vomiting",
    "diarrhoea",
    "hyperthermia",
    "hypertension",
    "tachycardia",
    "insomnia",
    "irritability",
)
THEN = ("hallucinations", "seizure")
LAST = ("delirium", "psychosis")
GAP_D = 1.5
"""The rare dangers come at least this long after the first symptom [d]."""


@check("T1")
def onset_is_between_day_2_and_4(worlds: Worlds) -> Found:
    """Read the day on which severity is first 5 points above baseline."""
    onset = measures.onset_day(worlds.stop())
    early, typical = quantile(onset, 0.025), middle(onset)
    usual = float(((onset >= 2.0) & (onset <= 4.0)).mean())
    return (
        (
            f"Withdrawal is first noticed on day {say(typical)} in the middle of the cohort, on day"
            f" {say(early)} in the earliest fortieth; {say(100 * usual)} % begin between 48 h and 4"
            " days."
        ),
        (
            Measured("median day of onset", typical, "d", 1.5, 4.0),
            Measured("day of onset, 2.5 %", early, "d", 0.0, 1.5),
            Measured("share with onset from 48 h to 4 days", 100 * usual, "%"),
        ),
    )


@check("T2")
def onset_spread_holds_both_documents(worlds: Worlds) -> Found:
    """Compare the spread of the day of onset with day 1 to 7."""
    onset = measures.onset_day(worlds.stop())
    early, typical, late = (quantile(onset, q) for q in (0.025, 0.5, 0.975))
    in_b = float(((onset >= 3.0) & (onset <= 7.0)).mean())
    return (
        (
            f"From day {say(early)} to day {say(late)} in 95 of 100; {say(100 * in_b)} % begin"
            f" between day 3 and 7, as document B says. The middle, day {say(typical)}, lies"
            f" {say(max(3.0 - typical, 0.0))} days before B's window and"
            f" {'inside' if 2.0 <= typical <= 4.0 else 'outside'} A's."
        ),
        (
            Measured("day of onset, 2.5 %", early, "d", 0.0, 1.5),
            Measured("day of onset, 97.5 %", late, "d", 7.0),
            Measured("share with onset from day 3 to 7", 100 * in_b, "%"),
            Measured("distance of the median from day 3", max(3.0 - typical, 0.0), "d"),
        ),
    )


def order_holds(course: Course, sooner: tuple[str, ...], later: tuple[str, ...]) -> float:
    """Return the share of those who reach the later group in whom the earlier group came no later
    [%].
    """
    first, second = first_noticed_day(course, sooner), first_noticed_day(course, later)
    reached = ~np.isnan(second)
    return (
        100.0 * float((first[reached] <= second[reached] + 1e-6).mean())
        if reached.any()
        else float("nan")
    )


@check("T3")
def symptoms_come_in_order(worlds: Worlds) -> Found:
    """Compare the days on which each group of symptoms is first noticeable, person by person."""
    course = worlds.stop()
    strong = worlds.stop(mg=8.0, days=1825.0, after=60)
    groups = (FIRST, NEXT, THEN)
    shares = [
        order_holds(strong if later is THEN else course, sooner, later)
        for sooner, later in itertools.pairwise(groups)
    ]
    each = [order_holds(course, (name,), NEXT) for name in FIRST]
    days = [middle(first_noticed_day(course, group)) for group in (FIRST, NEXT)]
    gap = first_noticed_day(strong, THEN + LAST) - first_noticed_day(strong, FIRST + NEXT)
    late = 100.0 * float((gap[~np.isnan(gap)] >= GAP_D).mean())
    rare = [middle(first_noticed_day(strong, (name,))) for name in THEN + LAST]
    return (
        (
            f"Anxiety, sweating or tremor are noticed on day {say(days[0])}, gut, pulse, pressure,"
            f" temperature, sleep or temper on day {say(days[1])}. The rare dangers, read after 8"
            " mg a day for 5 years because the reference hardly shows them: hallucinations day"
            f" {say(rare[0])}, seizure {say(rare[1])}, delirium {say(rare[2])}, psychosis"
            f" {say(rare[3])}."
        ),
        (
            Measured(
                "first group no later than the second, of those who reach it", shares[0], "%", 80.0
            ),
            Measured(
                "second group no later than hallucination or seizure, of those who reach it",
                shares[1],
                "%",
                80.0,
            ),
            *(
                Measured(
                    f"{name.replace('-', ' ')} alone no later than the second group", share, "%"
                )
                for name, share in zip(FIRST, each, strict=True)
            ),
            Measured(
                "rare dangers 1.5 days or more after the first symptom, of those who reach them",
                late,
                "%",
                80.0,
            ),
            Measured("rare dangers after the first symptom, median", middle(gap), "d"),
            Measured(
                "median day of delirium or psychosis", middle(first_noticed_day(strong, LAST)), "d"
            ),
        ),
    )


@check("T4")
def seizures_threaten_late_in_week_1(worlds: Worlds) -> Found:
    """Find the day of the highest relative seizure hazard, and what is left of it on day 12."""
    course = worlds.stop(is_typical=True)
    top = float(measures.peak_day(course, "relative_seizure_hazard")[0])
    left = on_day(course, share_of_peak(course, "relative_seizure_hazard"), 12.0)
    high = float(
        measures.peak_day(worlds.stop(mg=8.0, is_typical=True), "relative_seizure_hazard")[0]
    )
    return (
        (
            f"The relative seizure hazard is highest on day {say(top)}; on day 12 it is"
            f" {say(100 * left)} % of that. After 8 mg a day it is highest on day {say(high)}. It"
            " ranks plans and is no probability."
        ),
        (
            Measured("day of the highest relative hazard", top, "d", 3.0, 8.0),
            Measured("hazard on day 12 against its maximum", left, "ratio", 0.0, 0.6),
            Measured("day of the highest relative hazard after 8 mg a day", high, "d"),
        ),
    )


@check("T5")
def severity_peaks_within_two_weeks(worlds: Worlds) -> Found:
    """Compare mean severity on days 3 and 7, and read the day of the peak."""
    course = worlds.stop()
    rise = float(
        measures.at_day(course, "severity", 7.0).mean()
        / measures.at_day(course, "severity", 3.0).mean()
    )
    days = measures.peak_day(course)
    typical, late = middle(days), float((days <= 14.0).mean())
    return (
        (
            f"Mean severity on day 7 is {say(rise)} times that on day 3; it peaks on day"
            f" {say(typical)} in the middle of the cohort and by day 14 in {say(100 * late)} %."
        ),
        (
            Measured("mean severity on day 7 against day 3", rise, "ratio", 1.3),
            Measured("median day of the peak", typical, "d", 5.0, 10.0),
            Measured("share whose peak is at or before day 14", 100 * late, "%", 95.0),
        ),
    )


def months_to_a_quarter(course: Course) -> tuple[float, float]:
    """Return the median months until anxiety is below a quarter of its plateau, and the share of
    people affected [%].

    Plateau: mean of days 21 to 35. Affected: plateau noticeable.
    """
    x, anxiety = course.days_since_last_dose, course["symptom.severe-anxiety"]
    plateau = mean_on(course, "symptom.severe-anxiety", 21.0, 35.0)
    affected = plateau >= 1.0
    last = measures.last_day_above(x, anxiety, np.maximum(0.25 * plateau, 1e-6))
    return middle(last[affected]) / (365.25 / 12.0), 100.0 * float(affected.mean())


@check("T6")
def rebound_anxiety_settles_to_a_plateau(worlds: Worlds) -> Found:
    """Read the peak of anxiety, what is left of it on day 9, and how long its plateau lasts."""
    course = worlds.stop(is_typical=True)
    name = "symptom.severe-anxiety"
    top = float(measures.peak_day(course, name)[0])
    left = on_day(course, share_of_peak(course, name), 9.0)
    settled = on_day(course, share_of_peak(course, name), 28.0)
    months, affected = months_to_a_quarter(worlds.stop())
    return (
        (
            f"Anxiety peaks on day {say(top)}, is {say(100 * left)} % of its peak on day 9 and"
            f" {say(100 * settled)} % on day 28. {say(affected)} % of the cohort keep a noticeable"
            f" plateau, which falls below a quarter after {say(months)} months."
        ),
        (
            Measured("day of the peak of anxiety", top, "d", 4.0, 8.0),
            Measured("anxiety on day 9 against its peak", left, "ratio", 0.6, 0.98),
            Measured(
                "months until below a quarter of the plateau, median of those affected",
                months,
                "month",
                2.0,
                9.0,
            ),
            Measured("share with a noticeable plateau", affected, "%"),
        ),
    )


@check("T7")
def irritability_is_worst_in_week_2(worlds: Worlds) -> Found:
    """Compare irritability and insomnia between days."""
    course = worlds.stop()
    temper = share_of_peak(course, "symptom.irritability")
    sleep = share_of_peak(course, "symptom.insomnia")
    top = float(measures.peak_day(worlds.stop(is_typical=True), "symptom.irritability")[0])
    second = float(np.mean([on_day(course, temper, day) for day in (9.0, 10.0, 11.0)]))
    sixth = on_day(course, temper, 6.0)
    better = on_day(course, sleep, 12.0) - on_day(course, sleep, 7.0)
    return (
        (
            f"Irritability peaks on day {say(top)}; on days 9 to 11 it is {say(100 * second)} % of"
            f" its peak against {say(100 * sixth)} % on day 6. Insomnia on day 12 is"
            f" {say(100 * on_day(course, sleep, 12.0))} % of its peak against"
            f" {say(100 * on_day(course, sleep, 7.0))} % on day 7."
        ),
        (
            Measured(
                "irritability on days 9 to 11 less day 6, share of peak",
                second - sixth,
                "ratio",
                0.0,
            ),
            Measured("day of the peak of irritability", top, "d", 8.0, 14.0),
            Measured("insomnia on day 12 less day 7, share of peak", better, "ratio", -1.0, -1e-6),
        ),
    )


@check("T8")
def tremor_and_pulse_ease_at_the_end_of_week_2(worlds: Worlds) -> Found:
    """Compare physical symptoms on day 14 with their peak, and three signs with day 7."""
    course = worlds.stop()
    left = on_day(course, share_of_peak(course, "cluster.physical"), 14.0)
    signs = {}
    for name in ("tremor", "tachycardia", "hypertension"):
        shares = share_of_peak(course, f"symptom.{name}")
        signs[name] = on_day(course, shares, 14.0) - on_day(course, shares, 7.0)
    return (
        (
            f"On day 14 physical symptoms are {say(100 * left)} % of their peak; tremor, pulse and"
            f" pressure are lower than on day 7 by {say(-100 * signs['tremor'])},"
            f" {say(-100 * signs['tachycardia'])} and {say(-100 * signs['hypertension'])} % of"
            " their peaks."
        ),
        (
            Measured("physical symptoms on day 14 against their peak", left, "ratio", 0.4, 0.8),
            *(
                Measured(f"{name}, day 14 less day 7", change, "ratio", -1.0, -1e-6)
                for name, change in signs.items()
            ),
        ),
    )


def crossing_day(course: Course) -> float:
    """Return the day after day 7 on which mood, craving and thinking pass physical symptoms, each
    by its own peak [d].
    """
    mind = np.mean(
        [share_of_peak(course, f"cluster.{name}") for name in ("mood", "craving", "thinking")],
        axis=0,
    )
    x = course.days_since_last_dose[after(course)]
    ratio = mind / np.maximum(share_of_peak(course, "cluster.physical"), 1e-6)
    late = x >= 7.0
    return float(measures.first_day_above(x[late], ratio[late, None], 1.0)[0])


@check("T9")
def week_3_brings_physical_relief(worlds: Worlds) -> Found:
    """Compare physical symptoms on day 21 with their peak, with sleep and gut, and with mood,
    craving and thinking.
    """
    course = worlds.stop()
    left = on_day(course, share_of_peak(course, "cluster.physical"), 21.0)
    sleep, gut = (
        on_day(course, share_of_peak(course, f"symptom.{n}"), 21.0)
        for n in ("insomnia", "stomach-cramps")
    )
    day = crossing_day(course)
    kept = float(is_noticeable(course, psychological(course), 21.0, 22.0).mean())
    return (
        (
            f"On day 21 physical symptoms are {say(100 * left)} % of their peak, insomnia"
            f" {say(100 * sleep)} % and stomach cramps {say(100 * gut)} %. Mood, craving and"
            f" thinking pass them on day {say(day)}; {say(100 * kept)} % of the cohort notice a"
            " psychological symptom that day."
        ),
        (
            Measured("physical symptoms on day 21 against their peak", left, "ratio", 0.15, 0.45),
            Measured("insomnia above that, share of peak", sleep - left, "ratio", 1e-6),
            Measured("stomach cramps above that, share of peak", gut - left, "ratio", 1e-6),
            Measured(
                "day on which mood, craving and thinking pass physical symptoms",
                day,
                "d",
                12.0,
                24.0,
            ),
            Measured("share who notice a psychological symptom on day 21", 100 * kept, "%"),
        ),
    )


def onset_days(course: Course) -> dict[str, float]:
    """Return the median day on which each symptom is noticed, of those who notice it [d]."""
    return {name: middle(noticed_day(course, name)) for name in course.facts.symptoms}
