"""People: who it is for: epilepsy, acute states of mind, pregnancy, age, liver, setting, and what
must still be asked.
"""

from collections.abc import Iterator

from homeostat.care.assess.medicines import any_in
from homeostat.care.case.model import age_years, conditions, conditions_of, person, regimen
from homeostat.care.check.pace import window_d, worst
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.rate_of_fall import falls
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding
from homeostat.facts.records import RangeLimit, ShareTaper
from homeostat.language.messages import Listed, Quantity, Term, said, terms
from homeostat.model.domain import limits_exceeded


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
        level="note" if is_safe else "refuse" if ends and not guarded and not kept else "warn",
        message="people.epilepsy.guarded" if is_safe else "people.epilepsy",
        values={"drugs": terms(lowered), "slack": look.shown("pace-slack")},
        limit=Quantity(limit, "share"),
        value=Quantity(share, "share"),
        sources=("scotland-qp-2024", "fialip-1987"),
        on=look.day(at) if share else None,
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
            level="warn",
            message="people.acute-state",
            values={"states": terms(has, "and"), "each": terms(has)},
            sources=(
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
            level="note",
            message="people.sleep",
            values={"conditions": terms(has, "and"), "each": terms(has)},
            sources=look.facts.recommendations["asam-26"].sources,
        )


def special(look: Look) -> Iterator[Finding]:
    """Pregnancy, breast feeding, liver, age: what to think of; the pace rules bind the rest."""
    has, age = conditions(look.case), age_years(look.case)
    advice = look.facts.recommendations
    if age >= look.limit("older-age"):
        stays = look.plan.goal.aim == "stay"
        yield Finding(
            level="note",
            message="people.special.older-and-stays" if stays else "people.special.older",
            limit=look.shown("older-age"),
            value=Quantity(age, "years old"),
            sources=advice["asam-27"].sources,
        )
    if "pregnancy" in has:
        yield Finding(
            level="note", message="people.special.pregnancy", sources=advice["asam-28"].sources
        )
    if "breast feeding" in has:
        yield Finding(
            level="note", message="people.special.breast-feeding", sources=advice["asam-29"].sources
        )
    if look.case.person.liver == "impaired" or conditions_of(
        look.case, "impaired-liver", look.facts
    ):
        yield Finding(level="note", message="people.special.liver", sources=("asam-2025, p. 29",))
    if look.case.history.suicidal_thoughts == "yes" or "suicidal thoughts" in has:
        yield Finding(level="note", message="people.special.suicide", sources=("maust-2023",))


def pregnancy(look: Look) -> Iterator[Finding]:
    """A dose that is lowered in pregnancy: not without obstetrics."""
    if "pregnancy" in conditions(look.case) and look.lowers():
        yield Finding(
            level="warn",
            message="people.pregnancy",
            sources=look.facts.recommendations["asam-28"].sources,
        )


def child(look: Look) -> Iterator[Finding]:
    """None of the guidance here was made for children and adolescents."""
    age = age_years(look.case)
    limit = look.facts.limit("age", RangeLimit).low
    if age < limit:
        yield Finding(
            level="warn",
            message="people.child",
            limit=Quantity(limit, "y"),
            value=Quantity(age, "y"),
            sources=("asam-2025, p. 3",),
        )


def alcohol(look: Look) -> Iterator[Finding]:
    """Alcohol beside it: it adds to sedation, and its own withdrawal needs a place in the plan."""
    drinks = look.case.alcohol.drinks_per_day or 0.0
    if not drinks:
        return
    heavy = drinks >= look.limit("very-heavy-drinking")
    yield Finding(
        level="warn" if heavy and not look.is_inpatient else "note",
        message="people.alcohol",
        limit=look.shown("very-heavy-drinking"),
        value=Quantity(drinks, "drinks/d"),
        sources=("oude-voshaar-predictors", "asam-2025, p. 22"),
        can_kill=True,
        additions=(said("people.alcohol.heavy"),) if heavy else (),
    )


def setting(look: Look) -> Iterator[Finding]:
    """Where it takes place against the assessment."""
    place = look.assessment.setting
    if look.is_inpatient or place == "outpatient" or not look.lowers():
        return
    why = Listed(tuple(reason.said for reason in look.assessment.setting_reasons), "; ")
    yield Finding(
        level="warn" if place == "inpatient" else "note",
        message="people.setting",
        values={"place": Term(place), "why": why, "setting": Term(look.plan.setting)},
        sources=look.facts.recommendations["asam-05"].sources,
        can_kill=True,
    )


def ask(look: Look) -> Iterator[Finding]:
    """What must be asked before anything is signed: unknown is not no."""
    for item in look.assessment.must_ask:
        yield Finding(
            level="note", message="people.ask", values={"what": item.said, "key": item.key}
        )


def domain(look: Look) -> Iterator[Finding]:
    """Outside the model's domain the rules stand alone."""
    taken = regimen(look.case, look.case.today or look.today, look.facts)
    who = person(look.case, look.facts)
    for why in limits_exceeded(look.facts, who, taken, conditions(look.case)):
        yield Finding(level="note", message="people.domain", values={"why": why})


def no_dependence(look: Look) -> Iterator[Finding]:
    """Where stopping at once is allowed: say so, and what to do if symptoms come."""
    if look.may_stop_at_once and look.lowers():
        yield Finding(
            level="note",
            message="people.unlikely-dependent",
            values={"dependence": Term(look.assessment.dependence)},
            sources=look.facts.recommendations["asam-03"].sources,
        )


RULES = (
    Rule("people.epilepsy", epilepsy),
    Rule("people.acute-state", acute_state),
    Rule("people.sleep", sleep),
    Rule("people.special", special),
    Rule("people.pregnancy", pregnancy),
    Rule("people.child", child),
    Rule("people.alcohol", alcohol),
    Rule("people.setting", setting),
    Rule("people.ask", ask),
    Rule("people.domain", domain),
    Rule("people.unlikely-dependent", no_dependence),
)
