"""Every id of a fact that code cites exists: in a subscript, a call, a comparison or a source.

An id that is built from parts (an f-string) must have at least one record that fits it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import homeostat
from homeostat.facts import KINDS, Facts

PACKAGE = Path(homeostat.__file__).parent
COLLECTIONS = frozenset(KINDS.values())
CALLS = {
    "group": "groups",
    "conditions_of": "groups",
    "limit": "choices",
    "shown": "choices",
    "choice": "choices",
    "chosen_days": "choices",
    "pace": "pace_rules",
    "pace_tier": "pace_tiers",
    "drug": "drugs",
    "is_in": "medicine_classes",
    "taken_now": "medicine_classes",
    "any_in": "medicine_classes",
}
"""Functions that take the id of a fact as text, and the collection that it must stand in."""
ALSO = {"limit": ("limits",)}
"""Further collections: `facts.limit` reads limits, `look.limit` choices."""
LISTS = {"groups": "medicine_classes"}
"""Names of local lists that hold ids, compared by 'in'."""
SOURCE = re.compile(r"[a-z]+(?:-[a-z0-9]+)*-(?:19|20)\d\d(?:-[a-z0-9]+)*(?:, .*)?")
"""Text that has the shape of a cited source with its year."""

Cited = tuple[str, str, int]


def cited(tree: ast.AST) -> Iterator[Cited]:
    """Yield (collection, pattern of the id, line) for each id of a fact in code."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=ast.Attribute(attr=name), slice=key) if name in COLLECTIONS:
                yield from _as(name, key)
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr=name), attr="get"), args=[key, *_]
            ) if name in COLLECTIONS:
                yield from _as(name, key)
            case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[of]):
                name = getattr(of, "attr", getattr(of, "id", ""))
                name = LISTS.get(name, name) if isinstance(of, ast.Name) else name
                if name in COLLECTIONS:
                    yield from _as(name, key)
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=args) if (
                name in CALLS
            ):
                yield from next(filter(None, (list(_as(CALLS[name], key)) for key in args)), ())
            case ast.Constant(value=str(text)) if SOURCE.fullmatch(text):
                yield "sources", re.escape(text.split(",")[0]), node.lineno


def _as(collection: str, key: ast.expr) -> Iterator[Cited]:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield collection, re.escape(key.value), key.lineno
    elif isinstance(key, ast.JoinedStr):
        parts = [
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
            for part in key.values
        ]
        yield collection, "".join(parts), key.lineno


def lost(tree: ast.AST, facts: Facts) -> list[str]:
    """Return the ids that no record fits, each with its collection and line."""
    found = []
    for collection, pattern, line in cited(tree):
        names = [
            *getattr(facts, collection),
            *(name for more in ALSO.get(_call_of(collection), ()) for name in getattr(facts, more)),
        ]
        if collection == "sources":
            names += [name for kind in COLLECTIONS for name in getattr(facts, kind)]
        if not any(re.fullmatch(pattern, name) for name in names):
            found.append(f"line {line}: no record of {collection} is called {pattern}")
    return found


def _call_of(collection: str) -> str:
    return "limit" if collection == "choices" else ""


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_every_id_of_a_fact_that_code_cites_exists(path: Path, facts: Facts) -> None:
    assert lost(ast.parse(path.read_text(encoding="utf-8")), facts) == []


@pytest.mark.parametrize(
    "code",
    [
        'facts.remedies["switch-to-diazepam"]',
        '"switch-to-diazepam" in look.facts.remedies',
        'look.facts.medicine_classes.get(f"forbidden with {drug}")',
        'facts.recommendations[f"asam-{number}-old"]',
        'conditions_of(case, "weak-lungs", facts)',
        'look.limit("no-such-choice")',
        'taken_now(case, "opiate", facts)',
        '"barbiturates" in groups',
        'Reason("x", "x.", ("oude-voshar-2003, p. 1",))',
    ],
)
def test_an_id_without_a_record_is_found_wherever_it_is_cited(code: str, facts: Facts) -> None:
    assert lost(ast.parse(code), facts) != []


def test_code_cites_facts_of_many_kinds() -> None:
    found = {
        collection
        for path in PACKAGE.rglob("*.py")
        for collection, _, _ in cited(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found >= {
        "choices",
        "sources",
        "groups",
        "remedies",
        "recommendations",
        "medicine_classes",
        "pace_rules",
    }
