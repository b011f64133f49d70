"""Interacting: medicines that start or stop during the plan, sedatives that add up, and drugs of
the same kind.
"""

from collections.abc import Iterator

import numpy as np

from homeostat.care.assess.medicines import classes_of
from homeostat.care.case import words
from homeostat.care.case.model import age_years, conditions, conditions_of
from homeostat.care.case.rules import is_taken
from homeostat.care.check import level_changes, opioids
from homeostat.care.check.opioids import has_opioid
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule
from homeostat.care.check.switches import exchanges
from homeostat.care.findings import Finding
from homeostat.care.plan.records import PlannedMedicine
from homeostat.language.messages import Quantity, Term, said, terms


def sedatives(look: Look) -> Iterator[Finding]:
    """Something that adds to sedation comes in during the plan."""
    for event in look.plan.medicines:
        if event.event != "starts" or _is_gone_by(look, event):
            continue
        groups = classes_of(event.name, look.facts)
        if "opioid" in groups:
            yield _opioid(event)
        elif "alcohol" in groups:
            yield _alcohol(event)
        elif "benzodiazepine or Z-drug" in groups:
            yield _same_kind(event)
        elif "barbiturate" in groups or "deep sedative" in groups:
            yield _stops_breathing(look, event)
        elif "gabapentinoid" in groups:
            yield _gabapentinoid(look, event)
        elif "mild sedative" in groups:
            yield _mild(look, event)
        elif "lowers the seizure threshold" in groups:
            yield _lowers_threshold(look, event)


def _opioid(event: PlannedMedicine) -> Finding:
    return Finding(
        level="warn",
        message="interaction.sedatives.opioid",
        values={"name": Term(event.name)},
        sources=("asam-2025, p. 11",),
        on=event.on,
        can_kill=True,
    )


def _alcohol(event: PlannedMedicine) -> Finding:
    return Finding(
        level="warn",
        message="interaction.sedatives.alcohol",
        values={"name": Term(event.name)},
        sources=("asam-2025, p. 22",),
        on=event.on,
        can_kill=True,
    )


def _same_kind(event: PlannedMedicine) -> Finding:
    return Finding(
        level="warn",
        message="interaction.sedatives.same-kind",
        values={"name": Term(event.name)},
        sources=("fialip-1987",),
        on=event.on,
    )


def _stops_breathing(look: Look, event: PlannedMedicine) -> Finding:
    is_barbiturate = "barbiturate" in classes_of(event.name, look.facts)
    return Finding(
        level="note" if look.is_inpatient and is_barbiturate else "warn",
        message="interaction.sedatives.stops-breathing",
        values={"name": Term(event.name)},
        sources=("asam-2025, p. 16",),
        on=event.on,
        can_kill=True,
    )


def _gabapentinoid(look: Look, event: PlannedMedicine) -> Finding:
    with_opioid = has_opioid(look)
    addicted = bool(conditions_of(look.case, "addiction", look.facts))
    breathes_badly = bool(conditions_of(look.case, "weak-breathing", look.facts))
    is_alarm = with_opioid or addicted or breathes_badly or _is_frail(look)
    return Finding(
        level="warn" if is_alarm else "note",
        message="interaction.sedatives.gabapentinoid",
        values={"name": Term(event.name)},
        sources=("asam-2025, p. 24",),
        on=event.on,
        can_kill=with_opioid or breathes_badly,
    )


def _mild(look: Look, event: PlannedMedicine) -> Finding:
    return Finding(
        level="warn" if _is_frail(look) else "note",
        message="interaction.sedatives.mild",
        values={"name": Term(event.name)},
        sources=("asam-2025, p. 24",),
        on=event.on,
    )


def _lowers_threshold(look: Look, event: PlannedMedicine) -> Finding:
    return Finding(
        level="warn" if look.lowers() else "note",
        message="interaction.sedatives.seizures",
        values={"name": Term(event.name)},
        sources=("seed-b",),
        on=event.on,
        can_kill=look.assessment.dependence == "expected",
    )


def _is_frail(look: Look) -> bool:
    falls = look.case.history.falls == "yes" or conditions_of(
        look.case, "prone-to-falls", look.facts
    )
    return bool(age_years(look.case) >= look.limit("older-age") and falls)


def _is_gone_by(look: Look, event: PlannedMedicine) -> bool:
    """True when the last dose lies so far back that nothing is left to add to."""
    at = min(look.index(event.on), look.count - 1)
    since = max(at - int(look.limit("gone-days")), 0)
    return at > 0 and all(look.mg[drug][since : at + 1].max() <= NOISE for drug in look.drugs)


