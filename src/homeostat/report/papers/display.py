"""How papers write numbers, doses, volumes, days and times in each language; each way of writing
can be read back.

A dose is written with a leading zero and without trailing zeros, its unit held to it by a no-break
space; micrograms are spelled out; a month is a word, so that no day can be taken for a month. The
decimal comma of German is for showing
only: files and the command line take the point.
"""

import re
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

from homeostat.errors import InputError
from homeostat.language.numbers import (
    LANGUAGES,
    MINUS,
    NBSP,
    clock,
    day,
    decimal_mark,
    microgram_names,
    months,
    number,
    short_day,
)
from homeostat.language.numbers import micrograms as _micrograms
from homeostat.language.quantity import number_text

__all__ = [
    "LANGUAGES",
    "clock",
    "day",
    "known_language",
    "mg",
    "micrograms",
    "ml",
    "number",
    "percent",
    "read_clock",
    "read_day",
    "read_mg",
    "read_number",
    "short_day",
]


def known_language(language: str) -> str:
    """Return a language that papers can be written in.

    Raises:
        InputError: there are no papers in it.
    """
    if language not in LANGUAGES:
        raise InputError(
            f"there are no papers in '{language}'; known languages: {', '.join(LANGUAGES)}"
        )
    return language


def read_number(text: str, language: str) -> float:
    """Return what `number` wrote; the other language's point or comma is refused, as is a number
    without a first digit.

    >>> read_number("0,5", "de")
    0.5
    """
    mark = decimal_mark(language)
    if not re.fullmatch(rf"{MINUS}?(0|[1-9][0-9]*)({re.escape(mark)}[0-9]*[1-9])?", text):
        raise ValueError(f"not a number as it is shown in this language: {text!r}")
    return float(Decimal(text.replace(mark, ".").replace(MINUS, "-")))


def mg(dose_mg: float, language: str) -> str:
    """Return an amount of drug: '0.5 mg'."""
    return f"{number(dose_mg, language)}{NBSP}mg"


def micrograms(dose_mg: float, language: str) -> str:
    """Return an amount of drug in micrograms, spelled out: '62.5 micrograms'."""
    return _micrograms(Decimal(number_text(dose_mg)) * 1000, language)


def read_mg(text: str, language: str) -> float:
    """Return the amount [mg] that `mg` or `micrograms` wrote."""
    value, _, unit = text.partition(NBSP)
    if unit in microgram_names(language):
        return float(Decimal(number_text(read_number(value, language))) / 1000)
    if unit != "mg":
        raise ValueError(f"not an amount as it is shown: {text!r}")
    return read_number(value, language)


def ml(volume_ml: float, language: str) -> str:
    """Return a volume: '2.5 mL'."""
    return f"{number(volume_ml, language)}{NBSP}mL"


def percent(share: float, language: str) -> str:
    """Return a share in percent, to a tenth, halves upwards: '25 %', '6.3 %'."""
    tenth = Decimal(number_text(100 * share)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{number(float(tenth), language)}{NBSP}%"


def read_day(text: str, language: str) -> date:
    """Return the day that `day` wrote; a weekday that does not fit is refused."""
    try:
        _, number_, month, year = text.split(NBSP)
        found = date(int(year), months(language).index(month) + 1, int(number_.rstrip(".")))
    except ValueError:
        raise ValueError(f"not a day as it is shown: {text!r}") from None
    if day(found, language) != text:
        raise ValueError(f"the weekday or the form does not fit the day: {text!r}")
    return found


def read_clock(text: str, language: str) -> time:
    """Return the time of day that `clock` wrote."""
    found = re.fullmatch(rf"([0-9]{{1,2}}):([0-9]{{2}}){NBSP}(am|pm|Uhr)", text)
    if not found:
        raise ValueError(f"not a time as it is shown: {text!r}")
    hour = int(found[1])
    if found[3] != "Uhr":
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    made = time(hour, int(found[2]))
    if clock(made, language) != text:
        raise ValueError(f"not a time as it is shown: {text!r}")
    return made
