"""No way to write a known name of a medicine hides it from the rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.care.case.words import known_medicines
from homeostat.facts import Facts, load
from homeostat.facts.medicines import classes_of
from homeostat.facts.spelling import LOOKALIKES, looks_like, odd_letters, plain_text

NAMES = sorted(name for name in known_medicines(load()) if classes_of(name, load()))
UNSEEN = ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u034f", "\u3164", "\u061c"]


@given(
    name=st.sampled_from(NAMES),
    letter=st.sampled_from(sorted(LOOKALIKES)),
    data=st.data(),
)
def test_a_letter_that_looks_like_another_is_noticed_and_read_as_it_looks(
    name: str, letter: str, data: st.DataObject
) -> None:
    meant = LOOKALIKES[letter].casefold()
    places = [i for i, x in enumerate(name.lower()) if x == meant]
    if not places:
        return
    at = data.draw(st.sampled_from(places))
    wrong = name[:at] + letter + name[at + 1 :]
    assert odd_letters(wrong), wrong
    assert set(classes_of(name, load())) <= set(classes_of(wrong, load())), wrong


@given(name=st.sampled_from(NAMES), unseen=st.sampled_from(UNSEEN), data=st.data())
def test_an_unseen_character_changes_no_name(name: str, unseen: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    assert plain_text(name[:at] + unseen + name[at:]) == name


@pytest.mark.parametrize("form", ["NFD", "fullwidth", "accent"])
def test_other_encodings_of_a_name_are_the_name(form: str) -> None:
    wide = "".join(chr(ord(x) + 0xFEE0) for x in "fentanyl")
    written = {"NFD": "fe\u0301ntanyl", "fullwidth": wide, "accent": "féntanyl"}[form]
    assert looks_like(written) == "fentanyl"


def test_letters_of_living_languages_are_no_alarm(facts: Facts) -> None:
    for name in ("Größe", "Buprénorphine", "søvnmedisin", "łagodny", "interferon β", "5 µg"):
        assert odd_letters(name) == (), name
    assert all(odd_letters(name) == () for name in known_medicines(facts))
