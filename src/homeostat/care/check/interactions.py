"""Interacting: medicines that start or stop during the plan and act like a change of dose, and
sedatives that add up.
"""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from homeostat.care.assess.medicines import classes_of, is_in
from homeostat.care.case import words
from homeostat.care.case.model import age_years, conditions, conditions_of
from homeostat.care.case.rules import is_taken
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule, percent
from homeostat.care.check.switches import exchanges
from homeostat.care.findings import Finding, Level
from homeostat.care.plan.records import PlannedMedicine


def events(look: Look) -> tuple[PlannedMedicine, ...]:
    """Return what starts or stops in the plan, and what the case itself starts or stops from two
    weeks before it on.
    """
    since = look.start - timedelta(days=look.limit("interaction-hold"))
    found = list(look.plan.medicines)
    named = {(m.name.lower(), m.event) for m in found}
    for medicine in look.case.medicine:
        for event, on in (("starts", medicine.since), ("stops", medicine.until)):
            if (
                on is not None
                and since <= on <= look.end
                and (medicine.name.lower(), event) not in named
            ):
                found.append(
                    PlannedMedicine.model_validate(
                        {"name": medicine.name, "event": event, "on": on}
                    )
                )
    return tuple(found)


def level_changes(look: Look) -> Iterator[Finding]:
    """A medicine that starts or stops and changes the level of a drug: by its figure where there is
    one, else by its class.

    Known figures act through the pace rule too, which counts them as a change of dose. Here the
    rise is judged, and whatever has no figure.
    """
    for event in events(look):
        at = look.index(event.on)
        for drug in look.drugs:
            if not 0 < at < look.count or look.mg[drug][max(at - 1, 0) :].max() <= NOISE:
                continue
            yield from _effect(look, event, drug, at)


def _effect(look: Look, event: PlannedMedicine, drug: str, at: int) -> Iterator[Finding]:
    rows = [
        r
        for r in words.interactions(event.name, look.facts.drug(drug), look.facts)
        if r.kind in {"inducer", "inhibitor"}
    ]
    own = [r for r in rows if r.victim == drug and words.holds(r, look.case.person.cyp2c19)]
    if _is_forbidden(look, event, drug, at):
        yield Finding(
            "interaction.level",
            "refuse",
            f"{event.name} starts on {event.on} beside {drug}: the label forbids the two together,"
            f" for deep and long sedation. Lower {drug} by half or more at the same time, change it"
            " first, or choose another medicine.",
            f"not together, or at most {look.shown('forbidden-pair-share')} of the {drug}",
            "together",
            look.facts.medicine_classes[f"never with {drug}"].sources,
            event.on,
        )
        return
    fold = next((r.clearance_fold for r in own if r.clearance_fold is not None), None)
    kind = own[0].kind if own else _by_class(look, event.name, drug)
    if kind is None or fold == 1.0 or (rows and not own):
        return
    acts_as_cut = (kind == "inducer") == (event.event == "starts")
    hold = int(look.limit("interaction-hold"))
    is_held = not look.lowers(at - hold + 1, at + hold)
    said = (
        f"{event.name} {event.event} on {event.on} and"
        f" {'speeds up' if kind == 'inducer' else 'slows'} the clearance of {drug}"
    )
    sources = own[0].sources if own else ()
    if fold is not None:
        times = (1 / fold if event.event == "starts" else fold) if fold else 1.0
        rises_to = times if times > 1 else None
        if rises_to is not None and rises_to >= look.limit("level-rise"):
            yield Finding(
                "interaction.level",
                "warn",
                f"{said}: the level rises to {rises_to:.2g} times what it was, as if the dose had"
                " been raised.",
                f"less than {look.shown('level-rise')}",
                f"{rises_to:.2g} times",
                sources,
                event.on,
                can_kill=rises_to >= look.limit("level-can-kill"),
            )
            return
        level: Level = "note"
        size = f"to {percent(times)} of what it was"
        if acts_as_cut and not is_held and abs(1 - times) > look.limit("level-change"):
            level = "warn"
            yield Finding(
                "interaction.level",
                level,
                f"{said}: the level falls {size} while the dose is lowered as well. Hold the taper"
                " for two weeks around it.",
                f"no step within {look.shown('interaction-hold')}",
                size,
                sources,
                event.on,
                can_kill=times <= 1 / look.limit("level-can-kill"),
            )
            return
        yield Finding(
            "interaction.level",
            level,
            f"{said}: the level goes {size}.",
            "",
            size,
            sources,
            event.on,
        )
        return
    inducing = kind == "inducer" and event.event == "starts"
    strongly = kind == "inhibitor" and _others_are_strong(look, drug)
    begins = event.event == "starts" and event in look.plan.medicines
    level = "warn" if inducing or strongly or ((acts_as_cut or begins) and not is_held) else "note"
    what = "acts like a cut of the dose" if acts_as_cut else "acts like a rise of the dose"
    yield Finding(
        "interaction.level",
        level,
        f"{said}; by how much is not known. It {what}: hold the taper around it, and look at the"
        " person.",
        f"no step within {look.shown('interaction-hold')}",
        "no figure found",
        sources,
        event.on,
        can_kill=inducing or strongly,
    )


