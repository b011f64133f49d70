"""Proposal: everything that is laid before the clinician for one case and one aim, from assessment
to shortlist.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from homeostat.care import case as cases
from homeostat.care import cohort
from homeostat.care import plan as plans
from homeostat.care.assess.assessment import Assessment
from homeostat.care.assess.risk import assess
from homeostat.care.check import check
from homeostat.care.choice import candidates as ways_to_go
from homeostat.care.choice import drafting, recommended
from homeostat.care.choice.blocked import blocked
from homeostat.care.choice.candidates import Candidate, LeftOut
from homeostat.care.choice.compare import Bench, Comparison, bench, compare, withheld
from homeostat.care.choice.drafting import DAYS_A_WEEK, Task
from homeostat.care.choice.recommended import Pick
from homeostat.care.choice.searched import optimised
from homeostat.care.choice.shortlist import certainty, front
from homeostat.care.cohort import People
from homeostat.care.findings import Finding
from homeostat.care.ways import OPTIMISED, STAY, require_no_settings
from homeostat.care.ways.making import Cupboard
from homeostat.errors import InputError
from homeostat.model.course import Course
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen
from homeostat.model.walk import States, walker

PEOPLE = 200
"""Virtual people on whom plans are compared unless asked otherwise; a share moves by about 2 points
from seed to seed.
"""
WAYS_MADE, SEARCHING, COMPARING, CHECKING = 0.02, 0.03, 0.33, 0.71
"""Shares of the time of a proposal after which each part begins, for those who wait."""
PACE = ("pace", "model")
"""Families of rules whose warnings keep a plan off the shortlist."""
Wanted = Sequence[tuple[str, Mapping[str, float]]]


@dataclass(frozen=True)
class Proposal:
    """What was found for one task.

    Attributes:
        candidates: every plan that is shown, staying first.
        findings: what the check says of each, by name.
        left_out: ways that are not offered, with the reason.
        front: names of the plans that no other beats in time, burden and hard weeks together.
        shortlist: the few to talk over, in the order of the guideline; none of them is a command.
        sureness: how sure the order of the shortlist is, a sentence each.
    """

    task: Task
    assessment: Assessment
    candidates: tuple[Candidate, ...]
    findings: Mapping[str, tuple[Finding, ...]]
    left_out: tuple[LeftOut, ...]
    comparison: Comparison
    front: tuple[str, ...]
    shortlist: tuple[Pick, ...]
    sureness: tuple[str, ...]
    bench: Bench = field(repr=False)

    def __getitem__(self, name: str) -> Candidate:
        return next(one for one in self.candidates if one.name == name)

    def pick(self, asked: str | None = None) -> Candidate:
        """Return the plan that was asked for by number of the shortlist or by name; the first of
        the shortlist otherwise.

        Raises:
            InputError: there is no such plan.
        """
        names = [one.name for one in self.candidates]
        if asked is None:
            return self[self.shortlist[0].name] if self.shortlist else self.candidates[0]
        if asked.isdigit() and 1 <= int(asked) <= len(self.shortlist):
            return self[self.shortlist[int(asked) - 1].name]
        if asked in names:
            return self[asked]
        raise InputError(
            f"--pick {asked}: the shortlist has {len(self.shortlist)} plans, and there is no plan"
            f" of that name; known: {', '.join(names)}"
        )


def propose(
    task: Task,
    *,
    wanted: Wanted = (),
    people: People = PEOPLE,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Proposal:
    """Return the ways from a case to its aim side by side on the same people, and a shortlist with
    reasons.

    Args:
        wanted: (name, settings) of the ways; all if empty.
        people: how many are drawn with the task's seed, or people who are given (`cohort`).
        tell: called now and then with what is being done and the share of all that is done.

    Raises:
        InputError: a way that was asked for cannot be used, or nothing leads to the goal within the
            limits and the time.
        DispensingError: the drug cannot be had, or the last dose cannot be made.
    """
    for name, settings in wanted:
        require_no_settings(name, settings)
    case, facts = task.case, task.facts
    given = None if isinstance(people, int) else people
    tell("Making the ways", 0.0)
    staying = ways_to_go.staying(task)
    kept = tuple(
        LeftOut(f"to stop {drug}", f"it goes on as it is: {why}") for drug, why in task.kept.items()
    )
    if task.aim == "stay" or (wanted and all(name == STAY for name, _ in wanted)):
        return _proposal(
            task,
            (staying,),
            (),
            (),
            bench(case, facts, [staying.plan], people=people, seed=task.seed),
            given=given,
        )
    cupboards = {
        stage.drug: drafting.cupboard(stage, [ways_to_go.by_way_of(task)]) for stage in task.stages
    }
    use = cases.regimen(case, task.first_day, facts)
    last_mg = max(task.to_mg, facts.choices["last-dose"].to("share") * task.mg_per_day)
    speaks = not withheld(case, facts, use.then_taper([(last_mg, 14.0)], task.drug))
    found, out = _hand_made(task, cupboards, use if speaks else None, wanted)
    tell(f"Drawing {people if isinstance(people, int) else len(people):,} people", WAYS_MADE)
    on = bench(
        case, facts, [staying.plan, *(one.plan for one in found)], people=people, seed=task.seed
    )
    searched: tuple[Candidate, ...] = ()
    if speaks and any(name == OPTIMISED for name, _ in wanted):
        tell("Searching for the best", SEARCHING)
        searched = optimised(task, cupboards, on.standing, use.changes)
    together = (*found, *searched)
    if not together:
        raise InputError(blocked(task, cupboards, out if wanted else ()))
    asked = tuple(name for name, _ in wanted)
    return _proposal(
        task, (staying, *found), searched, (*kept, *out), on, tell, given=given, asked=asked
    )


def _hand_made(
    task: Task, cupboards: Mapping[str, Cupboard], use: Regimen | None, wanted: Wanted
) -> tuple[tuple[Candidate, ...], tuple[LeftOut, ...]]:
    """Return the plans of the tiers, then every way that is written by hand; only those wanted, if
    any are.

    Args:
        use: what is taken until the first day; None where the model cannot speak.
    """
    if task.later:
        found, out = ways_to_go.in_turn(task, cupboards, wanted)
    else:
        start = ways_to_go.begin(task, weekly_severity=_typical(task, use) if use else None)
        found, out = ways_to_go.candidates(task, start, cupboards[task.drug], wanted)
    if wanted:
        return found, out
    first, left = recommended.of_task(task, cupboards)
    return (*first, *found), (*left, *out)


def courses(made: Proposal, name: str, days_before: int = 28) -> dict[str, Course] | None:
    """Return the course of one plan and of the next two of the shortlist on the same people, its
    own first; None if withheld.

    Args:
        days_before: days before the first day that are shown as well.
    """
    if made.comparison.withheld:
        return None
    case, facts, on = made.task.case, made.task.facts, made.bench
    wanted = list(dict.fromkeys([name, *(pick.name for pick in made.shortlist)]))[:3]
    first = max(0.0, on.standing.day - days_before)
    people, use = on.standing.people, cases.regimen(case, made.task.first_day, facts)
    earlier = cohort.standing_on(people, use, first, facts)
    uses = {one: plans.regimen(made[one].plan, case, facts) for one in wanted}
    last = max(use.days for use in uses.values()) + facts.choices["watched-after"].to("d")
    return {
        one: cohort.course(
            people,
            use,
            np.arange(first, np.floor(last) + 1.0),
            facts,
            conditions=cases.conditions(case),
            start=earlier,
        )
        for one, use in uses.items()
    }


def _proposal(
    task: Task,
    hand_made: tuple[Candidate, ...],
    searched: tuple[Candidate, ...],
    out: tuple[LeftOut, ...],
    on: Bench,
    tell: Callable[[str, float], None] = lambda what, share: None,
    *,
    given: Patients | None,
    asked: tuple[str, ...] = (),
) -> Proposal:
    today = cases.today(task.case)
    tell("Living every plan", COMPARING)
    compared = compare((*hand_made, *searched), on)
    if (
        not compared.withheld
    ):  # on all people some of what was found on a few is beaten by the rest of it
        unbeaten = front([compared[one.name] for one in searched])
        searched = tuple(one for one in searched if one.name in unbeaten)
    together = (*hand_made, *searched)
    compared = compared.only({one.name for one in together})
    found: dict[str, tuple[Finding, ...]] = {}
    for one in together:
        tell(f"Checking {one.name}", CHECKING + (1.0 - CHECKING) * len(found) / len(together))
        found[one.name] = check(one.plan, task.case, task.facts, today=today, people=given)
    may = _eligible([one.name for one in together if one.name != STAY and not one.breaches], found)
    weeks = {one.name: one.weeks for one in compared.outcomes}
    picks = recommended.shortlist(task, together, may, weeks, asked)
    if together[1:] == ():
        picks = (Pick(STAY, "it is what was asked for: nothing changes until somebody decides"),)
    best = () if compared.withheld else front([one for one in compared.outcomes if one.name in may])
    return Proposal(
        task,
        assess(task.case, task.facts),
        together,
        found,
        out,
        compared,
        best,
        picks,
        certainty(compared, picks),
        on,
    )


def refused_alike(proposal: Proposal) -> tuple[Finding, ...]:
    """Return the findings that refuse every plan of a proposal: what must be done first."""
    every = [
        {one.rule for one in found if one.level == "refuse"} for found in proposal.findings.values()
    ]
    shared = set.intersection(*every) if every else set()
    first = next(iter(proposal.findings.values()), ())
    return tuple(one for one in first if one.rule in shared and one.level == "refuse")


def is_too_hard(findings: Sequence[Finding]) -> bool:
    """True for a plan that is refused, or whose pace is warned of: it is shown, and never
    recommended.
    """
    return any(
        (f.level == "refuse" and not f.is_lifted_by_a_reason)
        or (f.stands and f.rule.partition(".")[0] in PACE)
        for f in findings
    )


def _eligible(names: Sequence[str], found: Mapping[str, Sequence[Finding]]) -> list[str]:
    """Return the plans that may be recommended: not refused, and without an alarm of their pace.

    A refusal that stands against every plan of a case is the person's; it does not tell plans
    apart.
    """
    refused = {name: set(awaits_a_reason(found[name])) for name in names}
    shared = set.intersection(*refused.values()) if refused else set()
    return [name for name in names if not is_too_hard(found[name]) and refused[name] <= shared]


def awaits_a_reason(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the rules that refuse a plan until somebody has written why it is accepted; they are
    the person's, not the plan's.
    """
    return tuple(
        dict.fromkeys(f.rule for f in findings if f.level == "refuse" and f.is_lifted_by_a_reason)
    )


