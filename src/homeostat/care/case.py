"""Case: one TOML file that a clinician writes by hand becomes a person, a regimen, and the conditions to weigh."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

from homeostat.care import words
from homeostat.care.case_records import REPEATED, TABLES, Case, Intake
from homeostat.care.case_rules import drugs_taken, is_taken, mg_per_day, problems, today
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.facts.reader import parse, read_toml
from homeostat.model.patients import Person
from homeostat.model.regimen import FIRST_DOSE_HOUR, Change, Regimen, Step, Use

__all__ = [
    "Case",
    "changes",
    "conditions",
    "day_0",
    "day_of",
    "drugs_taken",
    "from_table",
    "is_taken",
    "mg_per_day",
    "person",
    "read",
    "regimen",
    "today",
]

LARGEST_FILE_BYTES = 1_000_000
LONG_BEFORE_D = 365.0
"""A medicine without 'since' is taken to have begun this long before day 0: its effect on enzymes has settled."""
ILLNESS: Mapping[str, float] = {"none": 0.0, "mild": 0.33, "moderate": 0.66, "severe": 1.0, "unknown": 0.0}
_UNQUOTED = re.compile(r"[={,]\s*[0-9.,]+\s*(mg|ug|mcg|µg|μg|ng/mL)", re.IGNORECASE)
_DIGIT_COMMA = re.compile(r"=\s*[0-9]+,[0-9]")
TOP = "at the top of the file, above the first table"
_COMMA_HINT = " (a decimal comma? write 0.5, not 0,5)"


def read(path: Path | str, today: date, facts: Facts) -> Case:
    """Return the case that stands in a file.

    Args:
        path: a TOML file; docs/case.md describes its keys.
        today: the day it is read; it is the case's own day unless the file says another.

    Returns:
        the case, with `today` set.

    Raises:
        InputError: the file cannot be read, or is no usable case; every fault is a line with the file, the key and,
            where there is one, the nearest right word.
    """
    path = Path(path)
    try:
        if path.is_file() and path.stat().st_size > LARGEST_FILE_BYTES:
            raise InputError(f"{path}: this file is larger than 1 MB, too large for a case")
        table = read_toml(path, InputError)
    except InputError as problem:
        raise InputError(_with_hint(str(problem), path)) from None
    except RecursionError:
        raise InputError(f"{path}: brackets are nested too deeply to be a case") from None
    except (OSError, ValueError) as problem:
        raise InputError(f"{path!s}: this file cannot be read: {problem}") from None
    return from_table(table, today, facts, str(path))


def from_table(table: Mapping[str, Any], today: date, facts: Facts, where: str = "case") -> Case:
    """Return a table of answers as a case; arguments and faults as `read`.

    Args:
        where: what stands in front of each sentence, as a rule the file's name.
    """
    try:
        case = parse(Case, dict(table), where, InputError)
    except InputError as problem:
        raise InputError("\n".join(line + _where_it_belongs(line) for line in str(problem).split("\n"))) from None
    except (ValueError, RecursionError):
        raise InputError(f"{where}: a number or a nesting in this file is too large for any case") from None
    if case.today is None:
        case = case.model_copy(update={"today": today})
    elif case.today > today + timedelta(days=1):  # a day's grace: the clinic may be ahead of the machine's time zone
        raise InputError(f"{where}: 'today': {case.today} lies in the future (it is {today})")
    if found := problems(case, facts):
        raise InputError("\n".join(f"{where}: {problem}" for problem in found))
    return case


def person(case: Case) -> Person:
    """Return what the model needs to know of the person; what is unknown counts as typical.

    From a year of birth the age is that of the middle of the year: today.year − birth_year (± 1).
    """
    who = case.person
    age = who.age_years if who.age_years is not None else float(today(case).year - (who.birth_year or 0))

    def known(word: str, otherwise: str) -> str:
        return otherwise if word == "unknown" else word

    return Person(
        age_years=age,
        weight_kg=who.weight_kg,
        illness=ILLNESS[who.illness],
        sex=known(who.sex, "not said"),
        liver=known(who.liver, "normal"),
        cyp3a=known(who.cyp3a, "normal"),
        cyp2c19=known(who.cyp2c19, "normal"),
        nat2=known(who.nat2, "not said"),
    )


def regimen(case: Case, today: date, facts: Facts) -> Regimen:
    """Return what was taken from day 0, the first day of the earliest use, to a day, as a rule the case's own today.

    Uses of one drug by one route become one Use; a gap between them is a step without doses. The model's day runs
    from 08:00 to 08:00, so a dose before 08:00 counts to the night before.
    """
    together: dict[tuple[str, str], list[Intake]] = {}
    for use in sorted(case.use, key=lambda use: use.since):
        together.setdefault((use.drug, use.route), []).append(use)
    uses = tuple(Use(drug, _steps(case, parts), route) for (drug, route), parts in together.items())
    return Regimen(uses, day_of(case, today), changes(case, drugs_taken(case), facts))


def changes(case: Case, drugs: Iterable[str], facts: Facts) -> tuple[Change, ...]:
    """Return what the other medicines do to the clearance of some drugs, also of drugs not yet taken.

    Only interactions with a clearance fold and an onset in the facts are counted; the others are remarks of `check`.
    """
    found = []
    for drug in dict.fromkeys(drugs):
        for medicine in case.medicine:
            ends = inf if medicine.until is None else day_of(case, medicine.until)
            begins = min(0.0, ends) - LONG_BEFORE_D if medicine.since is None else day_of(case, medicine.since)
            for row in words.interactions(medicine.name, facts.drug(drug), facts):
                fold, half_time_d = row.clearance_fold, row.onset_half_time_d
                if row.victim == drug and fold is not None and fold != 1 and half_time_d is not None:
                    found.append(Change(medicine.name, drug, fold, begins, ends, half_time_d))
    return tuple(found)


def conditions(case: Case) -> tuple[str, ...]:
    """Return the conditions by their known words, pregnancy included; what was not asked is not in it."""
    named = list(case.conditions or ())
    if case.person.pregnant == "yes":
        named.append("pregnancy")
    canonical = {word.lower(): word for word in words.OTHER_CONDITIONS}
    return tuple(dict.fromkeys(canonical.get(word, word) for word in named))


def day_0(case: Case) -> date:
    """Return the first day of the earliest use."""
    return min(use.since for use in case.use)


def day_of(case: Case, day: date, hour: time | None = None) -> float:
    """Return the model's day of a date: whole days from day 0, by the calendar, so no clock change moves it [d].

    Args:
        hour: local time; without it the moment just before the first dose of the day (08:00).
    """
    days = float((day - day_0(case)).days)
    if hour is None:
        return days
    return days + (hour.hour + hour.minute / 60 - FIRST_DOSE_HOUR) / 24


def _steps(case: Case, parts: list[Intake]) -> tuple[Step, ...]:
    steps = []
    for use, following in pairwise([*parts, None]):
        assert use is not None
        doses = sorted(use.doses, key=lambda dose: dose.time)
        hours, mg = tuple(dose.hour for dose in doses), tuple(dose.dose_mg for dose in doses)
        steps.append(Step(day_of(case, use.since), hours, mg))
        if use.until is not None and (following is None or following.since > use.until):
            steps.append(Step(day_of(case, use.until)))
    return tuple(steps)


def _with_hint(problem: str, path: Path) -> str:
    """Say what most often lies behind a line that is not TOML."""
    found = re.search(r"at line ([0-9]+)", problem)
    if not found:
        return problem
    lines = path.read_text(encoding="utf-8").splitlines()
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
    names = [f"in [[{place}]]" if place in REPEATED else f"in [{place}]" if place else TOP for place in places]
    return f" '{key}' belongs {' or '.join(names)}."


def _places() -> dict[str, list[str]]:
    """Return for each key the tables that know it; '' is the top of the file."""
    places: dict[str, list[str]] = {}
    for table, record in TABLES.items():
        for name, info in record.model_fields.items():
            places.setdefault(info.alias or name, []).append(table)
    return places
