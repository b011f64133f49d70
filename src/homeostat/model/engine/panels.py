"""Panels: which days of a schedule the fast kernel computes in full, on which panels, and which it
interpolates.

Within a run of identical days the change from one day to the next becomes slower and slower. So the
kernel computes only some days of a run, at growing distances, and interpolates what the days
between them add to each filter (kernel.py). Days and panels depend on the regimen and the person's
own clearance up to that day, never on other people, on the output times or on later events.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from homeostat.model.schedule import Schedule

LEAP = 0.0625
"""Distance between two computed days, as a share of the days since the run began."""
STENCIL = 6
"""Computed days from which a day is interpolated: the next one and the five before it."""

_H = 1.0 / 24.0
GRIDS: tuple[tuple[float, tuple[tuple[float, tuple[float, ...]], ...]], ...] = (
    (
        0.035,
        (
            (1.0, tuple(h * _H for h in (0.8, 2.2, 4.5, 8, 12, 15, 18, 21))),
            (10.0, (0.25,)),
            (30.0, (0.5,)),
        ),
    ),
    (
        0.10,
        (
            (
                1.0,
                tuple(
                    h * _H
                    for h in (
                        0.2,
                        0.5,
                        0.9,
                        1.4,
                        2,
                        2.8,
                        3.7,
                        4.7,
                        5.8,
                        7,
                        8.1,
                        9.1,
                        10.1,
                        11,
                        12,
                        13.5,
                        15,
                        16.5,
                        18,
                        20,
                        22,
                    )
                ),
            ),
            (20.0, (0.125,)),
        ),
    ),
    (
        np.inf,
        (
            (
                1.0,
                tuple(
                    h * _H for h in (0.15, 0.35, 0.6, 0.9, 1.25, 1.6, 2, 2.5, 3, 3.5, *range(4, 24))
                ),
            ),
            (12.0, (0.0625,)),
        ),
    ),
)
"""Panel edges by how fast a person clears the quickest drug on board [1/h, CL/V]: for each grid its
upper bound, then (until day after a dose, edges from the dose; a single edge repeats). Beyond the
last, panels of a day. Who goes on which grid depends on that person alone.
"""


def grids(plan: Schedule) -> NDArray[np.int64]:
    """Return the two grids of each person, (2, people): before clearance first changes, and from
    then on.

    A grid is the first whose bound is above CL/V [1/h] of every drug taken, under the largest
    clearance of its time.
    """
    fastest = np.max([c.fastest_per_h for c in plan.chains], axis=0)
    both = np.stack([fastest[0], fastest.max(axis=0)])
    return np.searchsorted(np.array([bound for bound, _ in GRIDS]), both, side="left")


class Panels(NamedTuple):
    """What the kernel computes, for one pair of grids.

    Attributes:
        kinds: regime and index of the length of each kind of panel.
        lengths: of panels [d].
        panels: one row for each panel, columns KIND to ENDS_STRETCH.
        days: one row for each computed day, columns NUMBER to WHOLE.
        weights: for each day of a run the weights of the STENCIL computed days it is interpolated
            from.
    """

    kinds: NDArray[np.int64]
    lengths: NDArray[np.float64]
    panels: NDArray[np.int64]
    days: NDArray[np.int64]
    weights: NDArray[np.float64]


REGIME, LENGTH_OF_KIND = range(2)
"""Columns of Panels.kinds."""
KIND, LENGTH, DOSE_STRETCH, ENDS_STRETCH = range(4)
"""Columns of Panels.panels: index of its kind and of its length; the stretch of the day whose doses
come at its start (−1: none); the stretch of the day that it ends (−1: none).
"""
NUMBER, FIRST, END, DOSE, DAY, IN_RUN, GAP, REAL, WHOLE = range(9)
"""Columns of Panels.days: its number among the computed days of the run; its first panel and the
one after its last; the stretch whose doses open it; the day of the schedule and of the run;
interpolated days before it; how many of those and itself belong to the schedule (the last day of a
run can serve interpolation only); the kind of panel that is a whole day (−1: no day of the run is
interpolated).
"""


class _Cuts:
    """Collects panels and their kinds, each once, in the order of first use."""

    def __init__(self, refine: int) -> None:
        self.refine = refine
        self.kinds: dict[tuple[int, float], int] = {}
        self.lengths: dict[float, int] = {}
        self.panels: list[tuple[int, int, int, int]] = []
        self._days: dict[tuple[object, ...], tuple[int, int]] = {}

    def kind(self, regime: int, length: float) -> int:
        """Return the number of a kind of panel."""
        self.lengths.setdefault(length, len(self.lengths))
        return self.kinds.setdefault((regime, length), len(self.kinds))

    def day(
        self, regime: int, grid: int, stretches: tuple[tuple[float, float, bool], ...]
    ) -> tuple[int, int]:
        """Return first panel and the one after the last of a day of (length, since a dose, has a
        dose) stretches.
        """
        key = (regime, grid, stretches)
        if key not in self._days:
            first = len(self.panels)
            for j, (length, since, has_dose) in enumerate(stretches):
                parts = _parts(length, since, grid, self.refine)
                for i, part in enumerate(parts):
                    kind = self.kind(regime, part)
                    dose, end = j if has_dose and i == 0 else -1, j if i == len(parts) - 1 else -1
                    self.panels.append((kind, self.lengths[part], dose, end))
            self._days[key] = (first, len(self.panels))
        return self._days[key]


def panels(plan: Schedule, grid: tuple[int, int], refine: int = 1) -> Panels:
    """Return the panels of a schedule; `refine` divides panels and distances between computed days,
    for error estimates.
    """
    stretch, starts = plan.days, plan.runs
    dosed, weights = computed_days(refine, 1 << len(stretch).bit_length())
    cuts = _Cuts(refine)
    worked, spans, whole = [], [], []
    many = np.diff(stretch, append=len(plan.lengths))[starts].tolist()
    alike = np.diff(starts, append=len(stretch)).tolist()
    first = stretch[starts].tolist()
    for base, n, m in zip(first, alike, many, strict=True):
        regime = int(plan.regime[base])
        own = grid[min(regime, 1)]
        length = np.round(plan.lengths[base : base + m], 12).tolist()
        has_dose = [bool(row.any()) for row in plan.doses_mg[base : base + m]]
        long_ago = GRIDS[own][1][-1][0]
        # with doses, every day after the first is cut alike
        # without, days differ until the last dose is long ago
        if any(has_dose):
            mine = dosed[: int(np.searchsorted(dosed, n - 1)) + 1]
            since = plan.since_dose[base : base + m * min(n, 2)].reshape(-1, m)
        else:
            mine = np.arange(n)
            until = int(np.ceil(max(long_ago - plan.since_dose[base], 0.0)))
            since = plan.since_dose[base : base + m] + np.arange(min(n, until + 1))[:, None]
        since = np.minimum(np.round(since, 12), long_ago)
        own_cuts = [
            cuts.day(regime, own, tuple(zip(length, day, has_dose, strict=True)))
            for day in since.tolist()
        ]
        worked.append(mine)
        spans.append(np.array(own_cuts)[np.minimum(mine, len(own_cuts) - 1)])
        whole.append(cuts.kind(regime, 1.0) if mine[-1] >= len(mine) else -1)
    counts = [len(mine) for mine in worked]
    in_run = np.concatenate(worked)
    number = np.arange(len(in_run)) - np.repeat(np.cumsum(counts) - counts, counts)
    gap = np.where(number > 0, np.diff(in_run, prepend=0) - 1, 0)
    span = np.concatenate(spans)
    start, base_of, whole_of, n_of = (
        np.repeat(of_run, counts) for of_run in (starts, first, whole, alike)
    )
    real = np.minimum(n_of - in_run + gap, gap + 1)
    columns = (number, span[:, 0], span[:, 1], base_of, start + in_run, in_run, gap, real, whole_of)
    return Panels(
        np.array([(regime, cuts.lengths[length]) for regime, length in cuts.kinds]),
        np.array(list(cuts.lengths)),
        np.array(cuts.panels),
        np.stack(columns, axis=1).astype(np.int64),
        weights,
    )


@lru_cache(maxsize=8)
def computed_days(refine: int, size: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the computed days of any run, past `size` days, and the interpolation weights of each
    day up to the last.

    Lagrange's weights for a day between the last two of STENCIL computed days: of sixth order in
    the distance.
    """
    worked = [0]
    while worked[-1] < max(size, STENCIL):
        worked.append(worked[-1] + max(1, int(worked[-1] * LEAP / refine)))
    nodes = np.array(worked)
    days = np.arange(
        nodes[-1] + 1
    )  # the last can lie beyond the run, and the days before it are still read
    after = np.maximum(np.searchsorted(nodes, days), STENCIL - 1)
    around = nodes[after[:, None] + np.arange(1 - STENCIL, 1)].astype(float)
    weights = np.ones((len(days), STENCIL))
    for k in range(STENCIL):
        for j in range(STENCIL):
            if j != k:
                weights[:, k] *= (days - around[:, j]) / (around[:, k] - around[:, j])
    return nodes, weights


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