def _is_forbidden(look: Look, event: PlannedMedicine, drug: str, at: int) -> bool:
    """True when the label of a drug forbids a medicine that starts in the plan, and the drug is not
    brought down for it.
    """
    group = look.facts.medicine_classes.get(f"never with {drug}")
    if group is None or event.event != "starts" or not is_in(event.name, group.id, look.facts):
        return False
    days = int(look.limit("near-abrupt-days"))
    return bool(
        look.mg[drug][at : at + days].max(initial=0.0)
        > look.limit("forbidden-pair-share") * look.mg[drug][at - days : at].max(initial=0.0)
        + NOISE
    )


def _others_are_strong(look: Look, drug: str) -> bool:
    """True when an inhibitor with a figure raises this drug's level so far that one without must be
    taken for as strong.
    """
    folds = [
        r.clearance_fold
        for r in look.facts.interactions.values()
        if r.victim == drug
        and r.kind == "inhibitor"
        and r.perpetrator.lower() not in words.no_medicines(look.facts)
    ]
    return any(fold is not None and 1 / fold >= look.limit("level-rise") for fold in folds)


def _by_class(look: Look, name: str, drug: str) -> str | None:
    """Return 'inducer' or 'inhibitor' if a class of the medicine acts on the enzyme that mainly
    clears the drug.
    """
    main = look.facts.drug(drug).enzymes[:1]
    for group in classes_of(name, look.facts):
        acts = look.facts.medicine_classes.get(group)
        if acts and set(acts.acts_on) & set(main):
            return "inducer" if acts.does == "induces" else "inhibitor"
    return None


def sedatives(look: Look) -> Iterator[Finding]:
    """Something that adds to sedation comes in during the plan."""
    for event in look.plan.medicines:
        if event.event != "starts" or _is_gone_by(look, event):
            continue
        groups = classes_of(event.name, look.facts)
        with_opioid = has_opioid(look)
        if "opioid" in groups:
            yield _added(
                "warn",
                look,
                event,
                "an opioid on top of the benzodiazepine: breathing can stop",
                "asam-2025, p. 11",
                True,
            )
        elif "alcohol" in groups:
            yield _added(
                "warn",
                look,
                event,
                "alcohol adds to sedation and has a withdrawal of its own",
                "asam-2025, p. 22",
                True,
            )
        elif "benzodiazepine or Z-drug" in groups:
            yield _added(
                "warn",
                look,
                event,
                "a second drug of the same kind, beside the doses of this plan",
                "fialip-1987",
            )
        elif "barbiturate" in groups or "deep sedative" in groups:
            level: Level = "note" if look.is_inpatient and "barbiturate" in groups else "warn"
            yield _added(
                level,
                look,
                event,
                "a sedative that can stop breathing together with this drug",
                "asam-2025, p. 16",
                True,
            )
        elif "gabapentinoid" in groups:
            addicted = bool(conditions_of(look.case, "addiction", look.facts))
            breathes_badly = bool(conditions_of(look.case, "weak-breathing", look.facts))
            level = (
                "warn" if with_opioid or addicted or breathes_badly or _is_frail(look) else "note"
            )
            yield _added(
                level,
                look,
                event,
                "it adds to sedation, dangerously so with an opioid or bad lungs",
                "asam-2025, p. 24",
                with_opioid or breathes_badly,
            )
        elif "mild sedative" in groups:
            level = "warn" if _is_frail(look) else "note"
            yield _added(level, look, event, "it adds to sedation", "asam-2025, p. 24")
        elif "lowers the seizure threshold" in groups:
            yield _added(
                "warn" if look.lowers() else "note",
                look,
                event,
                "it makes seizures likelier while the dose is lowered",
                "seed-b",
                look.assessment.dependence == "expected",
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
                "interaction.comes-off",
                "warn" if guards or near else "note",
                f"{event.name} stops on {event.on} while the dose is lowered: "
                + (
                    "it guards against seizures."
                    if guards
                    else "it has a withdrawal of its own, and the two cannot be told apart."
                ),
                (
                    f"no step within {look.shown('interaction-hold')}"
                    if own
                    else "kept through the taper"
                ),
                event.name,
                ("asam-2025, p. 24", "fialip-1987"),
                event.on,
                can_kill=guards or own,
            )


