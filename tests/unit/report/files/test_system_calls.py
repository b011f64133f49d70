"""A folder is whole after a kill or an I/O error at each system call that changes it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CALLS = (
    "mkdir",
    "rename",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "rmdir",
    "fsync",
    "flock",
)
"""Every system call by which the writer changes names, locks or the disk."""
MOST = 40
WRITE = """
import sys
from pathlib import Path
from homeostat.errors import OutputError
from homeostat.report.files.atomic import MARK_OF_PAPERS, whole_folder
text, *names = sys.argv[2:]
try:
    with whole_folder(Path(sys.argv[1]), "one", MARK_OF_PAPERS) as part:
        for name in names:
            (part / name).write_text(text)
        listed = ", ".join(f'"{name}"' for name in names)
        (part / MARK_OF_PAPERS).write_text('{"case": {"id": "one"}, "files": [' + listed + "]}")
except OutputError as problem:
    print(problem)
    raise SystemExit(4) from None
"""
OLD, NEW = ("old", "plan.json", "letter.pdf"), ("new", "plan.json", "calendar.ics")


def version(of: tuple[str, ...]) -> dict[str, str]:
    """Return what a folder with one version, and a file of somebody else, holds."""
    text, *names = of
    return {"notes.txt": "mine"} | dict.fromkeys(names, text)


def held(folder: Path) -> dict[str, str]:
    """Return what a folder holds, the mark apart."""
    return {p.name: p.read_text() for p in folder.iterdir() if p.name != "papers.json"}


def run(folder: Path, of: tuple[str, ...], fault: str = "") -> subprocess.CompletedProcess[str]:
    """Write one version in a process of its own, with a fault at one of its system calls."""
    strace = shutil.which("strace")
    assert strace, "strace is needed to test kills and I/O errors: apt-get install strace"
    log = folder.parent / "log"
    call = fault.partition(":")[0]
    before = [strace, "-f", "-qq", "-o", log, "-e", f"trace={call}", "-e", f"inject={fault}"]
    return subprocess.run(
        [*(before if fault else ()), sys.executable, "-c", WRITE, folder, *of],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def faults(call: str, what: str, tmp_path: Path) -> Iterator[tuple[str, Path, int]]:
    """Write over an old version with the fault at the first, second, … such call, until none is left."""
    for n in range(1, MOST):
        folder = tmp_path / str(n) / "out"
        folder.parent.mkdir()
        assert run(folder, OLD).returncode == 0
        (folder / "notes.txt").write_text("mine")
        done = run(folder, NEW, f"{call}:{what}:when={n}")
        log = (folder.parent / "log").read_text()
        if "INJECTED" not in log and "killed by SIGKILL" not in log:
            assert held(folder) == version(NEW)
            return
        assert "Traceback" not in done.stderr, done.stderr
        yield f"{call} {n}", folder, done.returncode
    raise AssertionError(f"more than {MOST} calls of {call}")


@pytest.mark.parametrize("what", ["error=EIO", "signal=KILL"])
@pytest.mark.parametrize("call", ["renameat2", "unlink", "link"])
def test_a_fault_at_a_central_system_call_leaves_one_whole_version(
    call: str, what: str, tmp_path: Path
) -> None:
    check(call, what, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["error=EIO", "error=ENOSPC", "signal=KILL"])
@pytest.mark.parametrize("call", CALLS)
def test_a_fault_at_any_system_call_leaves_one_whole_version(
    call: str, what: str, tmp_path: Path
) -> None:
    check(call, what, tmp_path)


def check(call: str, what: str, tmp_path: Path) -> None:
    """After each fault the folder holds one version, and the next run is whole and clears the rest."""
    for where, folder, code in faults(call, what, tmp_path):
        assert code in ({0, 4} if what.startswith("error") else {-9, 137}), (where, code)
        assert held(folder) in (version(OLD), version(NEW)), where
        assert run(folder, NEW).returncode == 0, where
        assert held(folder) == version(NEW), where
        assert {p.name for p in folder.parent.iterdir()} <= {"out", "log"}, where
