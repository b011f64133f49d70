"""List the ways to go, make a plan for a case, and compare plans."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from homeostat.cli.app import (
    EXIT_CODES,
    case_argument,
    json_option,
    load_facts,
    open_console,
    people_option,
    print_json,
    read_case,
    seed_option,
    spare_blas,
    today_option,
)
from homeostat.cli.progress import bar
from homeostat.errors import InputError

if TYPE_CHECKING:
    from homeostat.actions.plan import Planned
    from homeostat.care.case.records import Case
    from homeostat.care.check import Checked
    from homeostat.care.choice.compare import Named
    from homeostat.care.guideline import Aftercare
    from homeostat.facts import Facts

MOST_PEOPLE = 20_000
"""As `care.memory.MOST_PEOPLE`, which is not imported for the help."""


def _names(ctx: click.Context, param: click.Parameter, typed: str) -> list[str]:
    """Complete the name of a way."""
    from homeostat.care.ways import LISTED, METHODS

    return [name for name in (*METHODS, *LISTED) if name.startswith(typed)]


@click.command()
@click.argument("name", required=False, shell_complete=_names)
@click.option(
    "--drug", default="clonazepam", show_default=True, help="The drug whose steps are shown."
)
@click.option("--dose", default="2mg", show_default=True, help="Its present daily dose.")
@click.option(
    "--to", "to_dose", metavar="DOSE", help="Daily dose to end at, such as 0.5mg; default nothing."
)
@json_option
def ways(name: str | None, drug: str, dose: str, to_dose: str | None, as_json: bool) -> None:
    """List every way to go, or show one in full: what it is good for, its steps, its numbers, where
    it comes from.

    \b
    Examples
      homeostat ways
      homeostat ways percent-of-current --drug lorazepam --dose 3mg
      homeostat ways cks-diazepam --drug diazepam --dose 20mg --to 5mg --json
    """
    from homeostat.care.case.rules import too_much
    from homeostat.care.ways import Start
    from homeostat.language.quantity import dose_mg, mg_text
    from homeostat.report.screen.ways import show_way, show_ways, way_as_json, ways_as_json

    facts = load_facts()
    present, end = dose_mg(dose, "--dose"), dose_mg(to_dose, "--to") if to_dose else 0.0
    if end >= present:
        raise InputError(
            f"--to {mg_text(end)} is not below the present {mg_text(present)}; a way only goes down"
        )
    name_of_drug = facts.drug(drug).id
    if problem := too_much(present, name_of_drug, facts):
        raise InputError(f"--dose: {problem}")
    start = Start(facts, name_of_drug, present, end)
    if as_json:
        print_json(way_as_json(name, start) if name else ways_as_json(start))
    elif name:
        show_way(name, start, open_console())
    else:
        show_ways(start, open_console())


@click.command()
@case_argument
@click.option(
    "--goal",
    type=click.Choice(["stop", "lower", "stay"]),
    help="What is to be reached; default the case's own.",
)
@click.option(
    "--to", "to_dose", metavar="DOSE", help="Daily dose to lower to and hold, such as 0.5mg."
)
@click.option(
    "--drug",
    "drugs",
    multiple=True,
    metavar="NAME",
    help=(
        "The drug to lower; several times to stop several, in this order. Default: the goal's, or"
        " all that are taken."
    ),
)
@click.option(
    "--way",
    "names",
    multiple=True,
    metavar="NAME",
    help=(
        "A way to go, as in `homeostat ways`, or 'optimised'; several times. Settings:"
        " NAME:share=0.05,every_days=28."
    ),
)
@click.option(
    "--pick", metavar="N|NAME", help="Plan to print: its number on the shortlist, or its name."
)
@click.option(
    "--start", metavar="DAY", help="First day of the plan; default the case's own, or its today."
)
@click.option(
    "--max-weeks", type=int, help="Longest time until the last change; default the case's own."
)
@click.option(
    "--window",
    type=int,
    metavar="DAYS",
    help="Days one prescription covers; default the case's own, or 28.",
)
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=MOST",
    help=(
        "Most that one prescription may hand out: PRODUCT=60 (tablets or mL) or DRUG=60mg; several"
        " times."
    ),
)
@people_option(200, 30, MOST_PEOPLE)
@seed_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the papers of the plan, and every plan as JSON.",
)
@click.option("--full", is_flag=True, help="Print everything that was compared.")
@today_option
@json_option
@click.pass_context
def plan(
    ctx: click.Context,
    case_file: Path,
    goal: str | None,
    to_dose: str | None,
    drugs: tuple[str, ...],
    names: tuple[str, ...],
    pick: str | None,
    start: str | None,
    max_weeks: int | None,
    window: int | None,
    limits: tuple[str, ...],
    people: int,
    seed: int,
    out: Path | None,
    full: bool,
    today: str | None,
    as_json: bool,
) -> None:
    """Make a plan for a case: the pace of the guideline by risk first, other plans beside it, every
    step, findings.

    A draft for the clinician who knows the person. To stop, to lower and hold, and to stay are
    equals. A plan that was picked and is refused ends with 20.

    \b
    Examples
      homeostat plan examples/typical.toml --out out/typical
      homeostat plan examples/typical.toml --goal lower --to 0.5mg
      homeostat plan examples/typical.toml --way percent-of-start:share=0.05,every_days=14
      homeostat plan examples/typical.toml --pick 2 --json
      homeostat plan examples/typical.toml --window 14 --limit clonazepam=30mg
    """
    spare_blas()
    from homeostat.actions import plan as action
    from homeostat.actions.stopped import stopped
    from homeostat.language.quantity import day_typed, dose_mg

    facts = load_facts()
    case = read_case(case_file, today, facts)
    if care := stopped(case, facts=facts):
        _show_stopped(case, care, facts, as_json=as_json)
        return
    wishes = action.Wishes(
        goal=goal,
        to_mg=None if to_dose is None else dose_mg(to_dose, "--to"),
        drugs=drugs,
        ways=[_way(name) for name in names],
        first_day=None if start is None else day_typed(start, "--start"),
        max_weeks=max_weeks,
        window_days=window,
        limits=limits,
        pick=pick,
    )
    with bar("Making the ways", quiet=as_json) as tell:
        made = action.plan(case, wishes, facts=facts, people=people, seed=seed, tell=tell)
    _write_and_show(made, out, full=full, as_json=as_json)
    if pick is not None and made.checked.verdict == "refuse":
        ctx.exit(EXIT_CODES["refuse"])


def _show_stopped(case: "Case", care: "Aftercare", facts: "Facts", *, as_json: bool) -> None:
    """Print the plan of care of somebody who has stopped."""
    from homeostat.actions.assess import assess
    from homeostat.report.screen.aftercare import aftercare_as_json, show_aftercare

    seen = assess(case, facts=facts)
    if as_json:
        print_json(aftercare_as_json(case, seen, care))
    else:
        show_aftercare(case, seen, care, open_console())


def _write_and_show(made: "Planned", out: Path | None, *, full: bool, as_json: bool) -> None:
    """Write the papers, then print a plan for machines, on one screen, or with everything that was
    compared.
    """
    from homeostat.actions import plan as action
    from homeostat.report.screen.plans_json import proposal_as_json

    written = None
    if out is not None:
        with bar("Living the plan day by day", quiet=as_json) as tell:
            written = action.write(made, out, tell=tell)
    if as_json:
        print_json(proposal_as_json(made.proposal, made.checked.plan, made.splitting))
        return
    from homeostat.report.screen.check import say_withheld
    from homeostat.report.screen.plans import show_proposal
    from homeostat.report.screen.proposal import show_brief, show_end

    console = open_console()
    if full:
        show_proposal(made.proposal, made.checked.plan, made.splitting, console)
    else:
        show_brief(made.proposal, made.name, made.checked, console)
    show_end([] if written is None else [path.name for path in written.paths], out, console)
    if written is not None and written.is_withheld:
        say_withheld(made.checked.plan, console)


@click.command()
@case_argument
@click.argument(
    "plan_files", metavar="PLAN…", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@people_option(200, 30, MOST_PEOPLE)
@seed_option
@today_option
@json_option
def compare(
    case_file: Path,
    plan_files: tuple[Path, ...],
    people: int,
    seed: int,
    today: str | None,
    as_json: bool,
) -> None:
    """Compare plan files for a case, hand-edited ones too, on the same virtual people, and say how
    sure their order is.

    \b
    Example
      homeostat compare examples/typical.toml out/typical/plan.json mine.json
    """
    spare_blas()
    from rich.text import Text

    from homeostat.actions.compare import compare as side_by_side
    from homeostat.care.choice.proposal import awaits_a_reason
    from homeostat.report.screen.plans import show_beats, show_comparison
    from homeostat.report.screen.plans_json import comparison_as_json

    facts = load_facts()
    case = read_case(case_file, today, facts)
    named = _named(case, plan_files, facts)
    with bar(f"Drawing {people:,} people", quiet=as_json) as tell:
        made = side_by_side(case, named, facts=facts, people=people, seed=seed, tell=tell)
    found, old = made.comparison, made.changed_facts
    if as_json:
        print_json(
            {
                "case": case.id,
                **comparison_as_json(found),
                "verdicts": {name: one.verdict for name, one in made.checked.items()},
                "awaits_a_reason_for": {
                    name: list(awaits_a_reason(one.findings)) for name, one in made.checked.items()
                },
                "changed_facts": {name: list(changed) for name, changed in old.items()},
                "facts": facts.digest,
            }
        )
        return
    console = open_console()
    console.print(Text.assemble((case.title, "bold"), f": {len(named)} plans"))
    marks = {name: _mark(one) for name, one in made.checked.items()}
    show_comparison(found, found.outcomes, marks, console)
    show_beats(found, console)
    for name, changed in old.items():
        if changed:
            said = f"{name} was made with other facts: {len(changed)} of its records changed"
            console.print(Text(f"{said} ({', '.join(changed[:5])})"))


def _mark(checked: "Checked") -> str:
    """Return what stands beside the name of a plan."""
    if checked.verdict == "refuse":
        waits = all(finding.is_lifted_by_a_reason for finding in checked.refusals)
        return "needs a reason" if waits else "refused"
    return "warnings stand" if checked.verdict == "warn" else ""


def _named(case: "Case", plan_files: tuple[Path, ...], facts: "Facts") -> list["Named"]:
    """Read plans, each under a name of its own."""
    from homeostat.care import plan as plans
    from homeostat.care.choice.compare import Named

    found: dict[str, Named] = {}
    for path in plan_files:
        read = plans.read(path, facts)
        plans.require_for(read, case, str(path))
        name = read.id if read.id not in found else f"{read.id} ({path.name})"
        if name in found:
            raise InputError(
                f"{path}: two of these plans have the id '{read.id}' and the same file name;"
                " rename one"
            )
        found[name] = Named(name, read)
    return list(found.values())


def _way(given: str) -> tuple[str, Mapping[str, float]]:
    """Read 'name' or 'name:setting=number,setting=number'; a number may be written as a
    percentage.
    """
    name, _, rest = given.partition(":")
    settings: dict[str, float] = {}
    for part in filter(None, rest.split(",")):
        key, _, typed = part.partition("=")
        number = typed.strip()
        try:
            settings[key.strip()] = float(number.removesuffix("%")) / (
                100 if number.endswith("%") else 1
            )
        except ValueError:
            raise InputError(
                f"--way {given}: write settings as name=number, for example share=0.05 (given:"
                f" {part!r})"
            ) from None
    return name.strip(), settings
