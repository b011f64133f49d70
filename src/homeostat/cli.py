"""The same verbs, from a terminal."""

import json as jsonlib
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from homeostat.errors import HomeostatError, InputError, nearest

if TYPE_CHECKING:
    from rich.console import Console

    from homeostat.care.forecast import Forecast, Scenario
    from homeostat.facts import Facts
    from homeostat.model.regimen import Regimen

BYTES_PER_PERSON_DAY = 8 * 60
"""What a forecast holds in memory for one person and day: states, and symptoms while weeks are counted."""


class _Group(click.Group):
    """Turn our own errors into one sentence and an exit code, and suggest near commands."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as problem:
            raise click.UsageError(f"{problem.message}{nearest(args[0], self.commands) if args else ''}", ctx) from None

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except HomeostatError as problem:
            click.echo(f"{click.style('error', fg='red')} ({problem.kind}): {problem}", err=True)
            sys.exit(problem.exit_code)
        except MemoryError:
            click.echo("error (capacity): the machine ran out of memory; ask for fewer --people", err=True)
            sys.exit(5)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="homeostat")
def main() -> None:
    """What the body does when a benzodiazepine is continued, lowered, switched or stopped.

    For clinicians and researchers. Not a medical device; never a reason to change a dose without a clinician.

    \b
    Examples
      homeostat forecast examples/typical.toml --continue
      homeostat forecast examples/typical.toml --to 1mg --over 12 --out out/typical
      homeostat equivalence clonazepam diazepam 2mg
      homeostat facts drug clonazepam
      homeostat claims T4

    Shell completion: eval "$(_HOMEOSTAT_COMPLETE=bash_source homeostat)"  (or zsh_source, fish_source)
    """


def _facts() -> "Facts":
    from homeostat.facts import load

    return load()


def _console() -> "Console":
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(width=None if terminal else 120, highlight=False, no_color=None if terminal else True)


def _today(given: str | None) -> date:
    if given is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InputError(f"--today must be a date such as 2026-11-23 (given: {given!r})") from None


def _print_json(data: Any) -> None:
    click.echo(jsonlib.dumps(data, indent=1, ensure_ascii=False, allow_nan=False))


# ── forecast ─────────────────────────────────────────────────────────────────────────────────────────


@main.command()
@click.argument("case_file", metavar="CASE", type=click.Path(path_type=Path))
@click.option("--continue", "goes_on", is_flag=True, help="Everything goes on as it is (the default).")
@click.option("--stop", is_flag=True, help="Everything stops at once: to see why nobody should do it.")
@click.option(
    "--taper", "taper_file", type=click.Path(path_type=Path), help="TOML file with [[step]] tables: dose a day, days."
)
@click.option(
    "--to", "to_dose", metavar="DOSE", help="Lower to this daily dose in equal weekly steps, such as 0.5mg or 0mg."
)
@click.option("--over", "over_weeks", metavar="WEEKS", type=int, help="Over this many weeks (with --to).")
@click.option("--drug", help="The drug to lower; default the one that carries most of the effect.")
@click.option("--people", default=1000, show_default=True, type=click.IntRange(1), help="Virtual people.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Same seed, same people.")
@click.option("--weeks", type=click.IntRange(1, 520), help="Weeks to show after the last change.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for charts, CSV, Parquet and JSON.")
@click.option("--today", help="Day of the forecast (default: the case's own, or the clock's).")
@click.option("--full", is_flag=True, help="Every week, flag and source.")
@click.option("--json", "as_json", is_flag=True, help="For machines, on standard output.")
def forecast(
    case_file: Path,
    goes_on: bool,
    stop: bool,
    taper_file: Path | None,
    to_dose: str | None,
    over_weeks: int | None,
    drug: str | None,
    people: int,
    seed: int,
    weeks: int | None,
    out: Path | None,
    today: str | None,
    full: bool,
    as_json: bool,
) -> None:
    """Forecast one case: what is on board, tone, severity with its range, phases, symptoms, red flags.

    \b
    Examples
      homeostat forecast examples/typical.toml --continue
      homeostat forecast examples/typical.toml --to 0mg --over 20 --out out/slow
      homeostat forecast examples/typical.toml --stop --json
    """
    from homeostat.care import case as cases
    from homeostat.care import forecast as care

    facts = _facts()
    case = cases.read(case_file, _today(today), facts)
    regimen = cases.regimen(case, cases.today(case), facts)
    _refuse_too_much(people, regimen.days, weeks or 26)
    if drug is not None:
        facts.drug(drug)
    scenario = _scenario(goes_on, stop, taper_file, to_dose, over_weeks, drug, regimen, facts)
    console = _console()
    if as_json:
        made = care.forecast(case, scenario, facts=facts, people=people, seed=seed, weeks=weeks)
    else:
        with console.status(f"Simulating {people:,} people …"):
            made = care.forecast(case, scenario, facts=facts, people=people, seed=seed, weeks=weeks)
    _deliver(made, out, as_json, full, console)


def _deliver(made: "Forecast", out: Path | None, as_json: bool, full: bool, console: "Console") -> None:
    paths: tuple[Path, ...] = ()
    if out is not None:
        from homeostat.report import files
        from homeostat.report.gallery import draw_forecast

        if as_json:
            paths = files.write(made, out, lambda part: draw_forecast(made, part))
        else:
            with console.status(f"Drawing and writing to {out} …"):
                paths = files.write(made, out, lambda part: draw_forecast(made, part))
    if as_json:
        from homeostat.report.files import as_json as plain

        _print_json(plain(made))
        return
    from homeostat.report.terminal import show

    show(made, console, full=full)
    if paths:
        console.print(f"Written to {out}: " + ", ".join(path.name for path in paths))


def _refuse_too_much(people: int, days: float, weeks: int) -> None:
    """Refuse a request larger than the memory, before anything is computed."""
    from homeostat.errors import CapacityError
    from homeostat.report.memory import available_bytes

    needed = people * (weeks * 7 + 40) * BYTES_PER_PERSON_DAY
    have = available_bytes()
    if needed > have:
        fitting = int(have / ((weeks * 7 + 40) * BYTES_PER_PERSON_DAY) // 1000 * 1000)
        raise CapacityError(
            f"{people:,} people over {weeks} weeks need about {needed / 2**30:.1f} GiB and {have / 2**30:.1f} GiB are free;"
            f" ask for at most {max(fitting, 1):,} people or fewer weeks"
        )


def _scenario(
    goes_on: bool,
    stop: bool,
    taper_file: Path | None,
    to_dose: str | None,
    over_weeks: int | None,
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
        )
        if is_set
    ]
    if len(asked) > 1:
        raise InputError(f"{' and '.join(asked)} exclude each other; give one")
    if (over_weeks is not None) != (to_dose is not None):
        raise InputError("--to and --over belong together, such as --to 0.5mg --over 12")
    if stop:
        return care.Scenario("stop")
    if to_dose is None and taper_file is None:
        return care.Scenario("continue")
    name = drug or care.main_drug(regimen, facts)
    if taper_file is not None:
        from homeostat.care.taper import read_taper

        return care.Scenario("taper", name, read_taper(taper_file))
    present = regimen.mg_per_day(name, regimen.days - 0.5)
    return care.Scenario("taper", name, care.evenly(present, _dose_or_zero(str(to_dose)), int(over_weeks or 0)))


def _dose_or_zero(typed: str) -> float:
    """Return a target dose [mg]; nothing at all may be written 0, 0mg or 0 mg."""
    from homeostat.care.quantity import dose_mg

    return 0.0 if typed.strip().lower().replace(" ", "") in {"0", "0mg"} else dose_mg(typed, "--to")


# ── cases ────────────────────────────────────────────────────────────────────────────────────────────


@main.group(name="case", cls=_Group)
def case_group() -> None:
    """Write and check a case file."""


@case_group.command(name="check")
@click.argument("case_file", metavar="CASE", type=click.Path(path_type=Path))
@click.option("--today", help="Day on which the case is read.")
@click.option("--json", "as_json", is_flag=True)
def case_check(case_file: Path, today: str | None, as_json: bool) -> None:
    """Explain what a case says, what is missing, and why it matters."""
    from homeostat.care import case as cases

    facts = _facts()
    case = cases.read(case_file, _today(today), facts)
    remarks = cases.check(case, facts)
    if as_json:
        _print_json({"case": case.id, "remarks": [vars(remark) for remark in remarks]})
        return
    console = _console()
    console.print(f"[bold]{case.title}[/bold]: the file can be read.")
    for remark in remarks:
        console.print(f"  {remark}")


@case_group.command(name="new")
@click.argument("case_file", metavar="FILE", type=click.Path(path_type=Path))
def case_new(case_file: Path) -> None:
    """Ask for a case step by step and write it to FILE."""
    from homeostat.care import case as cases
    from homeostat.errors import OutputError

    if case_file.exists():
        raise OutputError(f"{case_file}: this file exists already; choose another name")
    known = _facts()

    def ask(question: cases.Question, wrong: str) -> str:
        if wrong:
            click.secho(wrong, fg="yellow")
        elif question.help:
            click.secho(question.help, dim=True)
        choices = f" [{'/'.join(question.choices)}]" if question.choices else ""
        return str(
            click.prompt(question.prompt + choices, default=question.default or "", show_default=bool(question.default))
        )

    text = cases.write(cases.interview(ask, known))
    cases.parse_text(text, _today(None), known, str(case_file))
    try:
        part = case_file.with_name(f".{case_file.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(case_file)
    except OSError as problem:
        raise OutputError(f"{case_file}: cannot be written ({problem.strerror})") from None
    click.echo(f"Written to {case_file}. Next: homeostat case check {case_file}")


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────


@main.command()
@click.argument("kind", required=False)
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True)
def facts(kind: str | None, name: str | None, as_json: bool) -> None:
    """Show what the sources say: a list of kinds, all of one kind, or one record with its sources.

    \b
    Examples
      homeostat facts
      homeostat facts symptom
      homeostat facts drug clonazepam
      homeostat facts interaction --json
    """
    from homeostat.facts import KINDS
    from homeostat.report.facts import show_kind, show_kinds, show_record

    known = _facts()
    if kind is None:
        if as_json:
            _print_json({key: len(getattr(known, attribute)) for key, attribute in KINDS.items()})
        else:
            show_kinds(known, _console())
        return
    if kind not in KINDS:
        raise InputError(f"there is no kind of facts '{kind}'.{nearest(kind, KINDS)} Known: {', '.join(KINDS)}")
    records = getattr(known, KINDS[kind])
    if name is None:
        if as_json:
            _print_json({key: record.model_dump(mode="json") for key, record in records.items()})
        else:
            show_kind(kind, records, _console())
        return
    if kind == "drug":
        known.drug(name)
    found = {key.lower(): key for key in records}.get(name.lower())
    if found is None:
        raise InputError(f"there is no {kind} '{name}'.{nearest(name, records)}")
    if as_json:
        _print_json(records[found].model_dump(mode="json"))
    else:
        show_record(kind, records[found], known, _console())


@main.command()
@click.argument("from_drug")
@click.argument("to_drug")
@click.argument("dose")
@click.option("--json", "as_json", is_flag=True)
def equivalence(from_drug: str, to_drug: str, dose: str, as_json: bool) -> None:
    """Show what a dose of one drug equals of another, by every published table: a range, never one number.

    \b
    Example
      homeostat equivalence clonazepam diazepam 2mg
    """
    from homeostat.care.quantity import dose_mg
    from homeostat.facts.equivalence import equivalent
    from homeostat.report.facts import equivalence_as_json, show_equivalence

    known = _facts()
    found = equivalent(known, from_drug, to_drug, dose_mg(dose))
    if as_json:
        _print_json(equivalence_as_json(found))
    else:
        show_equivalence(found, known, _console())


# ── claims, validation, export, bench ────────────────────────────────────────────────────────────────


@main.command()
@click.argument("ids", nargs=-1)
@click.option("--json", "as_json", is_flag=True)
def claims(ids: tuple[str, ...], as_json: bool) -> None:
    """Show every claim of the source documents with the product's own answer beside it.

    \b
    Examples
      homeostat claims
      homeostat claims T4 H9 --json
    """
    from homeostat.report.claims import show_answers
    from homeostat.study.claims import claims as answer

    console = _console()
    if as_json:
        _print_json([found.as_dict() for found in answer(_facts(), ids or None)])
        return
    with console.status("Simulating the cohorts that answer the claims …"):
        found = answer(_facts(), ids or None)
    show_answers(found, console, full=bool(ids))


@main.command()
@click.argument("case_file", metavar="CASE", type=click.Path(path_type=Path))
@click.option("--sbml", "as_sbml", is_flag=True, help="SBML Level 3 Version 2, the only format so far.")
@click.option("--stop", is_flag=True, help="Everything stops at once after today.")
@click.option("--days", default=120, show_default=True, type=click.IntRange(1, 3650), help="Days after today.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; default standard output.")
@click.option("--today", help="Day on which the case is read.")
def export(case_file: Path, as_sbml: bool, stop: bool, days: int, out: Path | None, today: str | None) -> None:
    """Write the median person of a case as a model that other simulators can run."""
    from homeostat.care import case as cases
    from homeostat.errors import OutputError
    from homeostat.exchange.sbml import sbml
    from homeostat.model.patients import median

    if not as_sbml:
        raise InputError("say which format: --sbml")
    known = _facts()
    case = cases.read(case_file, _today(today), known)
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


@main.command()
@click.option("--json", "as_json", is_flag=True)
def validate(as_json: bool) -> None:
    """Compare the model with the open studies: predicted band against observed, hits and misses."""
    from homeostat.report.claims import show_validation
    from homeostat.study.validation import validation

    console = _console()
    if as_json:
        _print_json([found.as_dict() for found in validation(_facts())])
        return
    with console.status("Simulating the studies …"):
        found = validation(_facts())
    show_validation(found, console)


@main.command()
def bench() -> None:
    """Measure the engine against other simulators (needs the source tree; see docs/performance.md)."""
    import runpy

    folder = Path(__file__).parents[2]
    if not (folder / "bench" / "__main__.py").exists():
        raise InputError(
            "the benchmarks are part of the source tree, not of the installed package: clone it and run make bench"
        )
    sys.path.insert(0, str(folder))
    runpy.run_module("bench", run_name="__main__")


if __name__ == "__main__":
    main()
