"""Recommended: the plans that the guideline's tiers propose, and the shortlist in their order.

First the person's tier, then the next slower one, then a switch where it helps, then to lower and
hold. What is faster stands in a group of its own, and what was computed comes last. The model gives
no plan its place: it compares and explains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from math import inf, sqrt
from typing import Literal

from homeostat.care.assess.dependence import diazepam_mg
from homeostat.care.assess.risk import assess
from homeostat.care.choice import candidates as ways_to_go
from homeostat.care.choice import drafting
from homeostat.care.choice.candidates import Candidate, LeftOut
from homeostat.care.choice.drafting import Task
from homeostat.care.guideline import (
    Edges,
    Kept,
    Recommendation,
    Taper,
    kept,
    recommend,
    taper,
)
from homeostat.care.ways.making import Cupboard, Held
from homeostat.facts.records import NoTaperTier, PaceTier
from homeostat.language.quantity import mg_text

FIRST, SLOWER, LOWER, STOP_NOW = "guideline", "guideline-slower", "lower-and-hold", "stop-now"
"""Names of the plans that the tiers propose."""
Group = Literal["recommended", "faster", "computed"]
HALF = 0.5
"""Share of the present dose to which 'lower and hold' goes where nobody has said how far."""
MOST_FASTER = 2
LARGEST = 0.25
"""Fall of the dose then taken above which units are too coarse: a switch is shown, and of the
faster plans only those that do no worse than the first.
"""
COMPUTED = "optimised"


@dataclass(frozen=True)
class Pick:
    """One plan of the shortlist.

    Attributes:
        group: 'recommended' by the guideline's tiers; 'faster', if the person wants it and the
            first two steps went well; 'computed', which no trial has tried.
    """

    name: str
    why: str
    group: Group = "recommended"


def recommendation(task: Task) -> Recommendation:
    """Return the tier of a task's person."""
    return recommend(task.case, task.facts, assess(task.case, task.facts), task.drug)


def of_task(
    task: Task, cupboards: Mapping[str, Cupboard]
) -> tuple[tuple[Candidate, ...], tuple[LeftOut, ...]]:
    """Return the plans that the tiers propose; for several drugs, for one after the other.

    Raises:
        DispensingError: the dose that is kept in the end cannot be made.
    """
    parts = []
    for stage in task.stages:
        made, out = by_tier(stage, cupboards[stage.drug], recommendation(stage))
        parts.append({one.name: one for one in made})
    if not task.later:
        return made, out
    names = [name for name in (FIRST, SLOWER) if all(name in part for part in parts)]
    return tuple(
        ways_to_go.joined(task, [part[name] for part in parts], parts[0][name]) for name in names
    ), out


def by_tier(
    task: Task, cupboard: Cupboard, found: Recommendation
) -> tuple[tuple[Candidate, ...], tuple[LeftOut, ...]]:
    """Return the plans of the person's tier and of the next slower one, and to lower and hold.

    Raises:
        DispensingError: the dose that is kept in the end cannot be made.
    """
    if isinstance(found.tier, NoTaperTier):
        return (_stop_now(task, found.tier, found.why),), ()
    made: list[Candidate] = []
    out: list[LeftOut] = []
    for name, tier, share, to_mg in _asked(task, cupboard, found.tier, found.slower):
        one = _candidate(task, cupboard, found, name, tier, share, to_mg)
        if why := ways_to_go.why_not(one, task):
            out.append(LeftOut(name, why))
        elif all(one.held != other.held for other in made):
            made.append(one)
    return tuple(made), tuple(out)


def _asked(
    task: Task, cupboard: Cupboard, tier: PaceTier, slower: PaceTier
) -> list[tuple[str, PaceTier, float | None, float]]:
    """Return name, tier, share and end of each plan that the tiers propose."""
    is_slowest = tier.id == slower.id
    asked = [
        (FIRST, tier, None, task.to_mg),
        (SLOWER, slower, tier.share_low if is_slowest else None, task.to_mg),
    ]
    if task.aim == "stop":
        half = [mg for mg in cupboard.totals(task.drug, task.mg_per_day) if mg > 0]
        near = min(half, key=lambda mg: abs(mg - HALF * task.mg_per_day), default=0.0)
        if 0 < near < task.mg_per_day:
            asked.append((LOWER, tier, None, near))
    return asked


