"""Check the limits of size: modules, functions, arguments, and the width of pages.

Run by `make check`. Limits: a module holds at most 400 lines, a function 60 lines and 8 arguments,
a line of a page 100 columns (ruff holds the lines of code). Compiled code in model/engine/ is
exempt: numba inlines long functions of many arrays. Exceptions stand in limits.toml, each with its
size and a reason; an exception that is no longer needed fails too, so the list only shrinks.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ALLOWED = Path(__file__).with_name("limits.toml")
CODE = ("src", "bench", "tests/house")
EXEMPT = "src/homeostat/model/engine/"
MODULE_LINES = 400
FUNCTION_LINES = 60
ARGUMENTS = 8
COLUMNS = 100
GENERATED = re.compile(r"(Generated|Written) (by|from) `")
"""How the first lines of a page say that a command writes it; its text comes from the facts."""
HEAD_LINES = 6


@dataclass(frozen=True)
class Excess:
    """One thing over its limit.

    Attributes:
        place: path from the root, with the function after a colon.
        kind: 'module lines', 'function lines', 'arguments' or 'columns'.
        size: how much it holds; for columns the number of lines that are too wide.
        limit: the most it may hold.
    """

    place: str
    kind: str
    size: int
    limit: int

    def __str__(self) -> str:
        if self.kind == "columns":
            return f"{self.place}: {self.size} lines are over {self.limit} columns"
        return f"{self.place}: {self.size} {self.kind}, at most {self.limit}"


def of_code(text: str, place: str) -> Iterator[Excess]:
    """Yield what is over a limit in one module."""
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield Excess(place, "module lines", lines, MODULE_LINES)
    for name, node in _functions(ast.parse(text), ""):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES:
            yield Excess(f"{place}:{name}", "function lines", lines, FUNCTION_LINES)
        count = _arguments(node)
        if count > ARGUMENTS and not _is_command(node):
            yield Excess(f"{place}:{name}", "arguments", count, ARGUMENTS)


def of_page(text: str, place: str) -> Iterator[Excess]:
    """Yield an excess when lines of a page are too wide; tables and addresses may be."""
    if GENERATED.search("\n".join(text.splitlines()[:HEAD_LINES])):
        return
    wide = [line for line in text.splitlines() if len(line) > COLUMNS]
    wide = [line for line in wide if not line.startswith("|") and not _is_address(line)]
    if wide:
        yield Excess(place, "columns", len(wide), COLUMNS)


def _is_address(line: str) -> bool:
    """True where one word that holds an address or a link is what makes the line too wide."""
    longest = max(line.split(), key=len)
    return len(longest) > COLUMNS // 2 and ("://" in longest or "](" in longest)


def _functions(
    node: ast.AST, within: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{within}{child.name}"
            if not isinstance(child, ast.ClassDef):
                yield name, child
            yield from _functions(child, f"{name}.")
        else:
            yield from _functions(child, within)


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the arguments that a caller may give: all but self and cls."""
    named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return sum(one.arg not in {"self", "cls"} for one in named)


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """True for a click command: it takes one argument for each option, and nobody calls it."""
    return any(".command(" in ast.unparse(one) for one in node.decorator_list)


def found(root: Path = ROOT) -> list[Excess]:
    """Return all that is over its limit in the repository."""
    every: list[Excess] = []
    for folder in CODE:
        for path in sorted((root / folder).rglob("*.py")):
            place = path.relative_to(root).as_posix()
            if not place.startswith(EXEMPT):
                every += of_code(path.read_text(encoding="utf-8"), place)
    for path in sorted([*root.glob("*.md"), *(root / "docs").glob("*.md")]):
        every += of_page(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    return every


def faults(every: list[Excess], allowed: list[dict[str, object]]) -> list[str]:
    """Return a sentence for each excess that is not allowed, and for each exception not needed."""
    sizes = {(str(one["place"]), str(one["kind"])): one for one in allowed}
    said = [
        f"an exception of {place} ({kind}) gives no reason"
        for (place, kind), one in sizes.items()
        if not one.get("why")
    ]
    for excess in every:
        one = sizes.pop((excess.place, excess.kind), None)
        if one is None:
            said.append(str(excess))
        elif excess.size > int(str(one["size"])):
            said.append(f"{excess}; limits.toml allows {one['size']}")
    said += [
        f"{place}: within its limit of {kind}; remove its entry from limits.toml"
        for place, kind in sizes
    ]
    return said


def main() -> int:
    """Print what is over its limit; return the exit code."""
    allowed = tomllib.loads(ALLOWED.read_text(encoding="utf-8")).get("allow", [])
    said = faults(found(), allowed)
    for line in said:
        sys.stderr.write(f"{line}\n")
    if not said:
        sys.stdout.write(f"Limits of size: kept, {len(allowed)} exceptions.\n")
    return 1 if said else 0


if __name__ == "__main__":
    raise SystemExit(main())
