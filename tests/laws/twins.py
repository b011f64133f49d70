"""Twins: other ways to the same numbers, the measure of disagreement, and the people it is measured
on.

Error = max over output times of |difference| / peak |reference|, for each person and each output
(levels, effect, tone, severity, filters). An output of a person whose own peak is below SMALLEST is
left out: a share of nothing says nothing.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import LSODA

import homeostat as hs
from homeostat.facts import load
from homeostat.model.engine import kernel, reference
from homeostat.model.equations import FILTERS, ILL, ILLNESS, KAPPA, body_rows
from homeostat.model.kinetics import half_life_h
from homeostat.model.patients import normal
from homeostat.model.schedule import Schedule, schedule

Outputs = Mapping[str, NDArray[np.float64]]
SMALLEST = 1e-3
"""An output that never rises above this (a two-hundredth of the reference drive, which nobody
feels) is judged against this.
"""
SPREAD_OUT = (
    "clonazepam.clearance",
    "clonazepam.volume_central",
    "clonazepam.volume_peripheral",
    "clonazepam.absorption_rate",
    "clonazepam.intercompartmental_clearance",
    "clonazepam.bioavailability",
    "fast_time",
    "slow_time",
    "threshold",
    "anxiety_threshold",
    "mood_threshold",
    "sensitivity",
    "norepinephrine_time",
    "glutamate_time",
    "anxiety_time",
)


def standard(n: int, first: int = 0) -> hs.Patients:
    """Return people as they are drawn for everybody."""
    return hs.draw(n, 1, drugs=["clonazepam"], first=first)


def harder(n: int) -> hs.Patients:
    """Return people with a median half-life of 12 h and a CV of 50 % in every column of
    SPREAD_OUT.
    """
    people = hs.median(drugs=["clonazepam"])
    people = people.take(np.zeros(n, dtype=int))
    low, high = 1.0, 20.0
    while high / low > 1.0 + 1e-9:
        middle = float(np.sqrt(low * high))
        faster = people.with_columns(
            **{"clonazepam.clearance": people["clonazepam.clearance"] * middle}
        )
        low, high = (middle, high) if half_life_h(faster, "clonazepam")[0] > 12.0 else (low, middle)
    spread = float(np.sqrt(np.log1p(0.5**2)))
    columns = {name: faster[name] * np.exp(spread * normal(7, name, n)) for name in SPREAD_OUT}
    structures = np.array([0.0, 3.0, 10.0])[np.arange(n) % 3]
    return faster.with_columns(**columns, transducer=structures, illness=0.3 * (np.arange(n) % 2))


def problem(
    people: hs.Patients, regimen: hs.Regimen, days: Sequence[float]
) -> tuple[Schedule, NDArray[np.float64]]:
    """Return what both kernels are given."""
    facts = load()
    plan = schedule(people, regimen, np.asarray(days, float), facts)
    return plan, body_rows(people, facts)


def outputs(
    people: hs.Patients, plan: Schedule, body: NDArray[np.float64], states: NDArray[np.float64]
) -> Outputs:
    """Return what a course shows, from raw states, by the formulas of the documentation: (times,
    people) each.
    """
    found: dict[str, NDArray[np.float64]] = {}
    v, start = np.zeros(states.shape[1:]), 0
    for c in plan.chains:
        for row, ligand, per_litre in zip(c.ligand_states, c.ligands, c.per_litre, strict=True):
            found[f"level.{ligand}"] = (
                found.get(f"level.{ligand}", 0.0) + states[start + row] * per_litre
            )
        start += c.size
        v = v + states[start - 1]
    found["effect"] = body[KAPPA] * v / (1.0 + v)
    found |= {name: states[start + i] for i, name in enumerate(FILTERS)}
    a, s, d = found["fast"], found["slow"], found["effect"]
    found["tone"] = 1.0 - (people["fast_gain"] * a + people["slow_gain"] * s - d)
    w, y0 = people["severity_physical_share"], people["severity_baseline"]
    u = w * (found["norepinephrine"] + found["glutamate"]) / 2.0 + (1.0 - w) * found["anxiety"]
    found["severity"] = y0 + (80.0 - y0) * u / (u + people["severity_half_drive"])
    return found


def errors(found: Outputs, wanted: Outputs) -> NDArray[np.float64]:
    """Return the error of each person and output as a share of its peak, or of SMALLEST, in one
    row.
    """
    all_errors = []
    for name, right in wanted.items():
        peak = np.abs(right).max(axis=0)
        gap = np.abs(found[name] - right).max(axis=0)
        all_errors.append(gap / np.maximum(peak, SMALLEST))
    return np.concatenate(all_errors)


def fast(
    people: hs.Patients, regimen: hs.Regimen, days: Sequence[float], refine: int = 1
) -> Outputs:
    """Return what the fast kernel says."""
    plan, body = problem(people, regimen, days)
    return outputs(people, plan, body, kernel.run(plan, body, refine))


def classical(
    people: hs.Patients, regimen: hs.Regimen, days: Sequence[float], step_h: float = 0.1
) -> Outputs:
    """Return what the reference kernel says."""
    plan, body = problem(people, regimen, days)
    return outputs(people, plan, body, reference.run_reference(plan, body, step_h))


def lsoda(people: hs.Patients, regimen: hs.Regimen, days: Sequence[float]) -> Outputs:
    """Return what SciPy's LSODA says at rtol 1e-10, atol 1e-13, begun anew at each stretch of the
    schedule.
    """
    plan, body = problem(people, regimen, days)
    total = sum(c.size for c in plan.chains)
    states = np.zeros((total + len(FILTERS), len(plan.times), len(people)))
    for p in range(len(people)):
        states[:, :, p] = _lsoda_of_one(plan, np.ascontiguousarray(body[:, p]), p, total)
    return outputs(people, plan, body, states)


def _lsoda_of_one(
    plan: Schedule, body: NDArray[np.float64], p: int, total: int
) -> NDArray[np.float64]:
    regimes = len(plan.chains[0].matrix)
    matrix, split = np.zeros((regimes, total, total)), np.zeros((total, len(plan.chains)))
    at_site, start = np.zeros(total), 0
    for u, c in enumerate(plan.chains):
        here = slice(start, start + c.size)
        matrix[:, here, here] = c.matrix[..., p]
        split[here, u] = c.dose_split[:, p]
        start += c.size
        at_site[start - 1] = 1.0
    x = np.zeros(total + len(FILTERS))
    x[total + ILL] = body[ILLNESS]
    found = np.zeros((len(x), len(plan.times)))
    found[:, 0] = x
    for s, length in enumerate(plan.lengths):
        x[:total] += split @ plan.doses_mg[s]
        m = np.ascontiguousarray(matrix[plan.regime[s]])

        def slope(
            _: float, y: NDArray[np.float64], m: NDArray[np.float64] = m
        ) -> NDArray[np.float64]:
            out = np.empty_like(y)
            reference.derivative(y, m, at_site, body, total, out)
            return out

        solver = LSODA(slope, 0.0, x, float(length), rtol=1e-10, atol=1e-13)
        while solver.status == "running":
            solver.step()
        assert solver.status == "finished"
        x = solver.y.copy()
        if plan.output[s] >= 0:
            found[:, plan.output[s]] = x
    return found