def comes_off(look: Look) -> Iterator[Finding]:
    """Another medicine with a withdrawal of its own ends during the taper, or one that guards
    against seizures.
    """
    hold = int(look.limit("interaction-hold"))
    for event in look.plan.medicines:
        groups = classes_of(event.name, look.facts)
        at = look.index(event.on)
        if event.event != "stops" or not look.lowers():
            continue
        guards = "antiseizure medicine" in groups and (
            look.case.history.seizure_ever == "yes" or "epilepsy" in conditions(look.case)
        )
        own = bool(set(look.facts.group("own-withdrawal")) & set(groups))
        if guards or own:
            near = look.lowers(at - hold + 1, at + hold)
            yield Finding(
                level="warn" if guards or near else "note",
                message=(
                    "interaction.comes-off.guard-with-own-withdrawal"
                    if guards and own
                    else "interaction.comes-off.guard"
                    if guards
                    else "interaction.comes-off.own-withdrawal"
                ),
                values={"name": Term(event.name), "hold": look.shown("interaction-hold")},
                sources=("asam-2025, p. 24", "fialip-1987"),
                on=event.on,
                can_kill=guards or own,
            )


def duplicate(look: Look) -> Iterator[Finding]:
    """A drug of the same kind that comes in and takes the place of none."""
    new = {one.to_drug for one in exchanges(look)}
    for drug in look.plan.drugs:
        if drug in new or look.mg[drug][: look.begins].any():
            continue
        first = int(np.argmax(look.mg[drug] > NOISE))
        others = [d for d in look.drugs if d != drug and look.mg[d][first - 1] > NOISE]
        if others:
            is_other = not any(d in look.touched for d in others)
            yield Finding(
                level="warn",
                message=(
                    "interaction.duplicate.another-drug"
                    if is_other
                    else "interaction.duplicate.new"
                ),
                values={"drug": Term(drug), "others": terms(others)},
                value=Quantity(len(others) + 1, "drugs"),
                sources=("fialip-1987",),
                on=look.day(first),
                can_kill=is_other,
            )
    now = [d for d in look.drugs if look.mg[d][look.begins - 1] > NOISE]
    if len(now) > 1:
        unmentioned = [d for d in now if d not in look.touched]
        is_left_out = bool(unmentioned) and look.plan.goal.aim == "stop"
        yield Finding(
            level="warn" if is_left_out else "note",
            message="interaction.duplicate.several",
            values={"drugs": terms(now)},
            value=Quantity(len(now), "drugs"),
            sources=("fialip-1987",),
            additions=(
                (said("duplicate.left-out", drugs=terms(unmentioned)),) if unmentioned else ()
            ),
        )


def forbidden(look: Look) -> Iterator[Finding]:
    """Medicines that the guideline advises against as a means of tapering, or keeps for
    hospital.
    """
    for event in look.plan.medicines:
        if event.event != "starts":
            continue
        groups = classes_of(event.name, look.facts)
        if "reversal agent" in groups:
            yield Finding(
                level="refuse",
                message="interaction.forbidden.reversal-agent",
                values={"name": Term(event.name)},
                sources=look.facts.recommendations["asam-14"].sources,
                on=event.on,
                can_kill=True,
            )
        elif "general anaesthetic" in groups:
            yield Finding(
                level="warn",
                message="interaction.forbidden.anaesthetic",
                values={"name": Term(event.name)},
                sources=look.facts.recommendations["asam-15"].sources,
                on=event.on,
                can_kill=True,
            )
        elif "barbiturate" in groups and not look.is_inpatient:
            yield Finding(
                level="warn",
                message="interaction.forbidden.barbiturate",
                values={"name": Term(event.name), "setting": Term(look.plan.setting)},
                sources=look.facts.recommendations["asam-13"].sources,
                on=event.on,
                can_kill=True,
            )


def unknown(look: Look) -> Iterator[Finding]:
    """Medicines that no rule knows: to be missing in a list never means to be harmless."""
    names = [m.name for m in look.plan.medicines]
    names += [m.name for m in look.case.medicine if is_taken(m, look.start)]
    strange = [
        n
        for n in dict.fromkeys(names)
        if not classes_of(n, look.facts) and not words.is_known_medicine(n, look.facts)
    ]
    if strange:
        yield Finding(
            level="note",
            message="interaction.unknown",
            values={"names": terms(strange)},
            value=Quantity(len(strange), "medicines"),
        )


RULES = (
    *level_changes.RULES,
    Rule("interaction.sedatives", sedatives),
    Rule("interaction.comes-off", comes_off),
    Rule("interaction.duplicate", duplicate),
    *opioids.RULES,
    Rule("interaction.forbidden", forbidden),
    Rule("interaction.unknown", unknown),
)
