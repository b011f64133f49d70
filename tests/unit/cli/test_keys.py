"""The key of a choice stands beside its number on every screen, and `homeostat facts choice`
answers to each.
"""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeostat.cli import main
from homeostat.facts import Facts

EXAMPLES = Path(__file__).parents[3] / "examples"
TYPICAL = str(EXAMPLES / "typical.toml")
KEY = re.compile(r"\[choice:([a-z-]+)\]")


def run(*words: str) -> str:
    shown = CliRunner().invoke(main, list(words))
    assert shown.exception is None or isinstance(shown.exception, SystemExit), shown.output
    return " ".join(shown.output.split())


def test_a_plan_shows_the_keys_of_its_hard_week_and_of_how_long_people_are_watched(
    facts: Facts,
) -> None:
    said = run("plan", TYPICAL, "--people", "40", "--full")
    assert f"above {facts.choices['hard-week'].value:g} of 80 [choice:hard-week]" in said
    assert "weeks [choice:watched-after] after the last change" in said
    assert {"rare-days", "half-off"} & set(KEY.findall(said))
    assert set(KEY.findall(said)) <= facts.choices.keys()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("assess", TYPICAL), {"rare-days", "short-use", "lasting-use"}),
        (("assess", str(EXAMPLES / "low-dose-elderly.toml")), {"older-age"}),
        (("ways",), {"last-dose", "effect-steps", "switch-days", "controller-gain"}),
    ],
)
def test_a_screen_shows_the_keys_of_its_numbers(
    facts: Facts, words: tuple[str, ...], expected: set[str]
) -> None:
    keys = set(KEY.findall(run(*words)))
    assert expected <= keys <= facts.choices.keys()


def test_each_key_is_answered_with_number_reason_basis_and_use(facts: Facts) -> None:
    for key, choice in facts.choices.items():
        said = run("facts", "choice", key)
        assert f"choice {key}" in said
        assert f"basis: {choice.basis}" in said
        assert "used in: homeostat." in said, key
        assert choice.basis != "chosen" or "why:" in said


def test_all_choices_are_listed_and_machines_are_told_who_reads_one(facts: Facts) -> None:
    listed = json.loads(CliRunner().invoke(main, ["facts", "choice", "--json"]).output)
    assert listed.keys() == facts.choices.keys()
    one = json.loads(CliRunner().invoke(main, ["facts", "choice", "hard-week", "--json"]).output)
    assert "homeostat.care.choice.compare" in one["used_in"]
