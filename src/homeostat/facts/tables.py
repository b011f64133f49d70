"""What a table of the facts becomes: which record a row is, and the records of one kind by id."""

from collections.abc import Mapping
from typing import Any, TypeVar

from homeostat.errors import FactError, nearest
from homeostat.facts.records import Record

R = TypeVar("R", bound=Record)


class Records(dict[str, R]):
    """The records of one kind by id; one that is not there is a fault of the facts, in a sentence."""

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
