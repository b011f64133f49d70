"""Quantities as people write them: an amount or a level is a number with its unit; a bare number
means nothing here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Self

from homeostat.errors import InputError, Problem, WrongValueError, did_you_mean

_NUMBER = re.compile(r"([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)\s*(.*)", re.DOTALL)
_WITH_COMMA = re.compile(r"([+-]?)([0-9]*),([0-9]+)\s*([^0-9.,].*)?", re.DOTALL)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)\b.*", re.IGNORECASE | re.DOTALL)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})")
_CLOCK = re.compile(r"([0-9]{1,2})([:.])([0-9]{2})(?::00)?")

FIRST_DAY, LAST_DAY = date(1880, 1, 1), date(2199, 12, 31)
"""No case and no plan holds a day outside these: beyond them a year is a slip, and the arithmetic
of dates could leave the calendar.
"""
DIGITS = 15
"""Significant digits that are kept: all that a double holds for certain, so 0.1 + 0.2 reads 0.3."""


@dataclass(frozen=True)
class _Kind:
    """One kind of quantity: its units as factors of the first, and the range nobody leaves."""

    name: str
    unit: str
    factors: Mapping[str, Decimal]
    low: Decimal
    high: Decimal
    zero: str
    wrong: Mapping[str, str]
    offered: tuple[str, ...]


_MILLI, _ONE = Decimal("0.001"), Decimal(1)
_AMOUNT = _Kind(
    "a dose",
    "mg",
    {
        "mg": _ONE,
        "milligram": _ONE,
        "milligrams": _ONE,
        "milligramm": _ONE,
        "ug": _MILLI,
        "mcg": _MILLI,
        "μg": _MILLI,
        "microgram": _MILLI,
        "micrograms": _MILLI,
        "mikrogramm": _MILLI,
    },
    Decimal("0.001"),
    Decimal(10_000),
    "where nothing is taken, end the use with 'until'",
    {
        "g": "no dose of these drugs is counted in grams; write mg",
        "gram": "no dose of these drugs is counted in grams; write mg",
        "ng": "no dose of these drugs is counted in nanograms; write mg or ug",
        "ml": "write how much of the drug is taken, in mg, not how much liquid",
        "drops": "write how much of the drug is taken, in mg, not how many drops",
        "tablet": "write how much of the drug is taken, in mg, not how many tablets",
        "tablets": "write how much of the drug is taken, in mg, not how many tablets",
        "mg/d": "write each single dose with its time, not the total of a day",
        "mg/day": "write each single dose with its time, not the total of a day",
        "mg/kg": "write the dose itself, in mg, not a dose for each kilogram",
    },
    ("mg", "ug"),
)
_TYPED = replace(_AMOUNT, zero="")
"""The same typed at a prompt, where there is no 'until'."""
_LEVEL = _Kind(
    "a level",
    "ng/mL",
    {
        "ng/ml": _ONE,
        "ug/l": _ONE,
        "mcg/l": _ONE,
        "μg/l": _ONE,
        "mg/l": Decimal(1000),
        "ug/ml": Decimal(1000),
        "mcg/ml": Decimal(1000),
        "μg/ml": Decimal(1000),
    },
    Decimal("0.001"),
    Decimal(1_000_000),
    "where nothing was found, leave the level out and say so in 'note'",
    {"nmol/l": "write the number, a space and nmol/L, beside the name of the drug"},
    ("ng/mL", "ug/L"),
)


class Milligrams(float):
    """An amount of drug that a computation has found [mg], to the digits that a file holds.

    Raises:
        WrongValueError: it is no number, or too small or too large to be true.
    """

    def __new__(cls, mg: float) -> Self:  # noqa: D102  said by its class
        return super().__new__(cls, _computed(mg, mg_text, _AMOUNT))


def amount_mg(given: object) -> float:
    """Return a written amount of drug [mg].

    >>> amount_mg("500 ug"), amount_mg(".5mg"), amount_mg("1.0 mg")
    (0.5, 0.5, 1.0)

    Raises:
        WrongValueError: it has no unit, a decimal comma, another unit, or is not above zero; the
            sentence says what to write.
    """
    return _read(given, _AMOUNT)


def level_ng_per_ml(given: object) -> float:
    """Return a written level [ng/mL].

    >>> level_ng_per_ml("28 ng/mL"), level_ng_per_ml("28 µg/L"), level_ng_per_ml("0.028 mg/L")
    (28.0, 28.0, 28.0)

    Raises:
        WrongValueError: as `amount_mg`.
    """
    return _read(given, _LEVEL)


def believable_level(ng_per_ml: float) -> float:
    """Return a level that a record holds [ng/mL].

    Raises: as `Milligrams`.
    """
    return _computed(ng_per_ml, level_text, _LEVEL)


def dose_mg(typed: str, where: str = "dose") -> float:
    """Return an amount typed at a prompt or in an option [mg].

    Raises:
        InputError: as `amount_mg`, with the place in front.
    """
    try:
        return _read(typed, _TYPED)
    except WrongValueError as wrong:
        said = Problem("", wrong.code, wrong.message, wrong.hint)
        raise InputError(problems=[said], where=where) from None


def is_nothing(typed: object) -> bool:
    """True where nothing at all is written, as a dose that ends a taper: 0, 0mg or 0 mg.

    >>> is_nothing("0 mg"), is_nothing("0.5 mg"), is_nothing(0)
    (True, False, True)
    """
    return str(typed).strip().lower().replace(" ", "") in {"0", "0mg"}


def number_text(number: float) -> str:
    """Return a number as people may read it: no exponent, a leading zero, no trailing zero, no
    noise of summing.

    >>> number_text(0.1 + 0.2), number_text(10.0), number_text(0.00025)
    ('0.3', '10', '0.00025')
    """
    return _plain(_decimal(number))


def mg_text(mg: float) -> str:
    """Return an amount as people may read it: '0.5 mg'."""
    return f"{number_text(mg)} mg"


def micrograms_text(mg: float) -> str:
    """Return an amount in micrograms, spelled out because 'µg' is misread: '500 micrograms'."""
    return f"{_plain(_decimal(mg) * 1000)} micrograms"


def level_text(ng_per_ml: float) -> str:
    """Return a level as people may read it: '28 ng/mL'."""
    return f"{number_text(ng_per_ml)} ng/mL"


def local_date(given: object) -> date:
    """Return a written day; a month alone ("2023-11") is its first day.

    Raises:
        WrongValueError: it is no day, or is written in an order that can be misread.
    """
    if isinstance(given, datetime):
        raise WrongValueError(
            "wrong-date", f"write the day alone, without a time: {given.date().isoformat()}"
        )
    if isinstance(given, date):
        return believable(given)
    if isinstance(given, str):
        if found := _ISO.fullmatch(given.strip()):
            return believable(_day(int(found[1]), int(found[2]), int(found[3] or 1), given))
        if found := _DAY_FIRST.fullmatch(given.strip()):
            day = _day(int(found[3]), int(found[2]), int(found[1]), given)
            raise WrongValueError(
                "wrong-date", f"write the year first: {day.isoformat()} (given: {_short(given)})"
            )
    raise WrongValueError(
        "wrong-date",
        'write a day as year-month-day, for example 2023-11-05, or a month as "2023-11" (given:'
        f" {_short(given)})",
    )


def believable(day: date) -> date:
    """Return a day that a case or a plan can hold.

    >>> believable(date(2026, 11, 2)).year
    2026

    Raises:
        ValueError: it lies outside FIRST_DAY to LAST_DAY.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(
            f"{day} lies outside the years {FIRST_DAY.year} to {LAST_DAY.year}; is the year right?"
        )
    return day


