"""Factors of a severe or complicated withdrawal: strong ones, moderate ones, and what stands beside
them.
"""

from collections.abc import Iterator

from homeostat.care.assess.assessment import Reason
from homeostat.care.assess.dependence import (
    DAYS_A_MONTH,
    diazepam_mg,
    use,
)
from homeostat.care.assess.medicines import taken_now
from homeostat.care.case.model import age_years, conditions, conditions_of
from homeostat.care.case.records import Case
from homeostat.care.case.rules import drugs_taken, mg_per_day, today
from homeostat.facts import Facts


def is_older(case: Case, facts: Facts) -> bool:
    """True from the age on from which the guideline speaks of older adults."""
    return age_years(case) >= facts.choices["older-age"].to("y")


def factors(
    case: Case, facts: Facts
) -> tuple[tuple[Reason, ...], tuple[Reason, ...], tuple[Reason, ...]]:
    """Return what drives the risk of a severe or complicated withdrawal: strong factors, moderate
    ones, and what weighs neither way.
    """
    return strong(case, facts), tuple(_moderate(case, facts)), tuple(_beside(case))


def strong(case: Case, facts: Facts) -> tuple[Reason, ...]:
    """Return the factors each of which alone makes the risk of a severe withdrawal high."""
    return tuple(_strong(case, facts))


def _strong(case: Case, facts: Facts) -> Iterator[Reason]:
    has, past = conditions(case), case.history
    if past.complicated_withdrawal == "yes":
        yield Reason(
            "complicated-withdrawal",
            "An earlier withdrawal was complicated; it may happen again.",
            ("asam-2025, p. 29",),
        )
    if past.seizure_ever == "yes" or "epilepsy" in has:
        yield Reason("seizure", "There has been a seizure, or there is epilepsy.", ("fialip-1987",))
    if "alcohol dependence" in has:
        yield Reason(
            "alcohol-dependence",
            "Alcohol dependence: two withdrawals at once.",
            ("fialip-1987", "asam-2025, p. 29"),
        )
    for now in conditions_of(case, "acute-state", facts):
        yield Reason(
            now.replace(" ", "-"),
            f"{now.capitalize()}: withdrawal may already be complicated.",
            ("asam-2025, p. 16",),
        )
    times, mg = _times_high(case, facts)
    if times >= facts.choices["very-high-dose"].to("ratio"):
        yield Reason(
            "very-high-dose",
            f"About {mg:.0f} mg of diazepam a day, {times:.1f} times the edge of the guideline's"
            " high band.",
            ("asam-2025, p. 9", "seed-a, Timeline"),
            choices=("very-high-dose",),
        )


def _moderate(case: Case, facts: Facts) -> Iterator[Reason]:
    yield from _of_use(case, facts)
    yield from _of_other_substances(case, facts)
    yield from _of_person(case, facts)
    yield from _of_illness(case, facts)


def _of_use(case: Case, facts: Facts) -> Iterator[Reason]:
    drugs = drugs_taken(case, today(case))
    used = use(case, facts)
    if used is not None and used.bands[1] == "high":
        yield Reason(
            "higher-dose",
            "The dose lies in the guideline's high band.",
            ("asam-2025, p. 9", "rickels-1990"),
        )
    long = facts.choices["long-use"].to("d")
    if (
        used is not None
        and used.duration_d >= long
        and used.days_per_week > facts.choices["rare-days"].to("count")
    ):
        yield Reason(
            "longer-use",
            f"Use for {long / DAYS_A_MONTH:.0f} months or more: withdrawal was common from there on"
            " in one trial.",
            ("rickels-1983",),
            choices=("long-use", "rare-days"),
        )
    if any(facts.drug(drug).half_life_class == "short" for drug in drugs):
        yield Reason(
            "short-half-life",
            "A drug with a short half-life: symptoms come earlier and more people go back.",
            ("rickels-1990",),
        )
    if len(drugs) > 1:
        yield Reason(
            "several-drugs",
            f"Several of these drugs at once: {', '.join(drugs)}.",
            ("fialip-1987",),
        )


