"""One door to the terminal, one to pages: no markup in strings, no unescaped value, no text that
carries a number.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "homeostat"
MODULES = sorted(SOURCE.rglob("*.py"))
DOOR = "report/screen/console.py"
TRUSTED = {"font", "scripts"}
"""What a page takes as it stands: constants of this product."""


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_printed_as_markup(path: Path) -> None:
    for name, call in calls(ast.parse(path.read_text(encoding="utf-8"))):
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        if name.endswith(("Console", "TextColumn")):
            assert given.get("markup") == "False", name
        assert name != "Console" or name_of(path) == DOOR, "open_console is the door"
        assert not name.endswith(("from_markup", "render_markup")), name
        if name.endswith("console.print") and call.args:
            assert not is_text(call.args[0]), f"line {call.lineno}: print a rich Text"
        if name_of(path).startswith("cli/") and name in {"click.echo", "click.secho"}:
            is_safe = name_of(path) in ECHO and not holds_data(call.args[0], path)
            assert is_safe, f"line {call.lineno}: use say()"


ECHO = {"cli/app.py", "cli/export.py"}
"""They hold the door itself, and a model that is written as a file would be."""


def is_text(node: ast.expr) -> bool:
    """True for a string that is put together: its parts could be read as markup."""
    return isinstance(node, ast.JoinedStr | ast.BinOp) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def holds_data(node: ast.expr, path: Path) -> bool:
    """True where a value stands in a string without `shown`."""
    if name_of(path) == "cli/export.py":
        return isinstance(node, ast.JoinedStr)
    return any(
        isinstance(part, ast.FormattedValue)
        and ast.unparse(part.value) != "problem.kind"
        and not ast.unparse(part.value).startswith(("shown(", "click.style('error'"))
        for part in ast.walk(node)
    )


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.html")), ids=name_of)
def test_a_page_escapes_every_value(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert set(re.findall(r"(\w+)\s*\|\s*safe", page)) <= TRUSTED
    assert "%%" not in page
    assert "autoescape" not in page
    for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        values = re.findall(r"\{\{(.*?)\}\}", script)
        assert all("tojson" in value or value.split("|")[0].strip() in TRUSTED for value in values)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_models_of_files_stay_where_files_are_read_and_written(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "model_construct" not in text
    assert "model_copy" not in text
    if name_of(path) not in {"facts/reader.py", "care/case/conversion.py"}:
        assert "model_validate" not in text
    if name_of(path).endswith("/records.py"):
        assert "pydantic" not in text


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_code_asks_for_a_language_to_write_a_number_or_a_noun(path: Path) -> None:
    if name_of(path) == "report/papers/folder.py":
        return  # names of files, no words
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"language\s*[!=]=\s*[\"']", text)
