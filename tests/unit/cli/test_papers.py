"""`homeostat papers`: a hand-edited plan is printed like any other, or a sentence says why not."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from homeostat.cli import main

EXAMPLES = Path(__file__).parents[3] / "examples"
CASE = str(EXAMPLES / "typical.toml")
PLAN = EXAMPLES / "plans" / "typical-20-weeks.json"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["papers", *arguments])


def test_a_plan_is_printed_in_the_language_asked_for(tmp_path: Path) -> None:
    done = run(CASE, str(PLAN), "--out", str(tmp_path / "out"), "--language", "de")
    assert done.exit_code == 0, done.output
    made = {path.name for path in (tmp_path / "out").iterdir()}
    assert "handout-de.pdf" in made
    assert "handout.pdf" not in made
    assert "clinician.pdf" in made


def test_a_refused_plan_is_said_to_be_refused_and_gets_no_handout(tmp_path: Path) -> None:
    table = json.loads(PLAN.read_text(encoding="utf-8"))
    del table["steps"][1:-1]  # 1.75 mg for two weeks, then nothing
    table["steps"][-1]["from"] = table["steps"][0]["until"]
    table["supplies"] = []
    (tmp_path / "plan.json").write_text(json.dumps(table), encoding="utf-8")
    done = run(CASE, str(tmp_path / "plan.json"), "--out", str(tmp_path / "out"))
    assert done.exit_code == 20, done.output
    assert "is refused" in done.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "clinician.pdf",
        "plan.json",
        "papers.json",
    }


def test_an_unknown_language_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    done = run(CASE, str(PLAN), "--out", str(tmp_path / "out"), "--language", "fr")
    assert done.exit_code == 2
    assert "no papers in 'fr'" in done.output
    assert not (tmp_path / "out").exists()


def test_a_plan_for_another_case_is_refused(tmp_path: Path) -> None:
    done = run(str(EXAMPLES / "liver.toml"), str(PLAN), "--out", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "is for the case 'typical'" in done.output
