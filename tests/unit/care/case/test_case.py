"""A case reads strictly, names every fault at once, and becomes a person and a regimen."""

import json
import tomllib
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from homeostat.care import case as cases
from homeostat.care.case import docs as case_docs
from homeostat.care.case import words
from homeostat.care.case.format import TABLES, Traits
from homeostat.care.case.records import Case
from homeostat.errors import InputError
from homeostat.facts import load
from homeostat.language.quantity import (
    amount_mg,
    dose_mg,
    level_ng_per_ml,
    mg_text,
    micrograms_text,
)
from homeostat.model.domain import reasons_to_withhold
from homeostat.model.patients import TRAITS
from homeostat.model.regimen import Step

FACTS = load()
TODAY = date(2026, 11, 23)
EXAMPLES = Path(__file__).parents[4] / "examples"
NAMES = (
    "alprazolam-switch",
    "changes-over-time",
    "inducer-stops",
    "kacirova-2016",
    "liver",
    "low-dose-elderly",
    "two-drugs",
    "typical",
)

GOOD = """\
format = 1
id = "good"
title = "A case"
market = "US"
conditions = ["panic disorder"]
#TOP

[person]
age_years = 42
weight_kg = 70
sex = "female"
#PERSON

[[use]]
drug = "clonazepam"
since = 2023-11-06
doses = [{time = "08:00", dose = "1 mg"}, {time = "20:00", dose = "1 mg"}]
#USE
"""


@pytest.mark.parametrize(("typed", "mg"), [("60 nmol/L", 18.942), ("0.06 µmol/L", 18.942)])
def test_a_level_in_moles_is_converted_by_the_molar_mass_and_both_numbers_stand(
    typed: str, mg: float
) -> None:
    level = case_of(GOOD + A_LEVEL.replace("28 ng/mL", typed)).level[0]
    assert level.ng_per_ml == pytest.approx(mg, rel=1e-4)
    assert typed in level.note
    assert "g/mol" in level.note


def test_a_condition_in_own_words_is_read_and_one_that_withholds_is_named() -> None:
    own = case_of(swap('"panic disorder"', '"hypothyroidism", "hepatic encephalopathy"'))
    assert own.other_conditions == ("hypothyroidism", "hepatic encephalopathy")
    assert own.conditions == ("liver failure",)
    said = [(one.kind, one.says) for one in cases.check(own, FACTS)]
    assert any("'hypothyroidism' is read as" in says for _, says in said)
    assert not any("kept but not weighed" in says for _, says in said)


def case_of(text: str = GOOD) -> Case:
    return cases.parse_text(text, TODAY, FACTS, "good.toml")


def with_dose(dose: str) -> str:
    return GOOD.replace('dose = "1 mg"}, {', f"dose = {dose}}}, {{")


def with_use(lines: str) -> str:
    return GOOD + "\n[[use]]\n" + lines + "\n"


def remarks(text: str) -> list[str]:
    return [str(remark) for remark in cases.check(case_of(text), FACTS)]


def bad(name: str, text: str, *says: str) -> Any:
    return pytest.param(text, says, id=name)


