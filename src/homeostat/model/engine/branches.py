"""Branches: compiled loops that advance many plans by whole weeks, of the filters only those that
severity needs.
"""

import numpy as np
from numba import njit, prange

from homeostat.model.compiled_cache import tolerant
from homeostat.model.engine.blood import add_doses, advance, effect_at, tables
from homeostat.model.engine.filters import (
    NODE_WEIGHTS,
    NODES,
    filter_weights,
    ramp,
    response,
)
from homeostat.model.engine.lanes import WIDTH, copy, load, rows, spread, store
from homeostat.model.engine.systems import INVERSE_ANX_THETA, INVERSE_THETA, N_FILTERS
from homeostat.model.equations import (
    ANX,
    ANX_FAST,
    ANX_SLOW,
    ANX_THETA,
    FAST,
    FAST_GAIN,
    GLU,
    KAPPA,
    NE,
    SCALE_TOP,
    SENS_FLOOR,
    SENS_SLOPE,
    SLOW,
    SLOW_GAIN,
    TAU,
    THETA,
)

DAYS_A_WEEK = 7
LENGTH, DOSED_SLOT = range(2)
"""Columns of BranchDays.panels."""
BASELINE, PHYSICAL_SHARE, HALF_DRIVE = range(3)
"""Rows of the severity scale."""

# Rows of the weights of one panel: all nodes of fast and slow, the last node of the others.
_FAST_WEIGHTS, _SLOW_WEIGHTS = 0, NODE_WEIGHTS * NODES
_NE_WEIGHTS, _GLU_WEIGHTS, _ANX_WEIGHTS, _WEIGHTS = (
    NODE_WEIGHTS * (2 * NODES + i) for i in range(4)
)

# Rows that _drive writes for each node.
_DRIVE, _ANX_DRIVE, _DRIVES = range(3)


@tolerant
@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def kinetic_tables(rates, sizes, mask, lengths):  # type: ignore[no-untyped-def]
    """Return for each block and length exp(K·h), and the rows that read the effect site at the
    nodes.
    """
    blocks, entries, total = rates.shape[0], rates.shape[1], sizes.sum()
    move = np.empty((blocks, len(lengths) * entries, WIDTH))
    read = np.empty((blocks, len(lengths) * NODES * total, WIDTH))
    largest = sizes.max() ** 2
    e1, e2, t, u = rows(largest), rows(largest), rows(largest), rows(largest)
    for block in range(blocks):
        to_all, read_all = move[block], read[block]
        for i in range(len(lengths)):
            entry, state = 0, 0
            for n in sizes:
                here = slice(entry, entry + n * n)
                k, h = rates[block, here], lengths[i]
                to, look = i * entries + entry, i * NODES * total + state
                tables(k, n, mask[here], h, to_all, to, read_all, look, total, e1, e2, t, u)
                entry += n * n
                state += n
    return move, read


@tolerant
@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def weight_tables(body, lengths):  # type: ignore[no-untyped-def]
    """Return for each block and length the weights of the filters."""
    weights = np.empty((len(body), len(lengths) * _WEIGHTS, WIDTH))
    for block in range(len(body)):
        at, b = 0, body[block]
        for i in range(len(lengths)):
            for which in (FAST, SLOW):
                at = filter_weights(lengths[i], load(b, TAU + which), weights[block], at, 0)
            for which in (NE, GLU, ANX):
                at = filter_weights(lengths[i], load(b, TAU + which), weights[block], at, NODES - 1)
    return weights


@njit(fastmath={"contract"}, error_model="numpy")
def _drive(d, a, s, b, c, at):  # type: ignore[no-untyped-def]
    """Write the forcing of severity at one node, equations.rates, into c from row `at` on: W,
    Wx.
    """
    m = load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * s
    h = load(b, FAST_GAIN) * a + load(b, SLOW_GAIN) * s - d
    hx = load(b, ANX_FAST) * a + load(b, ANX_SLOW) * s - d
    store(c, at + _DRIVE, m * ramp(h, load(b, THETA), load(b, INVERSE_THETA)))
    store(c, at + _ANX_DRIVE, m * ramp(hx, load(b, ANX_THETA), load(b, INVERSE_ANX_THETA)))


