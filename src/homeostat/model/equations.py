"""The equations behind the blood, in scalars: the one description that all solvers are built from.

Effect       D = κ·v/(1 + v)                               v: effect site, see kinetics.Chain
Adaptation   a' = (D − a)/tauA         A = gA·a, down-regulation
             s' = (D − s)/tauS         S = gS·s, remodelling
Imbalance    H = gA·a + gS·s − D       tone = 1 − H; Hx the same with the gains of anxiety
Excitability m = sens·(1 − q + q·s/s_ref)    remodelling strengthens the answer
Drive        W = m·ramp(H, theta)      Wx with Hx, thetax;  Wm = sens·ramp(gS·(s − D), thetam)
Downstream   n' = (W − n)/tauN         norepinephrine
             x' = (W − x)/tauX         glutamate
             g' = (Wx − g)/tauG        anxiety
             z' = (Wm − z)/tau5        serotonin deficit
             y' = (Wm − y)/tauD        dopamine deficit
             b' = (n − b)/tauB         sleep debt
             i' = (I·max(0, 1 − r·max(0, −Hx)) − i)/tauI   the person's own illness

Nothing downstream feeds back. The model is a cascade:
blood → effect → adaptation → drive → systems.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeostat.facts import Facts
from homeostat.model.compiled_cache import tolerant
from homeostat.model.patients import MIDDLE_STRUCTURE, REFERENCE_DRUG, Patients

SCALE_TOP = 80.0
"""Top of the overall severity range: twenty items of 0 to 4 [points]."""

FILTERS = (
    "fast",
    "slow",
    "norepinephrine",
    "glutamate",
    "anxiety",
    "serotonin",
    "dopamine",
    "sleep_debt",
    "illness",
)
FAST, SLOW, NE, GLU, ANX, SER, DOP, SLEEP, ILL = range(9)

(
    KAPPA,
    FAST_GAIN,
    SLOW_GAIN,
    ANX_FAST,
    ANX_SLOW,
    THETA,
    ANX_THETA,
    MOOD_THETA,
    SENS,
    ILLNESS,
    RELIEF,
) = range(11)
SENS_FLOOR, SENS_SLOPE = 11, 12
"""m = SENS_FLOOR + SENS_SLOPE·s."""
TAU = 13
"""Row of the first time constant; they follow in the order of FILTERS."""
ROWS = TAU + len(FILTERS)


def body_rows(people: Patients, facts: Facts) -> NDArray[np.float64]:
    """Return the parameters of the equations, (ROWS, people); times in days.

    κ makes all structural alternatives equal at the reference level:
    κ = D_ref·(1 + v_ref)/v_ref with v_ref = (1 + tau)·C_ref/EC50 and D_ref that of the middle
    alternative. s_ref = D_ref: complete remodelling at the reference level gives m = sens.

    Args:
        people: whose parameters.
        facts: for the occupancy EC50 of REFERENCE_DRUG, whose level is the reference.
    """
    reference_ec50 = facts.drug(REFERENCE_DRUG).kinetics.occupancy_ec50.to("ng/mL")
    rows = np.empty((ROWS, len(people)))
    rows[KAPPA] = kappa(people["transducer"], people["reference_level"] / reference_ec50)
    names = {
        FAST_GAIN: "fast_gain",
        SLOW_GAIN: "slow_gain",
        ANX_FAST: "anxiolytic_fast_gain",
        ANX_SLOW: "anxiolytic_slow_gain",
        THETA: "threshold",
        ANX_THETA: "anxiety_threshold",
        MOOD_THETA: "mood_threshold",
        SENS: "sensitivity",
        ILLNESS: "illness",
        RELIEF: "illness_relief",
    }
    for row, name in names.items():
        rows[row] = people[name]
    u_ref = people["reference_level"] / reference_ec50
    v_ref = (1.0 + MIDDLE_STRUCTURE) * u_ref
    rows[SENS_FLOOR] = people["sensitivity"] * (1.0 - people["sensitisation"])
    rows[SENS_SLOPE] = people["sensitivity"] * people["sensitisation"] * (1.0 + v_ref) / v_ref
    for i, name in enumerate(FILTERS):
        rows[TAU + i] = people[f"{name}_time"]
    return rows


def kappa(tau: NDArray[np.float64], u_ref: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the factor that equals the structural alternatives at u_ref = C_ref/EC50 (no unit)."""
    v, v_middle = (1.0 + tau) * u_ref, (1.0 + MIDDLE_STRUCTURE) * u_ref
    return np.asarray(v_middle / (1.0 + v_middle) * (1.0 + v) / v)


@njit(inline="always")
def ramp(x: float, theta: float) -> float:
    """Return the part of an imbalance x that acts.

    0 below theta/2, x − theta above 3·theta/2, a parabola between.

    Once differentiable; exactly zero without adaptation, which a softplus is not.
    """
    inside = min(max(x - 0.5 * theta, 0.0), theta)
    return inside * inside / (2.0 * theta) + max(x - 1.5 * theta, 0.0)


@tolerant
@njit(cache=True)
def rates(
    v: float, f: NDArray[np.float64], body: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Write the derivatives of the filters [1/d] for one person, given the effect site v, into
    out.
    """
    d = body[KAPPA] * v / (1.0 + v)
    h = body[FAST_GAIN] * f[FAST] + body[SLOW_GAIN] * f[SLOW] - d
    hx = body[ANX_FAST] * f[FAST] + body[ANX_SLOW] * f[SLOW] - d
    m = body[SENS_FLOOR] + body[SENS_SLOPE] * f[SLOW]
    w = m * ramp(h, body[THETA])
    wx = m * ramp(hx, body[ANX_THETA])
    wm = body[SENS] * ramp(body[SLOW_GAIN] * (f[SLOW] - d), body[MOOD_THETA])
    ill = body[ILLNESS] * max(0.0, 1.0 - body[RELIEF] * max(0.0, -hx))
    out[FAST] = (d - f[FAST]) / body[TAU + FAST]
    out[SLOW] = (d - f[SLOW]) / body[TAU + SLOW]
    out[NE] = (w - f[NE]) / body[TAU + NE]
    out[GLU] = (w - f[GLU]) / body[TAU + GLU]
    out[ANX] = (wx - f[ANX]) / body[TAU + ANX]
    out[SER] = (wm - f[SER]) / body[TAU + SER]
    out[DOP] = (wm - f[DOP]) / body[TAU + DOP]
    out[SLEEP] = (f[NE] - f[SLEEP]) / body[TAU + SLEEP]
    out[ILL] = (ill - f[ILL]) / body[TAU + ILL]
