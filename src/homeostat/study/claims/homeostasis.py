"""Checks of what the documents say about balance, tolerance, dependence and the drug itself (H1 to
H10).
"""

from typing import Any

import numpy as np

from homeostat.model import measures
from homeostat.model.course import Course
from homeostat.model.patients import PerPatient
from homeostat.model.regimen import Regimen, Step, Use
from homeostat.study.claims.reading import after, half_life_h, quantile
from homeostat.study.claims.registry import Found, Measured, check, say
from homeostat.study.claims.worlds import REFERENCE_DAYS, REFERENCE_MG, Worlds, steady

HOURLY = 1.0 / 24.0
DRIVES = ("norepinephrine", "glutamate", "anxiety", "serotonin", "dopamine", "sleep_debt")


@check("H1")
def tone_returns_in_steady_use(worlds: Worlds) -> Found:
    """Compare the day's mean imbalance after a year of steady use with the threshold theta."""
    course = worlds.run(steady(), is_typical=True, since=REFERENCE_DAYS - 1, after=0, step=HOURLY)
    imbalance = float((1.0 - course["tone"]).mean())
    level = float(course["level.clonazepam"].mean())
    theta = float(course.people["threshold"][0])
    everyone = worlds.run(steady(), since=REFERENCE_DAYS - 1, after=0, step=6 * HOURLY)
    inside = np.abs((1.0 - everyone["tone"]).mean(axis=0)) <= everyone.people["threshold"]
    return (
        (
            f"After a year on 2 mg a day, with {say(level)} ng/mL in the blood, the tone is"
            f" {say(1.0 - imbalance)} of its set point over the day; the normal band is 1 ±"
            f" {say(theta)}. {say(100 * inside.mean())} % of the cohort are inside their own band."
        ),
        (
            Measured(
                "size of the imbalance over a day, typical person", abs(imbalance), "", 0.0, theta
            ),
            Measured("level in the blood", level, "ng/mL", 1e-6),
            Measured("share of the cohort inside their band", 100 * float(inside.mean()), "%"),
        ),
    )


@check("H2")
def stopping_leaves_the_band_and_comes_back(worlds: Worlds) -> Found:
    """Find when the imbalance passes theta after the last dose, and when it falls below it for
    good.
    """
    course = worlds.stop(is_typical=True)
    x, on = course.days_since_last_dose, after(course)
    imbalance, theta = (1.0 - course["tone"])[on], course.people["threshold"]
    out = float(measures.first_day_above(x[on], imbalance, theta)[0])
    back = float(measures.last_day_above(x[on], imbalance, theta)[0])
    level = float(np.interp(back, x, course["level.clonazepam"][:, 0]))
    return (
        (
            f"The tone leaves its band on day {say(out)} after the last dose, falls to"
            f" {say(1 - imbalance.max())} of its set point and is back inside on day {say(back)},"
            f" with {say(level)} ng/mL left of {say(float(course['level.clonazepam'][0, 0]))}."
        ),
        (
            Measured("day the imbalance passes the threshold", out, "d", 0.0, 365.0),
            Measured("day it is back for good", back, "d", out, 365.0),
            Measured("level left when it is back", level, "ng/mL", 0.0, 0.5),
        ),
    )


def once(mg: float) -> Regimen:
    """Return a single dose."""
    return Regimen((Use("clonazepam", (Step(0.0, (8.0,), (mg,)), Step(1.0))),), 1.0)


@check("H3")
def withdrawal_needs_adaptation(worlds: Worlds) -> Found:
    """Follow a single dose, the reference with both gains at 0, and a constant low dose."""
    single = worlds.run(once(REFERENCE_MG), since=0, after=60)
    peak = measures.excess(single).max(axis=0)
    none = tuple(
        (name, 0.0)
        for name in ("fast_gain", "slow_gain", "anxiolytic_fast_gain", "anxiolytic_slow_gain")
    )
    without = worlds.stop(n=50, after=120, columns=none)
    drive = max(float(np.abs(without[name]).max()) for name in DRIVES)
    constant = worlds.stop(mg=1.0, after=120, n=100)
    low = float(np.median(constant["norepinephrine"][after(constant)].max(axis=0)))
    return (
        (
            f"A single 2 mg dose is followed by at most {say(peak.max())} points above baseline in"
            f" the whole cohort (5 would be noticed). Without adaptation the drive is {say(drive)}."
            " A constant 1 mg a day for a year, stopped at once, gives"
            f" {say(float(np.median(measures.excess(constant)[after(constant)].max(axis=0))))}"
            " points."
        ),
        (
            Measured(
                "peak above baseline after a single dose, 97.5 % of the cohort",
                quantile(peak, 0.975),
                "points",
                0,
                5,
            ),
            Measured("drive with both gains at 0", drive, "", 0.0, 0.0),
            Measured("norepinephrine drive after a constant 1 mg a day", low, "", 1e-6),
        ),
    )


