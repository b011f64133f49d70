"""Checks of what the documents say about symptoms and dangers (S1, S2, S7)."""

import numpy as np

from homeostat.model import measures
from homeostat.model.phases import MONTH_D
from homeostat.model.symptoms import NOTICEABLE
from homeostat.study.claims.reading import first_noticed_day, is_noticeable, quantile
from homeostat.study.claims.registry import Found, Measured, check, say
from homeostat.study.claims.worlds import Worlds

ACUTE_D = 35.0
GRAVE = ("psychosis", "delirium")


@check("S1")
def all_acute_symptoms_have_a_course(worlds: Worlds) -> Found:
    """Count the symptoms of the claim that somebody in the cohort notices, and read the rare ones
    in the reference person.
    """
    symptoms = {name: s for name, s in worlds.facts.symptoms.items() if "S1" in s.claim}
    course, one = worlds.stop(), worlds.stop(is_typical=True)
    shares = {name: float(is_noticeable(course, (name,), 0.0, ACUTE_D).mean()) for name in symptoms}
    noticed = sum(share > 0 for share in shares.values())
    rare = {
        name: float(one[f"symptom.{name}"].max())
        for name, s in symptoms.items()
        if s.frequency == "rare"
    }
    common = [shares[name] for name in symptoms if name not in rare]
    often = max(shares[name] for name in rare)
    return (
        (
            f"{len(symptoms)} symptoms carry the claim; {noticed} of them are noticed by somebody"
            f" in the cohort. The {len(rare)} rare ones"
            f" ({', '.join(name.replace('-', ' ') for name in rare)}) are noticed by at most"
            f" {say(100 * often)} % and stay at {say(max(rare.values()))} in the reference person;"
            f" each other one by at least {say(100 * min(common))} %."
        ),
        (
            Measured("symptoms that carry the claim", float(len(symptoms)), "", 24.0, 24.0),
            Measured("symptoms noticed by somebody", float(noticed), "", 24.0, 24.0),
            Measured(
                "highest score of a rare symptom in the reference person",
                max(rare.values()),
                "points",
                0.0,
                0.0,
            ),
            Measured("highest share that notices a rare symptom", 100 * often, "%"),
        ),
    )


@check("S2")
def all_post_acute_symptoms_last(worlds: Worlds) -> Found:
    """Count the symptoms of the claim that are above 0 in somebody a month after the end of the
    acute phase.
    """
    symptoms = {name: s for name, s in worlds.facts.symptoms.items() if "S2" in s.claim}
    course = worlds.stop()
    on = course.days_since_last_dose[:, None] >= measures.acute_end_day(course) + MONTH_D
    shares = {
        name: float(((course[f"symptom.{name}"] * on) > 0).any(axis=0).mean()) for name in symptoms
    }
    noticed = {
        name: float(((course[f"symptom.{name}"] * on) >= NOTICEABLE).any(axis=0).mean())
        for name in symptoms
    }
    marked = sum("post-acute" in s.phases for s in symptoms.values())
    least, most = min(noticed, key=lambda n: noticed[n]), max(noticed, key=lambda n: noticed[n])
    return (
        (
            f"{len(symptoms)} symptoms carry the claim, all with the post-acute phase. A month"
            f" after the end of the acute phase {most.replace('-', ' ')} is noticed by"
            f" {say(100 * noticed[most])} % of the cohort and {least.replace('-', ' ')} by"
            f" {say(100 * noticed[least])} %."
        ),
        (
            Measured("symptoms that carry the claim", float(len(symptoms)), "", 9.0, 9.0),
            Measured("of these, marked post-acute", float(marked), "", 9.0, 9.0),
            Measured(
                "smallest share in whom one is above 0", 100 * min(shares.values()), "%", 1e-6
            ),
        ),
    )


@check("S7")
def delirium_belongs_to_large_amounts_and_long_use(worlds: Worlds) -> Found:
    """Compare how many notice psychosis or delirium after much and long use with little and short
    use.
    """
    much = worlds.stop(mg=8.0, days=1825.0, after=60)
    little = worlds.stop(mg=1.0, days=182.0, after=60)
    shares = [
        100.0 * float(is_noticeable(course, GRAVE, 0.0, 60.0).mean()) for course in (much, little)
    ]
    ratio = shares[0] / shares[1] if shares[1] > 0 else (np.inf if shares[0] > 0 else float("nan"))
    first = first_noticed_day(
        much, tuple(n for n, s in worlds.facts.symptoms.items() if s.frequency != "rare")
    )
    gap = quantile(first_noticed_day(much, GRAVE) - first, 0.05)
    said = (
        f"{say(ratio)} times as many"
        if np.isfinite(ratio)
        else "nobody in the second group, so no finite ratio"
    )
    return (
        (
            f"After 8 mg a day for 5 years against 1 mg for 6 months: {said}. They come {say(gap)}"
            " days or more after the first symptom. Shares rank groups; they are nobody's chance."
        ),
        (
            Measured(
                "share after much and long use against little and short use",
                float(ratio),
                "ratio",
                5.0,
            ),
            Measured("days after the first symptom, 5 % of those who reach them", gap, "d", 1.5),
        ),
    )
