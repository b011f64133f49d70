"""No setting and no fact makes a taper endless: a step of nothing is refused by the function that
takes the steps.
"""

from math import inf, nan

import pytest

from homeostat.care.ways import METHODS, Start, settings_of
from homeostat.care.ways.start import MOST_STEPS, falling
from homeostat.errors import InputError
from homeostat.facts import Facts


@pytest.mark.parametrize("step", [0.0, -0.1, nan, inf])
def test_a_step_that_is_no_step_down_is_refused(step: float) -> None:
    with pytest.raises(InputError, match="'step' above zero"):
        falling(2.0, 0.0, step)


def test_more_steps_than_anybody_can_take_are_refused() -> None:
    assert len(falling(1.0, 0.0, 1.0 / MOST_STEPS)) == MOST_STEPS - 1
    with pytest.raises(InputError, match="5000 are the most"):
        falling(1.0, 0.0, 0.5 / MOST_STEPS)


def test_steps_end_above_the_goal_and_are_equal() -> None:
    assert falling(2.0, 0.5, 0.5) == [1.5, 1.0]
    assert falling(2.0, 0.0, 3.0) == []


@pytest.mark.parametrize("way", list(METHODS))
@pytest.mark.parametrize("value", [0.0, 1e-12, nan, -1.0])
def test_no_setting_of_any_way_makes_it_endless(facts: Facts, way: str, value: float) -> None:
    drug = "diazepam" if way == "cks-diazepam" else "clonazepam"
    start = Start(facts, drug, 2.0, weekly_severity=lambda doses: (0.0,) * (len(doses) + 1))
    method = METHODS[way]
    own = method.settings(start)
    for name in own:
        try:
            ideal = method.ideal(start, {**own, name: value})
        except InputError:
            continue
        assert len(ideal) <= MOST_STEPS + 1
    with pytest.raises(InputError, match="has no setting"):
        settings_of(method, start, {"nothing-like-it": 1.0})
