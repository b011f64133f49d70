"""Swap: put a folder where another one lies, in one step where the system can do that."""

import ctypes
import errno
import os
from pathlib import Path

from homeostat.report.files.locks import aside

_AT_FDCWD, _NOREPLACE, _EXCHANGE = -100, 1, 2
"""Constants of renameat2(2) on Linux."""
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}


def put_folder(new: Path, place: Path) -> Path | None:
    """Put a folder at its place and return where the earlier one lies now, or None if there was
    none.

    `renameat2(RENAME_EXCHANGE)` changes both names at once. Where it is missing (systems other than
    Linux, NFS) the earlier folder is renamed away first. A kill between the two renames leaves no
    folder at the place; the next run puts the earlier one back (recovery.py).

    Raises:
        OSError: the folder at the place is the earlier one.
    """
    if not os.path.lexists(place):
        new.rename(place)
        return None
    if _rename(new, place, _EXCHANGE):
        return new
    old = aside(place)
    try:
        place.rename(old)
        new.rename(place)
    except BaseException:
        if os.path.lexists(old) and not os.path.lexists(place):
            old.rename(place)
        raise
    return old


def put_file(new: Path, place: Path) -> None:
    """Rename a file to a place where nothing lies.

    Raises:
        FileExistsError: something lies there, and stays as it is.
    """
    if _rename(new, place, _NOREPLACE):
        return
    os.link(new, place)  # fails where something lies
    new.unlink()


def _rename(source: Path, target: Path, flags: int) -> bool:
    """Call renameat2; return False where the system or the file system does not have it."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    done = renameat2(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), flags)
    if done == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(source), None, str(target))
