"""Optimise: sequences of doses that can be made, a week at a time, and the best trades of time,
burden and hard weeks.

A path begins with the guideline's first step, holds each rung for 1 to 4 weeks and goes down within
the guideline's ceiling. Its three costs are
  time    weeks until the last change,
  burden  changes + cuts/28 + pieces/140 (facts, choices),
  risk    Σ over people of σ((worst week − limit)/2)/people: the smooth form of the share of people
  with a hard week.
All three only grow along a path, so a path that is beaten on its way is beaten for good: that
    pruning is exact. Beyond it a beam
keeps, for each rung and whole number of burden, the paths that look best; wide enough it is an
exact search, which a test compares with brute force. The same people walk every path (common random
numbers), an equal share of them for each structure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from homeostat.care.choice.limits import Limits
from homeostat.model.patients import PerPatient
from homeostat.model.walk import DAYS_A_WEEK, States, Walker

SOFTNESS_POINTS = 2.0
"""Width of the smooth edge of a hard week [points]."""
SAME_RISK = 0.005
"""Difference of risk below which two paths count as equally gentle; an exact search knows no such
slack.
"""
BEAM = 3
"""Paths kept for each rung and whole number of burden."""
ENDING = 2
"""Times as many paths that take the goal in one week are lived to their end."""
FAR = 0.25
"""Weight, beside the risk so far, of the risk if the goal were taken at once: what adaptation is
still to be worn off.
"""
KINDS = 10_000
"""More than any whole number of burden."""
DIGITS = 9
"""Decimals of burden that count: the order in which days are summed is no difference."""
_SLIP = 1e-9


@dataclass(frozen=True)
class Rung:
    """One daily total that can be made, and what it takes on one day.

    Attributes:
        doses_mg: the doses by slot of the walker [mg].
        work: burden of one day, in changes of dose.
    """

    mg_per_day: float
    doses_mg: NDArray[np.float64]
    work: float = 0.0


@dataclass(frozen=True)
class Path:
    """One sequence of rungs and what it costs.

    Attributes:
        held: (index of the rung, weeks) in order; the last rung is the goal, held for good (0
            weeks).
        worst: mean severity of each person's worst week [points].
    """

    held: tuple[tuple[int, int], ...]
    weeks: int
    burden: float
    risk: float
    worst: PerPatient

    @property
    def costs(self) -> tuple[float, float, float]:
        """Time [weeks], burden [changes] and risk [share]."""
        return float(self.weeks), self.burden, self.risk


@dataclass
class Layer:
    """The paths that stand at the beginning of one week."""

    rung: NDArray[np.intp]
    held: NDArray[np.intp]
    changes: NDArray[np.intp]
    before_mg: NDArray[np.float64]
    burden: NDArray[np.float64]
    worst: NDArray[np.float64]
    states: States
    trail: list[tuple[int, ...]]
    """for each path the rung of each week so far"""


def search(
    walker: Walker, rungs: Sequence[Rung], present_mg: float, limits: Limits, beam: float = BEAM
) -> tuple[Path, ...]:
    """Return the paths from the present dose to the last rung that no other found path beats,
    fastest first.

    Args:
        rungs: from the highest to the goal; all below the present dose.
        beam: paths kept for each rung and whole number of burden; infinite = exact search.

    Returns:
        nothing where no path stays within the limits.
    """
    goal = len(rungs) - 1
    doses = np.stack([rung.doses_mg for rung in rungs])
    layer = Layer(
        np.full(1, -1),
        np.zeros(1, dtype=np.intp),
        np.zeros(1, dtype=np.intp),
        np.full(1, present_mg),
        np.zeros(1),
        np.zeros((1, walker.people)),
        walker.start,
        [()],
    )
    mg = np.array([present_mg, *(rung.mg_per_day for rung in rungs)])
    found: list[Path] = []
    slack = 0.0 if beam == inf else SAME_RISK
    for week in range(limits.max_weeks + 1):
        settled = walker.settled_effect(doses, DAYS_A_WEEK * (week + 1))
        parent, to = _options(layer, mg, goal, limits, week)
        ending = parent[to == goal]
        if beam != inf:
            later = np.maximum(layer.worst, walker.pressure(layer.states, settled[-1]))[ending]
            ending = ending[
                _best(
                    np.floor(layer.burden[ending]), risk(later, limits.hard_points), ENDING * beam
                )
            ]
        found = _front(found + _ended(walker, layer, ending, rungs, week, limits, goal), slack)
        parent, to = parent[to != goal], to[to != goal]
        if week == limits.max_weeks or not len(parent):
            break
        layer = _onward(walker, layer, parent, to, rungs, mg, week)
        prune(layer, found, beam, limits, settled, walker)
    return tuple(sorted(found, key=lambda path: path.costs))


def risk(worst: NDArray[np.float64], hard_points: float) -> NDArray[np.float64]:
    """Return the mean over people of σ((worst − limit)/2), the last axis being people."""
    return np.asarray((1.0 / (1.0 + np.exp((hard_points - worst) / SOFTNESS_POINTS))).mean(axis=-1))


def _options(
    layer: Layer, mg: NDArray[np.float64], goal: int, limits: Limits, week: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (path, rung of the next week) for everything that may follow: stay, or a rung below
    within the ceiling.
    """
    down = np.zeros((len(layer.rung), goal + 1), dtype=bool)
    known = zip(
        layer.rung.tolist(),
        layer.held.tolist(),
        layer.before_mg.tolist(),
        layer.changes.tolist(),
        strict=True,
    )
    follows: dict[tuple[int, int, float, int], list[int]] = {}
    for row, (rung, held, before, changes) in enumerate(known):
        kind = rung, held, before, min(changes, 2)
        if kind not in follows:
            now = float(mg[rung + 1])
            follows[kind] = [
                to
                for to in limits.below(rung, goal)
                if limits.may_fall(
                    (before, now, float(mg[to + 1])),
                    held,
                    changes,
                    float(mg[rung + 2]),
                    week,
                    is_last=to == goal,
                )
            ] + ([rung] if rung >= 0 and limits.may_stay(held, week) else [])
        down[row, follows[kind]] = True
    path, to = np.nonzero(down)
    return path, to


