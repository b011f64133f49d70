"""Proposal: everything that is laid before the clinician for one case and one aim, from assessment
to shortlist.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from homeostat.care import case as cases
from homeostat.care import cohort
from homeostat.care import plan as plans
from homeostat.care.assess.assessment import Assessment
from homeostat.care.assess.risk import assess
from homeostat.care.check import check
from homeostat.care.choice import candidates as ways_to_go
from homeostat.care.choice import drafting
from homeostat.care.choice.beam_search import Limits
from homeostat.care.choice.candidates import Candidate, LeftOut
from homeostat.care.choice.compare import Bench, Comparison, bench, compare, withheld
from homeostat.care.choice.drafting import DAYS_A_WEEK, Task
from homeostat.care.choice.searched import Level, levels, limits, optimised, stations
from homeostat.care.choice.shortlist import Pick, certainty, front, shortlist
from homeostat.care.cohort import People
from homeostat.care.findings import Finding
from homeostat.care.ways import OPTIMISED, STAY, require_no_settings
from homeostat.care.ways.making import Cupboard
from homeostat.errors import InputError
from homeostat.language.quantity import mg_text, number_text
from homeostat.model.course import Course
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen
from homeostat.model.walk import States, walker

PEOPLE = 200
"""Virtual people on whom plans are compared unless asked otherwise; a share moves by about 2 points
from seed to seed.
"""
MOST_SAID = 12
"""Steps of a plan that are said in a sentence; of longer ones the first and the last."""
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
        shortlist: the few that are best at something; picks[0] is not a command.
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
            return self[self.shortlist[0].name] if self.shortlist else self.candidates[-1]
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
    if task.later:
        found, out = ways_to_go.in_turn(task, cupboards, wanted)
    else:
        start = ways_to_go.begin(task, weekly_severity=_typical(task, use) if speaks else None)
        found, out = ways_to_go.candidates(task, start, cupboards[task.drug], wanted)
    tell(f"Drawing {people if isinstance(people, int) else len(people):,} people", WAYS_MADE)
    on = bench(
        case, facts, [staying.plan, *(one.plan for one in found)], people=people, seed=task.seed
    )
    searched: tuple[Candidate, ...] = ()
    if speaks and (not wanted or any(name == OPTIMISED for name, _ in wanted)):
        tell("Searching for the best", SEARCHING)
        searched = optimised(task, cupboards, on.standing, use.changes)
    together = (*found, *searched)
    if not together or (not wanted and all(one.breaches for one in together)):
        raise InputError(_blocked(task, cupboards, out if wanted else ()))
    return _proposal(task, (staying, *found), searched, (*kept, *out), on, tell, given=given)


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
    may = [
        one.name
        for one in together
        if one.name != STAY and not one.breaches and not is_too_hard(found[one.name])
    ]
    wish = [name for name in ways_to_go.SWITCHES if name in may and task.case.goal.switch_to]
    picks = shortlist(
        compared, may, [one.name for one in together if one.is_published], task.facts, wish
    )
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


def is_too_hard(findings: Sequence[Finding]) -> bool:
    """True for a plan that is refused, or whose pace is warned of: it is shown, and never
    recommended.
    """
    return any(
        (f.level == "refuse" and not f.is_lifted_by_a_reason)
        or (f.stands and f.rule.partition(".")[0] in PACE)
        for f in findings
    )


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


def _blocked(task: Task, cupboards: Mapping[str, Cupboard], out: Sequence[LeftOut]) -> str:
    """Say which constraint blocks every plan, and the nearest plan that is possible."""
    pace = task.pace
    now = ", then ".join(f"{mg_text(stage.mg_per_day)} of {stage.drug}" for stage in task.stages)
    way = f"from {now} a day to {f'{mg_text(task.to_mg)} a day' if task.to_mg else 'a stop'}"
    ceiling = (
        f"{pace.name} of {number_text(100 * pace.share)} % of the start in {pace.days:.0f} days"
    )
    asked = "".join(f"{left.name}: {left.why}. " for left in out)
    nearest = fastest(task, cupboards, limits(task))
    if nearest is None:
        known = ", ".join(level_text(one, task) for one in levels(task, cupboards) if one.doses)
        known = known or "none below the present dose"
        return (
            f"{asked}No plan {way} stays within {ceiling} with the daily doses that can be made:"
            f" {known}. What blocks are the units: smaller tablets, splitting or a liquid are"
            f" needed (`homeostat dispense {task.drug} {mg_text(task.mg_per_day / 8)}`)"
        )
    weeks, found = nearest
    said = [mg_text(task.mg_per_day), *(level_text(one, task) for one in found)]
    steps = " → ".join(
        said if len(said) <= MOST_SAID else [*said[: MOST_SAID - 3], "…", *said[-2:]]
    )
    if task.max_weeks is not None and weeks > task.max_weeks:
        return (
            f"{asked}No plan {way} takes {task.max_weeks} weeks or less within {ceiling}: what"
            f" blocks is the time. The nearest plan takes {weeks} weeks ({steps}): allow"
            f" --max-weeks {weeks} or more"
        )
    return (
        f"{asked}A plan {way} within {ceiling} takes {weeks} weeks ({steps}): ask for --way"
        f" {OPTIMISED}, or leave --way out"
    )


def level_text(level: Level, task: Task) -> str:
    """Return a daily total in words, with its drug where several are stopped."""
    mg = mg_text(level.mg_per_day) if level.mg_per_day else "nothing"
    return f"{mg} of {level.drug}" if task.later else mg


def fastest(
    task: Task, cupboards: Mapping[str, Cupboard], inside: Limits
) -> tuple[int, tuple[Level, ...]] | None:
    """Return the weeks and the levels of the fastest plan within the ceiling, whatever was said
    about time; None if there is none.

    Breadth first over (rung, weeks it has been held, dose before, changes), a week at a time: no
    model is asked.
    """
    rungs = levels(task, cupboards)
    inside = replace(inside, stations=stations(rungs))
    ladder = (len(task.drugs) * task.mg_per_day, *(one.counts_mg for one in rungs))
    goal, smallest = len(ladder) - 1, ladder[0] - ladder[1]
    edge: dict[tuple[int, int, float, int], tuple[int, ...]] = {(0, 0, ladder[0], 0): (0,)}
    for week in range(inside.longest * len(ladder) + len(inside.counts)):
        following: dict[tuple[int, int, float, int], tuple[int, ...]] = {}
        for (rung, held, before, changes), trail in edge.items():
            for to in (1 + i for i in inside.below(rung - 1, goal - 1)):
                if not inside.may_fall(
                    (before, ladder[rung], ladder[to]), held, changes, smallest, week
                ):
                    continue
                if to == goal:
                    return week, tuple(rungs[i - 1] for i in (*trail[1:], to))
                following.setdefault((to, 1, ladder[rung], min(changes + 1, 2)), (*trail, to))
            if rung and inside.may_stay(held, week):
                following.setdefault((rung, held + 1, before, changes), trail)
        edge = following
    return None
