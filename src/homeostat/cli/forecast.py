"""Forecast one case under one scenario."""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from homeostat.cli.app import (
    case_argument,
    json_option,
    load_facts,
    open_console,
    people_option,
    print_json,
    read_case,
    say,
    seed_option,
    spare_blas,
    today_option,
    versions,
)
from homeostat.cli.progress import bar
from homeostat.errors import InputError

if TYPE_CHECKING:
    from homeostat.actions.forecast import Band
    from homeostat.care.case.records import Case
    from homeostat.care.findings import Finding
    from homeostat.care.forecast import Scenario
    from homeostat.facts import Facts
    from homeostat.model.stream import Progress
    from homeostat.report.charts.renderer import Pen


MOST_PEOPLE = 1_000_000_000
"""People of one forecast at most, with --stream; others are bounded by the memory."""


@click.command()
@case_argument
@click.option(
    "--continue", "goes_on", is_flag=True, help="Everything goes on as it is (the default)."
)
@click.option(
    "--stop", is_flag=True, help="Everything stops at once: to see why nobody should do it."
)
@click.option(
    "--taper",
    "taper_file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=(
        "TOML file of [[step]] tables: drug (default --drug), dose a day, days; each drug from"
        " today on."
    ),
)
@click.option(
    "--to",
    "to_dose",
    metavar="DOSE",
    help="Lower to this daily dose in equal weekly steps, such as 0.5mg or 0mg.",
)
@click.option(
    "--over",
    "over_weeks",
    metavar="WEEKS",
    type=click.IntRange(1, 520),
    help="Over this many weeks (with --to).",
)
@click.option(
    "--plan",
    "plan_file",
    metavar="PLAN",
    type=click.Path(path_type=Path),
    help="A plan, as `homeostat plan` writes it.",
)
@click.option("--drug", help="The drug to lower; default the one that carries most of the effect.")
@people_option(1000, most=MOST_PEOPLE)
@seed_option
@click.option("--weeks", type=click.IntRange(1, 520), help="Weeks to show after the last change.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder for charts, CSV, Parquet and JSON."
)
@click.option(
    "--stream",
    is_flag=True,
    help="Severity and its band alone, for any number of people, in little memory.",
)
@today_option
@click.option("--full", is_flag=True, help="Every week, flag and source.")
@json_option
def forecast(
    case_file: Path,
    goes_on: bool,
    stop: bool,
    taper_file: Path | None,
    to_dose: str | None,
    over_weeks: int | None,
    plan_file: Path | None,
    drug: str | None,
    people: int,
    seed: int,
    weeks: int | None,
    out: Path | None,
    stream: bool,
    today: str | None,
    full: bool,
    as_json: bool,
) -> None:
    """Forecast one case: what is on board, tone, severity with its range, phases, symptoms, red
    flags.

    \b
    Examples
      homeostat forecast examples/typical.toml --continue
      homeostat forecast examples/typical.toml --to 0mg --over 20 --out out/slow
      homeostat forecast examples/typical.toml --plan out/typical/plan.json
      homeostat forecast examples/typical.toml --stop --json
      homeostat forecast examples/typical.toml --stop --people 1000000 --stream
    """
    spare_blas()
    facts = load_facts()
    case = read_case(case_file, today, facts)
    if drug is not None:
        facts.drug(drug)
    asked = _Asked(goes_on, stop, taper_file, to_dose, over_weeks, plan_file, drug)
    scenario, count = _scenario(asked, case, facts), _Count(people, seed, weeks)
    if stream:
        if out is not None:
            raise InputError(
                "--stream prints a table and writes no files: leave out --out, or ask for fewer"
                " --people"
            )
        _show_band(case, scenario, facts, count, as_json)
        return
    _show_forecast(case, scenario, facts, count, out, full=full, as_json=as_json)


def _show_forecast(
    case: "Case",
    scenario: "Scenario",
    facts: "Facts",
    count: "_Count",
    out: Path | None,
    *,
    full: bool,
    as_json: bool,
) -> None:
    """Simulate, print, and write the files where a folder is given."""
    from homeostat.actions import forecast as action

    console = open_console()
    paths: tuple[Path, ...] = ()
    with ExitStack() as until_written:
        # the pen makes ready while people are simulated
        pen = None if out is None else until_written.enter_context(_pen())
        with bar(f"Simulating {count.people:,} people", quiet=as_json) as tell:
            made = action.forecast(case, scenario, facts=facts, tell=tell, **vars(count))
        _say_refused(made.refusals)
        if not as_json:
            from homeostat.report.screen.forecast import show

            # there is something to read while charts are drawn
            show(made.forecast, console, full=full)
        if out is not None and pen is not None:
            with bar(f"Drawing and writing to {out}", quiet=as_json) as tell:
                paths = action.write(made, out, pen=pen, tell=tell)
    if as_json:
        from homeostat.report.files.forecast_folder import as_json as plain

        print_json(plain(made.forecast))
    elif paths:
        say(f"Written to {out}: " + ", ".join(path.name for path in paths))


