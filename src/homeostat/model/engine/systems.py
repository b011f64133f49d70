"""Systems: all filters of eight people over one panel, and what its quadrature misses where a threshold is crossed in it."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeostat.model.engine.filters import NODE_AT, NODES, filter_weights, ramp, response
from homeostat.model.engine.lanes import (
    is_any_negative,
    larger,
    load,
    smaller,
    spread,
    store,
    where_negative,
)
from homeostat.model.equations import (
    ANX,
    ANX_FAST,
    ANX_SLOW,
    ANX_THETA,
    DOP,
    FAST,
    FAST_GAIN,
    FILTERS,
    GLU,
    ILL,
    ILLNESS,
    MOOD_THETA,
    NE,
    RELIEF,
    ROWS,
    SENS,
    SENS_FLOOR,
    SENS_SLOPE,
    SER,
    SLEEP,
    SLOW,
    SLOW_GAIN,
    TAU,
    THETA,
)

N_FILTERS = len(FILTERS)
PANEL_WEIGHTS = 5 * (3 * NODES + N_FILTERS - 3)
"""Weights of one panel: five for each node of fast, slow, norepinephrine; five for the end of each other."""
DECAY, PASSED = ROWS + 3, ROWS + 3 + N_FILTERS
"""Rows that day_rows adds."""
DRIVES = 7
"""Rows that drives writes for each node."""
MISSED = (DRIVES + 1) * (NODES + 1)
"""First of two rows for what kinks add: after the drives and norepinephrine at the nodes."""


def day_rows(body: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the body with what is constant added: 1/(2·theta) thrice, e^(−1 d/tau) of each filter, and SLEEP's from NE.

    The last is what a day's decay of n leaves in b: (1/tauB)·∫₀¹ e^(−(1−t)/tauB) e^(−t/tauN) dt.
    """
    halves = 0.5 / body[[THETA, ANX_THETA, MOOD_THETA]]
    rate = 1.0 / body[TAU:]
    x = rate[NE] - rate[SLEEP]
    x = np.where(np.abs(x) < 1e-9, 1e-9, x)
    passed = rate[SLEEP] * np.exp(-rate[SLEEP]) * -np.expm1(-x) / x
    return np.concatenate([body, halves, np.exp(-rate), passed[None]])


@njit(fastmath={"contract"}, error_model="numpy")
def panel_weights(h, b, w, at):  # type: ignore[no-untyped-def]
    """Write the weights of all filters for panels of h days into w from row `at`; return the next row."""
    for which in (FAST, SLOW, NE):
        at = filter_weights(h, load(b, TAU + which), w, at, 0)
    for which in (GLU, ANX, SER, DOP, SLEEP, ILL):
        at = filter_weights(h, load(b, TAU + which), w, at, NODES - 1)
    return at


@njit(fastmath={"contract"}, error_model="numpy")
def drives(d, a, s, b, c, at):  # type: ignore[no-untyped-def]
    """Write the forcing at one node, equations.rates, into rows at … at + 6 of c: W, Wx, Wm, illness, its relief u, H, Hx."""
    zero, one = spread(0.0), spread(1.0)
    sens, slow = load(b, SENS), load(b, SLOW_GAIN)
    h = load(b, FAST_GAIN) * a + slow * s - d
    hx = load(b, ANX_FAST) * a + load(b, ANX_SLOW) * s - d
    m = load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * s
    store(c, at, m * ramp(h, load(b, THETA), load(b, ROWS)))
    store(c, at + 1, m * ramp(hx, load(b, ANX_THETA), load(b, ROWS + 1)))
    store(c, at + 2, sens * ramp(slow * (s - d), load(b, MOOD_THETA), load(b, ROWS + 2)))
    u = one + load(b, RELIEF) * hx
    store(c, at + 3, load(b, ILLNESS) * larger(zero, smaller(u, one)))
    store(c, at + 4, u)
    store(c, at + 5, h)
    store(c, at + 6, hx)


