"""Measure the engine."""

import runpy
import sys
from pathlib import Path

import click

from homeostat.errors import InputError


@click.command()
def bench() -> None:
    """Measure the engine against other simulators (needs the source tree; see docs/performance.md)."""
    folder = Path(__file__).parents[3]
    if not (folder / "bench" / "__main__.py").exists():
        raise InputError(
            "the benchmarks are part of the source tree, not of the installed package: clone it and run make bench"
        )
    sys.path.insert(0, str(folder))
    runpy.run_module("bench", run_name="__main__")
