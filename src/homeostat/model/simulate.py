"""Simulate: Patients × Regimen → Course."""

from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from homeostat.facts import Facts, load
from homeostat.model.course import Course
from homeostat.model.domain import reasons_to_withhold
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen
from homeostat.model.solve import Method, error_estimate, named, problem, solve
from homeostat.model.standing import Standing
from homeostat.model.waves import CARRIED_BY, factor


def simulate(
    people: Patients,
    regimen: Regimen,
    *,
    days_after: float = 0.0,
    days: ArrayLike | None = None,
    conditions: Iterable[str] = (),
    outside_domain: Literal["withhold", "show"] = "withhold",
    method: Method = "fast",
    waves: bool = False,
    facts: Facts | None = None,
    start: Standing | None = None,
    tell: Callable[[float], None] | None = None,
) -> Course:
    """Return what the model predicts for each of the people under a regimen.

    Args:
        people: drawn with the drugs of the regimen.
        regimen: what they take.
        days_after: days to go on after the regimen's last known day [d]. The regimen says what is
            taken then; nobody stops by omission.
        days: output days since the first dose, rising; default every day from 0 to the end.
        conditions: the person's conditions, for the domain of validity.
        outside_domain: "withhold" shows only levels outside the domain; "show" is for researchers
            who study the edge.
        method: "fast" (engine/kernel.py) or "reference" (engine/reference.py).
        waves: give some people waves after withdrawal (waves.py); off by default, never for
            planning.
        facts: default those of the installed version.
        start: states of the same people on a day; the simulation and its error estimate then begin
            on that day.
        tell: called now and then with the share of the people that is done; the answer is the same.

    Raises:
        InputError: a drug or route that is not known, or people drawn without the drugs taken.
        NumericsError: a state is not finite or negative; no course is returned.
    """
    facts = facts or load()
    end = np.floor(regimen.days + days_after)
    begins = 0.0 if start is None else start.day
    at = np.arange(begins, end + 1.0) if days is None else np.asarray(days, float)
    asked = problem(people, regimen, at, facts, begins)
    begin = None if start is None else start.states(asked.plan.chains)
    out = solve(asked, begin, method, tell)
    error = error_estimate(asked, out, begin) if method == "fast" else float("nan")
    states = named(asked, out)
    last_dose = regimen.last_dose_day(float(at[-1]) + 1e-6)
    if waves:
        swing = factor(people, at - last_dose)
        states |= {name: states[name] * swing for name in CARRIED_BY}
    withheld = (
        ()
        if outside_domain == "show"
        else reasons_to_withhold(facts, people.person, regimen, conditions)
    )
    return Course(
        at, last_dose, states, people, regimen, facts, withheld, error, version=_version()
    )


@cache
def _version() -> str:
    return version("homeostat")
