"""The fast kernel: exact kinetics and exponential filters on fixed panels, eight people side by side.

The system is a cascade (equations.py), so no solver is needed. Time is cut into panels with four
Gauss–Lobatto nodes. On each panel
- the kinetics are exact: the states move by exp(K·h), the effect site is read at the nodes through rows of it;
- every filter y' = (f − y)/tau is exact for the cubic through its forcing at the nodes:
  y(t) = e^(−t/tau)·y(0) + Σ_k w_k f_k, with w from the functions φ_m(x) = ∫₀¹ e^(−x(1−θ)) θ^(m−1)/(m−1)! dθ.
The local error is of fifth order in the panel where the forcing is smooth, of third where a threshold is crossed.

Panels follow the regimen and the person's own clearance, never the neighbours, so a result is the same bit for
bit for any company and any number of threads. Source: Hochbruck & Ostermann 2010, Acta Numerica 19:209, for φ.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit, prange
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
from homeostat.model.lanes import WIDTH, larger, load, smaller, spread, store
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
_SMALLEST = 2.0**-12
"""exp(K·δ) is built from exp(K·δ/4096): rates up to 400 a day stay below 0.1 there, for panels of a day."""

_H = 1.0 / 24.0
GRIDS: tuple[tuple[float, tuple[tuple[float, tuple[float, ...]], ...]], ...] = (
    (0.035, ((1.0, tuple(h * _H for h in (1.25, 4, 8, 12, 15, 18, 21))), (16.0, (0.25,)), (40.0, (0.5,)))),
    (
        0.10,
        (
            (1.0, tuple(h * _H for h in (0.4, 1, 1.6, 2.3, 3, 4, 5, 6.3, 7.6, 9, 10.5, 12, 14, 16, 18, 20, 22))),
            (20.0, (0.125,)),
        ),
    ),
    (np.inf, ((1.0, tuple(h * _H for h in (0.25, 0.6, 1, 1.5, 2, 2.5, 3, 3.5, *range(4, 24)))), (12.0, (0.0625,)))),
)
"""Panel edges by how fast a person clears the quickest drug on board [1/h, CL/V]: for each grid its upper bound,
then (until day after a dose, edges from the dose; a single edge repeats). Beyond the last, panels of a day.
Who goes on which grid depends on that person alone."""


@dataclass(frozen=True)
class Panels:
    """A schedule cut into panels: for each the kind, the dose at its start and the output at its end (−1 = none)."""

    kind: NDArray[np.int64]
    dose: NDArray[np.int64]
    output: NDArray[np.int64]
    kind_regime: NDArray[np.int64]
    kind_length: NDArray[np.int64]
    lengths: NDArray[np.float64]


def panels(plan: Schedule, grid: int = 0, refine: int = 1) -> Panels:
    """Cut the stretches of a schedule into panels; `refine` cuts each panel further, for error estimates."""
    kinds: dict[tuple[int, int], int] = {}
    lengths: dict[float, int] = {}
    kind, dose, output = [], [], []
    is_dosed = plan.doses_mg.any(axis=1)
    stretches = np.round(plan.lengths, 12).tolist()
    since_dose = np.round(np.minimum(plan.since_dose, LONG_AGO_D), 12).tolist()
    rows = zip(stretches, since_dose, plan.regime.tolist(), plan.output.tolist(), is_dosed.tolist(), strict=True)
    for s, (length, since, regime, shown, has_dose) in enumerate(rows):
        parts = _parts(length, since, grid, refine)
        for part in parts:
            size = lengths.setdefault(part, len(lengths))
            kind.append(kinds.setdefault((regime, size), len(kinds)))
        dose += [s if has_dose else -1] + [-1] * (len(parts) - 1)
        output += [-1] * (len(parts) - 1) + [shown]
    return Panels(
        np.array(kind),
        np.array(dose),
        np.array(output),
        np.array([r for r, _ in kinds]),
        np.array([size for _, size in kinds]),
        np.array(list(lengths)),
    )


LONG_AGO_D = 1000.0


@lru_cache(maxsize=4096)
def _parts(length: float, since: float, grid: int, refine: int) -> tuple[float, ...]:
    """Return the panel lengths [d] of a stretch that begins `since` days after a dose."""
    edges_after = GRIDS[grid][1]
    edges, at = [0.0], 0.0
    while length - at > 1e-9:
        left = length - at
        for until, distances in edges_after:
            if since + at < until - 1e-9:
                after = (
                    [d - since for d in distances if d - since > at + 1e-9]
                    if len(distances) > 1
                    else [at + distances[0]]
                )
                step = (after[0] if after else until - since) - at
                break
        else:
            step = 1.0
        at += left if left < 1.25 * step else step
        edges.append(at)
    return tuple(round(float(part) / refine, 12) for part in np.diff(edges) for _ in range(refine))


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
    out = np.empty((states + _N_FILTERS, len(plan.times), people))
    if start is None:
        start = np.zeros((states + _N_FILTERS, people))
        start[states + ILL] = body[ILLNESS]
    if plan.times[0] == plan.begins:
        out[:, 0] = start
    grid = grids(plan)
    for g in np.unique(grid):
        _run_grid(plan, body, start, int(g), refine, np.flatnonzero(grid == g), out)
    return out


def grids(plan: Schedule) -> NDArray[np.intp]:
    """Return the grid of each person: the first whose bound is above CL/V [1/h] of every drug taken."""
    fastest = np.max([c.fastest_per_h for c in plan.chains], axis=0)
    return np.searchsorted(np.array([bound for bound, _ in GRIDS]), fastest, side="left")


def _run_grid(
    plan: Schedule,
    body: NDArray[np.float64],
    start: NDArray[np.float64],
    grid: int,
    refine: int,
    who: NDArray[np.intp],
    out: NDArray[np.float64],
) -> None:
    """Run the people `who`, who share a grid, and write their states into their columns of out."""
    people = len(who)
    blocks = -(-people // WIDTH)
    cut = panels(plan, grid, refine)
    sizes = np.array([c.size for c in plan.chains])
    rates = np.concatenate([c.matrix[..., who].reshape(len(c.matrix), -1, people) for c in plan.chains], axis=1)
    split = np.concatenate([c.dose_split[:, who] for c in plan.chains])
    mask = np.concatenate([_reach(c.matrix) for c in plan.chains])
    _run(
        _blocked(rates, blocks),
        _blocked(split, blocks),
        _blocked(body[:, who], blocks),
        _blocked(start[:, who], blocks),
        sizes,
        mask,
        cut.kind,
        cut.dose,
        cut.output,
        cut.kind_regime,
        cut.kind_length,
        cut.lengths,
        plan.doses_mg,
        who,
        out,
    )


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
def _response(w, row, y, f0, f1, f2, f3):  # type: ignore[no-untyped-def]
    """The filter's value at one node: five weights from `row` on."""
    return (
        load(w, row) * y + load(w, row + 1) * f0 + load(w, row + 2) * f1 + load(w, row + 3) * f2 + load(w, row + 4) * f3
    )


