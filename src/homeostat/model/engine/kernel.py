"""Kernel: exact kinetics and exponential filters on fixed panels. This module is the typed door to
blocks.py.

The system is a cascade (equations.py), so no general solver is needed. Time is cut into panels with
four Gauss–Lobatto nodes. On each panel
- the kinetics are exact: the states are multiplied by exp(K·h), and rows of it give the effect site
at the nodes (blood.py);
- every filter is exact for the cubic through its forcing at the nodes (filters.py, systems.py). The
local error is of fifth order in the panel where the forcing is smooth, of third where a threshold
is crossed.

In a run of identical days (panels.py) only some days are computed. A day moves a filter by y(t+1) =
e^(−1/tau)·y(t) + F(t), and F, what the day adds, is smooth from day to day: between the computed
days it is interpolated, to sixth order in the distance. The blood is exact on every day, x(t+1) =
e^K·x(t) + doses of the day. As nothing downstream feeds back, adaptation is computed first, then
the filters that depend on it.

Panels depend on the regimen and the person's own clearance, never on other people, so a result is
the same bit for bit for any group of people and any number of threads.
"""

from collections.abc import Callable

import numpy as np
from numba import get_num_threads, set_num_threads
from numpy.typing import NDArray

from homeostat.model.engine.blocks import run_blocks
from homeostat.model.engine.blood import reached
from homeostat.model.engine.buffers import result_buffer
from homeostat.model.engine.inputs import Chains, PeopleInput, Target, Timeline
from homeostat.model.engine.lanes import WIDTH, in_blocks
from homeostat.model.engine.panels import END, FIRST, GRIDS, NUMBER, Panels, grids, panels
from homeostat.model.engine.systems import N_FILTERS, day_rows
from homeostat.model.equations import ILL, ILLNESS
from homeostat.model.schedule import Schedule

COMMON_GRID_SHARE = 0.75
"""Share of the people from which their grid is computed for everybody first."""
SIDE_BY_SIDE = 4
"""Blocks whose results are buffered and written together: four cache lines in a row."""
PEOPLE_PER_REPORT = 4096
"""People between two calls of `tell`."""
BUFFER_BYTES = 2**21
"""Largest buffer of a thread: it must stay in the cache."""


def run(
    plan: Schedule,
    body: NDArray[np.float64],
    refine: int = 1,
    start: NDArray[np.float64] | None = None,
    tell: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """Return all states at the output times: (kinetic states of all chains, then filters; times;
    people).

    Args:
        plan: the schedule of doses and outputs, with the chains of the people.
        body: equations.body_rows, (rows, people).
        refine: divide panels and distances between computed days by this, for error estimates.
        start: all states on the day the schedule begins, as this function returns them: (states,
            people). None means that nothing has been taken.
        tell: called after every few thousand people with the share of people that is done.
    """
    people = body.shape[1]
    states = sum(c.size for c in plan.chains)
    out = result_buffer(states + N_FILTERS, len(plan.times), people)
    if start is None:
        start = np.zeros((states + N_FILTERS, people))
        start[states + ILL] = body[ILLNESS]
    if plan.times[0] == plan.begins:
        out[:, 0, :people] = start
    if len(plan.lengths):
        groups = _groups(plan, people)
        at_once = people if tell is None else PEOPLE_PER_REPORT
        done, total = 0, sum(len(who) for _, who in groups)
        for both, who in groups:
            cut = panels(plan, both, refine)
            for first in range(0, len(who), at_once):
                some = who[first : first + at_once]
                _run_group(plan, body, start, cut, some, out)
                done += len(some)
                if tell is not None:
                    tell(done / total)
    return out[:, :, :people]


def _groups(plan: Schedule, people: int) -> list[tuple[tuple[int, int], NDArray[np.intp]]]:
    """Return pairs of grids with the people who share them.

    If most people share one pair, everybody is computed on it first, which writes whole cache
    lines; the few others are then computed again on their own grids.
    """
    before, after = grids(plan)
    pair = before * len(GRIDS) + after
    counts = np.bincount(pair)
    found = np.flatnonzero(counts).tolist()
    groups = [(divmod(code, len(GRIDS)), np.flatnonzero(pair == code)) for code in found]
    if len(groups) > 1 and counts.max() >= COMMON_GRID_SHARE * people:
        both, _ = groups.pop(found.index(int(counts.argmax())))
        groups.insert(0, (both, np.arange(people)))
    return groups


def _run_group(
    plan: Schedule,
    body: NDArray[np.float64],
    start: NDArray[np.float64],
    cut: Panels,
    who: NDArray[np.intp],
    out: NDArray[np.float64],
) -> None:
    """Compute the people `who`, who share their grids, and write their states into their columns of
    out.
    """
    people = len(who)
    blocks = -(-people // WIDTH)
    rates = np.concatenate(
        [c.matrix[..., who].reshape(len(c.matrix), -1, people) for c in plan.chains], axis=1
    )
    split = np.concatenate([c.dose_split[:, who] for c in plan.chains])
    usual, rows = get_num_threads(), out.shape[0] * out.shape[1]
    side_by_side = max(1, min(SIDE_BY_SIDE, BUFFER_BYTES // (rows * 8 * WIDTH), blocks // usual))
    buffer = result_buffer(usual, rows * side_by_side, WIDTH)
    set_num_threads(min(usual, -(-blocks // side_by_side)))  # numba waits for idle threads
    try:
        run_blocks(
            Chains(
                sizes=np.array([c.size for c in plan.chains]),
                reached=np.concatenate([reached(c.matrix) for c in plan.chains]),
            ),
            PeopleInput(
                rates=in_blocks(rates, blocks),
                dose_split=in_blocks(split, blocks),
                body=in_blocks(day_rows(body[:, who]), blocks),
                start=in_blocks(start[:, who], blocks),
            ),
            cut,
            Timeline(
                first_stretch=plan.days,
                output=plan.output,
                day_output=plan.output[np.append(plan.days[1:], len(plan.output)) - 1],
                doses_mg=plan.doses_mg,
                most_panels=int((cut.days[:, END] - cut.days[:, FIRST]).max()),
                most_days=int(cut.days[:, NUMBER].max()) + 1,
            ),
            Target(out, who, buffer, side_by_side, int(plan.times[0] == plan.begins)),
        )
    finally:
        set_num_threads(usual)
