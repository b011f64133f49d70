"""Forecast one case under one scenario."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

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
from homeostat.cli.progress import Tell, bar
from homeostat.errors import InputError

if TYPE_CHECKING:
    from homeostat.care.case.records import Case
    from homeostat.care.forecast import Forecast, Scenario
    from homeostat.care.plan.records import Plan
    from homeostat.facts import Facts
    from homeostat.model.regimen import Regimen
    from homeostat.report.charts.renderer import Pen

BYTES_PER_PERSON_DAY = 8 * 60
"""What a forecast holds in memory for one person and day: states, and symptoms while weeks are counted."""

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
    help="TOML file of [[step]] tables: drug (default --drug), dose a day, days; each drug from today on.",
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
    """Forecast one case: what is on board, tone, severity with its range, phases, symptoms, red flags.

    \b
    Examples
      homeostat forecast examples/typical.toml --continue
      homeostat forecast examples/typical.toml --to 0mg --over 20 --out out/slow
      homeostat forecast examples/typical.toml --plan out/typical/plan.json
      homeostat forecast examples/typical.toml --stop --json
      homeostat forecast examples/typical.toml --stop --people 1000000 --stream
    """
    spare_blas()
    from rich.text import Text

    from homeostat.care import case as cases
    from homeostat.care import forecast as care

    facts = load_facts()
    case = read_case(case_file, today, facts)
    regimen = cases.regimen(case, cases.today(case), facts)
    if drug is not None:
        facts.drug(drug)
    scenario = _scenario(
        goes_on, stop, taper_file, to_dose, over_weeks, plan_file, drug, regimen, facts
    )
    if scenario.plan is not None:
        _say_what_stands(scenario.plan, case, facts)
    if stream:
        if out is not None:
            raise InputError(
                "--stream prints a table and writes no files: leave out --out, or ask for fewer --people"
            )
        _show_band(case, scenario, facts, people, seed, weeks, as_json)
        return
    _refuse_too_much(people, care.days_shown(case, scenario, facts=facts, weeks=weeks))
    console = open_console()
    paths: tuple[Path, ...] = ()
    with ExitStack() as until_written:
        # the pen makes ready while people are simulated
        pen = None if out is None else until_written.enter_context(_pen())
        with bar(f"Simulating {people:,} people", quiet=as_json) as tell:
            made = care.forecast(
                case, scenario, facts=facts, people=people, seed=seed, weeks=weeks, tell=tell
            )
        if not as_json:
            from homeostat.report.screen.forecast import show

            show(made, console, full=full)  # there is something to read while charts are drawn
        if out is not None and pen is not None:
            with bar(f"Drawing and writing to {out}", quiet=as_json) as tell:
                paths = _write(made, out, pen, tell)
    if as_json:
        from homeostat.report.files.forecast_folder import as_json as plain

        print_json(plain(made))
    elif paths:
        console.print(Text(f"Written to {out}: " + ", ".join(path.name for path in paths)))


def _pen() -> "Pen":
    from homeostat.report.charts.renderer import Pen

    return Pen()


def _write(made: "Forecast", out: Path, pen: "Pen", tell: Tell) -> tuple[Path, ...]:
    from homeostat.report.charts.gallery import begin
    from homeostat.report.files import forecast_folder

    return forecast_folder.write(made, out, lambda: begin(made, pen, tell))


def _show_band(
    case: "Case",
    scenario: "Scenario",
    facts: "Facts",
    people: int,
    seed: int,
    weeks: int | None,
    as_json: bool,
) -> None:
    """Print severity by week over very many people, saying meanwhile how far it is and how long it will take."""
    from homeostat.care import case as cases
    from homeostat.care import forecast as care
    from homeostat.model.stream import Progress

    tenths = [-1]

    def say_tenth(step: Progress) -> None:
        """Where there is no terminal for a bar, write a line for each tenth."""
        if (
            not as_json
            and not sys.stderr.isatty()
            and step.done < people
            and step.done * 10 // people > tenths[0]
        ):
            tenths[0] = step.done * 10 // people
            say(
                f"{step.done:,} of {people:,} people, about {step.seconds_left:.0f} s left",
                err=True,
            )

    with bar(f"Simulating {people:,} people", quiet=as_json) as tell:

        def both(step: Progress) -> None:
            say_tenth(step)
            tell(f"Simulating {people:,} people", step.done / people)

        found = care.band(
            case, scenario, facts=facts, people=people, seed=seed, weeks=weeks, tell=both
        )
    warning = care.warning(case, scenario, facts)
    today = float((cases.today(case) - cases.day_0(case)).days)
    rows = [
        (int(day - today) // 7 + 1, *(float(v) for v in values))
        for day, values in zip(found.days, found.severity.T, strict=True)
        if day >= today and (day - today) % 7 == 0
    ]
    if as_json:
        names = ("week", "low", "median", "high")
        weeks_found = [dict(zip(names, row, strict=True)) for row in rows]
        print_json(
            {
                "warning": warning,
                "not_advice": care.NOT_ADVICE,
                "case": case.id,
                "scenario": {"kind": scenario.kind, "words": str(scenario)},
                "made": {**versions(facts), "seed": seed, "people": people},
                "band": list(care.BAND),
                "severity": weeks_found,
            }
        )
        return
    if warning:
        say(warning + "\n")
    say(
        f"{case.id}: {scenario}. Severity, 0 to 80, on the first day of each week; 8 in 10 people in between."
    )
    say(f"{'week':>5} {'low':>7} {'median':>7} {'high':>7}")
    for week, low, median, high in rows:
        say(f"{week:>5} {low:>7.1f} {median:>7.1f} {high:>7.1f}")
    say(care.NOT_ADVICE)


def _refuse_too_much(people: int, days: int) -> None:
    """Refuse a request larger than the memory, before anything is computed."""
    from homeostat.errors import CapacityError
    from homeostat.report.files.memory import available_bytes

    each, have = days * BYTES_PER_PERSON_DAY, available_bytes()
    if people * each > have:
        fitting = int(have / each)
        rounded = fitting // 1000 * 1000 or fitting
        raise CapacityError(
            f"{people:,} people over {days:,} days need about {people * each / 2**30:.1f} GiB and {have / 2**30:.1f} GiB"
            f" are free; ask for {'at most ' + format(rounded, ',') + ' people, or ' if rounded else ''}fewer weeks;"
            " or for severity alone with --stream"
        )


def _say_what_stands(plan: "Plan", case: "Case", facts: "Facts") -> None:
    """Refuse a plan of somebody else; say aloud what the check refuses, because a forecast could be read as a yes."""
    from homeostat.care import case as cases
    from homeostat.care import plan as plans
    from homeostat.care.check import check

    plans.require_for(plan, case)
    for finding in check(plan, case, facts, today=cases.today(case)):
        if finding.level == "refuse":
            say(f"Refused by the check ({finding.rule}): {finding.sentence}", fg="red", err=True)


def _scenario(
    goes_on: bool,
    stop: bool,
    taper_file: Path | None,
    to_dose: str | None,
    over_weeks: int | None,
    plan_file: Path | None,
    drug: str | None,
    regimen: "Regimen",
    facts: "Facts",
) -> "Scenario":
    from homeostat.care import forecast as care

    asked = [
        name
        for name, is_set in (
            ("--continue", goes_on),
            ("--stop", stop),
            ("--taper", taper_file is not None),
            ("--to", to_dose is not None),
            ("--plan", plan_file is not None),
        )
        if is_set
    ]
    if len(asked) > 1:
        raise InputError(f"{' and '.join(asked)} exclude each other; give one")
    if (over_weeks is not None) != (to_dose is not None):
        raise InputError("--to and --over belong together, such as --to 0.5mg --over 12")
    if drug is not None and taper_file is None and to_dose is None:
        raise InputError(
            "--drug says which drug to lower: give it with --to and --over, or with --taper"
        )
    if plan_file is not None:
        from homeostat.care import plan as plans

        return care.Scenario("plan", plan=plans.read(plan_file, facts))
    if stop:
        return care.Scenario("stop")
    if to_dose is None and taper_file is None:
        return care.Scenario("continue")
    name = drug or care.main_drug(regimen, facts)
    if taper_file is not None:
        from homeostat.care.taper import read_taper

        return care.Scenario("taper", read_taper(taper_file, name, facts))
    present = regimen.mg_per_day(name, regimen.days - 0.5)
    if present == 0:
        raise InputError(f"{name} is not taken today, so it cannot be lowered")
    return care.Scenario(
        "taper", {name: care.evenly(present, _dose_or_zero(str(to_dose)), int(over_weeks or 0))}
    )


def _dose_or_zero(typed: str) -> float:
    """Return a target dose [mg]."""
    from homeostat.language.quantity import dose_mg, is_nothing

    return 0.0 if is_nothing(typed) else dose_mg(typed, "--to")
