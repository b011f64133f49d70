"""Systems: all filters of eight people over one panel, with a correction where a threshold is
crossed inside it.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeostat.model.engine.filters import (
    NODE_AT,
    NODE_WEIGHTS,
    NODES,
    TO_LAST_NODE,
    filter_weights,
    ramp,
    response,
)
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

# Rows of the weights of one panel: all nodes of fast, slow and norepinephrine, the last node of
# every other filter.
FAST_WEIGHTS, SLOW_WEIGHTS, NE_WEIGHTS = (NODE_WEIGHTS * NODES * i for i in range(3))
GLU_WEIGHTS, ANX_WEIGHTS, SER_WEIGHTS, DOP_WEIGHTS, SLEEP_WEIGHTS, ILL_WEIGHTS, PANEL_WEIGHTS = (
    NODE_WEIGHTS * (3 * NODES + i) for i in range(7)
)

# Rows that day_rows adds to the rows of equations.
INVERSE_THETA, INVERSE_ANX_THETA, INVERSE_MOOD_THETA, DECAY = range(ROWS, ROWS + 4)
PASSED = DECAY + N_FILTERS

# Rows that drives writes for each node.
DRIVE, ANX_DRIVE, MOOD_DRIVE, ILLNESS_DRIVE, UNRELIEVED, IMBALANCE, ANX_IMBALANCE, DRIVES = range(8)

# Rows of the work space: drives at all nodes, norepinephrine at the nodes, sums of _add_kinks.
NE_AT = DRIVES * (NODES + 1)
MISSED = NE_AT + NODES + 1
MISSED_MOMENT = MISSED + 1
WORK_ROWS = MISSED + 2


def day_rows(body: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the body rows with constants added: three 1/(2·theta), e^(−1 d/tau) of each filter,
    and PASSED.

    PASSED is the sleep debt that one day of decaying n leaves in b: (1/tauB)·∫₀¹ e^(−(1−t)/tauB)
    e^(−t/tauN) dt.
    """
    halves = 0.5 / body[[THETA, ANX_THETA, MOOD_THETA]]
    rate = 1.0 / body[TAU:]
    x = rate[NE] - rate[SLEEP]
    x = np.where(np.abs(x) < 1e-9, 1e-9, x)
    passed = rate[SLEEP] * np.exp(-rate[SLEEP]) * -np.expm1(-x) / x
    return np.concatenate([body, halves, np.exp(-rate), passed[None]])


@njit(fastmath={"contract"}, error_model="numpy")
def panel_weights(h, b, w, at):  # type: ignore[no-untyped-def]
    """Write the weights of all filters for panels of h days into w from row `at`; return the next
    row.
    """
    for which in (FAST, SLOW, NE):
        at = filter_weights(h, load(b, TAU + which), w, at, 0)
    for which in (GLU, ANX, SER, DOP, SLEEP, ILL):
        at = filter_weights(h, load(b, TAU + which), w, at, NODES - 1)
    return at


@njit(fastmath={"contract"}, error_model="numpy")
def drives(d, a, s, b, c, at):  # type: ignore[no-untyped-def]
    """Write the forcing at one node, equations.rates, into c from row `at` on, in the order of
    DRIVE to ANX_IMBALANCE.
    """
    zero, one = spread(0.0), spread(1.0)
    sens, slow = load(b, SENS), load(b, SLOW_GAIN)
    h = load(b, FAST_GAIN) * a + slow * s - d
    hx = load(b, ANX_FAST) * a + load(b, ANX_SLOW) * s - d
    m = load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * s
    store(c, at + DRIVE, m * ramp(h, load(b, THETA), load(b, INVERSE_THETA)))
    store(c, at + ANX_DRIVE, m * ramp(hx, load(b, ANX_THETA), load(b, INVERSE_ANX_THETA)))
    mood = ramp(slow * (s - d), load(b, MOOD_THETA), load(b, INVERSE_MOOD_THETA))
    store(c, at + MOOD_DRIVE, sens * mood)
    u = one + load(b, RELIEF) * hx
    store(c, at + ILLNESS_DRIVE, load(b, ILLNESS) * larger(zero, smaller(u, one)))
    store(c, at + UNRELIEVED, u)
    store(c, at + IMBALANCE, h)
    store(c, at + ANX_IMBALANCE, hx)


