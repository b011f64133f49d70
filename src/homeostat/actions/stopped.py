"""Stopped: the plan of care of somebody who has already stopped."""

from homeostat.care.assess import stopped as past
from homeostat.care.case.records import Case
from homeostat.care.guideline import Aftercare, aftercare
from homeostat.facts import Facts, load


def stopped(case: Case, *, facts: Facts | None = None) -> Aftercare | None:
    """Return the plan of care of somebody who has stopped; None where something is taken today, or
    nothing ever was.
    """
    known = facts or load()
    found = past.stopped(case, known)
    return None if found is None else aftercare(case, known, found)
