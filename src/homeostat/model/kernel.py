"""The fast kernel: exact kinetics and exponential filters on fixed panels, eight people side by side.

The system is a cascade (equations.py), so no solver is needed. Time is cut into panels with four
Gauss–Lobatto nodes. On each panel
- the kinetics are exact: the states move by exp(K·h), the effect site is read at the nodes through rows of it;
- every filter y' = (f − y)/tau is exact for the cubic through its forcing at the nodes:
  y(t) = e^(−t/tau)·y(0) + Σ_k w_k f_k, with w from the functions φ_m(x) = ∫₀¹ e^(−x(1−θ)) θ^(m−1)/(m−1)! dθ.
The local error is of fifth order in the panel where the forcing is smooth, of third where a threshold is crossed.

In a run of days that are alike (panels.py) only some are worked through. A day moves a filter by
y(t+1) = e^(−1/tau)·y(t) + F(t), and F, what the day adds, is smooth from day to day: between the days worked through it
is interpolated, to sixth order in the gap. The blood is exact on every day, x(t+1) = e^K·x(t) + what a day's doses leave.
As nothing downstream feeds back, adaptation is settled first, then what follows from it.

Panels follow the regimen and the person's own clearance, never the neighbours, so a result is the same bit for
bit for any company and any number of threads. Source: Hochbruck & Ostermann 2010, Acta Numerica 19:209, for φ.
"""

import numpy as np
from numba import get_num_threads, njit, prange, set_num_threads
from numpy.typing import NDArray

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
    KAPPA,
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
from homeostat.model.lanes import WIDTH, is_any_negative, larger, load, smaller, spread, store, stream, where_negative
from homeostat.model.panels import (
    DAY,
    DOSE,
    FIRST,
    GAP,
    GRIDS,
    IN_RUN,
    LAST,
    NUMBER,
    REAL,
    STENCIL,
    WHOLE,
    Panels,
    grids,
    panels,
)
from homeostat.model.schedule import Schedule

NODES = 3
"""New nodes of a panel; the first node is the last of the panel before."""
_C = 0.5 - 0.5 / np.sqrt(5.0)
_THETA = np.array([_C, 1.0 - _C, 1.0])
_LAGRANGE = np.linalg.inv(np.vander(np.array([0.0, *_THETA]), increasing=True)).T
"""Row k: coefficients of the cubic that is 1 at node k and 0 at the others."""
_SERIES = 24
"""Terms of φ4: relative error below 1e-13 for panels up to 5 time constants."""
_N_FILTERS = len(FILTERS)
_FW = 5 * (3 * NODES + _N_FILTERS - 3)
"""Weights of one panel: five for each node of fast, slow, norepinephrine; five for the end of each other."""
DECAY, PASSED = ROWS + 3, ROWS + 3 + _N_FILTERS
"""Rows that _day_rows adds."""
_DRIVES = 7
"""Rows that _drives writes for each node."""
_MISSED = (_DRIVES + 1) * (NODES + 1)
"""First of two rows for what kinks add: after the drives and norepinephrine at the nodes."""
_SMALLEST = 2.0**-12
"""exp(K·δ) is built from exp(K·δ/4096): rates up to 400 a day stay below 0.1 there, for panels of a day."""