@njit(fastmath={"contract"}, error_model="numpy")
def _add_kinks(c, row, level, is_bend, scale):  # type: ignore[no-untyped-def]
    """Add to MISSED what a panel's quadrature misses of ∫ max(0, u − level)^p dθ, u in `row` of
    each node.

    p = 1 at a corner, 2 at a bend. Where u crosses the level between two nodes, u is taken as
    linear and crosses at θ; MISSED_MOMENT gets the same times θ, for forcing that decays. A lane
    whose u does not cross gets nothing.

    Returns:
        Whether any lane crosses.
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
            store(c, MISSED_MOMENT, load(c, MISSED_MOMENT) + missed * at)
        begin = until
    return has_any


@njit(fastmath={"contract"}, error_model="numpy")
def _clear_missed(c):  # type: ignore[no-untyped-def]
    """Set the sums of _add_kinks to zero."""
    store(c, MISSED, spread(0.0))
    store(c, MISSED_MOMENT, spread(0.0))


@njit(fastmath={"contract"}, error_model="numpy")
def _missed_response(c, h, tau, decay):  # type: ignore[no-untyped-def]
    """Return what the sums of _add_kinks add to a filter at the end of a panel; forcing at θ has
    decayed until then.
    """
    return (
        spread(h) / tau * (decay * load(c, MISSED) + (spread(1.0) - decay) * load(c, MISSED_MOMENT))
    )


@njit(fastmath={"contract"}, error_model="numpy")
def systems(w, row, h, d, at, f, b, c, is_ill):  # type: ignore[no-untyped-def]
    """Advance the filters f over a panel of h days.

    Weights from `row` of w, the effect D at the nodes from `at` of d, the drives at the first node
    in c. Filters of quantities that cannot be negative are cut at zero: rounding and interpolation
    can leave them slightly below.
    """
    zero = spread(0.0)
    for node in range(NODES):
        a = response(w, row + FAST_WEIGHTS + NODE_WEIGHTS * node, load(f, FAST), d, at, 1)
        s = response(w, row + SLOW_WEIGHTS + NODE_WEIGHTS * node, load(f, SLOW), d, at, 1)
        drives(load(d, at + node + 1), a, s, b, c, DRIVES * (node + 1))
        if node == NODES - 1:
            store(f, FAST, a)
            store(f, SLOW, s)
    n = load(f, NE)
    store(c, NE_AT, n)
    for node in range(NODES):
        y = response(w, row + NE_WEIGHTS + NODE_WEIGHTS * node, n, c, DRIVE, DRIVES)
        store(c, NE_AT + 1 + node, larger(zero, y))
    glu = response(w, row + GLU_WEIGHTS, load(f, GLU), c, DRIVE, DRIVES)
    scale = (load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * load(f, SLOW)) * load(b, INVERSE_THETA)
    _clear_missed(c)
    lower = _add_kinks(c, IMBALANCE, spread(0.5) * load(b, THETA), True, scale)
    upper = _add_kinks(c, IMBALANCE, spread(1.5) * load(b, THETA), True, spread(0.0) - scale)
    if lower or upper:
        decay = load(w, row + NE_WEIGHTS + TO_LAST_NODE)
        n = load(c, NE_AT + NODES) + _missed_response(c, h, load(b, TAU + NE), decay)
        store(c, NE_AT + NODES, larger(zero, n))
        decay = load(w, row + GLU_WEIGHTS)
        glu = glu + _missed_response(c, h, load(b, TAU + GLU), decay)
    store(f, NE, load(c, NE_AT + NODES))
    store(f, GLU, larger(zero, glu))
    anx = response(w, row + ANX_WEIGHTS, load(f, ANX), c, ANX_DRIVE, DRIVES)
    scale = (load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * load(f, SLOW)) * load(b, INVERSE_ANX_THETA)
    _clear_missed(c)
    lower = _add_kinks(c, ANX_IMBALANCE, spread(0.5) * load(b, ANX_THETA), True, scale)
    upper = _add_kinks(
        c, ANX_IMBALANCE, spread(1.5) * load(b, ANX_THETA), True, spread(0.0) - scale
    )
    if lower or upper:
        anx = anx + _missed_response(c, h, load(b, TAU + ANX), load(w, row + ANX_WEIGHTS))
    store(f, ANX, larger(zero, anx))
    ser = response(w, row + SER_WEIGHTS, load(f, SER), c, MOOD_DRIVE, DRIVES)
    store(f, SER, larger(zero, ser))
    dop = response(w, row + DOP_WEIGHTS, load(f, DOP), c, MOOD_DRIVE, DRIVES)
    store(f, DOP, larger(zero, dop))
    store(f, SLEEP, response(w, row + SLEEP_WEIGHTS, load(f, SLEEP), c, NE_AT, 1))
    ill = response(w, row + ILL_WEIGHTS, load(f, ILL), c, ILLNESS_DRIVE, DRIVES)
    if is_ill:
        _clear_missed(c)
        relieved = _add_kinks(c, UNRELIEVED, spread(0.0), False, load(b, ILLNESS))
        at_full = _add_kinks(c, UNRELIEVED, spread(1.0), False, spread(0.0) - load(b, ILLNESS))
        if relieved or at_full:
            ill = ill + _missed_response(c, h, load(b, TAU + ILL), load(w, row + ILL_WEIGHTS))
    store(f, ILL, larger(zero, ill))
    for i in range(DRIVES):
        store(c, i, load(c, DRIVES * NODES + i))
