"""What the written name of another medicine means: its record, the classes it belongs to, its
properties, and whether a source says so.
"""

import re

from homeostat.facts.library import Facts
from homeostat.facts.records import KnownSedative, Medicine, MedicineClass
from homeostat.facts.spelling import plain_name

OWN_KIND = "benzodiazepine or Z-drug"
"""The class that every drug of this model, and every sedative of its kind known beside them,
belongs to, by name or brand.
"""
MOST_WORDS = 5
"""Words of the longest name of a medicine."""
APART = re.compile(r"[+/&,;]|\b(and|with|und|mit|et|y|e|con|avec)\b", re.IGNORECASE)
"""What stands between two medicines, and not between a medicine and its salt."""


def medicines_of(name: str, facts: Facts) -> tuple[Medicine, ...]:
    """Return the records of the medicines that a written name holds as whole words, such as a brand
    with a dose; several for a combination, every active substance of it. The longest name is read
    first, so that 'hyoscine butylbromide' is no hyoscine.

    >>> from homeostat.facts import load
    >>> [one.id for one in medicines_of("Sodium valproate 500 mg", load())]
    ['valproate']
    >>> [one.id for one in medicines_of("Zoloft", load())], medicines_of("xyz", load())
    (['sertraline'], ())
    >>> [one.id for one in medicines_of("Percocet 5/325", load())]
    ['oxycodone', 'paracetamol']
    >>> [one.id for one in medicines_of("losartan potassium", load())]
    ['losartan']
    """
    words: list[str | None] = [*plain_name(name).split()]
    found: dict[str, None] = {}
    ends: set[int] = set()
    salts: list[tuple[int, str]] = []
    for size in range(MOST_WORDS, 0, -1):
        for at in range(len(words) - size + 1):
            phrase = [word for word in words[at : at + size] if word is not None]
            ids = facts.medicine_names.get(" ".join(phrase), ()) if len(phrase) == size else ()
            for one in ids:
                if facts.medicines[one].is_salt:
                    salts.append((at, one))
                else:
                    found[one] = None
                    ends.add(at + size)
            if ids:
                words[at : at + size] = [None] * size
    is_mixed = bool(APART.search(name))
    found.update({one: None for at, one in salts if is_mixed or at not in ends})
    return tuple(facts.medicines[one] for one in found)


def medicine_named(text: str, facts: Facts) -> Medicine | None:
    """Return the one medicine that a text names, by its substance, a synonym or a brand; None for
    none, and for a combination.

    >>> from homeostat.facts import load
    >>> medicine_named("Avlocardal 40 mg", load()).id, medicine_named("Percocet", load())
    ('propranolol', None)
    """
    found = medicines_of(text, facts)
    return found[0] if len(found) == 1 else None


def known_sedative(name: str, facts: Facts) -> KnownSedative | None:
    """Return the sedative that is known and not covered, by its name or brand as written.

    >>> from homeostat.facts import load
    >>> known_sedative("Havlane", load()).id, known_sedative("clonazepam", load())
    ('loprazolam', None)
    """
    return next(
        (
            one
            for one in facts.known_sedatives.values()
            if _names_in(plain_name(name), (one.id, *one.names))
        ),
        None,
    )


def classes_of(name: str, facts: Facts) -> tuple[str, ...]:
    """Return the ids of the classes a medicine belongs to; a name may hold more words, such as a
    salt or a dose, or be a brand of a medicine whose substance stands in the class.

    >>> from homeostat.facts import load
    >>> classes_of("Morphine sulfate 10 mg", load()), classes_of("amlodipine", load())
    (('opioid',), ())
    >>> classes_of("Percocet", load()), classes_of("Co-codamol 30/500", load())
    (('opioid',), ('opioid',))
    >>> classes_of("Lyrica", load()), classes_of("Havlane", load())
    (('gabapentinoid',), ('benzodiazepine or Z-drug',))
    """
    meant = _meant(name, facts)
    found = [
        group.id
        for group in facts.medicine_classes.values()
        if any(_names_in(word, group.names) for word in meant)
    ]
    if _names_in(plain_name(name), _names_of_own_kind(facts)):
        found.append(OWN_KIND)
    return tuple(dict.fromkeys(found))


def properties_of(name: str, facts: Facts) -> frozenset[str]:
    """Return what a medicine does beside these drugs: its own properties and those of its classes.

    >>> from homeostat.facts import load
    >>> sorted(properties_of("Tramadol 50 mg", load()))[:3]
    ['lowers_seizure_threshold', 'mimics_withdrawal', 'own_withdrawal']
    >>> properties_of("amlodipine", load())
    frozenset()
    """
    own = (kind for one in medicines_of(name, facts) for kind in one.properties)
    of_classes = (
        kind for one in classes_of(name, facts) for kind in facts.medicine_classes[one].properties
    )
    return frozenset((*own, *of_classes))


def is_cleared(name: str, facts: Facts) -> bool:
    """True when a medicine is known by name and nothing is known that it does beside these drugs.

    >>> from homeostat.facts import load
    >>> [is_cleared(name, load()) for name in ("amlodipine", "omeprazole", "xyz")]
    [True, False, False]
    """
    known = medicines_of(name, facts)
    return (
        bool(known)
        and all(one.changes_no_level for one in known)
        and not properties_of(name, facts)
        and not classes_of(name, facts)
    )


def is_recalled(name: str, group: MedicineClass, facts: Facts) -> bool:
    """True when a medicine is in a class, and no source that was read says so.

    >>> from homeostat.facts import load
    >>> opioid = load().medicine_classes["opioid"]
    >>> [is_recalled(name, opioid, load()) for name in ("morphine", "Percocet", "amlodipine")]
    [False, True, False]
    """
    return group.id in classes_of(name, facts) and (
        group.is_unverified or not _names_in(plain_name(name), group.members)
    )


def _meant(name: str, facts: Facts) -> tuple[str, ...]:
    """Return the written name and the substances that it means, in plain letters."""
    return tuple(
        dict.fromkeys(plain_name(word) for word in (name, *_ids(medicines_of(name, facts))))
    )


def _ids(found: tuple[Medicine, ...]) -> tuple[str, ...]:
    return tuple(one.id for one in found)


def _names_in(plain: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of several names that stand in a plain name as whole words."""
    text = f" {plain} "
    return tuple(known for known in names if f" {plain_name(known)} " in text)


def _names_of_own_kind(facts: Facts) -> tuple[str, ...]:
    return (
        *(word for drug in facts.drugs.values() for word in (drug.id, *drug.brands)),
        *(
            word
            for one in facts.known_sedatives.values()
            if one.is_own_kind
            for word in (one.id, *one.names)
        ),
    )
