"""Marks: which names this product writes into a folder, and which file says whose folder it is."""

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from homeostat.errors import OutputError

MARK, MARK_OF_PAPERS = "forecast.json", "papers.json"
"""The files that say whose forecast or papers a folder holds, and which files belong to them."""
MARKS = (MARK, MARK_OF_PAPERS)
LARGEST_MARK_BYTES = 64 * 2**20
_WRITTEN = re.compile(
    r"forecast\.(json|csv|parquet|svg|png|html)|symptoms\.(svg|png|html)|README\.txt"
    r"|papers\.json|plan\.(json|html)|(clinician|pharmacy|letter)\.pdf|handout(-[a-z]{2})?\.pdf"
    r"|calendar\.ics|schedule\.(csv|json)"
)
"""Every name that is written into a folder. No separator matches, so a name never leads elsewhere.
"""


@dataclass(frozen=True)
class Mark:
    """What one mark says: the id of the case, and the names of the files that belong to it."""

    owner: str
    files: frozenset[str]


def is_written(name: str) -> bool:
    """Return whether this product writes a file of this name into a folder; only such files are
    removed.

    >>> is_written("handout-de.pdf"), is_written("../handout.pdf"), is_written("notes.txt")
    (True, False, False)
    """
    return _WRITTEN.fullmatch(name) is not None


def names_in(folder: Path) -> set[str]:
    """Return the names of all entries of a folder."""
    return {path.name for path in folder.iterdir()}


def read_mark(path: Path) -> Mark | None:
    """Return what a mark says, or None if it is no such file; links, pipes and huge files are not
    read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_MARK_BYTES:
                return None
            data = json.loads(stream.read())
        owner, files = data["case"]["id"], data.get("files", [])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(owner, str) or not isinstance(files, list):
        return None
    if not all(isinstance(name, str) for name in files):
        return None
    return Mark(owner, frozenset(files) | {path.name})


def earlier_files(folder: Path, shown: Path, owner: str, mark: str) -> frozenset[str]:
    """Return the names that an earlier run with the same mark left in a folder; nothing is changed.

    Args:
        folder: where it lies; it need not exist.
        shown: what messages call it.
        owner: id of the case.
        mark: the mark of this run; the other mark is checked too, but its files are not returned.

    Raises:
        OutputError: it is a file, holds other files or another case, or its mark is damaged or
            names what this product does not write.
    """
    if not folder.exists():
        return frozenset()
    if not folder.is_dir():
        raise OutputError(f"{shown}: this is a file, not a folder; choose another name")
    names = names_in(folder)
    if not names:
        return frozenset()
    present = [name for name in MARKS if name in names]
    if not present:
        raise OutputError(f"{shown}: this folder holds other files; choose an empty or a new one")
    left: frozenset[str] = frozenset()
    for name in present:
        files = _checked(folder, shown, owner, name)
        left = files if name == mark else left
    return left


def _checked(folder: Path, shown: Path, owner: str, name: str) -> frozenset[str]:
    """Return the files of one mark, each of them a name of ours."""
    kind = name.removesuffix(".json")
    found = read_mark(folder / name)
    if found is None:
        raise OutputError(
            f"{shown}: this folder holds an unreadable {kind} file ({name}); choose another"
        )
    if found.owner != owner:
        raise OutputError(
            f"{shown}: this folder already holds the {kind} of '{found.owner}', not of '{owner}';"
            " choose another"
        )
    for listed in sorted(found.files):
        if not is_written(listed):
            raise OutputError(
                f"{shown}: {name} lists {listed!a}, which this program does not write; somebody"
                " has changed it; choose another folder"
            )
        if (folder / listed).is_dir():
            raise OutputError(
                f"{shown}: {name} lists '{listed}', which is a folder there; choose another folder"
            )
    return found.files
