"""What the check says stands in the catalogue: by keyword and id in code, in every language, and
used.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from homeostat.care.case.remarks import HISTORY_WHY
from homeostat.care.case.words import known_conditions
from homeostat.care.findings import OWN_FIELDS
from homeostat.errors import FactError
from homeostat.facts import Facts
from homeostat.facts.reader import read_toml
from homeostat.language.messages import catalogue, entries, placeholders
from homeostat.language.numbers import LANGUAGES
from homeostat.report.papers import wording_page
from homeostat.report.papers.wording import catalogue as wording

SRC = Path("src/homeostat")
CALLS = [
    (path, node)
    for path in sorted(SRC.rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Call)
]


UNITS = catalogue("en").units.keys()


def named(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def texts(node: ast.AST) -> Iterator[str]:
    """Yield every text in an expression."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)


def findings() -> Iterator[tuple[str, ast.Call]]:
    for path, call in CALLS:
        if named(call) == "Finding":
            yield f"{path}, line {call.lineno}", call


def parts() -> Iterator[tuple[str, str, set[str]]]:
    """Yield where a part is said, its id and the names of its values."""
    for path, call in CALLS:
        if named(call) == "said" and call.args:
            where = f"{path}, line {call.lineno}"
            assert isinstance(call.args[0], ast.Constant), f"{where}: the id must be a text"
            yield where, str(call.args[0].value), {one.arg or "" for one in call.keywords}


def ids(where: str, call: ast.Call) -> set[str]:
    """Return the messages that a finding may have."""
    given = keyword(call, "message")
    assert given is not None, f"{where}: a finding has a message"
    return set(texts(given)) & catalogue("en").findings.keys()


def test_every_finding_is_built_by_keyword_with_the_id_of_a_message() -> None:
    for where, call in findings():
        assert not call.args, f"{where}: a finding is built by keyword"
        assert ids(where, call), f"{where}: no id of the catalogue"
        assert keyword(call, "rule") is None, f"{where}: the rule writes its own id"


def test_every_finding_gives_what_its_message_names_and_nothing_else() -> None:
    for where, call in findings():
        given = keyword(call, "values")
        if given is not None and not isinstance(given, ast.Dict):
            continue  # named values: the finding itself asks for what is missing
        keys = {str(k.value) for k in given.keys if isinstance(k, ast.Constant)} if given else set()
        own = {name for name in OWN_FIELDS if keyword(call, name) is not None}
        asked: set[str] = set()
        for name in ids(where, call):
            needs = set().union(*map(placeholders, catalogue("en").findings[name].texts))
            assert needs <= keys | own, f"{where}: '{name}' needs {sorted(needs - keys - own)}"
            asked |= needs
        assert keys <= asked, f"{where}: nothing says {sorted(keys - asked)}"


def test_every_part_gives_what_its_message_names_and_nothing_else() -> None:
    for where, name, keys in parts():
        assert keys == placeholders(catalogue("en").entry(name).sentence), f"{where}: '{name}'"


def test_no_value_is_a_sentence_put_together_in_code() -> None:
    """A value that is put together from texts would be English in every language."""
    for path, call in CALLS:
        if named(call) not in {"Finding", "said"}:
            continue
        where = f"{path}, line {call.lineno}"
        is_part = named(call) == "said"
        inside = [one.value for one in call.keywords if is_part or one.arg == "values"]
        told = {
            id(part)
            for value in inside
            for term in ast.walk(value)
            if isinstance(term, ast.Call) and named(term) in {"Term", "said"}
            for part in term.args
        }
        for part in (part for value in inside for part in ast.walk(value)):
            assert not isinstance(part, ast.JoinedStr), f"{where}: {ast.unparse(part)}"
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                is_text = re.search(r"\w \w", part.value) and id(part) not in told
                assert not is_text or part.value in UNITS, f"{where}: {part.value}"


