"""Write and check a case file."""

import os
from pathlib import Path

import click

from homeostat.cli.app import (
    Group,
    case_argument,
    json_option,
    load_facts,
    open_console,
    print_json,
    read_case,
    read_today,
    say,
    today_option,
)


@click.group(cls=Group)
def case() -> None:
    """Write and check a case file."""


@case.command(name="check")
@case_argument
@today_option
@json_option
def check(case_file: Path, today: str | None, as_json: bool) -> None:
    """Explain what a case says, what is missing, and why it matters.

    \b
    Examples
      homeostat case check examples/typical.toml
      homeostat case check examples/typical.toml --today 2026-12-01 --json
    """
    from rich.text import Text

    from homeostat.care import case as cases

    facts = load_facts()
    read = read_case(case_file, today, facts)
    remarks = cases.check(read, facts)
    if as_json:
        print_json({"case": read.id, "remarks": [vars(remark) for remark in remarks]})
        return
    console = open_console()
    console.print(Text.assemble((read.title, "bold"), ": the file can be read."))
    for remark in remarks:
        console.print(Text(f"  {remark}"))


@case.command(name="new")
@click.argument("case_file", metavar="FILE", type=click.Path(path_type=Path))
def new(case_file: Path) -> None:
    """Ask for a case step by step and write it to FILE; docs/case.md says how to write one by hand.

    \b
    Example
      homeostat case new mine.toml
    """
    from homeostat.care import case as cases
    from homeostat.errors import OutputError
    from homeostat.report.files.atomic import write_file

    if case_file.exists():
        raise OutputError(f"{case_file}: this file exists already; choose another name")
    folder = next(parent for parent in case_file.absolute().parents if parent.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise OutputError(
            f"{case_file}: cannot be written in {folder}; choose another place before you are asked"
            " anything"
        )
    known = load_facts()

    def ask(question: cases.Question, wrong: str) -> str:
        if wrong:
            say(wrong, fg="yellow")
        elif question.help:
            say(question.help, dim=True)
        choices = f" [{'/'.join(question.choices)}]" if question.choices else ""
        return str(
            click.prompt(
                question.prompt + choices,
                default=question.default or "",
                show_default=bool(question.default),
            )
        )

    text = cases.write(cases.interview(ask, known))
    cases.parse_text(text, read_today(None), known, str(case_file))
    write_file(case_file, text)
    say(f"Written to {case_file}. Next: homeostat case check {case_file}")
