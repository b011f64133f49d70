"""Every command is registered, explained, and free of the others' cost."""

import importlib
import pkgutil
import re
import subprocess
import sys

import click
import pytest

import homeostat.cli
from homeostat import errors
from homeostat.cli import main
from homeostat.cli.app import COMMANDS
from homeostat.cli.check import EXIT_CODES
from homeostat.errors import HomeostatError


def test_every_command_written_is_registered() -> None:
    written = set()
    for found in pkgutil.iter_modules(homeostat.cli.__path__):
        if found.name not in {"__main__", "app"}:
            module = importlib.import_module(f"homeostat.cli.{found.name}")
            inner = {
                part
                for thing in vars(module).values()
                if isinstance(thing, click.Group)
                for part in thing.commands
            }
            written |= {
                f"{found.name}:{name}"
                for name, thing in vars(module).items()
                if isinstance(thing, click.Command)
            }
            written -= {f"{found.name}:{name}" for name in inner}
    assert written == set(COMMANDS.values())


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_and_its_options_are_explained(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    inner = list(command.commands.values()) if isinstance(command, click.Group) else []
    for one in (command, *inner):
        assert one.help, one.name
        for option in one.params:
            assert not isinstance(option, click.Option) or option.help, (one.name, option.name)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_shows_an_example_of_itself(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    each = (
        {f"{name} {inner}": one for inner, one in command.commands.items()}
        if isinstance(command, click.Group)
        else {name: command}
    )
    for path, one in each.items():
        assert one is not None
        assert f"homeostat {path}" in str(one.help), path


def test_every_exit_code_is_listed_in_the_help() -> None:
    listed = set(map(int, re.findall(r"^ {6}(\d+) ", str(main.help), re.MULTILINE)))
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, HomeostatError)
    ]
    known = (
        {kind.exit_code for kind in kinds if kind is not HomeostatError}
        | set(EXIT_CODES.values())
        | {0, 130}
    )
    assert listed == known


def test_the_help_of_one_command_imports_no_engine() -> None:
    code = (
        "import sys; from homeostat.cli import main\n"
        "try: main(['forecast', '--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('numba', 'numpy', 'pandas', 'altair') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"
