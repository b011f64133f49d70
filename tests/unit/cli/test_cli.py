"""The command line: what a person types, what they see, how it ends."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

import homeostat as hs
from homeostat.care.forecast import STOP_WARNING
from homeostat.cli import main

CASE = """format = 1
id = "one"
title = "A synthetic person"
synthetic = true
market = "US"
today = 2026-11-02
[person]
age_years = 42
weight_kg = 70
[[use]]
drug = "clonazepam"
since = 2026-05-05
doses = [{time = "08:00", dose = "1 mg"}, {time = "20:00", dose = "1 mg"}]
"""


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    path = tmp_path / "one.toml"
    path.write_text(CASE, encoding="utf-8")
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_forecast_fills_a_screen(case_file: Path) -> None:
    shown = run("forecast", case_file, "--people", 60)
    assert shown.exit_code == 0, shown.output
    for word in (
        "clonazepam 2 mg a day",
        "Week by week",
        "Red flags",
        "Sources",
        "not advice to change a dose",
    ):
        assert word in shown.output.replace("\n", " "), word


def test_an_abrupt_stop_says_first_and_in_every_file_why_nobody_should_do_it(
    case_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shown = run("forecast", case_file, "--stop", "--people", 60, "--out", out)
    assert shown.exit_code == 0, shown.output
    assert "Do not do this" in shown.output.splitlines()[0]
    names = {path.name for path in out.iterdir()}
    assert {
        "forecast.json",
        "forecast.csv",
        "forecast.parquet",
        "forecast.svg",
        "forecast.png",
        "forecast.html",
    } <= names
    for name in ("forecast.json", "forecast.csv", "README.txt", "forecast.html"):
        assert "Never stop a benzodiazepine at once" in (out / name).read_text(encoding="utf-8"), (
            name
        )
    assert next(iter(json.loads((out / "forecast.json").read_text()))) == "warning"
    table = pd.read_parquet(out / "forecast.parquet")
    assert table.columns[0] == "warning"
    assert set(table["warning"]) == {STOP_WARNING}
    assert (out / "forecast.csv").read_text(encoding="utf-8").startswith("warning,")
    assert "facts" in table["made_by"][0]
    assert "seed 1" in table["made_by"][0]


@pytest.mark.parametrize("words", [("--to", "0mg", "--over", "1"), ("--taper", "TAPER")])
def test_an_abrupt_stop_by_another_name_is_one_too(
    case_file: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    taper = tmp_path / "taper.toml"
    taper.write_text(
        '[[step]]\ndose = "1.75 mg"\ndays = 7\n[[step]]\ndose = "0 mg"\n', encoding="utf-8"
    )
    words = tuple(str(taper) if word == "TAPER" else word for word in words)
    out = ("--out", tmp_path / "out") if "--taper" in words else ()  # charts take seconds
    shown = run("forecast", case_file, *words, "--people", 20, *out)
    assert "Do not do this" in shown.output.splitlines()[0]
    if out:
        assert "Never stop" in (tmp_path / "out" / "forecast.svg").read_text(encoding="utf-8")
    data = json.loads(
        run("forecast", case_file, *words, "--people", 20, "--stream", "--json").output
    )
    assert next(iter(data)) == "warning"
    assert data["warning"].startswith("Never stop")
    assert data["made"]["seed"] == 1


def test_a_taper_in_good_time_is_not_called_an_abrupt_stop(case_file: Path) -> None:
    for words in (("--to", "0mg", "--over", "16"), ("--continue",)):
        assert (
            json.loads(run("forecast", case_file, *words, "--people", 20, "--json").output)[
                "warning"
            ]
            == ""
        )


def test_the_day_on_which_a_case_is_read_can_be_said_although_the_case_says_another(
    case_file: Path,
) -> None:
    data = json.loads(
        run("forecast", case_file, "--today", "2026-11-09", "--people", 20, "--json").output
    )
    assert data["today"] == "2026-11-09"


def test_the_html_needs_no_network(case_file: Path, tmp_path: Path) -> None:
    assert run("forecast", case_file, "--people", 20, "--out", tmp_path / "out").exit_code == 0
    page = (tmp_path / "out" / "forecast.html").read_text(encoding="utf-8")
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_json_says_what_made_it(case_file: Path) -> None:
    shown = run("forecast", case_file, "--to", "1mg", "--over", 4, "--people", 40, "--json")
    data = json.loads(shown.output)
    assert data["made"]["people"] == 40
    assert data["made"]["facts"]
    assert data["weeks"][0]["severity"][0] <= data["weeks"][0]["severity"][2]
    assert data["scenario"]["kind"] == "taper"


def test_the_same_seed_gives_the_same_answer(case_file: Path) -> None:
    words = ("forecast", case_file, "--stop", "--people", 40, "--json")
    assert run(*words).output == run(*words).output


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("forecast", "nowhere.toml"), 2, "there is no such file"),
        (("forecast", "CASE", "--stop", "--continue"), 2, "exclude each other"),
        (
            ("forecast", "CASE", "--to", "3mg", "--over", "4"),
            2,
            "must lie below the present daily dose",
        ),
        (("forecast", "CASE", "--to", "1mg"), 2, "belong together"),
        (("forecast", "CASE", "--to", "0.5mg", "--over", "0"), 2, "1<=x<=520"),
        (("forecast", "CASE", "--to", "0.5mg", "--over", "520", "--people", "20000000"), 5, "GiB"),
        (("forecast", "CASE", "--to", "nan", "--over", "4"), 2, "is not a number"),
        (
            ("forecast", "CASE", "--drug", "alprazolam", "--to", "1mg", "--over", "4"),
            2,
            "alprazolam is not taken today",
        ),
        (("forecast", "CASE", "--drug", "clonazepam"), 2, "give it with --to and --over"),
        (("equivalence", "clonazepam", "clonazepam", "2mg"), 2, "name two drugs"),
        (("equivalence", "clonazepam", "diazepam", "0mg"), 2, "must be above zero (given"),
        (("equivalence", "clonazepam", "diazepam", "1000000mg"), 2, "too large to be true"),
        (("export", "CASE"), 2, "--sbml"),
        (("claims", "Z9"), 2, "there is no claim 'Z9'"),
        (("forecast", "CASE", "--to", "1", "--over", "4"), 2, "unit"),
        (("forecast", "CASE", "--to", "0,5mg", "--over", "4"), 2, "0.5"),
        (
            ("forecast", "CASE", "--drug", "klonazepam", "--to", "1mg", "--over", "4"),
            2,
            "Did you mean clonazepam",
        ),
        (("forecast", "CASE", "--people", "900000000"), 5, "GiB"),
        (("forecast", "CASE", "--today", "tomorrow"), 2, "2026-11-23"),
        (("equivalence", "clonazepam", "diazepan", "2mg"), 2, "Did you mean diazepam"),
        (("equivalence", "clonazepam", "diazepam", "2"), 2, "unit"),
        (("facts", "drgus"), 2, "Did you mean drug"),
        (
            ("equivalence", "clonazepam", "diazepam", "2000mg"),
            2,
            "Is it milligrams for micrograms?",
        ),
        (("equivalence", "clonazepam", "diazepam", "2ug"), 2, "Is it micrograms for milligrams?"),
        (("forecast", "CASE", "--to", "1ug", "--over", "4"), 2, "is it micrograms for milligrams?"),
        (("forecast", "CASE", "--today", "2099-01-01"), 2, "more than a year ahead"),
        (("forecast", "CASE", "--today", "2020-01-01"), 2, "lies in the future"),
        (("forecast", "/dev/zero"), 2, "too large for a case"),
        (("forecast", "CASE", "--taper", "/dev/zero"), 2, "too large for a taper"),
        (("check", "CASE", "/dev/zero"), 2, "too large for a plan"),
        (("facts", "drug", "Klonopin"), 2, "brand of clonazepam"),
        (("forcast", "CASE"), 2, "Did you mean forecast?"),
    ],
)
def test_bad_input_gets_a_sentence_and_an_exit_code(
    case_file: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    shown = run(*(case_file if word == "CASE" else word for word in words))
    assert shown.exit_code == code, shown.output
    assert sentence in shown.output.replace("\n", " ")
    assert "Traceback" not in shown.output


def test_a_folder_with_somebody_elses_forecast_is_refused(case_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "two.toml"
    other.write_text(CASE.replace('"one"', '"two"'), encoding="utf-8")
    assert run("forecast", case_file, "--people", 20, "--out", tmp_path / "out").exit_code == 0
    before = (tmp_path / "out" / "forecast.json").read_bytes()
    refused = run("forecast", other, "--people", 20, "--out", tmp_path / "out")
    assert refused.exit_code == 4
    assert "already holds the forecast of 'one'" in refused.output
    assert (tmp_path / "out" / "forecast.json").read_bytes() == before


def test_nothing_half_written_stays_when_drawing_fails(
    case_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("homeostat.report.charts.gallery.begin", interrupted)
    shown = run("forecast", case_file, "--people", 20, "--out", tmp_path / "out")
    assert shown.exit_code != 0
    assert {path.name for path in tmp_path.iterdir()} == {"one.toml"}


def test_a_taper_file_is_followed_and_may_not_rise(case_file: Path, tmp_path: Path) -> None:
    taper = tmp_path / "taper.toml"
    taper.write_text(
        '[[step]]\ndose = "1.5 mg"\ndays = 14\n[[step]]\ndose = "1 mg"\n', encoding="utf-8"
    )
    data = json.loads(run("forecast", case_file, "--taper", taper, "--people", 20, "--json").output)
    assert [week["mg_per_day"]["clonazepam"] for week in data["weeks"][:3]] == [1.5, 1.5, 1.0]
    taper.write_text(
        '[[step]]\ndose = "1 mg"\ndays = 14\n[[step]]\ndose = "1.5 mg"\n', encoding="utf-8"
    )
    refused = run("forecast", case_file, "--taper", taper)
    assert refused.exit_code == 2
    assert "never rises" in refused.output


def test_equivalence_is_a_range_with_its_direction() -> None:
    data = json.loads(run("equivalence", "clonazepam", "diazepam", "2mg", "--json").output)
    assert (data["low_mg"], data["high_mg"]) == (20, 40)
    assert len(data["by_table"]) >= 5


def test_every_kind_of_facts_can_be_listed_and_shown() -> None:
    kinds = json.loads(run("facts", "--json").output)
    for kind in kinds:
        shown = run("facts", kind)
        assert shown.exit_code == 0, (kind, shown.output)
    for kind, name in (
        ("drug", "clonazepam"),
        ("symptom", "insomnia"),
        ("source", "asam-2025"),
        ("product", "us-clonazepam-odt-0.125"),
    ):
        assert run("facts", kind, name).exit_code == 0


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (
            ("facts", "products", "Rivotril"),
            ("us-clonazepam-tablet-0.5", "eu-clonazepam-drops-2.5"),
        ),
        (("facts", "product", "EU"), ("eu-diazepam-drops-10", "eu-alprazolam-tablet-0.5")),
        (
            ("facts", "interaction", "ritonavir"),
            ("ritonavir-alprazolam-induction", "ritonavir-clonazepam"),
        ),
        (("facts", "red flag"), ("status-epilepticus",)),
        (("facts", "adjuncts", "carbamazepine"), ("remedy carbamazepine", "baandrup-2018-tables")),
        (("facts", "medicine", "avlocardal"), ("medicine propranolol", "beta-blocker")),
        (("facts", "guidance"), ("asam-29", "nice-cks-diazepam", "dose-band")),
        (("facts", "guidance", "nice-cks-diazepam"), ("step low [mg]: 0.5", "60")),
        (("facts", "studies", "nardi-2010"), ("68.9", "J Clin Psychopharmacol 2010")),
        (("facts", "equivalence", "clincalc"), ("clonazepam 0.5 to 4",)),
        (("equivalence", "clonazepam", "diazepam", "2mg"), ("its own wide range", "5 mg to 40 mg")),
    ],
)
def test_facts_are_found_by_the_words_that_people_use(
    asked: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    said = run(*asked)
    assert said.exit_code == 0, said.output
    text = " ".join(said.output.split())
    for part in shown:
        assert part in text, said.output


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            ("facts", "product", "rivotrill"),
            "there is no product 'rivotrill'. Did you mean rivotril?",
        ),
        (("facts", "symptoms", "tinitus"), "there is no symptom 'tinitus'. Did you mean tinnitus?"),
        (("facts", "adjunkt"), "there is no kind of facts 'adjunkt'. Did you mean adjunct?"),
    ],
)
def test_what_is_not_in_the_facts_is_answered_with_the_nearest_name(
    asked: tuple[str, ...], says: str
) -> None:
    said = run(*asked)
    assert said.exit_code == 2
    assert says in said.output


def test_a_taper_never_begins_above_the_present_dose(case_file: Path, tmp_path: Path) -> None:
    taper = tmp_path / "taper.toml"
    taper.write_text(
        '[[step]]\ndose = "2.5 mg"\ndays = 14\n[[step]]\ndose = "1 mg"\n', encoding="utf-8"
    )
    refused = run("forecast", case_file, "--taper", taper, "--people", 20)
    assert refused.exit_code == 2
    assert "above the present 2 mg" in refused.output.replace("\n", " ")


def test_a_taper_file_may_lower_two_drugs_side_by_side(case_file: Path, tmp_path: Path) -> None:
    case_file.write_text(
        CASE + '[[use]]\ndrug = "diazepam"\nsince = 2026-06-01\ndoses = [{time = "08:00", dose = "4'
        ' mg"}]\n',
        "utf-8",
    )
    taper = tmp_path / "taper.toml"
    taper.write_text(
        """
