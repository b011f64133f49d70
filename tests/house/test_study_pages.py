"""Are the generated pages current? Run `make docs` when one of these fails."""

from pathlib import Path

import pytest

from homeostat.errors import OutputError
from homeostat.facts import Facts
from homeostat.study import pages
from homeostat.study.claims import claims
from homeostat.study.validation import validation

STALE = "the page is stale: run make docs"


def _written(name: str) -> str:
    return (pages.DOCS / name).read_text(encoding="utf-8")


def test_the_page_of_parameters_is_current(facts: Facts) -> None:
    assert pages.parameters_page(facts) == _written("parameters.md"), STALE


@pytest.mark.slow
def test_the_page_of_claims_is_current(facts: Facts) -> None:
    assert pages.claims_page(facts, claims(facts)) == _written("claims.md"), STALE


@pytest.mark.slow
def test_the_page_of_validation_is_current(facts: Facts) -> None:
    assert pages.validation_page(facts, validation(facts)) == _written("validation.md"), STALE


def test_a_bar_in_a_cell_does_not_break_a_table() -> None:
    assert pages.table(("a",), [("x|y\nz",)]).splitlines()[-1] == "| x\\|y z |"


def test_a_folder_that_cannot_be_written_to_gets_a_sentence(
    tmp_path: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "pages", lambda _: {"claims.md": "x"})
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written here"):
        pages.write(tmp_path / "file", facts)
    assert pages.write(tmp_path / "docs", facts)[0].read_text(encoding="utf-8") == "x"