def day_typed(typed: str, where: str) -> date:
    """Return a day typed in an option.

    Raises:
        InputError: it is no day, or lies outside FIRST_DAY to LAST_DAY.
    """
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise InputError(f"{where} must be a date such as 2026-11-23 (given: {typed!r})") from None
    try:
        return believable(day)
    except ValueError as problem:
        raise InputError(f"{where}: {problem}") from None


def clock(given: object) -> time:
    """Return a written time of day, to the minute.

    Raises:
        WrongValueError: it is no time of day from 00:00 to 23:59.
    """
    if isinstance(given, time):
        if given.second or given.microsecond:
            raise WrongValueError("wrong-time", f'write hours and minutes only: "{given:%H:%M}"')
        return given.replace(tzinfo=None)
    if isinstance(given, str) and (found := _CLOCK.fullmatch(given.strip())):
        hour, minute = int(found[1]), int(found[3])
        if hour == 24 and minute == 0:
            raise WrongValueError("wrong-time", 'write "00:00" for midnight')
        if hour < 24 and minute < 60:
            if found[2] == ".":
                raise WrongValueError(
                    "wrong-time", f'write the time with a colon: "{hour:02d}:{minute:02d}"'
                )
            return time(hour, minute)
    raise WrongValueError(
        "wrong-time",
        'write a time of day as hours and minutes from "00:00" to "23:59", for example "08:00"'
        f" (given: {_short(given)})",
    )


