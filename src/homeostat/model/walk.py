"""Walk: move people who stand on a day on by whole days, down thousands of branching plans at once.

The kernel's kinetics and filters with fewer panels a day, and of the filters only those that severity is made of: good for choosing
among plans, which are then simulated in full. One day is cut at its dose times, and once more in a long gap; each day has the
clearance that `simulate` gives it. The worst week's mean severity agrees with `simulate` to a quarter of a point, to 0.4 where
clearance moves on the way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import get_num_threads, njit, prange, set_num_threads
from numpy.typing import NDArray

from homeostat.facts import Facts
from homeostat.model.course import SCALE_TOP
from homeostat.model.engine.blood import effect_at, move_on, reach, swallow
from homeostat.model.engine.blood import tables as blood_tables
from homeostat.model.engine.filters import NODES, filter_weights, ramp, response
from homeostat.model.engine.lanes import WIDTH, blocked, copy, load, rows, spread, store
from homeostat.model.engine.systems import N_FILTERS, day_rows
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
    ROWS,
    SENS_FLOOR,
    SENS_SLOPE,
    SLOW,
    SLOW_GAIN,
    TAU,
    THETA,
    body_rows,
)
from homeostat.model.kinetics import Chain, chain
from homeostat.model.regimen import FIRST_DOSE_HOUR, Change, Step, Use
from homeostat.model.schedule import clearances
from homeostat.model.standing import Standing

DAYS_A_WEEK = 7
LONG_GAP_H, CUT_H = 12.5, 3.0
"""A gap between doses longer than the first is cut once more, so long after the dose [h]."""
_WEIGHTS = 5 * (2 * NODES + 3)
"""Rows of weights of one panel: five for each node of fast and slow, five for the end of norepinephrine, glutamate, anxiety."""
_SAME = 1e-9

States = NDArray[np.float64]
"""(nodes, blocks of people, states, people of a block)"""


@dataclass(frozen=True)
class Walker:
    """People ready to walk on: where they stand, and what each part of a day does to them.

    Attributes:
        slots: what can be taken when: (drug, clock hour), in the order of the columns of doses.
        start: where they stand, one node.
    """

    slots: tuple[tuple[str, float], ...]
    start: States
    people: int
    _tables: tuple[NDArray[np.float64], ...]
    _panels: NDArray[np.int64]
    _sizes: NDArray[np.int64]
    _uses: NDArray[np.int64]
    _regimes: NDArray[np.int64]
    _site_per_mg: NDArray[np.float64]
    _body: NDArray[np.float64]
    _is_physical: bool

    def settled_effect(self, doses_mg: NDArray[np.float64], day: int = 0) -> NDArray[np.float64]:
        """Return the effect D once doses have been taken for good, (rows of doses, people), at the mean level of a day.

        Args:
            day: the clearance is that of so many days after the start.
        """
        v = np.einsum("ts,sp->tp", doses_mg, self._site_per_mg[self._on(day, 1)[0], self._uses])
        return np.asarray(self._body[KAPPA] * v / (1.0 + v))

    def pressure(self, states: States, effect: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the severity [points] to which people tend if the effect were this from now on, (nodes, people).

        The drive with adaptation as it stands: n = x = m·ramp(gA·a + gS·s − D), without waiting for n and x to follow.
        """
        blocks = states.shape[1]
        f = np.moveaxis(states[:, :, -N_FILTERS:], 1, 2).reshape(
            len(states), N_FILTERS, blocks * WIDTH
        )
        f = f[..., : self.people]
        b = self._body
        h = b[FAST_GAIN] * f[:, FAST] + b[SLOW_GAIN] * f[:, SLOW] - effect
        theta = b[THETA]
        inside = np.clip(h - 0.5 * theta, 0.0, theta)
        w = (b[SENS_FLOOR] + b[SENS_SLOPE] * f[:, SLOW]) * (
            inside**2 / (2.0 * theta) + np.maximum(h - 1.5 * theta, 0.0)
        )
        baseline, _, half = self._tables[5].swapaxes(0, 1).reshape(3, -1)[:, : self.people]
        return np.asarray(baseline + (SCALE_TOP - baseline) * w / (w + half))

    def doses(self, mg: Mapping[tuple[str, float], float]) -> NDArray[np.float64]:
        """Return one row of doses [mg] from a mapping of slots; slots that are not named take nothing."""
        return np.array([mg.get(slot, 0.0) for slot in self.slots])

    def _on(self, day: int, days: int) -> NDArray[np.int64]:
        """Return which clearance is in force on some days; the last holds for good."""
        return self._regimes[np.minimum(np.arange(day, day + days), len(self._regimes) - 1)]

    def go(
        self,
        states: States,
        parents: NDArray[np.intp],
        doses_mg: NDArray[np.float64],
        weeks: int,
        day: int = 0,
    ) -> tuple[States, NDArray[np.float64]]:
        """Return the states after some weeks and the mean severity of each, (walks, weeks, people) [points].

        Args:
            parents: for each walk the node it begins at.
            doses_mg: for each walk the same doses on every day, (walks, slots).
            day: days from the start to the first day of these weeks, by which clearances go.
        """
        walks, blocks = len(parents), states.shape[1]
        after = np.empty((walks, *states.shape[1:]))
        mean = np.empty((walks, weeks, blocks * WIDTH))
        uses = np.zeros((walks, len(self.slots), len(self._sizes)))
        uses[:, np.arange(len(self.slots)), self._uses] = doses_mg
        on = self._on(day, weeks * DAYS_A_WEEK)
        usual = get_num_threads()
        set_num_threads(max(1, min(usual, walks)))  # an idle thread would be waited for
        try:
            _go(
                *self._tables,
                self._panels,
                self._sizes,
                on,
                states,
                parents,
                uses,
                self._is_physical,
                after,
                mean,
            )
        finally:
            set_num_threads(usual)
        return after, mean[..., : self.people]


