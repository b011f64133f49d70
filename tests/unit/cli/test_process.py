"""A run ends with a sentence and an exit code, whatever its streams, signals and environment
are.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from homeostat.cli import process

ROOT = Path(__file__).parents[3]
CASE, PLAN = ROOT / "examples/typical.toml", ROOT / "examples/plans/typical-20-weeks.json"
CHECK = ("check", str(CASE), str(PLAN))
ENTRY = "import sys; from homeostat.cli import main; main()"
"""As the installed command starts: the current folder is not on the path."""


def run(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", ENTRY, *words],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def shell(
    after: str, *words: str, before: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run with a redirection of the shell behind the command, or a limit before it."""
    command = before + " ".join([sys.executable, "-m", "homeostat.cli", *words, after])
    return subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("after", [">&-", "> /dev/full"])
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(CHECK, marks=pytest.mark.slow),
        ("assess", str(CASE)),
        ("facts", "source"),
        ("--help",),
    ],
)
def test_an_output_that_takes_nothing_is_said(after: str, words: tuple[str, ...]) -> None:
    done = shell(after, *words)
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("error (output): standard output")
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def assessed() -> object:
    """What a machine reads where no letter is lacking."""
    return json.loads(run("assess", str(CASE), "--json").stdout)


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "cp437"])
def test_letters_that_an_encoding_lacks_are_spelled(encoding: str, assessed: object) -> None:
    done = run("assess", str(CASE), PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    assert "Stop" in done.stdout
    read = run("assess", str(CASE), "--json", PYTHONIOENCODING=encoding)
    assert json.loads(read.stdout) == assessed


def test_no_spelling_can_be_read_as_another_dose() -> None:
    process.use_streams()
    text = "1½ × 0.5 mg, ½ × 2 mg, 10\u202fµg, 2−1, \u0434"
    written = text.encode("ascii", process._SPELLED).decode("ascii")
    assert written == "1 1/2 x 0.5 mg, 1/2 x 2 mg, 10 ug, 2-1, \\u0434"


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    done = shell("| head -1", "facts", "source")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("variable", "value"),
    [("NUMBA_NUM_THREADS", "0"), ("NUMBA_NUM_THREADS", "many"), ("TZ", "UTC+25")],
)
def test_an_environment_that_cannot_be_used_is_said(variable: str, value: str) -> None:
    done = run(*CHECK, **{variable: value})
    assert done.returncode == 2, done.stderr
    assert value in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "made"),
    [
        pytest.param(
            ("forecast", str(CASE), "--people", "20"), "forecast.png", marks=pytest.mark.slow
        ),
        (("papers", str(CASE), str(PLAN)), "clinician.pdf"),
    ],
)
def test_files_of_the_current_folder_are_never_imported(
    tmp_path: Path, words: tuple[str, ...], made: str
) -> None:
    for name in ("json", "numpy", "vl_convert", "homeostat", "multiprocessing", "altair", "site"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'a').write(__name__)\n")
    done = run(*words, "--out", "a", cwd=tmp_path)
    assert done.returncode in (0, 10), done.stderr
    assert not (tmp_path / "ran").exists()
    assert (tmp_path / "a" / made).exists()


def test_python_m_imports_no_file_of_the_current_folder(tmp_path: Path) -> None:
    # contextlib and importlib are missing: python itself imports them before any of our code
    for name in ("json", "numpy", "vl_convert", "click", "csv", "email", "rich", "numba", "site"):
        (tmp_path / f"{name}.py").write_text("open('ran', 'a').write(__name__)\n")
    words = ("forecast", str(CASE), "--people", "20", "--out", "a")
    done = subprocess.run(
        [sys.executable, "-m", "homeostat.cli", *words],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()


SCRIPT = """
from pathlib import Path
import homeostat
print("the script runs")
from homeostat.report.charts.renderer import Pen, draw_svg
with Pen() as pen:
    print(len(pen.scripts.result()) > 0)
print(draw_svg({"data": {"values": []}, "mark": "point"}, Path())[:4])
"""


def test_a_script_that_draws_is_run_once_and_files_beside_it_are_not_imported_by_the_drawing(
    tmp_path: Path,
) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)  # without `if __name__ == "__main__"`
    (tmp_path / "vl_convert.py").write_text("open('ran', 'a').write(__name__)\n")
    done = subprocess.run(
        [sys.executable, "-P", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split("\n") == ["the script runs", "True", "<svg", ""], done.stderr
    assert not (tmp_path / "ran").exists()


LITTLE_KIB = 8_000_000
"""Address space in which the model runs and the renderer finds no memory."""


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("papers", str(CASE), str(PLAN)), marks=pytest.mark.slow),
        ("forecast", str(CASE), "--people", "20"),
    ],
)
def test_a_drawing_process_without_memory_is_a_sentence_and_leaves_nothing(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = shell("", *words, "--out", str(out), before=f"ulimit -v {LITTLE_KIB}; ")
    assert done.returncode == 5, done.stderr
    assert done.stderr.startswith("error (capacity): the process that draws has ended")
    assert list(tmp_path.iterdir()) == []


SWALLOW = """
import ctypes, os, signal, sys
import click
from homeostat.cli.app import Group

@click.group(cls=Group)
def main(): pass

@main.command()
def swallow():
    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    def compare(a, b):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000): pass
        return 0
    numbers = (ctypes.c_int * 2)(2, 1)
    ctypes.CDLL(None).qsort(numbers, 2, 4, compare)
    click.echo("went on")
    if "wait" in sys.argv[2:]:
        import time
        time.sleep(60)
        click.echo("never")

@main.command()
def hang():
    import time
    try:
        click.echo("ready"); sys.stdout.flush()
        time.sleep(60)
    finally:
        time.sleep(60)

main()
"""


def test_a_signal_that_compiled_code_swallows_still_ends_the_run() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SWALLOW, "swallow"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 128 + signal.SIGINT, done.stderr


def test_a_swallowed_signal_is_asked_for_again() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SWALLOW.replace("sys.argv[2:]", '["wait"]'), "swallow"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 128 + signal.SIGINT, done.stderr
    assert "never" not in done.stdout


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_at_once(second: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-c", SWALLOW, "hang"], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        run.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(timeout=0.5)
        run.send_signal(second)
        assert run.wait(timeout=10) == 128 + signal.SIGINT