def _added(
    level: Level, look: Look, event: PlannedMedicine, why: str, source: str, can_kill: bool = False
) -> Finding:
    return Finding(
        "interaction.sedatives",
        level,
        f"{event.name} starts on {event.on}: {why}.",
        "no further sedative during the plan",
        event.name,
        (source,),
        event.on,
        can_kill=can_kill,
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
            yield Finding(
                "interaction.duplicate",
                "warn",
                f"{drug} comes in on {look.day(first)} beside {', '.join(others)} and takes the"
                " place of none: "
                + (
                    "a second sedative of the same kind."
                    if any(d in look.touched for d in others)
                    else (
                        "the plan speaks of no drug that is taken. Is it the plan for another drug?"
                    )
                ),
                "one drug of this kind, or a switch",
                f"{len(others) + 1} drugs",
                ("fialip-1987",),
                look.day(first),
                can_kill=not any(d in look.touched for d in others),
            )
    now = [d for d in look.drugs if look.mg[d][look.begins - 1] > NOISE]
    if len(now) > 1:
        unmentioned = [d for d in now if d not in look.touched]
        is_left_out = bool(unmentioned) and look.plan.goal.aim == "stop"
        more = (
            f" The plan does not speak of {', '.join(unmentioned)}; it goes on as it is."
            if unmentioned
            else ""
        )
        yield Finding(
            "interaction.duplicate",
            "warn" if is_left_out else "note",
            f"Several of these drugs are taken already: {', '.join(now)}. Lower one at a"
            f" time.{more}",
            "one at a time",
            f"{len(now)} drugs",
            ("fialip-1987",),
        )


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
                "interaction.opioid",
                "warn",
                f"{event.name} stops on {event.on} while the benzodiazepine is lowered: one drug at"
                " a time, and treatment with methadone or buprenorphine is never broken off"
                " because of a benzodiazepine.",
                f"one drug at a time, {look.shown('opioid-steps')} apart",
                "both",
                look.facts.recommendations["asam-21"].sources,
                event.on,
                can_kill=is_treatment,
            )
    if not has_opioid(look):
        return
    has = _has_antidote(look)
    yield Finding(
        "interaction.opioid",
        "note" if has else "warn",
        "An opioid is taken: review at every visit, lowest doses of both"
        + (
            ", and naloxone is at hand."
            if has
            else "; naloxone stands neither in the case's medicines nor in the plan's."
        ),
        "naloxone for everyone who takes both, as a medicine of the case or of the plan",
        "at hand" if has else "not at hand",
        look.facts.recommendations["asam-17"].sources,
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


def forbidden(look: Look) -> Iterator[Finding]:
    """Medicines that the guideline advises against as a means of tapering, or keeps for
    hospital.
    """
    for event in look.plan.medicines:
        if event.event != "starts":
            continue
        groups = classes_of(event.name, look.facts)
        if "reversal agent" in groups:
            rule = look.facts.recommendations["asam-14"]
            yield Finding(
                "interaction.forbidden",
                "refuse",
                f"{event.name} starts on {event.on}: it takes the drug's effect away at once and"
                " risks seizures that resist treatment.",
                "never as a means of tapering",
                event.name,
                rule.sources,
                event.on,
                can_kill=True,
            )
        elif "general anaesthetic" in groups:
            rule = look.facts.recommendations["asam-15"]
            yield Finding(
                "interaction.forbidden",
                "warn",
                f"{event.name} starts on {event.on}: the guideline advises against anaesthetics as"
                " a means of tapering.",
                "not as a means of tapering",
                event.name,
                rule.sources,
                event.on,
                can_kill=True,
            )
        elif "barbiturate" in groups and not look.is_inpatient:
            rule = look.facts.recommendations["asam-13"]
            yield Finding(
                "interaction.forbidden",
                "warn",
                f"{event.name} starts on {event.on} outside hospital: for withdrawal it belongs"
                " there, with clinicians who know it.",
                "in hospital",
                look.plan.setting,
                rule.sources,
                event.on,
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
            "interaction.unknown",
            "note",
            "Not in the list of interactions, and so neither counted nor cleared:"
            f" {', '.join(strange)}.",
            "",
            f"{len(strange)} medicines",
        )


RULES = (
    Rule("interaction.level", level_changes),
    Rule("interaction.sedatives", sedatives),
    Rule("interaction.comes-off", comes_off),
    Rule("interaction.duplicate", duplicate),
    Rule("interaction.opioid", opioid),
    Rule("interaction.forbidden", forbidden),
    Rule("interaction.unknown", unknown),
)
