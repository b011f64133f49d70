"""The questions that lead to a case, and writing a case so that it reads back the same."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Literal, get_args, get_origin

import tomlkit
from tomlkit.items import Table

from homeostat.care.case import format as case_file
from homeostat.care.case.format import REPEATED, TABLES
from homeostat.care.case.records import Case
from homeostat.errors import InputError, Problem, WrongValueError, did_you_mean, nearest
from homeostat.facts import Facts
from homeostat.language.quantity import (
    amount_mg,
    clock,
    level_ng_per_ml,
    local_date,
    mg_text,
    number_text,
)

Kind = Literal["text", "choice", "number", "whole number", "day", "dose", "doses", "level", "list"]


@dataclass(frozen=True)
class Question:
    """One question of `homeostat case new`.

    Args:
        key: table and key, as 'person.weight_kg'; a key without a table stands at the top.
        prompt: what is asked.
        kind: how the answer is written.
        choices: the only words allowed, empty if any.
        default: what an empty answer means; "" leaves the key out, None = an answer is needed.
        help: what the key means, as in docs/case.md.
        repeats: the table can stand several times.
    """

    key: str
    prompt: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    default: str | None = None
    help: str = ""
    repeats: bool = False

    @property
    def table(self) -> str:
        """Name of the table the key stands in; '' is the top of the file."""
        return self.key.rpartition(".")[0]

    @property
    def name(self) -> str:
        """The key without its table."""
        return self.key.rpartition(".")[2]


_ASKED: tuple[tuple[str, str, Kind], ...] = (
    ("id", "Short name for files (small letters, digits, hyphens)", "text"),
    ("title", "The case in one line", "text"),
    ("market", "Market whose products can be had", "choice"),
    ("conditions", "Conditions, separated by commas ('none' if asked and there are none)", "list"),
    ("person.initials", "Initials", "text"),
    ("person.age_years", "Age in years", "number"),
    ("person.weight_kg", "Weight in kg", "number"),
    ("person.sex", "Sex", "choice"),
    ("person.pregnant", "Pregnant", "choice"),
    ("person.liver", "Liver function", "choice"),
    ("person.illness", "Anxiety or mood illness of the person's own", "choice"),
    ("use.drug", "Drug (generic name)", "text"),
    ("use.doses", "Doses of one day, as '1 mg at 08:00, 1 mg at 20:00'", "doses"),
    ("use.since", "Taken so since (2023-11-05, or 2023-11)", "day"),
    ("use.until", "First day no longer so (empty if still taken)", "day"),
    ("use.route", "Route", "text"),
    ("medicine.name", "Other medicine (generic name)", "text"),
    ("medicine.since", "Taken since (empty if from before)", "day"),
    ("medicine.until", "First day without it (empty if it goes on)", "day"),
    ("level.drug", "Drug that was measured", "text"),
    ("level.date", "Day of the sample", "day"),
    ("level.level", "Level with its unit, as '28 ng/mL'", "level"),
    ("alcohol.drinks_per_day", "Drinks on a typical day (number, none or unknown)", "text"),
    ("history.seizure_ever", "Any seizure, ever", "choice"),
    (
        "history.complicated_withdrawal",
        "Earlier withdrawal with seizure, delirium or hospital",
        "choice",
    ),
    ("history.previous_withdrawals", "Earlier attempts to stop (number or unknown)", "text"),
    ("history.opioid", "Takes an opioid", "choice"),
    ("history.other_sedatives", "Takes other sedatives", "choice"),
    ("history.suicidal_thoughts", "Thoughts of suicide", "choice"),
    ("history.support_at_home", "Support at home", "choice"),
    ("history.living_alone", "Lives alone", "choice"),
    ("goal.aim", "Aim", "choice"),
    ("goal.to", "Daily dose to be reached (only when the aim is to lower)", "dose"),
    ("preferences.splitting", "Tablets may be split", "choice"),
    ("preferences.liquid", "A liquid may be used", "choice"),
)
_MORE = {
    "use": ("", "Another drug, or an earlier dose of the same drug?"),
    "medicine": ("Any other medicine?", "Another medicine?"),
    "level": ("Any measured level?", "Another level?"),
}
_NEEDED = ("person.age_years",)
_MAY_BE_LEFT_OUT = ("medicine", "level")
_NEEDED_IN_THEM = ("medicine.name", "level.drug", "level.date", "level.level")
_CLOCK = re.compile(r"(?:\bat\b|@)?\s*\b([0-9]{1,2}[:][0-9]{2})\b")


def questions() -> tuple[Question, ...]:
    """Return the questions in the order in which they are asked; meanings and words come from the
    records.
    """
    return tuple(_question(*asked) for asked in _ASKED)


def answer(question: Question, typed: str, facts: Facts | None = None) -> Any:
    """Return what was typed as a value for the file; None leaves the key out.

    Args:
        question: what was asked.
        typed: what was typed.
        facts: where given, drugs and routes are looked up at once.

    Raises:
        InputError: it is no answer to this question; the sentence says what to write.
    """
    text = typed.strip() or (question.default or "")
    if not text:
        if question.default is None:
            raise InputError(problems=[Problem(question.key, "missing", "an answer is needed")])
        return None
    try:
        value = _value(question, text)
    except WrongValueError as wrong:
        said = Problem(question.key, wrong.code, wrong.message, wrong.hint)
        raise InputError(problems=[said]) from None
    if facts is not None and question.name == "drug":
        return facts.drug(text.lower()).id
    if facts is not None and question.name == "route" and text.lower() not in facts.routes:
        near = did_you_mean(text, facts.routes)
        said = Problem(question.key, "unknown-word", f"unknown route '{text}'.", near)
        raise InputError(problems=[said])
    return value


def interview(ask: Callable[[Question, str], str], facts: Facts) -> dict[str, Any]:
    """Ask every question, again where the answer cannot be used, and return the answers in the
    shape of the file.

    Args:
        ask: shows a question, and what was wrong with the last answer ('' at first), and returns
            what was typed.
        facts: where drugs and routes are looked up.
    """
    given: dict[str, Any] = {}
    asked: dict[str, list[Question]] = {}
    for question in questions():
        asked.setdefault(question.table, []).append(question)
    for table, here in asked.items():
        if table not in REPEATED:
            given |= (
                _answers(ask, here, facts) if not table else {table: _answers(ask, here, facts)}
            )
            continue
        rows: list[dict[str, Any]] = []
        first, further = _MORE[table]
        while (not rows and not first) or _is_wanted(ask, table, further if rows else first):
            rows.append(_answers(ask, here, facts))
        given |= {table: rows}
    return given


def write(answers: Mapping[str, Any] | Case) -> str:
    """Return a case as TOML that reads back the same.

    Args:
        answers: a case; or values in the shape of the file; or what was typed, by the keys of
            `questions()`.

    Raises:
        InputError: something that was typed is no answer to its question.
    """
    if isinstance(answers, Case):
        table = case_file.write(answers)
    elif any("." in key for key in answers):
        table = _from_typed(answers)
    else:
        table = dict(answers)
    document = tomlkit.document()
    document.add(tomlkit.comment("A case for homeostat. Every key is described in docs/case.md."))
    document.add("format", _toml(table.pop("format", 1)))
    for key, value in table.items():
        if key not in TABLES and value is not None:
            document.add(key, _toml(value))
    for name in list(TABLES)[1:]:
        rows = table.get(name) or ()
        if name in REPEATED:
            made = tomlkit.aot()
            for row in (rows,) if isinstance(rows, Mapping) else rows:
                made.append(_toml_table(row))
            if rows:
                document.add(name, made)
        elif rows:
            document.add(name, _toml_table(rows))
    return tomlkit.dumps(document)


def _question(key: str, prompt: str, kind: Kind) -> Question:
    table, _, name = key.rpartition(".")
    info = next(
        info for field, info in TABLES[table].model_fields.items() if name in (info.alias, field)
    )
    choices = _words(info.annotation)
    is_needed = (info.is_required() and table not in _MAY_BE_LEFT_OUT) or key in _NEEDED
    default = None if is_needed else info.default if isinstance(info.default, str) else ""
    return Question(key, prompt, kind, choices, default, info.description or "", table in REPEATED)


def _words(annotation: Any) -> tuple[str, ...]:
    """Return the words of a Literal, wherever in the annotation it stands."""
    if get_origin(annotation) is Literal:
        return tuple(str(word) for word in get_args(annotation))
    return next((words for inner in get_args(annotation) if (words := _words(inner))), ())


def _answers(
    ask: Callable[[Question, str], str], here: list[Question], facts: Facts
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for question in here:
        if (question.key == "goal.to" and found.get("aim") != "lower") or (
            question.key == "person.pregnant" and found.get("sex") == "male"
        ):
            continue
        is_needed = question.key in (*_NEEDED_IN_THEM, "goal.to")
        if (
            value := _asked(ask, replace(question, default=None) if is_needed else question, facts)
        ) is not None:
            found[question.name] = value
    return found


def _asked(ask: Callable[[Question, str], str], question: Question, facts: Facts) -> Any:
    problem = ""
    while True:
        try:
            return answer(question, ask(question, problem), facts)
        except InputError as wrong:
            problem = str(wrong)


def _is_wanted(ask: Callable[[Question, str], str], table: str, prompt: str) -> bool:
    question = Question(f"{table}.more", prompt, "choice", ("yes", "no"), "no")
    problem = ""
    while True:
        try:
            return bool(answer(question, ask(question, problem)) == "yes")
        except InputError as wrong:
            problem = str(wrong)


def _value(question: Question, text: str) -> Any:
    match question.kind:
        case "choice":
            found = next((word for word in question.choices if word.lower() == text.lower()), None)
            if found is None:
                hint = did_you_mean(text, question.choices)
                said = f"choose {', '.join(question.choices)}."
                raise WrongValueError("unknown-word", said, hint)
            return found
        case "number" | "whole number":
            return _number(text)
        case "day":
            return local_date(text)
        case "dose":
            return mg_text(amount_mg(text))
        case "level":
            return f"{number_text(level_ng_per_ml(text))} ng/mL"
        case "doses":
            return _doses(text)
        case "list":
            return (
                []
                if text.lower() == "none"
                else [part.strip() for part in re.split(r"[;,]", text) if part.strip()]
            )
        case _:
            is_count = question.name in {"drinks_per_day", "previous_withdrawals"}
            return _number(text) if is_count and text.lower() not in {"none", "unknown"} else text


def _number(text: str) -> int | float:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)", text):
        hint = " with a point instead of the comma" if "," in text else " without a unit"
        raise WrongValueError("wrong-number", f"write a number{hint} (given: '{text[:40]}')")
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,9}", text) else float(text)


def _doses(text: str) -> list[dict[str, str]]:
    """Return the doses of a day from '1 mg at 08:00, 0.5 mg at 20:00'."""
    found = []
    for part in re.split(r";|,\s+|,(?=\s*$)|\band\b|\n", text):
        if not part.strip():
            continue
        at = _CLOCK.search(part)
        if at is None:
            given = part.strip()[:40]
            said = f"write each dose with its time, as '1 mg at 08:00' (given: '{given}')"
            raise WrongValueError("missing", said)
        dose = mg_text(amount_mg(part[: at.start()] + part[at.end() :]))
        found.append({"time": f"{clock(at[1]):%H:%M}", "dose": dose})
    if not found:
        raise WrongValueError("missing", "write at least one dose, as '1 mg at 08:00'")
    return found


def _from_typed(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed answers, by the keys of the questions, in the shape of the file."""
    known = {question.key: question for question in questions()}
    table: dict[str, Any] = {}
    for key, typed in answers.items():
        if key not in known:
            raise InputError(f"there is no question '{key}'.{nearest(key, known)}")
        question = known[key]
        value = answer(question, str(typed or ""))
        if value is None:
            continue
        here = table if not question.table else table.setdefault(question.table, {})
        here[question.name] = value
    for name in _MAY_BE_LEFT_OUT:
        first = "name" if name == "medicine" else "drug"
        if first not in table.get(name, {}):
            table.pop(name, None)
    return table


def _toml_table(row: Mapping[str, Any]) -> Table:
    """Return the keys of a table that hold something."""
    made = tomlkit.table()
    for key, value in row.items():
        if value is not None:
            made.add(key, _toml(value))
    return made


def _toml(value: Any) -> Any:
    """Return a value as TOML holds it: a time as text, a whole number without a point, rows on one
    line.
    """
    match value:
        case bool() | int() | date() | str():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case time():
            return f"{value:%H:%M}"
        case Mapping():
            row = tomlkit.inline_table()
            row.update({key: _toml(inner) for key, inner in value.items() if inner is not None})
            return row
        case _:
            rows = tomlkit.array()
            rows.extend([_toml(inner) for inner in value])
            return rows
