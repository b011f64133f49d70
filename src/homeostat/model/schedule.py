"""Schedule: a regimen cut at every dose, output time and change of clearance into stretches of a
few kinds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.model.kinetics import Chain, chain, folds_on
from homeostat.model.patients import Patients
from homeostat.model.regimen import Change, Regimen, doses

FOLD_STEP = 0.01
"""Clearance is constant until it has changed by this share since the last constant value."""
SETTLED_HALF_TIMES = 8.0
"""A change of clearance is complete after so many half-times: less than FOLD_STEP of it is left."""
_EPS = 1e-9


@dataclass(frozen=True)
class Schedule:
    """What happens when, the same for everybody: doses at the start of a stretch, an output at its
    end.

    begins [d] is the day of the first stretch: 0, or a day on which everybody's states are known.
    Stretches are also cut at whole days, so that identical days can be recognised.

    lengths [d], since_dose [d] at the start of the stretch (inf before the first), regime (index of
    clearances in force), output (index of the output time at the end, −1 if none), doses_mg
    (stretches, uses).
    """

    lengths: NDArray[np.float64]
    since_dose: NDArray[np.float64]
    regime: NDArray[np.int64]
    output: NDArray[np.int64]
    doses_mg: NDArray[np.float64]
    times: NDArray[np.float64]
    chains: tuple[Chain, ...]
    begins: float = 0.0

    @cached_property
    def days(self) -> NDArray[np.int64]:
        """Index of the first stretch of each day."""
        starts = self.begins + np.concatenate([[0.0], np.cumsum(self.lengths)[:-1]])
        return np.flatnonzero(np.diff(np.floor(starts + _SLACK), prepend=-1.0))

    @cached_property
    def runs(self) -> NDArray[np.int64]:
        """First day of each run of identical days: the same doses at the same times, the same
        clearance.

        A day with an output before its end is a run of its own, and so is one that is not whole.
        """
        first = self.days
        count = np.diff(first, append=len(self.lengths))
        before = np.arange(len(self.lengths)) - np.repeat(count, count)
        is_like = (np.abs(self.lengths - self.lengths[before]) < _EPS) & (
            self.regime == self.regime[before]
        )
        is_like &= (self.doses_mg == self.doses_mg[before]).all(axis=1)
        inner = self.output >= 0
        inner[first + count - 1] = False
        is_plain = ~np.logical_or.reduceat(inner, first)
        is_plain &= np.add.reduceat(self.lengths, first) > 1.0 - _SLACK
        is_same = np.logical_and.reduceat(is_like, first) & is_plain
        is_same[1:] &= is_plain[:-1] & (count[1:] == count[:-1])
        is_same[0] = False
        return np.flatnonzero(~is_same)


_SLACK = 1e-6
"""Rounding of a sum of stretches, far below the shortest of them [d]."""


def schedule(
    people: Patients,
    regimen: Regimen,
    times: NDArray[np.float64],
    facts: Facts,
    *,
    begins: float = 0.0,
) -> Schedule:
    """Cut the regimen from a day, day 0 unless states are carried on, to the last output time.

    Raises:
        InputError: output times do not rise from that day on.
    """
    if not len(times) or times[0] < begins or np.any(np.diff(times) <= 0):
        raise InputError(f"output times must rise, from day {begins:g} on")
    end = float(times[-1])
    events = [doses(use, end) for use in regimen.uses]
    change_days = _change_days(regimen.changes, end)
    whole_days = np.arange(np.ceil(begins), np.floor(end) + 1.0)
    cuts = [np.full(1, begins), whole_days, times, change_days, *(days for days, _ in events)]
    edges = _distinct(np.concatenate(cuts), begins, end)
    starts, lengths = edges[:-1], np.diff(edges)

    doses_mg = np.zeros((len(starts), len(events)))
    since = np.full(len(starts), np.inf)
    for u, (days, amounts) in enumerate(events):
        known = days >= begins - _EPS
        np.add.at(doses_mg[:, u], np.searchsorted(edges, days[known] - _EPS), amounts[known])
        if len(days):
            last = np.searchsorted(days, starts + _EPS, side="right") - 1
            since = np.minimum(
                since, np.where(last >= 0, starts - days[np.maximum(last, 0)], np.inf)
            )
    regime = np.searchsorted(change_days, starts + _EPS, side="right")
    folds = [folds_on(regimen.changes, 0.0)] + [
        folds_on(regimen.changes, day + 0.5) for day in change_days
    ]
    output = np.full(len(starts), -1, dtype=np.int64)
    ends = np.searchsorted(edges, times - _EPS)
    output[ends[ends > 0] - 1] = np.flatnonzero(ends > 0)
    chains = tuple(chain(people, use, facts, folds) for use in regimen.uses)
    return Schedule(
        lengths, since, regime.astype(np.int64), output, doses_mg, times, chains, begins
    )


def _distinct(days: NDArray[np.float64], begins: float, end: float) -> NDArray[np.float64]:
    days = np.sort(days[(days >= begins) & (days <= end + _EPS)])
    return np.asarray(days[np.concatenate([[True], np.diff(days) > _EPS])])


def clearances(
    changes: Sequence[Change], day: float
) -> tuple[list[dict[str, float]], NDArray[np.int64]]:
    """Return the clearances in force from a day on, and which of them holds on each day; the last
    one continues.

    The days are those of a schedule from day 0, so a simulation from a snapshot has the same
    clearances.

    Returns:
        for each regime the factor on the clearance of each drug [fold], and for each day the index
        of its regime.
    """
    settled = [
        (c.to_day if isfinite(c.to_day) else c.from_day) + SETTLED_HALF_TIMES * c.half_time_d
        for c in changes
    ]
    end = max([day, *settled])
    at = _change_days(changes, end)
    first = max(int(np.searchsorted(at, day + _EPS, side="right")) - 1, -1)
    folds = [folds_on(changes, at[i] + 0.5 if i >= 0 else 0.0) for i in range(first, len(at))]
    days = np.arange(day, np.ceil(end) + 1.0)
    return folds, np.searchsorted(at, days + _EPS, side="right") - 1 - first


def _change_days(changes: Sequence[Change], end: float) -> NDArray[np.float64]:
    """Return the days on which a new constant clearance takes over."""
    if not changes:
        return np.empty(0)
    days = np.arange(0.0, np.ceil(end) + 1.0)
    tracks = [np.array([change.on(day + 0.5) for day in days]) for change in changes]
    kept, held = [], [1.0] * len(tracks)
    for i, day in enumerate(days):
        now = [track[i] for track in tracks]
        if any(abs(a / b - 1.0) > FOLD_STEP for a, b in zip(now, held, strict=True)):
            kept.append(day)
            held = now
    return np.asarray(kept, float)
