"""A group of the facts holds only what exists, and a key of a choice is answered."""

import shutil
from pathlib import Path

import pytest

from homeostat.errors import FactError
from homeostat.facts import Facts
from homeostat.facts.library import DATA

GROUPS = (DATA / "groups.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "of"),
    [
        ('"delirium now"', '"delirum now"', "conditions"),
        ('"clobazam"', '"clobazan"', "drugs"),
        ('"barbiturate"', '"barbiturates"', "medicine classes"),
        ('"cyp2c19 poor metaboliser"', '"poor metaboliser"', "perpetrators"),
    ],
)
def test_a_member_that_does_not_exist_is_refused(
    tmp_path: Path, old: str, new: str, of: str
) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    (tmp_path / "data" / "groups.toml").write_text(GROUPS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FactError, match=rf"groups.toml.*none of the {of}"):
        _ = Facts(tmp_path / "data").groups


def test_a_group_that_is_missing_is_refused_by_name(facts: Facts) -> None:
    with pytest.raises(FactError, match=r"there is no group 'frial'\. Did you mean frail"):
        facts.group("frial")


def test_what_people_write_may_mean_only_known_conditions(facts: Facts) -> None:
    known = {*facts.limits["conditions"].conditions, *facts.group("known-conditions")}
    for word in facts.condition_words.values():
        assert set(word.may_mean) <= known, word.id
        assert word.id not in known
        assert word.id == word.id.lower()


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("hard-week", "20 points [choice:hard-week]"),
        ("switch-days", "14 days [choice:switch-days]"),
        ("near-abrupt", "75 % [choice:near-abrupt]"),
        ("cliff-dose", "5 mg [choice:cliff-dose]"),
        ("times-a-day", "4 [choice:times-a-day]"),
    ],
)
def test_a_choice_is_shown_with_its_unit_and_its_key(facts: Facts, key: str, shown: str) -> None:
    assert facts.choices[key].shown == shown
