"""Streaming quantiles and waves."""

import numpy as np

import homeostat as hs
from homeostat.model import stream as streaming
from homeostat.model.waves import CARRIED_BY


def _use() -> hs.Regimen:
    return hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=40).then_stop()


def test_streamed_quantiles_are_those_of_all_people_together(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(streaming, "BLOCK", 100)
    told: list[streaming.Progress] = []
    found = streaming.stream(350, 4, _use(), days_after=30, tell=told.append)
    whole = hs.simulate(hs.draw(350, 4, drugs=["clonazepam"]), _use(), days_after=30)
    assert np.abs(found.severity - whole.quantiles("severity")).max() < 0.4
    assert [p.done for p in told] == [100, 200, 300, 350]
    assert told[-1].seconds_left == 0


def test_waves_are_off_unless_asked_for_and_touch_only_carriers_after_the_last_dose() -> None:
    people = hs.draw(200, 5, drugs=["clonazepam"])
    calm, wavy = (hs.simulate(people, _use(), days_after=90, waves=on) for on in (False, True))
    carriers = people["wave_carrier"] > 0
    assert 0.1 < carriers.mean() < 0.35
    before = calm.days_since_last_dose <= 0
    for name in CARRIED_BY:
        assert np.array_equal(calm[name][:, ~carriers], wavy[name][:, ~carriers])
        assert np.array_equal(calm[name][before], wavy[name][before])
    assert not np.array_equal(calm["serotonin"][:, carriers], wavy["serotonin"][:, carriers])
    assert np.array_equal(calm["norepinephrine"], wavy["norepinephrine"])
