"""Whatever is thrown at a taper file, a facts file or an option, it is read or refused in a
sentence, and nothing else happens.
"""

import shutil
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeostat.care.case import words
from homeostat.care.taper import read_taper
from homeostat.cli import main
from homeostat.errors import FactError, InputError
from homeostat.facts import Facts, load
from homeostat.facts.library import DATA

FACTS = load()
CASE = Path(__file__).parents[2] / "examples" / "typical.toml"
calm = settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

VALUES = st.sampled_from([
    '"1 mg"', '"0.5 mg"', '"0 mg"', "0", '"500 ug"', '"1 ug"', '"0,5 mg"', '"-1 mg"', '"1000 mg"', '"nan mg"', "nan", "inf", "-inf", "7",
    "-7", "0.5", "1e400", "true", '""', '"inf"', "[]", "{}", "2026-01-01", '"clonazepam"', '"klonopin"', '"\\u202e"', "7" * 5000, "10000000",
])  # fmt: skip
LINES = st.one_of(
    st.just("[[step]]"),
    st.builds(
        lambda key, value: f"{key} = {value}",
        st.sampled_from(["dose", "days", "drug", "dosis", "step"]),
        VALUES,
    ),
    st.text(max_size=12),
)


@calm
@given(st.lists(LINES, max_size=9))
def test_a_taper_file_is_read_or_refused_and_the_file_is_named(
    tmp_path: Path, lines: list[str]
) -> None:
    path = tmp_path / "thrown.toml"
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    try:
        found = read_taper(path, "clonazepam", FACTS)
    except InputError as problem:
        assert all("thrown.toml" in line for line in str(problem).split("\n"))  # noqa: PT017  any other one comes through
        return
    for steps in found.values():
        assert all(isfinite(mg) and mg >= 0 and days >= 1 for mg, days in steps)
        assert [mg for mg, _ in steps] == sorted((mg for mg, _ in steps), reverse=True)


TYPED = st.one_of(
    st.sampled_from(
        [
            "nan",
            "inf",
            "-inf",
            "1e400",
            "0",
            "-1",
            "0mg",
            "nanmg",
            "0,5mg",
            "1 ug",
            "1000mg",
            "999999999",
            "9" * 400,
            "",
            " ",
            "😀",
        ]
    ),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=10),
    st.floats().map(str),
    st.integers().map(str),
)
PLACES = st.sampled_from([
    ("equivalence", "clonazepam", "diazepam", "?"), ("equivalence", "?", "diazepam", "2mg"), ("dispense", "clonazepam", "?"),
    ("dispense", "clonazepam", "0.5mg", "--times", "?"), ("facts", "?"), ("facts", "drug", "?"), ("claims", "?"), ("case", "check", "?"),
    ("case", "check", "CASE", "--today", "?"), ("forecast", "CASE", "--to", "?", "--over", "4", "--people", "1"),
    ("forecast", "CASE", "--to", "1mg", "--over", "?", "--people", "1"), ("forecast", "CASE", "--taper", "?"), ("forecast", "CASE", "--plan", "?"),
    ("forecast", "CASE", "--drug", "?", "--to", "1mg", "--over", "4"), ("forecast", "CASE", "--people", "1", "--weeks", "?"),
    ("export", "CASE", "--sbml", "--days", "?"), ("check", "CASE", "?"), ("?",), ("?", "CASE"),
])  # fmt: skip


@calm
@given(PLACES, TYPED)
def test_nonsense_in_any_place_of_a_command_ends_in_a_sentence(
    place: tuple[str, ...], typed: str
) -> None:
    typed_words = [
        str(CASE) if word == "CASE" else typed if word == "?" else word for word in place
    ]
    ended = CliRunner().invoke(main, typed_words)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    assert ended.exit_code in {0, 2, 5, 6, 10, 20}, ended.output
    assert ended.output.strip()
    assert "nan" not in ended.stdout.lower().replace(typed.lower(), "").split()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(DATA, tmp_path_factory.mktemp("facts") / "data"))


FILES = sorted(
    path.relative_to(DATA) for path in DATA.rglob("*.toml") if path.parent.name != "claims"
)


def read_all(root: Path) -> list[tuple[str, str, Any]]:
    return list(Facts(root).everything())


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(FILES), st.sampled_from(["sorces = []", "labl = 3", "basiss = 'measured'"]))
def test_an_unknown_key_in_any_facts_file_is_refused_with_file_and_key(
    copy: Path, name: Path, line: str
) -> None:
    path = copy / name
    text = path.read_text(encoding="utf-8")
    path.write_text(
        f"{text}\n{line}\n", encoding="utf-8"
    )  # it falls into the last table of the file
    try:
        with pytest.raises(FactError) as refusal:
            read_all(copy)
    finally:
        path.write_text(text, encoding="utf-8")
    assert name.name in str(refusal.value)
    assert line.split(" ")[0] in str(refusal.value)


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(FILES),
    st.sampled_from(["nan", "inf", "-inf", '"1,5"', "true"]),
    st.randoms(use_true_random=False),
)
def test_a_number_in_a_facts_file_that_is_no_number_is_refused(
    copy: Path, name: Path, word: str, random: Any
) -> None:
    path = copy / name
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    numbers = [
        i
        for i, line in enumerate(lines)
        if line.startswith(("value = ", "low = ", "high = ")) and line[-1].isdigit()
    ]
    if not numbers:
        return
    at = random.choice(numbers)
    lines[at] = f"{lines[at].split(' = ')[0]} = {word}"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        with pytest.raises(FactError, match=name.name):
            read_all(copy)
    finally:
        path.write_text(text, encoding="utf-8")


def test_the_copy_without_a_fault_is_read(copy: Path) -> None:
    assert len(read_all(copy)) == len(list(FACTS.everything()))
    assert words.known_conditions(FACTS)