def test_every_entry_of_the_catalogue_is_used() -> None:
    used = {name for where, call in findings() for name in ids(where, call)}
    assert catalogue("en").findings.keys() == used
    assert catalogue("en").parts.keys() == {name for _, name, _ in parts()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_a_sentence(language: str) -> None:
    for name, entry in catalogue(language).findings.items():
        assert entry.sentence.endswith((".", "?", "}")), name
        for text in entry.texts:
            assert text == text.strip(), name
            assert "  " not in text, name


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("findings.de.toml", "nennt {drugs} nicht", "nennt {drug} nicht", "other placeholders"),
        ("findings.de.toml", "innerhalb von {days:dative} bis", "innerhalb von {days:dativ} bis",
         "a form 'dativ' of no unit"),
        ("findings.de.toml", '"none" =', '"nones" =', "not in every language"),
        ("findings.de.toml", 'checked_by = "not yet"', "", "checked_by"),
        ("words.de.toml", 'mL = "{n} ml"', 'ml = "{n} ml"', "not in every language: mL, ml"),
        ("words.de.toml", 'mL = "{n} ml"', 'mL = "ml"', "each with {n}"),
        ("words.de.toml", 'last = "und"', "", "'last'"),
        ("facts.de.toml", '"Asthma" =', '"asthma" =', "terms of another file: asthma"),
    ],
)  # fmt: skip
def test_a_catalogue_that_differs_from_the_other_language_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    for path in entries.FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        if path.name == file:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(entries, "FOLDER", tmp_path)
    entries._all.cache_clear()
    try:
        with pytest.raises(FactError, match=re.escape(says)):
            entries._all()
    finally:
        monkeypatch.undo()
        entries._all.cache_clear()


def said_of_facts(facts: Facts) -> set[str]:
    """Return the names and harms of facts that a finding says after 'in' or a colon."""
    return {
        *(record.name for record in facts.conditions.values()),
        *(record.harm for record in facts.group_contraindications.values()),
        *(record.stop_harm for record in facts.medicine_groups.values() if record.stop_harm),
        *(record.do for record in facts.contraindications.values()),
        *(record.harm for record in facts.medicine_pairs.values()),
    }


def test_every_word_of_facts_and_cases_that_a_finding_says_is_translated(facts: Facts) -> None:
    words = {
        *said_of_facts(facts),
        *facts.drug_ids,
        *known_conditions(facts),
        *facts.medicine_classes,
        *facts.routes,
        *HISTORY_WHY.values(),
        *(record.name for record in facts.pace_rules.values()),
        *(record.name for record in facts.ceilings.values()),
        *(record.name for record in facts.supply_rules.values()),
        *(record.name for record in facts.equivalence_tables.values()),
        *(record.label for record in facts.limits.values()),
        *(record.sentence for record in facts.limits.values()),
        *(record.form for record in facts.products.values()),
        *(record.tells for record in facts.free_texts.values() if record.tells),
        *(row.trait for drug in facts.drugs.values() for row in drug.covariates),
        *(row.parameter for drug in facts.drugs.values() for row in drug.covariates),
    }
    for language in set(LANGUAGES) - {"en"}:
        assert words - catalogue(language).terms.keys() == set()


def test_every_term_of_the_facts_stands_in_the_facts(facts: Facts) -> None:
    for language in set(LANGUAGES) - {"en"}:
        kept = read_toml(entries.FOLDER / f"facts.{language}.toml")["term"]
        assert kept.keys() - said_of_facts(facts) == set()


def test_every_unit_of_a_choice_can_be_said(facts: Facts) -> None:
    assert {choice.unit for choice in facts.choices.values()} <= catalogue("en").units.keys()


NOT = {
    "en": r"\b(?:not|no|none|never|nothing|nobody|no one|without|neither|cannot)\b",
    "de": r"\b(?:nicht|kein\w*|nie|niemals|nichts|niemand\w*|ohne|weder|nein)\b",
}


def numbers_and_negations(text: str, language: str) -> tuple[list[str], int]:
    """Return what a translation must not lose: each number, and how often it says no."""
    with_points = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return (
        sorted(re.findall(r"\d+(?:\.\d+)?", with_points)),
        len(re.findall(NOT[language], text, re.IGNORECASE)),
    )


def test_no_number_and_no_negation_is_lost_in_german() -> None:
    own, german = catalogue("en"), catalogue("de")
    pairs = [
        *(
            pair
            for name in (*own.findings, *own.parts)
            for pair in zip(own.entry(name).texts, german.entry(name).texts, strict=True)
        ),
        *german.terms.items(),
    ]
    for one, two in pairs:
        assert numbers_and_negations(one, "en") == numbers_and_negations(two, "de"), (one, two)


def test_the_eyes_of_that_test_see_a_lost_not_and_a_changed_number() -> None:
    assert numbers_and_negations("Do not take 1.5 mg.", "en") == (["1.5"], 1)
    assert numbers_and_negations("Nehmen Sie 15 mg.", "de") == (["15"], 0)


def test_reviewers_see_every_message() -> None:
    said = wording_page.page()
    for name, entry in catalogue("de").findings.items():
        assert (
            f"| `{name}` | {catalogue('en').findings[name].sentence} | {entry.sentence} |" in said
        )


def test_a_drug_has_one_name_on_all_papers(facts: Facts) -> None:
    for drug in facts.drug_ids:
        assert catalogue("de").terms[drug] == wording()[f"drug.{drug}"].de
