"""Stream: quantiles of severity over very many people, a block of people at a time, in constant
memory.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from homeostat.facts import Facts
from homeostat.model.equations import SCALE_TOP
from homeostat.model.patients import draw
from homeostat.model.regimen import Regimen
from homeostat.model.simulate import simulate

BLOCK = 4096
"""People held in memory at once: about a quarter of a GiB over 545 days."""
BINS = 8000
"""Bins over 0 to 80 points, so a quantile is right to a hundredth of a point."""
QUANTILES = (0.1, 0.5, 0.9)
"""Eight people in ten lie between the first and the last."""


@dataclass(frozen=True)
class Progress:
    """How far a long run is."""

    done: int
    total: int
    seconds_left: float


@dataclass(frozen=True)
class Streamed:
    """Quantiles of severity over all people: (quantiles, days)."""

    days: NDArray[np.float64]
    q: tuple[float, ...]
    severity: NDArray[np.float64]
    people: int


def stream(
    n: int,
    seed: int,
    regimen: Regimen,
    *,
    days: ArrayLike | None = None,
    conditions: Iterable[str] = (),
    q: Sequence[float] = QUANTILES,
    tell: Callable[[Progress], None] | None = None,
    facts: Facts | None = None,
    **traits: float | str,
) -> Streamed:
    """Return quantiles of severity over n people drawn like `draw(n, seed, …)`, without holding
    them together.

    Args:
        n, seed: as in draw.
        regimen, days, conditions, facts: as in simulate.
        traits: of the person, as in draw.
        q: which quantiles.
        tell: called after each block with how far it is and how long it will still take.

    Raises:
        InputError: as draw and simulate; the forecast is withheld outside the domain.
    """
    counts: NDArray[np.int64] | None = None
    began, shown = time.perf_counter(), np.empty(0)
    for first in range(0, n, BLOCK):
        size = min(BLOCK, n - first)
        people = draw(size, seed, drugs=regimen.drugs, facts=facts, first=first, **traits)
        course = simulate(people, regimen, days=days, conditions=conditions, facts=facts)
        bins = np.minimum((course["severity"] * (BINS / SCALE_TOP)).astype(np.int64), BINS - 1)
        shown = course.days
        if counts is None:
            counts = np.zeros((len(shown), BINS), dtype=np.int64)
        for row, found in zip(counts, bins, strict=True):
            row += np.bincount(found, minlength=BINS)
        del course, bins  # or two blocks would be held while the next one is simulated
        if tell is not None:
            done = first + size
            tell(Progress(done, n, (time.perf_counter() - began) * (n - done) / done))
    assert counts is not None
    return Streamed(shown, tuple(q), _quantiles(counts, q), n)


def _quantiles(counts: NDArray[np.int64], q: Sequence[float]) -> NDArray[np.float64]:
    """Return quantiles from counts in equal bins, linear inside a bin."""
    total = np.cumsum(counts, axis=1)
    found = np.empty((len(q), len(counts)))
    for i, share in enumerate(q):
        wanted = share * total[:, -1]
        at = (total < wanted[:, None]).sum(axis=1)
        below = np.where(at > 0, total[np.arange(len(total)), np.maximum(at - 1, 0)], 0)
        inside = np.maximum(counts[np.arange(len(counts)), at], 1)
        found[i] = (at + (wanted - below) / inside) * (SCALE_TOP / BINS)
    return found
