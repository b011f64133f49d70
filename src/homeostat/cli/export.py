"""Write a case for other programs."""

from pathlib import Path

import click

from homeostat.cli.app import case_argument, load_facts, read_today, today_option
from homeostat.errors import InputError


@click.command()
@case_argument
@click.option("--sbml", "as_sbml", is_flag=True, help="SBML Level 3 Version 2, the only format so far.")
@click.option("--stop", is_flag=True, help="Everything stops at once after today.")
@click.option("--days", default=120, show_default=True, type=click.IntRange(1, 3650), help="Days after today.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; default standard output.")
@today_option
def export(case_file: Path, as_sbml: bool, stop: bool, days: int, out: Path | None, today: str | None) -> None:
    """Write the median person of a case as a model that other simulators can run."""
    from homeostat.care import case as cases
    from homeostat.errors import OutputError
    from homeostat.exchange.sbml import sbml
    from homeostat.model.patients import median

    if not as_sbml:
        raise InputError("say which format: --sbml")
    known = load_facts()
    case = cases.read(case_file, read_today(today), known)
    regimen = cases.regimen(case, cases.today(case), known)
    regimen = regimen.then_stop() if stop else regimen
    people = median(drugs=regimen.drugs, facts=known, **vars(cases.person(case)))
    text = sbml(people, regimen, known, regimen.days + days, conditions=cases.conditions(case))
    if out is None:
        click.echo(text)
        return
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(out)
    except OSError as problem:
        raise OutputError(f"{out}: cannot be written ({problem.strerror})") from None
    click.echo(f"Written to {out}")
