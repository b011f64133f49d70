"""Opioids: what an opioid beside the drug asks for: naloxone, one drug at a time, its own treatment
kept.
"""

from collections.abc import Iterator
from datetime import timedelta

from homeostat.care.assess.medicines import is_in
from homeostat.care.case.rules import is_taken
from homeostat.care.check.plan_days import Look
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding
from homeostat.language.messages import Term


def opioid(look: Look) -> Iterator[Finding]:
    """An opioid beside it: naloxone at hand, one drug at a time, and its own treatment never broken
    off.
    """
    hold = int(look.limit("opioid-steps"))
    for event in look.plan.medicines:
        if (
            event.event != "stops"
            or not is_in(event.name, "opioid", look.facts)
            or not look.lowers()
        ):
            continue
        at = look.index(event.on)
        is_treatment = is_in(event.name, "opioid agonist treatment", look.facts)
        if is_treatment or look.lowers(at - hold + 1, at + hold):
            yield Finding(
                level="warn",
                message="interaction.opioid.stops",
                values={"name": Term(event.name), "apart": look.shown("opioid-steps")},
                sources=look.facts.recommendations["asam-21"].sources,
                on=event.on,
                can_kill=is_treatment,
            )
    if not has_opioid(look):
        return
    has = _has_antidote(look)
    yield Finding(
        level="note" if has else "warn",
        message=(
            "interaction.opioid.with-naloxone" if has else "interaction.opioid.without-naloxone"
        ),
        sources=look.facts.recommendations["asam-17"].sources,
        can_kill=True,
    )


def _has_antidote(look: Look) -> bool:
    """True when naloxone is a medicine of the case, or of the plan in its first two weeks; as a
    part of an opioid's tablet it is none.
    """
    latest = look.start + timedelta(days=look.limit("interaction-hold"))
    stopped = {m.name.lower() for m in look.plan.medicines if m.event == "stops"}
    names = [
        m.name for m in look.case.medicine if is_taken(m, look.start) or is_taken(m, look.today)
    ]
    names += [m.name for m in look.plan.medicines if m.event == "starts" and m.on <= latest]
    return any(
        is_in(name, "opioid antagonist", look.facts) and not is_in(name, "opioid", look.facts)
        for name in names
        if name.lower() not in stopped
    )


def has_opioid(look: Look) -> bool:
    """True for somebody who takes an opioid, today or at the plan's end."""
    until = look.end + timedelta(days=1)
    named = any(
        is_in(m.name, "opioid", look.facts) and (is_taken(m, look.today) or is_taken(m, until))
        for m in look.case.medicine
    )
    return named or look.case.history.opioid == "yes"


RULES = (Rule("interaction.opioid", opioid),)
