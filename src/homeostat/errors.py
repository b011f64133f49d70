"""What can go wrong, sorted by who can put it right.

    HomeostatError
    ├── InputError      the user: what, where, how to mend it          exit 2
    ├── FactError       the author of a facts file                     exit 3
    ├── OutputError     whoever owns the folder that is written to     exit 4
    ├── CapacityError   the user, by asking for less                   exit 5
    ├── DispensingError the user, by another dose or product           exit 6
    └── NumericsError   us: the model produced what it must not        exit 70

A clinical "no" is a finding or a withheld forecast, never an exception; `homeostat check` ends with
10 where warnings stand and with 20 where a plan is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Any, Literal

from homeostat.characters import shown

Code = Literal[
    "ambiguous",
    "conflict",
    "duplicate-key",
    "hidden-character",
    "missing",
    "missing-unit",
    "not-json",
    "not-toml",
    "other",
    "out-of-range",
    "too-large",
    "too-long",
    "too-short",
    "unknown-key",
    "unknown-word",
    "unreadable",
    "wrong-date",
    "wrong-number",
    "wrong-time",
    "wrong-type",
    "wrong-unit",
    "wrong-value",
]
"""What can be wrong, as a word for machines. A code keeps its meaning; new ones may be added."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, apart from the sentence that says so.

    Attributes:
        path: the key, from the top of the file, such as "steps[2].doses[1].drug" (rows count from
            1); "" where there is none.
        code: what kind of fault it is, for machines.
        message: what is wrong, for people.
        hint: how to mend it; "" where the message says all.
    """

    path: str
    code: Code
    message: str
    hint: str = ""

    def __post_init__(self) -> None:
        """Show hidden characters: a message may quote what somebody wrote."""
        object.__setattr__(self, "path", shown(self.path, keep=""))
        object.__setattr__(self, "message", shown(self.message))
        object.__setattr__(self, "hint", shown(self.hint))

    def __str__(self) -> str:
        """Return the sentence: the path in front, unless the message names it already."""
        front = f"'{self.path}': " if self.path and f"'{self.path}'" not in self.message else ""
        return f"{front}{self.message}{f' {self.hint}' if self.hint else ''}"


class WrongValueError(ValueError):
    """One written value cannot be used; the reader that knows its key makes a Problem of it."""

    def __init__(self, code: Code, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}" if hint else message)
        self.code, self.message, self.hint = code, message, hint


class HomeostatError(Exception):
    """Carry what is wrong, where, and how to mend it.

    Attributes:
        problems: each fault with its fields; one without a path where only a sentence was given.
        where: the file, or what else stands in front of each sentence; "" where there is none.
    """

    exit_code = 1
    kind = "error"

    def __init__(
        self, sentence: str = "", *, problems: Iterable[Problem] = (), where: str = ""
    ) -> None:
        self.problems = tuple(problems) or (Problem("", "other", sentence),)
        self.where = shown(where, keep="")
        front = f"{self.where}: " if self.where else ""
        super().__init__("\n".join(f"{front}{problem}" for problem in self.problems))

    def as_dict(self) -> dict[str, Any]:
        """Return the error for machines."""
        return {
            "kind": self.kind,
            "where": self.where,
            "problems": [dict(vars(problem)) for problem in self.problems],
        }


class InputError(HomeostatError):
    """Something the user typed or wrote in a file cannot be used."""

    exit_code = 2
    kind = "input"


class FactError(HomeostatError):
    """A facts file is wrong; its author can mend it."""

    exit_code = 3
    kind = "facts"


class OutputError(HomeostatError):
    """Results cannot be written where they were asked for."""

    exit_code = 4
    kind = "output"


class CapacityError(HomeostatError):
    """The request needs more memory than the machine has."""

    exit_code = 5
    kind = "capacity"


class DispensingError(HomeostatError):
    """No product that can be had makes what was asked for."""

    exit_code = 6
    kind = "dispensing"


class NumericsError(HomeostatError):
    """The model produced a number that no body can have; the result is not shown."""

    exit_code = 70
    kind = "numerics"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ' Did you mean …?' for the nearest known words, or an empty string.

    >>> nearest("klonazepam", ["clonazepam", "diazepam"])
    ' Did you mean clonazepam?'
    >>> nearest("xyz", ["clonazepam"])
    ''
    """
    found = did_you_mean(word, known)
    return f" {found}" if found else ""


def nearest_name(word: str, known: Iterable[str]) -> str:
    """Return the one known word that a word is nearest to, or an empty string.

    >>> nearest_name("klonazepam", ["clonazepam", "diazepam"]), nearest_name("xyz", ["diazepam"])
    ('clonazepam', '')
    """
    lowered = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[close[0]] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return 'Did you mean …?' for the nearest known words, or an empty string: the hint of a
    Problem.
    """
    lowered = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), lowered, n=3, cutoff=0.6)
    likeness = {name: SequenceMatcher(a=word.lower(), b=name).ratio() for name in close}
    close = [name for name in close if likeness[name] >= max(likeness.values()) - 0.1]
    if not close:
        return ""
    return f"Did you mean {' or '.join(lowered[name] for name in close)}?"
