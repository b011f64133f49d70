"""A spreadsheet shows the texts of a table and computes none of them."""

import pytest

from homeostat.report.files.spreadsheet import text_cell


@pytest.mark.parametrize(
    "text",
    ["=1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "\uff1d1", "\uff0b1", "a;=1", "a\n=1"],
)
def test_a_text_that_would_be_computed_gets_an_apostrophe(text: str) -> None:
    made = text_cell(text)
    assert "'" in made
    assert made.replace("'", "") == text
    assert text_cell(made) == made


@pytest.mark.parametrize("text", ["", "S. T.", "a-b", "a = b", "typical-1", "a; b", "1 - 2"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert text_cell(text) == text
