"""Reference kernel: classical Runge–Kutta on the whole system, one person at a time. Slow and
simple; kernel.py is compared with it.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeostat.model.compiled_cache import tolerant
from homeostat.model.equations import FILTERS, ILL, ILLNESS, rates
from homeostat.model.schedule import Schedule


def run_reference(
    plan: Schedule,
    body: NDArray[np.float64],
    step_h: float = 0.1,
    start: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return all states at the output times: (PK states of all chains, then filters; times;
    people), as kernel.run does.

    Fourth order in the step; stretches between doses are cut into equal steps of at most `step_h`
    hours.
    """
    people = body.shape[1]
    sizes = np.array([c.size for c in plan.chains])
    regimes = plan.chains[0].matrix.shape[0]
    total = int(sizes.sum())
    matrix = np.zeros((people, regimes, total, total))
    split = np.zeros((people, total, len(sizes)))
    effect = np.zeros(total)
    first = 0
    for u, c in enumerate(plan.chains):
        here = slice(first, first + c.size)
        matrix[:, :, here, here] = np.moveaxis(c.matrix, 3, 0)
        split[:, here, u] = c.dose_split.T
        effect[first + c.size - 1] = 1.0
        first += c.size
    out = np.zeros((people, len(plan.times), total + len(FILTERS)))
    if start is None:
        start = np.zeros((total + len(FILTERS), people))
        start[total + ILL] = body[ILLNESS]
    if plan.times[0] == plan.begins:
        out[:, 0] = start.T
    _march(
        plan.lengths,
        plan.regime,
        plan.output,
        plan.doses_mg,
        matrix,
        split,
        effect,
        np.ascontiguousarray(body.T),
        np.ascontiguousarray(start.T),
        step_h / 24.0,
        out,
    )
    return np.ascontiguousarray(out.transpose(2, 1, 0))


@tolerant
@njit(cache=True)
def derivative(x, matrix, effect, body, total, out):  # type: ignore[no-untyped-def]
    """Write the derivative of the whole state of one person into out."""
    v = 0.0
    for i in range(total):
        out[i] = 0.0
        for j in range(total):
            out[i] += matrix[i, j] * x[j]
        v += effect[i] * x[i]
    rates(v, x[total:], body, out[total:])


@tolerant
@njit(cache=True)
def _march(  # type: ignore[no-untyped-def]
    lengths, regime, output, doses_mg, matrix, split, effect, body, start, step, out
):
    people, total = matrix.shape[0], matrix.shape[2]
    size = out.shape[2]
    for p in range(people):
        x = start[p].copy()
        k1, k2, k3, k4 = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
        for s in range(len(lengths)):
            for i in range(total):
                for u in range(doses_mg.shape[1]):
                    x[i] += split[p, i, u] * doses_mg[s, u]
            m = matrix[p, regime[s]]
            n = int(np.ceil(lengths[s] / step))
            h = lengths[s] / n
            for _ in range(n):
                derivative(x, m, effect, body[p], total, k1)
                derivative(x + 0.5 * h * k1, m, effect, body[p], total, k2)
                derivative(x + 0.5 * h * k2, m, effect, body[p], total, k3)
                derivative(x + h * k3, m, effect, body[p], total, k4)
                x += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
            if output[s] >= 0:
                out[p, output[s]] = x
