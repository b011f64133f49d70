"""Going on from where people stand gives what living the whole regimen gives."""

import numpy as np
import pytest

import homeostat as hs
from homeostat.errors import InputError
from homeostat.facts import load
from homeostat.model.standing import stand

NAMES = ("level.clonazepam", "effect", "severity", "glutamate", "illness", "fast", "slow")


def _lived(regimen: hs.Regimen, day: float, people: hs.Patients) -> tuple[hs.Course, hs.Course]:
    days = np.arange(day, regimen.days + 43)
    whole = hs.simulate(people, regimen, days=days, facts=load())
    return whole, hs.simulate(
        people, regimen, days=days, facts=load(), start=stand(people, regimen, day, load())
    )


def test_a_taper_from_a_standing_is_the_taper_of_the_whole_regimen() -> None:
    people = hs.draw(20, 3, drugs=["clonazepam", "diazepam"], illness=0.4)
    use = hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=90)
    use = use.with_change(hs.Change("carbamazepine", "clonazepam", 1.5, 20.0, 95.0, 3.0))
    whole, carried = _lived(use.then_taper([(1.5, 14), (1, 14), (0.5, 7)]), 90.0, people)
    for name in NAMES:
        wanted = whole.states[name] if name in whole.states else whole[name]
        found = carried.states[name] if name in carried.states else carried[name]
        assert np.abs(found - wanted).max() <= 1e-12 * np.abs(wanted).max(), name


def test_a_drug_that_begins_with_the_plan_stands_at_nothing() -> None:
    people = hs.draw(10, 3, drugs=["clonazepam", "diazepam"])
    use = hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=60)
    both = hs.Regimen(
        (
            hs.Use("clonazepam", (*use.uses[0].steps, hs.Step(60.0))),
            hs.Use("diazepam", (hs.Step(60.0, (8.0, 20.0), (10.0, 10.0)),)),
        ),
        60.0,
    )
    days = np.arange(60.0, 90.0)
    whole = hs.simulate(people, both, days=days, facts=load())
    carried = hs.simulate(
        people, both, days=days, facts=load(), start=stand(people, use, 60.0, load())
    )
    assert np.abs(carried["severity"] - whole["severity"]).max() < 1e-6
    assert np.abs(carried["level.diazepam"] - whole["level.diazepam"]).max() < 1e-6


def test_a_run_from_a_standing_carries_its_error_and_the_reference_agrees() -> None:
    people = hs.draw(4, 3, drugs=["clonazepam"], illness=0.3)
    use = hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=90)
    begin, days = stand(people, use, 90.0, load()), np.arange(90.0, 121.0)
    fast = hs.simulate(people, use.then_stop(), days=days, start=begin, facts=load())
    slow = hs.simulate(
        people, use.then_stop(), days=days, start=begin, method="reference", facts=load()
    )
    assert 0.0 < fast.error_estimate < 1e-3
    for name in NAMES:
        wanted = slow.states[name] if name in slow.states else slow[name]
        found = fast.states[name] if name in fast.states else fast[name]
        assert np.abs(found - wanted).max() <= 2e-4 * np.abs(wanted).max(), name


def test_some_of_the_people_stand_where_they_stood() -> None:
    people = hs.draw(12, 3, drugs=["clonazepam"])
    use = hs.Regimen.steady("clonazepam", mg_per_day=1, days=30)
    some = stand(people, use, 30.0, load()).take(slice(3, 7))
    alone = stand(people.take(slice(3, 7)), use, 30.0, load())
    assert np.array_equal(some.filters, alone.filters)
    assert np.array_equal(some.blood["clonazepam", "oral"], alone.blood["clonazepam", "oral"])


def test_output_before_the_standing_is_refused() -> None:
    people = hs.draw(2, 3, drugs=["clonazepam"])
    use = hs.Regimen.steady("clonazepam", mg_per_day=1, days=30)
    with pytest.raises(InputError, match="from day 30 on"):
        hs.simulate(people, use, days=[10.0, 40.0], start=stand(people, use, 30.0, load()))


@pytest.mark.parametrize("days", [1006, 2043])
def test_a_run_that_ends_just_below_a_power_of_two_is_finite(days: int) -> None:
    people = hs.draw(8, 1, drugs=["lorazepam"])
    use = hs.Regimen.steady("lorazepam", mg_per_day=1, days=days, first_hour=22)
    standing = stand(people, use, float(days), load())
    assert np.isfinite(standing.filters).all()
    before = stand(people, use, days - 1.0, load())
    assert np.abs(standing.filters - before.filters).max() < 1e-3
