"""Write a case for other programs."""

from pathlib import Path

import click

from homeostat.cli.app import LARGEST_SEED, case_argument, load_facts, read_case, say, today_option
from homeostat.errors import InputError, OutputError

LAST_PERSON = 2**31 - 1
"""Number of the last virtual person who can be asked for."""


@click.command(short_help="Write one person of a case as a model that other simulators run (SBML).")
@case_argument
@click.option(
    "--sbml", "as_sbml", is_flag=True, help="SBML Level 3 Version 2, the only format so far."
)
@click.option(
    "--stop",
    is_flag=True,
    help="Everything stops at once after today: to see why nobody should do it.",
)
@click.option(
    "--days", default=120, show_default=True, type=click.IntRange(1, 3650), help="Days after today."
)
@click.option(
    "--person",
    type=click.IntRange(0, LAST_PERSON),
    help="This one of the virtual people; default the median person.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0, LARGEST_SEED),
    help="Seed of the people (with --person).",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File to write; default standard output."
)
@click.option(
    "--overwrite", is_flag=True, help="Replace the file of --out if it exists; never the case."
)
@today_option
def export(
    case_file: Path,
    as_sbml: bool,
    stop: bool,
    days: int,
    person: int | None,
    seed: int,
    out: Path | None,
    overwrite: bool,
    today: str | None,
) -> None:
    """Write one person of a case as a model that other simulators can run.

    The median person has every parameter at its middle. That is nobody in particular, and one
    person has no band: people like the case differ as widely as a forecast shows. With --person N
        it is the one who stands at N in a
    forecast of the same seed.

    \b
    Examples
      homeostat export examples/typical.toml --sbml --out typical.xml
      homeostat export examples/typical.toml --sbml --person 7 --seed 1 --days 200
    """
    from homeostat.actions.export import sbml
    from homeostat.report.files.atomic import write_file

    if not as_sbml:
        raise InputError("say which format: --sbml")
    known = load_facts()
    case = read_case(case_file, today, known)
    text = sbml(case, facts=known, stop=stop, days=days, person=person, seed=seed)
    if out is None:
        click.echo(text.encode())  # the document says that it is UTF-8
        return
    if out.exists() and out.samefile(case_file):
        raise InputError(f"--out {out}: this is the case itself; choose another name")
    if out.exists() and not overwrite:
        raise OutputError(
            f"{out}: this file exists already; choose another name, or replace it with --overwrite"
        )
    write_file(out, text, overwrite=overwrite)
    say(f"Written to {out}")
