"""How fast a plan goes down, drug by drug, by both readings of a percentage: of the dose taken now,
and of the dose at the start.
"""

from dataclasses import dataclass
from datetime import date

from homeostat.care.case.records import Case
from homeostat.care.plan.schedule import ONE_DAY, Schedule, exact


@dataclass(frozen=True)
class Drop:
    """One change downwards of one drug [mg/d]; `after_days` is how long the dose before was taken
    within the plan, if it was.
    """

    drug: str
    on: date
    from_mg: float
    to_mg: float
    start_mg: float
    after_days: int | None

    @property
    def mg(self) -> float:
        """By how much it falls [mg/d]."""
        return float(exact(self.from_mg) - exact(self.to_mg))

    @property
    def of_current(self) -> float:
        """Share of the dose taken just before."""
        return self.mg / self.from_mg

    @property
    def of_start(self) -> float:
        """Share of the dose at the start."""
        return self.mg / self.start_mg


def before(case: Case, drug: str, day: date) -> float:
    """Return what the case says is taken of a drug on the day before a day [mg/d]."""
    eve = day - ONE_DAY
    on = [
        u
        for u in case.use
        if u.drug == drug and u.since <= eve and (u.until is None or eve < u.until)
    ]
    return float(sum((exact(use.mg_per_day) for use in on), exact(0.0)))


def drops(schedule: Schedule, case: Case, drug: str) -> tuple[Drop, ...]:
    """Return every change downwards of one drug, in order; the start is the present dose, or the
    highest one after a switch.
    """
    present = before(case, drug, schedule.first_day)
    rows = schedule.stretches
    start = max([present, *(row.mg_per_day(drug) for row in rows)])
    found = []
    last, since = present, None
    for row in rows:
        mg = row.mg_per_day(drug)
        if mg < last:
            found.append(
                Drop(
                    drug,
                    row.from_day,
                    last,
                    mg,
                    start,
                    None if since is None else (row.from_day - since).days,
                )
            )
        if mg != last:
            last, since = mg, row.from_day
    return tuple(found)


def changes(schedule: Schedule, case: Case) -> int:
    """Return on how many days any daily dose changes, the first day of the plan included."""
    begins = schedule.first_day
    last = {drug: before(case, drug, begins) for drug in schedule.drugs}
    found = 0
    for row in schedule.stretches:
        now = {drug: row.mg_per_day(drug) for drug in row.drugs}
        found += now != last
        last = now
    return found