def swap(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


OTHER_USE = 'drug = "clonazepam"\nsince = 2025-01-01\ndoses = [{time = "08:00", dose = "1 mg"}]'
A_LEVEL = '\n[[level]]\ndrug = "clonazepam"\ndate = 2026-10-05\nlevel = "28 ng/mL"\n'
A_MEDICINE = '\n[[medicine]]\nname = "carbamazepine"\nsince = 2025-01-01\n'

BAD = [
    # drugs
    bad("a misspelt drug", swap('"clonazepam"', '"klonazepam"'), "'use[1].drug'", "unknown drug 'klonazepam'", "Did you mean clonazepam"),
    bad("a brand", swap('"clonazepam"', '"Rivotril"'), "'use[1].drug'", "is a brand of clonazepam"),
    bad("a drug nobody knows", swap('"clonazepam"', '"xyz"'), "unknown drug 'xyz'"),
    # units
    bad("a dose without unit, bare", with_dose("1"), "'use[1].doses[1].dose'", 'unit is missing', '"1 mg" or "1 ug"'),
    bad("a dose without unit, bare half", with_dose("0.5"), '"0.5 mg" or "0.5 ug"'),
    bad("a dose without unit, quoted", with_dose('"1"'), "unit is missing"),
    bad("a dose in grams", with_dose('"1 g"'), "no dose of these drugs is counted in grams"),
    bad("a dose in millilitres", with_dose('"1 mL"'), "not how much liquid"),
    bad("a dose in tablets", with_dose('"2 tablets"'), "not how many tablets"),
    bad("a dose of a day", with_dose('"2 mg/day"'), "each single dose"),
    bad("an unknown unit", with_dose('"1 mig"'), "unknown unit 'mig'", "Did you mean mg"),
    bad("micrograms written as milligrams", with_dose('"500 mg"'), "'use[1].doses'", "501 mg of clonazepam a day", "milligrams for micrograms"),
    bad("a dose without quotation marks", with_dose("1 mg"), "good.toml", "at line 17", 'quotation mark missing? write "0.5 mg"'),
    # decimal commas
    bad("a decimal comma in a dose", with_dose('"0,5 mg"'), 'write a point instead of the comma: "0.5 mg"'),
    bad("a decimal comma without unit", with_dose('"0,5"'), '"0.5 mg" or "0.5 ug"'),
    bad("a comma that may mean thousands", with_dose('"1,000 ug"'), "two ways", '"1000 ug" or "1 ug"'),
    bad("a decimal comma in a number", swap("weight_kg = 70", "weight_kg = 70,5"), "decimal comma? write 0.5, not 0,5", "line 10"),
    bad("a comma and a point", with_dose('"1.234,5 mg"'), "without commas"),
    # amounts
    bad("a dose of zero", with_dose('"0 mg"'), "must be above zero", "end the use with 'until'"),
    bad("a dose of 0.0 ug", with_dose('"0.0 ug"'), "must be above zero"),
    bad("a negative dose", with_dose('"-1 mg"'), "must be above zero"),
    bad("ten times the usual range", with_dose('"79 mg"'), "'use[1].doses'", "10 times the highest usual dose (8 mg a day)", "not accepted"),
    bad("a hundred times a usual dose", with_dose('"199 mg"'), "lost decimal point"),
    bad("a dose larger than any", with_dose('"1000000 mg"'), "too large to be true"),
    bad("a dose smaller than any", with_dose('"0.0001 ug"'), "too small to be true"),
    bad("a dose that is not a number", with_dose('"nan mg"'), "is not a number"),
    bad("a bare dose that is not a number", with_dose("nan"), "nan is not a number"),
    bad("an infinite dose", with_dose('"inf mg"'), "is not a number"),
    bad("a bare infinite dose", with_dose("inf"), "inf is not a number"),
    bad("a dose that is a truth", with_dose("true"), "write a number and a unit"),
    bad("doses without times", swap('doses = [{time = "08:00", dose = "1 mg"}, {time = "20:00", dose = "1 mg"}]', 'doses = ["1 mg"]'), "each dose with its time"),
    bad("no doses", swap('doses = [{time = "08:00", dose = "1 mg"}, {time = "20:00", dose = "1 mg"}]', "doses = []"), "'use[1].doses'"),
    bad("two doses at one time", swap('"20:00"', '"08:00"'), "two doses stand at 08:00"),
    # times
    bad("hour 24", swap('"20:00"', '"24:00"'), 'write "00:00" for midnight'),
    bad("hour 25", swap('"20:00"', '"25:00"'), "from \"00:00\" to \"23:59\""),
    bad("a time with a point", swap('"20:00"', '"20.00"'), 'with a colon: "20:00"'),
    bad("a time in words", swap('"20:00"', '"evening"'), "write a time of day"),
    # dates
    bad("a use in the future", swap("2023-11-06", "2027-01-01"), "'use[1].since'", "2027-01-01 lies in the future (today is 2026-11-23)"),
    bad("an end in the future", swap("#USE", "until = 2027-01-01"), "'use[1].until'", "leave it out if it is still taken"),
    bad("an end before its beginning", swap("#USE", "until = 2023-01-01"), "'use[1].until'", "is not after since = 2023-11-06"),
    bad("an end on its first day", swap("#USE", "until = 2023-11-06"), "is not after since"),
    bad("a use that begins today", swap("2023-11-06", "2026-11-23"), "must have begun before today"),
    bad("a day with the day first", swap("2023-11-06", '"06.11.2023"'), "write the year first: 2023-11-06"),
    bad("a day that can be read in two ways", swap("2023-11-06", '"11/06/2023"'), "year-month-day"),
    bad("a day that does not exist", swap("2023-11-06", '"2023-02-30"'), "no such day"),
    bad("a bare day that does not exist", swap("2023-11-06", "2023-02-30"), "good.toml", "line"),
    bad("a day with a time", swap("2023-11-06", "2023-11-06T08:00:00"), "write the day alone"),
    bad("a year alone", swap("2023-11-06", "2023"), "year-month-day"),
    bad("use before birth", swap("2023-11-06", "1950-01-01"), "before the person was born"),
    bad("a case from the future", swap("#TOP", "today = 2027-01-01"), "'today'", "lies in the future"),
    bad("a level from the future", GOOD + A_LEVEL.replace("2026-10-05", "2027-10-05"), "'level[1].date'", "future"),
    bad("a score from the future", GOOD + '\n[[score]]\nscale = "ciwa-b"\ndate = 2027-01-01\ntotal = 3\n', "'score[1].date'", "future"),
    bad("a medicine from the future", GOOD + A_MEDICINE.replace("2025-01-01", "2027-01-01"), "'medicine[1].since'", "future"),
    bad("a medicine that ends before it begins", GOOD + A_MEDICINE + "until = 2024-01-01\n", "'medicine[1].until'", "not after"),
    bad("a medicine planned for too far ahead", GOOD + A_MEDICINE + "until = 2029-01-01\n", "more than a year ahead"),
    bad("a plan that begins in the past", GOOD + "\n[preferences]\nstart = 2026-01-01\n", "'preferences.start'", "before today"),
    # overlaps
    bad("overlapping uses", with_use(OTHER_USE), "'use[1]' and 'use[2]' overlap", "until = 2025-01-01 in use[1]"),
    bad("the same use twice", with_use(OTHER_USE.replace("2025-01-01", "2023-11-06")), "overlap"),
    bad("a medicine twice", GOOD + A_MEDICINE + A_MEDICINE, "'medicine[1]' and 'medicine[2]' overlap"),
    # the person
    bad("no weight", swap("weight_kg = 70\n", ""), "'person.weight_kg' is missing"),
    bad("a weight of nothing", swap("weight_kg = 70", "weight_kg = 0"), "'person.weight_kg'", "greater than or equal to 2"),
    bad("a weight that is not a number", swap("weight_kg = 70", "weight_kg = nan"), "finite number"),
    bad("an infinite weight", swap("weight_kg = 70", "weight_kg = -inf"), "'person.weight_kg'"),
    bad("a weight with a unit", swap("weight_kg = 70", 'weight_kg = "70 kg"'), "without quotation marks and without a unit"),
    bad("a weight too large for any number", swap("weight_kg = 70", f"weight_kg = {'9' * 5000}"), "good.toml"),
    bad("a weight too large for any number, in hexadecimal", swap("weight_kg = 70", f"weight_kg = 0x{'f' * 5000}"), "too large"),
    bad("an age nobody reaches", swap("age_years = 42", "age_years = 130"), "'person.age_years'", "120"),
    bad("a negative age", swap("age_years = 42", "age_years = -1"), "'person.age_years'"),
    bad("an age that is not a number", swap("age_years = 42", "age_years = nan"), "'person.age_years'", "finite"),
    bad("no age", swap("age_years = 42", ""), "exactly one of 'birth_year' and 'age_years'"),
    bad("two ages", swap("#PERSON", "birth_year = 1984"), "exactly one of"),
    bad("a birth in the future", swap("age_years = 42", "birth_year = 2030"), "'person.birth_year'", "future"),
    bad("a birth too long ago", swap("age_years = 42", "birth_year = 1890"), "136 years old"),
    bad("an unknown word for sex", swap('sex = "female"', 'sex = "f"'), "'female', 'male' or 'unknown'"),
    bad("a pregnant man", swap('sex = "female"', 'sex = "male"\npregnant = "yes"'), "one of them must be wrong"),
    bad("pregnancy among the conditions only", swap('"panic disorder"', '"pregnancy"').replace("#PERSON", 'pregnant = "no"'), "names pregnancy"),
    # keys and words
    bad("an unknown key", swap("weight_kg = 70", "weight_kg = 70\nwieght_kg = 70"), "unknown key 'person.wieght_kg'", "Did you mean weight_kg"),
    bad("an unknown key in a use", swap("#USE", "sinse = 2020-01-01"), "unknown key 'use[1].sinse'", "Did you mean since"),
    bad("an unknown key in a dose", with_dose('"1 mg", tme = "08:00"'), "unknown key 'use[1].doses[1].tme'", "Did you mean time"),
    bad("an unknown table", GOOD + "\n[persn]\nage_years = 3\n", "unknown key 'persn'", "Did you mean person"),
    bad("a key of the top in a table", swap("#PERSON", 'conditions = ["epilepsy"]'), "'conditions' belongs at the top of the file"),
    bad("a key in another table", swap("#PERSON", 'aim = "stop"'), "'aim' belongs in [goal]"),
    bad("another format", swap("format = 1", "format = 2"), "'format'"),
    bad("no format", swap("format = 1\n", ""), "'format' is missing"),
    bad("an id that is a path", swap('id = "good"', 'id = "../x"'), "'id'"),
    bad("a title that would steer a terminal", swap('"A case"', '"\\u001b[2J"'), "'title'", "U+001B"),
    bad("an unknown market", swap('"US"', '"USA"'), "'market'", "'US', 'UK' or 'EU'"),
    bad("an unknown route", swap("#USE", 'route = "by mouth"'), "'use[1].route'", "unknown route 'by mouth'", "oral"),
    bad("an unknown product", swap("#USE", 'product = "us-clonazepam-tablet-3"'), "'use[1].product'", "Did you mean us-clonazepam-tablet-"),
    bad("a product of another drug", swap("#USE", 'product = "us-diazepam-tablet-5"'), "holds diazepam, not clonazepam"),
    bad("a product of another market", swap("#USE", 'product = "uk-clonazepam-tablet-2"'), "of the market UK"),
    bad("an unknown product in stock", GOOD + '\n[preferences]\nstock = ["x"]\n', "'preferences.stock[1]'", "unknown product"),
    bad("an unknown scale", GOOD + '\n[[score]]\nscale = "ciwa"\ndate = 2026-01-01\ntotal = 3\n', "unknown scale 'ciwa'", "ciwa-b"),
    bad("a score beyond its scale", GOOD + '\n[[score]]\nscale = "ciwa-b"\ndate = 2026-01-01\ntotal = 99\n', "from 0 to 80 points"),
    bad("an unknown source", swap("#TOP", 'sources = ["kacirova-2061"]'), "'sources[1]'", "Did you mean kacirova-2016"),
    bad("a misspelt condition", swap('"panic disorder"', '"epilepsi"'), "'conditions[1]'", "Did you mean epilepsy"),
    bad("another word for a condition", swap('"panic disorder"', '"alcohol use disorder"'), "Did you mean alcohol dependence or substance use disorder"),
    bad("a condition nobody knows", swap('"panic disorder"', '"qqq"'), "'other_conditions'"),
    bad("conditions that are no list", swap('["panic disorder"]', '"epilepsy"'), "'conditions'", "square brackets"),
    bad("a use in single brackets", swap("[[use]]", "[use]"), "'use'", "double brackets"),
    bad("a person in double brackets", swap("[person]", "[[person]]"), "'person'", "single brackets"),
    bad("a table that is a word", swap("#TOP", 'alcohol = "none"'), "'alcohol'", "this is a table"),
    bad("no use", GOOD[: GOOD.index("[[use]]")], "'use' is missing"),
    # levels
    bad("a level without unit", GOOD + A_LEVEL.replace('"28 ng/mL"', "28"), "'level[1].level'", '"28 ng/mL" or "28 ug/L"'),
    bad("a level in a dose's unit", GOOD + A_LEVEL.replace("ng/mL", "mg"), "unknown unit 'mg'"),
    bad("a level in moles without a space", GOOD + A_LEVEL.replace("28 ng/mL", "28nmol/L"), "a space and nmol/L"),
    bad("a level with a comma", GOOD + A_LEVEL.replace("28 ", "28,5 "), '"28.5 ng/mL"'),
    bad("a level of zero", GOOD + A_LEVEL.replace("28 ", "0 "), "above zero"),
    bad("a level of an unknown drug", GOOD + A_LEVEL.replace("clonazepam", "clonazepan"), "'level[1].drug'", "Did you mean clonazepam"),
    # medicines, alcohol, goal
    bad("a benzodiazepine among the medicines", GOOD + A_MEDICINE.replace("carbamazepine", "Valium"), "under [[use]]"),
    bad("alcohol among the medicines", GOOD + A_MEDICINE.replace("carbamazepine", "alcohol"), "[alcohol]"),
    bad("an opioid that is denied", GOOD + A_MEDICINE.replace("carbamazepine", "morphine") + '\n[history]\nopioid = "no"\n', "'history.opioid'"),
    bad("epilepsy without a seizure", swap('"panic disorder"', '"epilepsy"') + '\n[history]\nseizure_ever = "no"\n', "'history.seizure_ever'"),
    bad("drinks in words", GOOD + '\n[alcohol]\ndrinks_per_day = "some"\n', "'alcohol.drinks_per_day'"),
    bad("drinks that are not a number", GOOD + "\n[alcohol]\ndrinks_per_day = nan\n", "'alcohol.drinks_per_day'"),
    bad("lowering to nowhere", GOOD + '\n[goal]\naim = "lower"\n', "'to' must say to what daily dose"),
    bad("stopping at a dose", GOOD + '\n[goal]\naim = "stop"\nto = "1 mg"\n', "'to' must be left out"),
    bad("lowering to more", GOOD + '\n[goal]\naim = "lower"\nto = "3 mg"\n', "not below what is taken today (2 mg of clonazepam a day)"),
    bad("lowering what is not taken", GOOD + '\n[goal]\naim = "lower"\nto = "3 mg"\ndrug = "diazepam"\n', "diazepam is not taken today"),
    bad("an unknown drug to switch to", GOOD + '\n[goal]\nswitch_to = "diazepan"\n', "'goal.switch_to'", "diazepam"),
    # files
    bad("no TOML", "This is not a case.", "good.toml", "line 1"),
    bad("a byte-order mark", "\ufeff" + GOOD, "byte-order mark"),
    bad("brackets without end", "x = " + "[" * 100_000, "nested too deeply"),
    bad("an empty file", "", "'format' is missing", "'person' is missing", "'use' is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), BAD)
def test_bad_input_gets_a_clear_sentence_that_names_the_file_and_the_key(
    text: str, says: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as caught:
        case_of(text)
    sentence = str(caught.value)
    assert all(line.startswith("good.toml: ") for line in sentence.split("\n"))
    for fragment in says:
        assert fragment in sentence
    assert caught.value.exit_code == 2


def test_the_good_case_reads() -> None:
    case = case_of()
    assert case.today == TODAY
    assert cases.mg_per_day(case, "clonazepam", TODAY) == 2.0


def test_several_faults_are_named_at_once() -> None:
    text = (
        with_dose('"0,5 mg"').replace("weight_kg = 70\n", "wait_kg = 70\n").replace('"US"', '"DE"')
    )
    with pytest.raises(InputError) as caught:
        case_of(text)
    for key in (
        "'use[1].doses[1].dose'",
        "'person.weight_kg' is missing",
        "unknown key 'person.wait_kg'",
        "'market'",
    ):
        assert key in str(caught.value)
    assert len(str(caught.value).split("\n")) == 4


def test_several_faults_of_meaning_are_named_at_once() -> None:
    text = (
        swap('"clonazepam"', '"klonazepam"')
        .replace('"panic disorder"', '"epilepsi"')
        .replace("2023-11-06", "2030-01-01")
    )
    with pytest.raises(InputError) as caught:
        case_of(text)
    for key in ("'use[1].drug'", "'conditions[1]'", "'use[1].since'"):
        assert key in str(caught.value)


def test_a_file_that_is_missing_a_folder_or_too_large_is_an_input_error(tmp_path: Path) -> None:
    large = tmp_path / "large.toml"
    large.write_text("#" * 1_000_001)
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "Müller"'.encode("latin-1"))
    for path, fragment in (
        (tmp_path / "none.toml", "no such file"), (tmp_path, "a folder"), (large, "larger than 1 MB"), (latin, "UTF-8"),
        (Path("a\0b"), "cannot be read"), (large / "below.toml", "cannot be read"), (tmp_path / ("x" * 300), "cannot be read"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=fragment):
            cases.read(path, TODAY, FACTS)


def test_a_bad_file_is_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(with_dose("1 mg"))
    with pytest.raises(InputError, match=r"mine\.toml: .*quotation mark missing"):
        cases.read(path, TODAY, FACTS)
    path.write_text(GOOD.replace("70", "7"))
    assert cases.read(path, TODAY, FACTS).person.weight_kg == 7


@pytest.mark.parametrize(
    ("written", "mg"),
    [
        ("1 mg", 1.0), ("0.5mg", 0.5), (".5 mg", 0.5), ("1.0 mg", 1.0), ("1. mg", 1.0), ("500 ug", 0.5), ("500 mcg", 0.5),
        ("500 µg", 0.5), ("500 μg", 0.5), ("500 micrograms", 0.5), ("500 Microgram", 0.5), ("2 MG", 2.0), ("62.5 ug", 0.0625),
        ("1 mg.", 1.0), (" 1\u00a0mg ", 1.0),
    ],
)  # fmt: skip
def test_a_dose_is_read_in_each_spelling(written: str, mg: float) -> None:
    assert amount_mg(written) == mg
    assert case_of(with_dose(json.dumps(written, ensure_ascii=False))).use[0].doses[0].dose_mg == mg


def test_a_dose_is_shown_with_a_leading_zero_no_trailing_zero_and_micrograms_in_full() -> None:
    assert [mg_text(mg) for mg in (0.5, 1.0, 10.0, 0.0625, 0.1 + 0.2)] == [
        "0.5 mg",
        "1 mg",
        "10 mg",
        "0.0625 mg",
        "0.3 mg",
    ]
    assert micrograms_text(0.5) == "500 micrograms"


def test_a_dose_typed_at_a_prompt_is_an_input_error_with_its_place() -> None:
    assert dose_mg("0.5mg") == 0.5
    with pytest.raises(InputError, match="--to: the unit is missing"):
        dose_mg("0.5", "--to")


def test_levels_are_read_in_the_units_laboratories_use() -> None:
    assert {
        level_ng_per_ml(text)
        for text in ("28 ng/mL", "28 ug/L", "28 µg/l", "0.028 mg/L", "0.028 mcg/mL")
    } == {28.0}


def test_a_dose_just_below_ten_times_the_usual_is_warned_about_and_read() -> None:
    assert any(
        "times the highest usual dose (8 mg)" in remark for remark in remarks(with_dose('"78 mg"'))
    )
    assert not any("times the highest usual" in remark for remark in remarks(with_dose('"20 mg"')))
    assert any("above the usual range" in remark for remark in remarks(with_dose('"20 mg"')))


def test_the_total_over_all_routes_is_what_is_held_against_the_usual_dose() -> None:
    text = (
        with_dose('"39 mg"')
        + '\n[[use]]\ndrug = "clonazepam"\nroute = "sublingual"\nsince = 2024-01-01\n'
    )
    with pytest.raises(InputError, match="80 mg of clonazepam a day is 10 times"):
        case_of(text + 'doses = [{time = "12:00", dose = "40 mg"}]\n')


def test_a_dose_a_thousand_times_too_small_is_refused_unless_it_is_meant() -> None:
    text = GOOD.replace('"1 mg"', '"1 ug"')
    with pytest.raises(
        InputError, match=r"Is it micrograms for milligrams\? Then write 2 mg; .* meant = true"
    ):
        case_of(text)
    text = text.replace("doses =", "meant = true\ndoses =")
    assert any(
        "less than 0.1 times the lowest usual dose" in remark and "factor of 1000" in remark
        for remark in remarks(text)
    )


def test_age_and_weight_outside_the_domain_read_and_the_forecast_is_withheld() -> None:
    for old, new, word in (
        ("42", "16", "age"),
        ("42", "90", "age"),
        ("70", "200", "weight"),
        ("70", "35", "weight"),
    ):
        case = case_of(GOOD.replace(f"= {old}\n", f"= {new}\n").replace("2023", "2025"))
        found = [remark for remark in cases.check(case, FACTS) if "will be withheld" in remark.says]
        assert len(found) == 1
        assert word in found[0].says


def test_unknown_becomes_typical_for_the_model_and_a_remark_for_the_reader() -> None:
    case = case_of(GOOD.replace('sex = "female"\n', ""))
    person = cases.person(case, FACTS)
    assert (person.sex, person.liver, person.cyp3a, person.cyp2c19, person.nat2) == (
        "not said", "normal", "normal", "normal", "not said",
    )  # fmt: skip
    missing = {remark.key for remark in cases.check(case, FACTS) if remark.kind == "missing"}
    assert {
        "person.sex",
        "person.pregnant",
        "person.liver",
        "person.illness",
        "alcohol.drinks_per_day",
    } <= missing
    assert {f"history.{key}" for key in TABLES["history"].model_fields} <= missing


def test_every_unknown_answer_of_the_history_has_a_reason() -> None:
    for remark in cases.check(case_of(), FACTS):
        if remark.kind == "missing":
            assert remark.why


def test_conditions_that_were_not_asked_differ_from_none() -> None:
    line = 'conditions = ["panic disorder"]\n'
    assert any(
        remark.startswith("missing: conditions") for remark in remarks(GOOD.replace(line, ""))
    )
    assert not any(
        remark.startswith("missing: conditions")
        for remark in remarks(GOOD.replace(line, "conditions = []\n"))
    )


def test_a_year_of_birth_gives_the_age_on_the_day_of_the_case() -> None:
    case = case_of(swap("age_years = 42", "birth_year = 1984"))
    assert cases.person(case, FACTS).age_years == 42.0


def test_illness_words_are_thirds() -> None:
    for word, share in (
        ("none", 0.0),
        ("mild", 0.33),
        ("moderate", 0.66),
        ("severe", 1.0),
        ("unknown", 0.0),
    ):
        assert cases.person(case_of(swap("#PERSON", f'illness = "{word}"')), FACTS).illness == share


def test_the_words_for_traits_are_those_of_the_model() -> None:
    for trait, model_words in TRAITS.items():
        here = set(get_args(Traits.model_fields[trait].annotation))
        assert here - {"unknown"} == set(model_words) - {"not said"}


def test_day_0_is_the_first_day_of_the_earliest_use_and_days_run_to_today() -> None:
    case = case_of(
        with_use(
            'drug = "zopiclone"\nsince = 2022-01-01\ndoses = [{time = "22:00", dose = "7.5 mg"}]'
        )
    )
    regimen = cases.regimen(case, cases.today(case), FACTS)
    assert cases.day_0(case) == date(2022, 1, 1)
    assert regimen.days == (TODAY - date(2022, 1, 1)).days
    assert regimen.drugs == ("zopiclone", "clonazepam")
    assert cases.day_of(case, TODAY, time(14, 0)) == regimen.days + 0.25


def test_uses_that_follow_each_other_become_one_use_with_empty_steps_for_gaps() -> None:
    text = (
        swap("#USE", "until = 2024-11-06") + '\n[[use]]\ndrug = "clonazepam"\nsince = 2024-12-06\n'
    )
    case = case_of(
        text
        + 'until = 2025-12-06\ndoses = [{time = "20:00", dose = "500 ug"}, {time = "07:30", dose ='
        ' "1 mg"}]\n'
    )
    (use,) = cases.regimen(case, TODAY, FACTS).uses
    assert use.steps == (
        Step(0.0, (8.0, 20.0), (1.0, 1.0)), Step(366.0), Step(396.0, (7.5, 20.0), (1.0, 0.5)), Step(761.0),
    )  # fmt: skip
    assert any("nothing is taken today" in remark.says for remark in cases.check(case, FACTS))


def test_a_change_without_a_gap_has_no_empty_step() -> None:
    case = case_of(swap("#USE", "until = 2025-01-01") + f"\n[[use]]\n{OTHER_USE}\n")
    (use,) = cases.regimen(case, TODAY, FACTS).uses
    assert [step.mg_per_day for step in use.steps] == [2.0, 1.0]


def test_a_month_is_its_first_day() -> None:
    assert case_of(swap("2023-11-06", '"2023-11"')).use[0].since == date(2023, 11, 1)


def test_an_inducer_that_stops_becomes_a_change_with_an_end() -> None:
    case = case_of(GOOD + A_MEDICINE + "until = 2026-12-01\n")
    (change,) = cases.regimen(case, TODAY, FACTS).changes
    row = FACTS.interactions["carbamazepine-clonazepam"]
    assert (change.drug, change.fold, change.half_time_d) == (
        "clonazepam",
        row.clearance_fold,
        row.onset_half_time_d,
    )
    assert (change.from_day, change.to_day) == (422.0, 1121.0)
    assert any(
        remark.kind == "warning" and "carbamazepine" in remark.says
        for remark in cases.check(case, FACTS)
    )


def test_a_medicine_from_before_the_first_use_has_settled_on_day_0() -> None:
    case = case_of(GOOD + A_MEDICINE.replace("since = 2025-01-01\n", ""))
    (change,) = cases.regimen(case, TODAY, FACTS).changes
    assert change.on(0.0) == pytest.approx(change.fold, abs=1e-6)


def test_changes_can_be_asked_for_a_drug_that_is_not_yet_taken() -> None:
    case = case_of(GOOD + A_MEDICINE)
    assert [change.drug for change in cases.changes(case, ["diazepam", "clonazepam"], FACTS)] == [
        "diazepam",
        "clonazepam",
    ]


def test_an_inhibitor_without_a_figure_is_not_counted_but_said() -> None:
    text = GOOD + A_MEDICINE.replace("carbamazepine", "Fluconazole")
    assert cases.regimen(case_of(text), TODAY, FACTS).changes == ()
    assert any("no figure was found" in remark for remark in remarks(text))


def test_omeprazole_changes_nothing_in_a_poor_metaboliser() -> None:
    text = GOOD.replace("clonazepam", "diazepam") + A_MEDICINE.replace(
        "carbamazepine", "omeprazole"
    )
    assert len(cases.regimen(case_of(text), TODAY, FACTS).changes) == 1
    poor = text.replace("#PERSON", 'cyp2c19 = "poor"')
    assert cases.regimen(case_of(poor), TODAY, FACTS).changes == ()
    assert any("poor metaboliser" in remark for remark in remarks(poor))


def test_an_unknown_medicine_is_kept_and_warned_about() -> None:
    text = GOOD + A_MEDICINE.replace("carbamazepine", "carbamazepne")
    assert any(
        "not in the list of interactions. Is carbamazepine meant?" in remark
        for remark in remarks(text)
    )
    assert any("neither counted nor cleared" in remark for remark in remarks(text))


def test_every_opioid_and_gabapentinoid_is_warned_about_with_every_drug() -> None:
    for group in ("opioid", "gabapentinoid"):
        members = FACTS.medicine_classes[group].names
        for name in members:
            for drug in FACTS.drug_ids:
                assert words.interactions(name, FACTS.drug(drug), FACTS), (group, name, drug)
        assert any(
            f"{members[0]} with clonazepam" in remark
            for remark in remarks(GOOD + A_MEDICINE.replace("carbamazepine", members[0]))
        )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Percocet", "Percocet with clonazepam: mortality"),
        ("Co-codamol 30/500", "Co-codamol 30/500 with clonazepam: mortality"),
        ("Lyrica", "Lyrica with clonazepam: additive sedation"),
        ("diltiazem", "diltiazem may change the clearance of clonazepam"),
    ],
)
def test_a_brand_and_a_member_of_a_class_are_met_by_what_holds_for_the_class(
    name: str, says: str
) -> None:
    said = remarks(GOOD + A_MEDICINE.replace("carbamazepine", name))
    assert any(says in remark for remark in said), said
    assert not any("not in the list of interactions" in remark for remark in said)


def test_a_figure_of_its_own_goes_before_the_class() -> None:
    rows = words.interactions("fluoxetine", FACTS.drug("clonazepam"), FACTS)
    assert [row.id for row in rows] == ["fluoxetine-clonazepam"]
    rows = words.interactions("ketoconazole", FACTS.drug("clonazepam"), FACTS)
    assert [row.id for row in rows] == ["ketoconazole-clonazepam"]


def test_alcohol_is_warned_about_and_unknown_is_not_none() -> None:
    def of(drinks: str) -> list[str]:
        return remarks(f"{GOOD}\n[alcohol]\ndrinks_per_day = {drinks}\n")

    assert any("alcohol with clonazepam" in remark for remark in of("2"))
    assert any("unknown is not none" in remark for remark in of('"unknown"'))
    assert not any("alcohol" in remark.split(":")[1] for remark in of('"none"'))


def test_two_inducers_at_once_are_said_to_be_multiplied() -> None:
    text = GOOD + A_MEDICINE + A_MEDICINE.replace("carbamazepine", "phenytoin")
    assert any(
        "carbamazepine and phenytoin" in remark and "multiplied" in remark
        for remark in remarks(text)
    )


def test_pregnancy_by_either_key_is_one_condition() -> None:
    assert cases.conditions(case_of(swap("#PERSON", 'pregnant = "yes"'))) == (
        "panic disorder",
        "pregnancy",
    )
    assert cases.conditions(case_of(swap('"panic disorder"', '"Pregnancy", "ptsd"'))) == (
        "pregnancy",
        "ptsd",
    )


def test_a_level_of_something_never_taken_is_warned_about_but_not_one_of_a_metabolite() -> None:
    def of(drug: str) -> list[str]:
        text = GOOD.replace("clonazepam", "diazepam").replace('"1 mg"', '"5 mg"')
        return remarks(text + A_LEVEL.replace("clonazepam", drug).replace("28", "200"))

    assert any("neither taken nor made" in remark for remark in of("lorazepam"))
    assert not any("neither taken nor made" in remark for remark in of("nordiazepam"))


def test_a_level_a_thousandfold_off_is_doubted() -> None:
    assert any(
        "is the unit right" in remark for remark in remarks(GOOD + A_LEVEL.replace("ng/mL", "mg/L"))
    )
    assert not any("is the unit right" in remark for remark in remarks(GOOD + A_LEVEL))


def test_use_on_some_days_of_the_week_is_said_to_be_an_upper_bound() -> None:
    assert any("upper bound" in remark for remark in remarks(swap("#USE", "days_per_week = 3")))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (swap('"panic disorder"', '"epilepsy"'), "ask whoever treats the epilepsy first"),
        (
            swap('"panic disorder"', '"epilepsy"'),
            "the withdrawal forecast will be withheld: epilepsy",
        ),
        (
            swap("#TOP", 'other_conditions = ["Ehlers-Danlos syndrome"]'),
            "'Ehlers-Danlos syndrome' is kept but not weighed",
        ),
        (
            GOOD.replace("clonazepam", "nordiazepam").replace('"1 mg"', '"5 mg"'),
            "known here as a metabolite",
        ),
        (swap("#USE", 'route = "intranasal"'), "intranasal: only speed and share of uptake change"),
        (
            GOOD + A_LEVEL.replace("2026-10-05", "2020-10-05"),
            "lies before the first use (2023-11-06)",
        ),
        (
            GOOD + A_MEDICINE.replace("carbamazepine", "fluoxetine"),
            "leaves the clearance of clonazepam as it is",
        ),
        (
            GOOD + A_MEDICINE.replace("carbamazepine", "propranolol"),
            "no interaction of propranolol with clonazepam is known",
        ),
        (GOOD + '\n[history]\nopioid = "yes"\n', "an opioid is taken, but not named"),
        (GOOD + '\n[history]\nopioid = "yes"\n', "opioid with clonazepam: mortality"),
    ],
)
def test_what_is_doubtful_is_remarked(text: str, says: str) -> None:
    assert any(says in remark for remark in remarks(text))


def test_facts_that_nobody_reviewed_are_said() -> None:
    waiting = FACTS.drug("clonazepam").kinetics.clearance.reviewed == "not yet"
    assert any("not yet been reviewed" in remark for remark in remarks(GOOD)) == waiting


def test_a_case_without_a_day_says_how_to_get_one() -> None:
    with pytest.raises(InputError, match="has no 'today'"):
        cases.today(replace(case_of(), today=None))


# ── examples
# ─────────────────────────────────────────────────────────────────────────────────────────


def test_there_are_eight_examples() -> None:
    assert tuple(sorted(path.stem for path in EXAMPLES.glob("*.toml"))) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_example_reads_and_gives_a_person_a_regimen_and_remarks(name: str) -> None:
    case = cases.read(EXAMPLES / f"{name}.toml", TODAY, FACTS)
    regimen = cases.regimen(case, cases.today(case), FACTS)
    assert case.id == name
    assert regimen.days > 300
    assert cases.person(case, FACTS).weight_kg == case.person.weight_kg
    assert cases.check(case, FACTS)
    is_synthetic = name != "kacirova-2016"
    assert case.synthetic == is_synthetic
    assert case.title.startswith("Synthetic: " if is_synthetic else "Published: ")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "kacirova-2016"])
