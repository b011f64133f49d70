"""The wheel holds what the product needs, and runs from an empty folder."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*words: object, cwd: Path, **more: str) -> str:
    """Run a command without the sources on the path, and return what it printed."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=clean | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet")
    copy = out / "copy"  # the build writes into the sources
    for name in ("src", "examples"):
        nothing = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / name, copy / name, ignore=nothing)
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, copy / name)
    run(*pip, "--no-deps", "--no-build-isolation", "--wheel-dir", out, copy, cwd=out)
    (made,) = out.glob("*.whl")
    return made


@pytest.mark.slow
def test_the_wheel_holds_facts_templates_and_examples(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    data = [path for path in (ROOT / "src").rglob("*.*") if path.suffix in {".toml", ".typ"}]
    wanted = {path.relative_to(ROOT / "src").as_posix() for path in data}
    examples = (ROOT / "examples").rglob("*.*")
    wanted |= {f"homeostat/{path.relative_to(ROOT).as_posix()}" for path in examples}
    assert wanted - held == set()


@pytest.mark.slow
def test_the_wheel_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    # its dependencies are those of this interpreter; the package itself comes from the wheel alone
    others = sysconfig.get_path("purelib")
    path = f"import sys; sys.path[:0] = [{str(site)!r}, {others!r}]; "
    python = (sys.executable, "-I", "-S", "-c")
    assert str(site) in run(*python, f"{path}import homeostat as h; print(h.__file__)", cwd=empty)
    homeostat = (*python, f"{path}from homeostat.cli import main; main(prog_name='homeostat')")
    run(*homeostat, "examples", "--out", "examples", cwd=empty)
    out = ("--continue", "--people", 50, "--out", "out")
    run(*homeostat, "forecast", "examples/typical.toml", *out, cwd=empty)
    assert (empty / "out" / "forecast.png").stat().st_size > 10_000
    assert sorted(path.name for path in empty.iterdir()) == ["examples", "out"]
