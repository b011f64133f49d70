"""Text of a case or a plan is text: whatever stands at any key of them, no output obeys it."""

import copy
import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import icalendar
import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.case import format as case_file
from homeostat.care.case.records import Case
from homeostat.care.check import checked
from homeostat.care.check.release import Released
from homeostat.care.plan import format as plan_file
from homeostat.care.plan.records import Plan
from homeostat.characters import is_hidden
from homeostat.cli import main
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.report.charts.pictures import _page
from homeostat.report.papers.calendar import calendar
from homeostat.report.papers.tables import COLUMNS, schedule_csv
from homeostat.report.papers.webpage import webpage

EXAMPLES = Path(__file__).parents[2] / "examples"
TODAY = date(2026, 11, 2)
SHOWN = (
    "A [/red] [b]",
    "[bold]b[/]:x:",
    "<!--<script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% x %}",
    "{number} %s %%DATA%%",
    "=1+1",
    "a;=1+1",
    "a\u2028b\u2029c",
    "a\u200fb\u200ec",
)
"""Texts that may stand in a file, and must be shown as they are, their hidden characters by number.
"""
REFUSED = (
    "\x1b[2Ja",
    "\x1b]0;pwned\x07",
    "a\x7fb",
    "a\x9b31mb",
    "a\u202eb",
    "a\u2066b",
    "a\x00b",
    "a\rb",
    "a\x85b",
)
"""Texts that no file may hold."""


def full_case() -> dict[str, Any]:
    """Return a case in which every key that holds text is filled."""
    table = tomllib.loads((EXAMPLES / "typical.toml").read_text(encoding="utf-8"))
    table |= {"note": "a", "other_conditions": ["a"], "sources": ["asam-2025"]}
    table["person"] |= {"cyp3a": "normal", "cyp2c19": "normal", "nat2": "slow"}
    table["use"][0] |= {"route": "oral", "note": "a"}
    table["level"] = [
        {"drug": "clonazepam", "date": date(2026, 10, 5), "level": "28 ng/mL", "note": "a"}
    ]
    table["score"] = [{"scale": "ciwa-b", "date": date(2026, 10, 5), "total": 18, "note": "a"}]
    table["medicine"] = [{"name": "metformin", "dose": "a", "note": "a"}]
    table["goal"] |= {"drug": "clonazepam", "switch_to": "diazepam"}
    table["preferences"]["compounding"] = "no"
    table["supply"] = {"limits": [{"product": "us-clonazepam-tablet-1", "units": 60}]}
    table["supply"]["limits"].append({"drug": "clonazepam", "amount": "60 mg"})
    return table


def full_plan() -> dict[str, Any]:
    """Return a plan in which every key that holds text is filled."""
    path = EXAMPLES / "plans" / "typical-20-weeks.json"
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    table["facts"] = {"digest": "a", "records": {"choice:abrupt": "1"}}
    table["way"]["settings"] = {"share": "a"}
    table |= {"note": "a", "reasons": ["a"]}
    table["steps"][0]["note"] = "a"
    table["medicines"] = [{"name": "a", "event": "stops", "on": "2027-01-10", "note": "a"}]
    table["rules"] = [{"when": "bad check-in", "do": "hold", "text": "a"}]
    table["overrides"] = [
        {"finding": "plan.visits", "reason": "a b c", "by": "a", "on": "2026-11-02"}
    ]
    table["switch"] = [
        {
            "from_drug": "clonazepam",
            "to_drug": "diazepam",
            "from_mg": "1 mg",
            "to_mg": "20 mg",
            "table": "va-dod-2021",
        }
    ]
    return table


def leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of each text of a table."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from leaves(inner, (*path, number))
    elif isinstance(node, str):
        yield path


def with_text(table: dict[str, Any], path: tuple[Any, ...], text: str) -> dict[str, Any]:
    """Return a copy of a table with another text at one place."""
    found = copy.deepcopy(table)
    here: Any = found
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = text
    return found


