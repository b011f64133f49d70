"""Is every claim traced? Each row that the model answers has a check, and no check speaks of a row
that does not exist.
"""

from homeostat.facts import KINDS, Facts
from homeostat.study.claims import CHECKS

ROWS = {"H": 10, "T": 14, "F": 9, "S": 7, "M": 10}


def test_every_row_of_the_two_documents_is_a_claim(facts: Facts) -> None:
    assert set(facts.claims) == {
        f"{letter}{number}" for letter, last in ROWS.items() for number in range(1, last + 1)
    }


def test_every_claim_that_the_model_answers_has_a_check(facts: Facts) -> None:
    assert {name for name, claim in facts.claims.items() if "M" in claim.kinds} <= set(CHECKS)


def test_every_check_belongs_to_a_claim(facts: Facts) -> None:
    assert set(CHECKS) <= set(facts.claims)


def test_every_claim_that_facts_carry_names_facts_that_exist(facts: Facts) -> None:
    for name, claim in facts.claims.items():
        assert claim.facts or "K" not in claim.kinds, name
        for reference in claim.facts:
            kind, _, key = reference.partition(":")
            assert key in getattr(facts, KINDS[kind]), (name, reference)


def test_every_claim_says_in_words_what_is_measured_or_why_it_comes_later(facts: Facts) -> None:
    for name, claim in facts.claims.items():
        assert claim.measure or claim.status == "later", name


def test_every_check_says_in_a_sentence_what_it_does() -> None:
    for name, function in CHECKS.items():
        assert function.__doc__, name
