"""Which conditions a free text names: 'Z. n. Epilepsie, CKD 4' is epilepsy and kidney failure."""

import re

from homeostat.facts.library import Facts
from homeostat.facts.records import Condition
from homeostat.facts.spelling import typed

DENIED = frozenset(
    ("no", "not", "never", "without", "denies", "kein", "keine", "keinen", "nie", "ohne", "nicht")
)
"""Words before a condition that say that the person does not have it."""
REACH = 3
"""Words between such a word and the condition, at most."""
MOST_WORDS = 6
"""Words of the longest name of a condition."""
END = re.compile(r"[.,;:]")
"""What ends a clause."""


def conditions_in(text: str, facts: Facts) -> tuple[str, ...]:
    """Return the ids of the conditions that a free text names, in the order of the facts.

    The longest name is read first, so that 'Child C' is no child. A text that denies a condition
    does not name it. An empty answer means that nothing was recognised, never that there is
    nothing.

    >>> from homeostat.facts import load
    >>> conditions_in("Z. n. Epilepsie, CKD stage 4", load())
    ('kidney-failure', 'epilepsy')
    >>> conditions_in("cirrhosis, Child C", load())
    ('liver-failure', 'liver-disease')
    >>> conditions_in("no history of epilepsy", load()), conditions_in("hay fever", load())
    ((), ())
    """
    found: set[str] = set()
    for clause in END.split(typed(text)):
        found |= _in_clause(clause.split(), facts)
    return tuple(name for name in facts.conditions if name in found)


def condition_named(text: str, facts: Facts) -> Condition | None:
    """Return the one condition that a text names; None for none and for several.

    >>> from homeostat.facts import load
    >>> condition_named("Myasthenia gravis (MG)", load()).id, condition_named("hay fever", load())
    ('myasthenia-gravis', None)
    """
    found = conditions_in(text, facts)
    return facts.conditions[found[0]] if len(found) == 1 else None


def _in_clause(words: list[str], facts: Facts) -> set[str]:
    left: list[str | None] = list(words)
    found: set[str] = set()
    for size in range(MOST_WORDS, 0, -1):
        for at in range(len(left) - size + 1):
            phrase = left[at : at + size]
            if None in phrase:
                continue
            named = facts.condition_names.get(" ".join(word for word in phrase if word), ())
            if named:
                if DENIED.isdisjoint(words[max(0, at - REACH) : at]):
                    found.update(named)
                left[at : at + size] = [None] * size
    return found
