"""Values of a message: numbers with units, terms, lists, days and other messages, each written as a
language writes it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from string import Formatter
from typing import Any, Literal, Self

from homeostat.errors import FactError
from homeostat.facts.keys import mark
from homeostat.facts.records import Choice
from homeostat.language.messages.entries import BEGIN, OWN, catalogue, placeholders
from homeostat.language.numbers import NBSP, clock, decimal_mark, number, plural, short_day

PERCENT = 100
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
TWO_DIGITS_BELOW = 0.095
"""Shares below this are said with two digits, so that 1.2 % is not said as 1 %."""


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, and the key of the choice that it is, where it is one.

    Attributes:
        unit: a unit of `words.<language>.toml`; a "share" is written in percent.
    """

    number: float
    unit: str
    key: str = ""

    @classmethod
    def rounded(cls, given: float, unit: str, digits: int) -> Self:
        """Return a number with so many significant digits.

        >>> Quantity.rounded(2.3456, "ratio", 2)
        Quantity(number=2.3, unit='ratio', key='')
        """
        return cls(float(f"{given:.{digits}g}"), unit)

    @classmethod
    def chosen(cls, choice: Choice) -> Self:
        """Return the number of a choice, which is shown with its key."""
        return cls(choice.value, choice.unit, choice.id)

    def text(self, language: str, form: str = "") -> str:
        """Return the number with its unit, in a grammatical case where the language has one.

        >>> Quantity(0.254, "share").text("en"), Quantity(0.0125, "share").text("de")
        ('25 %', '1,2 %')
        >>> Quantity(1, "d").text("de"), Quantity(5, "d").text("de", "dative")
        ('1 Tag', '5 Tagen')
        """
        shown = self._shown
        forms = catalogue(language).units[self.unit]
        count = plural(shown, language)
        has_own = count == "other" or form != "dative"
        chosen = forms.get(form, forms[count]) if has_own else forms[count]
        said = chosen.format(n=number(shown, language))
        return f"{said} {mark(self.key)}" if self.key else said

    @property
    def _shown(self) -> float:
        if self.unit != "share":
            return self.number
        if self.key:
            return PERCENT * self.number
        given = PERCENT * self.number
        return float(f"{given:.2g}" if self.number < TWO_DIGITS_BELOW else f"{given:.0f}")


@dataclass(frozen=True)
class Term:
    """A word of code, facts or a case that has a name in each language; by its English name."""

    word: str

    def text(self, language: str) -> str:
        """Return the word; one without a translation as it is."""
        return catalogue(language).terms.get(self.word, self.word)


@dataclass(frozen=True)
class Phrase:
    """A name that is put together of terms and numbers, such as that of a product."""

    words: str

    def text(self, language: str) -> str:
        """Return it with each term and each decimal mark as the language has them.

        >>> Phrase("lorazepam (Tavor) tablet 0.5 mg").text("de")
        'Lorazepam (Tavor) Tablette 0,5 mg'
        """
        if language == OWN:
            return self.words
        terms = catalogue(language).terms
        found = _terms(language).sub(lambda match: terms[match[0]], self.words)
        return _POINT.sub(decimal_mark(language), found)


@dataclass(frozen=True)
class Message:
    """A message of the catalogue with its values."""

    id: str
    values: "Mapping[str, Value]" = field(default_factory=dict, hash=False)

    def text(self, language: str) -> str:
        """Return it in a language."""
        return filled(catalogue(language).entry(self.id).sentence, self.values, language)


@dataclass(frozen=True)
class Listed:
    """Several values, with a mark between them, or with 'and'."""

    items: "tuple[Value, ...]"
    by: Literal[", ", "; ", "and"] = ", "

    def text(self, language: str) -> str:
        """Return them in a row."""
        between = f" {catalogue(language).last} " if self.by == "and" else self.by
        return between.join(_written(item, "", language) for item in self.items)


Value = str | float | date | time | Quantity | Term | Phrase | Message | Listed
"""What a placeholder may hold. A text is shown as it was written, in any language."""


def in_json(value: Value | None) -> Any:
    """Return a value as data: a number with its unit, a message with its id, a text as it is."""
    match value:
        case None | str():
            return value
        case Quantity():
            return {"number": value.number, "unit": value.unit}
        case Term() | Phrase():
            return value.text(OWN)
        case Message():
            return {
                "message": value.id,
                "values": {name: in_json(one) for name, one in value.values.items()},
            }
        case Listed():
            return [in_json(item) for item in value.items]
        case date() | time():
            return value.isoformat()
        case _:
            return value


def said(name: str, /, **values: Value) -> Message:
    """Return a message: `said("part.of.a.sentence", drug=Term("diazepam"))`."""
    return Message(name, values)


def terms(words: Iterable[str], by: Literal[", ", "; ", "and"] = ", ") -> Listed:
    """Return terms in a row."""
    return Listed(tuple(Term(word) for word in words), by)


def filled(text: str, values: Mapping[str, Value], language: str) -> str:
    """Return a text of the catalogue with its placeholders filled.

    Raises:
        FactError: a value is missing.
    """
    if missing := placeholders(text) - values.keys():
        raise FactError(f"messages: values are missing ({', '.join(sorted(missing))}): {text}")
    return _Writer(language).vformat(text, (), values)


class _Writer(Formatter):
    """Writes each value in one language; after the colon stands a form: 'dative', or 'begin' for
    the begin of a sentence.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        return _written(value, format_spec, self.language)


def _written(value: Value, form: str, language: str) -> str:
    text = _plain(value, form, language)
    return text[:1].upper() + text[1:] if form == BEGIN else text


def _plain(value: Value, form: str, language: str) -> str:
    match value:
        case str():
            return value
        case Quantity():
            return value.text(language, form)
        case Term() | Phrase() | Message() | Listed():
            return value.text(language)
        case date():
            return _day(value, language)
        case time():
            return f"{value:%H:%M}" if language == OWN else clock(value, language)
        case _:
            return number(value, language)


@cache
def _terms(language: str) -> re.Pattern[str]:
    """Return a pattern of all terms, the longest first."""
    words = sorted(catalogue(language).terms, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b")


def _day(when: date, language: str) -> str:
    if language == OWN:
        return when.isoformat()
    return f"{short_day(when, language)}{NBSP}{when.year}"