def test_each_synthetic_example_lies_inside_the_domain(name: str) -> None:
    case = cases.read(EXAMPLES / f"{name}.toml", TODAY, FACTS)
    regimen = cases.regimen(case, cases.today(case), FACTS)
    assert (
        reasons_to_withhold(FACTS, cases.person(case, FACTS), regimen, cases.conditions(case)) == ()
    )


def test_the_published_man_is_read_warned_about_and_withheld() -> None:
    path = EXAMPLES / "kacirova-2016.toml"
    case = cases.read(path, TODAY, FACTS)
    regimen = cases.regimen(case, cases.today(case), FACTS)
    assert (regimen.mg_per_day("clonazepam", 1.0), regimen.mg_per_day("alprazolam", 1.0)) == (
        60.0,
        10.0,
    )
    assert [level.ng_per_ml for level in case.level] == [543.9, 110.0, 286.2, 140.0]
    assert (case.level[2].date - case.level[0].date).days == 21
    assert reasons_to_withhold(FACTS, cases.person(case, FACTS), regimen, cases.conditions(case))
    assert any(
        "7.5 times the highest usual dose" in remark.says for remark in cases.check(case, FACTS)
    )
    assert path.read_text(encoding="utf-8").count("assumed") > 5


# ── questions and writing
# ────────────────────────────────────────────────────────────────────────────