def walker(
    standing: Standing,
    slots: Sequence[tuple[str, str, float]],
    facts: Facts,
    changes: Sequence[Change] = (),
) -> Walker:
    """Return people ready to walk on from where they stand.

    Args:
        slots: everything that can be taken: (drug, route, clock hour).
        changes: of clearance, with the days counted as in the regimen that they stand on.
    """
    people = standing.people
    uses = tuple(dict.fromkeys((drug, route) for drug, route, _ in slots))
    folds, regimes = clearances(changes, standing.day)
    chains = [chain(people, Use(drug, (Step(0.0),), route), facts, folds) for drug, route in uses]
    body = day_rows(body_rows(people, facts.drug("clonazepam").kinetics.occupancy_ec50.to("ng/mL")))
    scale = np.stack(
        [people[f"severity_{name}"] for name in ("baseline", "physical_share", "half_drive")]
    )
    blocks = -(-len(people) // WIDTH)
    order = sorted(range(len(slots)), key=lambda i: (slots[i][2] - FIRST_DOSE_HOUR) % 24.0)
    panels, lengths = _day([(slots[i][2] - FIRST_DOSE_HOUR) % 24.0 / 24.0 for i in order], order)
    rates = [
        np.concatenate([c.matrix[r].reshape(-1, len(people)) for c in chains])
        for r in range(len(folds))
    ]
    sizes = np.array([c.size for c in chains])
    mask = np.concatenate([reach(c.matrix) for c in chains])
    tables_of = [_prepare(blocked(each, blocks), sizes, mask, lengths) for each in rates]
    move, read = (np.stack(parts) for parts in zip(*tables_of, strict=True))
    weights = _weigh(blocked(body, blocks), lengths)
    tables = (
        move,
        read,
        weights,
        blocked(np.concatenate([c.dose_split for c in chains]), blocks),
        blocked(body, blocks),
        blocked(scale, blocks),
    )
    start = blocked(standing.states(chains), blocks)[None]
    return Walker(
        tuple((drug, hour) for drug, _, hour in slots),
        start,
        len(people),
        tables,
        panels,
        sizes,
        np.array([uses.index((drug, route)) for drug, route, _ in slots]),
        regimes,
        np.stack([[_site_per_mg(c, r) for c in chains] for r in range(len(folds))]),
        body,
        bool((scale[1] == 1.0).all()),
    )


def _site_per_mg(c: Chain, regime: int) -> NDArray[np.float64]:
    """Return the mean of the effect site once 1 mg a day has been taken for good: the last row of −K⁻¹ times the dose."""
    k = np.moveaxis(c.matrix[regime], -1, 0)
    return np.asarray(-np.linalg.solve(k, c.dose_split.T[..., None])[:, -1, 0])


def _day(
    offsets: Sequence[float], slots: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the panels of a day and their lengths [d]: (length, slot dosed at its start or −1) for each.

    A slot whose time is that of another gets a panel of its own only once: such slots are listed with length −1.
    """
    cuts = {0.0, 1.0, *offsets}
    for at, following in zip(offsets, [*offsets[1:], 1.0 + offsets[0]], strict=True):
        if following - at > LONG_GAP_H / 24.0:
            cuts.add((at + CUT_H / 24.0) % 1.0)
    edges = sorted(cuts)
    edges = [a for a, b in zip(edges, [*edges[1:], 2.0], strict=True) if b - a > _SAME]
    lengths: list[float] = []
    panels = []
    for a, b in pairwise(edges):
        here = [slot for at, slot in zip(offsets, slots, strict=True) if abs(at - a) <= _SAME]
        length = round(b - a, 12)
        if length not in lengths:
            lengths.append(length)
        panels += [(-1, slot) for slot in here[:-1]]
        panels.append((lengths.index(length), here[-1] if here else -1))
    return np.array(panels), np.array(lengths)


@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def _prepare(rates, sizes, mask, lengths):  # type: ignore[no-untyped-def]
    """Return for each block and length exp(K·h), and the rows that read the effect site at the nodes."""
    blocks, entries, total = rates.shape[0], rates.shape[1], sizes.sum()
    move = np.empty((blocks, len(lengths) * entries, WIDTH))
    read = np.empty((blocks, len(lengths) * NODES * total, WIDTH))
    room = sizes.max() ** 2
    e1, e2, t, u = rows(room), rows(room), rows(room), rows(room)
    for block in range(blocks):
        for i in range(len(lengths)):
            entry, state = 0, 0
            for n in sizes:
                here = slice(entry, entry + n * n)
                to, look = i * entries + entry, i * NODES * total + state
                blood_tables(
                    rates[block, here],
                    n,
                    mask[here],
                    lengths[i],
                    move[block],
                    to,
                    read[block],
                    look,
                    total,
                    e1,
                    e2,
                    t,
                    u,
                )
                entry += n * n
                state += n
    return move, read


@njit(cache=True, fastmath={"contract"}, error_model="numpy")
def _weigh(body, lengths):  # type: ignore[no-untyped-def]
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
    """Write the forcing of severity at one node, equations.rates, into rows at and at + 1 of c: W, Wx."""
    m = load(b, SENS_FLOOR) + load(b, SENS_SLOPE) * s
    h = load(b, FAST_GAIN) * a + load(b, SLOW_GAIN) * s - d
    hx = load(b, ANX_FAST) * a + load(b, ANX_SLOW) * s - d
    store(c, at, m * ramp(h, load(b, THETA), load(b, ROWS)))
    store(c, at + 1, m * ramp(hx, load(b, ANX_THETA), load(b, ROWS + 1)))


@njit(fastmath={"contract"}, error_model="numpy")
def _follow(w, row, d, f, b, c, is_physical):  # type: ignore[no-untyped-def]
    """Move the filters of severity over one panel: weights from `row` of w, D at its nodes in d, first drives in c."""
    for node in range(NODES):
        a = response(w, row + 5 * node, load(f, FAST), d, 0, 1)
        s = response(w, row + 5 * (NODES + node), load(f, SLOW), d, 0, 1)
        _drive(load(d, node + 1), a, s, b, c, 2 * node + 2)
        if node == NODES - 1:
            store(f, FAST, a)
            store(f, SLOW, s)
    row += 10 * NODES
    store(f, NE, response(w, row, load(f, NE), c, 0, 2))
    store(f, GLU, response(w, row + 5, load(f, GLU), c, 0, 2))
    if not is_physical:
        store(f, ANX, response(w, row + 10, load(f, ANX), c, 1, 2))
    for i in range(2):
        store(c, i, load(c, 2 * NODES + i))


@njit(fastmath={"contract"}, error_model="numpy")
def _severity(f, scale):  # type: ignore[no-untyped-def]
    """course.severity for lanes."""
    baseline, share = load(scale, 0), load(scale, 1)
    u = share * spread(0.5) * (load(f, NE) + load(f, GLU)) + (spread(1.0) - share) * load(f, ANX)
    return baseline + (spread(SCALE_TOP) - baseline) * u / (u + load(scale, 2))


@njit(cache=True, parallel=True, fastmath={"contract"}, error_model="numpy")
def _go(  # type: ignore[no-untyped-def]
    move,
    read,
    weights,
    split,
    body,
    scale,
    panels,
    sizes,
    regimes,
    states,
    parents,
    doses,
    is_physical,
    after,
    mean,
):
    walks, blocks, total = len(parents), states.shape[1], split.shape[1]
    entries = 0
    for n in sizes:
        entries += n * n
    weeks = mean.shape[1]
    for task in prange(walks):
        x, moved, site = rows(total), rows(total), rows(total)
        f, c, d = rows(N_FILTERS), rows(2 * NODES + 2), rows(NODES + 1)
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
                        if panels[p, 1] >= 0:
                            swallow(x, split[block], doses[task], panels[p, 1], sizes)
                        kind = panels[p, 0]
                        if kind < 0:
                            continue
                        for node in range(NODES):
                            store(
                                d,
                                node + 1,
                                effect_at(
                                    kappa,
                                    read[regime, block],
                                    (kind * NODES + node) * total,
                                    x,
                                    total,
                                ),
                            )
                        _follow(weights[block], kind * _WEIGHTS, d, f, b, c, is_physical)
                        move_on(x, moved, move[regime, block], kind * entries, sizes)
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
