"""Does the model agree with the open studies? Hits must stay hits; each known miss is a strict
expected failure.
"""

import json
from pathlib import Path

import pytest

from homeostat.errors import FactError
from homeostat.facts import Facts, load
from homeostat.facts.library import DATA
from homeostat.facts.records import Observed, Study
from homeostat.study.validation import (
    FINDING,
    MISFITS,
    NOT_COUNTED,
    NOT_PREDICTED,
    PREDICTS,
    Compared,
    Prediction,
    Virtual,
    compare,
    coverage,
    sources_of_parameters,
    validation,
)
from homeostat.study.validation.compared import is_hit

STUDIES = load().studies
PREDICTED_FINDINGS = {("nardi-2010", FINDING), ("rosenbaum-1997", FINDING), ("moroz-1999", FINDING)}
FIGURES = {
    (study.id, item.id) for study in STUDIES.values() for item in study.observed
} | PREDICTED_FINDINGS
WITHOUT = {key for key in FIGURES if key in NOT_PREDICTED or (key[0], "*") in NOT_PREDICTED}
COUNTED = sorted(FIGURES - WITHOUT - NOT_COUNTED.keys())


@pytest.fixture(scope="session")
def rows(facts: Facts) -> dict[tuple[str, str], Compared]:
    return {(row.study, row.figure): row for row in validation(facts)}


@pytest.mark.slow
@pytest.mark.parametrize("key", COUNTED, ids=" ".join)
def test_an_observed_figure_lies_in_the_predicted_band(
    key: tuple[str, str], rows: dict[tuple[str, str], Compared], request: pytest.FixtureRequest
) -> None:
    if key in MISFITS:
        request.applymarker(pytest.mark.xfail(strict=True, reason=MISFITS[key]))
    row = rows[key]
    assert row.prediction is not None
    assert row.verdict == "hit", (
        f"{row.quantity}: predicted {row.prediction.text}, observed {row.observed}"
    )


@pytest.mark.slow
def test_every_figure_is_predicted_or_says_why_not(rows: dict[tuple[str, str], Compared]) -> None:
    for key, row in rows.items():
        assert row.verdict == "hit" or row.why, key
        assert (row.prediction is None) == (row.verdict == "not predicted"), key
    assert set(rows) >= FIGURES


@pytest.mark.slow
def test_rows_are_plain_json_and_five_cells_wide(rows: dict[tuple[str, str], Compared]) -> None:
    for row in rows.values():
        json.dumps(row.as_dict(), allow_nan=False)
        assert all(isinstance(cell, str) for cell in row.as_row())


def test_the_two_ways_of_use_add_up() -> None:
    known = {study.id for study in STUDIES.values()}
    assert set(PREDICTS) <= known
    assert {study for study, _ in (*NOT_PREDICTED, *NOT_COUNTED, *MISFITS)} <= known
    assert not WITHOUT & MISFITS.keys()
    assert set(COUNTED) >= MISFITS.keys()


def test_kinetics_of_the_open_studies_mostly_agree(facts: Facts) -> None:
    virtual, used = Virtual(facts, people=400), sources_of_parameters(facts)
    found = [
        row
        for name in ("crevoisier-2003", "sjo-1975", "korea-clonazepam-2004")
        for row in compare(STUDIES[name], virtual, used)
    ]
    assert coverage(found).share > 0.7
    assert {row.is_independent for row in found} == {True, False}


def _observed(**given: float) -> Observed:
    return Observed(id="x", quantity="x", unit="h", evidence="abstract", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "given", "is_inside"),
    [
        ("value", {"value": 5.0}, True),
        ("value", {"value": 7.99}, True),
        ("value", {"value": 9.0}, False),
        ("middle", {"low": 4.0, "high": 6.0}, True),
        ("middle", {"low": 6.0, "high": 9.0}, False),
        ("overlap", {"low": 7.0, "high": 9.0}, True),
        ("overlap", {"low": 8.5, "high": 9.0}, False),
        ("at most", {"high": 6.0}, True),
        ("at most", {"high": 4.0}, False),
        ("at least", {"low": 4.0}, True),
        ("at least", {"low": 6.0}, False),
        ("ends", {"low": 1.0, "high": 9.0}, True),
        ("ends", {"low": 3.0, "high": 9.0}, False),
    ],
)
def test_each_rule_of_comparison_can_pass_and_fail(
    rule: str, given: dict[str, float], is_inside: bool
) -> None:
    said = Prediction(2.0, 5.0, 7.97, "h", "", rule, ((0.0, 2.0), (8.0, 10.0)))  # type: ignore[arg-type]
    assert is_hit(_observed(**given), said) is is_inside


def test_a_finding_needs_its_criterion() -> None:
    assert is_hit(None, Prediction(1.0, 2.0, 3.0, "", "", criterion=(0.0, 2.5)))
    assert not is_hit(None, Prediction(1.0, 2.0, 3.0, "", "", criterion=(2.5, 3.0)))


GOOD = (DATA / "studies.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("quantity = ", "quantty = ", "Did you mean quantity"),
        ('unit = "ng/mL"', 'unit = "ng/ml"', "not in the list of units"),
        ('source = "crevoisier-2003"', 'source = "crevoisier-2004"', "unknown source"),
        ("value = 14.9\n", "", "give 'value', 'low' or 'high'"),
        ('id = "time-to-peak-oral"', 'id = "peak-oral"', "stands twice"),
        ('id = "berlin-1975"', 'id = "crevoisier-2003"', "stands twice"),
        ('reviewed = "not yet"', "", "must say 'reviewed'"),
        (
            'reviewed = "not yet"',
            'reviewed = "not yet"\nstudies = 1',
            "unknown table 'studies'. Did you mean study?",
        ),
    ],
)
def test_a_wrong_study_is_refused_with_a_sentence(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    (tmp_path / "sources").symlink_to(DATA / "sources")
    (tmp_path / "contents.toml").symlink_to(DATA / "contents.toml")
    (tmp_path / "studies.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FactError) as refusal:
        Facts(tmp_path).studies  # noqa: B018
    assert sentence in str(refusal.value)


def test_a_study_without_figures_needs_a_finding() -> None:
    with pytest.raises(ValueError, match="quantity"):
        Observed(id="x", unit="h", evidence="abstract", value=1.0)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="a figure or a finding in words"):
        Study(id="x", source="x", title="x", kind="taper", population="x", regimen="x")
    assert (
        Study(
            id="x", source="x", title="x", kind="taper", population="x", regimen="x", finding="y"
        ).observed
        == ()
    )