@njit(fastmath={"contract"}, error_model="numpy")
def _advance_filters(w, row, d, f, b, c, is_physical):  # type: ignore[no-untyped-def]
    """Advance the filters of severity over one panel.

    Weights from `row` of w, the effect D at the nodes in d, the drives at the first node in c.
    """
    for node in range(NODES):
        a = response(w, row + _FAST_WEIGHTS + NODE_WEIGHTS * node, load(f, FAST), d, 0, 1)
        s = response(w, row + _SLOW_WEIGHTS + NODE_WEIGHTS * node, load(f, SLOW), d, 0, 1)
        _drive(load(d, node + 1), a, s, b, c, _DRIVES * (node + 1))
        if node == NODES - 1:
            store(f, FAST, a)
            store(f, SLOW, s)
    store(f, NE, response(w, row + _NE_WEIGHTS, load(f, NE), c, _DRIVE, _DRIVES))
    store(f, GLU, response(w, row + _GLU_WEIGHTS, load(f, GLU), c, _DRIVE, _DRIVES))
    if not is_physical:
        store(f, ANX, response(w, row + _ANX_WEIGHTS, load(f, ANX), c, _ANX_DRIVE, _DRIVES))
    for i in range(_DRIVES):
        store(c, i, load(c, _DRIVES * NODES + i))


@njit(fastmath={"contract"}, error_model="numpy")
def _severity(f, scale):  # type: ignore[no-untyped-def]
    """Return readings.severity in lanes."""
    baseline, share = load(scale, BASELINE), load(scale, PHYSICAL_SHARE)
    u = share * spread(0.5) * (load(f, NE) + load(f, GLU)) + (spread(1.0) - share) * load(f, ANX)
    return baseline + (spread(SCALE_TOP) - baseline) * u / (u + load(scale, HALF_DRIVE))


@tolerant
@njit(cache=True, parallel=True, fastmath={"contract"}, error_model="numpy")
def run_branches(tables, cut, branches, is_physical, after, mean):  # type: ignore[no-untyped-def]
    """Advance all branches by mean.shape[1] weeks.

    Args:
        tables, cut, branches: BranchTables, BranchDays, Branches.
        is_physical: severity does not count anxiety, for nobody.
        after: receives the states at the end, in lanes: (branches, blocks, states, lane).
        mean: receives the mean severity of each week [points]: (branches, weeks, people).
    """
    # fields are taken out of their tuples once: numba counts a reference each time
    move, read, weights, split = tables.move, tables.read, tables.weights, tables.dose_split
    body, scale, states, parents = tables.body, tables.scale, branches.states, branches.parents
    panels, sizes, regimes, doses = cut.panels, cut.sizes, cut.regimes, branches.doses_mg
    blocks, weeks, total = states.shape[1], mean.shape[1], split.shape[1]
    entries = 0
    for n in sizes:
        entries += n * n
    for task in prange(len(parents)):
        x, moved, site = rows(total), rows(total), rows(total)
        f, c, d = rows(N_FILTERS), rows(_DRIVES * (NODES + 1)), rows(NODES + 1)
        state = 0
        for n in sizes:
            state += n
            store(site, state - 1, spread(1.0))
        for block in range(blocks):
            b = body[block]
            kappa = load(b, KAPPA)
            copy(states[parents[task], block], x, total)
            copy(states[parents[task], block, total:], f, N_FILTERS)
            store(d, 0, effect_at(kappa, site, 0, x, total))
            _drive(load(d, 0), load(f, FAST), load(f, SLOW), b, c, 0)
            for week in range(weeks):
                felt = spread(0.0)
                for day in range(DAYS_A_WEEK):
                    regime = regimes[week * DAYS_A_WEEK + day]
                    for p in range(len(panels)):
                        length, slot = panels[p, LENGTH], panels[p, DOSED_SLOT]
                        if slot >= 0:
                            add_doses(x, split[block], doses[task], slot, sizes)
                        if length < 0:
                            continue
                        for node in range(NODES):
                            at = (length * NODES + node) * total
                            effect = effect_at(kappa, read[regime, block], at, x, total)
                            store(d, node + 1, effect)
                        row = length * _WEIGHTS
                        _advance_filters(weights[block], row, d, f, b, c, is_physical)
                        advance(x, moved, move[regime, block], length * entries, sizes)
                        store(d, 0, load(d, NODES))
                    felt = felt + _severity(f, scale[block])
                store(
                    mean[task, week, block * WIDTH : block * WIDTH + WIDTH].reshape(1, WIDTH),
                    0,
                    felt * spread(1.0 / 7.0),
                )
            for i in range(total):
                store(after[task, block], i, load(x, i))
            for i in range(N_FILTERS):
                store(after[task, block], total + i, load(f, i))
