"""Studies: what was observed in people, read from the facts and never by the model."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from homeostat.errors import FactError, nearest
from homeostat.facts import Facts, units
from homeostat.facts.reader import parse, read_toml
from homeostat.facts.records import Many, Record

FILE = "studies.toml"
EXPOSURE = "ng*h/mL"
"""Unit of the area under a level, which only studies speak of."""


def _known_unit(unit: str) -> str:
    if unit not in (*units.UNITS, EXPOSURE):
        raise ValueError(f"unit '{unit}' is not in the list of units.{nearest(unit, (*units.UNITS, EXPOSURE))}")
    return unit


class Observed(Record):
    """One published figure: a value, a range, or one end of a range."""

    id: str
    quantity: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = Field(default=None, description="spread between people, in the unit of the row")
    cv: float | None = Field(default=None, description="spread between people, as a share")
    step: float | None = Field(default=None, gt=0, description="steps in which it was read, such as whole days")
    unit: Annotated[str, AfterValidator(_known_unit)]
    evidence: Literal["abstract", "coded", "derived", "unverified"]
    note: str = ""


class Study(Record):
    """One study: who took what, and what was seen; a finding without a figure is in words."""

    id: str
    source: str
    title: str
    kind: Literal["kinetics", "abrupt stop", "taper", "after"]
    population: str
    regimen: str
    n: int | None = None
    finding: str = ""
    note: str = ""
    observed: Many[Observed] = ()


def read_studies(facts: Facts) -> dict[str, Study]:
    """Return all open studies by id.

    Raises:
        FactError: a key is unknown or wrong, an id stands twice, a figure has no number, or a source does not exist.
    """
    path = facts.root / FILE
    table = read_toml(path)
    if "reviewed" not in table:
        raise FactError(f"facts/{FILE}: the file must say 'reviewed' at its top ('not yet' is an honest value)")
    if unknown := table.keys() - {"reviewed", "study"}:
        raise FactError(f"facts/{FILE}: unknown table '{min(unknown)}'.{nearest(min(unknown), ['study'])}")
    found: dict[str, Study] = {}
    for number, row in enumerate(table.get("study", []), start=1):
        where = f"facts/{FILE}, study {row.get('id', number)}"
        study = parse(Study, row, where)
        if study.id in found:
            raise FactError(f"{where}: this id stands twice")
        _check(study, where, facts)
        found[study.id] = study
    return found


def _check(study: Study, where: str, facts: Facts) -> None:
    if study.source not in facts.sources:
        raise FactError(f"{where}: unknown source '{study.source}'.{nearest(study.source, facts.sources)}")
    if not study.observed and not study.finding:
        raise FactError(f"{where}: a study needs a figure or a finding in words")
    seen = [item.id for item in study.observed]
    for item in study.observed:
        if seen.count(item.id) > 1:
            raise FactError(f"{where}, observed {item.id}: this id stands twice")
        if item.value is None and item.low is None and item.high is None:
            raise FactError(f"{where}, observed {item.id}: give 'value', 'low' or 'high'")
