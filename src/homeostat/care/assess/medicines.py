"""Other medicines by class: what a name means to the rules, and which of the taken drugs a class can change."""

import re
from collections.abc import Iterable

from homeostat.care.case.records import Case
from homeostat.care.case.rules import is_taken, today
from homeostat.facts import Facts


def classes_of(name: str, facts: Facts) -> tuple[str, ...]:
    """Return the ids of the classes a medicine belongs to; a name may hold more words, such as a salt or a dose.

    >>> from homeostat.facts import load
    >>> classes_of("Morphine sulfate 10 mg", load()), classes_of("amlodipine", load())
    (('opioid',), ())
    """
    text = f" {_plain(name)} "
    found = [
        group.id
        for group in facts.medicine_classes.values()
        if any(f" {_plain(member)} " in text for member in group.names)
    ]
    if any(f" {drug} " in text for drug in _drug_names(facts)):
        found.append("benzodiazepine or Z-drug")
    return tuple(dict.fromkeys(found))


def is_in(name: str, group: str, facts: Facts) -> bool:
    """True when a medicine belongs to a class."""
    return group in classes_of(name, facts)


def taken_now(case: Case, group: str, facts: Facts) -> tuple[str, ...]:
    """Return the medicines of a class that the case names as taken today."""
    return tuple(m.name for m in case.medicine if is_taken(m, today(case)) and is_in(m.name, group, facts))


def any_in(names: Iterable[str], group: str, facts: Facts) -> bool:
    """True when one of several medicines belongs to a class."""
    return any(is_in(name, group, facts) for name in names)


def _drug_names(facts: Facts) -> tuple[str, ...]:
    return tuple(_plain(word) for drug in facts.drugs.values() for word in (drug.id, *drug.brands))


def _plain(name: str) -> str:
    """Return a name in small letters with single spaces, signs as spaces, so that whole words can be compared."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower().replace("'", "").replace("’", "")).split())