TYPED = {
    "id": "new", "title": "A new case", "market": "eu", "conditions": "none", "person.age_years": "42",
    "person.weight_kg": "70.5", "person.sex": "male", "use.drug": "clonazepam", "use.doses": "1 mg at 08:00, 500 ug at 20:00",
    "use.since": "2023-11", "level.drug": "clonazepam", "level.date": "2026-10-05", "level.level": "28 µg/L",
    "medicine.name": "carbamazepine", "medicine.since": "2025-01-01", "alcohol.drinks_per_day": "none",
    "history.previous_withdrawals": "2", "goal.aim": "lower", "goal.to": "0.5mg",
}  # fmt: skip


def test_what_is_typed_is_written_and_reads_back() -> None:
    case = cases.parse_text(cases.write(TYPED), TODAY, FACTS)
    assert case.market == "EU"
    assert case.conditions == ()
    assert [dose.dose_mg for dose in case.use[0].doses] == [1.0, 0.5]
    assert case.use[0].since == date(2023, 11, 1)
    assert case.level[0].ng_per_ml == 28.0
    assert (case.alcohol.drinks_per_day, case.history.previous_withdrawals) == (0.0, 2)
    assert case.goal.to_mg_per_day == 0.5


def test_only_what_is_needed_must_be_typed() -> None:
    needed = {question.key for question in cases.questions() if question.default is None}
    assert needed == {
        "id", "title", "market", "person.age_years", "person.weight_kg", "use.drug", "use.doses", "use.since",
    }  # fmt: skip
    typed = {key: TYPED[key] for key in needed}
    everything = {question.key: typed.get(question.key, "") for question in cases.questions()}
    assert cases.parse_text(cases.write(everything), TODAY, FACTS).conditions is None


