"""Recovery: clear what a run left beside a place, without losing a file that somebody else put
there.
"""

import errno
import filecmp
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from homeostat.errors import OutputError
from homeostat.report.files.locks import left_behind
from homeostat.report.files.marks import MARKS, is_written, names_in, read_mark

RECOVERED = ".recovered"
_NO_LINKS = {errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP}


def carry_over(source: Path, target: Path, shown: Path) -> None:
    """Make one entry of somebody else's appear in a new folder too: hard links, folders below made
    anew.

    The old folder keeps its own names, so that at each moment both folders hold the entry.

    Raises:
        OutputError: another file system is mounted there; it cannot be linked, and is left alone.
    """
    found = source.lstat()
    if not stat.S_ISDIR(found.st_mode):
        _link(source, target)
        return
    if os.path.ismount(source):
        raise OutputError(
            f"{shown}: a file system is mounted at '{source.name}' in it; choose another folder"
        )
    target.mkdir()
    for name in sorted(names_in(source)):
        carry_over(source / name, target / name, shown)
    shutil.copystat(source, target)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as problem:
        if problem.errno not in _NO_LINKS:
            raise
        shutil.copy2(source, target, follow_symlinks=False)


def clear(old: Path, place: Path) -> None:
    """Remove an old or unfinished folder of ours; what is not ours goes back to the place.

    Ours is what the marks in it list; without a mark, which is written last, the names that this
    product writes. Nothing else is ever removed, except second names of files that the place holds.

    Raises:
        OSError: something could not be removed; the next run tries again.
    """
    marks = [mark for name in MARKS if (mark := read_mark(old / name)) is not None]
    listed = {name for mark in marks for name in mark.files}
    for name in sorted(names_in(old), key=lambda name: name in MARKS):  # the marks last
        path = old / name
        is_folder = stat.S_ISDIR(path.lstat().st_mode)
        is_ours = _is_part_of(name) or (is_written(name) and (name in listed or not marks))
        if is_ours and not is_folder:
            path.unlink()
        else:
            _give_back(path, place / name)
    old.rmdir()


def _is_part_of(name: str) -> bool:
    """Return whether a name is that of an unfinished file of ours, such as
    `.forecast.svg.….part`.
    """
    parts = name.removeprefix(".").rsplit(".", 2)
    is_hidden = name.startswith(".") and len(parts) == 3 and parts[2] == "part"
    return is_hidden and is_written(parts[0]) and parts[1].isalnum()


def _give_back(source: Path, target: Path) -> None:
    """Move an entry to a place; what lies there already stays, and a different entry gets another
    name.
    """
    if not os.path.lexists(target):
        source.rename(target)
        return
    ours, theirs = source.lstat(), target.lstat()
    if stat.S_ISDIR(ours.st_mode) and stat.S_ISDIR(theirs.st_mode):
        for name in sorted(names_in(source)):
            _give_back(source / name, target / name)
        source.rmdir()
    elif _are_same(source, target, ours, theirs):
        source.unlink()
    else:
        free = target.with_name(target.name + RECOVERED)
        while os.path.lexists(free):
            free = free.with_name(free.name + RECOVERED)
        source.rename(free)


def _are_same(a: Path, b: Path, of_a: os.stat_result, of_b: os.stat_result) -> bool:
    if os.path.samestat(of_a, of_b):
        return True
    if stat.S_ISLNK(of_a.st_mode) and stat.S_ISLNK(of_b.st_mode):
        return a.readlink() == b.readlink()
    both_regular = stat.S_ISREG(of_a.st_mode) and stat.S_ISREG(of_b.st_mode)
    return both_regular and filecmp.cmp(a, b, shallow=False)


def clear_left_behind(place: Path) -> None:
    """Clear the parts that dead runs left beside a place; a folder that was renamed away comes
    back.

    The caller holds the lock of the folder above. What cannot be cleared stays for the next run.
    """
    with suppress(OSError):
        for path in left_behind(place):
            with suppress(OSError):
                if not path.is_dir():
                    path.unlink()
                elif path.suffix == ".old" and not os.path.lexists(place):
                    path.rename(place)
                elif os.path.lexists(place) or not _others(path):
                    clear(path, place)


def _others(folder: Path) -> list[str]:
    """Return the entries of a folder that this product does not write."""
    return [name for name in names_in(folder) if not is_written(name) and not _is_part_of(name)]
