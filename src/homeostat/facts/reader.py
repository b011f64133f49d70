"""One strict reader: a TOML table becomes a frozen record, or a sentence says why not."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from homeostat.errors import FactError, HomeostatError, nearest

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

R = TypeVar("R", bound=BaseModel)


LONGEST_SHOWN = 60
LARGEST_FILE_BYTES = 5_000_000
"""No file that is written by hand is larger; what is read is never more, so that a device or a pipe without end is refused."""


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
        raise error(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise error(f"{path}: this is a folder, not a file") from None
    except PermissionError:
        raise error(f"{path}: this file may not be read by you") from None
    except (OSError, ValueError) as problem:
        raise error(f"{path}: this file cannot be read: {problem}") from None
    if len(content) > most:
        raise error(f"{path}: this file is larger than {most / 1e6:g} MB, too large for {what}")
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise error(f"{path}: this file is not UTF-8 text; save it as UTF-8") from None


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
        raise error(f"{path}: {problem}{hint}") from None
    except (RecursionError, ValueError):
        raise error(f"{path}: a number or a nesting in this file is too large for {what}") from None


def parse(record: type[R], table: Any, where: str, error: type[HomeostatError] = FactError) -> R:
    """Return a table as a record; unknown, missing and wrong keys are all named at once.

    Raises:
        error: one sentence a problem, each with the key's place and, where there is one, the nearest right key.
    """
    try:
        return record.model_validate(table)
    except ValidationError as problem:
        raise error("\n".join(f"{where}: {line}" for line in sentences(record, problem))) from None


def sentences(record: type[BaseModel], problem: ValidationError) -> list[str]:
    """Return one sentence for each thing that is wrong with a table."""
    lines = []
    faults = problem.errors(include_url=False)
    for item in faults:
        place = _place(item["loc"])
        if item["type"] == "too_short" and any(
            len(f["loc"]) > len(item["loc"]) for f in faults if _begins(f, item)
        ):
            continue  # it seems empty only because what is in it is wrong
        if item["type"] == "extra_forbidden":
            key = str(item["loc"][-1])
            known = _keys_at(record, item["loc"][:-1])
            lines.append(
                f"unknown key '{place}'.{nearest(key, known)} Known here: {', '.join(known)}."
            )
        elif item["type"] == "missing":
            lines.append(f"'{place}' is missing.")
        elif item["type"] in {"value_error", "assertion_error"}:
            said = str(item["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
            lines.append(f"'{place}': {said}" if place else said)
        elif item["type"] == "tuple_type":
            shown = _shown(item["input"])
            lines.append(f"'{place}': should be a list, even of one (given: {shown}).")
        else:
            given = (
                ""
                if isinstance(item["input"], dict | list | tuple)
                else f" (given: {_shown(item['input'])})"
            )
            lines.append(f"'{place}': {item['msg'][0].lower()}{item['msg'][1:]}{given}.")
    return lines


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


def _place(loc: tuple[int | str, ...]) -> str:
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
