"""What must hold whatever the numbers: two kernels agree, people do not see each other, the same
seed is the same person.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import get_num_threads, set_num_threads

import homeostat as hs
from homeostat.errors import InputError
from homeostat.facts import load
from homeostat.model.domain import potency
from homeostat.model.engine import kernel, reference
from homeostat.model.equations import ILL, body_rows, ramp
from homeostat.model.patients import normal
from homeostat.model.schedule import schedule
from homeostat.model.solve import SMALLEST_PEAK
from homeostat.model.symptoms import scores, scores_of_withdrawal


def _stop(days: float = 120, **more: float) -> hs.Regimen:
    return hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=days).then_stop()


REGIMENS = {
    "stop": _stop(),
    "once a day": hs.Regimen.steady("clonazepam", mg_per_day=1, days=60).then_taper([(0.5, 14)]),
    "two drugs": hs.Regimen.steady("clonazepam", mg_per_day=1, doses_per_day=2, days=40)
    .and_also(hs.Regimen.steady("diazepam", mg_per_day=10, doses_per_day=3, days=40))
    .then_stop(),
    "an inducer that comes and goes": hs.Regimen.steady(
        "clonazepam", mg_per_day=2, days=90
    ).with_change(hs.Change("carbamazepine", "clonazepam", 1.4, 20, 60, 3.0)),
    "by vein": hs.Regimen.steady(
        "clonazepam", mg_per_day=2, days=20, route="intravenous"
    ).then_stop(),
    "a prodrug": hs.Regimen.steady("clorazepate", mg_per_day=15, days=40).then_stop(),
}


def _errors(regimen: hs.Regimen, people: hs.Patients, end: float) -> np.ndarray:
    """Error of the fast kernel as a share of each person's peak (of at least SMALLEST_PEAK):
    (states, people).
    """
    plan = schedule(people, regimen, np.arange(end + 1.0), load())
    body = body_rows(people, load())
    fast, slow = kernel.run(plan, body), reference.run_reference(plan, body, step_h=0.05)
    first = sum(c.size for c in plan.chains)
    gap = np.abs(fast - slow).max(axis=1) / np.maximum(np.abs(slow).max(axis=1), SMALLEST_PEAK)
    return gap[first : first + ILL + 1]


@pytest.mark.parametrize("name", REGIMENS)
def test_the_fast_kernel_agrees_with_the_reference(name: str) -> None:
    regimen = REGIMENS[name]
    people = hs.draw(8, seed=3, drugs=regimen.drugs)
    errors = _errors(regimen, people, regimen.days + 60)
    assert errors.max() < 1e-3
    assert np.median(errors) < 1e-4


def test_a_person_is_the_same_alone_and_in_any_company() -> None:
    people = hs.draw(37, seed=5, drugs=["clonazepam"])
    together = hs.simulate(people, _stop(30), days_after=30)["severity"]
    order = np.random.default_rng(1).permutation(37)
    shuffled = hs.simulate(people.take(order), _stop(30), days_after=30)["severity"]
    alone = hs.simulate(people.take(slice(20, 21)), _stop(30), days_after=30)["severity"]
    assert np.array_equal(together[:, order], shuffled)
    assert np.array_equal(together[:, 20:21], alone)


def test_the_number_of_threads_changes_nothing() -> None:
    people, before = hs.draw(64, seed=6, drugs=["clonazepam"]), get_num_threads()
    try:
        set_num_threads(1)
        one = hs.simulate(people, _stop(30), days_after=30)["severity"]
    finally:
        set_num_threads(before)
    assert np.array_equal(one, hs.simulate(people, _stop(30), days_after=30)["severity"])


@given(seed=st.integers(0, 2**31), first=st.integers(0, 1000), n=st.integers(1, 50))
def test_a_number_belongs_to_seed_name_and_person_alone(seed: int, first: int, n: int) -> None:
    assert np.array_equal(normal(seed, "x", first + n)[first:], normal(seed, "x", n, first))


def test_the_same_seed_is_the_same_person_in_every_world() -> None:
    small, large = (
        hs.draw(5, seed=9, drugs=["clonazepam"]),
        hs.draw(50, seed=9, drugs=["clonazepam", "diazepam"]),
    )
    for name, column in small.columns.items():
        assert np.array_equal(column, large[name][:5]), name


def test_without_adaptation_there_is_exactly_no_withdrawal() -> None:
    people = hs.draw(20, seed=2, drugs=["clonazepam"]).with_columns(
        fast_gain=0.0, slow_gain=0.0, anxiolytic_fast_gain=0.0, anxiolytic_slow_gain=0.0
    )
    course = hs.simulate(people, _stop(), days_after=60)
    assert np.array_equal(
        course["severity"], np.broadcast_to(people["severity_baseline"], course["severity"].shape)
    )


def test_the_body_finds_its_set_point_on_the_drug_and_again_without_it() -> None:
    course = hs.simulate(hs.median(drugs=["clonazepam"]), _stop(365), days_after=900)
    band = float(course.people["threshold"][0])
    tone = course["tone"][:, 0]
    assert tone[1:4].max() > 1 + band
    assert abs(tone[360] - 1) < band
    assert tone.min() < 1 - band
    assert abs(tone[-1] - 1) < band


def test_nobody_stops_by_omission() -> None:
    use = hs.Regimen.steady("clonazepam", mg_per_day=2, days=30)
    course = hs.simulate(hs.median(drugs=["clonazepam"]), use, days_after=60)
    assert course.last_dose_day == 90
    assert course["level.clonazepam"][-1, 0] > 10


@given(theta=st.floats(0.03, 0.15), x=st.floats(-1, 1))
def test_the_ramp_is_continuous_and_zero_below_half_its_threshold(theta: float, x: float) -> None:
    assert ramp.py_func(x, theta) >= 0
    assert x > theta / 2 or ramp.py_func(x, theta) == 0
    assert x < 1.5 * theta or ramp.py_func(x, theta) == pytest.approx(x - theta)


def test_people_drawn_without_a_drug_cannot_take_it() -> None:
    with pytest.raises(InputError, match="drawn without 'diazepam'"):
        hs.simulate(
            hs.draw(2, seed=1, drugs=["clonazepam"]),
            hs.Regimen.steady("diazepam", mg_per_day=10, days=9),
        )


def test_outside_the_domain_levels_are_shown_and_the_forecast_is_withheld() -> None:
    use = hs.Regimen.steady("clonazepam", mg_per_day=60, days=365)
    course = hs.simulate(hs.median(drugs=["clonazepam"]), use)
    assert course["level.clonazepam"].max() > 300
    assert "outside 0.2 to 8" in course.withheld[0]
    with pytest.raises(InputError, match="withheld"):
        course["severity"]


def test_potency_of_clonazepam_against_diazepam_lies_in_the_published_range(facts) -> None:  # type: ignore[no-untyped-def]
    assert 12 < 1 / potency(facts, "diazepam") < 25


def test_every_run_says_how_wrong_its_numbers_may_be() -> None:
    course = hs.simulate(hs.draw(20, seed=1, drugs=["clonazepam"]), _stop(), days_after=60)
    assert 0 < course.error_estimate < 1e-3


def test_a_course_is_a_dataset_with_units() -> None:
    data = hs.simulate(hs.draw(3, seed=1, drugs=["clonazepam"]), _stop(20), days_after=10).dataset()
    assert data["severity"].attrs["units"] == "points"
    assert data["level.clonazepam"].attrs["units"] == "ng/mL"
    assert data.attrs["seed"] == 1


def test_symptoms_of_withdrawal_alone_are_those_of_the_same_person_without_an_illness() -> None:
    use = hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=120).then_stop()
    ill, well = (
        hs.simulate(hs.draw(40, 1, drugs=["clonazepam"], illness=i), use, days_after=60)
        for i in (0.6, 0.0)
    )
    alone, without, with_it = scores_of_withdrawal(ill, scores(ill)), scores(well), scores(ill)
    for name in alone:
        np.testing.assert_allclose(alone[name], without[name], atol=1e-9)
    assert with_it["severe-anxiety"].mean() > 1.2 * alone["severe-anxiety"].mean()