def text_keys(record: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the keys of a record, at any depth, that may hold text."""
    for name, info in record.model_fields.items():
        here = (*path, info.alias or name)
        for kind in kinds(info.annotation):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from text_keys(kind, here)
            elif kind is str:
                yield here


def kinds(annotation: Any) -> Iterator[Any]:
    """Yield the types inside an annotation."""
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for one in inner:
        yield from kinds(one)


CASE, PLAN = full_case(), full_plan()


@pytest.mark.parametrize(("record", "table"), [(case_file.Case, CASE), (plan_file.Plan, PLAN)])
def test_every_key_that_may_hold_text_is_tried(
    record: type[BaseModel], table: dict[str, Any]
) -> None:
    tried = {tuple(part for part in path if isinstance(part, str)) for path in leaves(table)}
    open_keys = {("facts", "records"): "choice:abrupt", ("way", "settings"): "share"}
    wanted = {(*key, open_keys[key]) if key in open_keys else key for key in set(text_keys(record))}
    assert wanted <= tried


def read_case(table: dict[str, Any], facts: Facts) -> Case | InputError:
    try:
        return cases.from_table(table, TODAY, facts, "thrown.toml")
    except InputError as problem:
        return problem


def read_plan(table: dict[str, Any], facts: Facts) -> Plan | InputError:
    try:
        return plans.from_table(table, facts, "thrown.json")
    except InputError as problem:
        return problem


def run(*words: str) -> Result:
    """Run a command; it must end by itself and print nothing that a terminal obeys."""
    found = CliRunner().invoke(main, list(words))
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    assert found.exit_code in {0, 2, 10, 20}, found.output
    assert_nothing_hidden(found.output)
    return found


def assert_nothing_hidden(text: str) -> None:
    assert not [letter for letter in text if is_hidden(letter) and letter != "\n"], repr(text)


def as_shown(text: str) -> str:
    """Return a text as a terminal shows it, spaces and line breaks aside."""
    shown = "".join(f"<U+{ord(c):04X}>" if is_hidden(c) else c for c in text)
    return "".join(shown.split())


@pytest.mark.parametrize("text", [*SHOWN, *REFUSED], ids=ascii)
def test_a_text_at_any_key_is_read_or_refused_with_its_key(text: str, facts: Facts) -> None:
    for table, read in ((CASE, read_case), (PLAN, read_plan)):
        for path in leaves(table):
            found = read(with_text(table, path, text), facts)  # type: ignore[operator]
            if isinstance(found, InputError):
                assert_nothing_hidden(str(found))
                assert all(problem.path and problem.message for problem in found.problems)
            else:
                assert text not in REFUSED, path


@pytest.mark.parametrize("text", [*SHOWN, *REFUSED], ids=ascii)
def test_an_unknown_key_is_quoted_so_that_no_terminal_obeys_it(text: str, facts: Facts) -> None:
    for table, read in ((CASE, read_case), (PLAN, read_plan)):
        found = read({**table, text: 1}, facts)  # type: ignore[operator]
        assert isinstance(found, InputError)
        assert_nothing_hidden(str(found))
    for inner in ({"records": {text: "1"}}, {"digest": text}):
        found = read_plan({**PLAN, "facts": inner}, facts)
        assert isinstance(found, InputError) or text in SHOWN


def free(
    table: dict[str, Any], text: str, facts: Facts, read: Any, keep: tuple[str, ...]
) -> dict[str, Any]:
    """Return a table with a text at every key that takes it, but for keys that must hold
    another.
    """
    for path in list(leaves(table)):
        tried = with_text(table, path, text)
        if path[-1] not in keep and not isinstance(read(tried, facts), InputError):
            table = tried
    return table


@pytest.fixture(scope="module", params=SHOWN, ids=ascii)
def hostile(request: pytest.FixtureRequest, facts: Facts) -> tuple[str, Case, Plan]:
    """Return a text, and a case and a plan that hold it wherever it can stand."""
    text = str(request.param)
    case = read_case(free(CASE, text, facts, read_case, ("id",)), facts)
    plan = read_plan(free(PLAN, text, facts, read_plan, ("case",)), facts)
    assert isinstance(case, Case)
    assert isinstance(plan, Plan)
    assert case.title == text
    assert plan.note == text
    return text, case, plan


@pytest.fixture(scope="module")
def printed(hostile: tuple[str, Case, Plan], facts: Facts) -> Released:
    """Return a plan that may be printed, and holds the text wherever that does not make it another
    plan.
    """
    text, _, _ = hostile
    table = tomllib.loads((EXAMPLES / "typical.toml").read_text(encoding="utf-8"))
    case = read_case(free(table, text, facts, read_case, ("id", "aim")), facts)
    path = EXAMPLES / "plans" / "typical-20-weeks.json"
    table = json.loads(path.read_text(encoding="utf-8")) | {"reasons": ["a"], "note": "a"}
    plan = read_plan(free(table, text, facts, read_plan, ("case",)), facts)
    assert isinstance(case, Case)
    assert isinstance(plan, Plan)
    assert plan.note == text
    assert plan.id != "typical-1"
    assert plan.whom.initials != "S. T."
    if case.person.initials != plan.whom.initials:  # too long for a case
        case = replace(case, person=replace(case.person, initials=""))
    return Released(checked(plan, case, facts, today=TODAY))


@pytest.fixture
def files(hostile: tuple[str, Case, Plan], tmp_path: Path) -> tuple[str, str]:
    """Return the paths of a hostile case and its hostile plan."""
    _, case, plan = hostile
    (tmp_path / "c.toml").write_text(cases.write(case), encoding="utf-8")
    (tmp_path / "p.json").write_text(plans.write(plan), encoding="utf-8")
    return str(tmp_path / "c.toml"), str(tmp_path / "p.json")


def test_a_terminal_shows_the_text_whole(
    hostile: tuple[str, Case, Plan], files: tuple[str, str]
) -> None:
    text, _, plan = hostile
    assert as_shown(text) in as_shown(run("case", "check", files[0]).output)
    assert as_shown(text) in as_shown(run("assess", files[0]).output)
    assert as_shown(plan.id) in as_shown(run("check", *files).output)


def test_a_machine_gets_the_text_as_it_stands(
    hostile: tuple[str, Case, Plan], files: tuple[str, str]
) -> None:
    _, case, plan = hostile
    assert json.loads(run("case", "check", files[0], "--json").stdout)["case"] == case.id
    assert json.loads(run("check", *files, "--json").stdout)["plan"] == plan.id


def test_a_file_that_was_written_reads_back_the_same(
    hostile: tuple[str, Case, Plan], files: tuple[str, str], facts: Facts
) -> None:
    _, case, plan = hostile
    assert cases.read(files[0], TODAY, facts) == case
    assert plans.read(files[1], facts) == plan


class Structure(HTMLParser):
    """What a page is made of, without its texts; and the bodies of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []
        self.scripts: list[str] = []
        self.title = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, " ".join(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(("/", tag))

    def handle_comment(self, data: str) -> None:
        self.seen.append(("comment", ""))

    def handle_data(self, data: str) -> None:
        if self.seen and self.seen[-1][0] == "script":
            self.scripts.append(data)
        elif self.seen and self.seen[-1][0] == "title":
            self.title += data


def harmless(printed: Released) -> Released:
    """Return the same plan with plain texts."""
    whom = replace(printed.plan.whom, initials="a")
    plain = replace(printed.plan, whom=whom, id="a", made_by="a")
    who = replace(printed.case.person, initials="a")
    case = replace(printed.case, person=who, title="a")
    return Released(checked(plain, case, printed.facts, today=TODAY))


def test_a_page_keeps_its_structure_and_its_script(printed: Released) -> None:
    found = Structure(webpage(printed, ["en", "de"]))
    assert found.seen == Structure(webpage(harmless(printed), ["en", "de"])).seen
    assert_data_is_only_data(found.scripts[-1], "data")


def test_a_page_of_a_chart_keeps_its_structure_and_its_script(
    hostile: tuple[str, Case, Plan],
) -> None:
    text, _, _ = hostile
    spec = {"title": {"text": text}, "description": text}
    found = Structure(_page(spec, spec, [{"week": 1.0, text: text}], "let x = 1"))
    plain = {"title": {"text": "a"}, "description": "a"}
    assert found.seen == Structure(_page(plain, plain, [{"week": 1.0, "a": "a"}], "let x = 1")).seen
    assert found.title == text
    assert json.loads(assert_data_is_only_data(found.scripts[-1], "specs")) == [spec, spec]


def assert_data_is_only_data(script: str, name: str) -> str:
    """Return the data of a script; nothing in it can end the script or open a comment (HTML
    4.12.1.3).
    """
    data = script.split(f"const {name} = ", 1)[1].split(";\n", 1)[0]
    assert "<" not in data
    json.loads(data)
    return data


def test_no_cell_of_the_schedule_is_a_formula(printed: Released) -> None:
    made = schedule_csv(printed)
    rows = list(csv.reader(io.StringIO(made)))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    for row in rows[1:]:
        for cell in row:
            for part in re.split(r"[;\t\n]", cell):
                assert not re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]", part), cell
    stamped = dict(zip(COLUMNS, rows[1], strict=True))
    assert stamped["initials"].replace("'", "") == printed.plan.whom.initials.replace("'", "")


def test_a_calendar_keeps_its_lines(printed: Released) -> None:
    made = calendar(printed, "en")
    assert_nothing_hidden(made.decode().replace("\r\n", "\n"))
    names = [name for name, _ in icalendar.Calendar.from_ical(made).property_items()]
    expected = icalendar.Calendar.from_ical(calendar(harmless(printed), "en")).property_items()
    assert names == [name for name, _ in expected]


def test_plans_compare_whatever_their_titles_and_records_are(tmp_path: Path, facts: Facts) -> None:
    text = "a [/red] [b]"
    case = read_case(with_text(CASE, ("title",), text), facts)
    plan = read_plan(
        {**PLAN, "id": text, "facts": {"digest": "1", "records": {f"choice:{text}": "1"}}}, facts
    )
    assert isinstance(case, Case)
    assert isinstance(plan, Plan)
    (tmp_path / "c.toml").write_text(cases.write(case), encoding="utf-8")
    (tmp_path / "p.json").write_text(plans.write(plan), encoding="utf-8")
    words = ("compare", str(tmp_path / "c.toml"), str(tmp_path / "p.json"), "--people", "30")
    found = run(*words)
    assert found.exit_code == 0
    assert as_shown(text) in as_shown(found.output)


def test_a_folder_may_be_called_as_markup(tmp_path: Path) -> None:
    out = tmp_path / "o[/red]x"
    plan = EXAMPLES / "plans" / "typical-20-weeks.json"
    found = run("papers", str(EXAMPLES / "typical.toml"), str(plan), "--out", str(out))
    assert found.exit_code == 0
    assert "o[/red]x" in "".join(found.output.split())
    assert (out / "plan.html").is_file()