@njit(fastmath={"contract"}, error_model="numpy")
def _kink(c, row, level, is_bend, scale):  # type: ignore[no-untyped-def]
    """Add to the rows MISSED what a panel's quadrature misses of ∫ max(0, u − level)^p dθ, u in `row` of each node.

    p = 1 at a corner, 2 at a bend. Where u passes the level between two nodes at θ it is taken for a straight line; the
    second row holds the same times θ, for forcing that decays. Nothing is added for those whose u does not pass.

    Returns:
        Whether anybody's does.
    """
    zero, has_any = spread(0.0), False
    begin = load(c, row) - level
    for k in range(NODES):
        until = load(c, DRIVES * (k + 1) + row) - level
        if is_any_negative(begin * until):
            has_any = True
            theta = 0.0 if k == 0 else NODE_AT[k - 1]
            at = spread(theta) + spread(NODE_AT[k] - theta) * begin / (begin - until)
            slope = (until - begin) * spread(1.0 / (NODE_AT[k] - theta))
            steep = larger(slope, zero - slope)
            first, second = (
                larger(spread(NODE_AT[0]) - at, zero),
                larger(spread(NODE_AT[1]) - at, zero),
            )
            left = spread(1.0) - at
            if is_bend:
                missed = left * left * left * spread(1.0 / 3.0) - spread(5.0 / 12.0) * (
                    first * first + second * second
                )
                missed = (missed - spread(1.0 / 12.0) * left * left) * slope * steep
            else:
                missed = (
                    left * left * spread(0.5)
                    - spread(5.0 / 12.0) * (first + second)
                    - spread(1.0 / 12.0) * left
                )
                missed = missed * steep
            missed = where_negative(begin * until, scale * missed)
            store(c, MISSED, load(c, MISSED) + missed)
            store(c, MISSED + 1, load(c, MISSED + 1) + missed * at)
        begin = until
    return has_any


@njit(fastmath={"contract"}, error_model="numpy")
def _forget(c):  # type: ignore[no-untyped-def]
    """Set the rows MISSED to nothing."""
    store(c, MISSED, spread(0.0))
    store(c, MISSED + 1, spread(0.0))


@njit(fastmath={"contract"}, error_model="numpy")
def _missed(c, h, tau, decay):  # type: ignore[no-untyped-def]
    """What the kinks in the rows MISSED add to a filter by the end of a panel: forcing at θ has decayed by then."""
    return spread(h) / tau * (decay * load(c, MISSED) + (spread(1.0) - decay) * load(c, MISSED + 1))


@njit(fastmath={"contract"}, error_model="numpy")
def systems(w, row, h, d, at, f, b, c, is_ill):  # type: ignore[no-untyped-def]
    """Move the filters f over a panel of h days: its weights from `row` of w, D at its nodes from `at` of d, first drives in c.

    No filter of what is never negative can become so: what rounding and interpolation leave below zero is nothing.
    """
    zero = spread(0.0)
    for node in range(NODES):
        a = response(w, row + 5 * node, load(f, FAST), d, at, 1)
        s = response(w, row + 15 + 5 * node, load(f, SLOW), d, at, 1)
        drives(load(d, at + node + 1), a, s, b, c, DRIVES * (node + 1))
        if node == NODES - 1:
            store(f, FAST, a)
            store(f, SLOW, s)
    n, ne = load(f, NE), DRIVES * (NODES + 1)
    store(c, ne, n)
    for node in range(NODES):
        store(c, ne + 1 + node, larger(zero, response(w, row + 30 + 5 * node, n, c, 0, DRIVES)))
    glu = response(w, row + 45, load(f, GLU), c, 0, DRIVES)
    scale = (load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * load(f, SLOW)) * load(b, ROWS)
    _forget(c)
    lower = _kink(c, 5, spread(0.5) * load(b, THETA), True, scale)
    upper = _kink(c, 5, spread(1.5) * load(b, THETA), True, spread(0.0) - scale)
    if lower or upper:
        n = load(c, ne + NODES) + _missed(c, h, load(b, TAU + NE), load(w, row + 40))
        store(c, ne + NODES, larger(zero, n))
        glu = glu + _missed(c, h, load(b, TAU + GLU), load(w, row + 45))
    store(f, NE, load(c, ne + NODES))
    store(f, GLU, larger(zero, glu))
    anx = response(w, row + 50, load(f, ANX), c, 1, DRIVES)
    scale = (load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * load(f, SLOW)) * load(b, ROWS + 1)
    _forget(c)
    lower = _kink(c, 6, spread(0.5) * load(b, ANX_THETA), True, scale)
    upper = _kink(c, 6, spread(1.5) * load(b, ANX_THETA), True, spread(0.0) - scale)
    if lower or upper:
        anx = anx + _missed(c, h, load(b, TAU + ANX), load(w, row + 50))
    store(f, ANX, larger(zero, anx))
    store(f, SER, larger(zero, response(w, row + 55, load(f, SER), c, 2, DRIVES)))
    store(f, DOP, larger(zero, response(w, row + 60, load(f, DOP), c, 2, DRIVES)))
    store(f, SLEEP, response(w, row + 65, load(f, SLEEP), c, ne, 1))
    ill = response(w, row + 70, load(f, ILL), c, 3, DRIVES)
    if is_ill:
        _forget(c)
        relieved = _kink(c, 4, spread(0.0), False, load(b, ILLNESS))
        at_full = _kink(c, 4, spread(1.0), False, spread(0.0) - load(b, ILLNESS))
        if relieved or at_full:
            ill = ill + _missed(c, h, load(b, TAU + ILL), load(w, row + 70))
    store(f, ILL, larger(zero, ill))
    for i in range(DRIVES):
        store(c, i, load(c, DRIVES * NODES + i))