def _typical(task: Task, use: Regimen) -> Callable[[tuple[float, ...]], tuple[float, ...]]:
    """Return how the typical person fares week by week on so many mg a day, taken at the present
    times in the present parts.
    """
    facts, case = task.facts, task.case
    person = cohort.typical(case, use.drugs, facts)
    day = cases.day_of(case, task.first_day)
    mine = [dose for held in drafting.stay(task) for dose in held.doses]
    others = drafting.other_doses(task)
    slots = dict.fromkeys((dose.drug, dose.route, dose.hour) for dose in (*mine, *others))
    typical = walker(cohort.standing_on(person, use, day, facts), tuple(slots), facts, use.changes)

    def live(states: States, mg_per_day: float, week: int) -> tuple[States, float]:
        row: dict[tuple[str, float], float] = {}
        for dose in (*mine, *others):
            part = mg_per_day / task.mg_per_day if dose.drug == task.drug else 1.0
            row[dose.drug, dose.hour] = row.get((dose.drug, dose.hour), 0.0) + part * dose.dose_mg
        after, mean = typical.go(
            states, np.zeros(1, dtype=np.intp), typical.doses(row)[None], 1, DAYS_A_WEEK * week
        )
        return after, float(mean[0, 0, 0])

    known: dict[tuple[float, ...], tuple[States, tuple[float, ...]]]
    known = {(): (typical.start, (live(typical.start, task.mg_per_day, 0)[1],))}

    def weekly(doses: tuple[float, ...]) -> tuple[float, ...]:
        if doses not in known:
            weekly(doses[:-1])
            states, felt = known[doses[:-1]]
            after, now = live(states, doses[-1], len(doses) - 1)
            known[doses] = after, (*felt, now)
        return known[doses][1]

    return weekly
