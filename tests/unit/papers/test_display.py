"""What is shown can be read back to the same thing, in each language, and never in a form that has
killed somebody.
"""

import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.language.numbers import NBSP
from homeostat.report.papers import display

LANGUAGE = st.sampled_from(display.LANGUAGES)
AMOUNT = st.decimals(Decimal("0.001"), Decimal(10_000), places=4).map(float)


@given(AMOUNT, LANGUAGE)
def test_an_amount_reads_back_as_it_was(mg: float, language: str) -> None:
    assert display.read_mg(display.mg(mg, language), language) == mg
    assert display.read_mg(display.micrograms(mg, language), language) == mg


@given(AMOUNT, LANGUAGE)
def test_an_amount_has_a_leading_zero_no_trailing_zero_and_one_decimal_sign(
    mg: float, language: str
) -> None:
    text = display.mg(mg, language)
    assert re.fullmatch(rf"(0|[1-9]\d*)([.,]\d*[1-9])?{NBSP}mg", text)
    assert ("," in text) <= (language == "de")
    assert ("." in text) <= (language == "en")
    assert "µ" not in display.micrograms(mg, language)
    assert "mcg" not in display.micrograms(mg, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("0.5", "de"),
        ("0,5", "en"),
        (".5", "en"),
        (",5", "de"),
        ("1.0", "en"),
        ("05", "en"),
        ("1,000.5", "en"),
        ("1.000,5", "de"),
    ],
)
def test_a_number_in_another_form_is_refused_and_not_guessed(text: str, language: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        display.read_number(text, language)


@given(st.dates(date(1990, 1, 1), date(2199, 12, 31)), LANGUAGE)
def test_a_day_reads_back_and_its_month_is_a_word(when: date, language: str) -> None:
    text = display.day(when, language)
    assert display.read_day(text, language) == when
    assert "/" not in text
    assert re.search(r"[^\W\d]{3}", text.split(NBSP)[2])


def test_days_are_written_as_the_house_writes_them() -> None:
    assert display.day(date(2026, 11, 23), "en") == "Mon 23 Nov 2026".replace(" ", NBSP)
    assert display.day(date(2026, 11, 23), "de") == "Mo 23. Nov. 2026".replace(" ", NBSP)


def test_a_day_with_the_wrong_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="weekday"):
        display.read_day("Tue 23 Nov 2026".replace(" ", NBSP), "en")


@given(st.times().map(lambda t: time(t.hour, t.minute)), LANGUAGE)
def test_a_time_reads_back(hour: time, language: str) -> None:
    assert display.read_clock(display.clock(hour, language), language) == hour


def test_noon_and_midnight_are_not_swapped() -> None:
    assert display.clock(time(0, 5), "en") == f"12:05{NBSP}am"
    assert display.clock(time(12, 5), "en") == f"12:05{NBSP}pm"
