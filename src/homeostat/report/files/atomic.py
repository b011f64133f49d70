"""Whole or not at all: a file or a folder changes from one whole version to the next in one step.

A new version of a folder is made in a private folder beside it, `.NAME.TOKEN.part`. Files that
other programs or people put into the folder are linked into the new version. Then the two folders
exchange their names by `renameat2(RENAME_EXCHANGE)`, under a lock on the folder above. So a run
that is killed at any system call, or that meets an I/O error, leaves the whole old or the whole new
version, and two runs at once follow one another. What a killed run leaves beside the folder is
cleared by the next.

Ruled out: to move file by file (a kill leaves half of each version), and versions behind a link
(what is copied, zipped or mailed is then a link). Because the folder itself is exchanged, the
current folder and a place where a file system is mounted are refused; a folder inside them is not.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from homeostat.errors import OutputError
from homeostat.report.files.locks import Part, left_behind, locked, new_file, new_folder
from homeostat.report.files.marks import MARK as MARK
from homeostat.report.files.marks import MARK_OF_PAPERS as MARK_OF_PAPERS
from homeostat.report.files.marks import earlier_files, is_written, names_in
from homeostat.report.files.recovery import carry_over, clear, clear_left_behind
from homeostat.report.files.swap import put_file, put_folder

_UNFINISHED: set[Part] = set()
"""The parts that this process is writing."""


def write_file(path: Path, content: str | bytes, *, overwrite: bool = False) -> None:
    """Write a file beside its place and rename it there; missing folders are made. Text is UTF-8.

    Args:
        overwrite: replace a file that lies there; without it nothing is replaced.

    Raises:
        OutputError: the file cannot be written, or lies there already.
    """
    with _said(path):
        place = _resolved(path)
    if not overwrite and os.path.lexists(place):
        raise OutputError(f"{path}: this file exists already; choose another name")
    with _said(path), _folders_for(place):
        for left in left_behind(place):
            with suppress(OSError):
                left.unlink()  # a folder stays
        with _unfinished(new_file(place), place) as part:
            _write_all(part.descriptor, content.encode() if isinstance(content, str) else content)
            os.fsync(part.descriptor)
            if overwrite:
                part.path.replace(place)
            else:
                try:
                    put_file(part.path, place)
                except FileExistsError:
                    raise OutputError(
                        f"{path}: this file exists already; choose another name"
                    ) from None


@contextmanager
def whole_folder(folder: Path, owner: str, mark: str = MARK) -> Iterator[Path]:
    """Yield an empty folder; at the end it becomes `folder` in one step, or never.

    What an earlier run with the same mark left for the same case is replaced; other files stay.

    Args:
        folder: new, empty, or of the same case.
        owner: id of the case; a folder that holds another case's papers is refused.
        mark: the file that the caller writes into the folder as `{"case": {"id": …}, "files":
            […]}`.

    Raises:
        OutputError: the folder cannot be written, belongs to another case, or has a damaged mark.
        ValueError: the caller wrote a name that `marks.is_written` does not know.
    """
    with _said(folder):
        place = _resolved(folder)
        _refuse_fixed(place, folder)
    with _said(folder), _folders_for(place):
        with locked(place.parent, folder):
            clear_left_behind(place)
            earlier_files(place, folder, owner, mark)
        with _unfinished(new_folder(place), place) as part:
            with _said(folder, hidden=part.path):
                yield part.path
            with locked(place.parent, folder):
                _finish(part, place, folder, earlier_files(place, folder, owner, mark))


def discard_unfinished() -> None:
    """Remove the parts of this process; called where it must end at once.

    What has taken its place already is left to the next run, for this one may hold the lock.
    """
    for part in list(_UNFINISHED):
        if part.is_here():
            _remove(part)


def _finish(part: Part, place: Path, shown: Path, earlier: frozenset[str]) -> None:
    """Put a finished part at its place; the caller holds the lock."""
    made = names_in(part.path)
    if unknown := sorted(name for name in made if not is_written(name)):
        raise ValueError(f"files/marks.py does not know these names: {', '.join(unknown)}")
    others = sorted(names_in(place) - earlier) if place.exists() else []
    for name in others:
        if name in made:
            raise OutputError(
                f"{shown}: '{name}' there was not written by an earlier run; move it, or choose"
                " another folder"
            )
    for name in sorted(made):
        _sync(part.path / name)
    for name in others:
        carry_over(place / name, part.path / name, shown)
    _give_mode(part.path, place)
    _sync(part.path)
    old = put_folder(part.path, place)
    # the new version is there: what fails from here on is left to the next run
    with suppress(OSError):
        if old is not None:
            clear(old, place)
        _sync(place.parent)


def _give_mode(part: Path, place: Path) -> None:
    """Give a private folder the mode, owner and attributes of the one it replaces, or those of a
    new one.
    """
    if place.exists():
        shutil.copystat(place, part)
        if part.stat().st_uid != place.stat().st_uid:
            with suppress(OSError):
                shutil.chown(part, place.stat().st_uid, place.stat().st_gid)
        os.utime(part)
        return
    mask = os.umask(0o077)
    os.umask(mask)
    part.chmod(0o777 & ~mask)


@contextmanager
def _unfinished(part: Part, place: Path) -> Iterator[Part]:
    """Hold a part for the time it is written; it is gone afterwards, unless it has taken its
    place.
    """
    _UNFINISHED.add(part)
    try:
        yield part
    finally:
        _discard(part, place)
        _UNFINISHED.discard(part)
        part.close()


def _discard(part: Part, place: Path) -> None:
    """Remove a part; if it has taken its place already, what lay there before."""
    with suppress(OSError, OutputError):
        if part.is_here():
            _remove(part)
        elif part.path.is_dir():
            with locked(place.parent, place):
                clear(part.path, place)


def _remove(part: Part) -> None:
    """Remove a part that has not taken its place: it is private, and all in it was made or linked
    by us.
    """
    with suppress(OSError):
        if part.path.is_dir():
            shutil.rmtree(part.path)
        else:
            part.path.unlink()


@contextmanager
def _folders_for(place: Path) -> Iterator[None]:
    """Make the folders above a place; those made are gone if it fails and they are empty."""
    missing = [parent for parent in place.parents if not parent.exists()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        with suppress(OSError):  # a folder that holds something stays
            for parent in missing:
                parent.rmdir()


@contextmanager
def _said(shown: Path, hidden: Path | None = None) -> Iterator[None]:
    """Turn an error of the system into a sentence that names what the user gave, not a hidden
    part.
    """
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise OutputError(f"{shown}: cannot be written ({reason}); choose another place") from None
    except OutputError as problem:
        if hidden is None or str(hidden) not in str(problem):
            raise
        raise OutputError(str(problem).replace(str(hidden), str(shown))) from None


def _resolved(path: Path) -> Path:
    """Return where a path leads, '.' and '..' and links resolved."""
    if path.is_symlink() and not path.exists():
        raise OutputError(
            f"{path}: this is a link to '{path.readlink()}', which does not exist; choose another"
            " name"
        )
    try:
        place = Path(os.path.realpath(path))
    except ValueError:  # a surrogate or a zero byte
        raise OutputError(f"{str(path)!a}: no file can have this name; choose another") from None
    if not place.name:
        raise OutputError(f"{path}: cannot be written; choose another place")
    return place


def _refuse_fixed(place: Path, shown: Path) -> None:
    """Refuse a folder that cannot be exchanged for another one, or in which nobody may write."""
    if place.is_dir() and not os.access(place, os.W_OK | os.X_OK):
        raise OutputError(f"{shown}: cannot be written (Permission denied); choose another place")
    here = Path(os.path.realpath(Path.cwd()))
    if here == place or place in here.parents:
        raise OutputError(
            f"{shown}: this is the folder you are in, and a folder is replaced as a whole; name one"
            f" inside it, such as {shown / 'homeostat'}"
        )
    if os.path.ismount(place):
        raise OutputError(
            f"{shown}: a file system is mounted here, and a folder is replaced as a whole; name one"
            f" inside it, such as {shown / 'homeostat'}"
        )


def _write_all(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _sync(path: Path) -> None:
    """Bring a file or a folder onto the disk, so that a power cut finds it there."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
