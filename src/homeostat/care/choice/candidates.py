"""Candidates: every way that leads from a case to its goal, as a plan of doses that can be made, or
why it does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from homeostat.care.assess.risk import may_stop_at_once
from homeostat.care.choice import drafting
from homeostat.care.choice.compare import Named
from homeostat.care.choice.drafting import DAYS_A_WEEK, Task
from homeostat.care.plan.records import Switch
from homeostat.care.ways import (
    METHODS,
    OPTIMISED,
    STAY,
    Method,
    Start,
    method,
    settings_of,
    stands_for,
)
from homeostat.care.ways.making import Cupboard, Held, made
from homeostat.errors import DispensingError, InputError
from homeostat.facts.keys import mark
from homeostat.language.quantity import Milligrams, mg_text, number_text

_SLIP = 1e-9
SWITCHES = ("switch-low", "switch-high")
ALONE = (*SWITCHES, "integral-control")
"""Ways that speak of one drug and are not offered where several are stopped one after the other."""


@dataclass(frozen=True)
class Candidate(Named):
    """One plan that could be followed, with what its doses mean.

    Attributes:
        held: its doses in order; empty for a plan read from a file.
        is_published: somebody gave it as a rule for people.
        breaches: what the guideline's pace allows and this plan exceeds, a sentence each.
    """

    title: str
    good_for: str
    held: tuple[Held, ...] = ()
    is_published: bool = False
    breaches: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        """How often the daily doses change."""
        return len(self.plan.steps)

    @property
    def last_change(self) -> date:
        """The day of the last change."""
        return self.plan.steps[-1].from_day

    @property
    def weeks(self) -> float:
        """Weeks from the first day until the last change."""
        return (self.last_change - self.plan.steps[0].from_day).days / DAYS_A_WEEK


@dataclass(frozen=True)
class LeftOut:
    """A way that is not offered, and why."""

    name: str
    why: str


def from_method(
    task: Task, way: Method, start: Start, cupboard: Cupboard, given: Mapping[str, float]
) -> Candidate:
    """Return one hand-written way as a candidate.

    Raises:
        InputError, DispensingError: it cannot be used from here, or its last dose cannot be made.
    """
    to_drug = start.switches_to
    if why := way.unfit(start):
        raise InputError(why)
    switch: tuple[Switch, ...] = ()
    if way.name in SWITCHES:
        if to_drug not in cupboard.stocks:
            why = cupboard.missing.get(to_drug, "it was not looked for")
            raise DispensingError(f"nothing that can be had is made of {to_drug} ({why})")
        table, to_mg = stands_for(start, way.name.removeprefix("switch-"))
        switch = (
            Switch(
                from_drug=start.drug,
                to_drug=to_drug,
                from_mg=Milligrams(start.mg_per_day),
                to_mg=Milligrams(to_mg),
                table=table,
            ),
        )
    settings, title = (
        settings_of(way, start, given),
        way.title.replace(task.facts.switch_drug, to_drug) if switch else way.title,
    )
    taken = tuple(dose for drug in cupboard.stocks for dose in drafting.present(task, drug))
    held = made(way.ideal(start, settings), cupboard, taken)
    name = (
        way.name if not given else way.name + ":" + ",".join(f"{k}={v:g}" for k, v in given.items())
    )
    plan = drafting.write(
        task,
        held,
        way.name,
        settings=settings,
        sources=way.sources,
        rests_on=way.rests_on,
        switch=switch,
        reasons=(
            f"{title[0].upper()}{title[1:]}: {way.good_for}.",
            (
                "Each dose is the largest that can be made of what can be had and is not above the"
                " way's own; none is rounded up."
            ),
        ),
    )
    return Candidate(name, plan, title, way.good_for, held, way.is_published, breaches(held, task))


def staying(task: Task) -> Candidate:
    """Return the plan to go on as now, with its reviews."""
    held = drafting.stay(task)
    good_for = "nothing changes; reviewed at least every three months"
    plan = drafting.write(
        task, held, STAY, sources=("asam-2025",), rests_on=("choice:review",), aim="stay"
    )
    plan = replace(
        plan,
        reasons=(
            (
                "Stopping stable use was itself followed by more deaths and self-harm in one"
                " large cohort; staying is a choice."
            ),
        ),
    )
    return Candidate(STAY, plan, "go on as now", good_for, held)


def candidates(
    task: Task,
    start: Start,
    cupboard: Cupboard,
    wanted: Sequence[tuple[str, Mapping[str, float]]] = (),
) -> tuple[tuple[Candidate, ...], tuple[LeftOut, ...]]:
    """Return the hand-written ways that lead to the goal, and those that do not with the reason.

    Args:
        wanted: (name, settings) of the ways to make; all if empty. A way that was asked for by name
            and cannot be used is a fault.

    Raises:
        InputError: a way that was asked for cannot be used.
        DispensingError: the dose that is to be kept in the end cannot be made.
    """
    if task.to_mg > 0:
        cupboard.doses(task.drug, task.to_mg)
    asked = [(name, given) for name, given in wanted if name not in (OPTIMISED, STAY)]
    found, out = [], []
    for name, given in asked or [(name, {}) for name in METHODS if not wanted]:
        way = method(name)
        try:
            found.append(from_method(task, way, start, cupboard, given))
        except (InputError, DispensingError) as problem:
            if asked:
                raise type(problem)(f"the way '{name}' cannot be used here: {problem}") from None
            out.append(LeftOut(name, str(problem)))
    kept = []
    for one in found:
        if why := why_not(one, task):
            out.append(LeftOut(one.name, why))
        else:
            kept.append(one)
    return tuple(kept), tuple(out)


def in_turn(
    task: Task,
    cupboards: Mapping[str, Cupboard],
    wanted: Sequence[tuple[str, Mapping[str, float]]] = (),
) -> tuple[tuple[Candidate, ...], tuple[LeftOut, ...]]:
    """Return the hand-written ways for several drugs, one after the other: each way is gone with
    the first drug, then with the next.

    The next drug begins no sooner after the last step of the one before than that step was held,
    and than the guideline's window.

    Raises:
        InputError, DispensingError: as for `candidates`.
    """
    if alone := [name for name, _ in wanted if name in ALONE]:
        raise InputError(
            f"the way '{alone[0]}' speaks of one drug, and several are stopped here: add --drug"
            f" {task.drug}"
        )
    out = [
        LeftOut(
            name,
            f"it speaks of one drug, and several are stopped here; --drug {task.drug} lowers one",
        )
        for name in ALONE
        if not wanted
    ]
    parts: list[dict[str, Candidate]] = []
    for stage in task.stages:
        found, left = candidates(stage, begin(stage), cupboards[stage.drug], wanted)
        parts.append({one.name: one for one in found})
        known = {one.name for one in out}
        out += [
            LeftOut(one.name, f"{stage.drug}: {one.why}") for one in left if one.name not in known
        ]
    kept = []
    for name, first in parts[0].items():
        if name not in ALONE and all(name in part for part in parts):
            one = joined(task, [part[name] for part in parts], first)
            if why := _too_long(one, task):
                out.append(LeftOut(name, why))
            else:
                kept.append(one)
    return tuple(kept), tuple(out)


def joined(task: Task, parts: Sequence[Candidate], first: Candidate) -> Candidate:
    """Return one plan of the same way for one drug after the other."""
    held: list[Held] = []
    for k, part in enumerate(parts):
        later = tuple(dose for drug in task.drugs[k + 1 :] for dose in drafting.present(task, drug))
        pause = round(max(task.pace.days, *(each.days or 0 for each in part.held[-2:])))
        for each in part.held:
            days = pause if each.days is None and later else each.days
            held.append(Held((*each.doses, *later), days))
    settings = {
        f"{drug}: {key}": value
        for drug, part in zip(task.drugs, parts, strict=True)
        for key, value in part.plan.way.settings.items()
        if isinstance(value, (int, float))
    }
    plan = drafting.write(
        task,
        tuple(held),
        first.plan.way.name,
        settings=settings,
        sources=first.plan.way.sources,
        rests_on=tuple(dict.fromkeys(key for part in parts for key in part.plan.facts.records)),
        reasons=(
            *first.plan.reasons,
            (
                f"One drug at a time: {', then '.join(task.drugs)}; the one that lasts longest in"
                " the body comes last and bridges the others, unless --drug says another order."
                " The order is our choice."
            ),
        ),
    )
    return Candidate(
        first.name,
        plan,
        first.title,
        first.good_for,
        tuple(held),
        first.is_published,
        breaches(tuple(held), task),
    )


def why_not(one: Candidate, task: Task) -> str:
    """Return why a plan is not offered at all, or ''."""
    pace, share = task.pace, largest_fall(one.held, task, 1.0)
    if share > pace.abrupt_share + _SLIP:
        return (
            f"with what can be had it would take {share:.0%} of the dose away at once, which is an"
            f" abrupt stop {mark('abrupt')}; smaller units or a liquid are needed"
        )
    share = largest_fall(one.held, task, pace.near_days)
    if share >= pace.near_share - _SLIP:
        return (
            f"it would take {share:.0%} of the dose away within {pace.near_days:.0f} days, which is"
            f" as good as an abrupt stop {mark('near-abrupt')} {mark('near-abrupt-days')}"
        )
    last, band = (
        one.held[-2].mg_per_day(task.drug) if len(one.held) > 1 else 0.0,
        task.facts.dose_bands.get(task.drug),
    )
    if (
        not task.to_mg
        and band
        and last > band.high_min_mg
        and not may_stop_at_once(task.case, task.facts)
    ):
        return (
            f"it would end from {mg_text(last)} a day at once, which the guideline calls a high"
            f" dose (above {mg_text(band.high_min_mg)}); smaller units or smaller steps are needed"
        )
    return _too_long(one, task)


def _too_long(one: Candidate, task: Task) -> str:
    if task.max_weeks is not None and one.weeks > task.max_weeks:
        return f"it takes {one.weeks:.0f} weeks, longer than the {task.max_weeks} that were allowed"
    return ""


def strength(held: tuple[Held, ...], task: Task) -> list[float]:
    """Return the daily totals from the present one on, all drugs together, in milligrams of the
    task's drug [mg/d].

    A switch counts by the table of its own dose: the new drug at its full dose stands for the whole
        of the old one. Drugs that are
    stopped one after the other count by their shares: the whole of each as much as the whole of the
        first.
    """
    full = _full(held, task) | {stage.drug: stage.mg_per_day for stage in task.stages}
    totals = [len(task.drugs) * task.mg_per_day]
    for part in held:
        drugs = {dose.drug for dose in part.doses}
        totals.append(
            sum(
                part.mg_per_day(d) * (1.0 if d == task.drug else task.mg_per_day / full[d])
                for d in sorted(drugs)
            )
        )
    return totals


def _full(held: tuple[Held, ...], task: Task) -> dict[str, float]:
    drugs = {dose.drug for part in held for dose in part.doses} - {task.drug}
    return {drug: max(part.mg_per_day(drug) for part in held) for drug in drugs}


def breaches(held: tuple[Held, ...], task: Task) -> tuple[str, ...]:
    """Return where a plan takes more away in the guideline's window than its ceiling; empty if it
    never does.
    """
    pace, worst = task.pace, largest_fall(held, task, task.pace.days)
    if worst <= pace.share + _SLIP:
        return ()
    return (
        (
            f"it takes {worst:.0%} of the starting dose away within {pace.days:.0f} days;"
            f" {pace.name} is {number_text(100 * pace.share)} %"
        ),
    )


def largest_fall(held: tuple[Held, ...], task: Task, days: float) -> float:
    """Return the largest share of the starting dose that a plan takes away within so many days."""
    at, falls = 0.0, []
    for part, (before, after) in zip(held, pairwise(strength(held, task)), strict=True):
        falls.append((at, before - after))
        at += part.days or 0.0
    worst = max(
        (sum(fall for day, fall in falls if first <= day < first + days) for first, _ in falls),
        default=0.0,
    )
    return worst / task.mg_per_day


def by_way_of(task: Task) -> str:
    """Return the drug that a switch goes to: the one the case names, else the guides' own."""
    return task.case.goal.switch_to or task.facts.switch_drug


def begin(task: Task, **more: object) -> Start:
    """Return where the ways begin."""
    longest = float("inf") if task.max_weeks is None else task.max_weeks * float(DAYS_A_WEEK)
    at = (task.facts, task.drug, task.mg_per_day, task.to_mg, longest, by_way_of(task))
    return Start(*at, **more)  # type: ignore[arg-type]
