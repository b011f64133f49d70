"""A forecast that is withheld is refused by every function that computes it, not only by the
course.
"""

from collections.abc import Callable

import numpy as np
import pytest

import homeostat as hs
from homeostat.errors import InputError, NumericsError
from homeostat.facts import load
from homeostat.model import readings, symptoms
from homeostat.model.engine import kernel
from homeostat.model.standing import stand
from homeostat.model.trajectory import Trajectory

USE = hs.Regimen.steady("clonazepam", mg_per_day=1.0, days=20)
SYMPTOMS = load().symptoms
READERS: dict[str, Callable[[Trajectory], object]] = {
    **readings.DERIVED,
    **{
        f"driver {name}": (lambda c, name=name: symptoms.driver(c, name))
        for name in ("norepinephrine", "sleep_debt", "remodelling", "illness")
    },
    "drivers": symptoms.drivers,
    "scores": symptoms.scores,
    "scores of withdrawal": symptoms.scores_of_withdrawal,
    "score": lambda c: symptoms.score(c, next(iter(SYMPTOMS.values()))),
}


def _course(age_years: float) -> hs.Course:
    return hs.simulate(hs.median(drugs=["clonazepam"], age_years=age_years), USE, days_after=5)


@pytest.fixture(scope="module")
def withheld() -> hs.Course:
    course = _course(9.0)
    assert course.withheld
    return course


@pytest.mark.parametrize("name", READERS)
def test_no_function_reads_a_forecast_that_is_withheld(name: str, withheld: hs.Course) -> None:
    with pytest.raises(InputError, match="withheld"):
        READERS[name](withheld)


@pytest.mark.parametrize("name", READERS)
def test_every_function_reads_a_forecast_that_may_be_shown(name: str) -> None:
    assert READERS[name](_course(40.0)) is not None


def test_levels_of_a_withheld_forecast_can_be_read(withheld: hs.Course) -> None:
    assert withheld.names() == ("level.clonazepam",)
    assert withheld["level.clonazepam"].max() > 0.0


def test_states_on_one_day_are_checked_like_a_course(monkeypatch: pytest.MonkeyPatch) -> None:
    people = hs.median(drugs=["clonazepam"])
    run = kernel.run

    def broken(*given: object, **more: object) -> np.ndarray:
        out = run(*given, **more)  # type: ignore[arg-type]
        out[-1] = np.nan
        return out

    monkeypatch.setattr(kernel, "run", broken)
    with pytest.raises(NumericsError):
        stand(people, USE, 10.0, load())
