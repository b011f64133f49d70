"""Case: one TOML file that a clinician writes by hand, read strictly and with every fault named at
once.

The modules of this package: format (the file and its keys), records (what runs), conversion (from
the one to the other), rules (faults), model (what the model needs), remarks (what is missing),
form (questions, and writing a file), hidden (characters that nobody sees).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from homeostat.care.case import format as case_file
from homeostat.care.case.form import Question, answer, interview, questions, write
from homeostat.care.case.format import REPEATED, TABLES
from homeostat.care.case.hidden import hidden_characters
from homeostat.care.case.model import changes, conditions, day_0, day_of, person, regimen
from homeostat.care.case.own_words import with_known_conditions, with_mass_levels
from homeostat.care.case.records import Case
from homeostat.care.case.remark import Remark
from homeostat.care.case.remarks import check
from homeostat.care.case.rules import drugs_taken, is_taken, mg_per_day, problems, today
from homeostat.errors import InputError, Problem
from homeostat.facts import Facts
from homeostat.facts.reader import read_text

__all__ = [
    "Case",
    "Question",
    "Remark",
    "answer",
    "changes",
    "check",
    "conditions",
    "day_0",
    "day_of",
    "drugs_taken",
    "from_table",
    "interview",
    "is_taken",
    "mg_per_day",
    "parse_text",
    "person",
    "questions",
    "read",
    "regimen",
    "today",
    "write",
]

LARGEST_FILE_BYTES = 1_000_000
_UNQUOTED = re.compile(r"[={,]\s*[0-9.,]+\s*(mg|ug|mcg|µg|μg|ng/mL)", re.IGNORECASE)
_DIGIT_COMMA = re.compile(r"=\s*[0-9]+,[0-9]")
_TOP = "at the top of the file, above the first table"
_COMMA_HINT = " (a decimal comma? write 0.5, not 0,5)"


def read(path: Path | str, today: date, facts: Facts, *, on: date | None = None) -> Case:
    """Return the case that stands in a file.

    Args:
        path: a TOML file; docs/case.md describes its keys.
        today: the day it is read; it is the case's own day unless the file says another.
        on: the day on which it shall speak, whatever the file says.

    Returns:
        the case, with `today` set.

    Raises:
        InputError: the file cannot be read, or is no usable case; every fault is a line with the
            file, the key and, where there is one, the nearest right word.
    """
    text = read_text(Path(path), "a case", InputError, LARGEST_FILE_BYTES)
    return parse_text(text, today, facts, str(path), on=on)


def parse_text(
    text: str, today: date, facts: Facts, where: str = "case", *, on: date | None = None
) -> Case:
    """Return the case that stands in a text; arguments and faults as `read`, with `where` in the
    place of the file.
    """
    try:
        table = tomllib.loads(text)
    except RecursionError:
        said = "brackets are nested too deeply to be a case"
        raise InputError(problems=[Problem("", "too-large", said)], where=where) from None
    except ValueError as problem:
        wrong = Problem("", "not-toml", _with_hint(str(problem), text))
        raise InputError(problems=[wrong], where=where) from None
    return from_table(table, today, facts, where, on=on)


def from_table(
    table: Mapping[str, Any],
    today: date,
    facts: Facts,
    where: str = "case",
    *,
    on: date | None = None,
) -> Case:
    """Return a table of answers as a case; arguments and faults as `read`.

    Args:
        where: what stands in front of each sentence, as a rule the file's name.
    """
    if hidden := hidden_characters(table):
        raise InputError(problems=hidden, where=where)
    try:
        case = case_file.read(with_mass_levels(table, facts), where)
    except InputError as error:
        found = [_where_it_belongs(problem) for problem in error.problems]
        raise InputError(problems=found, where=where) from None
    except (ValueError, RecursionError):
        said = "a number or a nesting in this file is too large for any case"
        raise InputError(problems=[Problem("", "too-large", said)], where=where) from None
    case = with_known_conditions(case, facts)
    if on is not None:
        case = replace(case, today=on)
    elif case.today is None:
        case = replace(case, today=today)
    elif case.today > today + timedelta(
        days=1
    ):  # a day's grace: the clinic may be ahead of the machine's time zone
        said = f"{case.today} lies in the future (it is {today})"
        raise InputError(problems=[Problem("today", "wrong-date", said)], where=where)
    if faults := problems(case, facts):
        raise InputError(problems=faults, where=where)
    return case


def _with_hint(problem: str, text: str) -> str:
    """Say what most often lies behind a line that is not TOML."""
    found = re.search(
        r"at line ([0-9]+)", problem
    )  # tomllib names the line nowhere else before 3.14
    if not found:
        return problem
    lines = text.splitlines()
    number = int(found[1]) - 1
    line = lines[number] if number < len(lines) else ""
    if lines and lines[0].startswith("\ufeff"):
        return f"{problem} (the file begins with a byte-order mark; save it as UTF-8 without one)"
    if unquoted := _UNQUOTED.search(line):
        return (
            f'{problem.removesuffix(_COMMA_HINT)} (is a quotation mark missing? write "0.5'
            f' {unquoted[1]}")'
        )
    if not _DIGIT_COMMA.search(line):
        return problem.removesuffix(_COMMA_HINT)
    return problem if problem.endswith(_COMMA_HINT) else problem + _COMMA_HINT


def _where_it_belongs(problem: Problem) -> Problem:
    """Return an unknown key with the table it belongs in, where another table knows it."""
    if problem.code != "unknown-key":
        return problem
    table, _, key = problem.path.rpartition(".")
    places = _places().get(key, [])
    if not places or table.split("[")[0] in places:
        return problem
    names = [
        f"in [[{place}]]" if place in REPEATED else f"in [{place}]" if place else _TOP
        for place in places
    ]
    return replace(problem, hint=f"{problem.hint} '{key}' belongs {' or '.join(names)}.".strip())


def _places() -> dict[str, list[str]]:
    """Return for each key the tables that know it; '' is the top of the file."""
    places: dict[str, list[str]] = {}
    for table, record in TABLES.items():
        for name, info in record.model_fields.items():
            places.setdefault(info.alias or name, []).append(table)
    return places
