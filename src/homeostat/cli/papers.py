"""Print a plan."""

from pathlib import Path

import click

from homeostat.cli.app import (
    EXIT_CODES,
    case_argument,
    load_facts,
    open_console,
    read_case,
    say,
    today_option,
)
from homeostat.cli.progress import bar


@click.command()
@case_argument
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder to write, new or of the same case.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    default=("en", "de"),
    show_default=True,
    help=(
        "Language of the patient's papers; several times. The papers for clinicians and pharmacists"
        " are in English, as the facts."
    ),
)
@today_option
@click.pass_context
def papers(
    ctx: click.Context,
    case_file: Path,
    plan_file: Path,
    out: Path,
    languages: tuple[str, ...],
    today: str | None,
) -> None:
    """Write the papers of a PLAN: clinician's page, handout, pharmacy sheet, letter, calendar,
    data.

    All of them are drafts; nothing is signed. A plan that the check refuses gets a clinician's page
    and nothing that a patient could follow, and ends with 20.

    \b
    Example
      homeostat papers examples/typical.toml examples/plans/typical-20-weeks.json --out out/papers
    """
    from homeostat.actions.papers import papers as write_papers
    from homeostat.actions.read import read_plan
    from homeostat.report.screen.check import say_withheld

    facts = load_facts()
    case = read_case(case_file, today, facts)
    plan = read_plan(plan_file, facts=facts)
    with bar("Checking the plan") as tell:
        made = write_papers(case, plan, out, facts=facts, languages=languages, tell=tell)
    console = open_console()
    if made.is_withheld:
        say_withheld(plan, console)
    say(f"Draft papers of plan {plan.id}, version {plan.version}, written to {out}:")
    say("  " + ", ".join(path.name for path in made.paths))
    if made.is_withheld:
        ctx.exit(EXIT_CODES["refuse"])
