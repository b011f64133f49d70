"""Checks of what the documents say about management, as far as the model computes it (M1, M4,
M8).
"""

import numpy as np
from numpy.typing import NDArray

from homeostat.facts.equivalence import equivalent
from homeostat.facts.records import ShareTaper
from homeostat.model.patients import PerPatient, normal
from homeostat.model.regimen import Regimen, Use, daily
from homeostat.study.claims.later import against_stop
from homeostat.study.claims.reading import highest, middle
from homeostat.study.claims.registry import Found, Measured, check, say
from homeostat.study.claims.worlds import REFERENCE_DAYS, REFERENCE_MG, Worlds, steady

FEW = 200
FIRST_WEEKS_D = 28.0


@check("M1")
def a_schedule_keeps_symptoms_minimal(worlds: Worlds) -> Found:
    """Follow the guideline's rule to zero and compare the peak with an abrupt stop."""
    rule, ceiling = worlds.facts.pace("asam-2025", ShareTaper), worlds.facts.ceilings["asam-2025"]
    share, every = rule.step_share_high, rule.interval_days_low
    steps = round(1.0 / share)
    doses = [REFERENCE_MG * (steps - i) / steps for i in range(steps)]
    regimen = steady().then_taper([(mg, every) for mg in doses[1:]])
    slow, stop, _, _ = against_stop(worlds, regimen)
    cuts = -np.diff([*doses, 0.0])
    within = (
        max(cuts[i : i + max(round(ceiling.days / every), 1)].sum() for i in range(len(cuts)))
        / REFERENCE_MG
    )
    last = regimen.mg_per_day("clonazepam", regimen.days + 1.0)
    return (
        (
            f"By the rule '{rule.name}', read as {say(100 * share)} % of the start every"
            f" {say(every)} days, 2 mg a day ends after {say((regimen.days - REFERENCE_DAYS) / 7)}"
            f" weeks with a peak of {say(slow)} points against {say(stop)} after an abrupt stop."
            " Plans of the product itself come later."
        ),
        (
            Measured("smallest cut", float(cuts.min()), "mg", 1e-6),
            Measured("dose at the end", last, "mg", 0.0, 0.0),
            Measured(
                "largest cut within the rule's ceiling period, share of the start",
                within,
                "share",
                0.0,
                ceiling.share,
            ),
            Measured("peak severity against an abrupt stop", slow / stop, "ratio", 0.0, 0.6),
        ),
    )


def switched(mg: float, weeks: int) -> Regimen:
    """Return the reference use, then diazepam from the day of the last dose on, lowered to nothing
    in equal weekly steps.
    """
    clonazepam = steady().then_stop().uses[0]
    steps = tuple(
        daily(REFERENCE_DAYS + 7.0 * i, mg * (weeks - i) / weeks, 2) for i in range(weeks)
    )
    ended = Regimen((Use("diazepam", steps),), REFERENCE_DAYS + 7.0 * weeks).then_stop().uses[0]
    return Regimen((clonazepam, ended), REFERENCE_DAYS + 7.0 * weeks)


@check("M4")
def a_long_acting_drug_stands_in(worlds: Worlds) -> Found:
    """Put diazepam in place from day 0, lower it over 10 weeks, and compare the first 4 weeks with
    an abrupt stop.
    """
    table = equivalent(worlds.facts, "clonazepam", "diazepam", REFERENCE_MG)
    mg = float(np.sqrt(table.low_mg * table.high_mg))
    changed = worlds.run(switched(mg, 10), n=FEW, since=REFERENCE_DAYS - 1)
    abrupt = worlds.stop(n=FEW)
    early, whole = {}, {}
    for name in ("relative_seizure_hazard", "severity"):
        first = [
            course[name][course.days <= REFERENCE_DAYS + FIRST_WEEKS_D].max(axis=0)
            for course in (changed, abrupt)
        ]
        early[name] = middle(first[0]) / middle(first[1])
        whole[name] = middle(highest(changed, name)) / middle(highest(abrupt, name))
    hazard = early["relative_seizure_hazard"]
    return (
        (
            f"With {say(mg)} mg of diazepam a day (the middle of the tables' {say(table.low_mg)} to"
            f" {say(table.high_mg)}) from day 0, lowered over 10 weeks, the highest relative"
            " seizure hazard of the first 4 weeks is"
            f" {say(100 * hazard) if hazard >= 0.001 else 'under 0.1'} % and the highest severity"
            f" {say(100 * early['severity'])} % of an abrupt stop's; over the whole course"
            f" {say(100 * whole['relative_seizure_hazard'])} and {say(100 * whole['severity'])} %."
        ),
        (
            Measured(
                "relative seizure hazard in 4 weeks against a stop", hazard, "ratio", 0.0, 0.99
            ),
            Measured(
                "peak severity in 4 weeks against a stop", early["severity"], "ratio", 0.0, 0.99
            ),
            Measured(
                "relative seizure hazard over the whole course",
                whole["relative_seizure_hazard"],
                "ratio",
            ),
            Measured("peak severity over the whole course", whole["severity"], "ratio"),
        ),
    )


