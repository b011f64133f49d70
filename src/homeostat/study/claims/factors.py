"""Checks of what the documents say about what changes the course (F1 to F9)."""

from typing import Any

import numpy as np

from homeostat.model import measures
from homeostat.model.course import Course
from homeostat.model.patients import PerPatient
from homeostat.model.regimen import Regimen, Step, daily
from homeostat.study.claims.later import OVER_POINTS, tenths
from homeostat.study.claims.reading import (
    after,
    elasticity,
    end_day,
    highest,
    mean_on,
    middle,
    quantile,
)
from homeostat.study.claims.registry import Found, Measured, check, say
from homeostat.study.claims.worlds import REFERENCE_DAYS, REFERENCE_MG, Worlds, steady

FEW = 200
"""People in worlds where only a direction is asked for."""
MILD_POINTS = 10.0
FINE_D = 0.25
SOON_D = 130.0
"""How long courses are followed where the question is about the first months [d]."""


def peak_excess(course: Course) -> PerPatient:
    """Return the highest severity above baseline after the last dose [points]."""
    return np.asarray(measures.excess(course)[after(course)].max(axis=0))


def burden_of(course: Course) -> PerPatient:
    """Return the area of severity above baseline after the last dose [points·d]."""
    on = after(course)
    return np.asarray(np.trapezoid(measures.excess(course)[on], course.days[on], axis=0))


def acute_length(course: Course) -> PerPatient:
    """Return the length of the acute phase [d]."""
    return measures.acute_end_day(course) - measures.onset_day(course)


@check("F1")
def a_higher_dose_is_harder(worlds: Worlds) -> Found:
    """Compare peak and length of the acute phase across daily doses in the same people."""
    doses = np.array([0.5, 1.0, 2.0, 4.0, 8.0])
    courses = [worlds.stop(mg=float(mg), n=FEW, after=SOON_D) for mg in doses]
    peaks = np.stack([peak_excess(course) for course in courses])
    ranks = peaks.ravel().argsort().argsort()
    rank = float(np.corrcoef(np.repeat(np.arange(len(doses)), FEW), ranks)[0, 1])
    height = elasticity(doses, np.median(peaks, axis=1))
    length = elasticity(doses, np.array([middle(acute_length(course)) for course in courses]))
    return (
        (
            f"Peak severity above baseline rises from {say(middle(peaks[0]))} points after 0.5 mg"
            f" to {say(middle(peaks[-1]))} after 8 mg a day. One per cent more dose adds"
            f" {say(height)} % to the peak and {say(length)} % to the length of the acute phase."
        ),
        (
            Measured("rank correlation of dose with the peak", rank, "", 1e-6),
            Measured("elasticity of the peak", height, "", 1e-6),
            Measured("elasticity of the length", length, "", 1e-6),
            Measured("elasticity of the peak less that of the length", height - length, "", 1e-6),
        ),
    )


def after_the_acute_phase(course: Course) -> float:
    """Return the mean area of psychological symptoms from day 28 on [points·d]."""
    x = course.days_since_last_dose
    on = x >= 28.0
    return float(np.trapezoid(course["cluster.psychological"][on].mean(axis=1), x[on]))


@check("F2")
def longer_use_lasts_longer(worlds: Worlds) -> Found:
    """Compare the peak and what is left after day 28 across lengths of use in the same people."""
    days = np.array([60.0, 180.0, 365.0, 1095.0])
    courses = [worlds.stop(days=float(d), n=FEW) for d in days]
    height = elasticity(days, np.array([middle(peak_excess(course)) for course in courses]))
    left = elasticity(days, np.array([after_the_acute_phase(course) for course in courses]))
    lengths = [middle(acute_length(course)) for course in courses]
    return (
        (
            f"One per cent longer use adds {say(height)} % to the peak and {say(left)} % to"
            f" psychological symptoms after day 28; the acute phase grows from {say(lengths[0])}"
            f" days after 2 months of use to {say(lengths[-1])} after 3 years."
        ),
        (
            Measured(
                "elasticity of what is left after day 28 less that of the peak",
                left - height,
                "",
                1e-6,
            ),
            Measured("elasticity of what is left after day 28", left, "", 1e-6),
            Measured("elasticity of the peak", height, ""),
        ),
    )