def _read(given: object, kind: _Kind) -> float:
    first, second = kind.offered
    example = f'for example "0.5 {first}"'
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        said = f"write a number and a unit in quotation marks, {example}"
        raise WrongValueError("wrong-type", said)
    if not isinstance(given, str):
        if isinstance(given, float) and not isfinite(given):
            raise WrongValueError("wrong-number", f"{given} is not a number; write {example}")
        number = _short_number(given)
        raise WrongValueError(
            "missing-unit",
            f'the unit is missing. Write it in quotation marks: "{number} {first}" or '
            f'"{number} {second}", whichever is meant',
        )
    text = given.strip()
    if _NOT_FINITE.fullmatch(text):
        raise WrongValueError("wrong-number", f"{_short(text)} is not a number; write {example}")
    if comma := _WITH_COMMA.fullmatch(text):
        raise _about_comma(comma[1], comma[2], comma[3], comma[4], kind)
    found = _NUMBER.fullmatch(text)
    if not found or "," in text:
        said = f"write a number and a unit, without commas, {example} (given: {_short(text)})"
        raise WrongValueError("wrong-number", said)
    sign, digits, unit = found.groups()
    value = _value(digits, unit, kind)
    if sign == "-" or value == 0:
        hint = f"; {kind.zero}" if kind.zero else ""
        said = f"{kind.name} must be above zero{hint} (given: {_short(text)})"
        raise WrongValueError("out-of-range", said)
    _require_believable(value, _short(text), kind)
    return float(f"{value:.{DIGITS}g}")


def _computed(number: float, text: Callable[[float], str], kind: _Kind) -> float:
    """Return a number of a kind, to the digits that are kept, if it can be true."""
    if not isfinite(number):
        raise WrongValueError("wrong-number", f"{kind.name} of {number} {kind.unit} is no number")
    value = _decimal(number)
    _require_believable(value, text(number), kind)
    return float(value)


def _require_believable(value: Decimal, given: str, kind: _Kind) -> None:
    """Refuse what is below or above all that is ever written.

    Raises:
        WrongValueError: it is.
    """
    if not kind.low <= value <= kind.high:
        side = "small" if value < kind.low else "large"
        said = f"{kind.name} of {given} is too {side} to be true; is the unit right?"
        raise WrongValueError("out-of-range", said)


def _value(digits: str, unit: str, kind: _Kind) -> Decimal:
    """Return the number in the kind's own unit, or say what is wrong with the unit."""
    first, second = kind.offered
    name = " ".join(unit.split()).replace("µ", "μ").lower().rstrip(".")
    if not name:
        raise WrongValueError(
            "missing-unit",
            f'the unit is missing. Write "{digits} {first}" or "{digits} {second}", whichever is'
            " meant",
        )
    if name in kind.wrong:
        raise WrongValueError("wrong-unit", f"the unit '{unit}' cannot be used: {kind.wrong[name]}")
    if name not in kind.factors:
        hint = f'{did_you_mean(name, kind.factors)} Write for example "0.5 {first}"'.strip()
        raise WrongValueError("wrong-unit", f"unknown unit {_short(unit)}.", hint)
    return Decimal(digits) * kind.factors[name]


def _about_comma(
    sign: str, whole: str, part: str, unit: str | None, kind: _Kind
) -> WrongValueError:
    """Say how to write a number that has a comma: both ways where it can be read in two."""
    decimal = sign + _plain(Decimal(f"{whole or '0'}.{part}"))
    if len(part) == 3 and whole.strip("0"):
        return WrongValueError(
            "ambiguous",
            f"the comma can be read in two ways: write {_offer(sign + whole + part, unit, kind)} or"
            f" {_offer(decimal, unit, kind)}, whichever is meant",
        )
    said = f"write a point instead of the comma: {_offer(decimal, unit, kind)}"
    return WrongValueError("wrong-number", said)


def _offer(number: str, unit: str | None, kind: _Kind) -> str:
    if unit and unit.strip():
        return f'"{number} {" ".join(unit.split())[:20]}"'
    return " or ".join(f'"{number} {name}"' for name in kind.offered)


def _day(year: int, month: int, day: int, given: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise WrongValueError("wrong-date", f"there is no such day: {_short(given)}") from None


def _decimal(number: float) -> Decimal:
    return Decimal(f"{float(number):.{DIGITS}g}")


def _plain(number: Decimal) -> str:
    """Return a decimal without exponent and without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _short(given: object) -> str:
    try:
        text = repr(given)
    except ValueError:
        return "a number of more than 4000 digits"
    return text if len(text) <= 60 else f"{text[:57]}…"


def _short_number(given: float) -> str:
    try:
        return _plain(Decimal(repr(given)))[:20]
    except ValueError:
        return "…"
