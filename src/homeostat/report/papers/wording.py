"""The one catalogue of wording: every sentence of a paper that holds a number, a unit, a drug or a
negation.

A sentence has an id, a text in each language with the same placeholders, and says who has checked
    it: "not yet".
"""

from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter

from homeostat.errors import FactError
from homeostat.facts.reader import parse, read_toml
from homeostat.facts.records import Record
from homeostat.facts.records.basis import NOT_REVIEWED, Many
from homeostat.language.numbers import plural

FOLDER = Path(__file__).parent / "wording"


class Sentence(Record):
    """One sentence in all languages, and who has checked them."""

    id: str
    en: str
    de: str
    checked_by: str
    sources: Many[str] = ()
    """What a sentence about what is felt rests on: 'source-id' or 'source-id, place'."""
    file: str = ""

    def in_language(self, language: str) -> str:
        """Return the text in one language, with its placeholders."""
        return str(getattr(self, language))


class Words:
    """The catalogue in one language: `words("amount.half", …)`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.said: set[str] = set()

    def __call__(self, name: str, /, **values: str) -> str:
        """Return a sentence with its placeholders filled; all of them, and no other, must be given.

        Raises:
            FactError: there is no such sentence, or the placeholders differ.
        """
        sentence = catalogue().get(name)
        if sentence is None:
            raise FactError(f"wording: there is no sentence '{name}'")
        text = sentence.in_language(self.language)
        if placeholders(text) != set(values):
            raise FactError(
                f"wording: '{name}' needs {sorted(placeholders(text))}, not {sorted(values)}"
            )
        self.said.add(name)
        return text.format(**values)

    def counted(self, name: str, count: float | Decimal, /, **values: str) -> str:
        """Return the sentence for so many: 'name.one' or 'name.other', as the language has it."""
        return self(f"{name}.{plural(count, self.language)}", **values)

    def list(self, *names: str) -> list[str]:
        """Return several sentences without placeholders."""
        return [self(name) for name in names]

    @property
    def checked_by(self) -> str:
        """Who has checked all that was said so far; 'not yet' as long as anybody is missing."""
        checkers = {catalogue()[name].checked_by for name in self.said} or {NOT_REVIEWED}
        return NOT_REVIEWED if NOT_REVIEWED in checkers else ", ".join(sorted(checkers))


def placeholders(text: str) -> set[str]:
    """Return the names in curly brackets."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def catalogue() -> dict[str, Sentence]:
    """Return every sentence by its id.

    Raises:
        FactError: a file does not say who has checked it, an id stands twice, or a language is
            missing.
    """
    found: dict[str, Sentence] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        table = read_toml(path)
        where = f"wording/{path.name}"
        if "checked_by" not in table:
            raise FactError(
                f"{where}: the file must say 'checked_by' at its top ('not yet' is an honest value)"
            )
        for row in table.get("sentence", []):
            sentence = parse(
                Sentence,
                {"checked_by": table["checked_by"], **row, "file": path.stem},
                f"{where}, {row.get('id', '?')}",
            )
            if sentence.id in found:
                raise FactError(f"{where}: '{sentence.id}' stands twice")
            found[sentence.id] = sentence
    return found