def _onward(
    walker: Walker,
    layer: Layer,
    parent: NDArray[np.intp],
    to: NDArray[np.intp],
    rungs: Sequence[Rung],
    mg: NDArray[np.float64],
    week: int,
) -> Layer:
    """Live one week on the chosen rungs."""
    states, mean = walker.go(
        layer.states, parent, np.stack([rungs[i].doses_mg for i in to]), 1, DAYS_A_WEEK * week
    )
    changes = to != layer.rung[parent]
    work = np.array([rung.work for rung in rungs]) * DAYS_A_WEEK
    return Layer(
        to,
        np.where(changes, 1, layer.held[parent] + 1),
        layer.changes[parent] + changes,
        np.where(changes, mg[layer.rung[parent] + 1], layer.before_mg[parent]),
        layer.burden[parent] + changes + work[to],
        np.maximum(layer.worst[parent], mean[:, 0]),
        states,
        [(*layer.trail[p], int(i)) for p, i in zip(parent, to, strict=True)],
    )


def _ended(
    walker: Walker,
    layer: Layer,
    parent: NDArray[np.intp],
    rungs: Sequence[Rung],
    week: int,
    limits: Limits,
    goal: int,
) -> list[Path]:
    """Return the paths that take the goal now, watched for some weeks more."""
    if not len(parent):
        return []
    doses = np.repeat(rungs[goal].doses_mg[None], len(parent), axis=0)
    _, mean = walker.go(layer.states, parent, doses, limits.watched, DAYS_A_WEEK * week)
    worst = np.maximum(layer.worst[parent], mean.max(axis=1))
    risks = risk(worst, limits.hard_points)
    return [
        Path(
            _runs(layer.trail[p], goal),
            week,
            round(float(layer.burden[p] + 1.0), DIGITS),
            float(r),
            w,
        )
        for p, r, w in zip(parent, risks, worst, strict=True)
    ]


def _runs(trail: tuple[int, ...], goal: int) -> tuple[tuple[int, int], ...]:
    """Return (rung, weeks) from the rung of each week."""
    runs: list[tuple[int, int]] = []
    for rung in trail:
        if runs and runs[-1][0] == rung:
            runs[-1] = (rung, runs[-1][1] + 1)
        else:
            runs.append((rung, 1))
    return (*runs, (goal, 0))


def _front(paths: list[Path], slack: float) -> list[Path]:
    """Return the paths that no other beats: none as fast, as little work and as gentle."""
    costs = np.array([path.costs for path in paths]).reshape(-1, 3)
    return [paths[i] for i in non_dominated(costs, np.array([0.0, _SLIP, max(slack, _SLIP)]))]


def non_dominated(
    costs: NDArray[np.float64], same: NDArray[np.float64] | float = 0.0
) -> NDArray[np.intp]:
    """Return the indices of the rows that no other row beats; of equal rows the first by its costs
    stays.

    Args:
        costs: (rows, costs); less is better.
        same: difference below which costs count as equal.
    """
    kept = np.empty(0, dtype=np.intp)
    for i in np.lexsort(costs.T[::-1]):
        if not (costs[kept] <= costs[i] + same).all(axis=1).any():
            kept = np.append(kept, i)
    return np.sort(kept)


def _best(kind: NDArray[np.floating], score: NDArray[np.float64], count: float) -> NDArray[np.intp]:
    """Return the indices of the so many lowest scores of each kind."""
    order = np.lexsort((score, kind))
    first = (
        np.flatnonzero(np.r_[True, np.diff(kind[order]) != 0]) if len(order) else np.empty(0, int)
    )
    place = np.arange(len(order)) - np.repeat(first, np.diff(np.r_[first, len(order)]))
    return order[place < ceil(count)]


def prune(
    layer: Layer,
    found: list[Path],
    beam: float,
    limits: Limits,
    settled: NDArray[np.float64],
    walker: Walker,
) -> None:
    """Drop the paths that cannot become better than one that has ended, then all but the best of
    each kind.
    """
    so_far = risk(layer.worst, limits.hard_points)
    slack = 0.0 if beam == inf else SAME_RISK
    alive = np.ones(len(so_far), dtype=bool)
    for path in found:
        alive &= ~((path.burden <= layer.burden + 1.0) & (path.risk <= so_far + slack))
    keep = np.flatnonzero(alive)
    if beam != inf:
        ahead = np.maximum(
            layer.worst[keep], walker.pressure(layer.states[keep], settled[layer.rung[keep]])
        )
        later = np.maximum(ahead, walker.pressure(layer.states[keep], settled[-1]))
        score = risk(ahead, limits.hard_points) + FAR * risk(later, limits.hard_points)
        keep = keep[
            _best(layer.rung[keep] * float(KINDS) + np.floor(layer.burden[keep]), score, beam)
        ]
    layer.rung, layer.held, layer.changes = layer.rung[keep], layer.held[keep], layer.changes[keep]
    layer.before_mg = layer.before_mg[keep]
    layer.burden, layer.worst, layer.states = (
        layer.burden[keep],
        layer.worst[keep],
        layer.states[keep],
    )
    layer.trail = [layer.trail[i] for i in keep]
