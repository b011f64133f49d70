"""Locks: one run at a time changes the entries of a folder; an unfinished file belongs to a live
run.

`flock` is used because the system gives it back when a process ends, however it ends. So a part
whose lock can be taken was left by a run that is gone, whatever number its process had.
"""

import errno
import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from homeostat.errors import OutputError

WAIT_S = 30.0
"""How long a run waits for another one that writes at the same place [s]."""
_POLL_S = 0.02
_LOCK_FILE = ".homeostat.lock"
"""Used where the file system cannot lock a folder, as NFS; it stays there, empty."""
_NO_FOLDER_LOCKS = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP}
_LONGEST_NAME_BYTES = 180


@dataclass(frozen=True)
class Part:
    """A hidden file or folder that is being written beside its place, locked by this process."""

    path: Path
    descriptor: int
    inode: int

    def is_here(self) -> bool:
        """Return whether its path still leads to it: it has neither taken its place nor gone."""
        try:
            return self.path.lstat().st_ino == self.inode
        except OSError:
            return False

    def close(self) -> None:
        """Give the lock back."""
        release(self.descriptor)


@contextmanager
def locked(folder: Path, shown: Path) -> Iterator[None]:
    """Hold the only right to exchange entries of a folder.

    Raises:
        OutputError: another run holds it for longer than WAIT_S.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        taken = _take(descriptor)
    except OSError as problem:
        os.close(descriptor)
        if problem.errno not in _NO_FOLDER_LOCKS:
            raise
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(folder / _LOCK_FILE, flags, 0o600)
        taken = _take(descriptor)
    try:
        until = time.monotonic() + WAIT_S
        while not taken:
            if time.monotonic() > until:
                raise OutputError(
                    f"{shown}: another run has been writing there for {WAIT_S:.0f} s; wait until it"
                    " has ended and try again"
                )
            time.sleep(_POLL_S)
            taken = _take(descriptor)
        yield
    finally:
        release(descriptor)


def release(descriptor: int) -> None:
    """Close a descriptor that was locked; an error of closing says nothing about what was
    written.
    """
    with suppress(OSError):
        os.close(descriptor)


def new_folder(place: Path) -> Part:
    """Make a private folder beside a place and lock it."""
    while True:
        path = _hidden(place, "part")
        path.mkdir(mode=0o700)
        with suppress(FileNotFoundError):  # another run took it for an abandoned one
            part = _claim(path, os.O_RDONLY | os.O_DIRECTORY)
            if part is not None:
                return part


def new_file(place: Path) -> Part:
    """Make an empty file beside a place and lock it; a file or link that lies there is never
    opened.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    while True:
        part = _claim(_hidden(place, "part"), flags)
        if part is not None:
            return part


def aside(place: Path) -> Path:
    """Return a free hidden name beside a place, for what lay there before."""
    return _hidden(place, "old")


def left_behind(place: Path) -> Iterator[Path]:
    """Yield, locked while it is looked at, each part that a run which is gone left beside a place.

    Only what belongs to this user is looked at. Parts of version 0.1.0 carry the number of a
    process.
    """
    pattern = re.compile(
        rf"\.{re.escape(_stem(place))}\.(?:[0-9a-f]{{16}}\.(?:part|old)|(?P<process>[0-9]+)\.part)"
    )
    for path in sorted(place.parent.iterdir()):
        found = pattern.fullmatch(path.name)
        if found is None or (found["process"] and _is_alive(int(found["process"]))):
            continue
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            is_ours = os.fstat(descriptor).st_uid == os.geteuid()
            with suppress(
                OSError
            ):  # where nothing can be locked, nothing is known to be left behind
                if is_ours and _take(descriptor):
                    yield path
        finally:
            release(descriptor)


def _claim(path: Path, flags: int) -> Part | None:
    """Open and lock a new path; None if another run took it for an abandoned one in between."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o666)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        part = Part(path, descriptor, os.fstat(descriptor).st_ino)
        if part.is_here():
            return part
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _hidden(place: Path, kind: str) -> Path:
    return place.with_name(f".{_stem(place)}.{token_hex(8)}.{kind}")


def _stem(place: Path) -> str:
    """Return the name of a place, or what stands for a name that is too long to be lengthened."""
    name = os.fsencode(place.name)
    return place.name if len(name) <= _LONGEST_NAME_BYTES else sha256(name).hexdigest()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
