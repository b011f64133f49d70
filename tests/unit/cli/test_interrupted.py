"""A run that is really interrupted, by the signal that Ctrl-C sends, leaves nothing half-written."""

import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]


def start(*words: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "homeostat.cli", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def interrupt_when(run: "subprocess.Popen[str]", folder: Path, pattern: str) -> None:
    """Send the signal as soon as a file that matches is there."""
    until = time.monotonic() + 90
    while not list(folder.glob(pattern)):
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < until
        time.sleep(0.005)
    run.send_signal(signal.SIGINT)


def test_ctrl_c_while_files_are_written_leaves_nothing(tmp_path: Path) -> None:
    run = start("forecast", "examples/typical.toml", "--people", 30, "--out", tmp_path / "new" / "out")
    interrupt_when(run, tmp_path, "new/.out.*.part/*.csv")
    _, said = run.communicate(timeout=90)
    assert run.returncode == 130, said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_the_earlier_forecast(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "forecast.csv").write_text("earlier", encoding="utf-8")
    (out / "forecast.json").write_text('{"case": {"id": "typical"}, "files": ["forecast.csv"]}', encoding="utf-8")
    run = start("forecast", "examples/typical.toml", "--people", 20, "--out", out)
    interrupt_when(run, tmp_path, ".out.*.part/*.csv")
    run.communicate(timeout=90)
    assert run.returncode == 130
    assert {path.name for path in out.iterdir()} == {"forecast.csv", "forecast.json"}
    assert (out / "forecast.csv").read_text(encoding="utf-8") == "earlier"
    assert {path.name for path in tmp_path.iterdir()} == {"out"}