def net_effect(course: Course) -> PerPatient:
    """Return the highest effect less adaptation: tone above its set point."""
    return np.asarray((course["tone"] - 1.0).max(axis=0))


@check("H4")
def the_same_dose_does_less(worlds: Worlds) -> Found:
    """Compare the net effect of the first dose with the same dose after 4 weeks, and find the dose
    that restores it.
    """
    month, dose = 28.0, REFERENCE_MG / 2
    first = float(
        net_effect(worlds.run(steady(days=1.0), is_typical=True, since=0, after=-0.5, step=HOURLY))[
            0
        ]
    )
    folds = np.array([1.0, 2.0, 4.0, 6.0, 8.0])
    later = []
    for fold in folds:
        step = Step(month, (8.0, 20.0), (dose * float(fold), dose))
        raised = worlds.run(
            steady(days=month).then([step]), is_typical=True, since=month, after=0.5, step=HOURLY
        )
        later.append(float(net_effect(raised)[0]))
    needed = float(np.interp(first, later, folds)) if later[-1] >= first else float("nan")
    return (
        (
            f"The first {say(dose)} mg lifts the tone by {say(first)}; the same dose after 4 weeks"
            f" by {say(later[0])}. {say(needed)} times the dose brings the first effect back."
        ),
        (
            Measured(
                "net effect after 4 weeks against the first dose",
                later[0] / first,
                "ratio",
                0.0,
                0.95,
            ),
            Measured(
                "dose that restores the first effect, against the first",
                needed,
                "fold",
                1.05,
                100.0,
            ),
        ),
    )


def typical_half_life_h(worlds: Worlds, **traits: Any) -> float:
    """Return the typical person's half-life of clonazepam, read from the simulated washout [h]."""
    return float(
        half_life_h(worlds.stop(days=60.0, is_typical=True, after=30, **traits), "clonazepam")[0]
    )


@check("H5")
def the_liver_and_age_lengthen_the_half_life(worlds: Worlds) -> Found:
    """Compare the half-life with an impaired liver, and at 75 years, with that of the reference
    person.
    """
    usual, liver, old = (
        typical_half_life_h(worlds),
        typical_half_life_h(worlds, liver="impaired"),
        typical_half_life_h(worlds, age_years=75.0),
    )
    return (
        (
            f"The half-life is {say(usual)} h at 40 years with a healthy liver, {say(liver)} h with"
            f" an impaired one and {say(old)} h at 75 years. Only the direction rests on evidence."
        ),
        (
            Measured(
                "half-life with an impaired liver against a healthy one",
                liver / usual,
                "ratio",
                1.000001,
            ),
            Measured("half-life at 75 years against 40", old / usual, "ratio", 1.000001),
        ),
    )


@check("H6")
def without_drug_there_is_no_effect(worlds: Worlds) -> Found:
    """Read the effect with nothing on board, and with rising levels."""
    courses = [
        worlds.run(steady(mg=mg, days=30.0), is_typical=True, since=0, after=0)
        for mg in (0.5, 1.0, 2.0, 4.0, 8.0)
    ]
    before = max(float(course["effect"][0, 0]) for course in courses)
    effects = [float(course["effect"][-1, 0]) for course in courses]
    rise = float(np.diff(effects).min())
    return (
        (
            f"With nothing on board the effect is {say(before)}. It grows with the level, from"
            f" {say(effects[0])} at 0.5 mg to {say(effects[-1])} at 8 mg a day, and cannot pass 1:"
            " a modulator adds to what GABA does and has nothing of its own. GABA itself is not a"
            " state of the model; that half rests on the facts."
        ),
        (
            Measured("effect with nothing on board", before, "", 0.0, 0.0),
            Measured("smallest gain in effect from a doubled dose", rise, "", 1e-6),
            Measured("effect of 8 mg a day, typical person", effects[-1], "", 0.0, 1.0),
        ),
    )


def time_constant(course: Course, name: str, from_day: float, to_day: float) -> float:
    """Return the time constant of an adaptation, read from its simulated course [d]: ∫(D − y)dt /
    Δy.
    """
    on = (course.days >= from_day) & (course.days <= to_day)
    state = course.states[name]
    y, gap = state[on, 0], (course["effect"] - state)[on, 0]
    return float(np.trapezoid(gap, course.days[on]) / (y[-1] - y[0]))


def tail(course: Course) -> float:
    """Return the area of severity above baseline from day 28 on, typical person [points·d]."""
    x = course.days_since_last_dose
    return float(np.trapezoid(measures.excess(course)[x >= 28.0, 0], x[x >= 28.0]))


def peak(course: Course) -> float:
    """Return the highest severity above baseline after the last dose, typical person [points]."""
    return float(measures.excess(course)[after(course), 0].max())


