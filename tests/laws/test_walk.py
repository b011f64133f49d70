"""Walking from week to week gives the weeks that a full simulation gives, for any number of paths
at once.
"""

from dataclasses import replace

import numpy as np
import pytest

import homeostat as hs
from homeostat.facts import load
from homeostat.model.standing import Standing, stand
from homeostat.model.walk import Walker, walker

CASES = {
    "clonazepam": (2.0, (8.0, 20.0)),
    "lorazepam": (2.0, (22.0,)),
    "alprazolam": (3.0, (7.0, 12.0, 17.0, 22.0)),
    "diazepam": (20.0, (8.0, 20.0)),
}
WEEKS = 22


def _people(drug: str, n: int = 24) -> tuple[Standing, hs.Regimen, list[tuple[float, float]]]:
    mg, hours = CASES[drug]
    part = (mg / len(hours),) * len(hours)
    use = hs.Regimen((hs.Use(drug, (hs.Step(0.0, hours, part),)),), 365.0)
    standing = stand(hs.draw(n, 1, drugs=[drug]), use, 365.0, load())
    return standing, use, [(mg * (1 - k / 8), 14.0) for k in range(1, 8)]


def _walked(walker: Walker, taper: list[tuple[float, float]]) -> np.ndarray:
    states, weeks, day = walker.start, [], 0
    parts = len(walker.slots)
    for mg in [*(mg for mg, _ in taper), 0.0]:
        lasting = 2 if mg else 8
        states, mean = walker.go(
            states, np.zeros(1, dtype=np.intp), np.full((1, parts), mg / parts), lasting, day
        )
        weeks.append(mean[0])
        day += 7 * lasting
    return np.concatenate(weeks)


def _simulated(standing: Standing, use: hs.Regimen, taper: list[tuple[float, float]]) -> np.ndarray:
    days = np.arange(365.0, 365.0 + 7 * WEEKS + 1)
    course = hs.simulate(
        standing.people, use.then_taper(taper), days=days, facts=load(), start=standing
    )
    return course["severity"][1:].reshape(WEEKS, 7, -1).mean(axis=1)


@pytest.mark.parametrize("drug", CASES)
def test_the_worst_week_walked_is_the_worst_week_simulated(drug: str) -> None:
    standing, use, taper = _people(drug)
    there = walker(standing, [(drug, "oral", hour) for hour in CASES[drug][1]], load())
    walked, simulated = _walked(there, taper), _simulated(standing, use, taper)
    assert simulated.max() > 15
    assert np.abs(walked.max(axis=0) - simulated.max(axis=0)).max() < 0.25
    assert np.abs(walked - simulated).max() < 1.0


@pytest.mark.parametrize(
    "change",
    [
        hs.Change("carbamazepine", "clonazepam", 1.6, 100.0, 365.0 + 24, 4.0),
        hs.Change("carbamazepine", "clonazepam", 1.6, 365.0 + 24, half_time_d=4.0),
        hs.Change("an inhibitor", "clonazepam", 0.5, 365.0 + 10, 365.0 + 66),
    ],
    ids=["stops", "starts", "comes and goes"],
)
def test_a_clearance_that_moves_on_the_way_moves_those_who_walk_as_it_moves_those_who_are_simulated(
    change: hs.Change,
) -> None:
    mg, hours = CASES["clonazepam"]
    use = hs.Regimen.steady("clonazepam", mg_per_day=mg, doses_per_day=2, days=365).with_change(
        change
    )
    standing = stand(hs.draw(24, 1, drugs=["clonazepam"]), use, 365.0, load())
    slots, taper = (
        [("clonazepam", "oral", hour) for hour in hours],
        [(mg * (1 - k / 8), 14.0) for k in range(1, 8)],
    )
    walked, simulated = (
        _walked(walker(standing, slots, load(), use.changes), taper),
        _simulated(standing, use, taper),
    )
    assert np.abs(walked.max(axis=0) - simulated.max(axis=0)).max() < 0.4
    assert np.abs(walked - simulated).max() < 1.0
    first_day = [replace(change, to_day=float("inf"))] if change.on(365.0) != 1.0 else []
    assert (
        np.abs(_walked(walker(standing, slots, load(), first_day), taper) - simulated).max() > 2.0
    )


