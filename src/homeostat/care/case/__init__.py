"""Case: one TOML file that a clinician writes by hand, read strictly and with every fault named at once.

This module is the door to the rooms behind it: case_records (the keys), case_rules (faults), case_model (what the model
needs), case_check (what is missing) and case_form (questions, and writing a file).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from homeostat.care.case.form import Question, answer, interview, questions, write
from homeostat.care.case.model import changes, conditions, day_0, day_of, person, regimen
from homeostat.care.case.records import REPEATED, TABLES, Case
from homeostat.care.case.remark import Remark
from homeostat.care.case.remarks import check
from homeostat.care.case.rules import drugs_taken, is_taken, mg_per_day, problems, today
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.facts.reader import parse, read_text

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
        InputError: the file cannot be read, or is no usable case; every fault is a line with the file, the key and,
            where there is one, the nearest right word.
    """
    text = read_text(Path(path), "a case", InputError, LARGEST_FILE_BYTES)
    return parse_text(text, today, facts, str(path), on=on)


def parse_text(
    text: str, today: date, facts: Facts, where: str = "case", *, on: date | None = None
) -> Case:
    """Return the case that stands in a text; arguments and faults as `read`, with `where` in the place of the file."""
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{where}: brackets are nested too deeply to be a case") from None
    except ValueError as problem:
        raise InputError(_with_hint(f"{where}: {problem}", text)) from None
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
    try:
        if odd := next(_odd_keys(table), None):
            raise InputError(
                f"{where}: the key {odd!r} holds a character that cannot be shown; take it out"
            )
        case = parse(Case, dict(table), where, InputError)
    except InputError as problem:
        raise InputError(
            "\n".join(line + _where_it_belongs(line) for line in str(problem).split("\n"))
        ) from None
    except (ValueError, RecursionError):
        raise InputError(
            f"{where}: a number or a nesting in this file is too large for any case"
        ) from None
    if on is not None:
        case = case.model_copy(update={"today": on})
    elif case.today is None:
        case = case.model_copy(update={"today": today})
    elif case.today > today + timedelta(
        days=1
    ):  # a day's grace: the clinic may be ahead of the machine's time zone
        raise InputError(f"{where}: 'today': {case.today} lies in the future (it is {today})")
    if found := problems(case, facts):
        raise InputError("\n".join(f"{where}: {problem}" for problem in found))
    return case


def _odd_keys(node: Any) -> Iterator[str]:
    """Yield the keys, at any depth, that a message could not show on one line."""
    if isinstance(node, Mapping):
        yield from (str(key) for key in node if not str(key).isprintable())
    for inner in (
        node.values()
        if isinstance(node, Mapping)
        else node
        if isinstance(node, list | tuple)
        else ()
    ):
        yield from _odd_keys(inner)


def _with_hint(problem: str, text: str) -> str:
    """Say what most often lies behind a line that is not TOML."""
    found = re.search(r"at line ([0-9]+)", problem)
    if not found:
        return problem
    lines = text.splitlines()
    number = int(found[1]) - 1
    line = lines[number] if number < len(lines) else ""
    if lines and lines[0].startswith("\ufeff"):
        return f"{problem} (the file begins with a byte-order mark; save it as UTF-8 without one)"
    if unquoted := _UNQUOTED.search(line):
        return f'{problem.removesuffix(_COMMA_HINT)} (is a quotation mark missing? write "0.5 {unquoted[1]}")'
    if not _DIGIT_COMMA.search(line):
        return problem.removesuffix(_COMMA_HINT)
    return problem if problem.endswith(_COMMA_HINT) else problem + _COMMA_HINT


def _where_it_belongs(line: str) -> str:
    """Say where a key belongs that is known, but in another table."""
    found = re.search(r"unknown key '([^']*)'", line)
    if not found:
        return ""
    table, _, key = found[1].rpartition(".")
    places = _places().get(key, [])
    if not places or table.split("[")[0] in places:
        return ""
    names = [
        f"in [[{place}]]" if place in REPEATED else f"in [{place}]" if place else _TOP
        for place in places
    ]
    return f" '{key}' belongs {' or '.join(names)}."


def _places() -> dict[str, list[str]]:
    """Return for each key the tables that know it; '' is the top of the file."""
    places: dict[str, list[str]] = {}
    for table, record in TABLES.items():
        for name, info in record.model_fields.items():
            places.setdefault(info.alias or name, []).append(table)
    return places