def _pen() -> "Pen":
    from homeostat.report.charts.renderer import Pen

    return Pen()


def _show_band(
    case: "Case", scenario: "Scenario", facts: "Facts", count: "_Count", as_json: bool
) -> None:
    """Print severity by week over very many people, saying meanwhile how far it is and how long it
    will take.
    """
    from homeostat.actions import forecast as action

    simulating = f"Simulating {count.people:,} people"
    say_tenth = _tenths(count.people, quiet=as_json or sys.stderr.isatty())
    with bar(simulating, quiet=as_json) as tell:

        def both(step: "Progress") -> None:
            say_tenth(step)
            tell(simulating, step.done / count.people)

        found = action.band(case, scenario, facts=facts, tell=both, **vars(count))
    _say_refused(found.refusals)
    if as_json:
        print_json(_band_as_json(found, case, scenario, facts, count))
    else:
        _print_band(found, case, scenario)


def _tenths(people: int, *, quiet: bool) -> Callable[["Progress"], None]:
    """Return what writes a line for each tenth, where there is no terminal for a bar."""
    tenths = [-1]

    def say_tenth(step: "Progress") -> None:
        if not quiet and step.done < people and step.done * 10 // people > tenths[0]:
            tenths[0] = step.done * 10 // people
            say(
                f"{step.done:,} of {people:,} people, about {step.seconds_left:.0f} s left",
                err=True,
            )

    return say_tenth


def _band_as_json(
    found: "Band", case: "Case", scenario: "Scenario", facts: "Facts", count: "_Count"
) -> dict[str, Any]:
    from homeostat.care.forecast import BAND, NOT_ADVICE

    names = ("week", "low", "median", "high")
    return {
        "warning": found.warning,
        "not_advice": NOT_ADVICE,
        "case": case.id,
        "scenario": {"kind": scenario.kind, "words": str(scenario)},
        "made": {**versions(facts), "seed": count.seed, "people": count.people},
        "band": list(BAND),
        "severity": [dict(zip(names, row, strict=True)) for row in found.rows],
    }


def _print_band(found: "Band", case: "Case", scenario: "Scenario") -> None:
    from homeostat.care.forecast import NOT_ADVICE

    if found.warning:
        say(found.warning + "\n")
    say(
        f"{case.id}: {scenario}. Severity, 0 to 80, on the first day of each week; 8 in 10 people"
        " in between."
    )
    say(f"{'week':>5} {'low':>7} {'median':>7} {'high':>7}")
    for week, low, median, high in found.rows:
        say(f"{week:>5} {low:>7.1f} {median:>7.1f} {high:>7.1f}")
    say(NOT_ADVICE)


def _say_refused(refusals: "Sequence[Finding]") -> None:
    """Say aloud what the check refuses, because a forecast could be read as a yes."""
    for finding in refusals:
        say(f"Refused by the check ({finding.rule}): {finding.sentence}", fg="red", err=True)


@dataclass(frozen=True)
class _Count:
    """Whom the options ask for, and how long they are shown."""

    people: int
    seed: int
    weeks: int | None


@dataclass(frozen=True)
class _Asked:
    """What the options say of what follows today."""

    goes_on: bool
    stop: bool
    taper_file: Path | None
    to_dose: str | None
    over_weeks: int | None
    plan_file: Path | None
    drug: str | None


def _scenario(given: _Asked, case: "Case", facts: "Facts") -> "Scenario":
    """Return what the options ask for; at most one of them says what follows today."""
    from homeostat.actions import forecast as action
    from homeostat.actions.read import read_plan
    from homeostat.care.forecast import Scenario

    options = {
        "--continue": given.goes_on,
        "--stop": given.stop,
        "--taper": given.taper_file is not None,
        "--to": given.to_dose is not None,
        "--plan": given.plan_file is not None,
    }
    asked = [name for name, is_set in options.items() if is_set]
    if len(asked) > 1:
        raise InputError(f"{' and '.join(asked)} exclude each other; give one")
    if (given.over_weeks is not None) != (given.to_dose is not None):
        raise InputError("--to and --over belong together, such as --to 0.5mg --over 12")
    if given.drug is not None and given.taper_file is None and given.to_dose is None:
        raise InputError(
            "--drug says which drug to lower: give it with --to and --over, or with --taper"
        )
    if given.plan_file is not None:
        return Scenario("plan", plan=read_plan(given.plan_file, facts=facts))
    if given.stop:
        return Scenario("stop")
    if given.taper_file is not None:
        return action.from_taper_file(case, given.taper_file, drug=given.drug, facts=facts)
    if given.to_dose is None:
        return Scenario("continue")
    return action.lowered(
        case,
        to_mg=_dose_or_zero(given.to_dose),
        weeks=given.over_weeks or 0,
        drug=given.drug,
        facts=facts,
    )


def _dose_or_zero(typed: str) -> float:
    """Return a target dose [mg]."""
    from homeostat.language.quantity import dose_mg, is_nothing

    return 0.0 if is_nothing(typed) else dose_mg(typed, "--to")
