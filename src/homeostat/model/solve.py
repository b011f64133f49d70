"""Solve: the states of people under a regimen, by one of the two kernels, checked before anybody
sees them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from homeostat.errors import InputError, NumericsError
from homeostat.facts import Facts
from homeostat.model.engine import kernel, reference
from homeostat.model.equations import FILTERS, KAPPA, body_rows
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen
from homeostat.model.schedule import Schedule, schedule
from homeostat.model.trajectory import Days, Series

SAMPLE = 8
"""People on whom the error of a run is estimated by halving its panels."""
SMALLEST_PEAK = 0.01
"""The error of a state whose peak is lower (a twentieth of the reference drive) is given as a share
of this instead.
"""
ROUNDING = 1e-6
"""A state may be below zero by less than this, from rounding."""

Method = Literal["fast", "reference"]
States = NDArray[np.float64]
"""(kinetic states of all chains, then filters; people)"""
StatesOverTime = NDArray[np.float64]
"""(kinetic states of all chains, then filters; times; people)"""


@dataclass(frozen=True)
class Problem:
    """What a kernel is asked to solve.

    Attributes:
        people: whose states.
        plan: doses and outputs, with the kinetics of the people.
        body: equations.body_rows, (rows, people).
    """

    people: Patients
    plan: Schedule
    body: NDArray[np.float64]


def problem(
    people: Patients, regimen: Regimen, days: Days, facts: Facts, begins: float = 0.0
) -> Problem:
    """Return the problem of people under a regimen.

    Args:
        people: drawn with the drugs of the regimen.
        regimen: what they take.
        days: output days, rising [d].
        facts: drugs, routes and the scale of the body.
        begins: the first day [d]; later than 0 if the states on that day are known.

    Raises:
        InputError: a drug or route that is not known, people drawn without the drugs taken, or days
            that do not rise.
    """
    for use in regimen.uses:
        facts.drug(use.drug)
        if use.route not in facts.routes:
            raise InputError(f"unknown route '{use.route}'; known: {', '.join(facts.routes)}")
    plan = schedule(people, regimen, days, facts, begins=begins)
    return Problem(people, plan, body_rows(people, facts))


def solve(
    of: Problem,
    start: States | None = None,
    method: Method = "fast",
    tell: Callable[[float], None] | None = None,
) -> StatesOverTime:
    """Return all states at the output days.

    Args:
        of: the problem.
        start: states on the first day; None if nothing has been taken.
        method: "fast" (engine/kernel.py) or "reference" (engine/reference.py).
        tell: called now and then with the share of the people that is done; by the fast kernel
            alone.

    Raises:
        NumericsError: a state is not finite or negative.
    """
    if method == "fast":
        out = kernel.run(of.plan, of.body, start=start, tell=tell)
    else:
        out = reference.run_reference(of.plan, of.body, start=start)
    _refuse_impossible(out, of.people)
    return out


def _refuse_impossible(out: StatesOverTime, people: Patients) -> None:
    """Raise NumericsError if a state is not finite or negative."""
    lowest = out.min()  # an infinite state makes the effect NaN, so the minimum suffices
    if np.isfinite(lowest) and lowest > -ROUNDING:
        return
    bad = ~np.isfinite(out) | (out <= -ROUNDING)
    _, time, person = (int(i[0]) for i in np.nonzero(bad))
    raise NumericsError(
        f"the model failed for person {person + people.first} at output time {time}:"
        " a state is not finite or negative."
        " Nothing is shown. Please report the case."
    )


def named(of: Problem, out: StatesOverTime) -> dict[str, Series]:
    """Return the states by name: levels [ng/mL] (summed over chains), effect, filters. Overwrites
    `out`.
    """
    states: dict[str, Series] = {}
    start, site = 0, of.plan.chains[0].size - 1
    effect = out[site]
    for c in of.plan.chains:
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
    effect *= of.body[KAPPA]
    return states | {"effect": effect} | {name: out[start + i] for i, name in enumerate(FILTERS)}


def error_estimate(of: Problem, out: StatesOverTime, start: States | None) -> float:
    """Return the largest change of a filter when panels are halved, as a share of each person's
    peak, on a sample.

    The first SAMPLE people are solved again on half the panels and half the distances between
    computed days. With `start` it is the error since the first day.
    """
    few = slice(0, SAMPLE)
    begin = None if start is None else start[:, few]
    chains = tuple(c.take(few) for c in of.plan.chains)
    twice = kernel.run(replace(of.plan, chains=chains), of.body[:, few], 2, begin)
    first = sum(c.size for c in chains)
    peak = np.maximum(np.abs(twice[first:]).max(axis=1), SMALLEST_PEAK)
    gap = np.abs(out[first:, :, few] - twice[first:]).max(axis=1)
    return float((gap / peak).max())
