"""A third caller does every job by one call that cannot skip its checks."""

import inspect
import json
from dataclasses import replace
from datetime import date, time
from importlib import import_module
from pathlib import Path

import pytest

import homeostat as hs
from homeostat.actions import dispense, export
from homeostat.actions import forecast as forecasting
from homeostat.actions import plan as planning
from homeostat.actions.assess import assess
from homeostat.actions.check import check
from homeostat.actions.compare import compare
from homeostat.actions.papers import papers
from homeostat.care import memory
from homeostat.care.case.records import Case
from homeostat.care.choice.compare import Named
from homeostat.care.dispensing.dispense import Wants
from homeostat.care.forecast import STOP_WARNING, Scenario
from homeostat.care.plan.records import Plan
from homeostat.errors import CapacityError, DispensingError, InputError
from homeostat.facts import Facts

MODULES = ("assess", "check", "compare", "dispense", "export", "forecast", "papers", "plan", "read")
FOR_PATIENT = {
    "calendar.ics",
    "handout-de.pdf",
    "handout.pdf",
    "letter.pdf",
    "pharmacy.pdf",
    "plan.html",
    "schedule.csv",
    "schedule.json",
}


def test_no_action_prints_asks_or_reads_a_clock() -> None:
    for name in MODULES:
        source = inspect.getsource(import_module(f"homeostat.actions.{name}"))
        for word in ("print(", "input(", "click", "rich", "now()", "today()", "time.time"):
            assert word not in source.replace("is_printable", ""), (name, word)


def test_the_root_of_the_package_names_the_same_actions() -> None:
    assert (hs.check, hs.papers, hs.plan) == (check, papers, planning.plan)
    assert hs.forecast is forecasting.forecast
    assert {"read_case", "read_plan", "draw", "simulate"} <= set(hs.__all__)


def test_a_plan_is_checked_by_all_rules(case: Case, plan: Plan, refused: Plan) -> None:
    assert check(case, plan).verdict != "refuse"
    found = check(case, refused)
    assert found.verdict == "refuse"
    assert {one.rule for one in found.refusals} >= {"pace.asam-2025"}
    assert found.today == date(2026, 11, 2)


def test_a_plan_that_passes_becomes_all_its_papers(case: Case, plan: Plan, tmp_path: Path) -> None:
    made = papers(case, plan, tmp_path / "out", people=8)
    assert not made.is_withheld
    assert {path.name for path in made.paths} >= FOR_PATIENT


def test_a_refused_plan_leaves_no_paper_that_a_patient_could_follow(
    case: Case, plan: Plan, refused: Plan, tmp_path: Path
) -> None:
    papers(case, plan, tmp_path / "out", people=8)
    made = papers(case, refused, tmp_path / "out", people=8)
    assert made.is_withheld
    assert not {path.name for path in (tmp_path / "out").iterdir()} & FOR_PATIENT


