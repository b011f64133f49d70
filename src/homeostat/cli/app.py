"""What all commands share: the group that finds them, errors as sentences, the terminal, the day."""

import json as jsonlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from homeostat.errors import HomeostatError, InputError, nearest

if TYPE_CHECKING:
    from rich.console import Console

    from homeostat.care.case.records import Case
    from homeostat.facts import Facts

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Ctrl-C, a polite request to end, and a terminal that is closed: all end a run in the same way."""


class Interrupted(KeyboardInterrupt):
    """A signal came; what was begun is cleared away on the way out.

    The exit code is what a shell expects of a program that a signal has ended: 128 and the number of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


@contextmanager
def _signals() -> Iterator[None]:
    """Turn signals into Interrupted; the first one counts, so that an impatient second one does not stop the clearing."""

    def caught(number: int, _: object) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, caught) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


F = TypeVar("F", bound=Callable[..., Any])

COMMANDS = {
    "forecast": "forecast:forecast",
    "case": "case:case",
    "assess": "check:assess",
    "ways": "plan:ways",
    "plan": "plan:plan",
    "compare": "plan:compare",
    "check": "check:check",
    "papers": "papers:papers",
    "dispense": "dispense:dispense",
    "facts": "facts:facts",
    "equivalence": "facts:equivalence",
    "claims": "study:claims",
    "validate": "study:validate",
    "export": "export:export",
    "bench": "bench:bench",
}
"""Every command, in the order of the help: its module in this package and its name there. One line registers a command."""


def spare_blas() -> None:
    """Keep numba from importing SciPy, if it is there, for matrix products that no kernel makes: a quarter of a start."""
    blas = "scipy.linalg.cython_blas"
    if "numba.np.arraymath" in sys.modules or "scipy.linalg" in sys.modules:
        return
    sys.modules[blas] = None  # type: ignore[assignment]  # Python's way to say that a module cannot be had
    try:
        import_module("numba.np.arraymath")
    finally:
        del sys.modules[blas]


class Group(click.Group):
    """Turn our own errors into one sentence and an exit code, and suggest near commands."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find a command, or say which one is near."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as problem:
            near = nearest(args[0], self.list_commands(ctx)) if args else ""
            raise click.UsageError(f"{problem.message}{near}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their whole first sentence."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, _first_sentence(command)) for name, command in found if command is not None]
            )

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; end quietly when it is interrupted."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort) as problem:
            click.echo("\ninterrupted: nothing is left half-written", err=True)
            ctx.exit(problem.exit_code if isinstance(problem, Interrupted) else 128 + signal.SIGINT)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and end with the exit code of what went wrong."""
        colour = False if os.environ.get("NO_COLOR") else None
        try:
            with _signals():
                return super().main(*args, color=colour, **kwargs)
        except HomeostatError as problem:
            click.echo(
                f"{click.style('error', fg='red')} ({problem.kind}): {problem}",
                err=True,
                color=colour,
            )
            sys.exit(problem.exit_code)
        except MemoryError:
            click.echo(
                "error (capacity): the machine ran out of memory; ask for fewer --people", err=True
            )
            sys.exit(5)


def _first_sentence(command: click.Command) -> str:
    return " ".join((command.short_help or command.help or "").split("\n\n")[0].split())


class Commands(Group):
    """Import a command when it is asked for, so that none pays for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        found: click.Command = getattr(import_module(f"homeostat.cli.{module}"), name)
        return found


def case_argument(command: F) -> F:
    """Add the argument CASE: a file that `homeostat case new` writes."""
    return click.argument("case_file", metavar="CASE", type=click.Path(path_type=Path))(command)


def today_option(command: F) -> F:
    """Add `--today`; read it with `read_today`."""
    return click.option(
        "--today", help="Day on which the case is read (default: the case's own, or the clock's)."
    )(command)


def seed_option(command: F) -> F:
    """Add `--seed`."""
    return click.option(
        "--seed",
        default=1,
        show_default=True,
        type=click.IntRange(0),
        help="Same seed, same people.",
    )(command)


def people_option(usual: int, fewest: int = 1, most: int | None = None) -> Callable[[F], F]:
    """Add `--people`, so many unless others are asked for."""
    return click.option(
        "--people",
        default=usual,
        show_default=True,
        type=click.IntRange(fewest, most),
        help="Virtual people.",
    )


def json_option(command: F) -> F:
    """Add `--json`; the command gets it as `as_json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="For machines, on standard output."
    )(command)


def read_today(given: str | None) -> date:
    """Return the day that was asked for, or today by the clock.

    Raises:
        InputError: it is no date.
    """
    if given is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InputError(f"--today must be a date such as 2026-11-23 (given: {given!r})") from None


def read_case(case_file: Path, today: str | None, facts: "Facts") -> "Case":
    """Return a case as it stands on the day of `--today`; on its own day, or today by the clock, where none is given.

    Raises:
        InputError: the case cannot be used, or the day lies more than a year ahead.
    """
    from homeostat.actions.read import read_case as read

    on = None if today is None else read_today(today)
    return read(case_file, today=read_today(None), on=on, facts=facts)


def load_facts() -> "Facts":
    """Return the facts that ship."""
    from homeostat.facts import load

    return load()


def versions(facts: "Facts") -> dict[str, str]:
    """Return what made an answer: this program and the facts."""
    from importlib.metadata import version

    return {"made_by": f"homeostat {version('homeostat')}", "facts": facts.digest}


def open_console() -> "Console":
    """Return where to print: as wide as the terminal, without colours where there is none."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(
        width=None if terminal else 120, highlight=False, no_color=None if terminal else True
    )


def print_json(data: Any) -> None:
    """Print for machines; refuse NaN and infinity."""
    click.echo(jsonlib.dumps(data, indent=1, ensure_ascii=False, allow_nan=False))
