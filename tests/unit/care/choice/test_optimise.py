"""The search: exact where it says so, inside its limits always, and never beaten by what people
write by hand.
"""

from dataclasses import replace
from itertools import pairwise, product
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import homeostat as hs
from homeostat.care.choice.beam_search import (
    Layer,
    Path,
    Rung,
    non_dominated,
    prune,
    risk,
    search,
)
from homeostat.care.choice.limits import Limits
from homeostat.facts import load
from homeostat.model.standing import stand
from homeostat.model.walk import Walker, walker

PRESENT = 2.0
LIMITS = Limits(
    first_mg=0.5,
    first_weeks=1,
    ceiling_mg=1.0,
    ceiling_weeks=2,
    shortest=1,
    longest=3,
    max_weeks=7,
    watched=4,
    hard_points=14.0,
)


@pytest.fixture(scope="module")
def people() -> Walker:
    use = hs.Regimen.steady("clonazepam", mg_per_day=PRESENT, doses_per_day=2, days=365)
    standing = stand(hs.draw(12, 3, drugs=["clonazepam"]), use, 365.0, load())
    return walker(standing, [("clonazepam", "oral", 8.0), ("clonazepam", "oral", 20.0)], load())


def _rungs(*mg: float) -> list[Rung]:
    return [Rung(dose, np.array([dose / 2, dose / 2]), 0.01 * i) for i, dose in enumerate(mg)]


def _cost(
    there: Walker, rungs: list[Rung], held: tuple[tuple[int, int], ...], limits: Limits
) -> tuple[float, float, float]:
    """Time, burden and risk of one path, walked alone from the beginning."""
    states, worst, burden = there.start, np.zeros(there.people), 0.0
    for i, weeks in held:
        lasting = weeks or limits.watched
        states, mean = there.go(
            states, np.zeros(1, dtype=np.intp), rungs[i].doses_mg[None], lasting
        )
        worst = np.maximum(worst, mean[0].max(axis=0))
        burden += 1.0 + 7 * weeks * rungs[i].work
    return (
        float(sum(weeks for _, weeks in held)),
        round(burden, 9),
        float(risk(worst, limits.hard_points)),
    )


def _is_allowed(rungs: list[Rung], held: tuple[tuple[int, int], ...], limits: Limits) -> bool:
    """A naive reading of the limits, day by day."""
    weekly = [PRESENT] + [rungs[i].mg_per_day for i, weeks in held for _ in range(max(weeks, 1))]
    falls = [a - b for a, b in pairwise(weekly)]
    first = next(fall for fall in falls if fall > 0)
    smallest = PRESENT - rungs[0].mg_per_day
    window = max(sum(falls[i : i + limits.ceiling_weeks]) for i in range(len(falls)))
    return (
        window <= limits.ceiling_mg + 1e-9
        and first <= min(max(limits.first_mg, smallest), limits.ceiling_mg) + 1e-9
        and held[0][1] >= limits.first_weeks
        and all(limits.shortest <= weeks <= limits.longest for _, weeks in held[:-1])
        and sum(weeks for _, weeks in held) <= limits.max_weeks
        and _falls_gently(rungs, held, limits)
    )


def _falls_gently(rungs: list[Rung], held: tuple[tuple[int, int], ...], limits: Limits) -> bool:
    """The limits of the dose then taken, fall by fall, the first left out."""
    places = [-1, *(i for i, _ in held)]
    mg = [PRESENT, *(rung.mg_per_day for rung in rungs)]
    doses = [mg[i + 1] for i in places]
    for k in range(1, len(places) - 1):
        before, now, to = doses[k - 1 : k + 2]
        if places[k + 1] == places[k] + 1:
            continue
        if now > limits.split_mg and now - to > limits.current_share * now + 1e-9:
            return False
        if places[k + 1] == len(rungs) - 1:
            if now > limits.last_mg + 1e-9:
                return False
        elif limits.step_share < inf and (now - to) / now > (
            min(limits.step_share, (before - now) / before) + 1e-9
        ):
            return False
    return True


