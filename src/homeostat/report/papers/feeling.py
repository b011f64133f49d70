"""What a step may feel like, a sentence a step; which one is said follows from the doses alone, the
words from the catalogue.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from homeostat.care.case.records import Case
from homeostat.care.plan.schedule import Schedule, Stretch
from homeostat.report.papers.pace import before

Kind = Literal["same", "first", "down", "low", "up", "switch", "none", "pause"]
LAST_STEPS = 2
"""So many steps down before the last dose are called low ones."""


def kinds(schedule: Schedule, case: Case) -> dict[Stretch, Kind]:
    """Return what kind of step each stretch is, against the one before, or against what the case
    takes.
    """
    rows = schedule.stretches
    last = {drug: before(case, drug, schedule.first_day) for drug in schedule.drugs}
    found: dict[Stretch, Kind] = {}
    is_first = True
    for row in rows:
        now = {drug: row.mg_per_day(drug) for drug in row.drugs}
        found[row] = _kind(row, last, now, is_first=is_first)
        is_first = is_first and found[row] != "first"
        last = now
    if not rows[-1].doses:
        for row in _lowest(rows, found):
            found[row] = "low"
    return found


def _kind(
    row: Stretch, last: Mapping[str, float], now: Mapping[str, float], *, is_first: bool
) -> Kind:
    if not row.doses:
        return "none" if row.until is None else "pause"
    if any(
        now[drug] and not last[drug] and any(last[other] for other in last if other != drug)
        for drug in now
    ):
        return "switch"
    if any(now[drug] > last[drug] for drug in now):
        return "up"
    if now == dict(last):
        return "same"
    return "first" if is_first else "down"


def _lowest(rows: Sequence[Stretch], found: Mapping[Stretch, Kind]) -> Sequence[Stretch]:
    """Return the last steps down before the last dose, never the first step of all."""
    return [row for row in rows if found[row] == "down"][-LAST_STEPS:]
