"""Compiled code is kept where only this user can write, and its absence is a slow run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from homeostat.model import compiled_cache


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No folder is asked for, and the package's own cannot be written."""
    monkeypatch.delenv(compiled_cache.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(compiled_cache, "PACKAGE", Path("/proc/nope"))
    return tmp_path


def test_a_package_that_can_be_written_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(compiled_cache.VARIABLE, raising=False)
    assert compiled_cache.choose() is None


def test_a_read_only_package_keeps_compiled_code_in_the_users_cache(without: Path) -> None:
    assert compiled_cache.choose() == without / "cache" / "homeostat" / "compiled"
    assert (without / "cache" / "homeostat" / "compiled").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_folder_that_others_may_write_is_never_used(
    without: Path, mode: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shared = without / "shared"
    shared.mkdir()
    shared.chmod(mode)
    monkeypatch.setenv(compiled_cache.VARIABLE, str(shared))
    assert compiled_cache.choose() != shared
    kept = without / "cache" / "homeostat" / "compiled"
    kept.chmod(mode)
    monkeypatch.delenv(compiled_cache.VARIABLE)
    found = compiled_cache.choose()
    assert found is not None
    assert found != kept
    assert "compiles it again" in capsys.readouterr().err


def test_without_any_folder_the_run_is_slow_and_does_not_fail(tmp_path: Path) -> None:
    source = tmp_path / "lib" / "f.py"
    source.parent.mkdir()
    source.write_text("@numba.njit(cache=True)\ndef f(x):\n    return x + 1\n")
    code = (
        "from pathlib import Path\n"
        "import homeostat.model.compiled_cache as c\n"
        "c.PACKAGE = Path('/proc/nope'); c.choose()\n"
        f"import numba\nexec(compile(open('{source}').read(), '{source}', 'exec'))\nprint(f(2))"
    )
    environment = {**os.environ, "HOME": "/proc/nope", "XDG_CACHE_HOME": "/proc/nope"}
    environment.pop(compiled_cache.VARIABLE, None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "3\n", done.stderr
    assert "compiles it again" in done.stderr
