"""Refuse a plan that is larger, or further away, than the program computes."""

from homeostat.care.case.records import Case
from homeostat.care.plan.limits import LONGEST_D, LONGEST_YEARS
from homeostat.care.plan.records import Plan, excess
from homeostat.errors import InputError


def require_bounded(plan: Plan) -> None:
    """Refuse a plan that is larger than any reader lets through; whoever makes series of days asks
    this first.

    Raises:
        InputError: it exceeds a limit of `care.plan.limits`.
    """
    if said := next(excess(plan), ""):
        raise InputError(f"plan {plan.id}: {said}")


def require_near(plan: Plan, case: Case) -> None:
    """Refuse a plan that begins so far from the day of the case that its year must be wrong, before
    any day between is counted.

    Raises:
        InputError: it begins more than LONGEST_YEARS before or after that day.
    """
    start = min(step.from_day for step in plan.steps)
    if case.today is not None and abs((start - case.today).days) > LONGEST_D:
        raise InputError(
            f"plan {plan.id}: it begins on {start}, more than {LONGEST_YEARS} years from the day of"
            f" the case ({case.today}). Is a year wrong?"
        )