def test_the_effect_to_come_is_that_of_the_clearance_of_its_day() -> None:
    standing, _, _ = _people("clonazepam", 8)
    slots = [("clonazepam", "oral", 8.0), ("clonazepam", "oral", 20.0)]
    inhibited = hs.Change("an inhibitor", "clonazepam", 0.5, 365.0 + 10)
    there = walker(standing, slots, load(), [inhibited])
    usual = walker(standing, slots, load())
    doses = np.array([[1.0, 1.0]])
    assert np.allclose(there.settled_effect(doses, 0), usual.settled_effect(doses))
    assert np.allclose(there.settled_effect(doses, 60), usual.settled_effect(2 * doses), rtol=0.01)


def test_anxiety_counts_where_severity_is_made_of_it() -> None:
    standing, use, taper = _people("clonazepam", 8)
    people = standing.people.with_columns(severity_physical_share=0.4)
    mixed = Standing(standing.day, people, standing.blood, standing.filters)
    there = walker(mixed, [("clonazepam", "oral", 8.0), ("clonazepam", "oral", 20.0)], load())
    assert np.abs(_walked(there, taper) - _simulated(mixed, use, taper)).max() < 1.0


def test_a_path_does_not_know_its_neighbours() -> None:
    standing, _, _ = _people("clonazepam", 11)
    there = walker(standing, [("clonazepam", "oral", 8.0), ("clonazepam", "oral", 20.0)], load())
    doses = np.array([[0.5, 0.5], [0.25, 0.0], [0.0, 0.0]])
    together, mean = there.go(there.start, np.zeros(3, dtype=np.intp), doses, 3)
    for i in range(3):
        alone, own = there.go(there.start, np.zeros(1, dtype=np.intp), doses[i : i + 1], 3)
        assert np.array_equal(alone[0], together[i])
        assert np.array_equal(own[0], mean[i])
    onward, _ = there.go(together, np.array([2, 0]), doses[:2], 1)
    first, _ = there.go(together[2:], np.zeros(1, dtype=np.intp), doses[:1], 1)
    assert np.array_equal(onward[0], first[0])


def test_pressure_is_what_severity_tends_to_and_none_without_a_fall() -> None:
    standing, _, _ = _people("clonazepam", 16)
    there = walker(standing, [("clonazepam", "oral", 8.0), ("clonazepam", "oral", 20.0)], load())
    same, nothing = there.settled_effect(np.array([[1.0, 1.0], [0.0, 0.0]]))
    baseline = standing.people["severity_baseline"]
    assert np.abs(there.pressure(there.start, same) - baseline).max() < 0.5
    assert (there.pressure(there.start, nothing) > baseline + 5).mean() > 0.8
    assert np.all(nothing == 0)


def test_two_drugs_at_one_hour_are_both_taken() -> None:
    people = hs.draw(8, 2, drugs=["clonazepam", "diazepam"])
    use = hs.Regimen.steady("clonazepam", mg_per_day=1, days=100)
    standing = stand(people, use, 100.0, load())
    slots = [("clonazepam", "oral", 8.0), ("diazepam", "oral", 8.0)]
    there = walker(standing, slots, load())
    after, _ = there.go(
        there.start, np.zeros(2, dtype=np.intp), np.array([[1.0, 0.0], [1.0, 10.0]]), 2
    )
    assert np.all(there.doses({("clonazepam", 8.0): 1.0}) == [1.0, 0.0])
    assert after[1].sum() > after[0].sum() * 1.5
