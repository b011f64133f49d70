"""People: who it is for: epilepsy, acute states of mind, pregnancy, age, liver, setting, and what
must still be asked.
"""

from collections.abc import Iterator

from homeostat.care.assess.medicines import any_in
from homeostat.care.case.model import age_years, conditions, conditions_of, person, regimen
from homeostat.care.check.pace import window_d, worst
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.rate_of_fall import falls
from homeostat.care.check.registry import Rule, percent
from homeostat.care.findings import Finding
from homeostat.facts.records import RangeLimit, ShareTaper
from homeostat.model.domain import reasons_to_withhold


def epilepsy(look: Look) -> Iterator[Finding]:
    """The drug may be the treatment of the epilepsy: it is not lowered without whoever treats
    that.
    """
    if "epilepsy" not in conditions(look.case) or not look.lowers():
        return
    lowered = [d for d in look.touched if _is_lowered(look, d)]
    for_epilepsy = look.facts.group("given-for-epilepsy")
    kept = [
        d
        for d in look.drugs
        if d in for_epilepsy and not _is_lowered(look, d) and look.mg[d][look.begins - 1] > NOISE
    ]
    guarded = any_in([m.name for m in look.case.medicine], "antiseizure medicine", look.facts)
    limit = look.facts.pace("nice-cks-eighth", ShareTaper).step_share_high
    share, at = worst(falls(look, window_d(look)))
    ends = any(d in for_epilepsy and look.mg[d][-1] <= NOISE for d in lowered)
    is_slow = share <= limit * (1 + look.limit("pace-slack"))
    is_safe = (kept and not set(lowered) & set(for_epilepsy)) or (guarded and is_slow)
    yield Finding(
        "people.epilepsy",
        "note" if is_safe else "refuse" if ends and not guarded and not kept else "warn",
        f"Epilepsy, and {', '.join(lowered)} is lowered: it may be its treatment"
        + (
            "; ask whoever treats the epilepsy."
            if is_safe
            else (
                ". Not without whoever treats it, with another medicine against seizures in place,"
                " and in small steps."
            )
        ),
        f"{percent(limit)} in 2 weeks, and {look.shown('pace-slack')} of it more, "
        "with another medicine against seizures",
        percent(share),
        ("scotland-qp-2024", "fialip-1987"),
        look.day(at) if share else None,
        can_kill=True,
    )


def _is_lowered(look: Look, drug: str) -> bool:
    series = look.mg[drug][look.begins - 1 :]
    return bool((series[1:] < series[:-1] - NOISE).any())


def acute_state(look: Look) -> Iterator[Finding]:
    """Delirium or psychosis now: no dose is lowered until it has passed."""
    has = conditions_of(look.case, "acute-state", look.facts)
    if has and look.lowers():
        yield Finding(
            "people.acute-state",
            "warn",
            f"{' and '.join(has).capitalize()}: it may be withdrawal already. Do not lower until it"
            " has passed, in hospital first.",
            "no step while it lasts",
            ", ".join(has),
            (
                *look.facts.recommendations["asam-12"].sources,
                *look.facts.recommendations["asam-26"].sources,
            ),
            can_kill=True,
        )


def sleep(look: Look) -> Iterator[Finding]:
    """Lost sleep can set off mania or psychosis: pause when it is lost."""
    has = conditions_of(look.case, "sleep-sensitive", look.facts)
    if has and look.lowers():
        yield Finding(
            "people.sleep",
            "note",
            f"{' and '.join(has).capitalize()}: ask about sleep at every step, and pause when it is"
            " markedly disturbed.",
            "",
            ", ".join(has),
            look.facts.recommendations["asam-26"].sources,
        )