@check("F3")
def a_second_drug_is_harder(worlds: Worlds) -> Found:
    """Add a benzodiazepine or a Z-drug, stopped together with the first, in the same people."""
    alone = worlds.stop(n=FEW, after=SOON_D)
    found: dict[str, tuple[float, float]] = {}
    for drug, mg in (("diazepam", 10.0), ("lorazepam", 2.0), ("zolpidem", 10.0)):
        both = worlds.run(
            steady().and_also(steady(drug, mg, REFERENCE_DAYS, 1)).then_stop(), n=FEW, after=SOON_D
        )
        burden = burden_of(both) / np.maximum(burden_of(alone), 1e-6)
        found[f"{drug} {mg:g} mg"] = middle(peak_excess(both) / peak_excess(alone)), middle(burden)
    said = "; ".join(
        f"with {name} a day {say(peak)} and {say(burden)} times"
        for name, (peak, burden) in found.items()
    )
    return (
        (
            "Peak severity above baseline and its area over time against clonazepam alone: "
            f"{said}. Alcohol is no drug of the model: its figures are facts."
        ),
        (
            *(
                Measured(f"area with {name} a day", burden, "ratio", 1.000001)
                for name, (_, burden) in found.items()
            ),
            *(
                Measured(
                    f"peak with {name} a day",
                    peak,
                    "ratio",
                    *(() if name.startswith("diazepam") else (1.000001,)),
                )
                for name, (peak, _) in found.items()
            ),
        ),
    )


@check("F4")
def route_adds_no_penalty(worlds: Worlds) -> Found:
    """Compare routes at equal exposure, and report the same dose by vein."""
    alone = peak_excess(worlds.stop(n=FEW, after=SOON_D))
    gaps, same_dose = {}, float("nan")
    for name in ("intranasal", "intravenous", "smoked"):
        reaching = worlds.facts.routes[name].bioavailability_factor
        at_equal = peak_excess(
            worlds.stop(mg=REFERENCE_MG / reaching, route=name, n=FEW, after=SOON_D)
        )
        gaps[name] = 100.0 * quantile(np.abs(at_equal / alone - 1.0), 0.95)
        if name == "intravenous":
            same_dose = 100.0 * (
                middle(peak_excess(worlds.stop(route=name, n=FEW, after=SOON_D)) / alone) - 1.0
            )
    said = ", ".join(f"{name} {say(gap)} %" for name, gap in gaps.items())
    return (
        (
            "At equal exposure the peak differs from swallowing by at most (95 of 100 people):"
            f" {said}. The same dose by vein: {say(same_dose)} % more, because all of it arrives."
            " No source gives a size for route, so none is invented."
        ),
        (
            *(
                Measured(f"difference of the peak, {name}", gap, "%", 0.0, 10.0)
                for name, gap in gaps.items()
            ),
            Measured("same dose by vein", same_dose, "%"),
        ),
    )


