"""The fast kernel: exact kinetics and exponential filters on fixed panels, eight people side by side.

The system is a cascade (equations.py), so no solver is needed. Time is cut into panels with four
Gauss–Lobatto nodes. On each panel
- the kinetics are exact: the states move by exp(K·h), the effect site is read at the nodes through rows of it (blood.py);
- every filter is exact for the cubic through its forcing at the nodes (filters.py, systems.py).
The local error is of fifth order in the panel where the forcing is smooth, of third where a threshold is crossed.

In a run of days that are alike (panels.py) only some are worked through. A day moves a filter by
y(t+1) = e^(−1/tau)·y(t) + F(t), and F, what the day adds, is smooth from day to day: between the days worked through it
is interpolated, to sixth order in the gap. The blood is exact on every day, x(t+1) = e^K·x(t) + what a day's doses leave.
As nothing downstream feeds back, adaptation is settled first, then what follows from it.

Panels follow the regimen and the person's own clearance, never the neighbours, so a result is the same bit for
bit for any company and any number of threads.
"""

from collections.abc import Callable

import numpy as np
from numba import get_num_threads, get_thread_id, njit, prange, set_num_threads
from numpy.typing import NDArray

from homeostat.model.engine.blood import effect_at, move_on, reach, swallow, tables
from homeostat.model.engine.buffers import room
from homeostat.model.engine.filters import NODES, response
from homeostat.model.engine.lanes import (
    WIDTH,
    blocked,
    copy,
    is_any_negative,
    larger,
    load,
    rows,
    spread,
    store,
    stream,
)
from homeostat.model.engine.panels import (
    DAY,
    DOSE,
    FIRST,
    GAP,
    GRIDS,
    IN_RUN,
    LAST,
    NUMBER,
    REAL,
    STENCIL,
    WHOLE,
    Panels,
    grids,
    panels,
)
from homeostat.model.engine.systems import (
    DECAY,
    MISSED,
    N_FILTERS,
    PANEL_WEIGHTS,
    PASSED,
    day_rows,
    drives,
    panel_weights,
    systems,
)
from homeostat.model.equations import FAST, ILL, ILLNESS, KAPPA, NE, SLEEP, SLOW
from homeostat.model.schedule import Schedule

MOST = 0.75
"""Share of the people from which their grid is run for everybody."""

TOGETHER = 4
"""Blocks whose results are kept and written side by side: four lines of memory in a row."""
TOLD = 4096
"""People between two words about how far a run is."""
KEPT = 2**21
"""Bytes that may be kept by each thread: what stays in its cache."""


def run(
    plan: Schedule,
    body: NDArray[np.float64],
    refine: int = 1,
    start: NDArray[np.float64] | None = None,
    tell: Callable[[float], None] | None = None,
) -> NDArray[np.float64]:
    """Return all states at the output times: (PK states of all chains, then filters; times; people).

    Args:
        start: all states on the day the schedule begins, as this returns them: (states, people); nothing taken yet if
            left out.
        tell: called after every few thousand people with the share of them that is done.
    """
    people = body.shape[1]
    states = sum(c.size for c in plan.chains)
    out = room(states + N_FILTERS, len(plan.times), people)
    if start is None:
        start = np.zeros((states + N_FILTERS, people))
        start[states + ILL] = body[ILLNESS]
    if plan.times[0] == plan.begins:
        out[:, 0, :people] = start
    if len(plan.lengths):
        before, after = grids(plan)
        pair = before * len(GRIDS) + after
        counts = np.bincount(pair)
        found = np.flatnonzero(counts).tolist()
        usual = found.index(int(counts.argmax()))
        groups = [(divmod(code, len(GRIDS)), np.flatnonzero(pair == code)) for code in found]
        if len(groups) > 1 and counts.max() >= MOST * people:
            # all in their places first, which writes in whole lines; then the few others once more, each on their own
            groups[usual] = (groups[usual][0], np.arange(people))
            groups.insert(0, groups.pop(usual))
        at_once, done, total = (
            people if tell is None else TOLD,
            0,
            sum(len(who) for _, who in groups),
        )
        for both, who in groups:
            cut = panels(plan, both, refine)
            for first in range(0, len(who), at_once):
                some = who[first : first + at_once]
                _run_group(plan, body, start, cut, some, out)
                done += len(some)
                if tell is not None:
                    tell(done / total)
    return out[:, :, :people]


