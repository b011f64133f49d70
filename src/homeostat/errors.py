"""What can go wrong, sorted by who can put it right.

    HomeostatError
    ├── InputError      the user: what, where, how to mend it          exit 2
    ├── FactError       the author of a facts file                     exit 3
    ├── OutputError     whoever owns the folder that is written to     exit 4
    ├── CapacityError   the user, by asking for less                   exit 5
    ├── DispensingError the user, by another dose or product           exit 6
    └── NumericsError   us: the model produced what it must not        exit 70

A clinical "no" is a finding or a withheld forecast, never an exception; `homeostat check` ends with 10 where warnings stand and
with 20 where a plan is refused.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches


class HomeostatError(Exception):
    """Carry one sentence that says what is wrong, where, and how to mend it."""

    exit_code = 1
    kind = "error"


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
    lowered = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), lowered, n=3, cutoff=0.6)
    likeness = {name: SequenceMatcher(a=word.lower(), b=name).ratio() for name in close}
    close = [name for name in close if likeness[name] >= max(likeness.values()) - 0.1]
    if not close:
        return ""
    return f" Did you mean {' or '.join(lowered[name] for name in close)}?"
