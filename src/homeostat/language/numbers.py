"""How numbers, days, times and lists are written in each language, by the Unicode locale data
(Babel).

The order of the parts of a day, and the clock, are the house's style; names, marks and plurals are
the locale's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import get_decimal_symbol
from babel.units import format_unit

from homeostat.language.quantity import number_text

NBSP = "\u00a0"
"""Holds a value and its unit together."""
MINUS = "−"
_PLAIN = "0.###############"
"""A pattern without groups of thousands, which could be taken for a decimal mark."""


@dataclass(frozen=True)
class Style:
    """How one language is written here: patterns of Unicode Technical Standard 35, part 4.

    Attributes:
        locale: whose names, marks and plurals are taken.
        variant: whose lists and halves of the day are taken; English outside America writes "a, b
            and c" and "pm".
        weekday, day: patterns of a weekday, and of a day and its month.
        clock: pattern of a time of day.
    """

    locale: str
    variant: str
    weekday: str
    day: str
    clock: str


STYLES = {
    "en": Style("en", "en_001", "ccc", "d MMM", "h:mm a"),
    "de": Style("de", "de", "ccc", "d. MMM", "H:mm 'Uhr'"),
}
LANGUAGES = tuple(STYLES)


@cache
def decimal_mark(language: str) -> str:
    """Return what stands between whole and part: '.' in English, ',' in German."""
    return str(get_decimal_symbol(STYLES[language].locale))


def number(value: float, language: str) -> str:
    """Return a number with a leading zero, without trailing zeros, with a true minus sign.

    >>> number(0.5, "en"), number(0.5, "de"), number(-1.0, "en")
    ('0.5', '0,5', '−1')
    """
    return number_text(value).replace(".", decimal_mark(language)).replace("-", MINUS)


def micrograms(value: Decimal, language: str) -> str:
    """Return an amount [µg] with its unit spelled out, because 'µg' is misread: '62.5
    micrograms'.
    """
    said = format_unit(
        value, "mass-microgram", length="long", format=_PLAIN, locale=STYLES[language].locale
    )
    return said.replace(" ", NBSP)


@cache
def microgram_names(language: str) -> frozenset[str]:
    """Return the unit as `micrograms` spells it, in one and in many."""
    return frozenset(micrograms(Decimal(n), language).partition(NBSP)[2] for n in (1, 2))


def day(when: date, language: str) -> str:
    """Return a day with its weekday.

    >>> day(date(2026, 11, 23), "de").replace(NBSP, " ")
    'Mo 23. Nov. 2026'
    """
    return NBSP.join((_date(when, "weekday", language), short_day(when, language), str(when.year)))


def short_day(when: date, language: str) -> str:
    """Return a day without weekday and year: '23 Nov', '23. Nov.'."""
    return _date(when, "day", language).replace(" ", NBSP)


@cache
def months(language: str) -> tuple[str, ...]:
    """Return the names of the months as `short_day` writes them, January first."""
    return tuple(
        short_day(date(2001, month, 1), language).partition(NBSP)[2] for month in range(1, 13)
    )


def clock(hour: time, language: str) -> str:
    """Return a time of day.

    >>> clock(time(20, 5), "en").replace(NBSP, " "), clock(time(8), "de").replace(NBSP, " ")
    ('8:05 pm', '8:00 Uhr')
    """
    style = STYLES[language]
    return format_time(hour, style.clock, locale=style.variant).replace(" ", NBSP)


def listed(words: Iterable[str], language: str = "en") -> str:
    """Return words as a sentence lists them.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed(["a", "b"], "de")
    ('a, b and c', 'a', 'a und b')
    """
    return format_list(list(words), locale=STYLES[language].variant)


def plural(count: float | Decimal, language: str) -> str:
    """Return which form of a noun a count asks for: 'one' or 'other' (CLDR plural rules).

    >>> plural(1, "de"), plural(2, "en"), plural(Decimal("1.5"), "en")
    ('one', 'other', 'other')
    """
    exact = Decimal(number_text(float(count)))
    return Locale.parse(STYLES[language].locale).plural_form(exact)


@lru_cache(maxsize=8192)  # a paper of many days writes each day many times
def _date(when: date, part: str, language: str) -> str:
    style = STYLES[language]
    return format_date(when, getattr(style, part), locale=style.locale)
