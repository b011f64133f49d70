"""Blocks: the compiled loops of the fast kernel (kernel.py), eight people at a time."""

from numba import get_thread_id, njit, prange

from homeostat.model.compiled_cache import tolerant
from homeostat.model.engine.blood import add_doses, advance, effect_at, tables
from homeostat.model.engine.filters import NODES, TO_LAST_NODE, response
from homeostat.model.engine.inputs import BlockInput, Place
from homeostat.model.engine.lanes import (
    WIDTH,
    copy,
    is_any_negative,
    larger,
    load,
    rows,
    spread,
    store,
    store_nontemporal,
)
from homeostat.model.engine.panels import (
    DAY,
    DOSE,
    DOSE_STRETCH,
    END,
    ENDS_STRETCH,
    FIRST,
    GAP,
    IN_RUN,
    KIND,
    LENGTH,
    LENGTH_OF_KIND,
    NUMBER,
    REAL,
    REGIME,
    STENCIL,
    WHOLE,
)
from homeostat.model.engine.systems import (
    DECAY,
    FAST_WEIGHTS,
    N_FILTERS,
    PANEL_WEIGHTS,
    PASSED,
    SLOW_WEIGHTS,
    WORK_ROWS,
    drives,
    panel_weights,
    systems,
)
from homeostat.model.equations import FAST, ILLNESS, KAPPA, NE, SLEEP, SLOW


@njit(fastmath={"contract"}, error_model="numpy")
def _buffer_rows(buffer, place, state, time, values, begin, end):  # type: ignore[no-untyped-def]
    """Write rows begin … end − 1 of values into the buffer of neighbouring blocks, as states from
    `state` on.
    """
    for row in range(begin, end):
        at = ((state + row) * place.times + time) * place.blocks + place.block
        store(buffer, at, load(values, row))


