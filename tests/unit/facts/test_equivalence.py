"""Equivalence gives a range with its tables, in the right direction, and says what nobody has
confirmed.
"""

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from itertools import permutations
from math import inf, isclose, nan
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.errors import FactError, InputError
from homeostat.facts import Facts, load
from homeostat.facts.contents import CONTENTS, written
from homeostat.facts.equivalence import Equivalent, equivalent
from homeostat.facts.library import DATA

FACTS = load()
TABLES = FACTS.equivalence_tables
PAIRS = sorted(
    {pair for table in TABLES.values() for pair in permutations(table.entries, 2)}
    | {(drug, drug) for table in TABLES.values() for drug in table.entries}
)
A_PAIR = st.sampled_from(PAIRS)
A_DOSE = st.floats(min_value=1e-3, max_value=1e3)

TOY = """
reviewed = "not yet"

[[table]]
id = "seen"
name = "Seen"
reference_drug = "diazepam"
reference_mg = 10
basis = "reported"
sources = ["book"]
[table.entries]
diazepam = 10
clonazepam = 0.5
lorazepam = [1, 2]

[[table]]
id = "heard"
name = "Heard"
reference_drug = "diazepam"
reference_mg = 10
basis = "unverified"
[table.entries]
diazepam = 10
clonazepam = 0.25
zopiclone = [15, 15]
"""
A_BOOK = """
reviewed = "not yet"

[[source]]
id = "book"
title = "A book"
kind = "book"
rank = 2
where = "on the shelf"
read = "full"
"""


def toy(folder: Path, tables: str = TOY) -> Facts:
    copytree(DATA, folder, dirs_exist_ok=True)
    (folder / "sources" / "books.toml").write_text(A_BOOK, encoding="utf-8")
    (folder / "equivalence.toml").write_text(tables, encoding="utf-8")
    (folder / CONTENTS).write_text(written(folder), encoding="utf-8")
    return Facts(folder)


def test_two_milligrams_of_clonazepam_are_twenty_to_forty_of_diazepam_by_the_guideline() -> None:
    answer = equivalent(FACTS, "clonazepam", "diazepam", 2)
    assert (answer.low_mg, answer.high_mg) == (20, 40)
    assert answer.by_table["va-dod-2021"] == (20, 20)
    assert answer.by_table["ashton-2002"] == (40, 40)
    assert answer.direction.startswith(
        "2 mg clonazepam → 20 to 40 mg diazepam, by 7 tables: VA/DoD 2021 (20);"
    )


@pytest.mark.parametrize(
    ("table", "drug", "equal_to_ten_mg_of_diazepam"),
    [
        ("va-dod-2021", "alprazolam", (1, 1)),
        ("va-dod-2021", "quazepam", (10, 10)),
        ("ashton-2002", "alprazolam", (0.5, 0.5)),
        ("ashton-2002", "flurazepam", (15, 30)),
        ("scotland-2024", "zopiclone", (15, 15)),
        ("who-2009", "lormetazepam", (1.5, 1.5)),
        ("ccjm", "chlordiazepoxide", (50, 50)),
    ],
)
def test_ten_milligrams_of_diazepam_give_back_what_the_table_prints(
    table: str, drug: str, equal_to_ten_mg_of_diazepam: tuple[float, float]
) -> None:
    assert equivalent(FACTS, "diazepam", drug, 10).by_table[table] == equal_to_ten_mg_of_diazepam


@given(pair=A_PAIR, dose_mg=A_DOSE)
def test_going_there_and_back_returns_the_dose_in_every_table(
    pair: tuple[str, str], dose_mg: float
) -> None:
    there = equivalent(FACTS, *pair, dose_mg)
    for table, (low_mg, high_mg) in (there.by_table | there.by_unverified_table).items():
        from_low = equivalent(FACTS, pair[1], pair[0], low_mg)
        from_high = equivalent(FACTS, pair[1], pair[0], high_mg)
        assert isclose(
            (from_low.by_table | from_low.by_unverified_table)[table][1], dose_mg, rel_tol=1e-12
        )
        assert isclose(
            (from_high.by_table | from_high.by_unverified_table)[table][0], dose_mg, rel_tol=1e-12
        )


