"""The checks can fail: each model here is broken on purpose, and the checks that should notice
do.
"""

from collections.abc import Callable

import numpy as np
import pytest

from homeostat.facts import Facts
from homeostat.model.patients import Patients
from homeostat.study.claims import Worlds, claims

NO_GAIN = {
    "fast_gain": 0.0,
    "slow_gain": 0.0,
    "anxiolytic_fast_gain": 0.0,
    "anxiolytic_slow_gain": 0.0,
}
CLEARANCE = {"clonazepam__clearance": 3.8}


def always(**columns: float) -> Callable[[Patients], Patients]:
    return lambda people: people.with_columns(
        **{name: value for name, value in columns.items() if _has(people, name)}
    )


def _has(people: Patients, name: str) -> bool:
    return name.replace("__", ".") in people.columns


def same_time(people: Patients) -> Patients:
    return people.with_columns(slow_time=people["fast_time"])


def everybody_alike(people: Patients) -> Patients:
    return people.take(np.zeros(len(people), dtype=np.intp))


BROKEN = {
    "no adaptation, no withdrawal": (always(**NO_GAIN), "H2"),
    "no adaptation, no tolerance": (always(**NO_GAIN), "H4"),
    "no adaptation, no dependence at a constant dose": (always(**NO_GAIN), "H3"),
    "no adaptation, no onset": (always(**NO_GAIN), "T1"),
    "more adaptation than drug, no band": (always(fast_gain=0.3), "H1"),
    "one adaptation instead of two": (same_time, "H7"),
    "serotonin and dopamine in step": (always(serotonin_time=10.0, dopamine_time=10.0), "H8"),
    "a clearance that nothing changes": (always(**CLEARANCE), "H5"),
    "a metaboliser who is not slow": (always(**CLEARANCE), "F6"),
    "a half-life of 10 hours": (always(clonazepam__clearance=15.0), "H10"),
    "a receptor that does not know clonazepam": (always(clonazepam__ec50=600.0), "H9"),
    "down-regulation that takes a month": (always(fast_time=30.0), "T5"),
    "a seizure hazard that lasts": (always(fast_time=14.0), "T4"),
    "temper without lost sleep": (always(sleep_debt_time=60.0), "T7"),
    "remodelling that hardly heals": (always(slow_time=540.0, slow_gain=0.4), "T13"),
    "waves without a swing": (always(wave_amplitude=0.0), "T13"),
    "everybody alike": (everybody_alike, "F8"),
    "everybody begins at once": (everybody_alike, "T2"),
    "an illness that nobody has": (always(illness=0.0), "F7"),
    "a person who answers to nothing": (always(sensitivity=1e-6), "S1"),
    "a second drug that the receptor does not know": (always(lorazepam__ec50=1e12), "F3"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_model_does_not_pass(name: str, facts: Facts) -> None:
    change, claim = BROKEN[name]
    (found,) = claims(facts, [claim], Worlds(facts, people=200, change=change))
    assert found.is_met is False, [(item.name, item.value, item.band) for item in found.measured]
