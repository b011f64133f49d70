"""Assess a case: dependence, severe withdrawal, setting, what must be asked, and three goals that are equals.

The dependence table and the three criteria for inpatient care are the guideline's. It does not say what a severe or complicated
withdrawal is, nor who is at risk of it: which factors count, and how they add up, is ours and says so (facts, kind choice).
"""

from collections.abc import Iterator

from homeostat.care.assess.assessment import Assessment, Open, Outlook, Place, Reason, Size, Word
from homeostat.care.assess.dependence import (
    BANDS,
    DAYS_A_MONTH,
    Use,
    dependence,
    diazepam_mg,
    dose_bands,
    reason,
    use,
)
from homeostat.care.assess.medicines import taken_now
from homeostat.care.case.model import conditions, person
from homeostat.care.case.records import Case
from homeostat.care.case.remarks import HISTORY_WHY, may_be_pregnant
from homeostat.care.case.rules import drugs_taken, mg_per_day, today
from homeostat.facts import Facts

NOW = ("delirium now", "psychosis now")
"""Conditions that are a complicated withdrawal until shown otherwise."""
ILL_MIND = (
    "bipolar disorder",
    "schizophrenia",
    "PTSD",
    "depression",
    "personality disorder",
    "eating disorder",
)
ILL_BODY = (
    "heart disease",
    "COPD",
    "sleep apnoea",
    "frailty",
    "dementia",
    "kidney disease",
    "traumatic brain injury",
)


def assess(case: Case, facts: Facts) -> Assessment:
    """Return the risk assessment of a case, each part with its reasons.

    Args:
        case: a case with its day set.

    Source: asam-2025, p. 8 (level of care), p. 9 (dependence); the way factors add up is chosen, see facts/data/choices.
    """
    used = use(case, facts)
    word, why = _dependence(used, facts)
    grave, moderate, easing = factors(case, facts)
    size = _size(word, grave, moderate, facts)
    place, where = _setting(case, size, grave, facts)
    return Assessment(
        word,
        why,
        size,
        (*grave, *moderate, *easing),
        place,
        where,
        tuple(_open(case, facts)),
        _outlooks(case, word, facts),
    )


def may_stop_at_once(case: Case, facts: Facts) -> bool:
    """True where the guideline does not ask for a taper: dependence is rare, or under a month at a low dose.

    Nobody with a seizure or a complicated withdrawal behind them is among these.
    """
    used = use(case, facts)
    if used is None:
        return True
    if "yes" in (
        case.history.seizure_ever,
        case.history.complicated_withdrawal,
    ) or "epilepsy" in conditions(case):
        return False
    short = used.duration_d < facts.choices["short-use"].to("d") and used.bands[1] == "low"
    return short or dependence(used.days_per_week, used.duration_d, used.bands[1], facts) == "rare"


def is_older(case: Case, facts: Facts) -> bool:
    """True from the age on from which the guideline speaks of older adults."""
    return person(case).age_years >= facts.choices["older-age"].to("y")


def _dependence(used: Use | None, facts: Facts) -> tuple[Word, tuple[Reason, ...]]:
    if used is None:
        return "rare", (
            Reason("dependence", "Nothing has been taken for some time.", weighs="down"),
        )
    return dependence(used.days_per_week, used.duration_d, used.bands[1], facts), (reason(used),)


def factors(
    case: Case, facts: Facts
) -> tuple[tuple[Reason, ...], tuple[Reason, ...], tuple[Reason, ...]]:
    """Return what drives the risk of a severe or complicated withdrawal: strong factors, moderate ones, and what eases it."""
    return strong(case, facts), tuple(_moderate(case, facts)), tuple(_easing(case))


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
    for now in NOW:
        if now in has:
            yield Reason(
                now.replace(" ", "-"),
                f"{now.capitalize()}: withdrawal may already be complicated.",
                ("asam-2025, p. 16",),
            )
    times, mg = _times_high(case, facts)
    if times >= facts.choices["very-high-dose"].to("ratio"):
        yield Reason(
            "very-high-dose",
            f"About {mg:.0f} mg of diazepam a day, {times:.1f} times the edge of the guideline's high band.",
            ("asam-2025, p. 9", "seed-a, Timeline"),
        )


