"""Whole or not at all: files and folders that take their place in one step, and leave nothing when they fail."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from homeostat.errors import OutputError

MARK = "forecast.json"
"""The file by which a folder of ours is known; it says whose forecast it holds."""


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there; missing folders are made. Text is written as UTF-8.

    Raises:
        OutputError: the file cannot be written.
    """
    with _cleared(path) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        part.replace(path)


@contextmanager
def whole_folder(folder: Path, owner: str) -> Iterator[Path]:
    """Yield an empty folder beside `folder` whose files take their places there together, at the end, or never.

    What an earlier forecast of the same case left there is replaced; files of others are not touched.

    Args:
        owner: id of the case; a folder that holds another case's papers is refused.

    Raises:
        OutputError: the folder cannot be written, or belongs to another case.
    """
    with _cleared(folder) as part:
        earlier = _earlier(folder, owner)
        part.mkdir()
        yield part
        if not earlier:
            part.replace(folder)
            return
        made = {path.name for path in part.iterdir()}
        # the mark last: until it is there, the folder says that it holds the earlier forecast
        for name in sorted(made, key=lambda name: name == MARK):
            (part / name).replace(folder / name)
        for name in earlier - made:
            (folder / name).unlink(missing_ok=True)


@contextmanager
def _cleared(path: Path) -> Iterator[Path]:
    """Yield a hidden name beside a path; it and the folders made for it are gone afterwards, unless all went well."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    missing: list[Path] = []
    try:
        missing = [parent for parent in path.parents if not parent.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
    except OSError as problem:
        raise OutputError(f"{path}: cannot be written ({problem.strerror}); choose another place") from None
    finally:
        with suppress(OSError):
            shutil.rmtree(part, ignore_errors=True)
            part.unlink(missing_ok=True)
        with suppress(OSError):  # a folder that holds something stays
            for parent in missing:
                parent.rmdir()


def _earlier(folder: Path, owner: str) -> set[str]:
    """Return the names that an earlier forecast of the same case left in a folder; none if it is new or empty."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise OutputError(f"{folder}: this is a file, not a folder; choose another name")
    if not any(folder.iterdir()):
        return set()
    try:
        found = json.loads((folder / MARK).read_text(encoding="utf-8"))
        holder, files = found["case"]["id"], set(found.get("files", ()))
    except FileNotFoundError:
        raise OutputError(f"{folder}: this folder holds other files; choose an empty or a new one") from None
    except (ValueError, TypeError, KeyError):
        holder, files = "an unreadable forecast", set()
    if holder != owner:
        raise OutputError(
            f"{folder}: this folder already holds the forecast of '{holder}', not of '{owner}'; choose another"
        )
    return files | {MARK}
