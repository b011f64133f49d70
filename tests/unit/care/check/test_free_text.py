"""Words that somebody wrote are read in each language by words that the facts hold."""

from pathlib import Path

import pytest

from homeostat.care.check.free_text import clinical_words, filler, lethal_words
from homeostat.facts import Facts


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("Double the next one", "make up for missed doses"),
        ("Nehmen Sie die doppelte Dosis", "make up for missed doses"),
        ("Die vergessene Dosis nachholen", "make up for missed doses"),
        ("Stop everything at once", "stop at once"),
        ("Sofort alles absetzen!", "stop at once"),
        ("Setzen Sie das Mittel sofort ab", "stop at once"),
        ("Wait and see until the morning", "wait"),
        ("Warten Sie bis morgen", "wait"),
        ("Erst abwarten, ob es besser wird", "wait"),
        ("Skip the following step", "skip steps"),
        ("Den nächsten Schritt überspringen", "skip steps"),
        ("Gehen Sie schneller vor", "skip steps"),
    ],
)
def test_what_a_rule_must_never_tell_is_seen(facts: Facts, text: str, tells: str) -> None:
    assert lethal_words(text, facts) == tells


@pytest.mark.parametrize(
    "text",
    [
        "Never double a dose.",
        "Nie die doppelte Dosis nehmen.",
        "Nicht sofort absetzen.",
        "Stay on this dose for two more weeks and call.",
        "Zwei Wochen auf dieser Dosis bleiben und anrufen.",
        "Rufen Sie an und kommen Sie in die Praxis.",
        "Gehen Sie einen Schritt zurück.",
    ],
)
def test_good_advice_is_left_alone(facts: Facts, text: str) -> None:
    assert lethal_words(text, facts) == ""


def test_filler_is_never_clinical(facts: Facts) -> None:
    assert not clinical_words(facts) & filler(facts)
    assert "seizure" in clinical_words(facts)
    assert {"because", "weil"} <= filler(facts)


def test_no_words_to_look_for_stand_in_the_code(facts: Facts) -> None:
    code = Path("src/homeostat/care/check/free_text.py").read_text(encoding="utf-8")
    for row in facts.free_texts.values():
        assert not any(pattern in code for pattern in row.patterns)
    assert "seizure" not in code