@njit(fastmath={"contract"}, error_model="numpy")
def _drives(v, a, s, b, c, node):  # type: ignore[no-untyped-def]
    """Write the forcing at one node, equations.rates, into rows 5·node … of c: D is there already."""
    zero, one = spread(0.0), spread(1.0)
    sens, d = load(b, SENS), load(c, 5 * node)
    slow = load(b, SLOW_GAIN)
    h = load(b, FAST_GAIN) * a + slow * s - d
    hx = load(b, ANX_FAST) * a + load(b, ANX_SLOW) * s - d
    m = load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * s
    store(c, 5 * node + 1, m * _ramp(h, load(b, THETA), load(b, ROWS)))
    store(c, 5 * node + 2, m * _ramp(hx, load(b, ANX_THETA), load(b, ROWS + 1)))
    store(c, 5 * node + 3, sens * _ramp(slow * (s - d), load(b, MOOD_THETA), load(b, ROWS + 2)))
    relief = one - load(b, RELIEF) * larger(zero, zero - hx)
    store(c, 5 * node + 4, load(b, ILLNESS) * larger(zero, relief))


@njit(fastmath={"contract"}, error_model="numpy")
def _first_forcing(x, f, sizes, b, c):  # type: ignore[no-untyped-def]
    """Write the forcing at the first node of the first panel, from the states as they stand, into c."""
    v, state = spread(0.0), 0
    for n in sizes:
        state += n
        v = v + load(x, state - 1)
    store(c, 0, load(b, KAPPA) * v / (spread(1.0) + v))
    _drives(v, load(f, FAST), load(f, SLOW), b, c, 0)


@njit(fastmath={"contract"}, error_model="numpy")
def _panel(rows, x, total, w, f, b, c):  # type: ignore[no-untyped-def]
    """Move the filters f over one panel; c holds the forcing (D, W, Wx, Wm, illness) at its four nodes."""
    one, kappa = spread(1.0), load(b, KAPPA)
    for node in range(NODES):
        v = load(rows, node * total) * load(x, 0)
        for i in range(1, total):
            v = v + load(rows, node * total + i) * load(x, i)
        store(c, 5 * node + 5, kappa * v / (one + v))
    d0, d1, d2, d3 = load(c, 0), load(c, 5), load(c, 10), load(c, 15)
    a, s, n = load(f, FAST), load(f, SLOW), load(f, NE)
    for node in range(NODES):
        at, st = _response(w, 5 * node, a, d0, d1, d2, d3), _response(w, 15 + 5 * node, s, d0, d1, d2, d3)
        _drives(one, at, st, b, c, node + 1)
        if node == NODES - 1:
            store(f, FAST, at)
            store(f, SLOW, st)
    w0, w1, w2, w3 = load(c, 1), load(c, 6), load(c, 11), load(c, 16)
    n1, n2, n3 = (
        _response(w, 30, n, w0, w1, w2, w3),
        _response(w, 35, n, w0, w1, w2, w3),
        _response(w, 40, n, w0, w1, w2, w3),
    )
    store(f, NE, n3)
    store(f, GLU, _response(w, 45, load(f, GLU), w0, w1, w2, w3))
    store(f, ANX, _response(w, 50, load(f, ANX), load(c, 2), load(c, 7), load(c, 12), load(c, 17)))
    m0, m1, m2, m3 = load(c, 3), load(c, 8), load(c, 13), load(c, 18)
    store(f, SER, _response(w, 55, load(f, SER), m0, m1, m2, m3))
    store(f, DOP, _response(w, 60, load(f, DOP), m0, m1, m2, m3))
    store(f, SLEEP, _response(w, 65, load(f, SLEEP), n, n1, n2, n3))
    store(f, ILL, _response(w, 70, load(f, ILL), load(c, 4), load(c, 9), load(c, 14), load(c, 19)))
    for i in range(5):
        store(c, i, load(c, 15 + i))


