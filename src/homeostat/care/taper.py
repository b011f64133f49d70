"""Taper: a file of daily doses and how long each lasts, as written by hand."""

from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from homeostat.care.case.keys import Mg
from homeostat.care.forecast.scenario import Steps
from homeostat.errors import InputError, Problem
from homeostat.facts import Facts
from homeostat.facts.reader import parse, read_toml
from homeostat.facts.records import Many, Record
from homeostat.language.quantity import is_nothing, mg_text


class TaperStep(Record):
    """One daily dose of one drug and how long it lasts; the last step may be 0 and lasts for
    good.
    """

    drug: str | None = None
    dose_mg_per_day: Annotated[
        Mg | None, BeforeValidator(lambda given: None if is_nothing(given) else given)
    ] = Field(default=None, alias="dose")
    days: int | None = Field(default=None, ge=1, le=3650)


class Taper(Record):
    """Steps in order, each drug's own from today on; after its last step nothing is taken, unless
    it has no `days`.
    """

    step: Many[TaperStep] = Field(min_length=1, max_length=1000)


def read_taper(path: Path, drug: str, facts: Facts) -> dict[str, Steps]:
    """Return the steps of a taper file by drug; a missing dose is none, missing days are for good.

    Args:
        drug: the one that is meant where a step names none.

    Raises:
        InputError: the file cannot be read, names an unknown drug, rises, or goes on after a step
            without days.
    """
    table: dict[str, Any] = read_toml(path, InputError, "a taper")
    found: dict[str, list[tuple[float, float]]] = {}
    for number, step in enumerate(parse(Taper, table, str(path), InputError).step, start=1):
        at = f"step[{number}]"
        try:
            name = facts.drug(step.drug or drug).id
        except InputError as error:
            found_here = [replace(problem, path=at) for problem in error.problems]
            raise InputError(problems=found_here, where=str(path)) from None
        before, mg = found.setdefault(name, []), step.dose_mg_per_day or 0.0
        if before and before[-1][1] == inf:
            said = f"only the last step of {name} may be without 'days'"
            raise InputError(problems=[Problem(at, "missing", said)], where=str(path))
        if before and mg > before[-1][0] + 1e-9:
            said = f"a taper never rises ({mg_text(mg)} after {mg_text(before[-1][0])} of {name})"
            raise InputError(problems=[Problem(at, "conflict", said)], where=str(path))
        before.append((mg, inf if step.days is None else float(step.days)))
    return {name: tuple(steps) for name, steps in found.items()}
