"""The folder of papers: whole or not at all, for the right person, and nothing a patient could
follow when refused.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.findings import Finding
from homeostat.care.plan.records import Plan, Whom
from homeostat.errors import InputError, OutputError
from homeostat.facts import Facts
from homeostat.report.papers import display
from homeostat.report.papers import folder as papers

from ...checked_plans import checked, courses, splitting
from ...findings import finding

REFUSED = finding("pace.test", "refuse", "The first step is 90 % of the present dose.")
FOR_PATIENT = {
    "handout.pdf",
    "handout-de.pdf",
    "pharmacy.pdf",
    "calendar.ics",
    "schedule.csv",
    "schedule.json",
}


def write(
    plan: Plan,
    case: Case,
    facts: Facts,
    folder: Path,
    *,
    findings: Sequence[Finding] = (),
    languages: Sequence[str] = display.LANGUAGES,
) -> tuple[Path, ...]:
    """Write the papers of a plan of which the rules find so much."""
    return papers.write(
        checked(plan, case, facts, findings),
        folder,
        courses=courses(plan, case, facts),
        splitting=splitting(plan, case, facts),
        languages=languages,
    )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_plan_becomes_all_its_papers_and_comes_back_as_it_was(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    made = write(plan, case, facts, tmp_path / "out")
    assert {path.name for path in made} == names(tmp_path / "out") >= FOR_PATIENT
    assert plans.read(tmp_path / "out" / "plan.json", facts) == plan


def test_a_refused_plan_gets_no_paper_that_a_patient_could_follow(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    write(plan, case, facts, tmp_path, findings=[REFUSED])
    assert not names(tmp_path) & FOR_PATIENT
    assert "plan.json" in names(tmp_path)


def test_the_handout_of_an_earlier_version_goes_when_the_new_one_is_refused(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    write(plan, case, facts, tmp_path / "out")
    write(plan, case, facts, tmp_path / "out", findings=[REFUSED])
    assert not names(tmp_path / "out") & FOR_PATIENT


def test_a_folder_with_another_persons_papers_is_refused_and_left_alone(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    write(plan, case, facts, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    other = replace(case, id="other")
    for_other = replace(plan, whom=Whom(case="other"))
    with pytest.raises(OutputError, match="already holds the papers of 'typical', not of 'other'"):
        write(for_other, other, facts, tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert names(tmp_path) == {"out"}


def test_a_folder_with_another_persons_forecast_is_refused(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    (tmp_path / "forecast.json").write_text(json.dumps({"case": {"id": "other"}}), encoding="utf-8")
    with pytest.raises(OutputError, match="already holds the forecast of 'other'"):
        write(plan, case, facts, tmp_path)
    assert names(tmp_path) == {"forecast.json"}


def test_papers_lie_beside_the_forecast_of_the_same_case(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    (tmp_path / "forecast.json").write_text(json.dumps({"case": {"id": case.id}}), encoding="utf-8")
    write(plan, case, facts, tmp_path)
    assert {"forecast.json", "handout.pdf"} <= names(tmp_path)


def test_a_plan_for_another_case_or_other_initials_is_refused(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    for whom, said in (
        (Whom(case="other"), "is for the case 'other'"),
        (Whom(case=case.id, initials="X. Y."), "X. Y."),
    ):
        with pytest.raises(InputError, match=said):
            write(replace(plan, whom=whom), case, facts, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_plan_whose_tablets_make_another_dose_is_never_printed(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    text = plans.write(plan).replace('"units": 1.5', '"units": 2.5', 1)
    with pytest.raises(
        InputError, match=r"steps\[1\], 08:00: the dose is 0.75 mg, but its items make 1.25 mg"
    ):
        write(plans.parse_text(text, facts), case, facts, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_same_plan_gives_the_same_bytes(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        write(plan, case, facts, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_an_unknown_language_is_refused_by_name(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no papers in 'fr'; known languages: en, de"):
        write(plan, case, facts, tmp_path / "out", languages=("fr",))