def test_every_question_is_about_a_key_of_the_case_and_explains_it() -> None:
    for question in cases.questions():
        fields = TABLES[question.table].model_fields
        assert question.name in {info.alias or name for name, info in fields.items()}
        assert question.prompt
        assert question.help


def test_an_interview_asks_again_until_the_answer_can_be_used_and_repeats_tables() -> None:
    said: dict[str, list[str]] = {
        "id": ["new"], "title": ["A new case"], "market": ["mars", "US"], "person.age_years": ["forty", "42"],
        "person.weight_kg": ["70 kg", "70,5", "70.5"], "use.drug": ["Klonopin", "clonazepam", "zopiclone"],
        "use.doses": ["1 mg", "0,5 mg at 08:00", "1 mg at 08:00", "7.5 mg 22:00"], "use.since": ["", "2023-11-06", "2024-01-01"],
        "use.route": ["mouth", "oral", "oral"], "use.more": ["maybe", "yes", "no"], "medicine.more": ["yes", "no"],
        "medicine.name": ["", "carbamazepine"], "goal.aim": ["lower"], "goal.to": ["", "1 mg"],
    }  # fmt: skip
    problems = []

    def ask(question: cases.Question, problem: str) -> str:
        problems.extend([problem] if problem else [])
        answers = said.get(question.key, [])
        return answers.pop(0) if answers else ""

    answers = cases.interview(ask, FACTS)
    assert [use["drug"] for use in answers["use"]] == ["clonazepam", "zopiclone"]
    assert [medicine["name"] for medicine in answers["medicine"]] == ["carbamazepine"]
    assert not any(said.values())
    assert len(problems) == 12
    with pytest.raises(InputError, match=r"'goal\.drug' is missing"):
        cases.parse_text(cases.write(answers), TODAY, FACTS)
    answers["goal"]["drug"] = "clonazepam"
    with pytest.raises(InputError, match="not below what is taken"):
        cases.parse_text(cases.write(answers), TODAY, FACTS)


