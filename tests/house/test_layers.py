"""One place draws and simulates; papers for a patient are made from released plans alone."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "homeostat"
PARTS = ("care", "report", "cli", "exchange", "actions")
ONLY = SOURCE / "care" / "cohort.py"
VERBS = {"draw", "median", "simulate", "stand", "stream"}
"""What draws people or lets the model speak for them, in `homeostat.model`."""
BUILDERS = {
    "handout": "handout",
    "pharmacy": "pharmacy",
    "letter": "letter",
    "webpage": "webpage",
    "calendar": "calendar",
    "tables": "schedule_csv schedule_json",
}


def drawing(source: str) -> Iterator[str]:
    """Yield each import by which a module could draw or simulate."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {alias.name for alias in node.names}
            if node.module.startswith("homeostat.model") and names & VERBS:
                yield f"{node.module}: {sorted(names & VERBS)}"
            if node.module == "homeostat" and names & (VERBS | {"model"}):
                yield f"homeostat: {sorted(names)}"
            if node.module == "homeostat.model" and names & {"patients", "standing"}:
                yield f"homeostat.model: {sorted(names)}"
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "homeostat" or alias.name.startswith("homeostat.model"):
                    yield alias.name


@pytest.mark.parametrize("part", PARTS)
def test_only_the_cohort_draws_or_simulates(part: str) -> None:
    for path in sorted((SOURCE / part).rglob("*.py")):
        if path != ONLY:
            assert not list(drawing(path.read_text("utf-8"))), path


def test_the_test_sees_who_draws() -> None:
    assert list(drawing(ONLY.read_text("utf-8")))
    assert list(drawing("from homeostat.model.patients import draw"))
    assert list(drawing("from homeostat.model.simulate import simulate as live"))
    assert list(drawing("import homeostat as hs"))


@pytest.mark.parametrize("module", BUILDERS)
def test_every_paper_for_a_patient_takes_a_released_plan(module: str) -> None:
    made = import_module(f"homeostat.report.papers.{module}")
    for name in BUILDERS[module].split():
        first = next(iter(inspect.signature(getattr(made, name)).parameters.values()))
        assert first.annotation.__name__ == "Released", name