def test_papers_of_somebody_else_leave_no_file_at_all(
    case: Case, plan: Plan, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="is for the case 'typical', not for 'other'"):
        papers(replace(case, id="other"), plan, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_forecast_of_a_refused_plan_says_so_first(
    case: Case, plan: Plan, refused: Plan, tmp_path: Path
) -> None:
    made = forecasting.forecast(case, Scenario("plan", plan=refused), people=20, weeks=1)
    assert made.refusals
    assert made.forecast.warning.startswith("The check refuses this plan (")
    assert STOP_WARNING in made.forecast.warning
    band = forecasting.band(case, Scenario("plan", plan=refused), people=20, weeks=1)
    assert band.warning == made.forecast.warning
    paths = forecasting.write(made, tmp_path / "out")
    said = json.loads(next(p for p in paths if p.name == "forecast.json").read_text("utf-8"))
    assert said["warning"] == made.forecast.warning
    fine = forecasting.forecast(case, Scenario("plan", plan=plan), people=20, weeks=1)
    assert (fine.refusals, fine.forecast.warning) == ((), "")


def test_a_plan_of_somebody_else_is_not_forecast(case: Case, plan: Plan) -> None:
    with pytest.raises(InputError, match="for the case 'typical', not for 'other'"):
        forecasting.forecast(replace(case, id="other"), Scenario("plan", plan=plan), people=20)


def test_too_many_people_are_refused_before_anything_is_computed(
    case: Case, plan: Plan, tmp_path: Path
) -> None:
    many = 10**12
    with pytest.raises(CapacityError, match="are free; ask for"):
        forecasting.forecast(case, Scenario("continue"), people=many)
    with pytest.raises(CapacityError, match="at most 20,000 people"):
        compare(case, [Named("a", plan)], people=many)
    with pytest.raises(CapacityError, match="at most 20,000 people"):
        planning.plan(case, people=many)
    with pytest.raises(CapacityError, match="at most 20,000 people"):
        papers(case, plan, tmp_path / "out", people=many)
    assert not (tmp_path / "out").exists()
    assert memory.available_bytes() > 0


def test_a_case_is_assessed(case: Case) -> None:
    assert assess(case).dependence == "expected"


def test_a_scenario_lowers_what_carries_the_effect_and_never_rises(case: Case) -> None:
    made = forecasting.lowered(case, to_mg=0.0, weeks=4)
    assert list(made.tapers) == ["clonazepam"]
    assert len(made.tapers["clonazepam"]) == 4
    with pytest.raises(InputError, match="must lie below the present daily dose"):
        forecasting.lowered(case, to_mg=5.0, weeks=4)


def test_a_plan_is_made_checked_as_it_is_printed_and_written(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wishes = planning.Wishes(ways=[("percent-of-start", {})], window_days=14)
    made = planning.plan(case, wishes, people=30)
    assert made.checked.plan.supplies[0].until - made.checked.plan.supplies[0].from_day
    assert made.checked.plan.id == made.proposal[made.name].plan.id
    with monkeypatch.context() as little:
        little.setattr(memory, "available_bytes", lambda: 2**20)
        with pytest.raises(CapacityError, match="are free; ask for at most"):
            planning.write(made, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    written = planning.write(made, tmp_path / "out")
    assert written.checked is made.checked
    assert {path.name for path in written.paths} >= FOR_PATIENT or written.is_withheld


def test_plans_are_compared_with_their_findings(case: Case, plan: Plan, refused: Plan) -> None:
    found = compare(case, [Named("kept", plan), Named("fast", refused)], people=30)
    assert found.checked["fast"].verdict == "refuse"
    assert found.comparison["fast"].hard_share >= found.comparison["kept"].hard_share
    with pytest.raises(InputError, match="each under a name of its own"):
        compare(case, [Named("a", plan), Named("a", plan)], people=30)


def test_a_dose_is_made_or_the_way_out_is_said() -> None:
    found = dispense.dispense("clonazepam", 0.75, Wants("US"))
    assert found.doses
    daily = dispense.dispense("Clonazepam", 1.0, Wants("US", dose_times=(time(8), time(20))))
    assert [at for at, _ in daily.doses] == [time(8), time(20)]
    cannot = dispense.dispense("clonazepam", 0.3, Wants("US"))
    assert not cannot.doses
    assert cannot.near != (None, None)
    with pytest.raises(InputError, match="is a product of diazepam, not of clonazepam"):
        dispense.dispense("clonazepam", 1.0, Wants("US", named=("US-diazepam-tablet-5",)))
    with pytest.raises((InputError, DispensingError)):
        dispense.dispense("clonazepam", 10_000.0, Wants("US"))


def test_people_who_are_given_speak_in_every_action(
    case: Case, plan: Plan, others: hs.Patients, facts: Facts, tmp_path: Path
) -> None:
    going_on = Scenario("continue")
    usual = forecasting.forecast(case, going_on, people=40, seed=7, weeks=1).forecast
    given = forecasting.forecast(case, going_on, people=others, weeks=1).forecast
    assert given.weeks[0].severity != usual.weeks[0].severity
    assert given.course.people.person.weight_kg == usual.course.people.person.weight_kg
    bands = [forecasting.band(case, going_on, people=who, weeks=1).rows for who in (40, others)]
    assert bands[0] != bands[1]
    named = [Named("a", plan)]
    drawn, learnt = (compare(case, named, people=who, seed=7) for who in (40, others))
    assert learnt.comparison["a"].worst != drawn.comparison["a"].worst
    assert export.sbml(case, people=others, days=2) != export.sbml(case, days=2)
    with pytest.raises(InputError, match="there is no person 40: 40 people were given"):
        export.sbml(case, people=others, person=40, days=2)
    pages = [
        papers(case, plan, tmp_path / str(n), people=who) for n, who in enumerate((40, others))
    ]
    texts = [next(p for p in one.paths if p.name == "clinician.pdf").read_bytes() for one in pages]
    assert texts[0] != texts[1]
    wishes = planning.Wishes(ways=[("percent-of-start", {})])
    made = planning.plan(case, wishes, people=others)
    assert len(made.proposal.bench.standing.people) == 40


def test_people_who_were_drawn_without_the_drug_are_refused_by_name(case: Case) -> None:
    strangers = hs.draw(8, 1, drugs=["diazepam"])
    with pytest.raises(InputError, match=r"the people given lack 'clonazepam\."):
        forecasting.forecast(case, Scenario("continue"), people=strangers)
