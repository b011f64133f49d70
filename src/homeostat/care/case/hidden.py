"""Characters in a file that a terminal or a page would obey instead of show: found in keys and in
free words, at any depth.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from homeostat.care.case.keys import unshowable
from homeostat.errors import Problem
from homeostat.facts.reader import key_path


def hidden_characters(table: Mapping[str, Any]) -> list[Problem]:
    """Return a problem for each key or text of a table that holds a character nobody would see.

    A key must be printable on one line; a text may hold lines, tabs and the marks of scripts from
    right to left.
    """
    try:
        return list(_hidden(table, ()))
    except RecursionError:
        return [Problem("", "too-large", "this file is nested too deeply")]


def _hidden(node: Any, loc: tuple[int | str, ...]) -> Iterator[Problem]:
    if isinstance(node, Mapping):
        for key, inner in node.items():
            if not str(key).isprintable():
                said = f"the key {str(key)!r} holds a character that cannot be shown; take it out"
                yield Problem(key_path(loc), "hidden-character", said)
            else:
                yield from _hidden(inner, (*loc, str(key)))
    elif isinstance(node, list | tuple):
        for number, inner in enumerate(node):
            yield from _hidden(inner, (*loc, number))
    elif isinstance(node, str) and (letter := unshowable(node)):
        said = f"the text holds a character that cannot be shown (U+{ord(letter):04X}); take it out"
        yield Problem(key_path(loc), "hidden-character", said)
