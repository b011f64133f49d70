"""From a task to what is searched (rungs, limits, people) and from the paths found to
candidates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from homeostat.care import case as cases
from homeostat.care.assess.dependence import diazepam_mg
from homeostat.care.choice import candidates as care
from homeostat.care.choice import drafting
from homeostat.care.choice.beam_search import BEAM, Path, Rung, search
from homeostat.care.choice.candidates import Candidate
from homeostat.care.choice.drafting import DAYS_A_WEEK, Task
from homeostat.care.choice.limits import Limits
from homeostat.care.plan.records import PlannedDose
from homeostat.care.plan.workload import burden, of_day
from homeostat.care.ways import OPTIMISED
from homeostat.care.ways.making import Cupboard, Held
from homeostat.facts import Facts
from homeostat.facts.records import PaceTier, ShareTaper
from homeostat.model.kinetics import folds_on
from homeostat.model.patients import STRUCTURES, PerPatient
from homeostat.model.regimen import Change
from homeostat.model.schedule import clearances
from homeostat.model.standing import Standing
from homeostat.model.walk import Walker, walker

MOST_RUNGS = 20
"""Daily totals that are searched at most; where more can be made, those nearest below an even
ladder.
"""
PEOPLE_EACH = 8
"""People of each structure who walk the paths."""
LONGEST_WEEKS = 78
"""Weeks that are searched unless the case allows fewer."""
SHOWN = 10
"""Paths that are simulated in full; those that differ most."""
SMALL = 2000
"""Paths up to which the search is exact."""


def limits(task: Task) -> Limits:
    """Return inside what paths must stay, from the guideline and the choices."""
    pace, choice = task.pace, task.facts.choices
    rule = task.facts.pace("asam-2025", ShareTaper)
    tier = task.facts.pace_tier("usual", PaceTier)
    most = diazepam_mg(task.drug, task.mg_per_day, task.facts)[0][1] / task.mg_per_day
    is_one = not task.later
    share = choice["computed-share-of-start"].to("share")
    return Limits(
        first_mg=min(rule.step_share_high, pace.share) * task.mg_per_day,
        first_weeks=ceil(rule.interval_days_low / DAYS_A_WEEK),
        ceiling_mg=min(pace.share, share) * task.mg_per_day,
        split_mg=tier.split_diazepam_mg / most if is_one else 0.0,
        current_share=choice["computed-share-of-current"].to("share") if is_one else inf,
        step_share=tier.near_end_share_high if is_one else inf,
        last_mg=choice["last-dose-diazepam"].to("mg") / most
        if is_one and task.case.preferences.liquid == "yes"
        else inf,
        ceiling_weeks=ceil(pace.days / DAYS_A_WEEK),
        shortest=max(1, round(choice["shortest-step"].to("d") / DAYS_A_WEEK)),
        longest=round(choice["longest-step"].to("d") / DAYS_A_WEEK),
        max_weeks=min(task.max_weeks or LONGEST_WEEKS, LONGEST_WEEKS),
        watched=round(choice["watched-after"].to("d") / DAYS_A_WEEK),
        hard_points=choice["hard-week"].to("points"),
        counts=counts(task),
    )


def guideline_limits(task: Task) -> Limits:
    """Return the limits without those that only computed plans keep: what the guideline's ceiling
    allows.
    """
    ceiling_mg = task.pace.share * task.mg_per_day
    free = replace(limits(task), current_share=inf, step_share=inf, last_mg=inf)
    return replace(free, ceiling_mg=ceiling_mg)


def counts(task: Task) -> tuple[float, ...]:
    """Return what 1 mg counts in each week of the plan, by the clearance of the day before it:
    CL(before)/CL(week); the last for good.
    """
    first = cases.day_of(task.case, task.first_day)
    if task.later:
        return (1.0,)  # which drug a week belongs to is not known here; the check counts it
    changing = cases.changes(task.case, [task.drug], task.facts)
    folds, regimes = clearances(changing, first)
    before = folds_on(changing, first - 0.5).get(task.drug, 1.0)
    return tuple(before / folds[r].get(task.drug, 1.0) for r in regimes[::DAYS_A_WEEK])


def work(doses: Sequence[PlannedDose], facts: Facts) -> float:
    """Return the burden of one day of doses, in changes of dose."""
    return burden(0.0, *of_day(doses), facts)


def totals(task: Task, cupboard: Cupboard) -> tuple[float, ...]:
    """Return the daily totals that are searched, from just below the present dose down to the goal
    [mg/d].

    Where more can be made than are searched: of those just below each step of an even ladder, and
        of three finer ones at its foot,
    the one that is least work.
    """
    every = [
        mg
        for mg in cupboard.totals(task.drug, task.mg_per_day)
        if task.to_mg + 1e-9 < mg < task.mg_per_day - 1e-9
    ]
    if len(every) <= MOST_RUNGS:
        return (*reversed(every), task.to_mg)
    span = task.mg_per_day - task.to_mg
    count = MOST_RUNGS - 4
    steps = [k / count for k in range(1, count)] + [1 / count / 2, 1 / count / 4, 3 / count / 2]
    found = set()
    for share in steps:
        wanted = task.to_mg + share * span
        near = [
            mg
            for mg in every
            if wanted * (1 - 0.25 / count) - span / count / 8 <= mg <= wanted + 1e-9
        ] or [max((mg for mg in every if mg <= wanted), default=every[0])]
        found.add(
            min(
                near,
                key=lambda mg: (round(work(cupboard.doses(task.drug, mg), task.facts), 6), -mg),
            )
        )
    return (*sorted(found, reverse=True), task.to_mg)


@dataclass(frozen=True)
class Level:
    """One rung before anybody walks it.

    Attributes:
        drug, mg_per_day: what is being lowered, and its daily total [mg/d].
        counts_mg: all drugs together by their shares of their starts, in milligrams of the first
            [mg/d].
        doses: of all drugs that are stopped one after the other.
    """

    drug: str
    mg_per_day: float
    counts_mg: float
    doses: tuple[PlannedDose, ...]


def levels(task: Task, cupboards: Mapping[str, Cupboard]) -> tuple[Level, ...]:
    """Return what is searched, from just below the present dose down to the goal; one drug ends
    before the next is lowered.
    """
    found = []
    for k, stage in enumerate(task.stages):
        later = tuple(dose for drug in task.drugs[k + 1 :] for dose in drafting.present(task, drug))
        whole = task.mg_per_day / stage.mg_per_day
        doses = drafting.present(task, stage.drug)
        for mg in totals(stage, cupboards[stage.drug]):
            doses = cupboards[stage.drug].doses(stage.drug, mg, doses) if mg > 0 else ()
            above = (len(task.drugs) - 1 - k) * task.mg_per_day
            found.append(
                Level(stage.drug, mg, (mg if k == 0 else mg * whole) + above, (*doses, *later))
            )
    return tuple(found)


def walkers(standing: Standing, worst: PerPatient) -> NDArray[np.intp]:
    """Return the indices of the people who walk the paths: of each structure as many, evenly from
    the mildest to the hardest.

    Args:
        worst: each person's worst week under some plan, by which they are put in order [points].
    """
    tau = standing.people["transducer"]
    chosen = []
    for structure in STRUCTURES:
        here = np.flatnonzero(tau == structure)
        order = here[np.argsort(worst[here], kind="stable")]
        places = (np.arange(PEOPLE_EACH) + 0.5) / PEOPLE_EACH * len(order)
        chosen.append(order[places.astype(int)] if len(order) >= PEOPLE_EACH else order)
    return np.sort(np.concatenate(chosen))


def ready(
    task: Task, ladder: Sequence[Level], standing: Standing, changes: Sequence[Change] = ()
) -> Walker:
    """Return people who can walk every rung, other drugs that are taken included."""
    made = [dose for level in ladder for dose in level.doses]
    slots = dict.fromkeys(
        (dose.drug, dose.route, dose.hour) for dose in (*made, *drafting.other_doses(task))
    )
    return walker(standing, tuple(slots), task.facts, changes)


def optimised(
    task: Task,
    cupboards: Mapping[str, Cupboard],
    standing: Standing,
    changes: Sequence[Change] = (),
    beam: float = BEAM,
) -> tuple[Candidate, ...]:
    """Return the best trades found as candidates, fastest first; none where nothing stays within
    the limits.

    Args:
        cupboards: for each drug that is lowered, what can be had.
        standing: people who stand on the plan's first day; some of each structure walk the paths.
        changes: of clearance by other medicines.
    """
    ladder = levels(task, cupboards)
    if len(ladder) < 2 and task.to_mg == 0:
        return ()
    everybody = ready(task, ladder, standing, changes)
    some = ready(
        task, ladder, standing.take(walkers(standing, _hardness(task, ladder, everybody))), changes
    )
    others = drafting.other_doses(task)
    rungs = [
        Rung(one.counts_mg, _row(some, (*one.doses, *others)), work(one.doses, task.facts))
        for one in ladder
    ]
    inside = replace(limits(task), stations=stations(ladder))
    present_mg = len(task.drugs) * task.mg_per_day
    paths = search(some, rungs, present_mg, inside, inf if _is_small(len(rungs), inside) else beam)
    found = []
    for number, path in enumerate(_different(paths, SHOWN), start=1):
        held = tuple(
            Held(ladder[i].doses, weeks * DAYS_A_WEEK if weeks else None) for i, weeks in path.held
        )
        name = f"{OPTIMISED}-{number}"
        plan = drafting.write(
            task,
            held,
            name,
            settings={"people": float(some.people), "hard_points": inside.hard_points},
            sources=("asam-2025",),
            rests_on=tuple(f"choice:{choice}" for choice in task.facts.choices),
            reasons=(
                (
                    "Found by search among doses that can be made: no plan found is as fast, as"
                    " little work and as gentle."
                ),
            ),
        )
        found.append(
            Candidate(
                name,
                plan,
                "found by search",
                "no plan found beats it in time, work and hard weeks together",
                held,
            )
        )
    return tuple(one for one in found if not care.breaches(one.held, task))


def stations(ladder: Sequence[Level]) -> tuple[int, ...]:
    """Return the rungs on which a drug ends and another is still taken in full."""
    return tuple(
        i for i, (one, following) in enumerate(pairwise(ladder)) if one.drug != following.drug
    )


def _hardness(task: Task, ladder: Sequence[Level], everybody: Walker) -> PerPatient:
    """Return everybody's worst week [points] when the rungs are taken two weeks each, by which
    people are put in order.
    """
    others = drafting.other_doses(task)
    states, worst = everybody.start, np.zeros(everybody.people)
    for step, level in enumerate(ladder):
        row = _row(everybody, (*level.doses, *others))[None]
        states, mean = everybody.go(
            states, np.zeros(1, dtype=np.intp), row, 2, 2 * DAYS_A_WEEK * step
        )
        worst = np.maximum(worst, mean[0].max(axis=0))
    return worst


def _row(walker: Walker, doses: Sequence[PlannedDose]) -> NDArray[np.float64]:
    mg: dict[tuple[str, float], float] = {}
    for dose in doses:
        slot = dose.drug, dose.hour
        mg[slot] = mg.get(slot, 0.0) + dose.dose_mg
    return walker.doses(mg)


def _is_small(rungs: int, inside: Limits) -> bool:
    """True where an exact search has few enough paths: each rung above the goal is used or not, for
    1 to 4 weeks.
    """
    return bool((1 + inside.longest - inside.shortest + 1) ** (rungs - 1) <= SMALL)


def _different(paths: Sequence[Path], count: int) -> tuple[Path, ...]:
    """Return the paths that differ most: the best of each cost, then the one farthest from those
    chosen, fastest first.
    """
    if len(paths) <= count:
        return tuple(paths)
    costs = np.array([path.costs for path in paths])
    scaled = (costs - costs.min(axis=0)) / np.maximum(np.ptp(costs, axis=0), 1e-12)
    chosen = list(dict.fromkeys(int(i) for i in scaled.argmin(axis=0)))
    while len(chosen) < count:
        gap = np.min([np.abs(scaled - scaled[i]).max(axis=1) for i in chosen], axis=0)
        chosen.append(int(gap.argmax()))
    return tuple(paths[i] for i in sorted(chosen))
