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

FEWEST_LETTERS_OF_A_NAME = 2
FEWEST_LETTERS_OF_A_WORD = 3
"""Different letters of a word that says something: 'the', and not 'xxx'."""
_FILLER_TEXT = (
    "the and but for with from this that these those there here have has had are was were been"
    " being will would can could should may must not none nothing all any some what which who whom"
    " why how when then than because since his her him she they their its our your you doing does"
    " done did make makes know knows think thinks feel feels sure fine good well okay yes strong"
    " careful patient patients person client man woman wants wanted want wishes wish wished asks"
    " asked insists likes prefers happy reason reasons see above below notes note chart file later"
    " decide decided decision tbd todo pending approved accept accepted accepting override"
    " overridden overrule ignore ignored warning finding clinical clinician doctor physician"
    " judgement judgment just only also very per please risk known aware understood noted agreed"
    " agree"
)
FILLER = frozenset(_FILLER_TEXT.split())
"""Words that fill a sentence and give nobody a reason to weigh."""
NOT_CLINICAL = frozenset(
    {"source", "product", "supply-rule", "equivalence", "parameter", "choice", "study", "claim"}
)
"""Kinds of facts whose words are about numbers and papers, not about people."""
_NOT_TEXT = {"sources", "reviewed"}
_WORD = r"[^\W\d_]{4,}"
SHORTEST_HEAD, LONGEST_HEAD = 5, 7
"""Letters by which two forms of a word are the same: 'night' and 'nightly', 'neurology' and
'neurological'.
"""
NO = r"\b(never|not|no|don.?t|nor|without|avoid|instead of)\b"
LETHAL = {
    "make up for missed doses": (
        r"\b(double|twice the (usual )?dose|catch up|make up for)\b|missed.{0,20}\btogether\b|both"
        r" doses (at once|together)"
    ),
    "stop at once": r"\bstop\b.{0,30}\b(at once|immediately|all|everything|cold turkey|abruptly)\b",
    "wait": (
        r"\bwait\b.{0,30}\b(tomorrow|morning|day|days|week|again|see)\b|\bonly if it happens"
        r" again\b"
    ),
    "skip steps": r"\b(skip|leave out|jump over)\b.{0,30}\bsteps?\b|\bgo faster\b",
}
"""What a rule must never tell, as words; a clause that holds a 'no' before them is left alone."""


def lacking(given: Override, plan: Plan, facts: Facts, today: date) -> str:
    """Say what an override lacks to count; empty if nothing.

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
        - FILLER
        - own
    )
    if len(content) < facts.choices["override-words"].to("count"):
        return f"'{given.reason}' is no reason that another could weigh"
    if not any(_is_clinical(word, facts) for word in content):
        return f"'{given.reason}' names no sign, condition, medicine or care that is known here"
    if len(re.findall(r"[^\W\d_]", given.by)) < FEWEST_LETTERS_OF_A_NAME:
        return f"'{given.by}' names nobody"
    if given.on > max(today, plan.made_on):  # a case may be older than its plan
        return f"{given.on} lies ahead"
    if given.on < plan.made_on - timedelta(days=facts.choices["override-days"].to("d")):
        return f"it was given on {given.on}, long before the plan was made"
    return ""


@lru_cache(maxsize=1)
def clinical_words(facts: Facts) -> frozenset[str]:
    """Return the words of four letters and more that the facts use of people: signs, dangers,
    remedies, medicines, conditions.
    """
    records = (record for kind, _, record in facts.everything() if kind not in NOT_CLINICAL)
    texts = (text for record in records for text in _texts(record.model_dump(exclude=_NOT_TEXT)))
    return frozenset(word for text in texts for word in re.findall(_WORD, text.lower())) - FILLER


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


def lethal_words(text: str) -> str:
    """Return what a text seems to tell that no rule may; empty for all others.

    >>> lethal_words("Take the missed doses together with the next one.")
    'make up for missed doses'
    >>> lethal_words("Never double a dose.")
    ''
    """
    for clause in re.split(r"[.;:!?,]", text.lower()):
        for what, pattern in LETHAL.items():
            found = re.search(pattern, clause)
            if found and not re.search(NO, clause[: found.end()]):
                return what
    return ""
