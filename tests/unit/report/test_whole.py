"""Files and folders take their place whole, or leave nothing behind."""

import json
from pathlib import Path

import pytest

from homeostat.errors import OutputError
from homeostat.report.files.atomic import MARK, whole_folder, write_file


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def fill(folder: Path, *files: str, owner: str = "one") -> None:
    with whole_folder(folder, owner) as part:
        for name in files:
            (part / name).write_text(name, encoding="utf-8")
        mark = {"case": {"id": owner}, "files": [*files, MARK]}
        (part / MARK).write_text(json.dumps(mark), encoding="utf-8")


def fill_half(folder: Path, problem: type[BaseException]) -> None:
    with whole_folder(folder, "one") as part:
        (part / "x").write_text("half", encoding="utf-8")
        raise problem


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_file(tmp_path / "new" / "a.txt", "first")
    write_file(tmp_path / "new" / "a.txt", b"second")
    assert (tmp_path / "new" / "a.txt").read_text() == "second"
    assert names(tmp_path) == {"new", "new/a.txt"}


def test_a_file_that_cannot_take_its_place_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_file(tmp_path / "a.txt", "text")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_file(tmp_path / "file" / "below" / "a.txt", "text")
    assert names(tmp_path) == {"a.txt", "file"}


@pytest.mark.parametrize("problem", [KeyboardInterrupt, MemoryError, OSError])
def test_an_interrupted_folder_is_never_there_nor_the_folders_made_for_it(
    tmp_path: Path, problem: type[BaseException]
) -> None:
    with pytest.raises((problem, OutputError)):
        fill_half(tmp_path / "a" / "b", problem)
    assert names(tmp_path) == set()


def test_an_interrupted_folder_keeps_the_earlier_forecast(tmp_path: Path) -> None:
    fill(tmp_path / "out", "x")
    with pytest.raises(KeyboardInterrupt):
        fill_half(tmp_path / "out", KeyboardInterrupt)
    assert (tmp_path / "out" / "x").read_text() == "x"
    assert names(tmp_path) == {"out", "out/x", f"out/{MARK}"}


def test_what_the_earlier_forecast_left_is_replaced_and_what_others_left_stays(
    tmp_path: Path,
) -> None:
    fill(tmp_path / "out", "x", "y")
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    fill(tmp_path / "out", "x", "z")
    assert names(tmp_path / "out") == {"x", "z", "notes.txt", MARK}


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        (None, "holds other files"),
        ('{"case": {"id": "two"}, "files": []}', "already holds the forecast of 'two'"),
        ("{}", "unreadable forecast"),
        ("[1]", "unreadable forecast"),
        ("half of a fi", "unreadable forecast"),
    ],
)
def test_a_folder_of_others_is_left_alone(tmp_path: Path, mark: str | None, sentence: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / (MARK if mark is not None else "diary.txt")).write_text(
        mark or "", encoding="utf-8"
    )
    before = names(tmp_path)
    with pytest.raises(OutputError, match=sentence):
        fill(tmp_path / "out", "x")
    assert names(tmp_path) == before


def test_an_empty_folder_is_filled_where_it_stands_and_a_file_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    fill(Path(), "x")
    assert names(Path.cwd()) == {"x", MARK}
    with pytest.raises(OutputError):
        fill(Path("/"), "x")
    fill(tmp_path / "empty", "x")
    assert names(tmp_path / "empty") == {"x", MARK}
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="this is a file"):
        fill(tmp_path / "file", "x")