def special(look: Look) -> Iterator[Finding]:
    """Pregnancy, breast feeding, liver, age: what to think of; the pace rules bind the rest."""
    has, age = conditions(look.case), age_years(look.case)
    said: list[tuple[str, str, tuple[str, ...]]] = []
    if "pregnancy" in has:
        said.append(
            (
                "Pregnancy",
                "going on is weighed against lowering for mother and child, with a specialist",
                look.facts.recommendations["asam-28"].sources,
            )
        )
    if "breast feeding" in has:
        said.append(
            (
                "Breast feeding",
                "watch the child for sleepiness, and tell whoever looks after it",
                look.facts.recommendations["asam-29"].sources,
            )
        )
    if look.case.person.liver == "impaired" or conditions_of(
        look.case, "impaired-liver", look.facts
    ):
        said.append(
            (
                "Liver",
                "most of these drugs leave slowly: a step shows its effect late",
                ("asam-2025, p. 29",),
            )
        )
    if age >= look.limit("older-age"):
        aim = look.plan.goal.aim
        what = (
            "the guideline advises a taper unless there are compelling reasons"
            if aim == "stay"
            else "falls and confusion: small steps, and look often"
        )
        yield Finding(
            "people.special",
            "note",
            f"{age:g} years old: {what}.",
            f"from {look.shown('older-age')} on",
            f"{age:g} years old",
            look.facts.recommendations["asam-27"].sources,
        )
    if look.case.history.suicidal_thoughts == "yes" or "suicidal thoughts" in has:
        said.append(
            (
                "Thoughts of suicide",
                "a plan for help stands first, and few tablets lie at home",
                ("maust-2023",),
            )
        )
    for who, what, sources in said:
        yield Finding("people.special", "note", f"{who}: {what}.", "", who.lower(), sources)


def child(look: Look) -> Iterator[Finding]:
    """None of the guidance here was made for children and adolescents."""
    age = age_years(look.case)
    limit = look.facts.limit("age", RangeLimit).low
    if age < limit:
        yield Finding(
            "people.child",
            "warn",
            f"{age:g} years old: none of the guidance that is held against this plan was made for"
            " children and adolescents.",
            f"{limit:g} years",
            f"{age:g} years",
            ("asam-2025, p. 3",),
        )


def alcohol(look: Look) -> Iterator[Finding]:
    """Alcohol beside it: it adds to sedation, and its own withdrawal needs a place in the plan."""
    drinks = look.case.alcohol.drinks_per_day or 0.0
    if not drinks:
        return
    heavy = drinks >= look.limit("very-heavy-drinking")
    yield Finding(
        "people.alcohol",
        "warn" if heavy and not look.is_inpatient else "note",
        f"{drinks:g} drinks a day: alcohol adds to sedation, and nobody who drank more than two"
        " stayed off in one trial."
        + (
            " At this amount it has a withdrawal of its own: one plan for both, in hospital."
            if heavy
            else ""
        ),
        f"less than {look.shown('very-heavy-drinking')}, or in hospital",
        f"{drinks:g} drinks a day",
        ("oude-voshaar-predictors", "asam-2025, p. 22"),
        can_kill=True,
    )


def setting(look: Look) -> Iterator[Finding]:
    """Where it takes place against the assessment."""
    place = look.assessment.setting
    if look.is_inpatient or place == "outpatient" or not look.lowers():
        return
    why = "; ".join(reason.sentence for reason in look.assessment.setting_reasons)
    yield Finding(
        "people.setting",
        "warn" if place == "inpatient" else "note",
        f"The plan is for home, and the assessment says: {place}. {why}",
        place,
        look.plan.setting,
        look.facts.recommendations["asam-05"].sources,
        can_kill=True,
    )


def ask(look: Look) -> Iterator[Finding]:
    """What must be asked before anything is signed: unknown is not no."""
    for item in look.assessment.must_ask:
        yield Finding(
            "people.ask",
            "note",
            f"Ask before signing: {item.sentence}",
            "known",
            f"{item.key} unknown",
        )


def domain(look: Look) -> Iterator[Finding]:
    """Outside the model's domain the rules stand alone."""
    taken = regimen(look.case, look.case.today or look.today, look.facts)
    who = person(look.case, look.facts)
    for why in reasons_to_withhold(look.facts, who, taken, conditions(look.case)):
        yield Finding(
            "people.domain",
            "note",
            f"No forecast stands behind this check: {why}.",
            "",
            "outside the domain",
        )


def no_dependence(look: Look) -> Iterator[Finding]:
    """Where stopping at once is allowed: say so, and what to do if symptoms come."""
    if look.may_stop_at_once and look.lowers():
        yield Finding(
            "people.unlikely-dependent",
            "note",
            "Dependence is unlikely, so no pace binds. Ask for a report of withdrawal or rebound;"
            " if it is marked, restart and taper.",
            "",
            look.assessment.dependence,
            look.facts.recommendations["asam-03"].sources,
        )


RULES = (
    Rule("people.epilepsy", epilepsy),
    Rule("people.acute-state", acute_state),
    Rule("people.sleep", sleep),
    Rule("people.special", special),
    Rule("people.child", child),
    Rule("people.alcohol", alcohol),
    Rule("people.setting", setting),
    Rule("people.ask", ask),
    Rule("people.domain", domain),
    Rule("people.unlikely-dependent", no_dependence),
)
