"""A bar on a terminal says what is being done and how far it is; where there is no terminal there
is none.
"""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def on_a_terminal(*words: object, code: int = 0) -> tuple[str, str]:
    """Return what a run writes on its output, and on its error stream, which is a terminal."""
    owner, terminal = pty.openpty()
    command = [sys.executable, "-m", "homeostat.cli", *map(str, words)]
    run = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=terminal,
        cwd=ROOT,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(terminal)
    seen = b""
    with os.fdopen(owner, "rb", buffering=0) as stream:
        while True:
            try:
                seen += stream.read(4096)
            except OSError:  # how a terminal says that nobody writes any more
                break
    shown, _ = run.communicate(timeout=90)
    assert run.returncode == code, seen
    return shown.decode(), seen.decode(errors="replace")


@pytest.mark.parametrize(
    ("words", "done"),
    [
        (
            ("forecast", "examples/typical.toml", "--people", 6000),
            ("Simulating 6,000 people", "Symptoms:"),
        ),
        (
            ("forecast", "examples/typical.toml", "--people", 9000, "--stream"),
            ("Simulating 9,000 people",),
        ),
        (("claims", "T4"), ("Answering T4",)),
        (
            ("plan", "examples/typical.toml", "--people", 30, "--out", "OUT"),
            ("Checking", "Written: "),
        ),
        (
            (
                "papers",
                "examples/typical.toml",
                "examples/plans/typical-20-weeks.json",
                "--out",
                "OUT",
            ),
            ("Checking the plan", "Written: "),
        ),
        (
            ("forecast", "examples/typical.toml", "--people", 30, "--out", "OUT"),
            ("Composing charts", "Drawing"),
        ),
    ],
)
def test_a_bar_says_what_is_done_and_how_far_it_is(
    words: tuple[object, ...], done: tuple[str, ...], tmp_path: Path
) -> None:
    shown, seen = on_a_terminal(*(tmp_path / "out" if word == "OUT" else word for word in words))
    for word in (*done, "%"):
        assert word in seen, seen
    assert "\x1b[?25h" in seen, "the cursor must come back"
    assert "\x1b" not in shown


def test_machines_get_no_bar() -> None:
    shown, seen = on_a_terminal("forecast", "examples/typical.toml", "--people", 40, "--json")
    assert shown.startswith("{")
    assert seen == ""


def test_an_error_is_red_on_a_terminal_unless_colours_are_not_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    _, red = on_a_terminal("facts", "nothing", code=2)
    monkeypatch.setenv("NO_COLOR", "1")
    _, plain = on_a_terminal("facts", "nothing", code=2)
    assert "\x1b[31merror" in red
    assert plain.startswith("error (input)")
    assert "\x1b" not in plain
