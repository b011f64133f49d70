"""Types of the keys of a case: what a value may be, how it is read and written, and its JSON
Schema.
"""

from datetime import date, time
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
)

from homeostat.characters import is_hidden
from homeostat.errors import WrongValueError
from homeostat.facts.records import Record
from homeostat.facts.spelling import plain_text
from homeostat.language import quantity

T = TypeVar("T")
FROM_RECORD = "from a record"
"""Context of a validation in which amounts are numbers in the unit of the record, no texts."""
LONGEST_WEEKS, LONGEST_WINDOW_D = 520, 366
"""Weeks of a plan and days of a prescription that can be asked for."""
MOST_WORDS = 100
"""Entries of a list of words that a case may hold."""
_TOLERATED = "\n\t\u061c\u200e\u200f\u2028\u2029"
"""Hidden characters that honest text may hold: lines, and the marks that scripts from right to left
need.
"""


def unshowable(text: str) -> str:
    """Return the first character of a text that a terminal or a page would obey instead of show, or
    ''.
    """
    return next((letter for letter in text if is_hidden(letter) and letter not in _TOLERATED), "")


def _visible(text: str) -> str:
    """Refuse what a terminal or a page would obey instead of show."""
    if letter := unshowable(text):
        raise WrongValueError(
            "hidden-character",
            f"the text holds a character that cannot be shown (U+{ord(letter):04X}); take it out",
        )
    return text.strip()


def _one_line(text: str) -> str:
    """Refuse a text of several lines, as it stands in titles, names and messages."""
    if "\n" in text or "\t" in text:
        raise ValueError("write it on one line, without tabs")
    return _visible(text)


def _name_of_a_thing(text: str) -> str:
    """Return a name in its one usual form, so that an unseen character or another width cannot hide
    it from a rule.
    """
    found = plain_text(_one_line(text)).strip()
    if not found:
        raise ValueError("the name is empty")
    return found


def _small(given: object) -> object:
    return given.strip().lower() if isinstance(given, str) else given


def _said(given: object) -> object:
    """Read a TOML true or false as the word it means."""
    return {True: "yes", False: "no"}[given] if isinstance(given, bool) else _small(given)


def _rows(given: object) -> object:
    if isinstance(given, dict):
        raise ValueError(
            "this table can stand several times: write its name in double brackets, as [[use]]"
        )
    if not isinstance(given, list | tuple):
        raise ValueError("write a list in square brackets")
    return tuple(given)


def _some_rows(given: object) -> object:
    rows = _rows(given)
    if not rows:
        raise ValueError("at least one is needed")
    return rows


def _one_table(given: object) -> object:
    if isinstance(given, list):
        raise ValueError("this table stands once: write its name in single brackets, as [person]")
    if not isinstance(given, dict | Record):
        raise ValueError(
            "this is a table: write its name in brackets on a line of its own, and its keys below"
        )
    return given


def _mg(given: object, info: ValidationInfo) -> float:
    """Read an amount: a text in a file, a number [mg] in a record."""
    if info.context is FROM_RECORD and isinstance(given, float | int):
        return float(quantity.Milligrams(given))
    return quantity.amount_mg(given)


def _ng_per_ml(given: object, info: ValidationInfo) -> float:
    """Read a level, as `_mg`."""
    if info.context is FROM_RECORD and isinstance(given, float | int):
        return quantity.believable_level(given)
    return quantity.level_ng_per_ml(given)


def _drinks(given: object) -> object:
    word = _small(given)
    if word in ("none", "unknown"):
        return 0.0 if word == "none" else None
    return _number(given)


def _count(given: object) -> object:
    return None if _small(given) == "unknown" else given


def _number(given: object) -> object:
    if isinstance(given, str):
        raise ValueError(
            f"write a number without quotation marks and without a unit (given: {given[:40]!r})"
        )
    return given


def _is_of(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **schema})


Text = Annotated[str, AfterValidator(_visible), Field(max_length=2000)]
Name = Annotated[str, AfterValidator(_one_line), Field(min_length=1, max_length=120)]
Named = Annotated[str, AfterValidator(_name_of_a_thing), Field(min_length=1, max_length=120)]
"""The name of a medicine or a condition, in its one usual form."""
Word = Annotated[
    str,
    BeforeValidator(_small),
    AfterValidator(_name_of_a_thing),
    Field(min_length=1, max_length=120),
]
Answer = Annotated[Literal["yes", "no", "unknown"], BeforeValidator(_said)]
Number = Annotated[float, BeforeValidator(_number)]
_A_DAY = {"pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$", "x-type": "day"}
Day = Annotated[date, BeforeValidator(quantity.local_date), _is_of(_A_DAY)]
Clock = Annotated[
    time,
    BeforeValidator(quantity.clock),
    PlainSerializer(lambda hour: f"{hour:%H:%M}"),
    _is_of({"pattern": "^[0-9]{1,2}:[0-9]{2}(:00)?$", "x-type": 'time of day, "00:00" to "23:59"'}),
]
Mg = Annotated[
    float,
    BeforeValidator(_mg),
    PlainSerializer(quantity.mg_text),
    _is_of(
        {
            "pattern": r"^\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*[A-Za-zµμ]+\.?\s*$",
            "x-type": 'amount with unit, "0.5 mg" or "500 ug"',
        }
    ),
]
NgPerMl = Annotated[
    float,
    BeforeValidator(_ng_per_ml),
    PlainSerializer(quantity.level_text),
    _is_of(
        {
            "pattern": r"^\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*[A-Za-zµμ]+/[mM]?[lL]\.?\s*$",
            "x-type": 'level with unit, "28 ng/mL"',
        }
    ),
]
Several = Annotated[tuple[T, ...], BeforeValidator(_rows), Field(strict=False)]
AtLeastOne = Annotated[tuple[T, ...], BeforeValidator(_some_rows), Field(strict=False)]
Once = Annotated[T, BeforeValidator(_one_table)]
Drinks = Annotated[
    float | None,
    BeforeValidator(_drinks),
    PlainSerializer(lambda drinks: "unknown" if drinks is None else drinks),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 100},
                {"enum": ["none", "unknown"]},
            ],
            "x-type": 'number, "none" or "unknown"',
        }
    ),
]
Count = Annotated[
    int | None,
    BeforeValidator(_count),
    PlainSerializer(lambda count: "unknown" if count is None else count),
    WithJsonSchema(
        {
            "anyOf": [{"type": "integer", "minimum": 0, "maximum": 100}, {"enum": ["unknown"]}],
            "x-type": 'whole number or "unknown"',
        }
    ),
]


def key(
    meaning: str,
    example: str,
    default: Any = ...,
    *,
    unit: str = "",
    words: str = "",
    some: bool = False,
    **more: Any,
) -> Any:
    """Define one key: what it means, how it is written, and what is taken when it is left out.

    Args:
        words: the kind of facts that its words must come from (drugs, routes, scales, conditions).
        some: a list of at least one.
    """
    extra: dict[str, Any] = {
        "x-example": example,
        "x-unit": unit,
        "x-words": words,
        "minItems": int(some),
    }
    extra = {name: value for name, value in extra.items() if value or name == "x-example"}
    extra |= {
        name: more[bound] for bound, name in (("ge", "minimum"), ("le", "maximum")) if bound in more
    }
    return Field(default, description=meaning, json_schema_extra=extra, **more)