@pytest.mark.parametrize(
    ("key", "typed", "fragment"),
    [
        ("person.weight_kg", "70 kg", "without a unit"),
        ("person.weight_kg", "", "an answer is needed"),
        ("use.since", "06.11.2023", "write the year first: 2023-11-06"),
        ("use.doses", "1 mg", "each dose with its time"),
        ("use.doses", ",", "at least one dose"),
        ("goal.aim", "stap", "Did you mean stop"),
        ("history.opioid", "perhaps", "choose yes, no, unknown"),
        ("level.level", "28", "the unit is missing"),
    ],
)
def test_an_answer_that_cannot_be_used_says_what_to_write(
    key: str, typed: str, fragment: str
) -> None:
    question = next(question for question in cases.questions() if question.key == key)
    with pytest.raises(InputError, match=fragment):
        cases.answer(question, typed, FACTS)


def test_an_unknown_question_is_refused() -> None:
    with pytest.raises(InputError, match=r"no question 'person\.wait'"):
        cases.write({"person.wait": "70"})


# ── pages
# ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pages_about_the_case_are_current() -> None:
    for name, text in case_docs.pages(FACTS).items():
        assert (case_docs.DOCS / name).read_text(encoding="utf-8") == text, (
            f"docs/{name} is stale: run {case_docs.COMMAND}"
        )
    assert case_docs.main(["--check"]) == 0


