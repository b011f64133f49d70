"""Compare plans for a case on the same people, each with what the check says of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from homeostat.actions.check import check
from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.check import Checked
from homeostat.care.choice import compare as side_by_side
from homeostat.care.choice.compare import Comparison, Named
from homeostat.care.cohort import People
from homeostat.care.memory import count, require_few, require_memory_for_plans
from homeostat.errors import InputError
from homeostat.facts import Facts, load

PEOPLE = 200
"""Virtual people on whom plans are compared unless asked otherwise."""
SIMULATING, CHECKING = 0.1, 0.5
"""Shares of the time after which plans are simulated and checked, for those who wait."""


@dataclass(frozen=True)
class Compared:
    """Plans side by side.

    Attributes:
        checked: each plan with its findings, by name.
        changed_facts: for each plan the records it rests on that have changed since it was made.
    """

    comparison: Comparison
    checked: Mapping[str, Checked]
    changed_facts: Mapping[str, tuple[str, ...]]


def compare(
    case: Case,
    named: Sequence[Named],
    *,
    facts: Facts | None = None,
    people: People = PEOPLE,
    seed: int = 1,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Compared:
    """Return plans side by side on the same people.

    Args:
        people: how many are drawn with `seed`, or people who are given.

    Raises:
        InputError: no plan, two of one name, or a plan for another case.
        CapacityError: too many people, or more than the memory holds for so long.
    """
    known = facts or load()
    require_few(people)
    if not named or len({one.name for one in named}) < len(named):
        raise InputError("give at least one plan, each under a name of its own")
    for one in named:
        plans.require_for(one.plan, case)
    require_memory_for_plans(people, [one.plan for one in named], case, known)
    tell(f"Drawing {count(people):,} people", 0.0)
    on = side_by_side.bench(case, known, [one.plan for one in named], people=people, seed=seed)
    tell("Living every plan", SIMULATING)
    comparison = side_by_side.compare(named, on)
    checked: dict[str, Checked] = {}
    given = None if isinstance(people, int) else people
    for one in named:
        tell(f"Checking {one.name}", CHECKING + (1.0 - CHECKING) * len(checked) / len(named))
        checked[one.name] = check(case, one.plan, facts=known, people=given)
    changed = {one.name: plans.changed(one.plan, known) for one in named}
    return Compared(comparison, checked, changed)
