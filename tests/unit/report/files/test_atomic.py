"""Files and folders change from one whole version to the next, or not at all."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from homeostat.errors import OutputError
from homeostat.report.files import locks, swap
from homeostat.report.files.atomic import (
    MARK,
    MARK_OF_PAPERS,
    discard_unfinished,
    whole_folder,
    write_file,
)

ONE, TWO = "plan.json", "handout.pdf"


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def fill(
    folder: Path, *files: str, owner: str = "one", mark: str = MARK_OF_PAPERS, text: str = "new"
) -> None:
    with whole_folder(folder, owner, mark) as part:
        for name in files:
            (part / name).write_text(text, encoding="utf-8")
        content = {"case": {"id": owner}, "files": [*files, mark]}
        (part / mark).write_text(json.dumps(content), encoding="utf-8")


def fill_half(folder: Path, problem: type[BaseException]) -> None:
    with whole_folder(folder, "one", MARK_OF_PAPERS) as part:
        (part / ONE).write_text("half", encoding="utf-8")
        raise problem


def plant(folder: Path, mark: object, **others: str) -> None:
    folder.mkdir(parents=True)
    content = mark if isinstance(mark, str) else json.dumps(mark)
    (folder / MARK_OF_PAPERS).write_text(content, encoding="utf-8")
    for name, text in others.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(params=["exchange", "two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return how folders are exchanged: by the system in one step, or where it cannot do that."""
    if request.param == "two renames":
        monkeypatch.setattr(swap, "_rename", lambda source, target, flags: False)
    return str(request.param)


# ── A file
# ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_is_replaced_only_if_that_is_asked_for(tmp_path: Path, way: str) -> None:
    path = tmp_path / "new" / "a.txt"
    write_file(path, "first")
    with pytest.raises(OutputError, match="exists already"):
        write_file(path, "second")
    assert path.read_text() == "first"
    write_file(path, b"second", overwrite=True)
    assert path.read_text() == "second"
    assert names(tmp_path) == {"new", "new/a.txt"}


def test_a_file_that_appears_while_another_is_written_is_not_replaced(
    tmp_path: Path, way: str
) -> None:
    for each in ("a", "b"):
        (tmp_path / each).write_text(each)
    with pytest.raises(FileExistsError):
        swap.put_file(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "b"


def test_a_file_that_cannot_take_its_place_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_file(tmp_path / "a.txt", "text", overwrite=True)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_file(tmp_path / "file" / "below" / "a.txt", "text")
    assert names(tmp_path) == {"a.txt", "file"}


def test_a_link_planted_at_the_hidden_name_is_never_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "victim").write_text("precious")
    tokens = iter(["0" * 16, "1" * 16])
    monkeypatch.setattr(locks, "token_hex", lambda size: next(tokens))
    (tmp_path / f".a.txt.{'0' * 16}.part").symlink_to(tmp_path / "victim")
    with pytest.raises(OutputError, match="cannot be written"):
        write_file(tmp_path / "a.txt", "text")
    assert (tmp_path / "victim").read_text() == "precious"
    assert not (tmp_path / "a.txt").exists()


# ── A folder
# ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("problem", [KeyboardInterrupt, MemoryError, OSError])
def test_an_interrupted_folder_is_never_there_nor_the_folders_made_for_it(
    tmp_path: Path, problem: type[BaseException]
) -> None:
    with pytest.raises((problem, OutputError)):
        fill_half(tmp_path / "a" / "b", problem)
    assert names(tmp_path) == set()


def test_an_interrupted_folder_keeps_the_earlier_version(tmp_path: Path) -> None:
    fill(tmp_path / "out", ONE)
    with pytest.raises(KeyboardInterrupt):
        fill_half(tmp_path / "out", KeyboardInterrupt)
    assert (tmp_path / "out" / ONE).read_text() == "new"
    assert names(tmp_path) == {"out", f"out/{ONE}", f"out/{MARK_OF_PAPERS}"}


