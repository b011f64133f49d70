"""List the ways to go, and make a plan for a case."""

from datetime import date
from pathlib import Path

import click

from homeostat.cli.app import case_argument, json_option, load_facts, open_console, print_json, read_today, today_option
from homeostat.errors import InputError


@click.command()
@json_option
def ways(as_json: bool) -> None:
    """List every way to go: what it is good for, its settings, and where it comes from."""
    from homeostat.care.ways import LISTED, METHODS

    if as_json:
        found = [
            {"name": w.name, "title": w.title, "good_for": w.good_for, "sources": w.sources} for w in METHODS.values()
        ]
        print_json(found + [{"name": name, "good_for": text, "sources": []} for name, text in LISTED.items()])
        return
    console = open_console()
    for way in METHODS.values():
        console.print(f"[bold]{way.name}[/bold]: {way.good_for}")
    for name, text in LISTED.items():
        console.print(f"[bold]{name}[/bold]: {text}")


@click.command()
@case_argument
@click.option(
    "--goal", type=click.Choice(["stop", "lower", "stay"]), help="What is to be reached (default: the case's own)."
)
@click.option("--to", "to_dose", metavar="DOSE", help="Daily dose to lower to, such as 0.5mg.")
@click.option(
    "--way", "names", multiple=True, metavar="NAME", help="A way to go, as in `homeostat ways`; several times."
)
@click.option("--start", metavar="DAY", help="First day of the plan (default: the case's own, or today).")
@click.option("--max-weeks", type=int, help="Longest time until the last change.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Same seed, same people.")
@today_option
@json_option
def plan(
    case_file: Path,
    goal: str | None,
    to_dose: str | None,
    names: tuple[str, ...],
    start: str | None,
    max_weeks: int | None,
    seed: int,
    today: str | None,
    as_json: bool,
) -> None:
    """Make a plan for a case: several ways side by side, as drafts for the clinician who knows the person."""
    from homeostat.care import candidates as care
    from homeostat.care import case as cases
    from homeostat.care import plan as plans
    from homeostat.care import planning
    from homeostat.care.quantity import dose_mg
    from homeostat.report.ways import show_schedule, title

    facts = load_facts()
    case = cases.read(case_file, read_today(today), facts)
    task = planning.task(
        case,
        facts,
        goal=goal,
        to_mg=None if to_dose is None else dose_mg(to_dose, "--to"),
        first_day=_day(start),
        max_weeks=max_weeks,
        seed=seed,
    )
    cupboard = planning.cupboard(task, ["diazepam"])
    found, out = care.candidates(task, care.begin(task), cupboard, [(name, {}) for name in names])
    if as_json:
        import json

        print_json([json.loads(plans.write(one.plan)) for one in found])
        return
    console = open_console()
    for one in found:
        console.print(title(f"{one.name}: {one.weeks:.0f} weeks, {one.changes} changes"))
        for breach in one.breaches:
            console.print(f"  beyond the guideline: {breach}")
    for left in out:
        console.print(f"{left.name}: {left.why}")
    if found:
        show_schedule(found[0].plan, facts, console)


def _day(given: str | None) -> date | None:
    try:
        return None if given is None else date.fromisoformat(given)
    except ValueError:
        raise InputError(f"--start must be a date such as 2026-12-01 (given: {given!r})") from None