[[step]]
dose = "1 mg"
days = 14
[[step]]
drug = "diazepam"
dose = "2 mg"
days = 7
[[step]]
dose = "0.5 mg"
""",
        "utf-8",
    )
    data = json.loads(run("forecast", case_file, "--taper", taper, "--people", 20, "--json").output)
    doses = [
        (week["mg_per_day"]["clonazepam"], week["mg_per_day"]["diazepam"])
        for week in data["weeks"][:4]
    ]
    assert doses == [(1.0, 2.0), (1.0, 0.0), (0.5, 0.0), (0.5, 0.0)]
    assert "to 0.5 mg a day; diazepam lowered in 1 step to nothing" in data["scenario"]["words"]
    taper.write_text('[[step]]\ndrug = "diazepan"\ndose = "1 mg"\n', "utf-8")
    refused = run("forecast", case_file, "--taper", taper)
    assert refused.exit_code == 2
    assert "step[1]" in refused.output
    assert "Did you mean diazepam?" in refused.output.replace("\n", " ")
    taper.write_text('[[step]]\ndrug = "diazepam"\ndose = "5 mg"\n', "utf-8")
    assert "above the present 4 mg of diazepam" in run(
        "forecast", case_file, "--taper", taper
    ).output.replace("\n", " ")


def test_an_export_is_the_median_person_or_the_one_who_stands_there_in_a_forecast(
    case_file: Path, tmp_path: Path
) -> None:
    assert "median person" in run("export", case_file, "--sbml").output
    assert (
        run(
            "export", case_file, "--sbml", "--person", 7, "--seed", 3, "--out", tmp_path / "a.xml"
        ).exit_code
        == 0
    )
    text = (tmp_path / "a.xml").read_text(encoding="utf-8")
    assert "person 7 of seed 3" in text
    clearance = hs.draw(8, 3, drugs=["clonazepam"], age_years=42, weight_kg=70)[
        "clonazepam.clearance"
    ][7]
    assert (
        'id="clearance_clonazepam" name="clearance of clonazepam" units="litre_per_day"'
        f' constant="true" value="{clearance * 24}"' in text
    )
    again = ("export", case_file, "--sbml", "--out", tmp_path / "a.xml")
    kept = run(*again)
    assert kept.exit_code == 4
    assert "replace it with --overwrite" in kept.output.replace("\n", " ")
    assert (tmp_path / "a.xml").read_text(encoding="utf-8") == text
    assert run(*again, "--overwrite").exit_code == 0
    assert "median person" in (tmp_path / "a.xml").read_text(encoding="utf-8")
    itself = run("export", case_file, "--sbml", "--out", case_file, "--overwrite")
    assert itself.exit_code == 2
    assert "this is the case itself" in itself.output.replace("\n", " ")
    refused = run("export", case_file, "--sbml", "--out", tmp_path / "a.xml" / "b.xml")
    assert refused.exit_code == 4
    assert "cannot be written" in refused.output.replace("\n", " ")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("forec",), {"forecast"}),
        (("facts", "dr"), {"drug"}),
        (("facts", "drug", "clon"), {"clonazepam"}),
        (("facts", "nothing", "clon"), set()),
        (("equivalence", "clonazepam", "diaz"), {"diazepam"}),
        (("forecast", "--sto"), {"--stop"}),
    ],
)
def test_the_shell_completes_commands_options_and_names(
    typed: tuple[str, ...], offered: set[str]
) -> None:
    *words, incomplete = typed
    found = ShellComplete(main, {}, "homeostat", "_HOMEOSTAT_COMPLETE").get_completions(
        words, incomplete
    )
    assert {item.value for item in found} == offered