def _candidate(
    task: Task,
    cupboard: Cupboard,
    found: Recommendation,
    name: str,
    tier: PaceTier,
    share: float | None,
    to_mg: float,
) -> Candidate:
    totals = [*cupboard.totals(task.drug, task.mg_per_day), to_mg]
    waits = 0 if found.hold is None else (found.hold.until - task.first_day).days
    longest = inf if task.max_weeks is None else 7.0 * task.max_weeks - waits
    steps = taper(
        tier, task.mg_per_day, to_mg, totals, edges(task), share=share, longest_days=longest
    )
    held = _held(task, cupboard, steps, found)
    title = _title(tier, steps)
    plan = drafting.write(
        replace(task, to_mg=to_mg, aim="lower" if to_mg else "stop"),
        held,
        name,
        settings={"share": steps.share, "every_days": float(tier.every_days_high_dose)},
        sources=tuple(dict.fromkeys(source.split(",")[0] for source in tier.sources)),
        rests_on=(f"pace-tier:{tier.id}", "choice:last-dose-diazepam"),
        reasons=_reasons(task, found, tier, steps, title),
    )
    good_for = "; ".join(found.why) if name == FIRST else _GOOD_FOR[name]
    return Candidate(name, plan, title, good_for, held, True, ways_to_go.breaches(held, task))


_GOOD_FOR = {
    SLOWER: "the next slower pace, for people to whom earlier steps were hard",
    LOWER: "a lower dose that is kept, where stopping is not the aim now",
}


def edges(task: Task) -> Edges:
    """Return what the steps of a task's drug are measured by."""
    return Edges(
        lambda mg: diazepam_mg(task.drug, mg, task.facts)[0],
        task.facts.choices["last-dose-diazepam"].to("mg"),
    )


def _held(task: Task, cupboard: Cupboard, steps: Taper, found: Recommendation) -> tuple[Held, ...]:
    """Return a taper as doses that can be made, after the hold where there is one."""
    now = drafting.present(task, task.drug)
    held: list[Held] = []
    if found.hold is not None and (wait := (found.hold.until - task.first_day).days) > 0:
        held.append(Held(now, wait))
    for step in steps.doses:
        before = held[-1].doses if held else now
        doses = cupboard.doses(task.drug, step.mg, before) if step.mg else ()
        held.append(Held(doses, step.days))
    return tuple(held)


def _title(tier: PaceTier, steps: Taper) -> str:
    """Return the pace in words, with what it is made as: '10 % of the dose then taken, …'."""
    of = "of the dose then taken" if tier.base == "current" else "of the starting dose"
    first, last = tier.every_days_high_dose // 7, tier.every_days_low_dose // 7
    weeks = f"{first}" if first == last else f"{first} to {last}"
    return f"{steps.share:.0%} {of}, every {weeks} weeks".replace("%", " %")


def falls_of(one: Candidate, task: Task) -> Kept:
    """Return how a plan falls as it is made, all drugs together, and which published pace it
    keeps.
    """
    start, *totals = ways_to_go.strength(one.held, task)
    days = [part.days for part in one.held]
    (least, most), _ = diazepam_mg(task.drug, 1.0, task.facts)
    doses = list(zip(totals, days, strict=True))
    return kept(start, doses, task.facts, diazepam_mg=sqrt(least * most))


def falls_from(one: Candidate, task: Task) -> tuple[float, ...]:
    """Return for each step of a plan by how much it falls, as a share of the dose before it."""
    return tuple(
        max(0.0, (before - after) / before) if before else 0.0
        for before, after in pairwise(ways_to_go.strength(one.held, task))
    )


def _reasons(
    task: Task, found: Recommendation, tier: PaceTier, steps: Taper, title: str
) -> tuple[str, ...]:
    said = [
        f"{tier.name}: {title}, because of {'; '.join(found.why)}.",
        f"Made as {steps.first_fall:.0%} at first and {steps.largest_fall:.0%} at most of the dose"
        f" then taken, down to {mg_text(steps.last_mg)}; each dose is the slower neighbour of what"
        " the share asks for.".replace("%", " %"),
    ]
    if found.hold is not None:
        said.insert(
            0,
            f"Hold first, until {found.hold.until}: {'; '.join(found.hold.why)}. Go on when:"
            f" {found.hold.measure}.",
        )
    if steps.share > tier.share_high * (1 + 1e-9) and task.max_weeks is not None:
        said.append(
            f"Its steps are larger than the tier's {tier.share_high:.0%}, because the last change"
            f" is to come within {task.max_weeks} weeks.".replace("%", " %")
        )
    if steps.forced:
        said.append(
            f"From {', '.join(mg_text(mg) for mg in steps.forced)} the smallest step that can be"
            f" made is more than a quarter of the dose; {what_opens(task)} would make it smaller."
        )
    return tuple(said)