TRUTHS = 200
PRIOR = 3000
"""People of the prior, the known ones included; with fewer, the weights rest on a handful."""
LEVEL_ERROR = 0.186
"""Residual error of routine levels, as a share; source: yukawa-2002."""
SCORE_ERROR_POINTS = 5.0
SCORE_DAYS = tuple(range(4, 43, 3))
"""Days after the first cut on which a score is taken; the next cuts are on days 14 and 28."""


def interval(
    values: PerPatient, weights: NDArray[np.float64], q: tuple[float, ...]
) -> NDArray[np.float64]:
    """Return weighted quantiles."""
    order = np.argsort(values)
    return np.asarray(np.interp(q, np.cumsum(weights[order]) / weights.sum(), values[order]))


@check("M8")
def levels_and_scores_tell_about_the_person(worlds: Worlds) -> Found:
    """Observe levels and scores of people with known parameters on a way down, and weigh the others
    of the cohort by them.
    """
    cut = steady().then_taper([(0.5 * REFERENCE_MG, 14.0), (0.25 * REFERENCE_MG, 14.0)])
    course = worlds.run(cut, n=PRIOR, since=REFERENCE_DAYS - 1, after=21)
    shown = [
        np.log(course["level.clonazepam"][0]) / LEVEL_ERROR,
        np.log(course["level.clonazepam"][22]) / LEVEL_ERROR,
    ]
    shown += [course["severity"][1 + day] / SCORE_ERROR_POINTS for day in SCORE_DAYS]
    expected = np.stack(shown)
    truths = TRUTHS
    noise = np.stack(
        [normal(worlds.seed, f"observation {i}", truths) for i in range(len(expected))]
    )
    found = {}
    for name in ("clonazepam.clearance", "sensitivity"):
        values = np.log(course.people[name])
        widths, inside = [], []
        for i in range(truths):
            distance = ((expected[:, truths:] - (expected[:, i] + noise[:, i])[:, None]) ** 2).sum(
                axis=0
            )
            weights = np.exp(-0.5 * (distance - distance.min()))
            low, high = interval(values[truths:], weights, (0.05, 0.95))
            widths.append(high - low)
            inside.append(low <= values[i] <= high)
        before = np.ptp(np.quantile(values[truths:], (0.05, 0.95)))
        found[name] = (float(np.median(widths) / before), 100.0 * float(np.mean(inside)))
    (clearance, right), (sensitivity, right_too) = found.values()
    return (
        (
            f"Two levels and {len(SCORE_DAYS)} scores on a way down over 4 weeks narrow the 90 %"
            f" interval of clearance to {say(100 * clearance)} % of its width and that of"
            f" sensitivity to {say(100 * sensitivity)} %; they hold the truth in {say(right)} and"
            f" {say(right_too)} of 100 people. Fitting and slower next steps come later."
        ),
        (
            Measured(
                "width of the interval of clearance against before", clearance, "ratio", 0.0, 0.9
            ),
            Measured(
                "width of the interval of sensitivity against before",
                sensitivity,
                "ratio",
                0.0,
                0.9,
            ),
            Measured(
                "intervals of clearance that hold the truth (90 stated)", right, "%", 80.0, 98.0
            ),
            Measured(
                "intervals of sensitivity that hold the truth (90 stated)",
                right_too,
                "%",
                80.0,
                98.0,
            ),
        ),
    )
