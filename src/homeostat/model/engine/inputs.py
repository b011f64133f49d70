"""Inputs: what the compiled functions are handed, as named tuples of arrays.

numba takes a named tuple apart at compile time, so a field costs what a positional argument costs.
"Lanes" is the layout of `lanes.in_blocks`: eight people side by side in the last axis, one block of
eight after the other in the first.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Chains(NamedTuple):
    """The shape of the kinetic systems of all drugs and routes taken, the same for everybody.

    Attributes:
        sizes: number of states of each chain.
        reached: for each entry of each matrix, row by row, whether exp(K·t) can differ from zero
            there.
    """

    sizes: Ints
    reached: NDArray[np.bool_]


class PeopleInput(NamedTuple):
    """What differs between people, in lanes.

    Attributes:
        rates: entries of the rate matrices of all chains [1/d]: (blocks, regimes, entries, lane).
        dose_split: µg that reach each kinetic state for 1 mg: (blocks, states, lane).
        body: rows of `systems.day_rows`: (blocks, rows, lane).
        start: kinetic states, then filters, on the first day: (blocks, states, lane).
    """

    rates: Floats
    dose_split: Floats
    body: Floats
    start: Floats


class BlockInput(NamedTuple):
    """PeopleInput of one block: the same fields without their first axis."""

    rates: Floats
    dose_split: Floats
    body: Floats
    start: Floats


class Timeline(NamedTuple):
    """Stretches, outputs and doses of a schedule.

    Attributes:
        first_stretch: index of the first stretch of each day.
        output: for each stretch the index of the output time at its end, −1 if there is none.
        day_output: the same for each day.
        doses_mg: doses at the start of each stretch [mg]: (stretches, chains).
        most_panels: the largest number of panels of a computed day.
        most_days: the largest number of computed days of a run.
    """

    first_stretch: Ints
    output: Ints
    day_output: Ints
    doses_mg: Floats
    most_panels: int
    most_days: int


class Target(NamedTuple):
    """Where results go.

    Attributes:
        out: (states, times, people), wider than the people where that keeps rows apart in the
            cache.
        who: column of `out` for each person of this run.
        buffer: results of neighbouring blocks, for each thread: (threads, rows, lane).
        side_by_side: number of neighbouring blocks in the buffer.
        first_time: index of the first output time that the run itself computes.
    """

    out: Floats
    who: NDArray[np.intp]
    buffer: Floats
    side_by_side: int
    first_time: int


class Place(NamedTuple):
    """Where in the buffer one block keeps its results: its index, the number of blocks, the number
    of times.
    """

    block: int
    blocks: int
    times: int


class BranchTables(NamedTuple):
    """What each part of a day does to each block of people, in lanes.

    Attributes:
        move: exp(K·h) for each clearance in force: (regimes, blocks, lengths × entries, lane).
        read: rows that read the effect site at the nodes: (regimes, blocks, lengths × nodes ×
            states, lane).
        weights: filter weights: (blocks, lengths × weights, lane).
        dose_split: µg that reach each kinetic state for 1 mg: (blocks, states, lane).
        body: rows of `systems.day_rows`: (blocks, rows, lane).
        scale: rows BASELINE, PHYSICAL_SHARE, HALF_DRIVE of the severity scale: (blocks, 3, lane).
    """

    move: Floats
    read: Floats
    weights: Floats
    dose_split: Floats
    body: Floats
    scale: Floats


class BranchDays(NamedTuple):
    """How the days of a branch are cut.

    Attributes:
        panels: for each panel of a day the index of its length and the slot dosed at its start (−1:
            none).
        sizes: number of states of each chain.
        regimes: for each day the clearance in force.
    """

    panels: Ints
    sizes: Ints
    regimes: Ints


class Branches(NamedTuple):
    """The branches that are computed side by side.

    Attributes:
        states: states to begin at, in lanes: (nodes, blocks, states, lane).
        parents: the node at which each branch begins.
        doses_mg: doses of each branch on each day [mg]: (branches, slots, chains).
    """

    states: Floats
    parents: NDArray[np.intp]
    doses_mg: Floats
