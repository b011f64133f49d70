"""Filters: y' = (f − y)/tau, exact for the cubic through its forcing at the four Gauss–Lobatto
nodes of a panel.

y(t) = e^(−t/tau)·y(0) + Σ_k w_k f_k, with w from the functions φ_m(x) = ∫₀¹ e^(−x(1−θ))
θ^(m−1)/(m−1)! dθ. Source: Hochbruck & Ostermann 2010, Acta Numerica 19:209, for φ.
"""

import numpy as np
from numba import njit

from homeostat.model.engine.lanes import larger, load, smaller, spread, store

NODES = 3
"""New nodes of a panel; the first node is the last of the panel before."""
_C = 0.5 - 0.5 / np.sqrt(5.0)
NODE_AT = np.array([_C, 1.0 - _C, 1.0])
"""Where the new nodes lie, as a share of the panel."""
_LAGRANGE = np.linalg.inv(np.vander(np.array([0.0, *NODE_AT]), increasing=True)).T
"""Row k: coefficients of the cubic that is 1 at node k and 0 at the others."""
_SERIES = 24
"""Terms of φ4: relative error below 1e-13 for panels up to 5 time constants."""
NODE_WEIGHTS = 5
"""Weights of one filter at one node: the decay e^(−t/tau), then one for the forcing at each of four
nodes.
"""
TO_LAST_NODE = NODE_WEIGHTS * (NODES - 1)
"""From the weights of a filter's first node to those of its last."""


@njit(fastmath={"contract"}, error_model="numpy")
def filter_weights(h, tau, weights, at, first):  # type: ignore[no-untyped-def]
    """Write (e^(−t/tau), w_0 … w_3) for the nodes from `first` on into weights from row `at`;
    return the next row.
    """
    for j in range(first, NODES):
        x = spread(h * NODE_AT[j]) / tau
        term = spread(1.0 / 24.0)
        phi4 = term
        for k in range(1, _SERIES):
            term = term * x * spread(-1.0 / (4 + k))
            phi4 = phi4 + term
        phi3 = spread(1.0 / 6.0) - x * phi4
        phi2 = spread(0.5) - x * phi3
        phi1 = spread(1.0) - x * phi2
        m0 = x * phi1
        m1 = spread(NODE_AT[j]) * x * phi2
        m2 = spread(NODE_AT[j] ** 2 * 2.0) * x * phi3
        m3 = spread(NODE_AT[j] ** 3 * 6.0) * x * phi4
        store(weights, at, spread(1.0) - m0)
        for k in range(4):
            w = spread(_LAGRANGE[k, 0]) * m0 + spread(_LAGRANGE[k, 1]) * m1
            w = w + spread(_LAGRANGE[k, 2]) * m2 + spread(_LAGRANGE[k, 3]) * m3
            store(weights, at + 1 + k, w)
        at += NODE_WEIGHTS
    return at


@njit(fastmath={"contract"}, error_model="numpy")
def response(w, row, y, f, at, by):  # type: ignore[no-untyped-def]
    """Return a filter's value at one node: weights from `row` of w, forcing in rows at, at + by, at
    + 2·by, at + 3·by of f.
    """
    return (
        load(w, row) * y
        + load(w, row + 1) * load(f, at)
        + load(w, row + 2) * load(f, at + by)
        + load(w, row + 3) * load(f, at + 2 * by)
        + load(w, row + 4) * load(f, at + 3 * by)
    )


@njit(fastmath={"contract"}, error_model="numpy")
def ramp(x, theta, inverse):  # type: ignore[no-untyped-def]
    """equations.ramp for lanes; inverse = 1/(2·theta)."""
    zero = spread(0.0)
    inside = smaller(larger(x - spread(0.5) * theta, zero), theta)
    return inside * inside * inverse + larger(x - spread(1.5) * theta, zero)
