"""What dose of one drug the published tables call equal to a dose of another: always a range, never
one number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from types import MappingProxyType

from homeostat.errors import InputError, nearest
from homeostat.facts.library import Facts
from homeostat.facts.records import EquivalenceTable

FAR_APART = 2.0
"""Tables whose answers differ by this factor or more call for a warning: the factor between the two
tables that the 2025 joint guideline prints side by side (asam-2025, p. 19, table 7).
"""


@dataclass(frozen=True)
class Equivalent:
    """The doses of one drug that published tables set equal to a dose of another.

    Attributes:
        from_drug: drug id that is taken.
        to_drug: drug id it is compared with.
        dose_mg: dose of from_drug, mg.
        by_table: table id → (low, high) of to_drug, mg; every table that the range rests on.
        by_unverified_table: the same for tables nobody has confirmed; they never widen or narrow
            the range while a confirmed table holds the pair.
        by_wide_range: table id → the wide range that its author gives round its own best estimate,
            mg; shown beside the answer and never part of it.
        low_mg: smallest dose of to_drug in by_table, mg.
        high_mg: largest dose of to_drug in by_table, mg.
        is_only_unverified: True when no confirmed table holds the pair, so that by_table equals
            by_unverified_table.
        direction: one sentence that says from what, to what, and by which tables.
        riskier_end: one sentence that says which end risks over-sedation and which withdrawal.
        warnings: what a reader must know before using the range.
    """

    from_drug: str
    to_drug: str
    dose_mg: float
    by_table: Mapping[str, tuple[float, float]]
    by_unverified_table: Mapping[str, tuple[float, float]]
    by_wide_range: Mapping[str, tuple[float, float]]
    low_mg: float
    high_mg: float
    is_only_unverified: bool
    direction: str
    riskier_end: str
    warnings: tuple[str, ...]

    @property
    def over_sedation_mg(self) -> float:
        """Return the end that is riskier for over-sedation, mg of to_drug."""
        return self.high_mg

    @property
    def withdrawal_mg(self) -> float:
        """Return the end that is riskier for withdrawal, mg of to_drug."""
        return self.low_mg


def equivalent(facts: Facts, from_drug: str, to_drug: str, dose_mg: float) -> Equivalent:
    """Return what every table that holds both drugs sets equal to a dose.

    low = dose·to_low/from_high, high = dose·to_high/from_low, table by table, where from and to are
    the table's entries (low and high are the same for an entry that is one number). Going back, the
    low end leads to the high end of the
    way there and the high end to the low: each returns the dose exactly.

    Args:
        facts: the facts that hold the tables.
        from_drug: drug id that is taken.
        to_drug: drug id to compare with.
        dose_mg: dose of from_drug, mg; above 0.

    Returns:
        the range over all confirmed tables, with each table's own answer. Where only unconfirmed
        tables hold the pair, the range over those, and the answer says so.

    Raises:
        InputError: a drug is in no table (near names are given), no table holds both, or the dose
            is not a finite number above 0.

    >>> from homeostat.facts import load
    >>> answer = equivalent(load(), "clonazepam", "diazepam", 2)
    >>> (answer.low_mg, answer.high_mg)
    (20.0, 40.0)
    >>> answer.by_table["va-dod-2021"]
    (20.0, 20.0)
    >>> answer.by_table["ashton-2002"]
    (40.0, 40.0)
    >>> answer.direction.split(", by")[0]
    '2 mg clonazepam → 20 to 40 mg diazepam'
    """
    tables = facts.equivalence_tables
    holding = _holding(tables, from_drug, to_drug, dose_mg)
    answers = {table.id: _by_one(table, from_drug, to_drug, dose_mg) for table in holding}
    unverified = {table.id: answers[table.id] for table in holding if table.is_unverified}
    confirmed = {name: range_mg for name, range_mg in answers.items() if name not in unverified}
    used = confirmed or unverified
    low_mg, high_mg = _ends(used, from_drug, dose_mg)

    return Equivalent(
        from_drug=from_drug,
        to_drug=to_drug,
        dose_mg=float(dose_mg),
        by_table=MappingProxyType(used),
        by_unverified_table=MappingProxyType(unverified),
        by_wide_range=_wide(holding, from_drug, to_drug, dose_mg),
        low_mg=low_mg,
        high_mg=high_mg,
        is_only_unverified=not confirmed,
        direction=(
            f"{_text(dose_mg)} mg {from_drug} → {_text(low_mg)} to {_text(high_mg)} mg {to_drug}, "
            f"by {_named(used, tables, is_unverified=not confirmed)}"
        ),
        riskier_end=_riskier_end(from_drug, to_drug, low_mg, high_mg),
        warnings=_warnings(confirmed, unverified, low_mg, high_mg),
    )


def _holding(
    tables: Mapping[str, EquivalenceTable], from_drug: str, to_drug: str, dose_mg: float
) -> list[EquivalenceTable]:
    """Return the tables that hold both drugs, or refuse the question."""
    for drug in (from_drug, to_drug):
        _refuse_unknown(drug, tables)
    if not isfinite(dose_mg) or dose_mg <= 0:
        raise InputError(f"dose_mg is {dose_mg}; give a dose of {from_drug} in mg, above 0")

    holding = [
        table
        for table in tables.values()
        if from_drug in table.entries and to_drug in table.entries
    ]
    if not holding:
        raise InputError(
            f"no table holds both {from_drug} and {to_drug}; compare each with diazepam and read"
            " the two ranges together"
        )
    return holding


def _ends(
    used: Mapping[str, tuple[float, float]], from_drug: str, dose_mg: float
) -> tuple[float, float]:
    """Return the smallest and the largest answer [mg]."""
    low_mg = min(low for low, _ in used.values())
    high_mg = max(high for _, high in used.values())
    if not isfinite(high_mg) or low_mg <= 0:  # the dose itself was finite, its product is not
        raise InputError(
            f"dose_mg is {dose_mg}, which is no dose of {from_drug} that a person can take"
        )
    return low_mg, high_mg


def _wide(
    holding: list[EquivalenceTable], from_drug: str, to_drug: str, dose_mg: float
) -> Mapping[str, tuple[float, float]]:
    """Return the wide range of each table whose author gives one that differs from its answer
    [mg].
    """
    found = {}
    for table in holding:
        ends = _by_one(table, from_drug, to_drug, dose_mg, is_wide=True)
        if table.ranges and ends != _by_one(table, from_drug, to_drug, dose_mg):
            found[table.id] = ends
    return MappingProxyType(found)


def _riskier_end(from_drug: str, to_drug: str, low_mg: float, high_mg: float) -> str:
    return (
        f"Changing from {from_drug} to {to_drug}, the high end ({_text(high_mg)} mg) is the riskier"
        f" for over-sedation and the low end ({_text(low_mg)} mg) for withdrawal."
    )


def _by_one(
    table: EquivalenceTable, from_drug: str, to_drug: str, dose_mg: float, *, is_wide: bool = False
) -> tuple[float, float]:
    if from_drug == to_drug:
        return float(dose_mg), float(dose_mg)
    from_low, from_high = _entry(table, from_drug, is_wide=is_wide)
    to_low, to_high = _entry(table, to_drug, is_wide=is_wide)
    return dose_mg * (to_low / from_high), dose_mg * (to_high / from_low)


def _entry(table: EquivalenceTable, drug: str, *, is_wide: bool) -> tuple[float, float]:
    entry = table.ranges.get(drug, table.entries[drug]) if is_wide else table.entries[drug]
    low, high = entry if isinstance(entry, tuple) else (entry, entry)
    return low, high


def _refuse_unknown(drug: str, tables: Mapping[str, EquivalenceTable]) -> None:
    known = sorted({name for table in tables.values() for name in table.entries})
    if drug not in known:
        raise InputError(
            f"no equivalence table holds '{drug}'.{nearest(drug, known)} In the tables:"
            f" {', '.join(known)}."
        )


def _named(
    used: Mapping[str, tuple[float, float]],
    tables: Mapping[str, EquivalenceTable],
    is_unverified: bool,
) -> str:
    parts = []
    for name, (low, high) in used.items():
        span = _text(low) if _text(low) == _text(high) else f"{_text(low)} to {_text(high)}"
        parts.append(f"{tables[name].name} ({span})")
    kind = "unverified table" if is_unverified else "table"
    return f"{len(parts)} {kind}{'' if len(parts) == 1 else 's'}: {'; '.join(parts)}"


def _warnings(
    confirmed: Mapping[str, object], unverified: Mapping[str, object], low_mg: float, high_mg: float
) -> tuple[str, ...]:
    found = [
        "Tables rest on clinical experience: some people need more than they say and some less."
    ]
    if not confirmed:
        found.append(
            f"Only unverified figures hold this pair ({', '.join(unverified)}): confirm them before"
            " use."
        )
    elif unverified:
        found.append(f"Unverified figures were left out of the range: {', '.join(unverified)}.")
    if len(confirmed or unverified) == 1:
        found.append("Only one table holds this pair: that none disagrees does not make it sure.")
    elif _text(low_mg) == _text(high_mg):
        found.append(
            "All tables agree, many of them by copying: a range without width is not certainty."
        )
    if high_mg >= FAR_APART * low_mg:
        found.append(f"The tables differ by a factor of {_text(high_mg / low_mg)}.")
    return tuple(found)


def _text(number: float) -> str:
    """Return a number with at most four significant digits, a leading zero and no trailing ones.

    >>> _text(0.66670), _text(20.0), _text(12346.0)
    ('0.6667', '20', '12350')
    """
    text = format(Decimal(f"{number:.4g}"), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