@njit(fastmath={"contract"}, error_model="numpy")
def _write_out(buffer, blocks, out, who, first, first_time):  # type: ignore[no-untyped-def]
    """Copy the buffer of neighbouring blocks to the columns of their people, in whole cache lines
    where these are adjacent.
    """
    people = min(blocks * WIDTH, len(who) - first)
    is_whole = who[first] % WIDTH == 0 and people % WIDTH == 0 and out.shape[2] % WIDTH == 0
    are_adjacent = is_whole and who[first + people - 1] - who[first] == people - 1
    for state in range(out.shape[0]):
        for time in range(first_time, out.shape[1]):
            row = (state * out.shape[1] + time) * blocks
            if are_adjacent:
                at = (state * out.shape[1] + time) * out.shape[2] + who[first]
                for block in range(people // WIDTH):
                    store_nontemporal(out, at + block * WIDTH, load(buffer, row + block))
            else:
                for person in range(people):
                    out[state, time, who[first + person]] = buffer[
                        row + person // WIDTH, person % WIDTH
                    ]


@njit(fastmath={"contract"}, error_model="numpy")
def _output_after(output, first_stretch, day, stretch):  # type: ignore[no-untyped-def]
    """Return the index of the output time at the end of a stretch of a day, −1 if there is none or
    no stretch ends.
    """
    return output[first_stretch[day] + stretch] if stretch >= 0 else -1


@njit(fastmath={"contract"}, error_model="numpy")
def _after_day(b, f, row, more):  # type: ignore[no-untyped-def]
    """Return a filter after a day that adds `more`."""
    return load(b, DECAY + row) * load(f, row) + more


@njit(fastmath={"contract"}, error_model="numpy")
def _interpolated(weights, day, added, number, row):  # type: ignore[no-untyped-def]
    """Return what a day that is not computed adds to the filter `row`, from the computed days up to
    `number`.
    """
    at = (number - STENCIL + 1) * N_FILTERS + row
    total = spread(weights[day, 0]) * load(added, at)
    for k in range(1, STENCIL):
        total = total + spread(weights[day, k]) * load(added, at + k * N_FILTERS)
    return total


@njit(fastmath={"contract"}, error_model="numpy")
def _tables(chains, people, layout):  # type: ignore[no-untyped-def]
    """Return the filter weights of each length, exp(K·h) of each kind of panel and its rows that
    read the effect site.
    """
    sizes, kinds, lengths = chains.sizes, layout.kinds, layout.lengths
    total, entries = len(people.dose_split), people.rates.shape[1]
    largest = sizes.max() ** 2
    move, read = rows(len(kinds) * entries), rows(len(kinds) * NODES * total)
    w = rows(len(lengths) * PANEL_WEIGHTS)
    e1, e2, t, u = rows(largest), rows(largest), rows(largest), rows(largest)
    at = 0
    for i in range(len(lengths)):
        at = panel_weights(lengths[i], people.body, w, at)
    for q in range(len(kinds)):
        entry, state = 0, 0
        for n in sizes:
            here = slice(entry, entry + n * n)
            k, h = people.rates[kinds[q, REGIME], here], lengths[kinds[q, LENGTH_OF_KIND]]
            to, look = q * entries + entry, q * NODES * total + state
            tables(k, n, chains.reached[here], h, move, to, read, look, total, e1, e2, t, u)
            entry += n * n
            state += n
    return w, move, read


@njit(fastmath={"contract"}, error_model="numpy")
def _block(chains, people, layout, timeline, buffer, place):  # type: ignore[no-untyped-def]
    """Compute all days of one block and write the output times into the buffer.

    Args:
        chains, people, layout, timeline: Chains, BlockInput, Panels, Timeline.
        buffer, place: the buffer of neighbouring blocks and the Place of this block in it.
    """
    days, panels, lengths = layout.days, layout.panels, layout.lengths
    # fields are taken out of their tuples once: numba counts a reference each time
    first_stretch, output = timeline.first_stretch, timeline.output
    day_output, doses_mg, weights = timeline.day_output, timeline.doses_mg, layout.weights
    sizes, split, b = chains.sizes, people.dose_split, people.body
    total, entries = len(split), people.rates.shape[1]
    w, move, read = _tables(chains, people, layout)
    x, moved, push, kept, site = rows(total), rows(total), rows(total), rows(total), rows(total)
    state = 0
    for n in sizes:
        state += n
        store(site, state - 1, spread(1.0))
    f, g, c = rows(N_FILTERS), rows(N_FILTERS), rows(WORK_ROWS)
    d, added = rows(NODES * timeline.most_panels + 1), rows(timeline.most_days * N_FILTERS)
    kappa, is_ill = load(b, KAPPA), is_any_negative(spread(0.0) - load(b, ILLNESS))
    copy(people.start, x, total)
    copy(people.start[total:], f, N_FILTERS)
    for i in range(len(days)):
        number, day, in_run = days[i, NUMBER], days[i, DAY], days[i, IN_RUN]
        begin, end = days[i, FIRST], days[i, END]
        gap, real, whole = days[i, GAP], days[i, REAL], days[i, WHOLE]
        # the blood: what a whole day adds, the interpolated days, then this day with its nodes
        if number == 0 and whole >= 0:
            for k in range(total):
                store(push, k, spread(0.0))
            for p in range(begin, end):
                dosed = panels[p, DOSE_STRETCH]
                if dosed >= 0:
                    add_doses(push, split, doses_mg, days[i, DOSE] + dosed, sizes)
                advance(push, moved, move, panels[p, KIND] * entries, sizes)
        for k in range(gap + 1):
            if k == real:
                copy(x, kept, total)
            if k < gap:
                advance(x, moved, move, whole * entries, sizes)
                for j in range(total):
                    store(x, j, load(x, j) + load(push, j))
                if k < real and day_output[day - gap + k] >= 0:
                    _buffer_rows(buffer, place, 0, day_output[day - gap + k], x, 0, total)
        store(d, 0, effect_at(kappa, site, 0, x, total))
        row = 1
        for p in range(begin, end):
            dosed, kind = panels[p, DOSE_STRETCH], panels[p, KIND]
            if dosed >= 0:
                add_doses(x, split, doses_mg, days[i, DOSE] + dosed, sizes)
            for node in range(NODES):
                store(d, row, effect_at(kappa, read, (kind * NODES + node) * total, x, total))
                row += 1
            advance(x, moved, move, kind * entries, sizes)
            if real > gap:  # otherwise the day lies beyond the schedule
                time = _output_after(output, first_stretch, day, panels[p, ENDS_STRETCH])
                if time >= 0:
                    _buffer_rows(buffer, place, 0, time, x, 0, total)
        if real <= gap:
            copy(kept, x, total)
        # the filters, from their own state where no day is interpolated
        row = 0
        if gap == 0:
            copy(f, g, N_FILTERS)
            drives(load(d, 0), load(f, FAST), load(f, SLOW), b, c, 0)
            for p in range(begin, end):
                length = panels[p, LENGTH]
                systems(w, length * PANEL_WEIGHTS, lengths[length], d, row, f, b, c, is_ill)
                row += NODES
                time = _output_after(output, first_stretch, day, panels[p, ENDS_STRETCH])
                if time >= 0:
                    _buffer_rows(buffer, place, total, time, f, 0, N_FILTERS)
            if whole >= 0:
                for j in range(N_FILTERS):
                    store(
                        added, number * N_FILTERS + j, load(f, j) - load(b, DECAY + j) * load(g, j)
                    )
                j = number * N_FILTERS + SLEEP
                store(added, j, load(added, j) - load(b, PASSED) * load(g, NE))
            continue
        # otherwise from zero: first adaptation, which needs only the effect, then the rest
        a, s = spread(0.0), spread(0.0)
        for j in range(N_FILTERS):
            store(g, j, a)
        for p in range(begin, end):
            at = panels[p, LENGTH] * PANEL_WEIGHTS
            a = response(w, at + FAST_WEIGHTS + TO_LAST_NODE, a, d, row, 1)
            s = response(w, at + SLOW_WEIGHTS + TO_LAST_NODE, s, d, row, 1)
            row += NODES
        store(added, number * N_FILTERS + FAST, a)
        store(added, number * N_FILTERS + SLOW, s)
        for k in range(gap + 1):
            if k == real:
                a, s = load(f, FAST), load(f, SLOW)
            if k < gap:
                for j in (FAST, SLOW):
                    more = _interpolated(weights, in_run - gap + k, added, number, j)
                    store(f, j, _after_day(b, f, j, more))
                if k < real and day_output[day - gap + k] >= 0:
                    _buffer_rows(buffer, place, total, day_output[day - gap + k], f, FAST, NE)
        for j in (FAST, SLOW):
            store(g, j, load(f, j))
        drives(load(d, 0), load(g, FAST), load(g, SLOW), b, c, 0)
        row = 0
        for p in range(begin, end):
            length = panels[p, LENGTH]
            systems(w, length * PANEL_WEIGHTS, lengths[length], d, row, g, b, c, is_ill)
            row += NODES
        for j in range(NE, N_FILTERS):
            store(added, number * N_FILTERS + j, load(g, j))
        for k in range(real):
            n = load(f, NE)
            for j in range(NE, N_FILTERS):
                more = load(g, j)
                if k < gap:
                    more = _interpolated(weights, in_run - gap + k, added, number, j)
                store(f, j, larger(spread(0.0), _after_day(b, f, j, more)))
            store(f, SLEEP, load(f, SLEEP) + load(b, PASSED) * n)
            if k == gap:
                store(f, FAST, load(g, FAST))
                store(f, SLOW, load(g, SLOW))
            if day_output[day - gap + k] >= 0:
                since = FAST if k == gap else NE
                _buffer_rows(buffer, place, total, day_output[day - gap + k], f, since, N_FILTERS)
        if real <= gap:
            store(f, FAST, a)
            store(f, SLOW, s)


@tolerant
@njit(cache=True, parallel=True, fastmath={"contract"}, error_model="numpy")
def run_blocks(chains, people, layout, timeline, target):  # type: ignore[no-untyped-def]
    """Compute all blocks and write their results to target.out.

    Args:
        chains, people, layout, timeline, target: Chains, PeopleInput, Panels, Timeline, Target.
    """
    blocks, times, side_by_side = len(people.rates), target.out.shape[1], target.side_by_side
    for group in prange((blocks + side_by_side - 1) // side_by_side):
        first, mine = group * side_by_side, target.buffer[get_thread_id()]
        for block in range(first, min(first + side_by_side, blocks)):
            one = BlockInput(
                people.rates[block],
                people.dose_split[block],
                people.body[block],
                people.start[block],
            )
            place = Place(block - first, side_by_side, times)
            _block(chains, one, layout, timeline, mine, place)
        _write_out(mine, side_by_side, target.out, target.who, first * WIDTH, target.first_time)
