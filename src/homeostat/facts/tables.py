"""What a table of the facts becomes: which record a row is, and the records of one kind by id."""

from collections.abc import Mapping
from typing import Any, TypeVar

from homeostat.errors import FactError, nearest
from homeostat.facts.kinds import TABLES
from homeostat.facts.records import Record

R = TypeVar("R", bound=Record)
CONTENTS = "contents.toml"
"""The file that lists which records there must be: one that is lost, or not listed, is refused."""


class Records(dict[str, R]):
    """The records of one kind by id; one that is not there is a fault of the facts, in a
    sentence.
    """

    def __missing__(self, name: str) -> R:
        raise FactError(f"facts: no record '{name}' where one is needed.{nearest(name, self)}")


def record_for(row: Any, record: type[R] | Mapping[str, type[R]], where: str) -> type[R]:
    """Return the record that a row is to become."""
    if not isinstance(record, Mapping):
        return record
    kind = row.get("kind") if isinstance(row, dict) else None
    if kind is None:
        raise FactError(f"{where}: 'kind' is missing. Known: {', '.join(record)}.")
    if not isinstance(kind, str) or kind not in record:
        raise FactError(
            f"{where}: unknown 'kind' {kind!r}.{nearest(str(kind), record)} Known:"
            f" {', '.join(record)}."
        )
    return record[kind]


def of_kind(record: Record, kind: type[R], what: str) -> R:
    """Return a record of the kind that is needed.

    Raises:
        FactError: it is of another kind.
    """
    if not isinstance(record, kind):
        raise FactError(
            f"facts: {what} is of the kind {type(record).__name__}, and {kind.__name__} is needed"
        )
    return record


def say_reviewed(node: Any, reviewed: str) -> None:
    """Give every sourced table of a file the file's state of review, unless it states its own."""
    if isinstance(node, dict):
        if "basis" in node:
            node.setdefault("reviewed", reviewed)
        for value in node.values():
            say_reviewed(value, reviewed)
    elif isinstance(node, list):
        for value in node:
            say_reviewed(value, reviewed)


def ids_listed(contents: Mapping[str, Any], file: str, table: str) -> list[str]:
    """Return the ids that the list of contents names for a table of a file or folder.

    Raises:
        FactError: the table is not listed, or another one is that nothing reads.
    """
    listed = contents.get(file, {})
    if table not in listed:
        raise FactError(f"facts/{CONTENTS}: no list of the {table} of '{file}'")
    known = {table, *TABLES.get(f"{file}.toml", ())}
    for strange in sorted(listed.keys() - known):
        raise FactError(
            f"facts/{CONTENTS}, {file}: unknown key '{strange}'.{nearest(strange, known)}"
        )
    ids: list[str] = listed[table]
    return ids


def refuse_other_contents(
    contents: Mapping[str, Any], file: str, table: str, ids: tuple[str, ...]
) -> None:
    """Refuse a table that does not hold exactly what the list of contents says.

    Raises:
        FactError: a record is missing, or one is not listed.
    """
    listed = ids_listed(contents, file, table)
    if lost := [name for name in listed if name not in ids]:
        raise FactError(
            f"facts/{file}: {table} '{lost[0]}' is missing; {CONTENTS} lists it. "
            "Put it back, or take it from the list if it is meant to go"
        )
    if new := [name for name in ids if name not in listed]:
        raise FactError(
            f"facts/{file}: {table} '{new[0]}' is not in {CONTENTS}; add it to the list"
        )
