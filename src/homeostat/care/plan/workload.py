"""Workload: what a plan asks of the person who follows it, in cuts, pieces and changes of dose."""

from collections.abc import Iterable
from dataclasses import dataclass

from homeostat.care.plan.records import Plan, PlannedDose
from homeostat.facts import Facts

CUTS_AND_PIECES = {0: (0, 0), 1: (2, 1), 2: (1, 1), 3: (2, 2)}
"""Quarters of a tablet that is not whole, to (cuts, pieces): a half is one cut, a quarter or three
quarters are two.
"""


@dataclass(frozen=True)
class Workload:
    """Cuts, pieces to swallow or measure, and changes of dose of a whole plan, and all of them as
    one number.

    Attributes:
        days: from the first day until the last change.
        burden: changes + cuts/28 + pieces/140, by the facts' choices.
    """

    changes: int
    cuts: float
    pieces: float
    days: int
    burden: float


def of_day(doses: Iterable[PlannedDose]) -> tuple[int, int]:
    """Return the cuts and the pieces of one day; doses that do not say what they are made of count
    as one piece each.
    """
    cuts = pieces = 0
    for dose in doses:
        pieces += not dose.items
        for item in dose.items:
            if item.ml is not None:
                pieces += 1
                continue
            whole, quarters = divmod(round((item.units or 0.0) * 4), 4)
            more = CUTS_AND_PIECES[quarters]
            cuts, pieces = cuts + more[0], pieces + whole + more[1]
    return cuts, pieces


def burden(changes: float, cuts: float, pieces: float, facts: Facts) -> float:
    """Return changes + cuts/28 + pieces/140, in changes of dose."""
    choice = facts.choices
    return (
        changes * choice["change-of-work"].to("count")
        + cuts / choice["splits-for-a-change"].to("count")
        + pieces / choice["pieces-for-a-change"].to("count")
    )


def of_plan(plan: Plan, facts: Facts) -> Workload:
    """Return what a plan asks for from its first day until its last change."""
    cuts = pieces = 0
    last = plan.steps[-1].from_day
    for step in plan.steps:
        until = last if step.until is None else min(step.until, last)
        lasting = max((until - step.from_day).days, 0)
        mine = of_day(step.doses)
        cuts, pieces = cuts + lasting * mine[0], pieces + lasting * mine[1]
    changes = 0 if plan.goal.aim == "stay" else len(plan.steps)
    return Workload(
        changes,
        cuts,
        pieces,
        (last - plan.steps[0].from_day).days,
        burden(changes, cuts, pieces, facts),
    )
