"""A regimen takes what it says, and nothing twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import homeostat as hs
from homeostat.errors import InputError

BY_TWO_ROUTES = hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=30).and_also(
    hs.Regimen.steady("clonazepam", mg_per_day=1, days=30, route="sublingual")
)


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.integers(1, 20)), min_size=1, max_size=5
    )
)
def test_a_taper_gives_the_dose_it_names_however_many_routes_there_are(
    steps: list[tuple[float, float]],
) -> None:
    lowered, day = BY_TWO_ROUTES.then_taper(steps), 30.0
    for mg, lasting in steps:
        assert lowered.mg_per_day("clonazepam", day + 0.5) == pytest.approx(mg)
        day += lasting
    assert lowered.mg_per_day("clonazepam", day + 0.5) == 0
    assert lowered.days == day


def test_two_drugs_are_lowered_side_by_side_from_one_day() -> None:
    both = BY_TWO_ROUTES.and_also(hs.Regimen.steady("diazepam", mg_per_day=10, days=30))
    lowered = both.then_taper([(1, 10)], "clonazepam").then_taper(
        [(5, 20)], "diazepam", from_day=30
    )
    assert [lowered.mg_per_day("diazepam", day) for day in (29, 30, 49, 50)] == [10, 5, 5, 0]
    assert [lowered.mg_per_day("clonazepam", day) for day in (29, 30, 39, 40)] == [3, 1, 1, 0]


def test_what_is_not_taken_cannot_be_lowered() -> None:
    with pytest.raises(InputError, match="diazepam is not being taken"):
        BY_TWO_ROUTES.then_taper([(1, 7)], "diazepam")
    with pytest.raises(InputError, match="clonazepam is not being taken"):
        BY_TWO_ROUTES.then_stop().then_taper([(1, 7)])
