"""Blocked: why no plan leads to the goal, and the nearest one that would."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from homeostat.care.choice.candidates import LeftOut
from homeostat.care.choice.drafting import Task
from homeostat.care.choice.limits import Limits
from homeostat.care.choice.searched import Level, guideline_limits, levels, stations
from homeostat.care.ways import OPTIMISED
from homeostat.care.ways.making import Cupboard
from homeostat.language.quantity import mg_text, number_text

MOST_SAID = 12
"""Steps of a plan that are said in a sentence; of longer ones the first and the last."""


def blocked(task: Task, cupboards: Mapping[str, Cupboard], out: Sequence[LeftOut]) -> str:
    """Say which constraint blocks every plan, and the nearest plan that is possible."""
    pace = task.pace
    now = ", then ".join(f"{mg_text(stage.mg_per_day)} of {stage.drug}" for stage in task.stages)
    way = f"from {now} a day to {f'{mg_text(task.to_mg)} a day' if task.to_mg else 'a stop'}"
    ceiling = (
        f"{pace.name} of {number_text(100 * pace.share)} % of the start in {pace.days:.0f} days"
    )
    asked = "".join(f"{left.name}: {left.why}. " for left in out)
    nearest = fastest(task, cupboards, guideline_limits(task))
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
    goal = len(ladder) - 1
    edge: dict[tuple[int, int, float, int], tuple[int, ...]] = {(0, 0, ladder[0], 0): (0,)}
    for week in range(inside.longest * len(ladder) + len(inside.counts)):
        following: dict[tuple[int, int, float, int], tuple[int, ...]] = {}
        for (rung, held, before, changes), trail in edge.items():
            for to in (1 + i for i in inside.below(rung - 1, goal - 1)):
                if not inside.may_fall(
                    (before, ladder[rung], ladder[to]),
                    held,
                    changes,
                    ladder[rung + 1],
                    week,
                    is_last=to == goal,
                ):
                    continue
                if to == goal:
                    return week, tuple(rungs[i - 1] for i in (*trail[1:], to))
                following.setdefault((to, 1, ladder[rung], min(changes + 1, 2)), (*trail, to))
            if rung and inside.may_stay(held, week):
                following.setdefault((rung, held + 1, before, changes), trail)
        edge = following
    return None
