"""Plausible: what no other rule weighs and must be true all the same: a plan's length, its making,
days and names of medicines.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from homeostat.care.case import words
from homeostat.care.case.model import day_0
from homeostat.care.case.rules import is_taken
from homeostat.care.check.plan_days import Look
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding
from homeostat.care.ways import SETTINGS
from homeostat.facts.medicines import classes_of
from homeostat.facts.spelling import described, looks_like, odd_letters
from homeostat.language.messages import Listed, Message, Quantity, Term, said

OF_A_SEARCH = frozenset({"people", "hard_points"})
"""Settings that the search writes into its plans and nobody can choose."""
SHORTEST_NAME = 5
"""Letters from which a word may be a misspelt medicine."""


def length(look: Look) -> Iterator[Finding]:
    """A plan that is longer than anybody can plan: it needs a reason, and beyond some years it is
    refused.
    """
    days = (look.end - look.start).days
    limit, longest = look.limit("plan-long"), look.limit("plan-longest")
    if days <= limit:
        return
    is_too_long = days > longest
    yield Finding(
        level="refuse" if is_too_long else "warn",
        message="plan.length.too-long" if is_too_long else "plan.length",
        values={"start": look.start},
        limit=Quantity(longest if is_too_long else limit, "d"),
        value=Quantity(days, "d"),
        sources=look.facts.choices["plan-long"].sources,
        on=look.end,
    )


def origin(look: Look) -> Iterator[Finding]:
    """What the plan says of its own making: the day, the time zone, and the settings of the way
    that made it.
    """
    yield from _made_on(look)
    zone, known = look.plan.zone, _zones()
    if zone and known and zone not in known:
        yield Finding(level="warn", message="plan.origin.no-such-zone", values={"zone": zone})
    names = {name.rpartition(": ")[-1] for name in look.plan.way.settings}
    if strange := sorted(names - SETTINGS.keys() - OF_A_SEARCH):
        yield Finding(
            level="warn",
            message="plan.origin.no-such-settings",
            values={"settings": Listed(tuple(strange)), "known": Listed(tuple(SETTINGS))},
        )


def _made_on(look: Look) -> Iterator[Finding]:
    made, limit = look.plan.made_on, look.limit("made-before")
    last = look.today if look.goes_on else max(look.today, look.end)
    if made < day_0(look.case):
        yield Finding(
            level="refuse",
            message="plan.origin.before-anything-was-taken",
            values={"made": made, "first": day_0(look.case)},
        )
    elif (look.start - made).days > limit:
        yield Finding(
            level="warn",
            message="plan.origin.long-before-it-begins",
            values={"made": made, "start": look.start},
            limit=Quantity(limit, "d"),
            value=Quantity((look.start - made).days, "d"),
        )
    elif made > last:
        yield Finding(
            level="warn", message="plan.origin.ahead", values={"made": made, "last": last}
        )


def medicines(look: Look) -> Iterator[Finding]:
    """A medicine that starts or stops so far from the plan's days that the year must be wrong."""
    limit = look.limit("medicine-far")
    for event in look.plan.medicines:
        apart = max((event.on - look.end).days, (look.start - event.on).days)
        if apart > limit:
            is_after = event.on > look.end
            is_start = event.event == "starts"
            yield Finding(
                level="warn",
                message="plan.medicines",
                values={
                    "name": Term(event.name),
                    "event": said("event.starts") if is_start else said("event.stops"),
                    "side": said("side.after") if is_after else said("side.before"),
                },
                limit=Quantity(limit, "d"),
                value=Quantity(apart, "d"),
                on=event.on,
            )


def names(look: Look) -> Iterator[Finding]:
    """Names of medicines and conditions with letters of another alphabet, or nearly the name of a
    known medicine: no rule may miss them.
    """
    taken = [m.name for m in look.case.medicine if is_taken(m, look.start)]
    written = dict.fromkeys([*(m.name for m in look.plan.medicines), *taken])
    for name in (*written, *look.case.other_conditions):
        if odd := odd_letters(name):
            hint = near(look, name) if name in written else ()
            meant = hint or (looks_like(name),) * looks_like(name).isascii()
            yield Finding(
                level="warn",
                message="plan.names.odd-letters",
                values={"name": name, "letters": Listed(tuple(map(described, odd)))},
                additions=(_meant(meant) if meant else said("name.in-latin-letters"),),
            )
    for name in written:
        is_known = classes_of(name, look.facts) or words.is_known_medicine(name, look.facts)
        if not odd_letters(name) and not is_known and (found := near(look, name)):
            yield Finding(
                level="warn",
                message="plan.names.unknown",
                values={"name": name},
                additions=(_meant(found),),
            )
    conditions = {looks_like(word): word for word in words.known_conditions(look.facts)}
    for name in look.case.other_conditions:
        if found := _nearest(look, looks_like(name), conditions):
            yield Finding(
                level="warn",
                message="plan.names.other-condition",
                values={"name": name},
                additions=(_meant(found),),
            )


def near(look: Look, name: str) -> tuple[str, ...]:
    """Return the known medicine that a name looks like, or is nearly spelt as; empty if there is
    none.
    """
    known = _known(look)
    whole = looks_like(name).strip()
    for word in (whole, *(part for part in whole.split() if len(part) >= SHORTEST_NAME)):
        if found := _nearest(look, word, known):
            return found
    return ()


def _nearest(look: Look, word: str, known: Mapping[str, str]) -> tuple[str, ...]:
    found = get_close_matches(word, known, n=1, cutoff=look.limit("name-near"))
    return tuple(known[one] for one in found)


def _known(look: Look) -> dict[str, str]:
    drugs = [word for drug in look.facts.drugs.values() for word in (drug.id, *drug.brands)]
    groups = [name for group in look.facts.medicine_classes.values() for name in group.names]
    others = [word for one in look.facts.known_sedatives.values() for word in (one.id, *one.names)]
    return {
        looks_like(name): name
        for name in (*words.known_medicines(look.facts), *groups, *drugs, *others)
        if len(name) >= SHORTEST_NAME
    }


def _meant(names: tuple[str, ...]) -> Message:
    return said("name.meant", name=Term(names[0]))


@cache
def _zones() -> frozenset[str]:
    """Return the time zones that this machine knows; empty where it has no list of them."""
    return frozenset(available_timezones())


RULES = (
    Rule("plan.length", length),
    Rule("plan.origin", origin),
    Rule("plan.medicines", medicines),
    Rule("plan.names", names),
)
