"""Decline: how much of the starting dose is lost within so many days, over all drugs together, in
equivalents.

For a window of W days ending on day j, with T the total in equivalents by one table and R the
starting dose:

    fall_j = (max(T[j − W .. j]) − T[j]) / R

so that W consecutive days hold their own steps and the day before them. R is the highest total
somebody is used to. A window
in which one drug rises while another falls is a switch: all switches of a plan are judged by the
    one table that makes their
largest fall smallest, because a switch anywhere inside the tables' range is a comparable dose, but
two switches by two tables are not. Any other window with several drugs is judged by the table that
makes it largest. A window with one drug needs no table.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from homeostat.care.check.plan_days import NOISE, Look, Mg
from homeostat.care.check.some_days import evened
from homeostat.facts import Facts
from homeostat.model.domain import potency

Scale = Mapping[str, float]
"""For each drug, what one mg counts in one table's equivalents."""


def falls(look: Look, window_d: int, *, effective: bool = True) -> NDArray[np.float64]:
    """Return for each day the share of the starting dose lost in the window that ends with it; 0
    before the plan.

    Args:
        effective: count what a change of clearance does as if the dose had changed.
    """
    given = look.effective if effective else look.mg
    series = {drug: evened(look, drug, given[drug]) for drug in look.drugs}
    taken = [drug for drug in look.drugs if look.mg[drug].any()]
    out = np.zeros(look.count)
    if not taken:
        return out
    alone = {drug: _share(look, series[drug], window_d) for drug in taken}
    if len(taken) == 1:
        return _from(look, alone[taken[0]])
    together = [
        _share(look, np.sum([scale[drug] * series[drug] for drug in taken], axis=0), window_d)
        for scale in scales(look.facts, taken)
    ]
    present = {drug: _any(look.mg[drug] > NOISE, window_d) for drug in taken}
    is_switch = _any(np.any([_rises(look.mg[drug]) for drug in taken], axis=0), window_d - 1)
    kindest = min(
        together,
        key=lambda share: float(np.where(is_switch, share, 0.0)[look.begins :].max(initial=0.0)),
    )
    out = np.where(is_switch, kindest, np.max(together, axis=0))
    count = np.sum([present[drug] for drug in taken], axis=0)
    for drug in taken:
        only = present[drug] & (count == 1)
        out = np.where(only, alone[drug], out)
    return _from(look, out)


def falls_of_each(look: Look, window_d: int) -> dict[str, NDArray[np.float64]]:
    """Return the same for each drug by itself, as a share of its own starting dose."""
    return {
        drug: _from(look, _share(look, look.effective[drug], window_d))
        for drug in look.drugs
        if look.mg[drug].any()
    }


def reference(look: Look, series: Mg) -> Mg:
    """Return the starting dose as each day sees it: the highest that was held before the plan, or
    that the plan has reached.
    """
    held = int(look.limit("pace-held"))
    before = series[: look.begins]
    base = (
        float(sliding_window_view(before, held).min(axis=1).max()) if len(before) >= held else 0.0
    )
    base = max(base, float(series[look.begins - 1]))
    later = np.maximum.accumulate(np.concatenate([[base], series[look.begins :]]))[1:]
    return np.concatenate([np.full(look.begins, base), later])


def scales(facts: Facts, drugs: Sequence[str]) -> tuple[Scale, ...]:
    """Return every way in which published tables count these drugs together; a table's range is two
    ways.

    Where no single table holds all of them, their lowest and their highest answers stand for all
    tables; where one drug is in no table, this product's own potency is the only way.
    """
    found: list[Scale] = []
    for is_unverified in (False, True):
        for table in facts.equivalence_tables.values():
            if table.is_unverified is is_unverified and all(
                drug in table.entries for drug in drugs
            ):
                for end in (0, -1):
                    found.append({drug: 1.0 / _end(table.entries[drug], end) for drug in drugs})
        if found:
            return tuple(found)
    from homeostat.care.assess.dependence import diazepam_mg

    if all(
        any(drug in table.entries for table in facts.equivalence_tables.values()) for drug in drugs
    ):
        return tuple(
            {drug: diazepam_mg(drug, 1.0, facts)[0][end] for drug in drugs} for end in (0, 1)
        )
    return ({drug: potency(facts, drug) for drug in drugs},)


def rises(series: Mg) -> list[int]:
    """Return the days on which a series is above the day before."""
    return [i + 1 for i, (a, b) in enumerate(pairwise(series)) if b > a + NOISE]


def _end(entry: float | tuple[float, ...], end: int) -> float:
    return entry[end] if isinstance(entry, tuple) else entry


def _share(look: Look, series: Mg, window_d: int) -> Mg:
    ref = reference(look, series)
    return np.where(ref > NOISE, (_peak(series, window_d) - series) / np.maximum(ref, NOISE), 0.0)


def _peak(series: Mg, window_d: int) -> Mg:
    """Return max(series[j − W .. j]) for each j."""
    padded = np.concatenate([np.full(window_d, series[0]), series])
    return np.asarray(sliding_window_view(padded, window_d + 1).max(axis=1))


def _any(truth: NDArray[np.bool_], window_d: int) -> NDArray[np.bool_]:
    padded = np.concatenate([np.zeros(window_d, bool), truth])
    return np.asarray(sliding_window_view(padded, window_d + 1).any(axis=1))


def _rises(series: Mg) -> NDArray[np.bool_]:
    return np.concatenate([[False], np.diff(series) > NOISE])


def _from(look: Look, series: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a series without the days before the plan."""
    out = np.asarray(series, float).copy()
    out[: look.begins] = 0.0
    return out
