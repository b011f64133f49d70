"""One catalogue, two languages: the same placeholders, numbers, units and negations in each; plain
enough for patients.
"""

import re
from pathlib import Path

import pytest
import textstat

from homeostat.errors import FactError
from homeostat.report.papers import wording, wording_page
from homeostat.report.papers.display import LANGUAGES
from homeostat.report.papers.wording import Sentence, Words, catalogue, placeholders

NOT = {
    "en": r"\b(?:not|no|none|never|nothing|nobody|no one|without|neither|cannot)\b",
    "de": r"\b(?:nicht|kein\w*|nie|niemals|nichts|niemand\w*|ohne|weder|nein)\b",
}
UNIT = r"(?<![A-Za-z])(?:mg|mL|micrograms|Mikrogramm|%|kg|ng/mL)(?![A-Za-z])"
SAME_UNIT = {"Mikrogramm": "micrograms"}
PATIENT = (
    "sos.",
    "handout.",
    "feel.",
    "hard.",
    "same-day.",
    "safe.",
    "visits.",
    "calendar.",
    "amount.",
)
SENTENCES = list(catalogue().values())


def negations(text: str, language: str) -> int:
    return len(re.findall(NOT[language], text, re.IGNORECASE))


def units(text: str) -> list[str]:
    return sorted(SAME_UNIT.get(unit, unit) for unit in re.findall(UNIT, text))


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.id)
def test_a_sentence_says_the_same_in_all_languages(sentence: Sentence) -> None:
    texts = {language: sentence.in_language(language) for language in LANGUAGES}
    assert all(texts.values())
    assert len({tuple(sorted(placeholders(text))) for text in texts.values()}) == 1, texts
    assert len({tuple(sorted(re.findall(r"\d+", text))) for text in texts.values()}) == 1, texts
    assert len({tuple(units(text)) for text in texts.values()}) == 1, texts
    assert len({negations(text, language) for language, text in texts.items()}) == 1, texts


def test_the_eyes_of_that_test_see_a_lost_not_and_a_changed_number() -> None:
    assert negations("Do not stop. Take no more.", "en") == 2
    assert negations("Hören Sie auf. Nehmen Sie keine weitere.", "de") == 1
    assert units("5 mg in 1 mL, 50 Mikrogramm") == ["mL", "mg", "micrograms"]


def test_nothing_is_called_checked_that_nobody_has_checked() -> None:
    assert {sentence.checked_by for sentence in SENTENCES} == {"not yet"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_numbers_and_units_are_never_written_by_hand_in_a_risky_form(language: str) -> None:
    for sentence in SENTENCES:
        text = sentence.in_language(language)
        assert not re.search(r"(?<!\d)[.,]\d|\d[.,]0+(?!\d)|\d/\d|µg|mcg|\bug\b", text), text


@pytest.mark.parametrize("group", PATIENT)
def test_what_a_patient_reads_is_at_grade_six_or_below(group: str) -> None:
    """Each group of sentences as it stands together on paper; a formula means little for three
    words alone.
    """
    said = [
        re.sub(r"\{[a-z]+\}", "two", s.en).rstrip(".")
        for s in SENTENCES
        if s.id.startswith(group) and " " in s.en
    ]
    assert textstat.flesch_kincaid_grade(". ".join(said) + ".") <= 6.0


def test_that_measure_can_tell_plain_words_from_others() -> None:
    assert (
        textstat.flesch_kincaid_grade(
            "Discontinuation necessitates immediate professional consultation."
        )
        > 12
    )


def test_a_sentence_is_said_only_with_all_its_values_and_no_other() -> None:
    words = Words("en")
    with pytest.raises(FactError, match=r"needs \['dose'\]"):
        words("amount.a-day")
    with pytest.raises(FactError, match="needs"):
        words("amount.a-day", dose="1 mg", more="x")
    with pytest.raises(FactError, match="no sentence"):
        words("amount.of-gold")


def test_a_file_without_its_state_of_review_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.toml").write_text(
        '[[sentence]]\nid = "a"\nen = "a"\nde = "a"\n', encoding="utf-8"
    )
    monkeypatch.setattr(wording, "FOLDER", tmp_path)
    with pytest.raises(FactError, match="checked_by"):
        catalogue.__wrapped__()


def test_a_sentence_without_german_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.toml").write_text(
        'checked_by = "not yet"\n[[sentence]]\nid = "a"\nen = "a"\n', encoding="utf-8"
    )
    monkeypatch.setattr(wording, "FOLDER", tmp_path)
    with pytest.raises(FactError, match="'de' is missing"):
        catalogue.__wrapped__()


def test_words_are_checked_only_when_all_of_them_are(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        "a": Sentence(id="a", en="a", de="a", checked_by="x"),
        "b": Sentence(id="b", en="b", de="b", checked_by="not yet"),
    }
    monkeypatch.setattr(wording, "catalogue", lambda: found)
    words = Words("en")
    words("a")
    assert words.checked_by == "x"
    words("b")
    assert words.checked_by == "not yet"


def test_the_page_for_reviewers_is_current_and_holds_every_sentence() -> None:
    assert wording_page.main(["--check"]) == 0, f"run {wording_page.COMMAND}"
    said = wording_page.page()
    assert all(f"| `{s.id}` | {s.en} | {s.de} | not yet |" in said for s in SENTENCES)


def test_a_stale_page_is_seen_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording_page, "PAGE", tmp_path / "docs" / "wording.md")
    assert wording_page.main(["--check"]) == 1
    assert wording_page.main([]) == 0
    assert wording_page.main(["--check"]) == 0
