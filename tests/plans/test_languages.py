"""Findings read German in German: on every plan of the set no English is left."""

import re

import pytest

from homeostat.care.findings import Finding
from homeostat.facts import Facts
from homeostat.language.messages import Listed, Message, Value

from . import score

FILES = ("acceptable", "dangerous", "second_look", "third_look")
ENGLISH = re.compile(
    r"\b(the|is|of|and|to|it|by|in the|with|for|from|on|at|or|not|no|day|days|week|weeks|year"
    r"|years|than|that|this|dose|doses|drug|none|nothing|times|plan is|unverified)\b"
)
FEWEST = 100
"""Messages of which the set holds at least so many; a rule that falls silent would hide one."""


def written(value: Value) -> list[str]:
    """Return the texts of others in a value: they are shown as they were written."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Listed):
        return [text for item in value.items for text in written(item)]
    if isinstance(value, Message):
        return [text for item in value.values.values() for text in written(item)]
    return []


def german(finding: Finding) -> str:
    """Return all that a finding says in German, without what others wrote and keys of choices."""
    said = " | ".join((finding.text("de"), finding.limit_text("de"), finding.value_text("de")))
    said = re.sub(r"\[choice:[a-z-]+\]", "", said)
    for value in finding.values.values():
        for text in sorted(written(value), key=len, reverse=True):
            said = said.replace(text, "…")
    return said


@pytest.fixture(scope="module")
def found(facts: Facts) -> list[Finding]:
    return [
        finding
        for name in FILES
        for row in score.rows_of(name)
        for finding in score.judge(row, facts).findings
    ]


def test_no_english_is_left_in_german(found: list[Finding]) -> None:
    assert len({finding.message for finding in found}) > FEWEST
    left = {
        (finding.message, word, german(finding))
        for finding in found
        for word in ENGLISH.findall(german(finding))
    }
    assert not left, sorted(left)[:5]


def test_german_has_commas_and_names_of_months(found: list[Finding]) -> None:
    for finding in found:
        said = german(finding)
        assert not re.search(r"\d\.\d", said), said
        assert not re.search(r"\d{4}-\d{2}-\d{2}", said), said


SAME = {("count", "times a day"), ("share", "way"), ("y", "years old")}
"""Units that measure the same: of the choice that is the limit, and of what the plan has."""


def test_limit_and_value_of_a_finding_are_measured_alike(found: list[Finding]) -> None:
    pairs = {(one.limit.unit, one.value.unit) for one in found if one.limit and one.value}
    assert len(pairs) > len(SAME)
    assert {(one, two) for one, two in pairs if one != two} <= SAME


def test_english_is_the_sentence(found: list[Finding]) -> None:
    for finding in found:
        assert finding.text("en") == finding.sentence != finding.text("de")
