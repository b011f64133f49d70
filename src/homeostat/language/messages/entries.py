"""The catalogue: the texts of each language by id, read once and held against each other.

`findings.<language>.toml` holds an entry for each finding (its sentence, and where they are not one
number alone, its limit and the plan's value) and the parts that sentences are made of.
`words.<language>.toml` holds units. Terms by their English name stand in the table `term` of any
file of a language; English has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from homeostat.errors import FactError
from homeostat.facts.reader import read_toml
from homeostat.language.numbers import LANGUAGES

FOLDER = Path(__file__).parent
BEGIN = "begin"
"""The form of a value at the begin of a sentence."""
OWN = "en"
"""The language in which code, facts and cases name things."""


@dataclass(frozen=True)
class Entry:
    """What is said in one language: a sentence, and for a finding what its limit and its value are.

    An empty `limit` or `value` is the number of the finding alone, or nothing where it has none.
    """

    sentence: str
    limit: str = ""
    value: str = ""

    @property
    def texts(self) -> tuple[str, str, str]:
        """The three texts."""
        return self.sentence, self.limit, self.value


@dataclass(frozen=True)
class Catalogue:
    """All texts of one language.

    Attributes:
        findings, parts: entries by id.
        units: for each unit its forms: 'one', 'other' and, where it differs, 'dative'.
        terms: words by their English name.
        last: what stands before the last word of a list.
        checked_by: who has checked them; "not yet" is an honest value.
    """

    findings: Mapping[str, Entry]
    parts: Mapping[str, Entry]
    units: Mapping[str, Mapping[str, str]]
    terms: Mapping[str, str]
    last: str
    checked_by: str

    def entry(self, name: str) -> Entry:
        """Return what stands under an id.

        Raises:
            FactError: nothing does.
        """
        found = self.findings.get(name) or self.parts.get(name)
        if found is None:
            raise FactError(f"messages: there is no message '{name}'")
        return found


def placeholders(text: str) -> frozenset[str]:
    """Return the names in curly brackets.

    >>> sorted(placeholders("{drug} within {days:dative}"))
    ['days', 'drug']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@cache
def catalogue(language: str) -> Catalogue:
    """Return the texts of a language.

    Raises:
        FactError: a file is missing or wrong, or the languages differ in ids, placeholders or
            units.
    """
    return _all()[language]


@cache
def _all() -> Mapping[str, Catalogue]:
    found = {language: _read(language) for language in LANGUAGES}
    own = found[OWN]
    for language, other in found.items():
        _require_same(own.units, other.units, f"words.{language}.toml, unit")
        for ours, theirs in ((own.findings, other.findings), (own.parts, other.parts)):
            _require_same(ours, theirs, f"findings.{language}.toml")
            for name, entry in ours.items():
                for one, two in zip(entry.texts, theirs[name].texts, strict=True):
                    if placeholders(one) != placeholders(two) or bool(one) != bool(two):
                        raise FactError(
                            f"messages: '{name}' in '{language}' has other placeholders than in"
                            f" '{OWN}': {sorted(placeholders(two))}, not"
                            f" {sorted(placeholders(one))}"
                        )
    return found


def _require_same(one: Mapping[str, Any], two: Mapping[str, Any], where: str) -> None:
    if apart := sorted(one.keys() ^ two.keys()):
        raise FactError(f"messages, {where}: not in every language: {', '.join(apart)}")


def _read(language: str) -> Catalogue:
    said = read_toml(FOLDER / f"findings.{language}.toml")
    words = read_toml(FOLDER / f"words.{language}.toml")
    where = f"messages in '{language}'"
    if "checked_by" not in said:
        raise FactError(f"{where}: it must say 'checked_by' ('not yet' is an honest value)")
    try:
        findings = {name: Entry(**row) for name, row in said["finding"].items()}
        parts = {name: Entry(text) for name, text in said["part"].items()}
        units = {name: _forms(row) for name, row in words["unit"].items()}
        _require_forms_known({**findings, **parts}, units, where)
        return Catalogue(
            findings, parts, units, _terms(language), words["last"], said["checked_by"]
        )
    except (AttributeError, KeyError, TypeError) as problem:
        raise FactError(f"{where}: {problem}") from None


def _terms(language: str) -> Mapping[str, str]:
    """Return the terms of all files of a language; each stands in one of them."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob(f"*.{language}.toml")):
        more = read_toml(path).get("term", {})
        if twice := sorted(found.keys() & more.keys()):
            raise FactError(f"messages, {path.name}: terms of another file: {', '.join(twice)}")
        found |= more
    return found


def _forms(row: str | Mapping[str, str]) -> Mapping[str, str]:
    forms = {"one": row, "other": row} if isinstance(row, str) else {**row}
    if not {"one", "other"} <= forms.keys() or any("{n}" not in text for text in forms.values()):
        raise FactError(f"messages: a unit needs 'one' and 'other', each with {{n}}: {forms}")
    return forms


def _require_forms_known(
    entries: Mapping[str, Entry], units: Mapping[str, Mapping[str, str]], where: str
) -> None:
    """Refuse a form after a colon that no unit has: it would be left out in silence."""
    known = {"", BEGIN, *(form for forms in units.values() for form in forms)}
    for name, entry in entries.items():
        for text in entry.texts:
            for _, _, form, _ in Formatter().parse(text):
                if (form or "") not in known:
                    raise FactError(f"{where}: '{name}' asks for a form '{form}' of no unit")