def test_stale_pages_are_found_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_docs, "DOCS", tmp_path / "docs")
    assert case_docs.main(["--check"]) == 1
    assert case_docs.main([]) == 0
    assert case_docs.main(["--check"]) == 0


def test_every_key_is_documented() -> None:
    page = case_docs.page(FACTS)
    for table, record in TABLES.items():
        for name, info in record.model_fields.items():
            if name not in TABLES or table:
                assert f"| `{info.alias or name}` |" in page


def test_every_example_of_the_page_is_toml_and_the_smallest_case_reads() -> None:
    assert cases.parse_text(case_docs.SMALLEST, TODAY, FACTS).id == "smallest"
    for record in TABLES.values():
        for info in record.model_fields.values():
            extra = info.json_schema_extra
            assert isinstance(extra, dict)
            if extra["x-example"]:
                tomllib.loads(f"x = {extra['x-example']}")


@pytest.mark.parametrize("name", NAMES)
def test_each_example_fits_the_published_schema(name: str) -> None:
    schema = json.loads(case_docs.schema(FACTS))
    jsonschema.Draft202012Validator.check_schema(schema)
    table = tomllib.loads((EXAMPLES / f"{name}.toml").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(table, default=str)), schema)


def test_the_published_schema_refuses_a_bare_dose_and_an_unknown_key() -> None:
    schema = json.loads(case_docs.schema(FACTS))
    for text in (
        with_dose("1"),
        swap("#PERSON", "wieght_kg = 70"),
        swap('"clonazepam"', '"klonazepam"'),
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(json.dumps(tomllib.loads(text), default=str)), schema)
