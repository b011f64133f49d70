"""Print a plan."""

from pathlib import Path

import click

from homeostat.cli.app import case_argument, load_facts, open_console, read_case, today_option
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
    help="Language of the patient's papers; several times. The papers for clinicians and pharmacists are in English, as the facts.",
)
@today_option
def papers(
    case_file: Path, plan_file: Path, out: Path, languages: tuple[str, ...], today: str | None
) -> None:
    """Write the papers of a PLAN: clinician's page, handout, pharmacy sheet, letter, calendar, data.

    All of them are drafts; nothing is signed. A plan that the check refuses gets a clinician's page and nothing that a patient
    could follow.

    \b
    Example
      homeostat papers examples/typical.toml examples/plans/typical-20-weeks.json --out out/typical-papers
    """
    from rich.text import Text

    from homeostat.care import case as cases
    from homeostat.care import plan as plans
    from homeostat.care.assess.risk import assess
    from homeostat.care.check import check, verdict
    from homeostat.report.papers.folder import write
    from homeostat.report.screen.check import say_withheld

    facts = load_facts()
    case = read_case(case_file, today, facts)
    plan = plans.read(plan_file, facts)
    with bar("Checking the plan") as tell:
        findings = check(plan, case, facts, today=cases.today(case))
        assessment = assess(case, facts)
        made = write(
            plan,
            case,
            facts,
            out,
            assessment=assessment,
            findings=findings,
            languages=languages,
            tell=tell,
        )
    console = open_console()
    if verdict(findings) == "refuse":
        say_withheld(plan, console)
    said = f"Draft papers of plan {plan.id}, version {plan.version}, written to {out}:"
    console.print(Text(said))
    console.print(Text("  " + ", ".join(path.name for path in made)))