def _moderate(case: Case, facts: Facts) -> Iterator[Reason]:
    has, past = conditions(case), case.history
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
            f"Use for {long / DAYS_A_MONTH:.0f} months or more: withdrawal was common from there on in one trial.",
            ("rickels-1983",),
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
    drinks = case.alcohol.drinks_per_day or 0.0
    heavy = facts.choices["heavy-drinking"].to("drinks/d")
    if drinks > heavy:
        yield Reason(
            "alcohol",
            f"{drinks:g} drinks a day: nobody who drank more than {heavy:g} stayed off in one trial.",
            ("oude-voshaar-predictors",),
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
    if (past.previous_withdrawals or 0) >= facts.choices["several-withdrawals"].to("count"):
        yield Reason(
            "earlier-withdrawals",
            f"{past.previous_withdrawals} earlier withdrawals (kindling: seen in mice, unverified in people).",
            ("dunworth-stephens-1998",),
        )
    if is_older(case, facts):
        yield Reason(
            "older-age",
            f"{facts.choices['older-age'].to('y'):g} or older: less severe and longer, but falls and confusion do more harm.",
            ("asam-2025, p. 12", "seed-b"),
        )
    if "pregnancy" in has:
        yield Reason(
            "pregnancy", "Pregnancy: mother and child are weighed together.", ("asam-2025, p. 12",)
        )
    if case.person.liver == "impaired" or {"liver disease", "liver failure"} & set(has):
        yield Reason(
            "liver", "An impaired liver clears most of these drugs slowly.", ("asam-2025, p. 29",)
        )
    if past.suicidal_thoughts == "yes" or "suicidal thoughts" in has:
        yield Reason(
            "suicidal-thoughts",
            "Thoughts of suicide: withdrawal can make them worse.",
            ("maust-2023", "seed-a"),
        )
    if ill := [name for name in ILL_MIND if name in has]:
        yield Reason(
            "mental-illness",
            f"Mental illness beside it: {', '.join(ill)}.",
            ("asam-2025, p. 12", "rickels-1990"),
        )
    if ill := [name for name in ILL_BODY if name in has]:
        yield Reason(
            "other-illness",
            f"Illness that makes withdrawal more dangerous: {', '.join(ill)}.",
            ("seed-b",),
        )
    if any(word in has for word in ("substance use disorder", "opioid use disorder")):
        yield Reason(
            "substance-use-disorder",
            "A substance use disorder, to be treated at the same time.",
            ("asam-2025, p. 11",),
        )
    if past.support_at_home == "no":
        yield Reason(
            "no-support",
            "Nobody at home who could notice a seizure or confusion.",
            ("asam-2025, p. 8",),
        )


def _easing(case: Case) -> Iterator[Reason]:
    if case.history.support_at_home == "yes":
        yield Reason(
            "support", "Somebody at home can help and watch.", ("oude-voshaar-predictors",), "down"
        )
    if "panic disorder" in conditions(case):
        yield Reason(
            "panic-disorder",
            "Panic disorder: fewer went back to the drug after an abrupt stop.",
            ("rickels-1990",),
            "down",
        )


def _size(
    word: Word, grave: tuple[Reason, ...], moderate: tuple[Reason, ...], facts: Facts
) -> Size:
    if grave:
        return "high"
    many = len(moderate) >= facts.choices["severe-raised-count"].to("count")
    return "raised" if many and word != "rare" else "lower"


def _setting(
    case: Case, size: Size, grave: tuple[Reason, ...], facts: Facts
) -> tuple[Place, tuple[Reason, ...]]:
    """Return where the taper should happen, by the guideline's criteria (a), (b) and (c); otherwise outpatient."""
    has, past = conditions(case), case.history
    found = []
    harm = []
    if past.suicidal_thoughts == "yes" or "suicidal thoughts" in has:
        harm.append("thoughts of suicide")
    if past.falls == "yes" and is_older(case, facts):
        harm.append(f"a fall at {facts.choices['older-age'].to('y'):g} or older")
    if past.opioid == "yes" or taken_now(case, "opioid", facts):
        harm.append("an opioid beside it")
    if harm:
        found.append(
            Reason(
                "asam-a",
                f"(a) Going on may do serious harm soon ({', '.join(harm)}) if the first steps do not remove it.",
                ("asam-2025, p. 8",),
            )
        )
    unsafe: list[str] = [
        name
        for name in ("pregnancy", "liver failure", "alcohol dependence", "epilepsy", "dementia")
        if name in has
    ]
    if size == "high" and past.support_at_home == "no":
        unsafe.append("high risk and nobody at home")
    if unsafe:
        found.append(
            Reason(
                "asam-b",
                f"(b) Illness that may not be managed safely outside: {', '.join(unsafe)}.",
                ("asam-2025, p. 8",),
            )
        )
    if grave:
        found.append(
            Reason(
                "asam-c",
                f"(c) A severe or complicated withdrawal may come: {', '.join(r.id for r in grave)}.",
                ("asam-2025, p. 8",),
            )
        )
    if any(name in has for name in NOW):
        return "inpatient", tuple(found)
    if found:
        return "consider inpatient", tuple(found)
    usual = Reason(
        "asam-usual",
        "Nothing of what the guideline names speaks for a stay; outpatient care is usual.",
        ("asam-2025, p. 8",),
        "down",
    )
    return "outpatient", (usual,)


def _open(case: Case, facts: Facts) -> Iterator[Open]:
    """Yield what must be asked before anything is signed."""
    who = case.person
    if who.pregnant == "unknown" and may_be_pregnant(case, facts):
        yield Open("person.pregnant", "Pregnancy is not known.")
    if who.liver == "unknown":
        yield Open("person.liver", "Liver function is not known.")
    for key, why in HISTORY_WHY.items():
        if getattr(case.history, key) in {None, "unknown"}:
            yield Open(f"history.{key}", f"Not known, and unknown is not no: {why}.")
    if case.alcohol.drinks_per_day is None:
        yield Open("alcohol.drinks_per_day", "Alcohol is not known, and unknown is not none.")
    if case.conditions is None:
        yield Open(
            "conditions",
            "Conditions were not asked for (epilepsy, pregnancy, psychosis, liver failure …).",
        )


def _outlooks(case: Case, word: Word, facts: Facts) -> tuple[Outlook, ...]:
    """Return the three goals side by side, each with both sides; none is preferred here."""
    stay = facts.remedies["stay-or-lower-and-hold"]
    times, low, high = stay.interval("RR")
    harm = Reason(
        "stopping-can-harm",
        "In an emulated trial people on stable long-term treatment who stopped died more often within a year than those who "
        f"went on ({times:g} times, {low:g} to {high:g}), with more overdoses and suicide attempts; "
        "observational, so other causes are possible.",
        stay.sources,
    )
    free = Reason(
        "free-of-drug",
        "No more falls, fog and dependence from the drug; help works: a supported taper did better than usual care.",
        ("oude-voshaar-predictors", "asam-2025, p. 4"),
        "down",
    )
    withdrawal = Reason("withdrawal", f"Withdrawal: dependence is {word}.", ("asam-2025, p. 9",))
    less = Reason(
        "less-is-worth",
        "A lower dose lowers the risk and may be enough; the guideline calls it a proper aim.",
        ("asam-2025, p. 4",),
        "down",
    )
    rest = Reason(
        "rest-of-risk", "What harm the dose does goes on, at a lower level.", ("asam-2025, p. 4",)
    )
    calm = Reason(
        "no-withdrawal", "No withdrawal, and no harm from stopping.", stay.sources, "down"
    )
    goes_on = [
        Reason(
            "review",
            "Benefit and harm must be weighed again at least every 3 months.",
            ("asam-2025, p. 6",),
        )
    ]
    if is_older(case, facts):
        goes_on.append(
            Reason(
                "older",
                f"From {facts.choices['older-age'].to('y'):g} on the guideline advises a taper unless there are compelling reasons.",
                ("asam-2025, p. 12",),
            )
        )
    if case.history.opioid == "yes" or taken_now(case, "opioid", facts):
        goes_on.append(
            Reason(
                "opioid",
                "With an opioid each dose more raises the risk of death.",
                ("opioid-benzodiazepine-dose-cohort",),
            )
        )
    return (
        Outlook("stop", (free,), (harm, withdrawal)),
        Outlook("lower", (less,), (rest, withdrawal)),
        Outlook("stay", (calm,), tuple(goes_on)),
    )


def _times_high(case: Case, facts: Facts) -> tuple[float, float]:
    """Return the day's total as times the edge of the high band, by printed edges first, and as diazepam [mg]."""
    now, times, mg = today(case), 0.0, 0.0
    for drug in drugs_taken(case, now):
        daily = mg_per_day(case, drug, now)
        edge = facts.dose_bands.get(drug)
        as_diazepam = diazepam_mg(drug, daily, facts)[0][0]
        times += (
            daily / edge.high_min_mg
            if edge
            else as_diazepam / facts.dose_bands["diazepam"].high_min_mg
        )
        mg += as_diazepam
    return times, mg


__all__ = ["BANDS", "assess", "dose_bands", "factors", "may_stop_at_once"]