def test_what_an_earlier_run_left_is_replaced_and_what_others_left_stays(
    tmp_path: Path, way: str
) -> None:
    out = tmp_path / "out"
    fill(out, ONE, TWO, text="old")
    out.chmod(0o750)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "link").symlink_to("nowhere")
    (out / "below" / "deeper").mkdir(parents=True)
    (out / "below" / "deeper" / "more.txt").write_text("mine too", encoding="utf-8")
    before = (out / "notes.txt").stat()
    fill(out, ONE, "letter.pdf")
    assert names(tmp_path) == {
        "out",
        *(f"out/{name}" for name in (ONE, "letter.pdf", MARK_OF_PAPERS, "notes.txt", "link")),
        *("out/below", "out/below/deeper", "out/below/deeper/more.txt"),
    }
    assert (out / ONE).read_text() == "new"
    assert (out / "link").readlink() == Path("nowhere")
    assert (out / "below/deeper/more.txt").read_text() == "mine too"
    after = (out / "notes.txt").stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (
        before.st_ino,
        before.st_mtime_ns,
        1,
    )
    assert out.stat().st_mode & 0o777 == 0o750


def test_forecast_and_papers_share_a_folder(tmp_path: Path, way: str) -> None:
    out = tmp_path / "out"
    fill(out, "forecast.csv", mark=MARK)
    fill(out, ONE)
    fill(out, "forecast.csv", mark=MARK, text="newer")
    assert names(out) == {MARK, "forecast.csv", MARK_OF_PAPERS, ONE}
    assert (out / "forecast.csv").read_text() == "newer"


def test_a_file_of_somebody_else_that_has_a_name_of_ours_is_not_replaced(tmp_path: Path) -> None:
    fill(tmp_path / "out", ONE)
    (tmp_path / "out" / TWO).write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=f"'{TWO}' there was not written by an earlier run"):
        fill(tmp_path / "out", ONE, TWO, text="newer")
    assert (tmp_path / "out" / TWO).read_text() == "mine"
    assert (tmp_path / "out" / ONE).read_text() == "new"


def test_a_name_that_could_not_be_cleared_later_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"marks\.py does not know these names: surprise\.txt"):
        fill(tmp_path / "out", "surprise.txt")
    assert names(tmp_path) == set()


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ({"case": {"id": "two"}, "files": []}, "already holds the papers of 'two'"),
        ({}, "unreadable papers file"),
        ([1], "unreadable papers file"),
        ("half of a fi", "unreadable papers file"),
        ("\ufeff", "unreadable papers file"),
        (DEEP, "unreadable papers file"),
        ('{"case": {"id": "one"}, "files": ' + DEEP, "unreadable papers file"),
        ({"case": "one"}, "unreadable papers file"),
        ({"case": {"id": 1}}, "unreadable papers file"),
        ({"case": {"id": "one"}, "files": [1]}, "unreadable papers file"),
        ({"case": {"id": "one"}, "files": [["a"]]}, "unreadable papers file"),
        ({"case": {"id": "one"}, "files": {"a": 1}}, "unreadable papers file"),
        ({"case": {"id": "one"}, "files": None}, "unreadable papers file"),
        *(
            ({"case": {"id": "one"}, "files": [name]}, "which this program does not write")
            for name in (
                *("../victim.txt", "/etc/victim.txt", "..", ".", "", "a/../../victim.txt"),
                *("notes.txt", "plan.json/", "plan.json\n", "\x00", "PLAN.JSON", "\x1b[31m"),
            )
        ),
        ({"case": {"id": "one"}, "files": ["letter.pdf"]}, "which is a folder there"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_damaged_or_planted_mark_is_a_sentence_before_anything_is_changed(
    tmp_path: Path, mark: object, sentence: str
) -> None:
    (tmp_path / "victim.txt").write_text("precious")
    plant(tmp_path / "out", mark, **{"notes.txt": "mine"})
    (tmp_path / "out" / "letter.pdf").mkdir()
    before = {path: path.stat().st_ino for path in tmp_path.rglob("*")}
    with pytest.raises(OutputError, match=sentence) as refused:
        fill(tmp_path / "out", ONE)
    assert str(refused.value).startswith(str(tmp_path / "out"))
    assert "\x1b" not in str(refused.value)
    assert {path: path.stat().st_ino for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "huge"])
