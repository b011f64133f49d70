"""No setting of a way, of those that are accepted, makes work without end; every other one is
refused with its bounds.
"""

import time
from datetime import date
from math import inf, nan

import pytest

from homeostat.care import case as cases
from homeostat.care.choice import drafting
from homeostat.care.choice.proposal import propose
from homeostat.care.ways import LISTED, METHODS, SETTINGS, Start, require_no_settings, settings_of
from homeostat.care.ways.settings import MOST_STEPS
from homeostat.errors import InputError
from homeostat.facts import Facts, load

CALM = {"weekly_severity": lambda doses: (0.0,) * (len(doses) + 1)}
DRUGS = {"clonazepam": 2.0, "diazepam": 40.0, "alprazolam": 4.0, "chlordiazepoxide": 100.0}
PAIRS = [
    (way, name)
    for way in METHODS
    for drug in ("clonazepam", "diazepam")
    for name in METHODS[way].settings(Start(load(), drug, DRUGS[drug]))
]


def starts(facts: Facts) -> list[Start]:
    return [Start(facts, drug, mg, **CALM) for drug, mg in DRUGS.items()]  # type: ignore[arg-type]


def test_every_setting_of_every_way_has_bounds_that_hold_its_own_number(facts: Facts) -> None:
    for start in starts(facts):
        for way in METHODS.values():
            own = way.settings(start)
            assert own.keys() <= SETTINGS.keys()
            if not way.unfit(start):
                assert settings_of(way, start, own) == own, (way.name, start.drug)


@pytest.mark.parametrize(("way", "name"), sorted(set(PAIRS)))
@pytest.mark.parametrize("value", [-1.0, 1e-300, 1e-9, 1e7, 1e300, inf, nan])
def test_a_number_out_of_all_bounds_is_refused(
    facts: Facts, way: str, name: str, value: float
) -> None:
    start = next(s for s in starts(facts) if name in METHODS[way].settings(s))
    if name in ("tau", "step_part") and 0 <= value < 1e-8:
        return
    with pytest.raises(InputError, match=f"the setting '{name}' of '{way}'"):
        settings_of(METHODS[way], start, {name: value})


@pytest.mark.parametrize(("way", "name"), sorted(set(PAIRS)))
@pytest.mark.parametrize("end", ["low", "high"])
def test_a_number_at_its_bound_makes_a_bounded_plan(
    facts: Facts, way: str, name: str, end: str
) -> None:
    for start in starts(facts):
        own = METHODS[way].settings(start)
        if name not in own or METHODS[way].unfit(start):
            continue
        value = getattr(SETTINGS[name], end)
        if SETTINGS[name].is_step_mg:
            value = max(value, start.mg_per_day / MOST_STEPS)
        before = time.process_time()
        wishes = METHODS[way].ideal(start, settings_of(METHODS[way], start, {name: value}))
        assert len(wishes) <= 1000, (start.drug, len(wishes))
        assert time.process_time() - before < 1


@pytest.mark.parametrize("name", list(LISTED))
def test_a_plan_that_takes_no_settings_refuses_them(facts: Facts, name: str) -> None:
    with pytest.raises(InputError, match="has no settings"):
        require_no_settings(name, {"x": 1.0})
    require_no_settings(name, {})
    case = cases.read("examples/typical.toml", date(2026, 11, 25), facts)
    with pytest.raises(InputError, match="has no settings"):
        propose(drafting.task(case, facts), wanted=[(name, {"x": 1.0})], people=30)
