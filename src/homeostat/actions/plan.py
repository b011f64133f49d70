"""Plan: make the ways from a case to its aim, choose one, add its prescriptions, and check what was
made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from homeostat.actions import papers
from homeostat.actions.check import check
from homeostat.actions.papers import Papers
from homeostat.care.case.records import Case
from homeostat.care.check import Checked
from homeostat.care.choice import drafting
from homeostat.care.choice.proposal import PEOPLE, Proposal, courses, propose
from homeostat.care.choice.searched import LONGEST_WEEKS
from homeostat.care.cohort import People
from homeostat.care.dispensing import terms
from homeostat.care.dispensing.splitting import Effect, effect
from homeostat.care.memory import (
    days_beside,
    require_few,
    require_memory,
    require_memory_for_plans,
)
from homeostat.facts import Facts, load

DAYS_A_WEEK = 7
SHOWN = 3
"""Plans whose courses the papers show at most: the chosen one and the next two."""


@dataclass(frozen=True)
class Wishes:
    """What is asked for; what is left out comes from the case.

    Attributes:
        goal: 'stop', 'lower' or 'stay'.
        to_mg: daily dose to lower to and hold [mg/d].
        drugs: to be lowered, in this order.
        ways: (name, settings) of the ways that are made; all if empty.
        first_day: of the plan.
        max_weeks: longest time until the last change.
        window_days: days that one prescription covers.
        limits: most that one prescription may hand out, as 'PRODUCT=60' or 'DRUG=60mg'.
        pick: number on the shortlist, or name, of the plan to finish; default the first of the
            shortlist.
    """

    goal: str | None = None
    to_mg: float | None = None
    drugs: Sequence[str] = ()
    ways: Sequence[tuple[str, Mapping[str, float]]] = ()
    first_day: date | None = None
    max_weeks: int | None = None
    window_days: int | None = None
    limits: Sequence[str] = ()
    pick: str | None = None


@dataclass(frozen=True)
class Planned:
    """The ways side by side, and the chosen plan with its prescriptions and its findings.

    Attributes:
        name: of the chosen plan in the proposal.
        checked: the chosen plan as it would be printed.
        splitting: what its cuts and measures do to dose and level.
    """

    proposal: Proposal = field(repr=False)
    name: str
    checked: Checked
    splitting: Effect


def plan(
    case: Case,
    wishes: Wishes | None = None,
    *,
    facts: Facts | None = None,
    people: People = PEOPLE,
    seed: int = 1,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Planned:
    """Return the ways from a case to its aim on the same people, and one of them finished and
    checked.

    Args:
        people: how many are drawn with `seed`, or people who are given.

    Raises:
        InputError: a wish cannot be met, or nothing leads to the goal within the limits and the
            time.
        DispensingError: the drug cannot be had, or the last dose cannot be made.
        CapacityError: too many people, or more than the memory holds for so many weeks.
    """
    known, wishes = facts or load(), wishes or Wishes()
    require_few(people)
    bound = terms.terms(
        case,
        known,
        window_days=wishes.window_days,
        limits=[terms.limit(given, known) for given in wishes.limits],
    )
    task = drafting.task(
        case,
        known,
        goal=wishes.goal,
        to_mg=wishes.to_mg,
        first_day=wishes.first_day,
        max_weeks=wishes.max_weeks,
        seed=seed,
        drugs=wishes.drugs,
    )
    days = (task.max_weeks or LONGEST_WEEKS) * DAYS_A_WEEK + days_beside(known)
    require_memory(people, days, otherwise="fewer weeks with --max-weeks")
    made = propose(task, wanted=wishes.ways, people=people, tell=tell)
    chosen = made.pick(wishes.pick)
    finished = drafting.with_supplies(chosen.plan, known, bound)
    checked = check(case, finished, facts=known, people=None if isinstance(people, int) else people)
    return Planned(made, chosen.name, checked, effect(finished, case, known))


def write(
    made: Planned, out: Path, *, tell: Callable[[str, float], None] = lambda what, share: None
) -> Papers:
    """Write the papers of the chosen plan, beside the next two of the shortlist.

    Raises:
        InputError, OutputError: as `papers.write`.
        CapacityError: the courses of these plans are larger than the memory.
    """
    proposal = made.proposal
    shown = list(dict.fromkeys([made.name, *(pick.name for pick in proposal.shortlist)]))[:SHOWN]
    require_memory_for_plans(
        proposal.bench.standing.people,
        [proposal[name].plan for name in shown],
        made.checked.case,
        made.checked.facts,
        courses=len(shown),
    )
    return papers.write(made.checked, out, courses=courses(proposal, made.name), tell=tell)