def slower(worlds: Worlds, **traits: Any) -> tuple[Measured, ...]:
    """Return the signs of a slower clearance: later, milder and longer, at matched exposure and
    with the dose kept.

    Longer is the acute phase at matched exposure, where a lower peak would shorten any time above a
    fixed score, and the days above 10 points with the dose kept.
    """
    usual = worlds.stop(is_typical=True, step=FINE_D, after=SOON_D)
    who = worlds.people(("clonazepam",), is_typical=True, **traits)["clonazepam.clearance"]
    fold = float((who / usual.people["clonazepam.clearance"])[0])
    found = []
    for label, mg in (("matched exposure", REFERENCE_MG * fold), ("same dose", REFERENCE_MG)):
        course = worlds.stop(mg=mg, is_typical=True, step=FINE_D, after=SOON_D, **traits)
        day = float((measures.peak_day(course) - measures.peak_day(usual))[0])
        height = float((measures.peak_severity(course) - measures.peak_severity(usual))[0])
        found += [
            Measured(f"peak later, {label}", day, "d", 1e-6),
            Measured(f"peak severity, change, {label}", height, "points", -np.inf, -1e-6),
        ]
        if label == "matched exposure":
            acute = float((acute_length(course) - acute_length(usual))[0])
            found.append(Measured(f"length of the acute phase, change, {label}", acute, "d", 1e-6))
        else:
            above = float(
                (
                    measures.days_above(course, MILD_POINTS)
                    - measures.days_above(usual, MILD_POINTS)
                )[0]
            )
            found.append(Measured(f"days above 10 points, change, {label}", above, "d", 1e-6))
    return (Measured("clearance against the reference", fold, "fold"), *found)


@check("F5")
def older_people_have_it_longer_and_milder(worlds: Worlds) -> Found:
    """Compare a person of 75 with the reference at matched exposure."""
    fold, day, height, long, _, kept_height, above = (found := slower(worlds, age_years=75.0))
    return (
        (
            f"At 75 clearance is {say(fold.value)} of that at 40. At the same exposure the peak"
            f" comes {say(day.value)} days later and is {say(-height.value)} points lower, and the"
            f" acute phase lasts {say(long.value)} days longer; with the dose kept the peak changes"
            f" by {say(kept_height.value)} points and days above 10 points by {say(above.value)}."
        ),
        found,
    )


@check("F6")
def slow_metabolisers_have_it_longer_and_milder(worlds: Worlds) -> Found:
    """Compare low CYP3A with the reference at matched exposure; compare slow with rapid NAT2 to the
    last digit.
    """
    fold, day, height, long, _, kept_height, above = (found := slower(worlds, cyp3a="low"))
    nat2 = [
        worlds.stop(is_typical=True, nat2=kind, after=SOON_D)["level.clonazepam"]
        for kind in ("slow", "rapid")
    ]
    gap = float(np.abs(nat2[0] - nat2[1]).max())
    return (
        (
            f"Low CYP3A leaves {say(fold.value)} of the clearance. At the same exposure the peak"
            f" comes {say(day.value)} days later and is {say(-height.value)} points lower, and the"
            f" acute phase lasts {say(long.value)} days longer; with the dose kept the peak changes"
            f" by {say(kept_height.value)} points and days above 10 points by {say(above.value)}."
            f" Slow and rapid NAT2 differ in the level by {say(gap)} ng/mL."
        ),
        (*found, Measured("level with slow NAT2 less that with rapid", gap, "ng/mL", 0.0, 0.0)),
    )


@check("F7")
def own_illness_makes_it_worse(worlds: Worlds) -> Found:
    """Give the same people an illness of their own and compare symptoms early and late."""
    without, with_it = (
        worlds.stop(n=FEW, after=SOON_D),
        worlds.stop(n=FEW, after=SOON_D, illness=0.5),
    )
    mind = "cluster.psychological"
    changes = {
        "peak of psychological symptoms": middle(highest(with_it, mind) - highest(without, mind))
    }
    for name in ("severe-anxiety", "depression"):
        for label, first, last in (("weeks 1 to 4", 0.0, 28.0), ("months 3 to 4", 90.0, 120.0)):
            late = [
                mean_on(course, f"symptom.{name}", first, last).mean()
                for course in (with_it, without)
            ]
            changes[f"{name.replace('-', ' ')}, {label}"] = float(late[0] - late[1])
    said = ", ".join(
        f"{name} {'+' if change > 0 else ''}{say(change)}" for name, change in changes.items()
    )
    return (
        (
            f"A moderate illness (0.5) changes, in points: {said}. Returning illness and withdrawal"
            " cannot always be told apart."
        ),
        tuple(Measured(name, change, "points", 1e-6) for name, change in changes.items()),
    )


