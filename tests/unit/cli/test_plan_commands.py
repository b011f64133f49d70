"""homeostat plan, compare, ways, and forecast --plan: what is typed, what is seen, how it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from homeostat.cli import main

EXAMPLES = Path(__file__).parents[3] / "examples"
TYPICAL = EXAMPLES / "typical.toml"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def planned() -> dict:  # type: ignore[type-arg]
    shown = run("plan", TYPICAL, "--people", 40, "--json")
    assert shown.exit_code == 0, shown.output
    return json.loads(shown.output)  # type: ignore[no-any-return]


@pytest.fixture
def two_files(planned: dict, tmp_path: Path) -> tuple[Path, Path]:  # type: ignore[type-arg]
    paths = tmp_path / "a.json", tmp_path / "b.json"
    for path, name in zip(paths, ("percent-of-start", "label"), strict=True):
        path.write_text(json.dumps(planned["plans"][name]), encoding="utf-8")
    return paths


def test_beside_an_opioid_without_naloxone_no_papers_for_the_patient_and_how_to_have_them(
    tmp_path: Path,
) -> None:
    case = tmp_path / "opioid.toml"
    case.write_text(
        TYPICAL.read_text(encoding="utf-8").replace('opioid = "no"', 'opioid = "yes"'),
        encoding="utf-8",
    )
    shown = run("plan", case, "--goal", "stay", "--people", 40, "--out", tmp_path / "out")
    assert shown.exit_code == 0, shown.output
    said = " ".join(shown.output.split())
    assert "This can kill: refused until the plan holds the reason" in said
    assert "write an override with the reason into plan.json" in said
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "plan.json",
        "clinician.pdf",
        "papers.json",
    }


def test_the_screen_says_the_verdict_first_and_fits_80_columns() -> None:
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(
        main, ["plan", str(TYPICAL), "--people", "40"], color=False
    )
    assert shown.exit_code == 0, shown.output
    assert max(len(line) for line in shown.output.splitlines()) <= 80
    text = " ".join(shown.output.split())
    order = (
        "dependent, severe withdrawal raised, at home. Nothing refuses.",
        "1 15 % of the dose then taken,",
        "lower and hold:",
        "1 comes first. High or complicated risk",
        "Source: asam-2025",
        "1, every step",
        "Mon 02 Nov 26",
        "First supply:",
        "--full",
        "no dose is changed without the clinician",
    )
    places = [text.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    for jargon in ("tau", "structures", "optimised", "beam"):
        assert jargon not in text


def test_the_full_screen_shows_everything_from_risk_to_limits_in_order() -> None:
    shown = run("plan", TYPICAL, "--people", 40, "--full")
    assert shown.exit_code == 0, shown.output
    text = " ".join(shown.output.split())
    order = (
        "Physical dependence: expected",
        "Setting: outpatient",
        "Three goals, equals",
        "Ways to go: 2 mg of clonazepam a day, to stop",
        "percent-of-start",
        "The same 40 virtual people",
        "not offered: guideline-slower",
        "Week by week",
        "Shortlist: options to talk over, not an order",
        "has the milder worst week than",
        "Schedule of",
        "clonazepam tablet 0.5 mg",
        "red flag",
        "pace.published",
        "Sources of this way",
        "no dose is changed without the clinician",
    )
    places = [text.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_the_plan_for_machines_holds_what_the_screen_shows_and_no_nan(planned: dict) -> None:  # type: ignore[type-arg]
    names = [one["name"] for one in planned["comparison"]["outcomes"]]
    assert {"stay", "guideline", "percent-of-start"} <= set(names)
    assert set(planned["plans"]) == set(names)
    first = planned["shortlist"][0]
    assert first["name"] == "guideline"
    assert first["group"] == "recommended"
    assert 0 < first["made_as"]["first_fall"] <= first["made_as"]["largest_fall"] < 1
    assert first["made_as"]["pace"] == "usual"
    assert planned["plan"]["id"] == planned["plans"][first["name"]]["id"]
    assert planned["plan"]["supplies"]
    assert 0 <= planned["comparison"]["beats"]["stay"]["label"] <= 1


def test_a_refused_plan_that_is_picked_ends_with_20_and_no_paper_for_the_patient(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    shown = run("plan", TYPICAL, "--people", 40, "--pick", "label", "--out", out)
    assert shown.exit_code == 20, shown.output
    assert not (out / "handout.en.pdf").exists()
    assert {path.suffix for path in out.iterdir()} <= {".json", ".pdf"}
    again = run("papers", TYPICAL, out / "plan.json", "--out", tmp_path / "again")
    assert again.exit_code == 20, again.output
    assert not list((tmp_path / "again").glob("handout*"))


def test_outside_the_domain_machines_get_null_and_the_reason() -> None:
    shown = run("plan", EXAMPLES / "two-drugs.toml", "--people", 30, "--json")
    assert shown.exit_code == 0, shown.output
    found = json.loads(shown.output)["comparison"]
    assert found["withheld"]
    assert found["beats"] is None
    assert found["outcomes"][0]["hard_share"] is None
    seen = run("plan", EXAMPLES / "two-drugs.toml", "--people", 30, "--full")
    assert "Not ranked: the forecast is withheld." in seen.output


def test_a_picked_plan_is_the_one_that_is_printed() -> None:
    words = ("plan", TYPICAL, "--people", 30, "--way", "fixed-amount", "--pick", "fixed-amount")
    shown = run(*words, "--full")
    assert shown.exit_code == 0, shown.output
    assert "Schedule of fixed-amount" in shown.output
    assert "One eighth of the start each time" in run(*words).output


def test_settings_of_a_way_can_be_typed_as_shares_or_percentages() -> None:
    one, two = (
        run("plan", TYPICAL, "--people", 30, "--way", f"percent-of-start:share={share}", "--json")
        for share in ("0.125", "12.5%")
    )
    assert one.exit_code == 0, one.output
    assert json.loads(one.output)["comparison"] == json.loads(two.output)["comparison"]


FAULTS = {
    ("--goal", "lower", "--to", "3mg"): (2, "is not below the 2 mg"),
    ("--to", "0.3mg"): (6, "near it: 0.25 mg or 0.375 mg"),
    ("--to", "0.5"): (2, "the unit is missing"),
    ("--start", "2026-10-01"): (2, "which is past"),
    ("--start", "soon"): (2, "--start must be a date"),
    ("--max-weeks", "2"): (2, "The nearest plan takes 8 weeks"),
    ("--way", "percent"): (2, "there is no way 'percent'"),
    ("--way", "percent-of-start:speed=2"): (2, "has no setting 'speed'"),
    ("--way", "percent-of-start:share=much"): (2, "write settings as name=number"),
    ("--pick", "9"): (2, "the shortlist has"),
    ("--goal", "lower"): (2, "say to what daily dose"),
}


@pytest.mark.parametrize("words", FAULTS, ids=" ".join)
def test_a_fault_ends_with_one_sentence_and_writes_nothing(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    code, said = FAULTS[words]
    out = tmp_path / "out"
    shown = run("plan", TYPICAL, "--people", 30, "--out", out, *words)
    assert shown.exit_code == code, shown.output
    assert said in shown.output
    assert not out.exists()


def test_every_way_is_listed_with_its_source_and_settings() -> None:
    shown = run("ways")
    assert shown.exit_code == 0
    for word in ("percent-of-current", "last_share=", "gradu-recht-2023", "optimised", "stay"):
        assert word in shown.output, word
    listed = json.loads(run("ways", "--json").output)
    assert len(listed) >= 18
    assert all(one["good_for"] for one in listed)


def test_one_way_is_shown_in_full_from_any_dose_of_any_drug() -> None:
    shown = run("ways", "cks-diazepam", "--drug", "diazepam", "--dose", "20mg", "--to", "8mg")
    assert shown.exit_code == 0, shown.output
    for word in (
        "18 mg diazepam",
        "90 %",
        "8 mg diazepam",
        "nice-cks: ",
        "pace:nice-cks-diazepam: reported",
    ):
        assert word in shown.output, word
    assert "7 mg" not in shown.output
    steps = json.loads(run("ways", "fixed-amount", "--json").output)["steps"]
    assert [round(step["mg_per_day"]["clonazepam"], 3) for step in steps] == [
        0.25 * k for k in range(7, -1, -1)
    ]
    assert steps[-1]["days"] is None
    none = json.loads(run("ways", "nardi-2010", "--drug", "lorazepam", "--json").output)
    assert none["steps"] is None
    assert "published for clonazepam" in none["why_no_steps"]
    assert "No steps" in run("ways", "integral-control").output
    for words, said in (
        (("nardi",), "Did you mean nardi-2010"),
        (("stay", "--drug", "clonazepan"), "Did you mean clonazepam"),
        (("percent-of-start", "--to", "3mg"), "a way only goes down"),
    ):
        wrong = run("ways", *words)
        assert wrong.exit_code == 2
        assert said in wrong.output


def test_plan_files_are_compared_on_the_same_people_and_how_surely(
    two_files: tuple[Path, Path],
) -> None:
    shown = run("compare", TYPICAL, *two_files, "--people", 40)
    assert shown.exit_code == 0, shown.output
    for word in (
        "typical-percent-of-start",
        "typical-label",
        "needs a reason",
        "Milder worst week than",
    ):
        assert word in shown.output, word
    found = json.loads(run("compare", TYPICAL, *two_files, "--people", 40, "--json").output)
    assert found["verdicts"] == {"typical-percent-of-start": "pass", "typical-label": "refuse"}
    assert found["awaits_a_reason_for"]["typical-percent-of-start"] == []
    assert "pace.asam-2025" in found["awaits_a_reason_for"]["typical-label"]
    assert found["beats"]["typical-percent-of-start"]["typical-label"] > 0.8
    assert found["changed_facts"] == {"typical-percent-of-start": [], "typical-label": []}


def test_a_hand_edited_plan_is_compared_as_it_stands(
    two_files: tuple[Path, Path], tmp_path: Path
) -> None:
    plan = json.loads(two_files[0].read_text())
    plan["steps"][0]["doses"][0] |= {
        "dose": "0.5 mg",
        "items": [{"product": "us-clonazepam-tablet-0.5", "units": 1}],
    }
    plan["facts"] = {"digest": "0", "records": {"drug:clonazepam": "00000000"}}
    edited = tmp_path / "edited.json"
    edited.write_text(json.dumps(plan), encoding="utf-8")
    shown = run("compare", TYPICAL, two_files[0], edited, "--people", 30, "--json")
    assert shown.exit_code == 0, shown.output
    found = json.loads(shown.output)
    names = [one["name"] for one in found["outcomes"]]
    assert names == ["typical-percent-of-start", "typical-percent-of-start (edited.json)"]
    assert (
        found["outcomes"][1]["exposure"]["clonazepam"]
        < found["outcomes"][0]["exposure"]["clonazepam"]
    )
    assert found["changed_facts"][names[1]] == ["drug:clonazepam"]
    said = run("compare", TYPICAL, two_files[0], edited, "--people", 30)
    assert "was made with other facts" in said.output


def test_plans_of_somebody_else_are_not_compared_or_forecast(two_files: tuple[Path, Path]) -> None:
    for words in (
        ("compare", EXAMPLES / "liver.toml", *two_files),
        ("forecast", EXAMPLES / "liver.toml", "--plan", two_files[0]),
    ):
        shown = run(*words)
        assert shown.exit_code == 2, shown.output
        assert "is for the case 'typical', not for 'liver'" in shown.output


def test_one_plan_given_twice_is_told_apart_or_refused(
    two_files: tuple[Path, Path], tmp_path: Path
) -> None:
    shown = run("compare", TYPICAL, two_files[0], two_files[0], two_files[0], "--people", 30)
    assert shown.exit_code == 2
    assert "rename one" in shown.output


def test_a_plan_file_is_forecast_as_it_stands(two_files: tuple[Path, Path]) -> None:
    shown = run("forecast", TYPICAL, "--plan", two_files[0], "--people", 40)
    assert shown.exit_code == 0, shown.output
    assert "plan typical-percent-of-start, version 1, from 2026-11-02" in shown.output
    assert "1.75 mg" in shown.output
    both = run("forecast", TYPICAL, "--plan", two_files[0], "--stop")
    assert both.exit_code == 2
    assert "exclude each other" in both.output


def test_a_forecast_of_a_refused_plan_says_so(two_files: tuple[Path, Path], tmp_path: Path) -> None:
    plan = json.loads(two_files[0].read_text())
    plan["steps"] = [{"from": "2026-11-02", "doses": []}]
    plan["supplies"] = []
    abrupt = tmp_path / "abrupt.json"
    abrupt.write_text(json.dumps(plan), encoding="utf-8")
    shown = run("forecast", TYPICAL, "--plan", abrupt, "--people", 30)
    assert shown.exit_code == 0, shown.output
    assert "Refused by the check" in shown.output


def test_on_a_narrow_terminal_every_plan_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homeostat.cli.plan.open_console", lambda: Console(width=60, no_color=True))
    shown = run("plan", TYPICAL, "--people", 30, "--full")
    for name in ("quarters-then-eighths", "percent-of-current", "guideline"):
        assert name in shown.output
    assert "…" not in shown.output
    assert "Not shown in 60 columns: cuts, pieces" in shown.output
    assert max(len(line) for line in shown.output.splitlines()) <= 60