def _run_group(
    plan: Schedule,
    body: NDArray[np.float64],
    start: NDArray[np.float64],
    cut: Panels,
    who: NDArray[np.intp],
    out: NDArray[np.float64],
) -> None:
    """Run the people `who`, who share their grids, and write their states into their columns of out."""
    people = len(who)
    blocks = -(-people // WIDTH)
    rates = np.concatenate(
        [c.matrix[..., who].reshape(len(c.matrix), -1, people) for c in plan.chains], axis=1
    )
    split = np.concatenate([c.dose_split[:, who] for c in plan.chains])
    usual, rows = get_num_threads(), out.shape[0] * out.shape[1]
    side_by_side = max(1, min(TOGETHER, KEPT // (rows * 8 * WIDTH), blocks // usual))
    threads = min(usual, -(-blocks // side_by_side))
    held = room(usual, rows * side_by_side, WIDTH)
    set_num_threads(threads)  # an idle thread would be waited for
    try:
        _run(
            blocked(rates, blocks),
            blocked(split, blocks),
            blocked(day_rows(body[:, who]), blocks),
            blocked(start[:, who], blocks),
            np.array([c.size for c in plan.chains]),
            np.concatenate([reach(c.matrix) for c in plan.chains]),
            cut.kinds,
            cut.lengths,
            cut.panels,
            cut.days,
            cut.weights,
            plan.days,
            plan.output,
            plan.output[np.append(plan.days[1:], len(plan.output)) - 1],
            plan.doses_mg,
            who,
            (
                int((cut.days[:, LAST] - cut.days[:, FIRST]).max()),
                int(cut.days[:, NUMBER].max()) + 1,
            ),
            held,
            side_by_side,
            int(plan.times[0] == plan.begins),
            out,
        )
    finally:
        set_num_threads(usual)


@njit(fastmath={"contract"}, error_model="numpy")
def _keep(held, place, state, time, values, begin, end):  # type: ignore[no-untyped-def]
    """Keep rows of values of a block, as states from `state` on, until its neighbours are done: place = (block, blocks, times)."""
    block, blocks, times = place
    for row in range(begin, end):
        store(held, ((state + row) * times + time) * blocks + block, load(values, row))


@njit(fastmath={"contract"}, error_model="numpy")
def _hand_over(held, blocks, out, who, first, since):  # type: ignore[no-untyped-def]
    """Write what was kept of neighbouring blocks, from the time `since` on, to their people, in whole lines where they are neighbours too."""
    people = min(blocks * WIDTH, len(who) - first)
    is_whole = who[first] % WIDTH == 0 and people % WIDTH == 0 and out.shape[2] % WIDTH == 0
    are_neighbours = is_whole and who[first + people - 1] - who[first] == people - 1
    for state in range(out.shape[0]):
        for time in range(since, out.shape[1]):
            row = (state * out.shape[1] + time) * blocks
            if are_neighbours:
                at = (state * out.shape[1] + time) * out.shape[2] + who[first]
                for block in range(people // WIDTH):
                    stream(out, at + block * WIDTH, load(held, row + block))
            else:
                for person in range(people):
                    out[state, time, who[first + person]] = held[
                        row + person // WIDTH, person % WIDTH
                    ]


@njit(fastmath={"contract"}, error_model="numpy")
def _next(b, f, row, more):  # type: ignore[no-untyped-def]
    """A filter after a day that adds `more`."""
    return load(b, DECAY + row) * load(f, row) + more


@njit(fastmath={"contract"}, error_model="numpy")
def _between(weights, day, added, number, row):  # type: ignore[no-untyped-def]
    """What a leapt day adds to the filter `row`, from the days worked through up to `number`."""
    at = (number - STENCIL + 1) * N_FILTERS + row
    total = spread(weights[day, 0]) * load(added, at)
    for k in range(1, STENCIL):
        total = total + spread(weights[day, k]) * load(added, at + k * N_FILTERS)
    return total


@njit(fastmath={"contract"}, error_model="numpy")
def _block(  # type: ignore[no-untyped-def]
    rates,
    parts,
    b,
    start,
    sizes,
    mask,
    kinds,
    lengths,
    panels,
    days,
    weights,
    stretch,
    output,
    shown,
    doses_mg,
    most,
    held,
    place,
):
    """Work through all days for the eight people of one block and keep what is asked for."""
    total, entries = len(parts), rates.shape[1]
    largest = sizes.max() ** 2
    move, read = rows(len(kinds) * entries), rows(len(kinds) * NODES * total)
    w = rows(len(lengths) * PANEL_WEIGHTS)
    e1, e2, t, u = rows(largest), rows(largest), rows(largest), rows(largest)
    at = 0
    for i in range(len(lengths)):
        at = panel_weights(lengths[i], b, w, at)
    for q in range(len(kinds)):
        entry, state = 0, 0
        for n in sizes:
            here = slice(entry, entry + n * n)
            k, h = rates[kinds[q, 0], here], lengths[kinds[q, 1]]
            to, look = q * entries + entry, q * NODES * total + state
            tables(k, n, mask[here], h, move, to, read, look, total, e1, e2, t, u)
            entry += n * n
            state += n
    x, moved, push, kept, site = rows(total), rows(total), rows(total), rows(total), rows(total)
    state = 0
    for n in sizes:
        state += n
        store(site, state - 1, spread(1.0))
    f, g, c = rows(N_FILTERS), rows(N_FILTERS), rows(MISSED + 2)
    d, added = rows(NODES * most[0] + 1), rows(most[1] * N_FILTERS)
    kappa, is_ill = load(b, KAPPA), is_any_negative(spread(0.0) - load(b, ILLNESS))
    copy(start, x, total)
    copy(start[total:], f, N_FILTERS)
    for i in range(len(days)):
        number, begin, end, day, in_run = (
            days[i, NUMBER],
            days[i, FIRST],
            days[i, LAST],
            days[i, DAY],
            days[i, IN_RUN],
        )
        gap, real, whole = days[i, GAP], days[i, REAL], days[i, WHOLE]
        # the blood: what a whole day does, the days leapt over, then this day with the effect at its nodes
        if number == 0 and whole >= 0:
            for k in range(total):
                store(push, k, spread(0.0))
            for p in range(begin, end):
                if panels[p, 2] >= 0:
                    swallow(push, parts, doses_mg, days[i, DOSE] + panels[p, 2], sizes)
                move_on(push, moved, move, panels[p, 0] * entries, sizes)
        for k in range(gap + 1):
            if k == real:
                copy(x, kept, total)
            if k < gap:
                move_on(x, moved, move, whole * entries, sizes)
                for j in range(total):
                    store(x, j, load(x, j) + load(push, j))
                if k < real and shown[day - gap + k] >= 0:
                    _keep(held, place, 0, shown[day - gap + k], x, 0, total)
        store(d, 0, effect_at(kappa, site, 0, x, total))
        row = 1
        for p in range(begin, end):
            if panels[p, 2] >= 0:
                swallow(x, parts, doses_mg, days[i, DOSE] + panels[p, 2], sizes)
            for node in range(NODES):
                store(
                    d, row, effect_at(kappa, read, (panels[p, 0] * NODES + node) * total, x, total)
                )
                row += 1
            move_on(x, moved, move, panels[p, 0] * entries, sizes)
            if real > gap and panels[p, 3] >= 0 and output[stretch[day] + panels[p, 3]] >= 0:
                _keep(held, place, 0, output[stretch[day] + panels[p, 3]], x, 0, total)
        if real <= gap:
            copy(kept, x, total)
        # the filters, from their own state where no day is leapt over
        row = 0
        if gap == 0:
            copy(f, g, N_FILTERS)
            drives(load(d, 0), load(f, FAST), load(f, SLOW), b, c, 0)
            for p in range(begin, end):
                systems(
                    w, panels[p, 1] * PANEL_WEIGHTS, lengths[panels[p, 1]], d, row, f, b, c, is_ill
                )
                row += NODES
                if panels[p, 3] >= 0 and output[stretch[day] + panels[p, 3]] >= 0:
                    _keep(held, place, total, output[stretch[day] + panels[p, 3]], f, 0, N_FILTERS)
            if whole >= 0:
                for j in range(N_FILTERS):
                    store(
                        added, number * N_FILTERS + j, load(f, j) - load(b, DECAY + j) * load(g, j)
                    )
                j = number * N_FILTERS + SLEEP
                store(added, j, load(added, j) - load(b, PASSED) * load(g, NE))
            continue
        # else from zero: first adaptation, which needs the effect alone, then what follows from it
        a, s = spread(0.0), spread(0.0)
        for j in range(N_FILTERS):
            store(g, j, a)
        for p in range(begin, end):
            at = panels[p, 1] * PANEL_WEIGHTS
            a = response(w, at + 5 * (NODES - 1), a, d, row, 1)
            s = response(w, at + 15 + 5 * (NODES - 1), s, d, row, 1)
            row += NODES
        store(added, number * N_FILTERS + FAST, a)
        store(added, number * N_FILTERS + SLOW, s)
        for k in range(gap + 1):
            if k == real:
                a, s = load(f, FAST), load(f, SLOW)
            if k < gap:
                for j in (FAST, SLOW):
                    store(
                        f, j, _next(b, f, j, _between(weights, in_run - gap + k, added, number, j))
                    )
                if k < real and shown[day - gap + k] >= 0:
                    _keep(held, place, total, shown[day - gap + k], f, FAST, NE)
        for j in (FAST, SLOW):
            store(g, j, load(f, j))
        drives(load(d, 0), load(g, FAST), load(g, SLOW), b, c, 0)
        row = 0
        for p in range(begin, end):
            systems(w, panels[p, 1] * PANEL_WEIGHTS, lengths[panels[p, 1]], d, row, g, b, c, is_ill)
            row += NODES
        for j in range(NE, N_FILTERS):
            store(added, number * N_FILTERS + j, load(g, j))
        for k in range(real):
            n = load(f, NE)
            for j in range(NE, N_FILTERS):
                more = load(g, j)
                if k < gap:
                    more = _between(weights, in_run - gap + k, added, number, j)
                store(f, j, larger(spread(0.0), _next(b, f, j, more)))
            store(f, SLEEP, load(f, SLEEP) + load(b, PASSED) * n)
            if k == gap:
                store(f, FAST, load(g, FAST))
                store(f, SLOW, load(g, SLOW))
            if shown[day - gap + k] >= 0:
                _keep(
                    held, place, total, shown[day - gap + k], f, FAST if k == gap else NE, N_FILTERS
                )
        if real <= gap:
            store(f, FAST, a)
            store(f, SLOW, s)


@njit(cache=True, parallel=True, fastmath={"contract"}, error_model="numpy")
def _run(  # type: ignore[no-untyped-def]
    rates,
    split,
    body,
    start,
    sizes,
    mask,
    kinds,
    lengths,
    panels,
    days,
    weights,
    stretch,
    output,
    shown,
    doses_mg,
    who,
    most,
    held,
    side_by_side,
    since,
    out,
):
    blocks, times = rates.shape[0], out.shape[1]
    for group in prange((blocks + side_by_side - 1) // side_by_side):
        first, mine = group * side_by_side, held[get_thread_id()]
        for block in range(first, min(first + side_by_side, blocks)):
            _block(
                rates[block],
                split[block],
                body[block],
                start[block],
                sizes,
                mask,
                kinds,
                lengths,
                panels,
                days,
                weights,
                stretch,
                output,
                shown,
                doses_mg,
                most,
                mine,
                (block - first, side_by_side, times),
            )
        _hand_over(mine, side_by_side, out, who, first * WIDTH, since)