@given(pair=A_PAIR, dose_mg=A_DOSE)
def test_the_range_holds_every_table_and_nothing_beyond(
    pair: tuple[str, str], dose_mg: float
) -> None:
    answer = equivalent(FACTS, *pair, dose_mg)
    lows, highs = zip(*answer.by_table.values(), strict=True)
    assert answer.low_mg == min(lows) <= max(highs) == answer.high_mg
    assert all(low <= high for low, high in answer.by_table.values())
    assert set(answer.by_table) | set(answer.by_unverified_table) == {
        name for name, table in TABLES.items() if set(pair) <= set(table.entries)
    }


@given(pair=A_PAIR, dose_mg=A_DOSE, factor=st.floats(min_value=1.001, max_value=10))
def test_more_in_is_more_out(pair: tuple[str, str], dose_mg: float, factor: float) -> None:
    less, more = equivalent(FACTS, *pair, dose_mg), equivalent(FACTS, *pair, dose_mg * factor)
    assert less.low_mg < more.low_mg
    assert less.high_mg < more.high_mg


@given(pair=A_PAIR, dose_mg=A_DOSE)
def test_the_high_end_risks_over_sedation_and_the_low_end_withdrawal(
    pair: tuple[str, str], dose_mg: float
) -> None:
    answer = equivalent(FACTS, *pair, dose_mg)
    assert answer.over_sedation_mg == answer.high_mg >= answer.low_mg == answer.withdrawal_mg
    assert f"from {pair[0]} to {pair[1]}" in answer.riskier_end


@given(pair=A_PAIR, dose_mg=A_DOSE)
def test_an_unverified_table_never_supports_a_range_without_saying_so(
    pair: tuple[str, str], dose_mg: float
) -> None:
    answer = equivalent(FACTS, *pair, dose_mg)
    rests_on_unverified = any(TABLES[name].is_unverified for name in answer.by_table)
    assert rests_on_unverified == answer.is_only_unverified
    assert rests_on_unverified == ("unverified table" in answer.direction)
    assert rests_on_unverified == any(
        line.startswith("Only unverified") for line in answer.warnings
    )


def test_a_drug_equals_itself_in_every_table() -> None:
    answer = equivalent(FACTS, "flurazepam", "flurazepam", 15)
    assert (answer.low_mg, answer.high_mg) == (15, 15)


def test_a_range_in_a_table_stays_a_range_in_both_directions(tmp_path: Path) -> None:
    facts = toy(tmp_path)
    assert equivalent(facts, "diazepam", "lorazepam", 10).by_table["seen"] == (1, 2)
    assert equivalent(facts, "lorazepam", "diazepam", 1).by_table["seen"] == (5, 10)


def test_an_unverified_table_does_not_widen_the_range(tmp_path: Path) -> None:
    answer = equivalent(toy(tmp_path), "clonazepam", "diazepam", 1)
    assert (answer.low_mg, answer.high_mg) == (20, 20)
    assert dict(answer.by_unverified_table) == {"heard": (40, 40)}
    assert "Unverified figures were left out of the range: heard." in answer.warnings


def test_a_pair_that_only_an_unverified_table_holds_is_answered_with_a_warning(
    tmp_path: Path,
) -> None:
    answer = equivalent(toy(tmp_path), "zopiclone", "diazepam", 7.5)
    assert answer.is_only_unverified
    assert (
        answer.direction
        == "7.5 mg zopiclone → 5 to 5 mg diazepam, by 1 unverified table: Heard (5)"
    )


def test_a_range_without_width_is_not_called_certain() -> None:
    answer = equivalent(FACTS, "clobazam", "diazepam", 20)
    assert answer.low_mg == answer.high_mg == 10
    assert any("not certainty" in line for line in answer.warnings)


def test_tables_that_differ_twofold_are_named_as_far_apart() -> None:
    assert (
        "The tables differ by a factor of 2."
        in equivalent(FACTS, "lorazepam", "diazepam", 1).warnings
    )