@njit(fastmath={"contract"}, error_model="numpy")
def _tables(k, n, mask, h, move, read, total, state, e1, e2, t, u):  # type: ignore[no-untyped-def]
    """Write exp(K·h) of one chain into move, and its rows that read the effect site at the nodes into read."""
    last = (n - 1) * n
    _exponential(k, n, mask, h * _THETA[0], e1, t, u)
    _exponential(k, n, mask, h * (_THETA[1] - _THETA[0]), e2, t, u)
    _multiply(e2, e1, u, n, mask)
    _multiply(e1, u, move, n, mask)
    for i in range(n):
        store(read, state + i, load(e1, last + i))
        store(read, total + state + i, load(u, last + i))
        store(read, 2 * total + state + i, load(move, last + i))


@njit(cache=True, parallel=True, fastmath={"contract"}, error_model="numpy")
def _run(  # type: ignore[no-untyped-def]
    rates, split, body, start, sizes, mask, kind, dose, output, kind_regime, kind_length, lengths, doses_mg, who, out
):
    total, entries = split.shape[1], rates.shape[2]
    room = sizes.max() ** 2
    for block in prange(rates.shape[0]):
        move = np.empty((len(kind_regime), entries, WIDTH))
        read = np.empty((len(kind_regime), NODES * total, WIDTH))
        weights = np.empty((len(lengths), _FW, WIDTH))
        b = np.empty((ROWS + 3, WIDTH))
        b[:ROWS] = body[block]
        e1, e2, t, u = (
            np.empty((room, WIDTH)),
            np.empty((room, WIDTH)),
            np.empty((room, WIDTH)),
            np.empty((room, WIDTH)),
        )
        for i, row in enumerate((THETA, ANX_THETA, MOOD_THETA)):
            store(b, ROWS + i, spread(0.5) / load(b, row))
        for i in range(len(lengths)):
            at = 0
            for which in (FAST, SLOW, NE):
                at = _filter_weights(lengths[i], load(b, TAU + which), weights[i], at, 0)
            for which in (GLU, ANX, SER, DOP, SLEEP, ILL):
                at = _filter_weights(lengths[i], load(b, TAU + which), weights[i], at, NODES - 1)
        for q in range(len(kind_regime)):
            entry, state = 0, 0
            for n in sizes:
                here = slice(entry, entry + n * n)
                _tables(
                    rates[block, kind_regime[q], here],
                    n,
                    mask[here],
                    lengths[kind_length[q]],
                    move[q, here],
                    read[q],
                    total,
                    state,
                    e1,
                    e2,
                    t,
                    u,
                )
                entry += n * n
                state += n
        x, moved = start[block, :total].copy(), np.empty((total, WIDTH))
        f, c = start[block, total:].copy(), np.zeros((20, WIDTH))
        _first_forcing(x, f, sizes, b, c)
        for panel in range(len(kind)):
            q = kind[panel]
            if dose[panel] >= 0:
                state = 0
                for use in range(len(sizes)):
                    mg = spread(doses_mg[dose[panel], use])
                    for i in range(state, state + sizes[use]):
                        store(x, i, load(x, i) + load(split[block], i) * mg)
                    state += sizes[use]
            _panel(read[q], x, total, weights[kind_length[q]], f, b, c)
            entry, state = 0, 0
            for n in sizes:
                for i in range(n):
                    value = load(move[q], entry) * load(x, state)
                    for k in range(1, n):
                        value = value + load(move[q], entry + k) * load(x, state + k)
                    store(moved, state + i, value)
                    entry += n
                state += n
            x, moved = moved, x
            if output[panel] >= 0:
                first = block * WIDTH
                for lane in range(min(WIDTH, len(who) - first)):
                    for i in range(total):
                        out[i, output[panel], who[first + lane]] = x[i, lane]
                    for i in range(_N_FILTERS):
                        out[total + i, output[panel], who[first + lane]] = f[i, lane]
