"""A run that is really interrupted, by Ctrl-C or by any other polite request to end, leaves nothing
half-written.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def start(*words: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "homeostat.cli", *map(str, words)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


def interrupt_when(
    run: "subprocess.Popen[str]", folder: Path, pattern: str, number: signal.Signals = signal.SIGINT
) -> None:
    """Send the signal as soon as a file that matches is there."""
    until = time.monotonic() + 90
    while not list(folder.glob(pattern)):
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < until
        time.sleep(0.005)
    run.send_signal(number)


@pytest.mark.parametrize(
    "number",
    # Ctrl-C on the way is tried below as well
    [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGTERM, signal.SIGHUP],
)
def test_a_signal_while_files_are_written_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    run = start(
        "forecast", "examples/typical.toml", "--people", 30, "--out", tmp_path / "new" / "out"
    )
    interrupt_when(run, tmp_path, "new/.out.*.part/*.csv", number)
    _, said = run.communicate(timeout=90)
    assert run.returncode == 128 + number, said
    assert "nothing is left half-written" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_the_earlier_forecast(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "forecast.csv").write_text("earlier", encoding="utf-8")
    (out / "forecast.json").write_text(
        '{"case": {"id": "typical"}, "files": ["forecast.csv"]}', encoding="utf-8"
    )
    run = start("forecast", "examples/typical.toml", "--people", 20, "--out", out)
    interrupt_when(run, tmp_path, ".out.*.part/*.csv")
    run.communicate(timeout=90)
    assert run.returncode == 130
    assert {path.name for path in out.iterdir()} == {"forecast.csv", "forecast.json"}
    assert (out / "forecast.csv").read_text(encoding="utf-8") == "earlier"
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def test_a_second_signal_does_not_stop_the_clearing(tmp_path: Path) -> None:
    run = start("forecast", "examples/typical.toml", "--people", 30, "--out", tmp_path / "out")
    interrupt_when(run, tmp_path, ".out.*.part/*.csv")
    for _ in range(3):
        run.send_signal(signal.SIGINT)
    run.communicate(timeout=90)
    assert run.returncode == 130
    assert list(tmp_path.iterdir()) == []


def wait_for_the_handlers(run: subprocess.Popen[str]) -> None:
    """Wait until the program catches SIGTERM: before, the interpreter itself is still starting."""
    bit = 1 << (signal.SIGTERM - 1)
    while run.poll() is None:
        status = Path(f"/proc/{run.pid}/status").read_text(encoding="utf-8")
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
        if int(caught.split()[1], 16) & bit:
            return
        time.sleep(0.005)


@pytest.mark.parametrize("seconds", [0.0, 0.3, 0.9])
def test_ctrl_c_at_any_moment_ends_without_a_trace(tmp_path: Path, seconds: float) -> None:
    run = start("forecast", "examples/typical.toml", "--people", 20_000, "--out", tmp_path / "out")
    wait_for_the_handlers(run)
    time.sleep(seconds)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=90)
    assert run.returncode == 130, said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []
