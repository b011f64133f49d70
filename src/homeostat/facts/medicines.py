"""What the written name of another medicine means: the classes it belongs to, and whether a source
says so.
"""

import re
from functools import lru_cache

from homeostat.facts.library import Facts
from homeostat.facts.records import MedicineClass
from homeostat.facts.spelling import looks_like

OWN_KIND = "benzodiazepine or Z-drug"
"""The class that every drug of this model belongs to as well, by name or brand."""


def classes_of(name: str, facts: Facts) -> tuple[str, ...]:
    """Return the ids of the classes a medicine belongs to; a name may hold more words, such as a
    salt or a dose.

    >>> from homeostat.facts import load
    >>> classes_of("Morphine sulfate 10 mg", load()), classes_of("amlodipine", load())
    (('opioid',), ())
    >>> classes_of("Percocet", load()), classes_of("Co-codamol 30/500", load())
    (('opioid',), ('opioid',))
    >>> classes_of("Lyrica", load())
    ('gabapentinoid',)
    """
    found = [group.id for group in facts.medicine_classes.values() if _names_in(name, group.names)]
    if _names_in(name, _drug_names(facts)):
        found.append(OWN_KIND)
    return tuple(dict.fromkeys(found))


def is_recalled(name: str, group: MedicineClass) -> bool:
    """True when a medicine is in a class, and no source that was read says so.

    >>> from homeostat.facts import load
    >>> opioid = load().medicine_classes["opioid"]
    >>> [is_recalled(name, opioid) for name in ("morphine", "Percocet", "amlodipine")]
    [False, True, False]
    """
    return bool(_names_in(name, group.names)) and (
        group.is_unverified or not _names_in(name, group.members)
    )


def _names_in(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of several names that stand in a name as whole words."""
    text = f" {_plain(name)} "
    return tuple(known for known in names if f" {_plain(known)} " in text)


def _drug_names(facts: Facts) -> tuple[str, ...]:
    return tuple(word for drug in facts.drugs.values() for word in (drug.id, *drug.brands))


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    """Return a name in the small Latin letters it looks like, signs as single spaces, so that whole
    words can be compared.
    """
    return " ".join(
        re.sub(r"[^a-z0-9]+", " ", looks_like(name).replace("'", "").replace("’", "")).split()
    )
