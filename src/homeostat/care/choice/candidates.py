"""Candidates: every way that leads from a case to its goal, as a plan of doses that can be made, or why it does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from homeostat.care.choice import planning
from homeostat.care.choice.compare import Named
from homeostat.care.choice.planning import DAYS_A_WEEK, Task
from homeostat.care.plan.records import Switch
from homeostat.care.quantity import mg_text, number_text
from homeostat.care.ways import METHODS, OPTIMISED, STAY, Method, Start, method, settings_of, stands_for
from homeostat.care.ways.making import Cupboard, Held, made
from homeostat.care.ways.methods import LONG_ACTING
from homeostat.errors import DispensingError, InputError

_SLIP = 1e-9
SWITCHES = ("switch-low", "switch-high")


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


def from_method(task: Task, way: Method, start: Start, cupboard: Cupboard, given: Mapping[str, float]) -> Candidate:
    """Return one hand-written way as a candidate.

    Raises:
        InputError, DispensingError: it cannot be used from here, or its last dose cannot be made.
    """
    if why := way.unfit(start):
        raise InputError(why)
    switch: tuple[Switch, ...] = ()
    if way.name in SWITCHES:
        if LONG_ACTING not in cupboard.stocks:
            raise DispensingError(f"nothing that can be had is made of {LONG_ACTING}")
        table, to_mg = stands_for(start, way.name.removeprefix("switch-"))
        switch = (
            Switch.model_validate(
                {
                    "from_drug": start.drug,
                    "to_drug": LONG_ACTING,
                    "from_mg": mg_text(start.mg_per_day),
                    "to_mg": mg_text(to_mg),
                    "table": table,
                }
            ),
        )
    settings = settings_of(way, start, given)
    held = made(way.ideal(start, settings), cupboard)
    name = way.name if not given else way.name + ":" + ",".join(f"{k}={v:g}" for k, v in given.items())
    plan = planning.write(
        task,
        held,
        way.name,
        settings=settings,
        sources=way.sources,
        rests_on=way.rests_on,
        switch=switch,
        reasons=(
            f"{way.title[0].upper()}{way.title[1:]}: {way.good_for}.",
            "Each dose is the largest that can be made of what can be had and is not above the way's own; none is rounded up.",
        ),
    )
    return Candidate(name, plan, way.title, way.good_for, held, way.is_published, breaches(held, task))


def staying(task: Task) -> Candidate:
    """Return the plan to go on as now, with its reviews."""
    held = planning.stay(task)
    good_for = "nothing changes; reviewed at least every three months"
    plan = planning.write(task, held, STAY, sources=("asam-2025",), rests_on=("choice:review",), aim="stay")
    plan = plan.model_copy(
        update={
            "reasons": (
                "Stopping stable use was itself followed by more deaths and self-harm in one large cohort; staying is a choice.",
            )
        }
    )
    return Candidate(STAY, plan, "go on as now", good_for, held)


def candidates(
    task: Task, start: Start, cupboard: Cupboard, wanted: Sequence[tuple[str, Mapping[str, float]]] = ()
) -> tuple[tuple[Candidate, ...], tuple[LeftOut, ...]]:
    """Return the hand-written ways that lead to the goal, and those that do not with the reason.

    Args:
        wanted: (name, settings) of the ways to make; all if empty. A way that was asked for by name and cannot be used is a fault.

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
        if why := _why_not(one, task):
            out.append(LeftOut(one.name, why))
        else:
            kept.append(one)
    return tuple(kept), tuple(out)


def _why_not(one: Candidate, task: Task) -> str:
    """Return why a plan is not offered at all, or ''."""
    totals = strength(one.held, task)
    drop = max((a - b for a, b in pairwise(totals)), default=0.0)
    if drop > task.pace.abrupt_share * totals[0] + _SLIP:
        return (
            f"with what can be had it would take {drop / totals[0]:.0%} of the dose away at once, which is an abrupt stop; "
            "smaller units or a liquid are needed"
        )
    if task.max_weeks is not None and one.weeks > task.max_weeks:
        return f"it takes {one.weeks:.0f} weeks, longer than the {task.max_weeks} that were allowed"
    return ""


def strength(held: tuple[Held, ...], task: Task) -> list[float]:
    """Return the daily totals from the present one on, all drugs together, in milligrams of the task's drug [mg/d].

    A switch counts by the table of its own dose: the new drug at its full dose stands for the whole of the old one.
    """
    totals, full = [task.mg_per_day], _full(held, task)
    for part in held:
        drugs = {dose.drug for dose in part.doses}
        totals.append(
            sum(part.mg_per_day(d) * (1.0 if d == task.drug else task.mg_per_day / full[d]) for d in sorted(drugs))
        )
    return totals


def _full(held: tuple[Held, ...], task: Task) -> dict[str, float]:
    drugs = {dose.drug for part in held for dose in part.doses} - {task.drug}
    return {drug: max(part.mg_per_day(drug) for part in held) for drug in drugs}


def breaches(held: tuple[Held, ...], task: Task) -> tuple[str, ...]:
    """Return where a plan takes more away in the guideline's window than its ceiling; empty if it never does."""
    pace, totals = task.pace, strength(held, task)
    at, falls = 0.0, []
    for part, (before, after) in zip(held, pairwise(totals), strict=True):
        falls.append((at, before - after))
        at += part.days or 0.0
    worst = max(
        (sum(fall for day, fall in falls if first <= day < first + pace.days) for first, _ in falls), default=0.0
    )
    if worst <= pace.share * totals[0] + _SLIP:
        return ()
    return (
        f"it takes {worst / totals[0]:.0%} of the starting dose away within {pace.days:.0f} days; {pace.name} is {number_text(100 * pace.share)} %",
    )


def begin(task: Task, **more: object) -> Start:
    """Return where the ways begin."""
    longest = float("inf") if task.max_weeks is None else task.max_weeks * float(DAYS_A_WEEK)
    return Start(task.facts, task.drug, task.mg_per_day, task.to_mg, longest, **more)  # type: ignore[arg-type]
