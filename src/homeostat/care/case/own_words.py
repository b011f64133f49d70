"""Own words: what a case says in words of its own, put where it is read.

A condition that the facts recognise may be written in its own words; it is kept as
`other_conditions`, and one that withholds the forecast is named as well. A level in nmol/L is
converted by the molar mass of its drug, and the number as written stays in its note.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from homeostat.care.case import words
from homeostat.care.case.records import Case
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.facts.conditions import conditions_in
from homeostat.facts.records import ConditionsLimit

NANOMOLES = {"nmol/l": Decimal(1), "umol/l": Decimal(1000), "\u00b5mol/l": Decimal(1000)}
"""Molar units of levels, in nmol/L."""
PG_PER_NG = Decimal(1000)
DIGITS = Decimal("0.001")


def with_known_conditions(case: Case, facts: Facts) -> Case:
    """Return a case whose recognised conditions in own words stand in `other_conditions`; what
    nobody recognises stays, and is refused by the reader.
    """
    known = {word.lower() for word in words.known_conditions(facts)}
    one_meaning = {
        word.id: word.may_mean[0]
        for word in facts.condition_words.values()
        if len(word.may_mean) == 1
    }
    case = replace(
        case,
        conditions=case.conditions
        and tuple(dict.fromkeys(one_meaning.get(word, word) for word in case.conditions)),
    )
    own = [
        word
        for word in case.conditions or ()
        if word.lower() not in known
        and word not in facts.condition_words  # one that may mean several is asked about
        and conditions_in(word, facts)
    ]
    named = [name for word in (*own, *case.other_conditions) for name in conditions_in(word, facts)]
    withholding = facts.limit("conditions", ConditionsLimit).conditions
    meant = [w for name in named for w in facts.conditions[name].case_words if w in withholding]
    if not own and not meant:
        return case
    kept = [word for word in case.conditions or () if word not in own]
    return replace(
        case,
        conditions=tuple(dict.fromkeys((*kept, *meant))),
        other_conditions=tuple(dict.fromkeys((*case.other_conditions, *own))),
    )


def with_mass_levels(table: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Return a table of answers whose levels in nmol/L stand in ng/mL: c·M/1000, M in g/mol."""
    rows = table.get("level")
    if not isinstance(rows, list):
        return dict(table)
    return {**table, "level": [_in_mass(row, facts) for row in rows]}


def _in_mass(row: Any, facts: Facts) -> Any:
    if not isinstance(row, dict) or not isinstance(row.get("level"), str):
        return row
    number, _, unit = row["level"].strip().partition(" ")
    times = NANOMOLES.get(unit.strip().lower().replace("\u03bc", "\u00b5"))
    if times is None:
        return row
    try:
        mass = Decimal(str(facts.drug(str(row.get("drug", ""))).molar_mass.to("g/mol")))
        ng_per_ml = (Decimal(number) * times * mass / PG_PER_NG).quantize(DIGITS)
    except (InputError, InvalidOperation):
        return row
    said = f"{row['level'].strip()} as reported, molar mass {mass} g/mol"
    note = "; ".join(filter(None, (str(row.get("note", "")), said)))
    return {**row, "level": f"{ng_per_ml.normalize():f} ng/mL", "note": note}
