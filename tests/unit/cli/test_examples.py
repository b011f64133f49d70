"""The examples can be listed and copied, and a planned case can be shown on one screen."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from homeostat.cli import main
from homeostat.cli.examples import folder

ONE_SCREEN = 48
"""Lines of a terminal that is not small."""


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(word) for word in words])
    return result.exit_code, result.output


def test_every_example_is_listed_with_its_title() -> None:
    code, said = run("examples")
    assert code == 0
    for path in folder().glob("*.toml"):
        assert path.stem in said


def test_the_examples_are_copied_whole_and_can_be_used(tmp_path: Path) -> None:
    code, said = run("examples", "--out", tmp_path / "new")
    assert code == 0, said
    for path in folder().rglob("*.*"):
        copied = tmp_path / "new" / path.relative_to(folder())
        assert copied.read_bytes() == path.read_bytes()
    code, said = run("case", "check", tmp_path / "new" / "typical.toml")
    assert code == 0, said


def test_nothing_is_overwritten_and_nothing_is_left_half_written(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    code, said = run("examples", "--out", tmp_path / "mine")
    assert (code, "exists already" in said) == (4, True)
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, said = run("examples", "--out", tmp_path / "file" / "new")
    assert (code, "cannot be written here" in said) == (4, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "mine"]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("papers") / "out"
    code, said = run(
        "papers", "examples/typical.toml", "examples/plans/typical-20-weeks.json", "--out", out
    )
    assert code == 0, said
    return out


def test_a_planned_case_is_shown_on_one_screen(papers: Path) -> None:
    code, said = run("show", "examples/typical.toml", papers)
    assert code == 0, said
    assert len(said.splitlines()) <= ONE_SCREEN
    for words in ("a woman of 42", "Plan typical-1", "clinician.pdf", "not advice"):
        assert words in said
    assert any(line in said for line in ("No rule stands", "Warnings stand", "Refused"))


def test_a_folder_without_a_plan_cannot_be_shown(tmp_path: Path, papers: Path) -> None:
    code, said = run("show", "examples/typical.toml", tmp_path)
    assert (code, "plan.json" in said) == (2, True)
    code, said = run("show", "examples/typical.toml", papers, tmp_path / "none")
    assert (code, "cannot be listed" in said) == (2, True)
