"""Which conditions a free text names: 'Z. n. Epilepsie, CKD 4' is epilepsy and kidney failure."""

import re
from functools import lru_cache

from homeostat.facts.library import Facts
from homeostat.facts.spelling import looks_like, plain_text

DENIED = frozenset(
    ("no", "not", "never", "without", "denies", "kein", "keine", "keinen", "nie", "ohne", "nicht")
)
"""Words before a condition that say that the person does not have it."""
REACH = 3
"""Words between such a word and the condition, at most."""
TYPED = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
"""German letters, and how they are typed without them."""


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
    left, found = _plain(text), set()
    names: dict[str, set[str]] = {}
    for one in facts.conditions.values():
        for word in (*one.case_words, *one.words, *one.words_de):
            names.setdefault(_plain(word), set()).add(one.id)
    for word in sorted(names, key=len, reverse=True):
        for at in re.finditer(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", left):
            if not _is_denied(left[: at.start()]):
                found |= names[word]
            left = left[: at.start()] + "." * len(word) + left[at.end() :]
    return tuple(name for name in facts.conditions if name in found)


def _is_denied(before: str) -> bool:
    """True when a word that denies stands shortly before, in the same clause."""
    clause = re.split(r"[.,;:]", before)[-1]
    return not DENIED.isdisjoint(clause.split()[-REACH:])


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Return a text in small Latin letters, as it is typed without umlauts; dots and commas stay,
    because they end a clause.
    """
    spelled = plain_text(text).casefold()
    for letter, typed in TYPED:
        spelled = spelled.replace(letter, typed)
    bare = looks_like(spelled).replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[^a-z0-9.,;:]+", " ", bare).split())