def _brute(there: Walker, rungs: list[Rung], limits: Limits) -> np.ndarray:
    """Costs of the front over every sequence there is."""
    goal = len(rungs) - 1
    every = []
    for lasting in product(range(limits.longest + 1), repeat=goal):
        held = (*((i, weeks) for i, weeks in enumerate(lasting) if weeks), (goal, 0))
        if len(held) > 1 and _is_allowed(rungs, held, limits):
            every.append(_cost(there, rungs, held, limits))
    costs = np.array(every)
    return costs[non_dominated(costs, 1e-9)]


@pytest.mark.parametrize(
    ("rungs", "changed"),
    [
        ((1.5, 1.0, 0.5, 0.0), {}),
        ((1.75, 1.5, 1.0, 0.5, 0.25, 0.0), {"max_weeks": 6}),
        ((1.5, 1.0, 0.5), {"hard_points": 6.0}),
        (
            (1.75, 1.25, 0.75, 0.25, 0.0),
            {"hard_points": 8.0, "longest": 4, "max_weeks": 11, "watched": 2},
        ),
        ((1.5, 1.0, 0.5, 0.0), {"first_weeks": 2, "longest": 4, "max_weeks": 9}),
        ((1.75, 1.5, 1.0, 0.5, 0.25, 0.0), {"step_share": 0.3, "max_weeks": 7}),
        ((1.75, 1.5, 1.0, 0.5, 0.25, 0.0), {"split_mg": 1.2, "current_share": 0.2, "max_weeks": 7}),
    ],
)
def test_an_exact_search_finds_the_front_of_brute_force(
    people: Walker, rungs: tuple, changed: dict
) -> None:  # type: ignore[type-arg]
    limits, ladder = replace(LIMITS, **changed), _rungs(*rungs)
    found = np.array([path.costs for path in search(people, ladder, PRESENT, limits, beam=inf)])
    wanted = _brute(people, ladder, limits)
    assert len(wanted) > 2
    assert np.allclose(found[np.lexsort(found.T)], wanted[np.lexsort(wanted.T)], atol=1e-9)


def test_a_beam_comes_within_a_hundredth_of_the_exact_front(people: Walker) -> None:
    limits, ladder = replace(LIMITS, max_weeks=9), _rungs(1.75, 1.5, 1.25, 1.0, 0.5, 0.0)
    exact = np.array([path.costs for path in search(people, ladder, PRESENT, limits, beam=inf)])
    beam = np.array([path.costs for path in search(people, ladder, PRESENT, limits)])
    for cost in exact:
        assert ((beam <= cost + np.array([0.0, 1e-9, 0.012])).all(axis=1)).any(), cost


def test_every_path_costs_what_walking_it_alone_costs(people: Walker) -> None:
    ladder = _rungs(1.75, 1.5, 1.0, 0.5, 0.0)
    for path in search(people, ladder, PRESENT, LIMITS):
        assert path.costs == pytest.approx(_cost(people, ladder, path.held, LIMITS), abs=1e-9)
        assert _is_allowed(ladder, path.held, LIMITS)


FREE = Limits(1.0, 1, 2.0, 2, 1, 9, 9, 4, 14.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first_mg", 0.5),
        ("first_weeks", 3),
        ("ceiling_mg", 0.5),
        ("longest", 2),
        ("shortest", 2),
        ("max_weeks", 4),
        ("current_share", 0.3),
        ("step_share", 0.25),
        ("last_mg", 0.25),
    ],
)
def test_each_limit_holds_back_paths_that_without_it_are_found(
    people: Walker, name: str, value: float
) -> None:
    ladder = _rungs(1.5, 1.0, 0.5, 0.0)
    limited = replace(FREE, **{name: value})
    free = search(people, ladder, PRESENT, FREE, beam=inf)
    assert all(
        _is_allowed(ladder, path.held, limited)
        for path in search(people, ladder, PRESENT, limited, beam=inf)
    )
    assert any(not _is_allowed(ladder, path.held, limited) for path in free)


