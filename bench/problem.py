"""The problem that every engine is given: the same people, doses, equations and output days."""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numba import njit
from numpy.typing import NDArray

import homeostat as hs
from homeostat.model.equations import FILTERS, rates
from homeostat.model.schedule import Schedule

ROOT = Path(__file__).resolve().parent.parent
# the people and the measure of error of the tests, so that both speak of the same thing
sys.path.insert(0, str(ROOT / "tests" / "laws"))
import twins  # noqa: E402

USE_DAYS, OFF_DAYS = 365, 180
REGIMEN = hs.Regimen.steady("clonazepam", mg_per_day=4, doses_per_day=2, days=USE_DAYS).then_stop()
DAYS = np.arange(USE_DAYS + OFF_DAYS + 1.0)
PATIENT_DAYS = USE_DAYS + OFF_DAYS
STATES = 4 + len(FILTERS)
"""depot, central, peripheral, effect site; then the filters"""


@dataclass(frozen=True)
class Problem:
    """One plan for all people; for each person the five rates of the kinetics, the dose's landing
    place, the body.
    """

    people: hs.Patients
    plan: Schedule
    body: NDArray[np.float64]
    parameters: NDArray[np.float64]
    """(people, 7 + rows): rates depot→central, out, to and from tissue, to the effect site, its
    own, µg per mg; body
    """
    starts: NDArray[np.float64]
    """Begin of each interval between doses [d]"""
    mg: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.people)


def problem(people: hs.Patients) -> Problem:
    """Return the problem for these people."""
    plan, body = twins.problem(people, REGIMEN, DAYS)
    (c,) = plan.chains
    m = c.matrix[0]
    assert c.states == ("depot", "clonazepam central", "clonazepam peripheral", "effect")
    kinetics = np.stack([m[1, 0], -m[1, 1], m[2, 1], m[1, 2], m[3, 1], -m[3, 3], c.dose_split[0]])
    edges = np.concatenate([[0.0], np.cumsum(plan.lengths)])[:-1]
    is_dose = plan.doses_mg[:, 0] > 0
    parameters = np.ascontiguousarray(np.concatenate([kinetics, body]).T)
    return Problem(
        people, plan, body, parameters, np.round(edges[is_dose], 9), plan.doses_mg[is_dose, 0]
    )


@njit(cache=True)
def slope(y, p, out):  # type: ignore[no-untyped-def]
    """Write the derivative of all 13 states [1/d]: kinetics by hand, the rest from the one
    description.
    """
    out[0] = -p[0] * y[0]
    out[1] = p[0] * y[0] - p[1] * y[1] + p[3] * y[2]
    out[2] = p[2] * y[1] - p[3] * y[2]
    out[3] = p[4] * y[1] - p[5] * y[3]
    rates(y[3], y[4:], p[7:], out[4:])
