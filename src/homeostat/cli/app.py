"""What all commands share: the group that finds them, errors as sentences, the terminal, the
day.
"""

import json as jsonlib
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from homeostat.characters import is_hidden
from homeostat.cli import process
from homeostat.cli.process import Interrupted
from homeostat.errors import HomeostatError, InputError, OutputError, nearest
from homeostat.language import shown

if TYPE_CHECKING:
    from rich.console import Console

    from homeostat.care.case.records import Case
    from homeostat.facts import Facts

LARGEST_SEED = 10**15
EXIT_CODES = {"pass": 0, "warn": 10, "refuse": 20}
"""How `check` ends, and others where a plan is refused; 2 to 6 are errors, as everywhere."""
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
    "show": "show:show",
    "dispense": "dispense:dispense",
    "facts": "facts:facts",
    "equivalence": "facts:equivalence",
    "claims": "study:claims",
    "validate": "study:validate",
    "export": "export:export",
    "examples": "examples:examples",
    "bench": "bench:bench",
}
"""Every command, in the order of the help: its module in this package and its name there. One line
registers a command.
"""


def spare_blas() -> None:
    """Keep numba from importing SciPy, if it is there, for matrix products that no kernel makes: a
    quarter of a start.
    """
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
            signal.setitimer(signal.ITIMER_REAL, 0)
            click.echo("\ninterrupted: nothing is left half-written", err=True)
            ctx.exit(problem.exit_code if isinstance(problem, Interrupted) else 128 + signal.SIGINT)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and end with the exit code of what went wrong."""
        has_stdout = not process.stdout_is_closed()
        process.use_streams()
        with process.signals() as seen:
            code = self._code(*args, **kwargs)
            if seen.number is not None:  # an exception can be swallowed, a signal cannot
                code = 128 + seen.number
        if not has_stdout and not code:
            click.echo("error (output): standard output is closed; nothing was printed", err=True)
            code = OutputError.exit_code
        if code or kwargs.get("standalone_mode", True):
            sys.exit(code)

    def _code(self, *args: Any, **kwargs: Any) -> int:
        """Run and return the exit code; each error becomes a sentence."""
        colour = False if os.environ.get("NO_COLOR") else None
        try:
            process.require_environment()
            try:
                super().main(*args, color=colour, **kwargs)
            finally:
                process.flush_streams()
            return 0
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BrokenPipeError:
            return 1
        except HomeostatError as problem:
            if "--json" in _arguments(args, kwargs):
                with suppress(OSError):
                    print_json({"error": problem.as_dict()})
            return _say_error(problem, colour)
        except OSError as problem:
            return _say_error(process.stream_error(problem), colour)
        except MemoryError:
            click.echo(
                "error (capacity): the machine ran out of memory; ask for fewer --people", err=True
            )
            return 5


def _say_error(problem: HomeostatError, colour: bool | None) -> int:
    """Print an error as a sentence on standard error and return its exit code."""
    with suppress(OSError):
        click.echo(
            f"{click.style('error', fg='red')} ({problem.kind}): {shown(str(problem))}",
            err=True,
            color=colour,
        )
    return problem.exit_code


def _arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str]:
    """Return what was typed: handed to `main`, or on the command line."""
    given = args[0] if args else kwargs.get("args")
    return list(sys.argv[1:] if given is None else given)


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
        type=click.IntRange(0, LARGEST_SEED),
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
        InputError: it is no date, or none that a case can hold.
    """
    from homeostat.language.quantity import day_typed

    if given is not None:
        return day_typed(given, "--today")
    try:
        return datetime.now().astimezone().date()
    except (ValueError, OverflowError):
        raise InputError(
            f"the time zone {os.environ.get('TZ')!r} gives no date; set TZ to a name such as"
            " Europe/Berlin, or give --today"
        ) from None


def read_case(case_file: Path, today: str | None, facts: "Facts") -> "Case":
    """Return a case as it stands on the day of `--today`; on its own day, or today by the clock,
    where none is given.

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
    from homeostat.report.screen.console import open_console as opened

    return opened()


def say(text: str, *, err: bool = False, **style: Any) -> None:
    """Print a line; hidden characters are shown by their numbers.

    Args:
        err: on standard error.
        style: as for `click.style`, for the whole line.
    """
    click.secho(shown(text), err=err, **style)


def print_json(data: Any) -> None:
    """Print for machines; refuse NaN and infinity; write hidden characters as escapes, which read
    back the same.
    """
    is_narrow = not process.is_utf8(getattr(sys.stdout, "encoding", "utf-8"))
    text = jsonlib.dumps(data, indent=1, ensure_ascii=is_narrow, allow_nan=False)
    click.echo(_escaped(text))


def _escaped(text: str) -> str:
    """Return JSON whose hidden characters are escapes; outside its strings JSON has none but line
    ends.
    """
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        f"\\u{ord(letter):04x}" if letter != "\n" and is_hidden(letter) else letter
        for letter in text
    )
