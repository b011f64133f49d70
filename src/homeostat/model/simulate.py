"""Simulate: Patients × Regimen → Course."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from homeostat.errors import InputError, NumericsError
from homeostat.facts import Facts, load
from homeostat.model.course import Course
from homeostat.model.domain import reasons_to_withhold
from homeostat.model.engine import kernel, reference
from homeostat.model.equations import FILTERS, KAPPA, body_rows
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen
from homeostat.model.schedule import Schedule, schedule
from homeostat.model.standing import Standing
from homeostat.model.waves import CARRIED_BY, factor

SAMPLE = 8
"""People on whom the error of a run is estimated by halving its panels."""
SMALLEST_PEAK = 0.01
"""A state that never rises above this (a twentieth of the reference drive) is judged against this instead."""


def simulate(
    people: Patients,
    regimen: Regimen,
    *,
    days_after: float = 0.0,
    days: ArrayLike | None = None,
    conditions: Iterable[str] = (),
    outside_domain: Literal["withhold", "show"] = "withhold",
    method: Literal["fast", "reference"] = "fast",
    waves: bool = False,
    facts: Facts | None = None,
    start: Standing | None = None,
    tell: Callable[[float], None] | None = None,
) -> Course:
    """Return what the model says happens to each of the people under a regimen.

    Args:
        days_after: how long to go on after the regimen's last known day [d]. What is taken then is what the
            regimen says follows; nobody stops by omission.
        days: output days since the first dose, rising; default every day from 0 to the end.
        conditions: the person's conditions, for the domain of validity.
        outside_domain: "withhold" shows only levels outside the domain; "show" is for researchers who study the edge.
        method: "fast" (kernel.py) or "reference" (reference.py).
        waves: let some people have waves after withdrawal (waves.py); off by default, never for planning.
        start: where the same people stand on a day; the regimen is then lived from that day on, and the error is that since then.
        tell: called now and then with the share of the people that is done; the answer is the same.

    Raises:
        InputError: a drug or route that is not known, or people drawn without the drugs taken.
        NumericsError: a state is not finite or negative; no course is returned.
    """
    facts = facts or load()
    for use in regimen.uses:
        facts.drug(use.drug)
        if use.route not in facts.routes:
            raise InputError(f"unknown route '{use.route}'; known: {', '.join(facts.routes)}")
    end = np.floor(regimen.days + days_after)
    begins = 0.0 if start is None else start.day
    at = np.arange(begins, end + 1.0) if days is None else np.asarray(days, float)
    plan = schedule(people, regimen, at, facts, begins=begins)
    body = body_rows(people, facts)
    stood = None if start is None else start.states(plan.chains)
    if method == "fast":
        out = kernel.run(plan, body, start=stood, tell=tell)
    else:
        out = reference.run_reference(plan, body, start=stood)
    _check(out, people)
    states = _named(plan, body, out)
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
        at,
        last_dose,
        states,
        people,
        regimen,
        facts,
        withheld,
        _error_estimate(plan, body, out, stood) if method == "fast" else float("nan"),
        _version(),
    )


@cache
def _version() -> str:
    return version("homeostat")


def _named(plan: Schedule, body: np.ndarray, out: np.ndarray) -> dict[str, np.ndarray]:
    """Return the states by name: levels [ng/mL] (summed over chains), effect, filters; in the memory of `out`."""
    states: dict[str, np.ndarray] = {}
    start, site = 0, plan.chains[0].size - 1
    effect = out[site]
    for c in plan.chains:
        for row, ligand, per_litre in zip(c.ligand_states, c.ligands, c.per_litre, strict=True):
            level = out[start + row]
            level *= per_litre
            name = f"level.{ligand}"
            if name in states:
                states[name] += level
            else:
                states[name] = level
        start += c.size
        if start - 1 != site:
            effect += out[start - 1]
    effect /= 1.0 + effect
    effect *= body[KAPPA]
    return states | {"effect": effect} | {name: out[start + i] for i, name in enumerate(FILTERS)}


def _check(out: np.ndarray, people: Patients) -> None:
    """Refuse what no body can have: a NaN never leaves the model."""
    lowest = out.min()  # an infinite state would have made an effect that is no number
    if np.isfinite(lowest) and lowest > -1e-6:
        return
    bad = ~np.isfinite(out) | (out <= -1e-6)
    _, time, person = (int(i[0]) for i in np.nonzero(bad))
    raise NumericsError(
        f"the model failed for person {person + people.first} at output time {time}: a state is not finite or negative."
        " Nothing is shown. Please report the case."
    )


def _error_estimate(
    plan: Schedule, body: np.ndarray, out: np.ndarray, stood: np.ndarray | None
) -> float:
    """Return the largest change when panels and leaps are halved, over states, as a share of each person's peak, on a sample.

    For people who stood on a day already it is the error since then.
    """
    few = slice(0, SAMPLE)
    begin = None if stood is None else stood[:, few]
    twice = kernel.run(
        replace(plan, chains=tuple(c.take(few) for c in plan.chains)), body[:, few], 2, begin
    )
    start = sum(c.size for c in plan.chains)
    peak = np.maximum(np.abs(twice[start:]).max(axis=1), SMALLEST_PEAK)
    gap = np.abs(out[start:, :, few] - twice[start:]).max(axis=1)
    return float((gap / peak).max())
