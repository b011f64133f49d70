"""Branching: advance people from their states on one day by whole weeks, for thousands of branching
plans at once.

The kernel's kinetics and filters with fewer panels a day, and of the filters only those that
severity is made of: good for choosing among plans, which are then simulated in full. A day is cut
at its dose times, and once more in a long gap; each day has the clearance that `simulate` gives it.
The mean severity of the worst week agrees with `simulate` to a quarter of a point, to 0.4 where
clearance changes on the way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import get_num_threads, set_num_threads
from numpy.typing import NDArray

from homeostat.facts import Facts
from homeostat.model.engine.blood import reached
from homeostat.model.engine.branches import (
    BASELINE,
    DAYS_A_WEEK,
    HALF_DRIVE,
    PHYSICAL_SHARE,
    kinetic_tables,
    run_branches,
    weight_tables,
)
from homeostat.model.engine.inputs import BranchDays, Branches, BranchTables
from homeostat.model.engine.lanes import WIDTH, in_blocks
from homeostat.model.engine.systems import N_FILTERS, day_rows
from homeostat.model.equations import (
    FAST,
    FAST_GAIN,
    KAPPA,
    SCALE_TOP,
    SENS_FLOOR,
    SENS_SLOPE,
    SLOW,
    SLOW_GAIN,
    THETA,
    body_rows,
)
from homeostat.model.kinetics import Chain, chain
from homeostat.model.regimen import FIRST_DOSE_HOUR, Change, Step, Use
from homeostat.model.schedule import clearances
from homeostat.model.standing import Standing

__all__ = ["DAYS_A_WEEK", "States", "Walker", "walker"]

LONG_GAP_H, CUT_H = 12.5, 3.0
"""A gap between doses longer than the first is cut once more, the second after the dose [h]."""
_SAME = 1e-9
"""Times that differ by less are one time [d]."""

States = NDArray[np.float64]
"""(nodes, blocks of people, states, people of a block); a node is a point at which plans branch"""


@dataclass(frozen=True)
class Walker:
    """People at the start of branching plans: their states, and what each part of a day does to
    them.

    Attributes:
        slots: what can be taken when: (drug, clock hour), in the order of the columns of doses.
        start: their states, one node.
        people: how many.
    """

    slots: tuple[tuple[str, float], ...]
    start: States
    people: int
    _tables: BranchTables
    _panels: NDArray[np.int64]
    _sizes: NDArray[np.int64]
    _uses: NDArray[np.int64]
    _regimes: NDArray[np.int64]
    _site_per_mg: NDArray[np.float64]
    _body: NDArray[np.float64]
    _is_physical: bool

    def settled_effect(self, doses_mg: NDArray[np.float64], day: int = 0) -> NDArray[np.float64]:
        """Return the effect D at steady state, at the mean level of a day, (rows of doses, people).

        Args:
            doses_mg: the same doses on every day, (rows of doses, slots) [mg].
            day: days from the start to the day whose clearance holds.
        """
        v = np.einsum("ts,sp->tp", doses_mg, self._site_per_mg[self._on(day, 1)[0], self._uses])
        return np.asarray(self._body[KAPPA] * v / (1.0 + v))

    def pressure(self, states: States, effect: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the severity [points] to which people tend under a constant effect D, (nodes,
        people).

        With adaptation as it is now: n = x = m·ramp(gA·a + gS·s − D), their values once they have
        followed the drive.
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
        scale = self._tables.scale.swapaxes(0, 1).reshape(3, -1)[:, : self.people]
        baseline, half = scale[BASELINE], scale[HALF_DRIVE]
        return np.asarray(baseline + (SCALE_TOP - baseline) * w / (w + half))

    def doses(self, mg: Mapping[tuple[str, float], float]) -> NDArray[np.float64]:
        """Return one row of doses [mg] from a mapping of slots; slots that are not named take
        nothing.
        """
        return np.array([mg.get(slot, 0.0) for slot in self.slots])

    def _on(self, day: int, days: int) -> NDArray[np.int64]:
        """Return the index of the clearance in force on each day; the last one continues."""
        return self._regimes[np.minimum(np.arange(day, day + days), len(self._regimes) - 1)]

    def go(
        self,
        states: States,
        parents: NDArray[np.intp],
        doses_mg: NDArray[np.float64],
        weeks: int,
        day: int = 0,
    ) -> tuple[States, NDArray[np.float64]]:
        """Return the states after some weeks and the mean severity of each week, (branches, weeks,
        people) [points].

        Args:
            states: states to begin at, from `start` or an earlier call.
            parents: the node at which each branch begins.
            doses_mg: the same doses on every day of a branch, (branches, slots) [mg].
            weeks: how many.
            day: days from the start to the first of these days, which determines the clearance.
        """
        branches, blocks = len(parents), states.shape[1]
        after = np.empty((branches, *states.shape[1:]))
        mean = np.empty((branches, weeks, blocks * WIDTH))
        by_chain = np.zeros((branches, len(self.slots), len(self._sizes)))
        by_chain[:, np.arange(len(self.slots)), self._uses] = doses_mg
        cut = BranchDays(self._panels, self._sizes, self._on(day, weeks * DAYS_A_WEEK))
        usual = get_num_threads()
        set_num_threads(max(1, min(usual, branches)))  # numba waits for idle threads
        try:
            given = Branches(states, parents, by_chain)
            run_branches(self._tables, cut, given, self._is_physical, after, mean)
        finally:
            set_num_threads(usual)
        return after, mean[..., : self.people]


def walker(
    standing: Standing,
    slots: Sequence[tuple[str, str, float]],
    facts: Facts,
    changes: Sequence[Change] = (),
) -> Walker:
    """Return the people of a snapshot, ready for branching plans.

    Args:
        standing: their states on the first day.
        slots: everything that can be taken: (drug, route, clock hour).
        facts: as for simulate.
        changes: of clearance, with days counted as in the regimen before the snapshot.
    """
    people = standing.people
    uses = tuple(dict.fromkeys((drug, route) for drug, route, _ in slots))
    folds, regimes = clearances(changes, standing.day)
    chains = [chain(people, Use(drug, (Step(0.0),), route), facts, folds) for drug, route in uses]
    body = day_rows(body_rows(people, facts))
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
    mask = np.concatenate([reached(c.matrix) for c in chains])
    by_regime = [kinetic_tables(in_blocks(each, blocks), sizes, mask, lengths) for each in rates]
    move, read = (np.stack(parts) for parts in zip(*by_regime, strict=True))
    in_lanes = in_blocks(body, blocks)
    tables = BranchTables(
        move=move,
        read=read,
        weights=weight_tables(in_lanes, lengths),
        dose_split=in_blocks(np.concatenate([c.dose_split for c in chains]), blocks),
        body=in_lanes,
        scale=in_blocks(scale, blocks),
    )
    return Walker(
        tuple((drug, hour) for drug, _, hour in slots),
        in_blocks(standing.states(chains), blocks)[None],
        len(people),
        tables,
        panels,
        sizes,
        np.array([uses.index((drug, route)) for drug, route, _ in slots]),
        regimes,
        np.stack([[_site_per_mg(c, r) for c in chains] for r in range(len(folds))]),
        body,
        bool((scale[PHYSICAL_SHARE] == 1.0).all()),
    )


def _site_per_mg(c: Chain, regime: int) -> NDArray[np.float64]:
    """Return the mean effect site at steady state of 1 mg a day: the last row of −K⁻¹ times the
    dose.
    """
    k = np.moveaxis(c.matrix[regime], -1, 0)
    return np.asarray(-np.linalg.solve(k, c.dose_split.T[..., None])[:, -1, 0])


def _day(
    offsets: Sequence[float], slots: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the panels of a day, columns LENGTH and DOSED_SLOT, and their lengths [d].

    Of slots with the same time only the last gets a panel; the others are listed with length −1.
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
