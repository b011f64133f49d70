"""Blood: exact kinetics in lanes, x(t + h) = exp(K·h)·x(t), and the effect site at a panel's
nodes.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeostat.model.engine.filters import NODE_AT
from homeostat.model.engine.lanes import load, spread, store

_SMALLEST = 2.0**-12
"""exp(K·δ) is built from exp(K·δ/4096): rates up to 400 a day stay below 0.1 there, for panels of a
day.
"""


def reached(matrix: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which entries of exp(K·t) can differ from zero, flattened."""
    size = matrix.shape[1]
    step = (np.abs(matrix).max(axis=(0, 3)) > 0) | np.eye(size, dtype=bool)
    return np.asarray(np.linalg.matrix_power(step.astype(int), size) > 0).ravel()


@njit(fastmath={"contract"}, error_model="numpy")
def multiply(a, b, c, n, mask):  # type: ignore[no-untyped-def]
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
def exponential(rates, n, mask, delta, e, t, u):  # type: ignore[no-untyped-def]
    """E = exp(K·delta): Taylor to order 6 at delta/4096 by Horner's rule, then twelve squarings."""
    one = spread(1.0)
    for i in range(n * n):
        store(t, i, load(rates, i) * spread(delta * _SMALLEST))
        store(e, i, load(t, i) * spread(1.0 / 6.0))
    for order in range(5, 0, -1):
        for i in range(n):
            store(e, i * n + i, load(e, i * n + i) + one)
        multiply(t, e, u, n, mask)
        for i in range(n * n):
            store(e, i, load(u, i) * spread(1.0 / order))
    for i in range(n):
        store(e, i * n + i, load(e, i * n + i) + one)
    for _ in range(6):
        multiply(e, e, u, n, mask)
        multiply(u, u, e, n, mask)


@njit(fastmath={"contract"}, error_model="numpy")
def tables(k, n, mask, h, move, to, read, at, total, e1, e2, t, u):  # type: ignore[no-untyped-def]
    """Write exp(K·h) of one chain into move from row `to`, and its effect-site rows at the nodes
    into read from row `at`.
    """
    last = (n - 1) * n
    exponential(k, n, mask, h * NODE_AT[0], e1, t, u)
    exponential(k, n, mask, h * (NODE_AT[1] - NODE_AT[0]), e2, t, u)
    multiply(e2, e1, u, n, mask)
    multiply(e1, u, t, n, mask)
    for i in range(n * n):
        store(move, to + i, load(t, i))
    for i in range(n):
        store(read, at + i, load(e1, last + i))
        store(read, at + total + i, load(u, last + i))
        store(read, at + 2 * total + i, load(t, last + i))


@njit(fastmath={"contract"}, error_model="numpy")
def add_doses(x, split, mg, row, sizes):  # type: ignore[no-untyped-def]
    """Add the doses of a stretch to the states of the blood."""
    state = 0
    for use in range(len(sizes)):
        dose = spread(mg[row, use])
        for i in range(state, state + sizes[use]):
            store(x, i, load(x, i) + load(split, i) * dose)
        state += sizes[use]


@njit(fastmath={"contract"}, error_model="numpy")
def advance(x, moved, move, entry, sizes):  # type: ignore[no-untyped-def]
    """Replace x by exp(K·h)·x, the matrix from row `entry` of move."""
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
def effect_at(kappa, read, at, x, total):  # type: ignore[no-untyped-def]
    """Return the effect D = κ·v/(1 + v), v = row `at` of read times x."""
    v = load(read, at) * load(x, 0)
    for i in range(1, total):
        v = v + load(read, at + i) * load(x, i)
    return kappa * v / (spread(1.0) + v)
