"""Beside: what stands beside the drugs that are lowered: other medicines against the person's
conditions and against each other, and the drugs themselves against the conditions.

Every rule asks for groups, conditions and properties of the facts, never for a name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from homeostat.care.case.model import condition_ids
from homeostat.care.case.rules import is_taken
from homeostat.care.check.interactions import comes_off
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding
from homeostat.facts.beside import (
    contraindications_of,
    groups_of,
    label_contraindications,
    pairs_of,
    stop_harms,
    stop_of,
)
from homeostat.language.messages import Term, said


@dataclass(frozen=True)
class Beside:
    """Another medicine while the plan lasts.

    Attributes:
        starts, ends: day on which it does so by the plan or the case; None = it is taken before,
            or goes on.
    """

    name: str
    groups: tuple[str, ...]
    starts: date | None
    ends: date | None

    def is_taken(self, day: date) -> bool:
        """True on a day from its start to its end."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day < self.ends
        )


def medicines(look: Look) -> tuple[Beside, ...]:
    """Return the other medicines of the case and of the plan, each once."""
    starts = {e.name.lower(): e.on for e in look.plan.medicines if e.event == "starts"}
    ends = {e.name.lower(): e.on for e in look.plan.medicines if e.event == "stops"}
    names: dict[str, str] = {}
    begun: dict[str, date | None] = {}
    for medicine in look.case.medicine:
        is_near = is_taken(medicine, look.start) or (
            medicine.since is not None and medicine.since >= look.start
        )
        if is_near:
            key = medicine.name.lower()
            names[key], begun[key] = medicine.name, None
            if medicine.since is not None and medicine.since >= look.start:
                begun[key] = medicine.since
            if medicine.until is not None:
                ends.setdefault(key, medicine.until)
    for event in look.plan.medicines:
        names.setdefault(event.name.lower(), event.name)
    return tuple(
        Beside(name, groups_of(name, look.facts), begun.get(key, starts.get(key)), ends.get(key))
        for key, name in names.items()
    )


def against_condition(look: Look) -> Iterator[Finding]:
    """Another medicine that starts, or goes on, in somebody whose condition speaks against it."""
    has = condition_ids(look.case, look.facts)
    for one in medicines(look):
        rows = contraindications_of(one.groups, has, look.facts)
        if not rows:
            continue
        row = rows[0]
        is_hard = row.severity == "contraindicated"
        condition = next(name for name in has if name in row.conditions)
        values = {
            "name": Term(one.name),
            "condition": Term(look.facts.conditions[condition].name),
            "harm": Term(row.harm),
        }
        if one.starts is not None:
            yield Finding(
                level="warn" if is_hard or row.can_kill else "note",
                message="beside.condition.starts" if is_hard else "beside.condition.care",
                values=values,
                sources=row.sources,
                on=one.starts,
                can_kill=is_hard and row.can_kill,
            )
        elif is_hard:
            yield Finding(
                level="warn" if row.can_kill else "note",
                message="beside.condition.goes-on",
                values=values,
                sources=row.sources,
            )


def against_drug(look: Look) -> Iterator[Finding]:
    """A drug that goes on unchanged in somebody whose condition speaks against it.

    A condition is a reason to lower or to ask, never to stop at once: a drug that is lowered soon
    gets a note.
    """
    has = condition_ids(look.case, look.facts)
    soon = look.begins + int(look.limit("hazard-lowered-within"))
    for drug in look.drugs:
        before = look.mg[drug][look.begins - 1]
        later = look.mg[drug][min(soon, look.count - 1)]
        if before <= NOISE:
            continue
        for name in has:
            labels = [
                row
                for row in label_contraindications(drug, name, look.facts)
                if row.severity == "contraindicated"
            ]
            groups = [
                row
                for row in contraindications_of(groups_of(drug, look.facts), [name], look.facts)
                if row.severity == "contraindicated"
            ]
            if not labels and not groups:
                continue
            is_lowered = later < before - NOISE
            yield Finding(
                level="note" if is_lowered else "warn",
                message="beside.drug.lowered" if is_lowered else "beside.drug.goes-on",
                values={
                    "drug": Term(drug),
                    "condition": Term(look.facts.conditions[name].name),
                    "within": look.shown("hazard-lowered-within"),
                },
                sources=tuple(dict.fromkeys(s for row in (*labels, *groups) for s in row.sources)),
            )
            break


def pairs(look: Look) -> Iterator[Finding]:
    """Two other medicines that harm together, from the day one of them starts or ends."""
    beside = medicines(look)
    for one in beside:
        for day, when in ((one.starts, "start"), (one.ends, "end")):
            if day is None:
                continue
            others = [m for m in beside if m is not one and m.is_taken(day)]
            for other in others:
                if when == "start" and other.starts == day and other.name < one.name:
                    continue  # said once, from the first name
                rows = pairs_of(one.groups, other.groups, when, look.facts)
                if not rows:
                    continue
                is_hard = rows[0].severity == "contraindicated"
                yield Finding(
                    level="warn" if is_hard or rows[0].can_kill else "note",
                    message="beside.pair.starts" if when == "start" else "beside.pair.ends",
                    values={
                        "name": Term(one.name),
                        "other": Term(other.name),
                        "harm": Term(rows[0].harm),
                    },
                    sources=rows[0].sources,
                    on=day,
                    can_kill=is_hard and rows[0].can_kill,
                )


def stopped_at_once(look: Look) -> Iterator[Finding]:
    """Another medicine that must be tapered itself ends from one day to the next; near a step the
    two cannot be told apart.
    """
    known = {f.on for f in comes_off(look) if f.level != "note"}
    for one in medicines(look):
        if one.ends is None or one.ends < look.start - timedelta(days=look.limit("gone-days")):
            continue
        if stop_of(one.name, look.facts) != "taper" or one.ends in known:
            continue
        if one.starts is not None and (one.ends - one.starts).days <= look.limit("short-course"):
            continue
        harms = stop_harms(one.name, look.facts)
        at, hold = look.index(one.ends), int(look.limit("interaction-hold"))
        yield Finding(
            level="warn" if look.lowers(at - hold + 1, at + hold) else "note",
            message="beside.stops",
            values={
                "name": Term(one.name),
                "harm": Term(harms[0]) if harms else said("beside.own-withdrawal"),
                "hold": look.shown("interaction-hold"),
            },
            on=one.ends,
        )


RULES = (
    Rule("beside.condition", against_condition),
    Rule("beside.drug", against_drug),
    Rule("beside.pair", pairs),
    Rule("beside.stops", stopped_at_once),
)