@pytest.mark.parametrize(
    ("burden", "worst", "is_kept"),
    [(1.0, 40.0, True), (4.0, 40.0, False), (4.0, 5.0, True), (3.9, 40.0, True)],
)
def test_only_what_can_no_longer_be_less_work_or_gentler_is_dropped(
    people: Walker, burden: float, worst: float, is_kept: bool
) -> None:
    ended = Path(((0, 2), (1, 0)), 2, 5.0, 0.5, np.full(people.people, 14.0))
    one = np.ones(1, dtype=np.intp)
    layer = Layer(
        one,
        one,
        one,
        np.ones(1),
        np.array([burden]),
        np.full((1, people.people), worst),
        people.start,
        [(0,)],
    )
    prune(layer, [ended], inf, LIMITS, people.settled_effect(np.zeros((2, 2))), people)
    assert (len(layer.rung) == 1) is is_kept


def _largest_fall(path: Path, rungs: list[Rung], limits: Limits) -> float:
    """The most that two weeks take away, clearance counted as dose, read week by week."""
    mg = [PRESENT] * 2 + [rungs[i].mg_per_day for i, weeks in path.held for _ in range(weeks or 2)]
    counted = [dose * limits.count(week - 2) for week, dose in enumerate(mg)]
    return max(max(counted[week - 2 : week]) - counted[week] for week in range(3, len(counted)))


@pytest.mark.parametrize(
    "counts", [(1.0, 1.0, 1.2, 1.4), (1.0, 1.0, 1.0, 0.9, 0.8, 0.7)], ids=["rises", "falls"]
)
def test_what_a_change_of_clearance_does_counts_as_if_the_dose_had_changed(
    people: Walker, counts: tuple[float, ...]
) -> None:
    ladder = _rungs(1.75, 1.5, 1.25, 1.0, 0.75, 0.5, 0.25, 0.0)
    plain = replace(FREE, ceiling_mg=0.5, first_mg=0.25, longest=3, max_weeks=16)
    moving = replace(plain, counts=counts)
    found = search(people, ladder, PRESENT, moving)
    assert found
    assert max(_largest_fall(path, ladder, moving) for path in found) <= 0.5 + 1e-9
    assert (
        max(_largest_fall(path, ladder, moving) for path in search(people, ladder, PRESENT, plain))
        > 0.5 + 1e-9
    )


def test_no_path_within_the_limits_is_no_path(people: Walker) -> None:
    assert search(people, _rungs(1.0, 0.0), PRESENT, replace(LIMITS, ceiling_mg=0.5)) == ()


def test_no_path_that_is_found_beats_another(people: Walker) -> None:
    paths = search(
        people,
        _rungs(1.75, 1.5, 1.25, 1.0, 0.75, 0.5, 0.25, 0.0),
        PRESENT,
        replace(LIMITS, max_weeks=12),
    )
    costs = np.array([path.costs for path in paths])
    assert len(costs) > 4
    for i, cost in enumerate(costs):
        others = np.delete(costs, i, axis=0)
        assert not (others <= cost).all(axis=1).any()


@given(
    hnp.arrays(
        float, st.tuples(st.integers(1, 14), st.just(3)), elements=st.integers(0, 4).map(float)
    )
)
def test_what_is_kept_is_beaten_by_nothing_and_beats_all_the_rest(costs: np.ndarray) -> None:
    kept = non_dominated(costs)
    for i in kept:
        assert not any(
            (costs[j] <= costs[i]).all() and (costs[j] < costs[i]).any() for j in range(len(costs))
        )
    for i in set(range(len(costs))) - set(kept.tolist()):
        assert any((costs[j] <= costs[i]).all() for j in kept)


def test_risk_is_the_smooth_share_of_people_with_a_hard_week() -> None:
    worst = np.array([0.0, 10.0, 20.0, 30.0, 60.0])
    assert risk(worst, 20.0) == pytest.approx((0.5 + 2) / 5, abs=0.02)
    assert risk(worst + 1.0, 20.0) > risk(worst, 20.0)
    assert isinstance(search.__doc__, str)
    assert Path(((0, 0),), 0, 1.0, 0.0, worst).costs == (0.0, 1.0, 0.0)
