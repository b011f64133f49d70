"""The process of a run: signals that end it, streams it prints to, and an environment that it can
use.
"""

import codecs
import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from homeostat.errors import InputError, OutputError

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
"""Ctrl-C, a polite request to end, and a terminal that is closed: all end a run in the same way."""
AGAIN_S = 2.0
"""Until the end is asked for again: compiled code swallows an exception that meets a callback."""
CLOSED = (errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF, errno.EDQUOT, errno.EFBIG)
"""Errors of a stream or a disk that takes no more."""

_SPELLED = "homeostat.spelled"
SPELLINGS = {
    **{"¼": "1/4", "½": "1/2", "¾": "3/4", "×": "x", "−": "-", "–": "-", "—": "-", "·": "."},
    **{"…": "...", "≥": ">=", "≤": "<=", "≈": "~", "→": "->", "µ": "u", "μ": "u", "°": " deg"},
    **{
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "•": "*",
        "●": "(o)",
        "▬": "(=)",
        "\u00a0": " ",
        "\u202f": " ",
    },
    **{"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"},
    **dict(zip("▁▂▃▄▅▆▇█", "12345678", strict=True)),
    **{"◔": "(1/4)", "◐": "(1/2)", "◕": "(3/4)"},
    **dict.fromkeys("─━│┃", "-"),
}
"""How letters are written where an encoding lacks them."""


class Interrupted(KeyboardInterrupt):
    """A signal came; what was begun is cleared away on the way out.

    The exit code is what a shell expects of a program that a signal has ended: 128 and the number
    of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


class Signals:
    """Turn signals into Interrupted; a second signal ends the process at once."""

    def __init__(self) -> None:
        self.number: int | None = None

    def caught(self, number: int, _: FrameType | None) -> None:
        """Take a signal: the first raises, the second clears what is unfinished and ends."""
        if self.number is not None:
            end_at_once(self.number)
        self.number = number
        signal.setitimer(signal.ITIMER_REAL, AGAIN_S, AGAIN_S)
        raise Interrupted(number)

    def again(self, _: int, __: FrameType | None) -> None:
        """Ask once more; the first exception may have been swallowed."""
        assert self.number is not None
        raise Interrupted(self.number)

    def arrived(self) -> None:
        """Note that the exception has reached the command: it is not asked for again."""
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def signals() -> Iterator[Signals]:
    """Handle signals while a command runs; a run that swallowed one still ends with its exit
    code.
    """
    state = Signals()
    if threading.current_thread() is not threading.main_thread():
        yield state
        return
    before = {each: signal.signal(each, state.caught) for each in SIGNALS}
    before[signal.SIGALRM] = signal.signal(signal.SIGALRM, state.again)
    try:
        yield state
    finally:
        state.arrived()
        for each, handler in before.items():
            signal.signal(each, handler)


def end_at_once(number: int) -> None:
    """Remove what is unfinished and end without running anything else."""
    with suppress(Exception):
        if atomic := sys.modules.get("homeostat.report.files.atomic"):
            atomic.discard_unfinished()
    os._exit(128 + number)


def use_streams() -> None:
    """Let every letter be printed: what an encoding lacks is spelled; a closed stream takes
    nothing.
    """
    codecs.register_error(_SPELLED, _spell)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure") and not is_utf8(stream.encoding):
            stream.reconfigure(errors=_SPELLED)


def stdout_is_closed() -> bool:
    """Return whether the program was started without a standard output."""
    return sys.stdout is None


def flush_streams() -> None:
    """Write what is still held back, so that a full device is noticed while it can be said.

    Raises:
        OutputError: standard output takes no more.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _close_stdout()
        raise
    except OSError as problem:
        _close_stdout()
        raise stream_error(problem) from None


def stream_error(problem: OSError) -> OutputError:
    """Return the sentence for an error of a stream or file that nobody else has caught."""
    reason = problem.strerror or str(problem)
    where = f"{problem.filename}" if problem.filename else "standard output"
    return OutputError(f"{where}: cannot be written ({reason}); write somewhere else")


def _close_stdout() -> None:
    """Take standard output away, so that the interpreter does not try again at its end."""
    with suppress(OSError):
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
        os.close(devnull)


def _spell(problem: UnicodeError) -> tuple[str, int]:
    """Return letters that every encoding has for one that it lacks, and where to go on.

    A fraction after a digit gets a space, so that 1½ does not become 11/2. A letter without a
    spelling is written as its number, never as a question mark that may stand for any.
    """
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    letter, before = problem.object[problem.start], problem.object[: problem.start]
    spelled = SPELLINGS.get(letter, f"\\u{ord(letter):04x}")
    space = " " if letter in "¼½¾" and before[-1:].isdigit() else ""
    return space + spelled, problem.start + 1


def is_utf8(encoding: str | None) -> bool:
    """Return whether an encoding has every letter."""
    return (encoding or "").lower().replace("-", "").replace("_", "") == "utf8"


def require_environment() -> None:
    """Refuse environment variables that the libraries behind this program cannot use.

    Raises:
        InputError: a number of threads that is none.
    """
    threads = os.environ.get("NUMBA_NUM_THREADS")
    if threads is not None and not (threads.isascii() and threads.isdigit() and int(threads) >= 1):
        raise InputError(
            f"NUMBA_NUM_THREADS must be a whole number from 1 (given: {threads!r}); unset it or"
            " give the number of cores"
        )