def _of_other_substances(case: Case, facts: Facts) -> Iterator[Reason]:
    past = case.history
    drinks = case.alcohol.drinks_per_day or 0.0
    heavy = facts.choices["heavy-drinking"].to("drinks/d")
    if drinks > heavy:
        yield Reason(
            "alcohol",
            f"{drinks:g} drinks a day: nobody who drank more than {heavy:g} stayed off in one"
            " trial.",
            ("oude-voshaar-predictors",),
            choices=("heavy-drinking",),
        )
    if past.opioid == "yes" or taken_now(case, "opioid", facts):
        yield Reason(
            "opioid",
            "An opioid is taken: breathing can fail with both.",
            ("asam-2025, p. 11", "park-2015"),
        )
    other = (*taken_now(case, "gabapentinoid", facts), *taken_now(case, "barbiturate", facts))
    if past.other_sedatives == "yes" or other:
        yield Reason(
            "other-sedatives",
            f"Other sedatives are taken{': ' + ', '.join(other) if other else ''}.",
            ("fialip-1987",),
        )


def _of_person(case: Case, facts: Facts) -> Iterator[Reason]:
    has, past = conditions(case), case.history
    if (past.previous_withdrawals or 0) >= facts.choices["several-withdrawals"].to("count"):
        yield Reason(
            "earlier-withdrawals",
            f"{past.previous_withdrawals} earlier withdrawals (kindling: seen in mice, unverified"
            " in people).",
            ("dunworth-stephens-1998",),
            choices=("several-withdrawals",),
        )
    if is_older(case, facts):
        yield Reason(
            "older-age",
            f"{facts.choices['older-age'].to('y'):g} or older: less severe and longer, but falls"
            " and confusion do more harm.",
            ("asam-2025, p. 12", "seed-b"),
            choices=("older-age",),
        )
    if "pregnancy" in has:
        yield Reason(
            "pregnancy", "Pregnancy: mother and child are weighed together.", ("asam-2025, p. 12",)
        )
    if case.person.liver == "impaired" or conditions_of(case, "impaired-liver", facts):
        yield Reason(
            "liver", "An impaired liver clears most of these drugs slowly.", ("asam-2025, p. 29",)
        )
    if past.suicidal_thoughts == "yes" or "suicidal thoughts" in has:
        yield Reason(
            "suicidal-thoughts",
            "Thoughts of suicide: withdrawal can make them worse.",
            ("maust-2023", "seed-a"),
        )


def _of_illness(case: Case, facts: Facts) -> Iterator[Reason]:
    if ill := conditions_of(case, "mental-illness", facts):
        yield Reason(
            "mental-illness",
            f"Mental illness beside it: {', '.join(ill)}.",
            ("asam-2025, p. 12", "rickels-1990"),
        )
    if ill := conditions_of(case, "other-illness", facts):
        yield Reason(
            "other-illness",
            f"Illness that makes withdrawal more dangerous: {', '.join(ill)}.",
            ("seed-b",),
        )
    if conditions_of(case, "addiction", facts):
        yield Reason(
            "substance-use-disorder",
            "A substance use disorder, to be treated at the same time.",
            ("asam-2025, p. 11",),
        )
    if case.history.support_at_home == "no":
        yield Reason(
            "no-support",
            "Nobody at home who could notice a seizure or confusion.",
            ("asam-2025, p. 8",),
        )


def _beside(case: Case) -> Iterator[Reason]:
    if case.history.support_at_home == "yes":
        yield Reason(
            "support",
            "Somebody at home can help and watch: safer, and not known to make a withdrawal milder"
            " (our own view, no study was found).",
            weighs="neither",
        )


def _times_high(case: Case, facts: Facts) -> tuple[float, float]:
    """Return the day's total as times the edge of the high band, by printed edges first, and as
    diazepam [mg].
    """
    now, times, mg = today(case), 0.0, 0.0
    for drug in drugs_taken(case, now):
        daily = mg_per_day(case, drug, now)
        edge = facts.dose_bands.get(drug)
        as_diazepam = diazepam_mg(drug, daily, facts)[0][0]
        times += (
            daily / edge.high_min_mg
            if edge
            else as_diazepam / facts.dose_bands[facts.reference_drug].high_min_mg
        )
        mg += as_diazepam
    return times, mg
