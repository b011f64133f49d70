"""Taper: a file of daily doses and how long each lasts, as written by hand."""

from math import inf
from pathlib import Path
from typing import Any

from pydantic import Field

from homeostat.care.case_records import Mg
from homeostat.errors import InputError
from homeostat.facts.reader import parse, read_toml
from homeostat.facts.records import Many, Record


class TaperStep(Record):
    """One daily dose and how long it lasts; the last step may be 0 and lasts for good."""

    dose_mg_per_day: Mg | None = Field(default=None, alias="dose")
    days: int | None = Field(default=None, ge=1, le=3650)


class Taper(Record):
    """Steps in order; after the last one nothing is taken, unless it has no `days` and so lasts."""

    step: Many[TaperStep] = Field(min_length=1, max_length=1000)


def read_taper(path: Path) -> tuple[tuple[float, float], ...]:
    """Return the steps of a taper file as (mg a day, days); a missing dose is none, missing days are for good.

    Raises:
        InputError: the file cannot be read, rises, or goes on after a step without days.
    """
    table: dict[str, Any] = read_toml(path, InputError)
    taper = parse(Taper, table, str(path), InputError)
    steps: list[tuple[float, float]] = []
    for number, step in enumerate(taper.step, start=1):
        mg = step.dose_mg_per_day or 0.0
        if step.days is None and number < len(taper.step):
            raise InputError(f"{path}: 'step[{number}]': only the last step may be without 'days'")
        if steps and mg > steps[-1][0] + 1e-9:
            raise InputError(f"{path}: 'step[{number}]': a taper never rises ({mg:g} mg after {steps[-1][0]:g} mg)")
        steps.append((mg, float(step.days) if step.days is not None else inf))
    return tuple(steps)
