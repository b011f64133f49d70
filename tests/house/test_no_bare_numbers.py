"""A threshold of the check or of the assessment stands in the facts, with its key and its reason,
and never in the code.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from homeostat.facts import Facts

SRC = Path("src/homeostat/care")
JUDGES = ("check", "assess")
"""Folders of care whose functions hold no number but 0 and 1."""
FREE = {0, 1}
CONSTANTS = {
    "check/consistency.py": {"MOST_NAMED"},
    "check/free_text.py": {
        "FEWEST_LETTERS_OF_A_NAME",
        "FEWEST_LETTERS_OF_A_WORD",
        "SHORTEST_HEAD",
        "LONGEST_HEAD",
    },
    "check/plausibility.py": {"SHORTEST_NAME"},
    "check/model_check.py": {"PEOPLE", "SEED", "KEPT"},
    "check/plan_days.py": {"AFTER_D", "NOISE"},
    "check/registry.py": {"SLIP", "HALF"},
    "assess/dependence.py": {
        "DAYS_A_WEEK",
        "DAYS_A_MONTH",
        "DAYS_A_YEAR",
        "SAID_IN_DAYS",
        "SAID_IN_MONTHS",
        "SLIP",
    },
}
"""Numbers that are no threshold for a person: noise of doubles, units of time, how the method
samples, how a sentence is worded.
"""
NUMBER_FROM_TEXT = {"float", "int", "Decimal", "Fraction"}
FILES = sorted(path for folder in JUDGES for path in (SRC / folder).glob("*.py"))


def numbers(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every number other than 0 and 1 in a piece of code, also one that is hidden in a text;
    digits of rounding are none.
    """
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in NUMBER_FROM_TEXT and any(
            isinstance(one, ast.Constant) and isinstance(one.value, str) for one in node.args
        ):
            yield node
        rounds = isinstance(node.func, ast.Attribute) and node.func.attr == "rounded"
        if name == "round" or rounds:
            yield from numbers(node.args[0])
            return
    if isinstance(node, ast.Constant):
        is_number = isinstance(node.value, int | float | complex)
        if is_number and not isinstance(node.value, bool) and node.value not in FREE:
            yield node
    for child in ast.iter_child_nodes(node):
        yield from numbers(child)


def bare(text: str, constants: set[str]) -> list[str]:
    """Return the bare numbers of a module: line and code; a listed constant at its top level may
    hold one.
    """
    found = []
    for statement in ast.parse(text).body:
        names: set[str] = set()
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                names |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
        if names and names <= constants:
            continue
        found += [f"line {n.lineno}: {ast.unparse(n)}" for n in numbers(statement)]  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_number_stands_bare_in_what_judges_a_plan_or_a_person(path: Path) -> None:
    constants = CONSTANTS.get(path.relative_to(SRC).as_posix(), set())
    assert not bare(path.read_text(encoding="utf-8"), constants), (
        "a threshold is a choice in facts/data/choices with key, value and why; read it by"
        " look.limit(key)"
    )


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_listed_constant_still_exists_and_holds_a_number(name: str) -> None:
    text = (SRC / name).read_text(encoding="utf-8")
    for constant in CONSTANTS[name]:
        assert f"{constant} = " in text or f"{constant}, " in text or f", {constant} " in text


@pytest.mark.parametrize(
    "line",
    [
        "def f(share):\n    if share > 0.98:\n        return 1",
        "def f(share, most=0.98):\n    return share > most",
        "def f(days):\n    return days > 2",
        "def f(mg):\n    return mg / 2",
        "def f(mg):\n    return mg > -3",
        "def f(mg):\n    return mg > float('0.98')",
        "def f(mg):\n    return round(mg * 0.98, 2)",
        "def f(mg):\n    return Quantity.rounded(mg * 0.98, 'mg', 2)",
        "class A:\n    most = 0.98",
        "MOST = 0.98",
        "LIMITS = {'a': 0.98}",
        "f = lambda share: share > 0.98",
        "@keep(maxsize=16)\ndef f():\n    return 1",
    ],
)
def test_a_bare_number_is_seen_wherever_it_stands(line: str) -> None:
    assert bare(line, set())


@pytest.mark.parametrize(
    "line",
    [
        "def f(mg):\n    return round(mg, 4)",
        "def f(mg):\n    return Quantity.rounded(mg, 'mg', 4)",
        "def f(days):\n    return days[0] > 1 or days[-1] > 0.0",
        "def f(look):\n    return look.limit('near-abrupt')",
        "def f():\n    return True",
    ],
)
def test_counting_and_rounding_are_no_threshold(line: str) -> None:
    assert not bare(line, set())


def test_a_constant_counts_only_where_it_is_listed() -> None:
    assert not bare("NOISE = 1e-6", {"NOISE"})
    assert bare("NOISE = 1e-6", {"SLIP"})


def test_no_drug_is_named_by_a_rule(facts: Facts) -> None:
    """A rule asks the facts for a group of drugs; the name of one in code would be missed when
    another is added.
    """
    drugs = set(facts.drug_ids)
    pages = {"docs.py", "records.py"}  # examples in the pages of the case and of the plan
    for path in sorted(SRC.rglob("*.py")):
        if path.name in pages:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value.strip() not in drugs, f"{path}, line {node.lineno}: {node.value}"


MAPS_OF_THE_CASE = {"ASKED_AS", "SAID_TWICE"}
"""Which question of the case file speaks of the same thing: words of the file, no rule."""


def test_no_list_of_conditions_drugs_or_medicines_stands_in_code(facts: Facts) -> None:
    """A rule names a group of the facts; a list in code has no source, no reason and no review."""
    clinical = {
        *facts.drug_ids,
        *facts.medicine_classes,
        *facts.limits["conditions"].conditions,
        *facts.group("known-conditions"),
    } - {"falls"}  # also a question of the history
    found = []
    for path in sorted(SRC.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {
            id(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in MAPS_OF_THE_CASE
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict) and id(node) not in told:
                parts = node.keys if isinstance(node, ast.Dict) else node.elts
                said = {one.value for one in parts if isinstance(one, ast.Constant)} & clinical
                if len(said) > 1:
                    found.append(f"{path}, line {node.lineno}: {sorted(said)}")
    assert found == []
