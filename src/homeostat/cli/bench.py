"""Measure the engine."""

import runpy
import sys
from pathlib import Path

import click

from homeostat.errors import InputError


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def bench(options: tuple[str, ...]) -> None:
    """Measure the engine against other simulators (needs the source tree; see docs/performance.md).

    \b
    Examples
      homeostat bench --quick
      homeostat bench --only accuracy,one
      homeostat bench --help
    """
    folder = Path(__file__).parents[3]
    if not (folder / "bench" / "__main__.py").exists():
        raise InputError(
            "the benchmarks are part of the source tree, not of the installed package: clone it and"
            " run make bench"
        )
    sys.path.insert(0, str(folder))
    sys.argv = ["homeostat bench", *options]
    runpy.run_module("bench", run_name="__main__")
