"""Forecast a case under a scenario; a plan is checked first, and what refuses it is said with the
forecast.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from homeostat.actions.check import check
from homeostat.care import case as cases
from homeostat.care import forecast as care
from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.cohort import People
from homeostat.care.findings import Finding
from homeostat.care.forecast import Forecast, Scenario
from homeostat.care.memory import require_memory
from homeostat.care.taper import read_taper
from homeostat.errors import InputError
from homeostat.facts import Facts, load
from homeostat.model.stream import Progress

if TYPE_CHECKING:
    from homeostat.report.charts.renderer import Pen

PEOPLE = 1000
"""Virtual people of a forecast unless asked otherwise."""
DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Forecasted:
    """A forecast, and what refuses the plan it is of; `forecast.warning` says that it is
    refused.
    """

    forecast: Forecast
    refusals: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Band:
    """Severity alone on the first day of each week from today on.

    Attributes:
        warning: what must be said before anything else; empty if nothing must.
        rows: week, and the low, middle and high severity of 8 people in 10 [points].
        refusals: what refuses the plan it is of.
    """

    warning: str
    rows: tuple[tuple[int, float, float, float], ...]
    refusals: tuple[Finding, ...] = ()


def forecast(
    case: Case,
    scenario: Scenario,
    *,
    facts: Facts | None = None,
    people: People = PEOPLE,
    seed: int = 1,
    weeks: int | None = None,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Forecasted:
    """Return what is expected for a case under a scenario.

    Args:
        people: how many are drawn like the person with `seed`, or people who are given.
        weeks: weeks that are shown after the last change.
        tell: called now and then with what is being done and the share of all that is done.

    Raises:
        InputError: the plan is for another case, or the scenario speaks of a drug that is not
            taken.
        CapacityError: the machine has too little memory for so many people.
    """
    known = facts or load()
    if scenario.plan is not None:
        plans.require_for(scenario.plan, case)
    require_memory(people, care.days_shown(case, scenario, facts=known, weeks=weeks))
    refusals = _refusals(case, scenario, known, people)
    made = care.forecast(
        case, scenario, facts=known, people=people, seed=seed, weeks=weeks, tell=tell
    )
    return Forecasted(replace(made, refused_by=_rules(refusals)), refusals)


def band(
    case: Case,
    scenario: Scenario,
    *,
    facts: Facts | None = None,
    people: People,
    seed: int = 1,
    weeks: int | None = None,
    tell: Callable[[Progress], None] | None = None,
) -> Band:
    """Return the band of severity alone, over any number of people, in a memory that does not grow
    with them.

    Raises:
        InputError: as `forecast`; also outside the domain, where severity is withheld.
        CapacityError: more people are given than the memory holds for so long.
    """
    known = facts or load()
    if scenario.plan is not None:
        plans.require_for(scenario.plan, case)
    if not isinstance(people, int):
        require_memory(people, care.days_shown(case, scenario, facts=known, weeks=weeks))
    refusals = _refusals(case, scenario, known, people)
    found = care.band(case, scenario, facts=known, people=people, seed=seed, weeks=weeks, tell=tell)
    today = cases.day_of(case, cases.today(case))
    rows = [
        (int(day - today) // DAYS_A_WEEK + 1, float(low), float(middle), float(high))
        for day, (low, middle, high) in zip(found.days, found.severity.T, strict=True)
        if day >= today and (day - today) % DAYS_A_WEEK == 0
    ]
    warning = care.warning(case, scenario, known, _rules(refusals))
    return Band(warning, tuple(rows), refusals)


def lowered(
    case: Case, *, to_mg: float, weeks: int, drug: str | None = None, facts: Facts | None = None
) -> Scenario:
    """Return equal weekly steps from today's dose to another; default the drug that carries most of
    the effect.

    Raises:
        InputError: the drug is not taken today, or the target is not below its dose.
    """
    known = facts or load()
    regimen = cases.regimen(case, cases.today(case), known)
    name = known.drug(drug).id if drug else care.main_drug(regimen, known)
    present = regimen.mg_per_day(name, regimen.days - 0.5)
    if present == 0:
        raise InputError(f"{name} is not taken today, so it cannot be lowered")
    return Scenario("taper", {name: care.evenly(present, to_mg, weeks)})


def from_taper_file(
    case: Case, path: Path, *, drug: str | None = None, facts: Facts | None = None
) -> Scenario:
    """Return the scenario of a taper file; arguments as `lowered`.

    Raises:
        InputError: the file cannot be used.
    """
    known = facts or load()
    regimen = cases.regimen(case, cases.today(case), known)
    name = drug or care.main_drug(regimen, known)
    return Scenario("taper", read_taper(path, name, known))


def write(
    made: Forecasted,
    out: Path,
    *,
    pen: "Pen | None" = None,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> tuple[Path, ...]:
    """Write a forecast into a folder, with its pictures, and return the paths.

    Args:
        pen: draws the pictures; begin one earlier where it should make ready while people are
            simulated.

    Raises:
        OutputError: the folder cannot be written, or holds another case's forecast.
    """
    from homeostat.report.charts.gallery import begin
    from homeostat.report.charts.renderer import Pen
    from homeostat.report.files import forecast_folder

    if pen is not None:
        return forecast_folder.write(made.forecast, out, lambda: begin(made.forecast, pen, tell))
    with Pen() as own:
        return forecast_folder.write(made.forecast, out, lambda: begin(made.forecast, own, tell))


def _refusals(case: Case, scenario: Scenario, facts: Facts, people: People) -> tuple[Finding, ...]:
    """Return what refuses the plan of a scenario."""
    if scenario.plan is None:
        return ()
    given = None if isinstance(people, int) else people
    return check(case, scenario.plan, facts=facts, people=given).refusals


def _rules(refusals: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.rule for finding in refusals))
