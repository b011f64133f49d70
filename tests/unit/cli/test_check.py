"""`homeostat assess` and `homeostat check`: what they print, how they end, and what machines
get.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from homeostat.cli import main

CASE = "examples/typical.toml"


def plan(tmp_path: Path, *doses: float, days: int = 14, **more: Any) -> str:
    steps = []
    day = 24
    for mg in doses:
        made = {"from": f"2026-12-{day:02d}" if day < 32 else _later(day), "doses": []}
        if mg:
            made["doses"] = [{"drug": "clonazepam", "time": "20:00", "dose": f"{mg} mg"}]
            made["until"] = _later(day + days)
        steps.append(made)
        day += days
    table = {
        "format": 1,
        "id": "by-hand",
        "for": {"case": "typical"},
        "made_on": "2026-11-25",
        "made_by": "a clinician",
        "way": {"name": "by hand"},
        "goal": {"aim": "stop"},
        "market": "US",
        "steps": steps,
        **more,
    }
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(table), encoding="utf-8")
    return str(path)


def _later(day: int) -> str:
    from datetime import date, timedelta

    return (date(2026, 12, 1) + timedelta(days=day - 1)).isoformat()


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    return result.exit_code, result.output


def test_a_careful_plan_passes_with_notes_only(tmp_path: Path) -> None:
    code, said = run("check", CASE, plan(tmp_path, 1.75, 1.5, 1.25, 1, 0.75, 0.5, 0.25, 0))
    assert code == 0, said
    assert "No rule stands against this plan" in said


def test_warnings_end_with_ten_and_name_limit_value_and_source(tmp_path: Path) -> None:
    code, said = run("check", CASE, plan(tmp_path, 1.3, 0.65, 0))
    assert code == 10, said
    for word in ("pace.asam-2025", "limit: 25 % in 2 weeks", "this plan: 35 %", "asam-2025, p. 8"):
        assert word in said


def test_a_refused_plan_ends_with_twenty_and_its_finding_comes_first(tmp_path: Path) -> None:
    code, said = run("check", CASE, plan(tmp_path, 0))
    assert code == 20, said
    assert said.index("refuse ") < said.index("note ")


def test_a_warning_is_overridden_with_a_reason_and_a_refusal_is_not(tmp_path: Path) -> None:
    def override(finding: str) -> dict[str, Any]:
        return {
            "visits": ["2026-12-08", "2026-12-22", "2027-01-05", "2027-01-19", "2027-02-02"],
            "overrides": [
                {
                    "finding": finding,
                    "reason": "seen daily by neurology in week one",
                    "by": "W. K.",
                    "on": "2026-11-25",
                }
            ],
        }

    code, said = run("check", CASE, plan(tmp_path, 1.4, 0.8, 0.4, 0, **override("pace.asam-2025")))
    assert code == 0, said
    assert "accepted by W. K. on 2026-11-25: seen daily" in said
    empty = override("pace.asam-2025") | {"visits": []}
    assert run("check", CASE, plan(tmp_path, 1.4, 0.8, 0.4, 0, **empty))[0] == 0
    code, said = run("check", CASE, plan(tmp_path, 1.2, 0.8, 0.4, 0, **empty))
    assert code == 20, said
    assert "the reason given counts where a visit of the plan lies within" in " ".join(said.split())
    code, said = run("check", CASE, plan(tmp_path, 1.2, 0.8, 0.4, 0))
    assert code == 20, said
    assert "This can kill: refused until the plan holds the reason" in " ".join(said.split())
    assert (
        run("check", CASE, plan(tmp_path, 1.2, 0.8, 0.4, 0, **override("pace.asam-2025")))[0] == 0
    )
    code, said = run("check", CASE, plan(tmp_path, 0, **override("pace.abrupt")))
    assert code == 20, said


def test_machines_get_verdict_findings_and_versions(tmp_path: Path) -> None:
    code, said = run("check", CASE, plan(tmp_path, 1.3, 0.65, 0), "--json")
    found = json.loads(said)
    assert (code, found["verdict"]) == (10, "warn")
    assert {
        "rule",
        "level",
        "sentence",
        "limit",
        "value",
        "sources",
        "on",
        "stands",
        "override",
        "lifted_by_a_reason",
    } <= set(found["findings"][0])
    assert found["facts"]
    assert found["made_by"].startswith("homeostat ")


def test_the_day_of_the_check_can_be_said(tmp_path: Path) -> None:
    code, said = run(
        "check",
        CASE,
        plan(tmp_path, 1.75, 1.5, 1.25, 1, 0.75, 0.5, 0.25, 0),
        "--today",
        "2026-12-26",
    )
    assert code == 10
    assert "shape.dates" in said


def test_a_file_that_is_no_plan_is_an_error_not_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("{}", encoding="utf-8")
    code, said = run("check", CASE, str(path))
    assert code == 2
    assert "is missing" in said


@pytest.mark.parametrize("case", sorted(path.stem for path in Path("examples").glob("*.toml")))
def test_every_example_is_assessed(case: str) -> None:
    code, said = run("assess", f"examples/{case}.toml")
    assert code == 0, said
    assert "Physical dependence: " in said
    code, said = run("assess", f"examples/{case}.toml", "--json")
    assert {"dependence", "setting", "must_ask", "outlooks"} <= set(json.loads(said))