def what_opens(task: Task) -> str:
    """Return what would make smaller steps, as far as the case leaves it open."""
    wishes = task.case.preferences
    opens = [
        word
        for word, answer in (
            ("splitting tablets", wishes.splitting),
            ("a liquid", wishes.liquid),
            ("a compounded product", wishes.compounding),
        )
        if answer != "yes"
    ]
    return " or ".join(opens) or "another strength or a second product"


def _stop_now(task: Task, tier: NoTaperTier, why: Sequence[str]) -> Candidate:
    """Return the plan for somebody in whom dependence is rare: to stop, with a day to report."""
    is_long = task.facts.drug(task.drug).half_life_class == "long"
    days = tier.report_days_long if is_long else tier.report_days_short
    report = task.first_day + timedelta(days=days)
    held = (Held((), None),)
    plan = drafting.write(
        task,
        held,
        STOP_NOW,
        sources=tuple(dict.fromkeys(source.split(",")[0] for source in tier.sources)),
        rests_on=(f"pace-tier:{tier.id}",),
        reasons=(
            f"{tier.name}: {'; '.join(why)}. A daily taper would mean more drug in a week than"
            " now.",
            f"Report back on {report}, or sooner if withdrawal or the old trouble comes.",
        ),
    )
    plan = replace(plan, visits=tuple(sorted({*plan.visits, report})))
    return Candidate(STOP_NOW, plan, "stop, and report back", "; ".join(why), held, True)


def shortlist(
    task: Task,
    made: Sequence[Candidate],
    may: Sequence[str],
    weeks: Mapping[str, float],
    asked: Sequence[str] = (),
) -> tuple[Pick, ...]:
    """Return the plans to talk over, in the order of the guideline; of those asked for, if any are.

    Args:
        made: every candidate.
        may: names of those without a refusal of their own and without an alarm about their pace.
        weeks: from the first day to the last change, by name.
        asked: names of the ways that were asked for.
    """
    known = {one.name: one for one in made if one.name in may}
    if task.aim == "stay":
        return ()
    said = _reasons_in_order(task, made)
    if asked:
        said |= {one.name: (one.good_for, "recommended") for one in made if one.name not in said}
    first = weeks.get(FIRST)
    picks = {
        name: Pick(name, f"{why} ({weeks[name]:.0f} weeks)", group)
        for name, (why, group) in said.items()
        if name in known
    }
    if first is not None and not asked and FIRST in known:
        edge = falls_of(known[FIRST], task).largest_fall
        faster = [
            name
            for name, one in known.items()
            if weeks[name] < first
            and one.is_published
            and name not in ways_to_go.ALONE
            and (fell := falls_of(one, task)).pace != "neither"
            and fell.largest_fall <= max(edge, LARGEST) + 1e-9
        ]
        for name in sorted(faster, key=lambda n: -weeks[n])[:MOST_FASTER]:
            why = "faster, if the person wants it and the first two steps went well"
            picks.setdefault(name, Pick(name, f"{why} ({weeks[name]:.0f} weeks)", "faster"))
    return tuple(picks.values())


def _reasons_in_order(task: Task, made: Sequence[Candidate]) -> dict[str, tuple[str, Group]]:
    """Return why each plan is talked over, in the order of the guideline."""
    found = recommendation(task)
    why = f"{found.tier.name}: {'; '.join(found.why)}"
    said: dict[str, tuple[str, Group]] = {}
    if _is_scheduled(task, found):
        said["cks-diazepam"] = ("the published schedule of the drug that is taken", "recommended")
    said |= dict.fromkeys((STOP_NOW, FIRST), (why, "recommended"))
    said[SLOWER] = (_GOOD_FOR[SLOWER], "recommended")
    if not isinstance(found.tier, NoTaperTier) and _gains_by_switch(task, made):
        gain = "a longer-acting drug, where doses wear off or small units are missing"
        said |= dict.fromkeys(ways_to_go.SWITCHES[:1], (gain, "recommended"))
    said[LOWER] = (_GOOD_FOR[LOWER], "recommended")
    return said | {
        one.name: ("computed, no trial", "computed")
        for one in made
        if one.name.startswith(COMPUTED)
    }


def _is_scheduled(task: Task, found: Recommendation) -> bool:
    """True where the published diazepam schedule speaks of this drug and its dose is high."""
    return task.drug == task.facts.reference_drug and "a high dose" in found.why


def _gains_by_switch(task: Task, made: Sequence[Candidate]) -> bool:
    first = next((one for one in made if one.name == FIRST), None)
    is_coarse = first is None or falls_of(first, task).largest_fall > LARGEST + 1e-9
    is_short = task.facts.drug(task.drug).half_life_class == "short"
    return bool(task.case.goal.switch_to) or is_short or is_coarse
