"""An error carries each fault with its fields, and its sentence is made of them."""

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.characters import is_hidden, shown
from homeostat.cli import main
from homeostat.errors import Code, InputError, Problem
from homeostat.facts import Facts

EXAMPLES = Path(__file__).parents[2] / "examples"
CASE = (EXAMPLES / "typical.toml").read_text(encoding="utf-8")
PLAN = (EXAMPLES / "plans" / "typical-20-weeks.json").read_text(encoding="utf-8")


def test_a_sentence_alone_is_one_problem() -> None:
    found = InputError("no such thing")
    assert str(found) == "no such thing"
    assert found.problems == (Problem("", "other", "no such thing"),)


def test_the_sentence_is_made_of_place_path_message_and_hint() -> None:
    problems = [
        Problem("use[1].drug", "unknown-word", "unknown drug 'x'.", "Did you mean y?"),
        Problem("id", "missing", "'id' is missing."),
    ]
    assert str(InputError(problems=problems, where="a.toml")) == (
        "a.toml: 'use[1].drug': unknown drug 'x'. Did you mean y?\na.toml: 'id' is missing."
    )


def test_an_error_comes_whole_from_another_process() -> None:
    found = InputError(problems=[Problem("a", "missing", "b", "c")], where="d")
    again = pickle.loads(pickle.dumps(found))
    assert (str(again), again.problems, again.where) == (str(found), found.problems, found.where)


def test_hidden_characters_are_shown_by_their_numbers() -> None:
    found = InputError(problems=[Problem("a\nb", "other", "c\x1bd", "e\u202ef")], where="g\x07")
    assert str(found) == "g<U+0007>: 'a<U+000A>b': c<U+001B>d e<U+202E>f"
    assert "<U+009B>" in str(InputError("\x9b"))


def test_shown_leaves_nothing_hidden() -> None:
    text = "".join(chr(number) for number in range(0x11000))
    assert not any(is_hidden(letter) for letter in shown(text, keep=""))


@pytest.mark.parametrize(
    ("old", "new", "path", "code", "hint"),
    [
        ("weight_kg", "wieght_kg", "person.wieght_kg", "unknown-key", "Did you mean weight_kg?"),
        ("weight_kg = 70", "", "person.weight_kg", "missing", ""),
        ('"1 mg"', '"1 g"', "use[1].doses[1].dose", "wrong-unit", ""),
        ('"1 mg"', '"1 mgg"', "use[1].doses[1].dose", "wrong-unit", "Did you mean mg?"),
        ('"1 mg"', '"1"', "use[1].doses[1].dose", "missing-unit", ""),
        ('"1 mg"', '"1,000 mg"', "use[1].doses[1].dose", "ambiguous", ""),
        ('"1 mg"', '"-1 mg"', "use[1].doses[1].dose", "out-of-range", ""),
        ('"1 mg"', "true", "use[1].doses[1].dose", "wrong-type", ""),
        ('dose = "1 mg"', "dose_mg = 1.0", "use[1].doses[1].dose_mg", "unknown-key", ""),
        ('"08:00"', '"8.00"', "use[1].doses[1].time", "wrong-time", ""),
        ("2023-11-06", '"6.11.2023"', "use[1].since", "wrong-date", ""),
        ("2023-11-06", "2027-11-06", "use[1].since", "wrong-date", ""),
        ('"clonazepam"', '"klonazepam"', "use[1].drug", "unknown-word", "clonazepam"),
        ('"clonazepam"', '"Rivotril"', "use[1].drug", "unknown-word", "write 'clonazepam'"),
        ('"panic disorder"', '"anxiety"', "conditions[1]", "unknown-word", "anxiety disorder"),
        ('market = "US"', 'market = "UK"', "use[1].product", "conflict", ""),
        ("age_years", "title", "person.title", "unknown-key", "'title' belongs at the top"),
        ('title = "', 'title = "\\u001b', "title", "hidden-character", ""),
        ("[person]", "[person", "", "not-toml", ""),
    ],
)
def test_the_reader_of_cases_names_key_kind_and_mend(
    old: str, new: str, path: str, code: str, hint: str, facts: Facts
) -> None:
    with pytest.raises(InputError) as caught:
        cases.parse_text(CASE.replace(old, new), date(2026, 11, 2), facts, "a.toml")
    assert caught.value.where == "a.toml"
    found = next(one for one in caught.value.problems if (one.path, one.code) == (path, code))
    assert hint in found.hint


@pytest.mark.parametrize(
    ("old", "new", "path", "code", "hint"),
    [
        ('"steps"', '"stpes"', "stpes", "unknown-key", "Did you mean steps?"),
        ('"0.75 mg"', "0.75", "steps[1].doses[1].dose", "missing-unit", ""),
        ('"clonazepam"', '"klonazepam"', "steps[1].doses[1].drug", "unknown-word", "clonazepam"),
        ('"version": 1', '"version": NaN', "", "wrong-number", ""),
        ('"version": 1', '"version": 1, "version": 2', "", "duplicate-key", ""),
        ('"format": 1,', '"format": 1', "", "not-json", ""),
        ('"digest": ""', '"digest": "\\u001b[2J"', "facts.digest", "hidden-character", ""),
    ],
)
def test_the_reader_of_plans_names_key_kind_and_mend(
    old: str, new: str, path: str, code: str, hint: str, facts: Facts
) -> None:
    with pytest.raises(InputError) as caught:
        plans.parse_text(PLAN.replace(old, new, 1), facts, "a.json")
    found = next(one for one in caught.value.problems if (one.path, one.code) == (path, code))
    assert hint in found.hint


def test_a_machine_that_asked_for_json_gets_the_error_as_an_object(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(CASE.replace("weight_kg", "wieght_kg"), encoding="utf-8")
    found = CliRunner().invoke(main, ["assess", str(path), "--json"])
    assert found.exit_code == InputError.exit_code
    error: dict[str, Any] = json.loads(found.stdout)["error"]
    assert (error["kind"], error["where"]) == ("input", str(path))
    assert {tuple(sorted(one)) for one in error["problems"]} == {
        ("code", "hint", "message", "path")
    }
    assert {one["code"] for one in error["problems"]} <= set(get_args(Code))
    assert "error (input)" in found.stderr


def test_a_person_gets_the_sentence_alone(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["assess", str(tmp_path / "a.toml")])
    assert not found.stdout
    assert "there is no such file" in found.stderr
