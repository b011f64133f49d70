"""What facts and equivalences look like in a terminal: never a number without its source, basis and
review.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from homeostat.facts import KINDS, Facts
from homeostat.facts.equivalence import Equivalent
from homeostat.facts.keys import used_in
from homeostat.facts.records import Choice, Estimate, Interaction, Record, Sourced, Study
from homeostat.language.quantity import mg_text


def show_kinds(facts: Facts, console: Console) -> None:
    """Print how much there is of each kind."""
    table = Table(
        "kind",
        "records",
        "for example",
        box=None,
        title="What the sources say",
        title_justify="left",
    )
    for kind, attribute in KINDS.items():
        records = getattr(facts, attribute)
        table.add_row(kind, str(len(records)), ", ".join(list(records)[:4]))
    console.print(table)
    console.print(Text(f"facts {facts.digest} · homeostat facts KIND [NAME]", style="dim"))


def show_kind(kind: str, records: Mapping[str, Record], console: Console) -> None:
    """Print one line for each record of a kind, with its figure where the kind has one."""
    is_number = any(isinstance(record, Estimate) for record in records.values())
    is_sourced = any(isinstance(record, Sourced) for record in records.values())
    says = [
        key
        for key in SAYS.get(kind, ())
        if any(getattr(record, key) not in _EMPTY for record in records.values())
    ]
    heads = [
        *(["figure"] if is_number else []),
        *map(_key, says),
        *(["basis", "reviewed"] if is_sourced else []),
    ]
    has_title = any(_title(record) not in {"", name} for name, record in records.items())
    table = Table(
        *[
            Column(Text(head), overflow="fold")
            for head in (kind, *(["what"] if has_title else []), *heads)
        ],
        box=None,
    )
    for name, record in records.items():
        cells = [_number(record)] if isinstance(record, Estimate) else []
        cells += [
            "" if (value := getattr(record, key)) in _EMPTY else _words(value) for key in says
        ]
        cells += [record.basis, record.reviewed] if isinstance(record, Sourced) else []
        table.add_row(name, *([_title(record)] if has_title else []), *cells)
    console.print(table)


SAYS: Mapping[str, tuple[str, ...]] = {
    "source": ("kind", "read"),
    "drug": ("family", "half_life_class", "brands"),
    "product": ("strength_mg", "strength_mg_per_ml", "split"),
    "equivalence": ("reference_mg",),
    "interaction": ("clearance_fold",),
    "symptom": ("phases", "frequency"),
    "flag": ("level",),
    "help-line": ("emergency", "crisis"),
    "risk": ("intensity", "duration"),
    "remedy": ("kind", "grade"),
    "scale": ("range_points", "may_ship", "loinc"),
    "pace": ("kind", "step", "interval"),
    "pace-tier": ("kind", "when"),
    "ceiling": ("share", "days"),
    "recommendation": ("number", "grade"),
    "dose-band": ("low_max_mg", "high_min_mg"),
    "medicine-class": ("does",),
    "medicine": ("groups", "properties"),
    "combination": ("substances",),
    "medicine-group": ("does", "stop"),
    "contraindication": ("drugs", "severity", "market"),
    "group-contraindication": ("groups", "conditions", "severity"),
    "known-sedative": ("family", "supply"),
    "condition": ("case_words", "icd10"),
    "group": ("of", "members"),
    "condition-word": ("may_mean",),
    "free-text": ("language", "does"),
    "study": ("kind", "n"),
    "claim": ("kinds", "status"),
}
"""For each kind what a list says of a record besides its title."""
_EMPTY: tuple[object, ...] = (None, "", (), {})


def _title(record: Record) -> str:
    if isinstance(record, Interaction):
        return f"{record.perpetrator} → {record.victim}: {record.label or record.kind}"
    for key in ("name", "title", "label", "statement", "topic", "text", "summary", "drug"):
        if value := getattr(record, key, None):
            return str(value)
    return ""


def show_record(kind: str, record: Record, facts: Facts, console: Console) -> None:
    """Print one record whole, with the sources it rests on."""
    name = next(
        str(value) for key in ("id", "drug", "market") if (value := getattr(record, key, ""))
    )
    console.print(Text(f"{kind} {name}", style="bold"))
    cited: dict[str, None] = {}
    for line in _lines(record, "", cited):
        console.print(Text(line))
    if isinstance(record, Choice):
        console.print(Text(f"used in: {', '.join(used_in(record.id))}"))
    for name in cited:
        source = facts.sources.get(name)
        if source is not None:
            console.print(
                Text(
                    f"  [{name}] {source.title}. {source.where} (read: {source.read})", style="dim"
                )
            )


def _lines(record: Record, indent: str, cited: dict[str, None]) -> Iterator[str]:
    if isinstance(record, Sourced):
        cited |= dict.fromkeys(source.split(",")[0] for source in record.sources)
    if isinstance(record, Study):
        cited[record.source] = None
    if isinstance(record, Estimate):
        yield f"{indent}{_number(record)}"
    # what it says first, then what it rests on
    for key, value in sorted(record, key=lambda pair: pair[0] in Sourced.model_fields):
        if (isinstance(record, Estimate) and key in _SAID) or value in _EMPTY:
            continue
        if isinstance(value, Record):
            yield f"{indent}{key.replace('_', ' ')}"
            yield from _lines(value, indent + "    ", cited)
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            yield f"{indent}{key.replace('_', ' ')}"
            for item in value:
                yield from _lines(item, indent + "    ", cited)
                yield ""
        else:
            yield f"{indent}{_key(key)}: {_words(value)}"


_SAID = {"value", "low", "high", "unit", "cv"}


def _number(fact: Estimate) -> str:
    if not fact.has_figure:
        return "no figure found"
    value = "" if fact.value is None else f"{fact.value:g}"
    span = "" if fact.low is None or fact.high is None else f"{fact.low:g} to {fact.high:g}"
    text = f"{value} ({span})" if value and span else value or span
    spread = f", spread between people {fact.cv:.0%}" if fact.cv else ""
    return f"{text} {fact.unit}{spread}"


def _key(name: str) -> str:
    """Return a key in words, its unit in brackets.

    >>> _key("strength_mg_per_ml"), _key("onset_half_time_d"), _key("step_mg_low"), _key("why")
    ('strength [mg/mL]', 'onset half time [d]', 'step low [mg]', 'why')
    """
    found = re.search(r"_(mg_per_ml|mg|ml|d|h|days|weeks)((?:_low|_high|_max|_min)?)$", name)
    if found is None:
        return name.replace("_", " ")
    unit = found[1].replace("_per_", "/").replace("ml", "mL")
    return f"{name[: found.start()]}{found[2]} [{unit}]".replace("_", " ")


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        is_range = len(value) == 2 and all(isinstance(item, int | float) for item in value)
        return (" to " if is_range else ", ").join(_words(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(item)}" for key, item in value.items())
    return str(value)


def show_equivalence(found: Equivalent, facts: Facts, console: Console) -> None:
    """Print an equivalence: the range first, then each table by name, the direction and the risk at
    each end.
    """
    console.print(Text(found.direction, style="bold"))
    heads = ("table", f"mg of {found.to_drug}", "basis", "sources")
    table = Table(*(Column(head, overflow="fold") for head in heads), box=None)
    for name, (low, high) in {**found.by_table, **found.by_unverified_table}.items():
        record = facts.equivalence_tables[name]
        dose = _dose(low) if low == high else f"{_dose(low)} to {_dose(high)}"
        table.add_row(record.name, dose, record.basis, ", ".join(record.sources))
    for name, (low, high) in found.by_wide_range.items():
        record = facts.equivalence_tables[name]
        table.add_row(
            f"{record.name}: its own wide range, not counted",
            f"{_dose(low)} to {_dose(high)}",
            record.basis,
            "",
        )
    console.print(table)
    console.print(Text(found.riskier_end))
    for warning in found.warnings:
        console.print(Text(warning, style="yellow"))


def _dose(mg: float) -> str:
    return mg_text(float(f"{mg:.3g}"))


def equivalence_as_json(found: Equivalent) -> dict[str, Any]:
    """Return an equivalence for machines."""
    return {
        "from": found.from_drug,
        "to": found.to_drug,
        "dose_mg": found.dose_mg,
        "low_mg": found.low_mg,
        "high_mg": found.high_mg,
        "by_table": {k: list(v) for k, v in found.by_table.items()},
        "by_unverified_table": {k: list(v) for k, v in found.by_unverified_table.items()},
        "by_wide_range": {k: list(v) for k, v in found.by_wide_range.items()},
        "is_only_unverified": found.is_only_unverified,
        "direction": found.direction,
        "riskier_end": found.riskier_end,
        "warnings": list(found.warnings),
    }
