"""Reading: the two places where words of a plan are read: whether an override says anything, and
what a rule must never tell.

Words are never a mitigation: they can only add a warning, or fail to lift one.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from homeostat.care.plan.records import Override, Plan
from homeostat.facts import Facts
from homeostat.language.messages import Message, said

FEWEST_LETTERS_OF_A_NAME = 2
FEWEST_LETTERS_OF_A_WORD = 3
"""Different letters of a word that says something: 'the', and not 'xxx'."""
NOT_CLINICAL = frozenset(
    {
        "source",
        "product",
        "supply-rule",
        "equivalence",
        "parameter",
        "choice",
        "study",
        "claim",
        "free-text",
    }
)
"""Kinds of facts whose words are about numbers and papers, not about people."""
_NOT_TEXT = {"sources", "reviewed"}
_WORD = r"[^\W\d_]{4,}"
SHORTEST_HEAD, LONGEST_HEAD = 5, 7
"""Letters by which two forms of a word are the same: 'night' and 'nightly', 'neurology' and
'neurological'.
"""


def lacking(given: Override, plan: Plan, facts: Facts, today: date) -> Message | None:
    """Return what an override lacks to count; None if nothing.

    A reason needs three different words that are neither filler nor the finding's own name, one of
    them a word that the facts use of people and their care (`clinical_words`). This stops empty
    words, not false ones; a reason in another language than English names at least a medicine or a
    condition.
    """
    own = set(re.findall(r"\w+", given.finding.lower()))
    content = (
        {
            w
            for w in re.findall(r"[^\W\d_]{3,}", given.reason.lower())
            if len(set(w)) >= FEWEST_LETTERS_OF_A_WORD
        }
        - filler(facts)
        - own
    )
    if len(content) < facts.choices["override-words"].to("count"):
        return said("override.no-reason", reason=given.reason)
    if not any(_is_clinical(word, facts) for word in content):
        return said("override.nothing-clinical", reason=given.reason)
    if len(re.findall(r"[^\W\d_]", given.by)) < FEWEST_LETTERS_OF_A_NAME:
        return said("override.by-nobody", by=given.by)
    if given.on > max(today, plan.made_on):  # a case may be older than its plan
        return said("override.ahead", on=given.on)
    if given.on < plan.made_on - timedelta(days=facts.choices["override-days"].to("d")):
        return said("override.long-before", on=given.on)
    return None


@lru_cache(maxsize=1)
def filler(facts: Facts) -> frozenset[str]:
    """Return the words that fill a sentence and give nobody a reason to weigh."""
    rows = facts.free_texts.values()
    return frozenset(word for row in rows if row.does == "filler" for word in row.words)


@lru_cache(maxsize=1)
def clinical_words(facts: Facts) -> frozenset[str]:
    """Return the words of four letters and more that the facts use of people: signs, dangers,
    remedies, medicines, conditions.
    """
    records = (record for kind, _, record in facts.everything() if kind not in NOT_CLINICAL)
    texts = (text for record in records for text in _texts(record.model_dump(exclude=_NOT_TEXT)))
    known = frozenset(word for text in texts for word in re.findall(_WORD, text.lower()))
    return known - filler(facts)


@lru_cache(maxsize=1)
def _heads(facts: Facts) -> frozenset[str]:
    lengths = range(SHORTEST_HEAD, LONGEST_HEAD + 1)
    return frozenset(w[:n] for w in clinical_words(facts) for n in lengths if len(w) >= n)


def _is_clinical(word: str, facts: Facts) -> bool:
    """True for a word that the facts use, and for another form of one."""
    known = clinical_words(facts)
    if word in known or (len(word) >= SHORTEST_HEAD and word[:LONGEST_HEAD] in _heads(facts)):
        return True
    return any(word[:n] in known for n in range(SHORTEST_HEAD, min(LONGEST_HEAD, len(word))))


def _texts(node: Any) -> Iterator[str]:
    """Yield every text in a record, at any depth."""
    if isinstance(node, str):
        yield node
    for inner in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list | tuple) else ()
    ):
        yield from _texts(inner)


def lethal_words(text: str, facts: Facts) -> str:
    """Return what a text seems to tell that no rule may; empty for all others.

    A clause that holds a 'no' before such words is left alone.

    >>> from homeostat.facts import load
    >>> lethal_words("Take the missed doses together with the next one.", load())
    'make up for missed doses'
    >>> lethal_words("Never double a dose.", load()), lethal_words("Sofort alles absetzen!", load())
    ('', 'stop at once')
    """
    rows = facts.free_texts.values()
    negations = [p for row in rows if row.does == "negation" for p in row.patterns]
    for clause in re.split(r"[.;:!?,]", text.lower()):
        for row in rows:
            for pattern in row.patterns if row.does == "dangerous" else ():
                found = re.search(pattern, clause)
                if found and not any(re.search(no, clause[: found.end()]) for no in negations):
                    return row.tells
    return ""