@pytest.mark.parametrize(
    ("drugs", "said"),
    [
        (
            ("klonazepam", "diazepam"),
            "no equivalence table holds 'klonazepam'. Did you mean clonazepam",
        ),
        (("clonazepam", "diazepan"), "Did you mean diazepam"),
        (("estazolam", "bromazepam"), "no table holds both estazolam and bromazepam"),
    ],
)
def test_an_unknown_drug_or_pair_is_refused_with_a_way_out(
    drugs: tuple[str, str], said: str
) -> None:
    with pytest.raises(InputError) as problem:
        equivalent(FACTS, *drugs, 1)
    assert said in str(problem.value)


@pytest.mark.parametrize("dose_mg", [0, -1, nan, inf, -inf])
def test_a_dose_that_is_not_a_finite_number_above_nought_is_refused(dose_mg: float) -> None:
    with pytest.raises(InputError, match="dose_mg"):
        equivalent(FACTS, "clonazepam", "diazepam", dose_mg)


@pytest.mark.parametrize(
    ("from_drug", "to_drug", "dose_mg"),
    [("clonazepam", "diazepam", 1e308), ("diazepam", "clonazepam", 5e-324)],
)
def test_a_dose_whose_equivalent_is_no_number_is_refused(
    from_drug: str, to_drug: str, dose_mg: float
) -> None:
    with pytest.raises(InputError, match="dose_mg"):
        equivalent(FACTS, from_drug, to_drug, dose_mg)


@pytest.mark.parametrize("entry", ["0", "-1", "[2, 1]", "[1, 2, 3]", "[1]"])
def test_an_entry_that_is_no_dose_and_no_range_is_refused(tmp_path: Path, entry: str) -> None:
    facts = toy(tmp_path, TOY.replace("clonazepam = 0.5", f"clonazepam = {entry}"))
    with pytest.raises(FactError, match="table seen: 'clonazepam'"):
        equivalent(facts, "clonazepam", "diazepam", 1)


def test_the_answer_cannot_be_changed_afterwards() -> None:
    answer = equivalent(FACTS, "clonazepam", "diazepam", 2)
    with pytest.raises(FrozenInstanceError):
        answer.low_mg = 1  # type: ignore[misc]
    with pytest.raises(TypeError):
        answer.by_table["va-dod-2021"] = (1, 1)  # type: ignore[index]


Convert = Callable[[Facts, str, str, float], Equivalent]


def agrees_with_printed_tables(convert: Convert) -> bool:
    """Say whether a conversion gives the ratios the guideline prints, in the direction it prints
    them.
    """
    printed = {
        ("va-dod-2021", "clonazepam"): 1,
        ("ashton-2002", "clonazepam"): 0.5,
        ("va-dod-2021", "oxazepam"): 30,
    }
    return all(
        isclose(convert(FACTS, drug, "diazepam", mg).by_table[table][0], 10)
        for (table, drug), mg in printed.items()
    )


def test_an_inverted_ratio_or_a_swapped_table_would_be_caught() -> None:
    def inverted(facts: Facts, from_drug: str, to_drug: str, dose_mg: float) -> Equivalent:
        return equivalent(facts, to_drug, from_drug, dose_mg)

    def swapped(facts: Facts, from_drug: str, to_drug: str, dose_mg: float) -> Equivalent:
        answer = equivalent(facts, from_drug, to_drug, dose_mg)
        other = {"va-dod-2021": "ashton-2002", "ashton-2002": "va-dod-2021"}
        by_table = {name: answer.by_table[other.get(name, name)] for name in answer.by_table}
        return Equivalent(**{**vars(answer), "by_table": by_table})

    assert agrees_with_printed_tables(equivalent)
    assert not agrees_with_printed_tables(inverted)
    assert not agrees_with_printed_tables(swapped)


def test_every_table_names_its_reference_dose_among_its_entries() -> None:
    for table in TABLES.values():
        assert table.entries[table.reference_drug] == table.reference_mg
