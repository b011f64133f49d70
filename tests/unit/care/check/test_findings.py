"""A finding is a message with values, said by each language in its own words."""

import json
from dataclasses import replace
from datetime import date

import pytest

from homeostat.care.findings import Finding, worst_first
from homeostat.errors import FactError
from homeostat.facts import Facts
from homeostat.language.messages import Listed, Message, Quantity, Term, in_json, said
from homeostat.report.papers import clinician, letter
from homeostat.report.papers.wording import Words

FAST = Finding(
    rule="pace.asam-2025",
    level="warn",
    message="pace.asam-2025.too-fast",
    values={"rule": Term("ASAM joint guideline 2025"), "slack": Quantity(0.1, "share", "slack")},
    limit=Quantity(0.25, "share"),
    value=Quantity(0.375, "share"),
    sources=("asam-2025, p. 8",),
    on=date(2026, 12, 2),
)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_finding_is_said_in_each_language() -> None:
    assert FAST.sentence == (
        "The dose falls faster than ASAM joint guideline 2025 allows as a rule: 38 % of the"
        " starting dose within two weeks up to 2026-12-02, all drugs together."
    )
    assert plain(FAST.text("de")) == (
        "Die Dosis sinkt schneller, als in der Regel empfohlen (ASAM-Leitlinie 2025): um 38 % der"
        " Ausgangsdosis innerhalb von zwei Wochen bis zum 2. Dez. 2026, alle Wirkstoffe zusammen."
    )
    assert FAST.limit_text() == "25 % in 2 weeks, and 10 % [choice:slack] of it more"
    assert FAST.limit_text("de") == "25 % in 2 Wochen, und davon noch 10 % [choice:slack] mehr"
    assert FAST.value_text("de") == "38 %"


def test_what_is_added_is_said_too() -> None:
    more = replace(FAST, additions=(said("can-kill.reason"),))
    assert more.sentence.endswith(
        "together. This can kill: refused until the plan holds the reason."
    )
    assert more.text("de").endswith("abgelehnt, bis der Plan eine Begründung enthält.")


def test_a_finding_without_a_value_that_its_message_names_is_refused() -> None:
    with pytest.raises(FactError, match=r"lacks values: \['slack'\]"):
        replace(FAST, values={"rule": "x"})
    with pytest.raises(FactError, match=r"lacks values: \['on'\]"):
        replace(FAST, on=None)
    with pytest.raises(FactError, match=r"no message 'pace\.nothing'"):
        replace(FAST, message="pace.nothing")


def test_a_finding_takes_no_argument_by_place() -> None:
    with pytest.raises(TypeError):
        Finding("pace.abrupt", "warn")  # type: ignore[call-arg, misc]


@pytest.mark.parametrize(
    ("value", "en", "de"),
    [
        (Quantity(1, "d"), "1 day", "1 Tag"),
        (Quantity(1.5, "d"), "1.5 days", "1,5 Tage"),
        (Quantity(0.0125, "share"), "1.2 %", "1,2 %"),
        (Quantity(0.125, "share", "x"), "12.5 % [choice:x]", "12,5 % [choice:x]"),
        (Quantity(12.5, "share"), "1250 %", "1250 %"),
        (Quantity(2.5, "ratio"), "2.5 times", "das 2,5-Fache"),
        (Quantity(1, "drinks/d"), "1 drink a day", "1 alkoholisches Getränk am Tag"),
        (Listed((Term("falls"), Term("COPD")), "and"), "falls and COPD", "Stürze und COPD"),
        (Listed(("a", "b"), "; "), "a; b", "a; b"),
        (Term("a word of nobody"), "a word of nobody", "a word of nobody"),
        (said("dose", mg=Quantity(0.5, "mg"), drug=Term("zopiclone")), "0.5 mg of zopiclone",
         "0,5 mg Zopiclon"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_the_language_writes_it(
    value: Quantity | Listed | Term | Message, en: str, de: str
) -> None:
    assert value.text("en") == en
    assert value.text("de") == de


def test_a_dative_is_one_only_in_many() -> None:
    assert Quantity(1, "d").text("de", "dative") == "1 Tag"
    assert Quantity(3, "d").text("de", "dative") == "3 Tagen"


def test_values_are_data_in_json() -> None:
    given = {name: in_json(value) for name, value in FAST.values.items()}
    assert given["slack"] == {"number": 0.1, "unit": "share"}
    assert in_json(FAST.limit) == {"number": 0.25, "unit": "share"}
    assert in_json(said("can-kill.visits", days=Quantity(3, "d"))) == {
        "message": "can-kill.visits",
        "values": {"days": {"number": 3, "unit": "d"}},
    }
    assert json.loads(json.dumps(in_json(Listed((date(2026, 12, 2), "x"))))) == ["2026-12-02", "x"]


def test_the_worst_stands_first() -> None:
    note = replace(FAST, level="note")
    early = replace(FAST, on=date(2026, 11, 2))
    assert worst_first([note, FAST, early]) == (early, FAST, note)


def test_german_papers_print_findings_in_german(facts: Facts) -> None:
    words = Words("de")
    shown = clinician._findings([FAST], words, 1)["others"][0]
    assert shown["sentence"] == FAST.text("de")
    assert FAST.limit_text("de") in shown["lines"][0]
    assert letter._cited(FAST, words).startswith("Die Dosis sinkt schneller")


def test_the_number_of_a_choice_is_shown_as_the_facts_show_it(facts: Facts) -> None:
    for choice in facts.choices.values():
        said_here = Quantity.chosen(choice).text("en")
        assert said_here == choice.shown or choice.value == 1, choice.id
