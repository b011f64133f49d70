"""How papers write numbers, doses, volumes, days and times in each language; each way of writing can be read back.

A dose is written with a leading zero and without trailing zeros, its unit held to it by a no-break space; micrograms
are spelled out; a month is a word, so that no day can be taken for a month. The decimal comma of German is for showing
only: files and the command line take the point.
"""

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from homeostat.errors import InputError
from homeostat.language.quantity import number_text
from homeostat.report.charts.theme import NBSP

LANGUAGES = ("en", "de")

_POINT: Mapping[str, str] = MappingProxyType({"en": ".", "de": ","})
_MICROGRAMS: Mapping[str, str] = MappingProxyType({"en": "micrograms", "de": "Mikrogramm"})
_WEEKDAYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    }
)
_MONTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        "de": (
            "Jan.",
            "Feb.",
            "März",
            "Apr.",
            "Mai",
            "Juni",
            "Juli",
            "Aug.",
            "Sept.",
            "Okt.",
            "Nov.",
            "Dez.",
        ),
    }
)


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


def number(value: float, language: str) -> str:
    """Return a number: '0.5' in English, '0,5' in German, never '.5' nor '1.0'."""
    return number_text(value).replace(".", _POINT[language]).replace("-", "−")


def read_number(text: str, language: str) -> float:
    """Return what `number` wrote; the other language's point or comma is refused, as is a number without a first digit.

    >>> read_number("0,5", "de")
    0.5
    """
    point = re.escape(_POINT[language])
    if not re.fullmatch(rf"−?(0|[1-9][0-9]*)({point}[0-9]*[1-9])?", text):
        raise ValueError(f"not a number as it is shown in this language: {text!r}")
    return float(Decimal(text.replace(_POINT[language], ".").replace("−", "-")))


def mg(dose_mg: float, language: str) -> str:
    """Return an amount of drug: '0.5 mg'."""
    return f"{number(dose_mg, language)}{NBSP}mg"


def micrograms(dose_mg: float, language: str) -> str:
    """Return an amount of drug in micrograms, spelled out: '62.5 micrograms'."""
    return f"{number(float(Decimal(number_text(dose_mg)) * 1000), language)}{NBSP}{_MICROGRAMS[language]}"


def read_mg(text: str, language: str) -> float:
    """Return the amount [mg] that `mg` or `micrograms` wrote."""
    value, _, unit = text.partition(NBSP)
    if unit == _MICROGRAMS[language]:
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


def day(when: date, language: str) -> str:
    """Return a day with its weekday: 'Mon 23 Nov 2026', 'Mo 23. Nov. 2026'."""
    return (
        f"{_WEEKDAYS[language][when.weekday()]}{NBSP}{short_day(when, language)}{NBSP}{when.year}"
    )


def short_day(when: date, language: str) -> str:
    """Return a day without weekday and year: '23 Nov', '23. Nov.'."""
    dot = "." if language == "de" else ""
    return f"{when.day}{dot}{NBSP}{_MONTHS[language][when.month - 1]}"


def read_day(text: str, language: str) -> date:
    """Return the day that `day` wrote; a weekday that does not fit is refused."""
    try:
        _, number_, month, year = text.split(NBSP)
        found = date(int(year), _MONTHS[language].index(month) + 1, int(number_.rstrip(".")))
    except ValueError:
        raise ValueError(f"not a day as it is shown: {text!r}") from None
    if day(found, language) != text:
        raise ValueError(f"the weekday or the form does not fit the day: {text!r}")
    return found


def clock(hour: time, language: str) -> str:
    """Return a time of day: '8:00 am', '8:00 Uhr'."""
    if language == "de":
        return f"{hour.hour}:{hour.minute:02d}{NBSP}Uhr"
    return f"{(hour.hour - 1) % 12 + 1}:{hour.minute:02d}{NBSP}{'am' if hour.hour < 12 else 'pm'}"


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