def test_a_mark_that_is_no_plain_file_is_not_read(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    mark = out / MARK_OF_PAPERS
    if kind == "folder":
        mark.mkdir()
    elif kind == "link":
        mark.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(mark)
    else:
        mark.touch()
        os.truncate(mark, 2**40)
    with pytest.raises(OutputError, match="unreadable papers file"):
        fill(out, ONE)


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "diary.txt").touch()
    with pytest.raises(OutputError, match="holds other files"):
        fill(tmp_path / "out", ONE)
    assert names(tmp_path) == {"out", "out/diary.txt"}


def test_an_empty_folder_is_filled_and_a_file_is_not(tmp_path: Path, way: str) -> None:
    (tmp_path / "empty").mkdir()
    fill(tmp_path / "empty", ONE)
    assert names(tmp_path) == {"empty", f"empty/{ONE}", f"empty/{MARK_OF_PAPERS}"}
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="this is a file"):
        fill(tmp_path / "file", ONE)


@pytest.mark.parametrize("given", [".", "..", "../here", "/"])
def test_a_folder_that_cannot_be_exchanged_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(OutputError, match=r"the folder you are in|choose another place"):
        fill(Path(given), ONE)
    assert names(tmp_path) == {"here"}
    fill(Path("inside"), ONE)
    assert names(tmp_path / "here") == {"inside", f"inside/{ONE}", f"inside/{MARK_OF_PAPERS}"}


def test_a_mounted_file_system_is_refused() -> None:
    with pytest.raises(OutputError, match="a file system is mounted here"):
        fill(Path("/dev/shm"), ONE)


def test_a_link_is_followed_and_one_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    fill(tmp_path / "link", ONE)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / ONE).exists()
    (tmp_path / "dangling").symlink_to("gone")
    for write in (
        lambda: fill(tmp_path / "dangling", ONE),
        lambda: write_file(tmp_path / "dangling", ""),
    ):
        with pytest.raises(OutputError, match="this is a link to 'gone', which does not exist"):
            write()


def test_a_name_that_no_file_can_have_is_a_sentence(tmp_path: Path) -> None:
    for name in ("\ud800.svg", "a\0b"):
        with pytest.raises(OutputError, match="no file can have this name"):
            write_file(tmp_path / name, "text")


def test_messages_name_the_folder_that_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError) as said, whole_folder(Path("out"), "one") as part:
        write_file(part / "no" / ("x" * 300), "text")
    assert ".part" not in str(said.value)
    assert str(said.value).startswith("out")


# ── Several runs
# ────────────────────────────────────────────────────────────────────────────────────


def together(count: int, work: Mapping[str, object] | None, folder: Path) -> list[str]:
    """Let several threads write versions of one folder at once; return what went wrong."""
    wrong: list[str] = []
    begin = threading.Barrier(count)

    def write(number: int) -> None:
        begin.wait()
        try:
            fill(folder, *([ONE, TWO] if number % 2 else [ONE, "letter.pdf"]), text=str(number))
        except Exception as problem:
            wrong.append(repr(problem))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.parametrize("is_new", [True, False])
