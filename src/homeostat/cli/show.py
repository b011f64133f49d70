"""Show on one screen what a folder of papers holds."""

from pathlib import Path

import click

from homeostat.cli.app import case_argument, load_facts, open_console, read_case
from homeostat.errors import InputError


@click.command()
@case_argument
@click.argument(
    "folders", metavar="FOLDER…", nargs=-1, required=True, type=click.Path(path_type=Path)
)
def show(case_file: Path, folders: tuple[Path, ...]) -> None:
    """Show a planned case on one screen: case, verdict, schedule, papers and pictures.

    The first FOLDER is what `plan --out` or `papers --out` wrote; the plan in it is checked anew.
    Of further folders, as `forecast --out` writes them, the pictures are listed.

    \b
    Example
      homeostat show examples/typical.toml out/typical out/typical-forecast
    """
    from homeostat.actions.check import check
    from homeostat.actions.read import read_plan
    from homeostat.report.screen.overview import show_overview

    facts = load_facts()
    case = read_case(case_file, None, facts)
    plan = read_plan(folders[0] / "plan.json", facts=facts)
    found = check(case, plan, facts=facts)
    files = {folder: _names(folder) for folder in folders}
    show_overview(case, plan, found.verdict, files, open_console(), facts)


def _names(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    try:
        return sorted(path.name for path in folder.iterdir() if path.is_file())
    except OSError as problem:
        raise InputError(f"{folder}: cannot be listed ({problem.strerror})") from None
