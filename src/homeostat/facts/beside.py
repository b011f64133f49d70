"""What speaks against a medicine in a condition, and how it may end, by the groups that it is in.

A rule asks for groups and properties, never for a name.
"""

from collections.abc import Collection

from homeostat.facts.library import Facts
from homeostat.facts.medicines import classes_of, medicines_of, properties_of
from homeostat.facts.records import Contraindication, GroupContraindication, MedicinePair, Stop

STRONGEST: tuple[Stop, ...] = ("taper", "ask", "no taper needed", "not said")
"""Ways to end a medicine; the first that one of its groups has holds."""
TAPERED = "own_withdrawal"
"""The property of a medicine that must be tapered itself."""


def groups_of(name: str, facts: Facts) -> tuple[str, ...]:
    """Return the ids of the groups that a medicine is in: its own, those of its properties and
    classes, and those that hold them. Every active substance of a combination counts.

    >>> from homeostat.facts import load
    >>> groups_of("Avlocardal", load())[:2], groups_of("xyz", load())
    (('mimics-withdrawal', 'beta-blocker'), ())
    >>> "bupropion" in groups_of("Mysimba", load()), "opioid" in groups_of("Percocet", load())
    (True, True)
    """
    found = {group for one in medicines_of(name, facts) for group in one.groups}
    properties, classes = properties_of(name, facts), classes_of(name, facts)
    for group in facts.medicine_groups.values():
        if group.has_property in properties or not set(group.of_classes).isdisjoint(classes):
            found.add(group.id)
    while more := {
        group.id
        for group in facts.medicine_groups.values()
        if group.id not in found and not found.isdisjoint(group.holds)
    }:
        found |= more
    return tuple(name for name in facts.medicine_groups if name in found)


def contraindications_of(
    groups: Collection[str], conditions: Collection[str], facts: Facts
) -> tuple[GroupContraindication, ...]:
    """Return what speaks against medicines of some groups in some conditions, the contraindicated
    and what can kill first.

    >>> from homeostat.facts import load
    >>> found = contraindications_of(groups_of("Inderal", load()), ["asthma"], load())
    >>> [(one.id, one.severity, one.can_kill) for one in found][0]
    ('betablocker-asthma', 'contraindicated', True)
    >>> contraindications_of(groups_of("paracetamol", load()), ["asthma"], load())
    ()
    """
    found = [
        one
        for one in facts.group_contraindications.values()
        if not set(one.groups).isdisjoint(groups) and not set(one.conditions).isdisjoint(conditions)
    ]
    return tuple(
        sorted(found, key=lambda one: (one.severity != "contraindicated", not one.can_kill))
    )


def pairs_of(
    groups: Collection[str], others: Collection[str], when: str, facts: Facts
) -> tuple[MedicinePair, ...]:
    """Return what harms when a medicine of some groups starts, or ends, beside one of others, the
    contraindicated and what can kill first.

    >>> from homeostat.facts import load
    >>> pair = groups_of("Parnate", load()), groups_of("venlafaxine", load())
    >>> [one.id for one in pairs_of(*pair, "start", load())][0]
    'maoi-serotonergic'
    >>> pairs_of(*pair, "end", load())
    ()
    """
    mine, beside = set(groups), set(others)
    found = [
        one
        for one in facts.medicine_pairs.values()
        if one.when == when
        and (
            (mine & set(one.groups) and beside & set(one.with_groups))
            or (when == "start" and beside & set(one.groups) and mine & set(one.with_groups))
        )
    ]
    return tuple(
        sorted(found, key=lambda one: (one.severity != "contraindicated", not one.can_kill))
    )


def label_contraindications(
    drug: str, condition: str, facts: Facts
) -> tuple[Contraindication, ...]:
    """Return what the texts of the markets say against a drug in a condition, the text of the drug
    alone first.

    >>> from homeostat.facts import load
    >>> found = label_contraindications("clonazepam", "liver-failure", load())
    >>> [one.market for one in found]
    ['UK', 'US', 'EU']
    """
    found = [
        one
        for one in facts.contraindications.values()
        if drug in one.drugs and condition in one.conditions
    ]
    return tuple(sorted(found, key=lambda one: len(one.drugs)))


def stop_of(name: str, facts: Facts) -> Stop:
    """Return how a medicine may end, by the strictest of its groups; 'not said' for an unknown one.

    >>> from homeostat.facts import load
    >>> [stop_of(name, load()) for name in ("Effexor", "insulin", "daridorexant", "xyz")]
    ['taper', 'ask', 'no taper needed', 'not said']
    """
    if TAPERED in properties_of(name, facts):
        return "taper"
    said = {facts.medicine_groups[group].stop for group in groups_of(name, facts)}
    return next((way for way in STRONGEST if way in said), "not said")


def stop_harms(name: str, facts: Facts) -> tuple[str, ...]:
    """Return what a sudden end of a medicine brings, by its groups, the strictest first.

    >>> from homeostat.facts import load
    >>> stop_harms("Catapres", load())
    ('rebound of blood pressure, worse beside a beta blocker',)
    """
    groups = [facts.medicine_groups[group] for group in groups_of(name, facts)]
    groups.sort(key=lambda group: STRONGEST.index(group.stop))
    return tuple(dict.fromkeys(group.stop_harm for group in groups if group.stop_harm))
