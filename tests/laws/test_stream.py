"""Streaming quantiles and waves."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from click.testing import CliRunner

import homeostat as hs
from homeostat.cli import main
from homeostat.model import stream as streaming
from homeostat.model.waves import CARRIED_BY


def _use() -> hs.Regimen:
    return hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=40).then_stop()


def test_streamed_quantiles_are_those_of_all_people_together(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(streaming, "BLOCK", 100)
    told: list[streaming.Progress] = []
    found = streaming.stream(350, 4, _use(), days=np.arange(71.0), tell=told.append)
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


def test_the_band_of_very_many_people_is_printed_in_little_memory_and_says_how_far_it_is(
    monkeypatch,
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(streaming, "BLOCK", 100)
    case = Path(__file__).parents[2] / "examples" / "typical.toml"
    words = ["forecast", str(case), "--stop", "--people", "400", "--weeks", "4", "--stream"]
    shown = CliRunner().invoke(main, words)
    assert shown.exit_code == 0, shown.output
    assert "Never stop a benzodiazepine at once" in shown.stdout
    assert "100 of 400 people, about" in shown.stderr
    weeks = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)["severity"]
    assert [row["week"] for row in weeks] == [1, 2, 3, 4, 5]
    assert all(row["low"] <= row["median"] <= row["high"] for row in weeks)
    refused = CliRunner().invoke(main, [*words, "--out", "nowhere"])
    assert refused.exit_code == 2
    assert "leave out --out" in refused.output


def test_a_cold_forecast_does_not_import_what_it_does_not_need() -> None:
    case = Path(__file__).parents[2] / "examples" / "typical.toml"
    code = (
        f"import sys\nfrom homeostat.cli import main\nmain(['forecast', {str(case)!r}, '--people',"
        " '20'], standalone_mode=False)\nprint('imported', [n for n in ('scipy.linalg', 'pandas',"
        " 'altair', 'xarray', 'pyarrow') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "imported []"
