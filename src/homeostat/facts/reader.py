"""One strict reader: a TOML table becomes a frozen record, or a sentence says why not."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from homeostat.characters import shown
from homeostat.errors import (
    Code,
    FactError,
    HomeostatError,
    Problem,
    WrongValueError,
    did_you_mean,
)

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

R = TypeVar("R", bound=BaseModel)


LONGEST_SHOWN = 60
LARGEST_FILE_BYTES = 5_000_000
"""No file that is written by hand is larger; what is read is never more, so that a device or a pipe
without end is refused.
"""


def read_text(
    path: Path, what: str, error: type[HomeostatError] = FactError, most: int = LARGEST_FILE_BYTES
) -> str:
    """Return the text of a file.

    Args:
        what: what the file should be, such as "a case", for the sentence.
        most: bytes from which it is refused.

    Raises:
        error: the file is missing, is too large, may not be read, or is not UTF-8.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except FileNotFoundError:
        raise _unreadable(path, "there is no such file", error) from None
    except IsADirectoryError:
        raise _unreadable(path, "this is a folder, not a file", error) from None
    except PermissionError:
        raise _unreadable(path, "this file may not be read by you", error) from None
    except (OSError, ValueError) as problem:
        raise _unreadable(path, f"this file cannot be read: {problem}", error) from None
    if len(content) > most:
        said = f"this file is larger than {most / 1e6:g} MB, too large for {what}"
        raise error(problems=[Problem("", "too-large", said)], where=str(path))
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _unreadable(path, "this file is not UTF-8 text; save it as UTF-8", error) from None


def _unreadable(path: Path, said: str, error: type[HomeostatError]) -> HomeostatError:
    return error(problems=[Problem("", "unreadable", said)], where=str(path))


def read_toml(
    path: Path, error: type[HomeostatError] = FactError, what: str = "facts"
) -> dict[str, Any]:
    """Return the tables of a TOML file; arguments as `read_text`.

    Raises:
        error: as `read_text`; or the file is not TOML (line and column are named).
    """
    try:
        return tomllib.loads(read_text(path, what, error))
    except tomllib.TOMLDecodeError as problem:
        hint = ""
        if "Expected newline or end of document" in str(problem):
            hint = " (a decimal comma? write 0.5, not 0,5)"
        wrong = Problem("", "not-toml", f"{problem}{hint}")
        raise error(problems=[wrong], where=str(path)) from None
    except (RecursionError, ValueError):
        said = f"a number or a nesting in this file is too large for {what}"
        raise error(problems=[Problem("", "too-large", said)], where=str(path)) from None


def parse(record: type[R], table: Any, where: str, error: type[HomeostatError] = FactError) -> R:
    """Return a table as a record; unknown, missing and wrong keys are all named at once.

    Raises:
        error: its problems are `problems_in`.
    """
    try:
        # a file holds the keys as they are documented; code names fields, whose names say their
        # units
        return record.model_validate(table, by_alias=True, by_name=False)
    except ValidationError as problem:
        raise error(problems=problems_in(record, problem), where=where) from None


_CODES: Mapping[str, Code] = {
    "bool_type": "wrong-type",
    "dict_type": "wrong-type",
    "enum": "unknown-word",
    "finite_number": "wrong-number",
    "float_type": "wrong-type",
    "greater_than": "out-of-range",
    "greater_than_equal": "out-of-range",
    "int_type": "wrong-type",
    "less_than": "out-of-range",
    "less_than_equal": "out-of-range",
    "literal_error": "unknown-word",
    "model_type": "wrong-type",
    "string_too_long": "too-long",
    "string_too_short": "too-short",
    "string_type": "wrong-type",
    "too_long": "too-long",
    "too_short": "too-short",
    "tuple_type": "wrong-type",
}
"""The codes of pydantic's own faults; any other is a wrong value."""


def problems_in(record: type[BaseModel], problem: ValidationError) -> list[Problem]:
    """Return each thing that is wrong with a table: its key, what it is, and where there is one the
    nearest right key.
    """
    faults = problem.errors(include_url=False)
    return [
        _problem(record, item)
        for item in faults
        # a list seems empty where only what is in it is wrong
        if not (
            item["type"] == "too_short"
            and any(len(f["loc"]) > len(item["loc"]) and _begins(f, item) for f in faults)
        )
    ]


def _problem(record: type[BaseModel], item: "ErrorDetails") -> Problem:
    """Return one fault of pydantic as a problem."""
    place = key_path(item["loc"])
    match item["type"]:
        case "extra_forbidden":
            known = _keys_at(record, item["loc"][:-1])
            near = did_you_mean(str(item["loc"][-1]), known)
            hint = f"{near} Known here: {', '.join(known)}.".strip()
            return Problem(place, "unknown-key", f"unknown key '{shown(place, keep='')}'.", hint)
        case "missing":
            return Problem(place, "missing", f"'{place}' is missing.")
        case "value_error" | "assertion_error":
            fault = item.get("ctx", {}).get("error")
            if isinstance(fault, WrongValueError):
                return Problem(place, fault.code, fault.message, fault.hint)
            return Problem(place, "wrong-value", str(fault or item["msg"]))
        case "tuple_type":
            said = f"should be a list, even of one (given: {_shown(item['input'])})."
            return Problem(place, "wrong-type", said)
        case kind:
            given = (
                ""
                if isinstance(item["input"], dict | list | tuple)
                else f" (given: {_shown(item['input'])})"
            )
            said = f"{item['msg'][0].lower()}{item['msg'][1:]}{given}."
            return Problem(place, _CODES.get(kind, "wrong-value"), said)


def _shown(given: object) -> str:
    """Return what was given, on one line and no longer than a line."""
    try:
        text = repr(given)
    except ValueError:
        return "a number too large to be shown"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _begins(inner: "ErrorDetails", outer: "ErrorDetails") -> bool:
    """True if a fault lies inside the place of another."""
    return inner["loc"][: len(outer["loc"])] == outer["loc"]


def key_path(loc: tuple[int | str, ...]) -> str:
    """Return the place of a key as it is written to people; rows count from 1: ('use', 0, 'drug')
    is \"use[1].drug\".
    """
    place = ""
    for part in loc:
        if isinstance(part, int):
            place += f"[{part + 1}]"
        else:
            place += f".{part}" if place else part
    return place


def _keys_at(record: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are known at a place inside a record."""
    here: Any = record
    for part in loc:
        if isinstance(part, str) and _is_record(here) and part in here.model_fields:
            here = _record_inside(here.model_fields[part].annotation)
    if not _is_record(here):
        return []
    return [field.alias or name for name, field in here.model_fields.items()]


def _is_record(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _record_inside(annotation: Any) -> Any:
    """Return the record type inside tuple[…], dict[…] or an optional, else the annotation."""
    for inner in getattr(annotation, "__args__", ()):
        found = _record_inside(inner)
        if _is_record(found):
            return found
    return annotation