@check("F8")
def people_differ(worlds: Worlds) -> Found:
    """Read the spread of peak severity, and the width of the band at each time after the last
    dose.
    """
    course = worlds.stop()
    peaks = measures.peak_severity(course)
    low, typical, high = (quantile(peaks, q) for q in (0.05, 0.5, 0.95))
    x = course.days_since_last_dose
    band = np.quantile(course["severity"], (0.05, 0.95), axis=1)[:, (x >= 2.0) & (x <= 60.0)]
    narrowest = float((band[1] - band[0]).min())
    return (
        (
            f"Peak severity is {say(typical)} points in the middle of the cohort and {say(low)} to"
            f" {say(high)} in 9 of 10; between day 2 and day 60 the band is never narrower than"
            f" {say(narrowest)} points."
        ),
        (
            Measured("width of peak severity, 5 to 95 %", high - low, "points", 20.0),
            Measured("median peak severity", typical, "points", 25.0, 35.0),
            Measured("narrowest band from day 2 to day 60", narrowest, "points", 0.1),
        ),
    )


RISE_POINTS = 2.0
"""Scores are taken to have risen when severity was this far above baseline since the last cut
[points].
"""
SMALLEST_CUT_MG = 0.05
LONGEST_D = 1000.0


def watched(worlds: Worlds, columns: tuple[tuple[str, float], ...]) -> Regimen:
    """Return a taper by tenths of the start every 2 weeks that, when scores rise, waits 2 weeks and
    then cuts half as much.
    """
    cut, dose, day, steps = REFERENCE_MG / 10.0, REFERENCE_MG, REFERENCE_DAYS, list[Step]()
    while dose > 0.0 and day < REFERENCE_DAYS + LONGEST_D:
        dose = max(round(dose - cut, 6), 0.0)
        steps.append(daily(day, dose, 2) if dose else Step(day))
        seen = worlds.run(
            steady().then(steps), is_typical=True, since=day, after=14.0, columns=columns
        )
        day += 14.0
        if measures.excess(seen).max() >= RISE_POINTS:
            day += 14.0
            cut = max(cut / 2.0, SMALLEST_CUT_MG)
    return steady().then(steps)


@check("F9")
def supervised_management_is_longer_and_mild(worlds: Worlds) -> Found:
    """Let a taper slow down when scores rise, in a person who answers twice as strongly, and
    compare with an abrupt stop.
    """
    strong = (("sensitivity", 2.0),)
    slow = worlds.run(
        watched(worlds, strong), is_typical=True, since=REFERENCE_DAYS - 1, columns=strong
    )
    plain = worlds.run(
        steady().then_taper(tenths()), is_typical=True, since=REFERENCE_DAYS - 1, columns=strong
    )
    abrupt = worlds.stop(is_typical=True, columns=strong)
    peaks = [float(highest(course)[0]) for course in (slow, plain, abrupt)]
    ends = [
        max(float(end_day(c, REFERENCE_DAYS, OVER_POINTS)[0]), c.last_dose_day - REFERENCE_DAYS)
        for c in (slow, abrupt)
    ]
    length = slow.last_dose_day - REFERENCE_DAYS
    return (
        (
            "In a person who answers twice as strongly, a taper that waits and halves its cuts"
            f" when scores rise takes {say(length / 7)} weeks and peaks at {say(peaks[0])} points,"
            f" against {say(peaks[1])} for one that does not look and {say(peaks[2])} after an"
            f" abrupt stop; symptoms end after {say(ends[0])} days instead of {say(ends[1])}."
        ),
        (
            Measured(
                "peak severity, watched taper against an abrupt stop",
                peaks[0] / peaks[2],
                "ratio",
                0.0,
                0.6,
            ),
            Measured(
                "peak severity, watched taper against one that does not look",
                peaks[0] / peaks[1],
                "ratio",
                0.0,
                1.0,
            ),
            Measured(
                "days to the end of symptoms less those after a stop", ends[0] - ends[1], "d", 1e-6
            ),
            Measured("length of the watched taper", length, "d", 56.0),
        ),
    )
