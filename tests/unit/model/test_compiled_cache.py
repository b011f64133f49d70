"""Compiled code is kept where only this user can write, and its absence is a slow run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from homeostat.model import compiled_cache


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Note the variable, which `choose` sets, so that it is put back after each test."""
    monkeypatch.setenv(compiled_cache.VARIABLE, "")
    monkeypatch.delenv(compiled_cache.VARIABLE)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No folder is asked for, and the package's own cannot be written."""
    monkeypatch.delenv(compiled_cache.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(compiled_cache, "PACKAGE", Path("/proc/nope"))
    return tmp_path


def test_a_package_that_can_be_written_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(compiled_cache.VARIABLE, raising=False)
    assert compiled_cache.choose().parent == compiled_cache.PACKAGE / "__pycache__"


def test_a_read_only_package_keeps_compiled_code_in_the_users_cache(without: Path) -> None:
    kept = compiled_cache.choose()
    assert kept.parent == without / "cache" / "homeostat"
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("mode", [0o777, 0o770])
@pytest.mark.parametrize("level", ["folder", "folder below"])
def test_a_folder_that_others_may_write_is_never_used(
    without: Path,
    mode: int,
    level: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shared, kept = without / "shared", without / "cache" / "homeostat"
    for above in (shared, kept):
        below = above / f"compiled-{compiled_cache.sources_digest()}"
        below.mkdir(parents=True)
        (above if level == "folder" else below).chmod(mode)
        (below if level == "folder" else above).chmod(0o700)
    monkeypatch.setenv(compiled_cache.VARIABLE, str(shared))
    found = compiled_cache.choose()
    assert found.parent not in (shared, kept)
    assert found.stat().st_mode & 0o077 == 0
    assert "compiles it again" in capsys.readouterr().err


def test_a_process_started_by_another_uses_the_same_folder(without: Path) -> None:
    assert compiled_cache.choose() == compiled_cache.choose()


def test_code_compiled_from_other_sources_is_never_run(
    without: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = compiled_cache.choose()
    monkeypatch.delenv(compiled_cache.VARIABLE)
    read = Path.read_bytes
    for name in ("equations.py", "systems.py"):  # a file with a cached function, and one without
        monkeypatch.setattr(
            Path, "read_bytes", lambda path, name=name: read(path) + b"#" * (path.name == name)
        )
        assert compiled_cache.choose() != before
        monkeypatch.delenv(compiled_cache.VARIABLE)


SQUARE = """
from homeostat.model import compiled_cache
from numba import njit

@compiled_cache.tolerant
@njit(cache=True)
def square(x):
    return x * x

print(square(3), square(3.0), sum(square.stats.cache_hits.values()))
"""


TWICE = "import runpy, sys; [runpy.run_path(sys.argv[1]) for _ in range(2)]"


def compute(folder: Path, *before: str) -> list[str]:
    """Run a cached function twice, loaded anew each time, in a process of its own and return what
    it prints.
    """
    script = folder / "square.py"
    script.write_text(SQUARE)
    done = subprocess.run(
        [*before, sys.executable, "-c", TWICE, script],
        env={**os.environ, compiled_cache.VARIABLE: str(folder / "kept")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a script and its compiled code, and the same code as a copy."""
    folder = tmp_path_factory.mktemp("compiled")
    assert compute(folder) == ["9 9.0 0", "9 9.0 2"]
    shutil.copytree(folder / "kept", folder / "copy")
    return folder


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", ["empty", "cut off", "other"])
def test_a_damaged_file_of_compiled_code_is_compiled_anew(
    kept: Path, kind: str, damage: str
) -> None:
    shutil.rmtree(kept / "kept")
    shutil.copytree(kept / "copy", kept / "kept")
    files = list((kept / "kept").rglob(f"*.{kind}"))
    for path in files:
        half = path.read_bytes()[: path.stat().st_size // 2]
        path.write_bytes({"empty": b"", "cut off": half, "other": b"no pickle"}[damage])
    assert files
    first, second = compute(kept)
    assert first.startswith("9 9.0")
    assert second.startswith("9 9.0")


def test_a_full_disk_makes_a_run_slow_and_does_not_end_it(tmp_path: Path) -> None:
    full = ("bash", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$@"', "bash")  # no file may grow
    assert compute(tmp_path, *full) == ["9 9.0 0"] * 2


def test_without_any_folder_the_run_is_slow_and_does_not_fail(tmp_path: Path) -> None:
    source = tmp_path / "lib" / "f.py"
    source.parent.mkdir()
    source.write_text("@numba.njit(cache=True)\ndef f(x):\n    return x + 1\n")
    code = (
        "from pathlib import Path\n"
        "import homeostat.model.compiled_cache as c\n"
        "import os; del os.environ[c.VARIABLE]; c.PACKAGE = Path('/proc/nope'); c.choose()\n"
        f"import numba\nexec(compile(open('{source}').read(), '{source}', 'exec'))\nprint(f(2))"
    )
    environment = {**os.environ, "HOME": "/proc/nope", "XDG_CACHE_HOME": "/proc/nope"}
    environment.pop(compiled_cache.VARIABLE, None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "3\n", done.stderr
    assert "compiles it again" in done.stderr