def run(
    plan: Schedule, body: NDArray[np.float64], refine: int = 1, start: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return all states at the output times: (PK states of all chains, then filters; times; people).

    Args:
        start: all states on the day the schedule begins, as this returns them: (states, people); nothing taken yet if
            left out.
    """
    people = body.shape[1]
    states = sum(c.size for c in plan.chains)
    out = _room(states + _N_FILTERS, len(plan.times), people)
    if start is None:
        start = np.zeros((states + _N_FILTERS, people))
        start[states + ILL] = body[ILLNESS]
    if plan.times[0] == plan.begins:
        out[:, 0, :people] = start
    if len(plan.lengths):
        before, after = grids(plan)
        pair = before * len(GRIDS) + after
        counts = np.bincount(pair)
        found = np.flatnonzero(counts).tolist()
        usual = found.index(int(counts.argmax()))
        groups = [(divmod(code, len(GRIDS)), np.flatnonzero(pair == code)) for code in found]
        if len(groups) > 1 and counts.max() >= MOST * people:
            # all in their places first, which writes in whole lines; then the few others once more, each on their own
            groups[usual] = (groups[usual][0], np.arange(people))
            groups.insert(0, groups.pop(usual))
        for both, who in groups:
            _run_group(plan, body, start, panels(plan, both, refine), who, out)
    return out[:, :, :people]


MOST = 0.75
"""Share of the people from which their grid is run for everybody."""
_LINE = 64
"""Bytes of a line of memory."""
_WAYS = 4096
"""Rows a multiple of this many bytes apart compete for the same places in the cache."""


def _room(*shape: int) -> NDArray[np.float64]:
    """Return an array of this shape that starts on a line of memory, and so does each row of eight people or more."""
    *outer, people = shape
    if people >= WIDTH:
        people = -(-people // WIDTH) * WIDTH
        people += WIDTH if people * 8 % _WAYS == 0 else 0
    size = int(np.prod(outer)) * people
    flat = np.empty(size + _LINE // 8)
    start = -flat.ctypes.data % _LINE // 8
    return flat[start : start + size].reshape(*outer, people)


def _run_group(
    plan: Schedule,
    body: NDArray[np.float64],
    start: NDArray[np.float64],
    cut: Panels,
    who: NDArray[np.intp],
    out: NDArray[np.float64],
) -> None:
    """Run the people `who`, who share their grids, and write their states into their columns of out."""
    people = len(who)
    blocks = -(-people // WIDTH)
    rates = np.concatenate([c.matrix[..., who].reshape(len(c.matrix), -1, people) for c in plan.chains], axis=1)
    split = np.concatenate([c.dose_split[:, who] for c in plan.chains])
    usual = get_num_threads()
    set_num_threads(min(usual, blocks))  # an idle thread would be waited for
    try:
        _run(
            _blocked(rates, blocks),
            _blocked(split, blocks),
            _blocked(_day_rows(body[:, who]), blocks),
            _blocked(start[:, who], blocks),
            np.array([c.size for c in plan.chains]),
            np.concatenate([_reach(c.matrix) for c in plan.chains]),
            cut.kinds,
            cut.lengths,
            cut.panels,
            cut.days,
            cut.weights,
            plan.days,
            plan.output,
            plan.output[np.append(plan.days[1:], len(plan.output)) - 1],
            plan.doses_mg,
            who,
            (int((cut.days[:, LAST] - cut.days[:, FIRST]).max()), int(cut.days[:, NUMBER].max()) + 1),
            out,
        )
    finally:
        set_num_threads(usual)


def _day_rows(body: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the body with what is constant added: 1/(2·theta) thrice, e^(−1 d/tau) of each filter, and SLEEP's from NE.

    The last is what a day's decay of n leaves in b: (1/tauB)·∫₀¹ e^(−(1−t)/tauB) e^(−t/tauN) dt.
    """
    halves = 0.5 / body[[THETA, ANX_THETA, MOOD_THETA]]
    rate = 1.0 / body[TAU:]
    x = rate[NE] - rate[SLEEP]
    x = np.where(np.abs(x) < 1e-9, 1e-9, x)
    passed = rate[SLEEP] * np.exp(-rate[SLEEP]) * -np.expm1(-x) / x
    return np.concatenate([body, halves, np.exp(-rate), passed[None]])


def _blocked(table: NDArray[np.float64], blocks: int) -> NDArray[np.float64]:
    """Return (…, people) as (blocks, …, WIDTH), the last person standing in for nobody."""
    short = blocks * WIDTH - table.shape[-1]
    padded = np.concatenate([table, np.repeat(table[..., -1:], short, axis=-1)], axis=-1)
    return np.ascontiguousarray(np.moveaxis(padded.reshape(*table.shape[:-1], blocks, WIDTH), -2, 0))


def _reach(matrix: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which entries of exp(K·t) can differ from zero, flattened."""
    size = matrix.shape[1]
    step = (np.abs(matrix).max(axis=(0, 3)) > 0) | np.eye(size, dtype=bool)
    return np.asarray(np.linalg.matrix_power(step.astype(int), size) > 0).ravel()


@njit(fastmath={"contract"}, error_model="numpy")
def _multiply(a, b, c, n, mask):  # type: ignore[no-untyped-def]
    """C = a·b for n × n matrices of lanes; entries outside the mask are zero."""
    for i in range(n):
        for j in range(n):
            total = spread(0.0)
            if mask[i * n + j]:
                for k in range(n):
                    if mask[i * n + k] and mask[k * n + j]:
                        total = total + load(a, i * n + k) * load(b, k * n + j)
            store(c, i * n + j, total)


@njit(fastmath={"contract"}, error_model="numpy")
def _exponential(rates, n, mask, delta, e, t, u):  # type: ignore[no-untyped-def]
    """E = exp(K·delta): Taylor to order 6 at delta/4096 by Horner's rule, then twelve squarings."""
    one = spread(1.0)
    for i in range(n * n):
        store(t, i, load(rates, i) * spread(delta * _SMALLEST))
        store(e, i, load(t, i) * spread(1.0 / 6.0))
    for order in range(5, 0, -1):
        for i in range(n):
            store(e, i * n + i, load(e, i * n + i) + one)
        _multiply(t, e, u, n, mask)
        for i in range(n * n):
            store(e, i, load(u, i) * spread(1.0 / order))
    for i in range(n):
        store(e, i * n + i, load(e, i * n + i) + one)
    for _ in range(6):
        _multiply(e, e, u, n, mask)
        _multiply(u, u, e, n, mask)


@njit(fastmath={"contract"}, error_model="numpy")
def _filter_weights(h, tau, weights, at, first):  # type: ignore[no-untyped-def]
    """Write (e^(−t/tau), w_0 … w_3) for the nodes from `first` on into weights from row `at`; return the next row."""
    for j in range(first, NODES):
        x = spread(h * _THETA[j]) / tau
        term = spread(1.0 / 24.0)
        phi4 = term
        for k in range(1, _SERIES):
            term = term * x * spread(-1.0 / (4 + k))
            phi4 = phi4 + term
        phi3 = spread(1.0 / 6.0) - x * phi4
        phi2 = spread(0.5) - x * phi3
        phi1 = spread(1.0) - x * phi2
        m0 = x * phi1
        m1 = spread(_THETA[j]) * x * phi2
        m2 = spread(_THETA[j] ** 2 * 2.0) * x * phi3
        m3 = spread(_THETA[j] ** 3 * 6.0) * x * phi4
        store(weights, at, spread(1.0) - m0)
        for k in range(4):
            w = spread(_LAGRANGE[k, 0]) * m0 + spread(_LAGRANGE[k, 1]) * m1
            w = w + spread(_LAGRANGE[k, 2]) * m2 + spread(_LAGRANGE[k, 3]) * m3
            store(weights, at + 1 + k, w)
        at += 5
    return at


@njit(fastmath={"contract"}, error_model="numpy")
def _ramp(x, theta, inverse):  # type: ignore[no-untyped-def]
    """equations.ramp for lanes; inverse = 1/(2·theta)."""
    zero = spread(0.0)
    inside = smaller(larger(x - spread(0.5) * theta, zero), theta)
    return inside * inside * inverse + larger(x - spread(1.5) * theta, zero)


@njit(fastmath={"contract"}, error_model="numpy")
def _tables(k, n, mask, h, move, to, read, at, total, e1, e2, t, u):  # type: ignore[no-untyped-def]
    """Write exp(K·h) of one chain into move from row `to`, and its rows that read the effect site at the nodes into read."""
    last = (n - 1) * n
    _exponential(k, n, mask, h * _THETA[0], e1, t, u)
    _exponential(k, n, mask, h * (_THETA[1] - _THETA[0]), e2, t, u)
    _multiply(e2, e1, u, n, mask)
    _multiply(e1, u, t, n, mask)
    for i in range(n * n):
        store(move, to + i, load(t, i))
    for i in range(n):
        store(read, at + i, load(e1, last + i))
        store(read, at + total + i, load(u, last + i))
        store(read, at + 2 * total + i, load(t, last + i))


@njit(fastmath={"contract"}, error_model="numpy")
def _swallow(x, split, mg, row, sizes):  # type: ignore[no-untyped-def]
    """Add the doses of a stretch to the states of the blood."""
    state = 0
    for use in range(len(sizes)):
        dose = spread(mg[row, use])
        for i in range(state, state + sizes[use]):
            store(x, i, load(x, i) + load(split, i) * dose)
        state += sizes[use]


@njit(fastmath={"contract"}, error_model="numpy")
def _move(x, moved, move, entry, sizes):  # type: ignore[no-untyped-def]
    """Move x by exp(K·h), the matrix from row `entry` of move."""
    state = 0
    for n in sizes:
        for i in range(n):
            value = load(move, entry) * load(x, state)
            for k in range(1, n):
                value = value + load(move, entry + k) * load(x, state + k)
            store(moved, state + i, value)
            entry += n
        state += n
    for i in range(state):
        store(x, i, load(moved, i))


@njit(fastmath={"contract"}, error_model="numpy")
def _effect(kappa, read, at, x, total):  # type: ignore[no-untyped-def]
    """D where row `at` of read looks at the effect site."""
    v = load(read, at) * load(x, 0)
    for i in range(1, total):
        v = v + load(read, at + i) * load(x, i)
    return kappa * v / (spread(1.0) + v)


@njit(fastmath={"contract"}, error_model="numpy")
def _response(w, row, y, f, at, by):  # type: ignore[no-untyped-def]
    """A filter's value at one node: five weights from `row` on, forcing in rows at, at + by, at + 2·by, at + 3·by of f."""
    return (
        load(w, row) * y
        + load(w, row + 1) * load(f, at)
        + load(w, row + 2) * load(f, at + by)
        + load(w, row + 3) * load(f, at + 2 * by)
        + load(w, row + 4) * load(f, at + 3 * by)
    )


@njit(fastmath={"contract"}, error_model="numpy")
def _drives(d, a, s, b, c, at):  # type: ignore[no-untyped-def]
    """Write the forcing at one node, equations.rates, into rows at … at + 6 of c: W, Wx, Wm, illness, its relief u, H, Hx."""
    zero, one = spread(0.0), spread(1.0)
    sens, slow = load(b, SENS), load(b, SLOW_GAIN)
    h = load(b, FAST_GAIN) * a + slow * s - d
    hx = load(b, ANX_FAST) * a + load(b, ANX_SLOW) * s - d
    m = load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * s
    store(c, at, m * _ramp(h, load(b, THETA), load(b, ROWS)))
    store(c, at + 1, m * _ramp(hx, load(b, ANX_THETA), load(b, ROWS + 1)))
    store(c, at + 2, sens * _ramp(slow * (s - d), load(b, MOOD_THETA), load(b, ROWS + 2)))
    u = one + load(b, RELIEF) * hx
    store(c, at + 3, load(b, ILLNESS) * larger(zero, smaller(u, one)))
    store(c, at + 4, u)
    store(c, at + 5, h)
    store(c, at + 6, hx)


@njit(fastmath={"contract"}, error_model="numpy")
def _kink(c, row, level, is_bend, scale):  # type: ignore[no-untyped-def]
    """Add to the rows _MISSED what a panel's quadrature misses of ∫ max(0, u − level)^p dθ, u in `row` of each node.

    p = 1 at a corner, 2 at a bend. Where u passes the level between two nodes at θ it is taken for a straight line; the
    second row holds the same times θ, for forcing that decays. Nothing is added for those whose u does not pass.

    Returns:
        Whether anybody's does.
    """
    zero, has_any = spread(0.0), False
    begin = load(c, row) - level
    for k in range(NODES):
        until = load(c, _DRIVES * (k + 1) + row) - level
        if is_any_negative(begin * until):
            has_any = True
            theta = 0.0 if k == 0 else _THETA[k - 1]
            at = spread(theta) + spread(_THETA[k] - theta) * begin / (begin - until)
            slope = (until - begin) * spread(1.0 / (_THETA[k] - theta))
            steep = larger(slope, zero - slope)
            first, second = larger(spread(_THETA[0]) - at, zero), larger(spread(_THETA[1]) - at, zero)
            left = spread(1.0) - at
            if is_bend:
                missed = left * left * left * spread(1.0 / 3.0) - spread(5.0 / 12.0) * (first * first + second * second)
                missed = (missed - spread(1.0 / 12.0) * left * left) * slope * steep
            else:
                missed = left * left * spread(0.5) - spread(5.0 / 12.0) * (first + second) - spread(1.0 / 12.0) * left
                missed = missed * steep
            missed = where_negative(begin * until, scale * missed)
            store(c, _MISSED, load(c, _MISSED) + missed)
            store(c, _MISSED + 1, load(c, _MISSED + 1) + missed * at)
        begin = until
    return has_any


@njit(fastmath={"contract"}, error_model="numpy")
def _forget(c):  # type: ignore[no-untyped-def]
    """Set the rows _MISSED to nothing."""
    store(c, _MISSED, spread(0.0))
    store(c, _MISSED + 1, spread(0.0))


@njit(fastmath={"contract"}, error_model="numpy")
def _missed(c, h, tau, decay):  # type: ignore[no-untyped-def]
    """What the kinks in the rows _MISSED add to a filter by the end of a panel: forcing at θ has decayed by then."""
    return spread(h) / tau * (decay * load(c, _MISSED) + (spread(1.0) - decay) * load(c, _MISSED + 1))


@njit(fastmath={"contract"}, error_model="numpy")
def _systems(w, row, h, d, at, f, b, c, is_ill):  # type: ignore[no-untyped-def]
    """Move the filters f over a panel of h days: its weights from `row` of w, D at its nodes from `at` of d, first drives in c.

    No filter of what is never negative can become so: what rounding and interpolation leave below zero is nothing.
    """
    zero = spread(0.0)
    for node in range(NODES):
        a = _response(w, row + 5 * node, load(f, FAST), d, at, 1)
        s = _response(w, row + 15 + 5 * node, load(f, SLOW), d, at, 1)
        _drives(load(d, at + node + 1), a, s, b, c, _DRIVES * (node + 1))
        if node == NODES - 1:
            store(f, FAST, a)
            store(f, SLOW, s)
    n, ne = load(f, NE), _DRIVES * (NODES + 1)
    store(c, ne, n)
    for node in range(NODES):
        store(c, ne + 1 + node, larger(zero, _response(w, row + 30 + 5 * node, n, c, 0, _DRIVES)))
    glu = _response(w, row + 45, load(f, GLU), c, 0, _DRIVES)
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
    anx = _response(w, row + 50, load(f, ANX), c, 1, _DRIVES)
    scale = (load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * load(f, SLOW)) * load(b, ROWS + 1)
    _forget(c)
    lower = _kink(c, 6, spread(0.5) * load(b, ANX_THETA), True, scale)
    upper = _kink(c, 6, spread(1.5) * load(b, ANX_THETA), True, spread(0.0) - scale)
    if lower or upper:
        anx = anx + _missed(c, h, load(b, TAU + ANX), load(w, row + 50))
    store(f, ANX, larger(zero, anx))
    store(f, SER, larger(zero, _response(w, row + 55, load(f, SER), c, 2, _DRIVES)))
    store(f, DOP, larger(zero, _response(w, row + 60, load(f, DOP), c, 2, _DRIVES)))
    store(f, SLEEP, _response(w, row + 65, load(f, SLEEP), c, ne, 1))
    ill = _response(w, row + 70, load(f, ILL), c, 3, _DRIVES)
    if is_ill:
        _forget(c)
        relieved = _kink(c, 4, spread(0.0), False, load(b, ILLNESS))
        at_full = _kink(c, 4, spread(1.0), False, spread(0.0) - load(b, ILLNESS))
        if relieved or at_full:
            ill = ill + _missed(c, h, load(b, TAU + ILL), load(w, row + 70))
    store(f, ILL, larger(zero, ill))
    for i in range(_DRIVES):
        store(c, i, load(c, _DRIVES * NODES + i))


@njit(fastmath={"contract"}, error_model="numpy")
def _write(out, state, time, who, first, values, begin, end):  # type: ignore[no-untyped-def]
    """Write rows of values to the people of a block as states from `state` on; to eight neighbours at once."""
    if (
        first + WIDTH <= len(who)
        and who[first] % WIDTH == 0
        and who[first + WIDTH - 1] - who[first] == WIDTH - 1
        and out.shape[2] % WIDTH == 0
    ):
        for row in range(begin, end):
            at = ((state + row) * out.shape[1] + time) * out.shape[2] + who[first]
            stream(out, at, load(values, row))
    else:
        for lane in range(min(WIDTH, len(who) - first)):
            for row in range(begin, end):
                out[state + row, time, who[first + lane]] = values[row, lane]


@njit(fastmath={"contract"}, error_model="numpy")
def _rows(n):  # type: ignore[no-untyped-def]
    """Zero rows of lanes, each on one line of memory."""
    flat = np.zeros((n + 1) * WIDTH)
    start = -flat.ctypes.data % (8 * WIDTH) // 8
    return flat[start : start + n * WIDTH].reshape(n, WIDTH)


@njit(fastmath={"contract"}, error_model="numpy")
def _copy(source, to, n):  # type: ignore[no-untyped-def]
    """Copy the first n rows."""
    for i in range(n):
        store(to, i, load(source, i))


@njit(fastmath={"contract"}, error_model="numpy")
def _next(b, f, row, more):  # type: ignore[no-untyped-def]
    """A filter after a day that adds `more`."""
    return load(b, DECAY + row) * load(f, row) + more


@njit(fastmath={"contract"}, error_model="numpy")
def _between(weights, day, added, number, row):  # type: ignore[no-untyped-def]
    """What a leapt day adds to the filter `row`, from the days worked through up to `number`."""
    at = (number - STENCIL + 1) * _N_FILTERS + row
    total = spread(weights[day, 0]) * load(added, at)
    for k in range(1, STENCIL):
        total = total + spread(weights[day, k]) * load(added, at + k * _N_FILTERS)
    return total


@njit(cache=True, parallel=True, fastmath={"contract"}, error_model="numpy")
def _run(  # type: ignore[no-untyped-def]
    rates,
    split,
    body,
    start,
    sizes,
    mask,
    kinds,
    lengths,
    panels,
    days,
    weights,
    stretch,
    output,
    shown,
    doses_mg,
    who,
    most,
    out,
):
    total, entries = split.shape[1], rates.shape[2]
    room = sizes.max() ** 2
    for block in prange(rates.shape[0]):
        first = block * WIDTH
        b, parts = body[block], split[block]
        move, read = _rows(len(kinds) * entries), _rows(len(kinds) * NODES * total)
        w = _rows(len(lengths) * _FW)
        e1, e2, t, u = _rows(room), _rows(room), _rows(room), _rows(room)
        at = 0
        for i in range(len(lengths)):
            for which in (FAST, SLOW, NE):
                at = _filter_weights(lengths[i], load(b, TAU + which), w, at, 0)
            for which in (GLU, ANX, SER, DOP, SLEEP, ILL):
                at = _filter_weights(lengths[i], load(b, TAU + which), w, at, NODES - 1)
        for q in range(len(kinds)):
            entry, state = 0, 0
            for n in sizes:
                here = slice(entry, entry + n * n)
                k, h = rates[block, kinds[q, 0], here], lengths[kinds[q, 1]]
                to, look = q * entries + entry, q * NODES * total + state
                _tables(k, n, mask[here], h, move, to, read, look, total, e1, e2, t, u)
                entry += n * n
                state += n
        x, moved, push, kept, site = _rows(total), _rows(total), _rows(total), _rows(total), _rows(total)
        state = 0
        for n in sizes:
            state += n
            store(site, state - 1, spread(1.0))
        f, g, c = _rows(_N_FILTERS), _rows(_N_FILTERS), _rows(_MISSED + 2)
        d, added = _rows(NODES * most[0] + 1), _rows(most[1] * _N_FILTERS)
        kappa, is_ill = load(b, KAPPA), is_any_negative(spread(0.0) - load(b, ILLNESS))
        _copy(start[block], x, total)
        _copy(start[block, total:], f, _N_FILTERS)
        for i in range(len(days)):
            number, begin, end, day, in_run = (
                days[i, NUMBER],
                days[i, FIRST],
                days[i, LAST],
                days[i, DAY],
                days[i, IN_RUN],
            )
            gap, real, whole = days[i, GAP], days[i, REAL], days[i, WHOLE]
            # the blood: what a whole day does, the days leapt over, then this day with the effect at its nodes
            if number == 0 and whole >= 0:
                for k in range(total):
                    store(push, k, spread(0.0))
                for p in range(begin, end):
                    if panels[p, 2] >= 0:
                        _swallow(push, parts, doses_mg, days[i, DOSE] + panels[p, 2], sizes)
                    _move(push, moved, move, panels[p, 0] * entries, sizes)
            for k in range(gap + 1):
                if k == real:
                    _copy(x, kept, total)
                if k < gap:
                    _move(x, moved, move, whole * entries, sizes)
                    for j in range(total):
                        store(x, j, load(x, j) + load(push, j))
                    if k < real and shown[day - gap + k] >= 0:
                        _write(out, 0, shown[day - gap + k], who, first, x, 0, total)
            store(d, 0, _effect(kappa, site, 0, x, total))
            row = 1
            for p in range(begin, end):
                if panels[p, 2] >= 0:
                    _swallow(x, parts, doses_mg, days[i, DOSE] + panels[p, 2], sizes)
                for node in range(NODES):
                    store(d, row, _effect(kappa, read, (panels[p, 0] * NODES + node) * total, x, total))
                    row += 1
                _move(x, moved, move, panels[p, 0] * entries, sizes)
                if real > gap and panels[p, 3] >= 0 and output[stretch[day] + panels[p, 3]] >= 0:
                    _write(out, 0, output[stretch[day] + panels[p, 3]], who, first, x, 0, total)
            if real <= gap:
                _copy(kept, x, total)
            # the filters, from their own state where no day is leapt over
            row = 0
            if gap == 0:
                _copy(f, g, _N_FILTERS)
                _drives(load(d, 0), load(f, FAST), load(f, SLOW), b, c, 0)
                for p in range(begin, end):
                    _systems(w, panels[p, 1] * _FW, lengths[panels[p, 1]], d, row, f, b, c, is_ill)
                    row += NODES
                    if panels[p, 3] >= 0 and output[stretch[day] + panels[p, 3]] >= 0:
                        _write(out, total, output[stretch[day] + panels[p, 3]], who, first, f, 0, _N_FILTERS)
                if whole >= 0:
                    for j in range(_N_FILTERS):
                        store(added, number * _N_FILTERS + j, load(f, j) - load(b, DECAY + j) * load(g, j))
                    j = number * _N_FILTERS + SLEEP
                    store(added, j, load(added, j) - load(b, PASSED) * load(g, NE))
                continue
            # else from zero: first adaptation, which needs the effect alone, then what follows from it
            a, s = spread(0.0), spread(0.0)
            for j in range(_N_FILTERS):
                store(g, j, a)
            for p in range(begin, end):
                at = panels[p, 1] * _FW
                a = _response(w, at + 5 * (NODES - 1), a, d, row, 1)
                s = _response(w, at + 15 + 5 * (NODES - 1), s, d, row, 1)
                row += NODES
            store(added, number * _N_FILTERS + FAST, a)
            store(added, number * _N_FILTERS + SLOW, s)
            for k in range(gap + 1):
                if k == real:
                    a, s = load(f, FAST), load(f, SLOW)
                if k < gap:
                    for j in (FAST, SLOW):
                        store(f, j, _next(b, f, j, _between(weights, in_run - gap + k, added, number, j)))
                    if k < real and shown[day - gap + k] >= 0:
                        _write(out, total, shown[day - gap + k], who, first, f, FAST, NE)
            for j in (FAST, SLOW):
                store(g, j, load(f, j))
            _drives(load(d, 0), load(g, FAST), load(g, SLOW), b, c, 0)
            row = 0
            for p in range(begin, end):
                _systems(w, panels[p, 1] * _FW, lengths[panels[p, 1]], d, row, g, b, c, is_ill)
                row += NODES
            for j in range(NE, _N_FILTERS):
                store(added, number * _N_FILTERS + j, load(g, j))
            for k in range(real):
                n = load(f, NE)
                for j in range(NE, _N_FILTERS):
                    more = load(g, j)
                    if k < gap:
                        more = _between(weights, in_run - gap + k, added, number, j)
                    store(f, j, larger(spread(0.0), _next(b, f, j, more)))
                store(f, SLEEP, load(f, SLEEP) + load(b, PASSED) * n)
                if k == gap:
                    store(f, FAST, load(g, FAST))
                    store(f, SLOW, load(g, SLOW))
                if shown[day - gap + k] >= 0:
                    _write(out, total, shown[day - gap + k], who, first, f, FAST if k == gap else NE, _N_FILTERS)
            if real <= gap:
                store(f, FAST, a)
                store(f, SLOW, s)