@check("H7")
def two_adaptations(worlds: Worlds) -> Found:
    """Read both time constants from the course, coming and going; raise each gain by a tenth and
    compare peak and tail.
    """
    rise, fall = 60.0, 365.0
    course = worlds.stop(is_typical=True, since=0.0, after=60.0, step=2.0 * HOURLY)
    fast = max(
        time_constant(course, "fast", 0.0, rise), time_constant(course, "fast", fall, fall + 60.0)
    )
    slow = min(
        time_constant(course, "slow", 0.0, rise), time_constant(course, "slow", fall, fall + 60.0)
    )
    base = worlds.stop(is_typical=True)
    gains = {}
    for name in ("fast_gain", "slow_gain"):
        more = worlds.stop(is_typical=True, columns=((name, 1.1),))
        gains[name] = (
            np.log(peak(more) / peak(base)) / np.log(1.1),
            np.log(tail(more) / tail(base)) / np.log(1.1),
        )
    (fast_peak, fast_tail), (slow_peak, slow_tail) = gains["fast_gain"], gains["slow_gain"]
    return (
        (
            f"Down-regulation comes and goes with {say(fast)} days, remodelling with {say(slow)}."
            f" One per cent more down-regulation moves the peak by {say(fast_peak)} % and what is"
            f" left after day 28 by {say(fast_tail)} %; one per cent more remodelling moves them by"
            f" {say(slow_peak)} % and {say(slow_tail)} %."
        ),
        (
            Measured(
                "time constant of down-regulation, the longer of rise and fall",
                fast,
                "d",
                0.0,
                14.0,
            ),
            Measured("time constant of remodelling, the shorter of rise and fall", slow, "d", 60.0),
            Measured(
                "down-regulation: effect on the peak less effect on the tail",
                fast_peak - fast_tail,
                "%/%",
                1e-6,
            ),
            Measured(
                "remodelling: effect on the tail less effect on the peak",
                slow_tail - slow_peak,
                "%/%",
                1e-6,
            ),
        ),
    )


@check("H8")
def transmitters_follow_in_turn(worlds: Worlds) -> Found:
    """Compare the days on which the imbalance and each transmitter peak."""
    course = worlds.stop(is_typical=True)
    low = float(
        course.days_since_last_dose[after(course)][course["tone"][after(course), 0].argmin()]
    )
    days = {
        name: float(measures.peak_day(course, name)[0])
        for name in ("norepinephrine", "serotonin", "dopamine")
    }
    ne, serotonin, dopamine = days.values()
    return (
        (
            f"The tone is lowest on day {say(low)}; norepinephrine peaks on day {say(ne)}, the"
            f" serotonin deficit on day {say(serotonin)}, the dopamine deficit on day"
            f" {say(dopamine)}. The delays are assumed."
        ),
        (
            Measured("norepinephrine after the lowest tone", ne - low, "d", 0.05),
            Measured("serotonin after norepinephrine", serotonin - ne, "d", 1.0),
            Measured("dopamine after serotonin", dopamine - serotonin, "d", 1.0),
        ),
    )


def strength_per_mg(worlds: Worlds, drug: str, mg: float) -> float:
    """Return how much of D/(1 − D) one mg a day gives at steady state: linear in dose, so that
    ratios are potencies.
    """
    course = worlds.run(steady(drug, mg, 90.0), is_typical=True, since=89.0, after=0, step=HOURLY)
    effect = course["effect"][:, 0]
    return float((effect / (1.0 - effect)).mean() / mg)


@check("H9")
def potency_against_other_drugs(worlds: Worlds) -> Found:
    """Find the daily doses of diazepam and alprazolam with the effect of 1 mg of clonazepam at
    steady state.
    """
    clonazepam = strength_per_mg(worlds, "clonazepam", 1.0)
    diazepam = clonazepam / strength_per_mg(worlds, "diazepam", 10.0)
    alprazolam = clonazepam / strength_per_mg(worlds, "alprazolam", 1.0)
    return (
        (
            f"By the model's own effect 1 mg of clonazepam equals {say(diazepam)} mg of diazepam"
            f" and {say(alprazolam)} mg of alprazolam a day. The published tables are shown by"
            " name, as a range."
        ),
        (
            Measured("mg of diazepam for 1 mg of clonazepam", diazepam, "mg", 12.0, 25.0),
            Measured("mg of alprazolam for 1 mg of clonazepam", alprazolam, "mg", 0.5, 2.2),
        ),
    )


@check("H10")
def half_life_in_the_cohort(worlds: Worlds) -> Found:
    """Read everybody's half-life from the simulated washout."""
    hours = half_life_h(worlds.stop(), "clonazepam")
    low, typical, high = (quantile(hours, q) for q in (0.05, 0.5, 0.95))
    return (
        f"The half-life in the cohort is {say(typical)} h, 5 to 95 % {say(low)} to {say(high)} h.",
        (
            Measured("typical half-life", typical, "h", 30.0, 45.0),
            Measured("half-life, 5 %", low, "h", 18.0, 65.0),
            Measured("half-life, 95 %", high, "h", 18.0, 65.0),
        ),
    )
