"""Read a case and a plan from their files."""

from datetime import date
from pathlib import Path

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.case.rules import planned_ahead
from homeostat.care.plan.records import Plan
from homeostat.errors import InputError
from homeostat.facts import Facts, load


def read_case(
    path: Path | str, *, today: date, on: date | None = None, facts: Facts | None = None
) -> Case:
    """Return the case that stands in a TOML file.

    Args:
        today: the day by the caller's clock; the case's own day goes first.
        on: read the case as it stands on this day, whatever it says.
        facts: default those that ship.

    Raises:
        InputError: the case cannot be used, or `on` lies more than a year ahead.
    """
    known = facts or load()
    if on is not None and on > today + planned_ahead(known):
        raise InputError(f"--today: {on} lies more than a year ahead (it is {today})")
    return cases.read(path, today, known, on=on)


def read_plan(path: Path | str, *, facts: Facts | None = None) -> Plan:
    """Return the plan that stands in a JSON file.

    Raises:
        InputError: the file is no plan.
    """
    return plans.read(path, facts or load())
