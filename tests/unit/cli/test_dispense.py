"""homeostat dispense: how a dose is made, or one sentence that says why not and what could be
instead.
"""

import json

import pytest
from click.testing import CliRunner, Result

from homeostat.cli import main


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["dispense", *(str(word) for word in words)])


def test_a_dose_is_shown_in_words_and_with_a_picture() -> None:
    shown = run("clonazepam", "0.75mg", "--stock", "us-clonazepam-tablet-0.5")
    assert shown.exit_code == 0, shown.output
    assert "0.75 mg (750 micrograms) of clonazepam" in shown.output
    assert "● ◐            1 and a half tablets of 0.5 mg" in shown.output
    assert "2 pieces to take, 1 cut" in shown.output


def test_a_volume_is_shown_as_a_syringe_and_drops_are_counted() -> None:
    assert (
        "├███░░░░░░░┤   3 mL of liquid (0.1 mg in 1 mL)"
        in run("clonazepam", "0.3mg", "--compounded").output
    )
    assert (
        "•••            3 drops (0.1 mg in 1 drop)"
        in run("clonazepam", "0.3mg", "--market", "EU", "--liquid", "--no-split").output
    )


def test_a_daily_total_is_spread_over_the_times() -> None:
    shown = run("clonazepam", "0.375mg", "--times", "08:00,20:00", "--larger", "08:00", "--json")
    assert [(dose["time"], dose["dose_mg"]) for dose in json.loads(shown.output)["doses"]] == [
        ("08:00", 0.25),
        ("20:00", 0.125),
    ]


def test_a_dose_that_cannot_be_made_names_its_neighbours_and_ends_with_a_code_of_its_own() -> None:
    shown = run("clonazepam", "0.3mg")
    assert shown.exit_code == 6
    for words in (
        "cannot be made exactly",
        "nearest below: 0.25 mg",
        "nearest above: 0.375 mg",
        "with a compounded",
    ):
        assert words in shown.output, words
    data = run("clonazepam", "0.3mg", "--json")
    assert data.exit_code == 6
    answer = json.loads(data.output)
    assert (answer["doses"], answer["below"]["dose_mg"], answer["above"]["dose_mg"]) == (
        [],
        0.25,
        0.375,
    )


def test_a_stock_that_allows_nothing_says_which_wish_blocks_it_and_what_would_help() -> None:
    shown = run("clonazepam", "1mg", "--stock", "us-clonazepam-suspension-0.1", "--no-liquid")
    assert shown.exit_code == 6
    assert "us-clonazepam-suspension-0.1: a liquid, and liquids are refused" in shown.output
    assert "It could be made with a liquid: 10 mL" in shown.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("klonazepam", "1mg"), "unknown drug 'klonazepam'. Did you mean clonazepam"),
        (("klonopin", "1mg"), "is a brand of clonazepam"),
        (("clonazepam", "0.5"), "the unit is missing"),
        (("clonazepam", "0mg"), "must be above zero"),
        (("clonazepam", "0,5mg"), 'write a point instead of the comma: "0.5 mg"'),
        (("clonazepam", "500mg"), "62.5 times the highest usual dose"),
        (("clonazepam", "1mg", "--market", "FR"), "there is no market 'FR'"),
        (
            ("clonazepam", "1mg", "--stock", "uk-clonazepam-tablet-2"),
            "is a product of the market UK",
        ),
        (
            ("clonazepam", "1mg", "--stock", "us-clonazepam-tablet-3"),
            "Did you mean us-clonazepam-tablet-2",
        ),
        (
            ("clonazepam", "1mg", "--stock", "us-diazepam-tablet-2"),
            "is a product of diazepam, not of clonazepam",
        ),
        (("clonazepam", "1mg", "--times", "8"), "--times: write a time of day"),
        (("clonazepam", "1mg", "--times", "08:00,08:00"), "a time stands twice"),
        (
            ("clonazepam", "1mg", "--times", "06:00,10:00,14:00,18:00,22:00"),
            "5 dose times a day are more than the 4",
        ),
        (
            ("clonazepam", "1mg", "--times", "08:00", "--larger", "09:00"),
            "09:00 is none of the dose times",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_with_exit_code_2(
    words: tuple[str, ...], said: str
) -> None:
    shown = run(*words)
    assert shown.exit_code == 2, shown.output
    assert said in shown.output


def test_a_plan_says_what_is_handed_out_and_what_cuts_do() -> None:
    shown = CliRunner().invoke(
        main,
        ["plan", "examples/typical.toml", "--people=30", "--way=percent-of-start", "--full"],
    )
    assert shown.exit_code in (0, 10, 20), shown.output
    text = " ".join(shown.output.split())
    assert "Prescriptions: " in text
    assert "collect by 2026-11-02" in text
    assert "by splitting." in text or "(assumed errors, no data; 5 draws)" in text
