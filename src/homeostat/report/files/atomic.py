"""Whole or not at all: files and folders that take their place in one step, and leave nothing when they fail."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from homeostat.errors import OutputError

MARK, MARK_OF_PAPERS = "forecast.json", "papers.json"
"""The files by which a folder of ours is known; each says whose forecast or papers it holds, and which files they are."""


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there; missing folders are made. Text is written as UTF-8.

    Raises:
        OutputError: the file cannot be written.
    """
    with _cleared(path) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        part.replace(path)


@contextmanager
def whole_folder(folder: Path, owner: str, mark: str = MARK) -> Iterator[Path]:
    """Yield an empty folder beside `folder` whose files take their places there together, at the end, or never.

    What an earlier writer with the same mark left there for the same case is replaced; other files are not touched.

    Args:
        owner: id of the case; a folder that holds another case's papers is refused.
        mark: the file that the caller writes into the folder as `{"case": {"id": …}, "files": […]}`.

    Raises:
        OutputError: the folder cannot be written, or belongs to another case.
    """
    with _cleared(folder) as part:
        earlier = _earlier(folder, owner, mark)
        part.mkdir()
        yield part
        if not folder.exists():
            part.replace(folder)
            return
        made = {path.name for path in part.iterdir()}
        try:
            _exchange(part, folder, made, earlier, mark)
        except KeyboardInterrupt:
            _exchange(
                part, folder, made, earlier, mark
            )  # begun, it is done: a folder never holds half of each
            raise


def _exchange(part: Path, folder: Path, made: set[str], earlier: set[str], mark: str) -> None:
    """Move what was made into its folder and take away what was there before; what was moved already stays."""
    # the mark last: until it is there, the folder says that it holds what was there before
    for name in sorted(made, key=lambda name: name == mark):
        if (part / name).exists():
            (part / name).replace(folder / name)
    for name in earlier - made:
        (folder / name).unlink(missing_ok=True)


@contextmanager
def _cleared(path: Path) -> Iterator[Path]:
    """Yield a hidden name beside a path; it and the folders made for it are gone afterwards, unless all went well."""
    path = path.resolve()  # '.' and '..' get their names
    if not path.name:
        raise OutputError(f"{path}: cannot be written; choose another place")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    missing: list[Path] = []
    try:
        missing = [parent for parent in path.parents if not parent.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
    except OSError as problem:
        raise OutputError(
            f"{path}: cannot be written ({problem.strerror}); choose another place"
        ) from None
    finally:
        with suppress(OSError):
            shutil.rmtree(part, ignore_errors=True)
            part.unlink(missing_ok=True)
        with suppress(OSError):  # a folder that holds something stays
            for parent in missing:
                parent.rmdir()


def _earlier(folder: Path, owner: str, mark: str) -> set[str]:
    """Return the names that an earlier writer left in a folder for the same case; none if it is new or empty."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise OutputError(f"{folder}: this is a file, not a folder; choose another name")
    if not any(folder.iterdir()):
        return set()
    marks = [name for name in (MARK, MARK_OF_PAPERS) if (folder / name).exists()]
    if not marks:
        raise OutputError(f"{folder}: this folder holds other files; choose an empty or a new one")
    left: set[str] = set()
    for name in marks:
        kind = name.removesuffix(".json")
        holder, files = _read(folder / name, kind)
        if holder != owner:
            raise OutputError(
                f"{folder}: this folder already holds the {kind} of '{holder}', not of '{owner}'; choose another"
            )
        left |= files if name == mark else set()
    return left


def _read(mark: Path, kind: str) -> tuple[str, set[str]]:
    """Return whose folder it is by one mark, and the files that belong to it."""
    try:
        found = json.loads(mark.read_text(encoding="utf-8"))
        return str(found["case"]["id"]), {*found.get("files", ()), mark.name}
    except (ValueError, TypeError, KeyError):
        return f"an unreadable {kind} file", set()
