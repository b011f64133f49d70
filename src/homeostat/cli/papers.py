"""Print a plan."""

from pathlib import Path

import click

from homeostat.cli.app import case_argument, load_facts, open_console, read_today, today_option


@click.command()
@case_argument
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write, new or of the same case.")
@click.option(
    "--language",
    "languages",
    multiple=True,
    default=("en", "de"),
    show_default=True,
    help="Language of the patient's handout; can be given several times. The first is that of the other papers.",
)
@today_option
def papers(case_file: Path, plan_file: Path, out: Path, languages: tuple[str, ...], today: str | None) -> None:
    """Write the papers of a PLAN: handout, pharmacy sheet, calendar, data. All of them are drafts; nothing is signed."""
    from homeostat.care import case as cases
    from homeostat.care import plan as plans
    from homeostat.report.papers import write

    facts = load_facts()
    case = cases.read(case_file, read_today(today), facts)
    plan = plans.read(plan_file, facts)
    made = write(plan, case, facts, out, languages=languages)
    console = open_console()
    console.print(f"Draft papers of plan {plan.id}, version {plan.version}, written to {out}:")
    console.print("  " + ", ".join(path.name for path in made))