def test_runs_at_once_follow_one_another_and_each_version_is_whole(
    tmp_path: Path, is_new: bool, way: str
) -> None:
    for round_number in range(20):
        out = tmp_path / f"{round_number}"
        if not is_new:
            fill(out, ONE, TWO, "calendar.ics", text="old")
            (out / "notes.txt").write_text("mine")
        assert together(4, None, out) == []
        listed = json.loads((out / MARK_OF_PAPERS).read_text())["files"]
        assert names(out) == {*listed} | (set() if is_new else {"notes.txt"})
        assert len({(out / name).read_text() for name in listed if name != MARK_OF_PAPERS}) == 1
    assert not list(tmp_path.glob(".*"))


def test_a_run_waits_for_another_one_and_then_says_that_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "WAIT_S", 0.1)
    with (
        locks.locked(tmp_path, tmp_path),
        pytest.raises(OutputError, match="another run has been writing there"),
    ):
        fill(tmp_path / "out", ONE)
    fill(tmp_path / "out", ONE)


def test_a_folder_of_another_case_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with (  # noqa: PT012
        pytest.raises(OutputError, match="already holds the papers of 'two'"),
        whole_folder(tmp_path / "out", "one", MARK_OF_PAPERS) as part,
    ):
        (part / MARK_OF_PAPERS).write_text('{"case": {"id": "one"}, "files": []}')
        fill(tmp_path / "out", ONE, owner="two")
    assert json.loads((tmp_path / "out" / MARK_OF_PAPERS).read_text())["case"]["id"] == "two"


DEAD = (
    "import os, sys; from pathlib import Path; from homeostat.report.files.atomic import *\n"
    "with whole_folder(Path(sys.argv[1]), 'one') as part:\n"
    " (part / 'forecast.csv').touch(); (part / '.forecast.svg.00ff.part').touch(); os._exit(9)"
)


def test_what_a_killed_run_left_is_cleared_by_the_next_and_a_live_one_is_not(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    assert subprocess.run([sys.executable, "-c", DEAD, out], check=False).returncode == 9
    assert len(list(tmp_path.glob(".out.*.part/forecast.csv"))) == 1
    old = tmp_path / ".out.4194999.part"  # as version 0.1.0 names it; no process has this number
    old.mkdir()
    (old / "forecast.csv").touch()
    (tmp_path / ".out.notes.part").mkdir()
    live = locks.new_folder(out)
    fill(out, ONE)
    assert {path.name for path in tmp_path.iterdir()} == {"out", ".out.notes.part", live.path.name}
    live.close()
    fill(out, ONE)
    assert {path.name for path in tmp_path.iterdir()} == {"out", ".out.notes.part"}


def test_a_part_that_holds_a_file_of_somebody_else_gives_it_back(tmp_path: Path) -> None:
    fill(tmp_path / "out", ONE)
    (tmp_path / "out" / "b.txt").write_text("edited since")
    part = tmp_path / f".out.{'0' * 16}.part"
    plant(part, {"case": {"id": "one"}, "files": [ONE]}, **{ONE: "x", "a.txt": "a", "b.txt": "b"})
    fill(tmp_path / "out", ONE)
    assert not list(tmp_path.glob(".*"))
    assert (tmp_path / "out" / "a.txt").read_text() == "a"
    assert (tmp_path / "out" / "b.txt").read_text() == "edited since"
    assert (tmp_path / "out" / "b.txt.recovered").read_text() == "b"


def test_a_folder_that_was_renamed_away_comes_back(tmp_path: Path) -> None:
    fill(tmp_path / "out", ONE, text="old")
    (tmp_path / "out").rename(tmp_path / f".out.{'0' * 16}.old")
    with pytest.raises(KeyboardInterrupt):
        fill_half(tmp_path / "out", KeyboardInterrupt)
    assert names(tmp_path) == {"out", f"out/{ONE}", f"out/{MARK_OF_PAPERS}"}


def test_a_hard_end_leaves_no_part(tmp_path: Path) -> None:
    with pytest.raises(OutputError), whole_folder(tmp_path / "out", "one") as part:  # noqa: PT012
        (part / MARK).touch()
        discard_unfinished()
        assert names(tmp_path) == set()
    assert names(tmp_path) == set()
