"""What one plan file may hold at most, so that no plan takes hours or fills the memory: limits of the program, not of care.

They lie well beyond what anybody follows. What is too much for a person is for the check to say.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from homeostat.errors import InputError

if TYPE_CHECKING:
    from homeostat.care.case.records import Case
    from homeostat.care.plan.records import Plan

DAYS_A_YEAR = 365.25
LONGEST_YEARS = 12
"""Years between a plan's first day and any other day on which something is taken, handed out or changed."""
LONGEST_D = int(LONGEST_YEARS * DAYS_A_YEAR)
MOST_STEPS = 1000
"""Steps of a plan: a change on every day for two years and three quarters."""
MOST_STEPS_AT_ONCE = 24
"""Steps that hold on one day, all of whose doses would be taken."""
MOST_DRUGS = 8
MOST_DOSES_A_STEP = 24
MOST_ITEMS_A_DOSE = 12
MOST_DOSES, MOST_ITEMS = 4000, 8000
"""Doses and items of all steps together."""
MOST_SUPPLIES, MOST_ITEMS_A_SUPPLY = 500, 40
MOST_VISITS, MOST_MEDICINES, MOST_SWITCHES = 500, 100, 20
MOST_RULES, MOST_OVERRIDES, MOST_REASONS = 50, 100, 50
MOST_SETTINGS, MOST_RECORDS = 50, 2000
MOST_REFILLS = 99
SMALLEST_AMOUNT, LARGEST_AMOUNT = 0.001, 10_000.0
"""Tablets or millilitres of one item."""
LARGEST_SETTING = 1e9
LARGEST_SEED = 10**15


def excess(plan: "Plan") -> Iterator[str]:
    """Yield a sentence for each limit that a plan exceeds as a whole."""
    doses = [dose for step in plan.steps for dose in step.doses]
    items = sum(len(dose.items) for dose in doses)
    for what, has, most in (
        ("steps", len(plan.steps), MOST_STEPS),
        ("doses in all steps", len(doses), MOST_DOSES),
        ("items in all doses", items, MOST_ITEMS),
        ("drugs", len(plan.drugs), MOST_DRUGS),
    ):
        if has > most:
            yield f"'steps': the plan has {has} {what}; at most {most} can be read"
    yield from _far(plan)
    yield from _at_once(plan)


def require_bounded(plan: "Plan") -> None:
    """Refuse a plan that is larger than any reader lets through; whoever makes series of days asks this first.

    Raises:
        InputError: it exceeds a limit of this module.
    """
    if said := next(excess(plan), ""):
        raise InputError(f"plan {plan.id}: {said}")


def require_near(plan: "Plan", case: "Case") -> None:
    """Refuse a plan that begins so far from the day of the case that its year must be wrong, before any day between is counted.

    Raises:
        InputError: it begins more than LONGEST_YEARS before or after that day.
    """
    start = min(step.from_day for step in plan.steps)
    if case.today is not None and abs((start - case.today).days) > LONGEST_D:
        raise InputError(
            f"plan {plan.id}: it begins on {start}, more than {LONGEST_YEARS} years from the day of the case ({case.today}). "
            "Is a year wrong?"
        )


def _far(plan: "Plan") -> Iterator[str]:
    """Yield the first day that lies so far from the plan's first that its year must be wrong."""
    start = min(step.from_day for step in plan.steps)
    for key, day in _days(plan):
        apart = (day - start).days
        if abs(apart) > LONGEST_D:
            side = "after" if apart > 0 else "before"
            yield (
                f"'{key}': {day} lies {abs(apart) / DAYS_A_YEAR:.0f} years {side} the plan's first day ({start}), and no plan "
                f"of more than {LONGEST_YEARS} years is read. Is a year wrong?"
            )
            return


def _days(plan: "Plan") -> Iterator[tuple[str, date]]:
    """Yield every day from which days are counted, with its key."""
    for s, step in enumerate(plan.steps, start=1):
        yield f"steps[{s}].from", step.from_day
        if step.until is not None:
            yield f"steps[{s}].until", step.until
    for s, supply in enumerate(plan.supplies, start=1):
        yield f"supplies[{s}].from", supply.from_day
        yield f"supplies[{s}].until", supply.until
    for m, medicine in enumerate(plan.medicines, start=1):
        yield f"medicines[{m}].on", medicine.on


def _at_once(plan: "Plan") -> Iterator[str]:
    """Yield the first day on which more steps hold than anybody means."""
    edges: list[tuple[date, int]] = []
    for step in plan.steps:
        if step.doses and (step.until is None or step.until > step.from_day):
            edges.append((step.from_day, 1))
            edges += [(step.until, -1)] if step.until is not None else []
    count = 0
    for day, change in sorted(edges):
        count += change
        if count > MOST_STEPS_AT_ONCE:
            yield (
                f"'steps': on {day} {count} steps hold at once, and the doses of all would be taken; at most "
                f"{MOST_STEPS_AT_ONCE} are read. Is 'until' missing?"
            )
            return
