"""At each system call a run may be killed or meet an I/O error: what is there is one whole version.

`strace` injects the fault at the n-th call of each kind, for each call between the two `getsid` of
writer.py. Whatever happens, the folder holds one whole version and the files of others, and the
next run succeeds and leaves nothing beside it.
"""

import json
import re
import runpy
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from homeostat.errors import OutputError
from homeostat.report.files.atomic import MARK_OF_PAPERS

WRITER = Path(__file__).with_name("writer.py")
main = runpy.run_path(str(WRITER))["main"]
CHANGING = (
    "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,"
    "chmod,fchmod,fchmodat,chown,fchown,fchownat,utimensat,setxattr,lsetxattr,fsync,fdatasync,"
    "ftruncate,flock"
)
"""Calls that change what is on the disk, or make it last."""
ALL = (
    CHANGING
    + ",open,openat,write,read,pread64,getdents64,close,lseek,newfstatat,stat,lstat,fstat,statx"
)
FAULTS = ("signal=KILL", "error=EIO")
OTHERS = {"notes.txt": "mine", "below/more.txt": "mine too"}


def strace() -> str:
    """Return the program; a machine without it cannot run this test, and that is a failure."""
    found = shutil.which("strace")
    assert found, "this test needs strace: apt-get install strace"
    return found


def write(folder: Path, text: str, *inject: str) -> "subprocess.CompletedProcess[str]":
    """Write a version in a process of its own, perhaps under strace."""
    command = [*inject, sys.executable, str(WRITER), str(folder), text]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def calls(log: Path) -> list[tuple[str, int]]:
    """Return each call of the writing as its name and which one of that name it is in the whole
    run.
    """
    count: Counter[str] = Counter()
    found, begun = [], 0
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        name = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if name is None:
            continue
        count[name[1]] += 1
        if name[1] == "getsid":
            begun += 1
        elif begun == 1:
            found.append((name[1], count[name[1]]))
    assert begun == 2, log.read_text(encoding="utf-8", errors="replace")[-2000:]
    return found


def read(folder: Path) -> str:
    """Return which whole version a folder holds; fail if it is none, or a file of others is not as
    it was.
    """
    mark = json.loads((folder / MARK_OF_PAPERS).read_text(encoding="utf-8"))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    assert there == {*mark["files"], *OTHERS}
    for name in set(mark["files"]) - {MARK_OF_PAPERS}:
        assert (folder / name).read_text(encoding="utf-8") == mark["text"] * 1000, name
    for name, text in OTHERS.items():
        assert (folder / name).read_text(encoding="utf-8") == text, name
    return str(mark["text"])


def prepare(folder: Path) -> Path:
    """Make a folder with the first version and the files of others."""
    folder.mkdir()
    out = folder / "out"
    main(out, "1")
    for name, text in OTHERS.items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    return out


def traced(tmp_path: Path, kinds: str) -> list[tuple[str, int]]:
    """Return the calls of one undisturbed run from the first version to the second."""
    out, log = prepare(tmp_path), tmp_path.with_suffix(".log")
    run = write(out, "2", strace(), "-o", str(log), "-e", f"trace={kinds},getsid")
    assert run.returncode == 0, run.stderr
    assert read(out) == "2"
    return calls(log)


def disturb(tmp_path: Path, fault: str, call: tuple[str, int], kinds: str) -> str | None:
    """Replace the first version by the second with one fault; return what is wrong afterwards."""
    folder = tmp_path / f"{fault}-{call[0]}-{call[1]}"
    out = prepare(folder)
    inject = f"inject={call[0]}:{fault}:when={call[1]}"
    run = write(out, "2", strace(), "-o", "/dev/null", "-e", f"trace={kinds}", "-e", inject)
    try:
        version = read(out)
        if "error" in fault:
            assert run.returncode in {0, 4}, run.stderr
            assert version == ("2" if run.returncode == 0 else "1"), run.stderr
            assert "Traceback" not in run.stderr, run.stderr
        main(out, "3")
        assert read(out) == "3"
        assert [path.name for path in folder.iterdir()] == ["out"]
    except (AssertionError, OSError, ValueError, OutputError) as wrong:
        return f"{fault} at {call[0]} {call[1]}: {wrong!r}"
    shutil.rmtree(folder)
    return None


def disturb_each(tmp_path: Path, kinds: str) -> None:
    """Disturb one run after another, each at one call, until no call is left."""
    found = traced(tmp_path / "traced", kinds)
    assert {"renameat2", "fsync", "mkdir", "unlink"} <= {name for name, _ in found}
    wrong = [disturb(tmp_path, fault, call, kinds) for fault in FAULTS for call in found]
    assert [each for each in wrong if each] == []


def test_a_fault_at_each_call_that_changes_something_leaves_one_whole_version(
    tmp_path: Path,
) -> None:
    disturb_each(tmp_path, CHANGING)


@pytest.mark.slow
def test_a_fault_at_each_call_of_any_kind_leaves_one_whole_version(tmp_path: Path) -> None:
    disturb_each(tmp_path, ALL)
