"""Visits: which of them lie in the plan, and whether they watch the steps of what can kill.

A visit counts from the plan's first day on and while the plan lasts. A step is watched by a visit
that lies no further from it than `choice:visit-near`. Steps to be watched are those after which
`choice:visit-step` of the start or more is lost within two weeks.
"""

from datetime import date, timedelta

import numpy as np

from homeostat.care.check.pace import window_d
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.rate_of_fall import falls
from homeostat.care.findings import Finding


def counted(look: Look) -> tuple[date, ...]:
    """Return the visits that lie in the plan, each once, in order; a plan whose last dose goes on
    has no last day.
    """
    last = None if look.goes_on else look.end + timedelta(days=look.limit("visit-days"))
    return tuple(
        day
        for day in sorted(set(look.plan.visits))
        if look.start <= day and (last is None or day <= last)
    )


def outside(look: Look) -> tuple[date, ...]:
    """Return the visits that cannot belong to the plan: before it was decided on, or long after its
    last change.
    """
    first = min(look.start, look.plan.made_on) - timedelta(days=look.limit("override-days"))
    after = look.limit("plan-long" if look.goes_on else "visit-days") + look.limit("visit-near")
    last = look.end + timedelta(days=after)
    return tuple(day for day in sorted(set(look.plan.visits)) if not first <= day <= last)


def are_watched(look: Look, finding: Finding) -> bool:
    """True when visits watch what a finding warns of: its own day, where it has one, and every step
    to be watched.

    In hospital and in a residence with medical management somebody looks every day.
    """
    if look.is_inpatient:
        return True
    visits = counted(look)
    near = timedelta(days=look.limit("visit-near"))
    days = list(steps(look))
    if finding.on is not None and look.start <= finding.on:
        days.append(finding.on)
    days = days or [look.start]
    return all(any(abs(visit - day) <= near for visit in visits) for day in days)


def steps(look: Look) -> tuple[date, ...]:
    """Return the days on which a dose falls and by which so much is lost that somebody must
    look.
    """
    lost = falls(look, window_d(look))
    fell = np.zeros(look.count, bool)
    for drug in look.drugs:
        fell[1:] |= np.diff(look.mg[drug]) < -NOISE
    is_large = fell & (lost > look.limit("visit-step"))
    return tuple(look.day(int(i)) for i in np.flatnonzero(is_large) if i >= look.begins)
