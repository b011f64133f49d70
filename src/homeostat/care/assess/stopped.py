"""Stopped: somebody who has taken these drugs and takes none today.

Dependence is judged by what was taken up to the last day. A withdrawal that has begun is not over
when the drug is gone, so nobody who was dependent is called "rare" within
`choice:stopped-lately`.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from homeostat.care.assess.assessment import Word
from homeostat.care.assess.dependence import dependence, use
from homeostat.care.case.records import Case
from homeostat.care.case.rules import drugs_taken, mg_per_day, today
from homeostat.facts import Facts


@dataclass(frozen=True)
class Stopped:
    """What was taken until the last day.

    Attributes:
        doses: each drug and what was taken of it on the last day [mg/d].
        on: the first day without.
        days: days since then [d].
        dependence: the guideline's word for the last day.
        is_lately: the stop lies no further back than `choice:stopped-lately`.
    """

    doses: tuple[tuple[str, float], ...]
    on: date
    days: int
    dependence: Word
    is_lately: bool


def stopped(case: Case, facts: Facts) -> Stopped | None:
    """Return what was stopped; None where something is taken today, or nothing ever was."""
    now = today(case)
    ends = [use.until for use in case.use if use.until is not None and use.until <= now]
    if drugs_taken(case, now) or not ends:
        return None
    on = max(ends)
    last = on - timedelta(days=1)
    used = use(replace(case, today=last), facts)
    word = (
        "rare"
        if used is None
        else dependence(used.days_per_week, used.duration_d, used.bands[1], facts)
    )
    days = (now - on).days
    doses = tuple((drug, mg_per_day(case, drug, last)) for drug in drugs_taken(case, last))
    is_lately = days <= facts.choices["stopped-lately"].to("d")
    return Stopped(doses, on, days, word, is_lately)
