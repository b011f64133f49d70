"""Levels: medicines that start or stop during the plan and act like a change of dose."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from homeostat.care.assess.medicines import classes_of, is_in
from homeostat.care.case import words
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding
from homeostat.care.plan.records import PlannedMedicine
from homeostat.language.messages import Message, Quantity, Term, said


@dataclass(frozen=True)
class Effect:
    """What a medicine that starts or stops does to the level of a drug.

    Attributes:
        is_inducer: it speeds up the clearance; else it slows it.
        fold: times the clearance while it is taken; None where nobody has measured it.
        is_held: no dose is lowered around its day.
    """

    event: PlannedMedicine
    drug: str
    is_inducer: bool
    fold: float | None
    is_held: bool
    sources: tuple[str, ...]

    @property
    def acts_as_cut(self) -> bool:
        """True when the level falls, as if the dose had been lowered."""
        return self.is_inducer == (self.event.event == "starts")

    @property
    def times(self) -> float:
        """What the level becomes, in times of what it was; 1 where it is not known."""
        if not self.fold:
            return 1.0
        return 1 / self.fold if self.event.event == "starts" else self.fold

    @property
    def what(self) -> Message:
        """What it is, as every message about it begins."""
        name, on, drug = Term(self.event.name), self.event.on, Term(self.drug)
        if self.event.event == "starts":
            if self.is_inducer:
                return said("level.starts-and-speeds-up", name=name, on=on, drug=drug)
            return said("level.starts-and-slows", name=name, on=on, drug=drug)
        if self.is_inducer:
            return said("level.stops-and-sped-up", name=name, on=on, drug=drug)
        return said("level.stops-and-slowed", name=name, on=on, drug=drug)


def events(look: Look) -> tuple[PlannedMedicine, ...]:
    """Return what starts or stops in the plan, and what the case itself starts or stops from two
    weeks before it on.
    """
    since = look.start - timedelta(days=look.limit("interaction-hold"))
    found = list(look.plan.medicines)
    named = {(m.name.lower(), m.event) for m in found}
    for medicine in look.case.medicine:
        days: tuple[tuple[Literal["starts", "stops"], date | None], ...] = (
            ("starts", medicine.since),
            ("stops", medicine.until),
        )
        for event, on in days:
            is_named = (medicine.name.lower(), event) in named
            if on is not None and since <= on <= look.end and not is_named:
                found.append(PlannedMedicine(name=medicine.name, event=event, on=on))
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
            if _is_forbidden(look, event, drug, at):
                yield _forbidden(look, event, drug)
            elif (effect := _effect(look, event, drug, at)) is None:
                continue
            elif effect.fold is None:
                yield _of_unknown_size(look, effect)
            else:
                yield _of_known_size(look, effect)


def _effect(look: Look, event: PlannedMedicine, drug: str, at: int) -> Effect | None:
    """Return what a medicine does to a drug; None where it does nothing that is known."""
    rows = [
        r
        for r in words.interactions(event.name, look.facts.drug(drug), look.facts)
        if r.kind in {"inducer", "inhibitor"}
    ]
    own = [r for r in rows if r.victim == drug and words.holds(r, look.case.person.cyp2c19)]
    fold = next((r.clearance_fold for r in own if r.clearance_fold is not None), None)
    kind = own[0].kind if own else _by_class(look, event.name, drug)
    if kind is None or fold == 1.0 or (rows and not own):
        return None
    hold = int(look.limit("interaction-hold"))
    is_held = not look.lowers(at - hold + 1, at + hold)
    sources = own[0].sources if own else ()
    return Effect(event, drug, kind == "inducer", fold, is_held, sources)


def _of_known_size(look: Look, effect: Effect) -> Finding:
    times, on = effect.times, effect.event.on
    if times > 1 and times >= look.limit("level-rise"):
        return Finding(
            level="warn",
            message="interaction.level.rises",
            values={"what": effect.what},
            limit=look.shown("level-rise"),
            value=Quantity.rounded(times, "ratio", 2),
            sources=effect.sources,
            on=on,
            can_kill=times >= look.limit("level-can-kill"),
        )
    is_large = abs(1 - times) > look.limit("level-change")
    if effect.acts_as_cut and not effect.is_held and is_large:
        return Finding(
            level="warn",
            message="interaction.level.falls-while-lowered",
            values={"what": effect.what, "hold": look.shown("interaction-hold")},
            value=Quantity(times, "share"),
            sources=effect.sources,
            on=on,
            can_kill=times <= 1 / look.limit("level-can-kill"),
        )
    return Finding(
        level="note",
        message="interaction.level.goes",
        values={"what": effect.what},
        value=Quantity(times, "share"),
        sources=effect.sources,
        on=on,
    )


def _of_unknown_size(look: Look, effect: Effect) -> Finding:
    event = effect.event
    inducing = effect.is_inducer and event.event == "starts"
    strongly = not effect.is_inducer and _others_are_strong(look, effect.drug)
    begins = event.event == "starts" and event in look.plan.medicines
    is_alarm = inducing or strongly or ((effect.acts_as_cut or begins) and not effect.is_held)
    return Finding(
        level="warn" if is_alarm else "note",
        message=(
            "interaction.level.falls-by-an-unknown-size"
            if effect.acts_as_cut
            else "interaction.level.rises-by-an-unknown-size"
        ),
        values={"what": effect.what, "hold": look.shown("interaction-hold")},
        sources=effect.sources,
        on=event.on,
        can_kill=inducing or strongly,
    )


def _forbidden(look: Look, event: PlannedMedicine, drug: str) -> Finding:
    return Finding(
        level="refuse",
        message="interaction.level.forbidden",
        values={
            "name": Term(event.name),
            "drug": Term(drug),
            "share": look.shown("forbidden-pair-share"),
        },
        sources=look.facts.medicine_classes[f"never with {drug}"].sources,
        on=event.on,
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


RULES = (Rule("interaction.level", level_changes),)
