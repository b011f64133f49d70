"""Planning: from a case and an aim to a dated plan, with its doses as dispensed, visits, rules and
reasons.

The three aims are equals: to stop, to lower and hold, to stay. A plan is a draft for the clinician
    who knows the person.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from importlib.metadata import version
from typing import Literal

from homeostat.care import case as cases
from homeostat.care.assess.assessment import Place
from homeostat.care.assess.risk import assess
from homeostat.care.case.keys import LONGEST_WEEKS
from homeostat.care.case.records import Case, Intake
from homeostat.care.check.pace import high_risk_of
from homeostat.care.dispensing import dispense
from homeostat.care.dispensing.supply import supplies
from homeostat.care.dispensing.terms import Terms
from homeostat.care.plan.bounds import require_bounded
from homeostat.care.plan.foundation import foundation, used_by
from homeostat.care.plan.limits import LONGEST_D, LONGEST_YEARS
from homeostat.care.plan.records import (
    Plan,
    PlanGoal,
    PlannedDose,
    PlanStep,
    Rule,
    Setting,
    Switch,
    Way,
    Whom,
)
from homeostat.care.ways.making import Cupboard, Held, dated
from homeostat.errors import DispensingError, InputError
from homeostat.facts import Facts
from homeostat.facts.records import ShareTaper
from homeostat.language.quantity import Milligrams, mg_text
from homeostat.model.domain import potency

Aim = Literal["stop", "lower", "stay"]
DAYS_A_WEEK = 7
LASTING = ("short", "medium", "long")
"""Classes of half-life in the order in which drugs are stopped: the one that stays longest in the
body bridges the others.
"""
RESTS_ON = ("choice:hold-after-bad", "choice:slow-down", "choice:review", "choice:visits-apart")
"""What every plan's rules and visits rest on."""
_SAME = 1e-9


@dataclass(frozen=True)
class Pace:
    """The fastest a plan may go: no more than this share of the starting dose in so many days, and
    never abruptly.

    Attributes:
        name: what binds, in words.
        abrupt_share: share of the starting dose above which one step counts as an abrupt stop.
        near_share, near_days: share of it that is as good as an abrupt stop if it goes within so
            many days.
    """

    name: str
    share: float
    days: float
    abrupt_share: float
    near_share: float
    near_days: float

    @classmethod
    def of(cls, case: Case, facts: Facts) -> "Pace":
        """Return the guideline's ceiling, or the routine step where a withdrawal can go badly
        wrong, as the check has it.
        """
        ceiling = facts.ceilings["asam-2025"]
        stops = (
            facts.choices["abrupt"].to("share"),
            facts.choices["near-abrupt"].to("share"),
            facts.choices["near-abrupt-days"].to("d"),
        )
        if why := high_risk_of(case, facts):
            name = f"the routine step that binds people at high risk ({why})"
            routine = facts.pace("nice-cks-eighth", ShareTaper)
            return cls(name, routine.step_share_high, ceiling.days, *stops)
        return cls("the joint guideline's ceiling", ceiling.share, ceiling.days, *stops)


@dataclass(frozen=True)
class Task:
    """What is to be planned, for whom, from which day on.

    Attributes:
        drug, mg_per_day: the drug that is to be lowered and what is taken of it now [mg/d].
        later: drugs that are to be stopped after it, one after the other.
        place, place_why: where the assessment would have it, and why.
        kept: drugs that would be stopped too if they could be made smaller, and why they cannot.
        to_mg: daily dose at the end [mg/d]; 0 = stop.
        first_day: the plan's first day, on which its first change falls.
        max_weeks: longest time until the last change; None = any.
        pace: the fastest that is offered.
    """

    case: Case
    facts: Facts = field(repr=False)
    aim: Aim
    drug: str
    mg_per_day: float
    to_mg: float
    first_day: date
    pace: Pace
    max_weeks: int | None = None
    seed: int = 1
    later: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    place: Place = "outpatient"
    place_why: tuple[str, ...] = ()

    @property
    def stages(self) -> tuple["Task", ...]:
        """One task for each drug, in the order in which they are lowered; itself where there is one
        drug.
        """
        today = cases.today(self.case)
        others = (
            replace(self, drug=d, mg_per_day=cases.mg_per_day(self.case, d, today), later=())
            for d in self.later
        )
        return (replace(self, later=()), *others) if self.later else (self,)

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs that are lowered, in their order."""
        return (self.drug, *self.later)


def task(
    case: Case,
    facts: Facts,
    *,
    goal: str | None = None,
    to_mg: float | None = None,
    first_day: date | None = None,
    max_weeks: int | None = None,
    seed: int = 1,
    drugs: Sequence[str] = (),
) -> Task:
    """Return what is to be planned; what is not given comes from the case.

    Args:
        drugs: what is to be lowered, in this order; else the drug of the case's goal, or all that
            are taken where the aim is to stop, the shorter-acting first, or the one that carries
            most of the effect.

    Raises:
        InputError: nothing is taken that could be lowered, the goal is not below the present dose,
            or the plan would begin in the past.
    """
    today = cases.today(case)
    aim = goal or ("lower" if to_mg is not None else case.goal.aim)
    if aim == "undecided":
        aim = "stay"
    (drug, *later), kept = _order(case, facts, aim, drugs)
    present = cases.mg_per_day(case, drug, today)
    wanted = to_mg if to_mg is not None else case.goal.to_mg_per_day
    if aim == "lower" and wanted is None:
        raise InputError(
            "to lower the dose, say to what daily dose: --to 0.5mg, or 'to' in the case's [goal]"
        )
    if aim != "lower" and to_mg is not None:
        raise InputError(f"--to belongs to --goal lower; the goal here is to {aim}")
    end = {"stop": 0.0, "lower": wanted or 0.0, "stay": present}[aim]
    if aim == "lower" and not end < present - _SAME:
        raise InputError(
            f"the goal of {mg_text(end)} a day is not below the {mg_text(present)} of {drug} that"
            " is taken now; a plan never raises a dose"
        )
    first = first_day or case.preferences.start or today
    if first < today:
        raise InputError(
            f"the plan cannot begin on {first}, which is past: the case speaks on {today}"
        )
    if (first - today).days > LONGEST_D:
        raise InputError(
            f"the plan cannot begin on {first}, more than {LONGEST_YEARS} years after the day of"
            f" the case ({today})"
        )
    if max_weeks is not None and not 1 <= max_weeks <= LONGEST_WEEKS:
        raise InputError(
            f"--max-weeks must be at least 1 and at most {LONGEST_WEEKS} (given: {max_weeks})"
        )
    longest = max_weeks or case.preferences.max_weeks
    found = assess(case, facts)
    return Task(
        case,
        facts,
        aim,  # type: ignore[arg-type]
        drug,
        present,
        end,
        first,
        Pace.of(case, facts),
        longest,
        seed,
        tuple(later),
        kept,
        found.setting,
        tuple(reason.sentence for reason in found.setting_reasons),
    )


def setting_of(task: Task, aim: Aim) -> tuple[Setting, tuple[str, ...]]:
    """Return where a plan takes place, and the reason where the assessment does not say 'at home'.

    Only where it says inpatient outright is the plan written for a ward. Where it says to consider
    it, the plan keeps the stricter limits of home, and the clinician decides.
    """
    if task.place == "outpatient" or aim == "stay":
        return "outpatient", ()
    why = " ".join(task.place_why)
    if task.place == "inpatient":
        return "inpatient", (f"In hospital, by the assessment: {why}",)
    return "outpatient", (
        (
            f"Where: {task.place}, by the assessment: {why} Until that is decided the limits of"
            " home hold."
        ),
    )


def _order(
    case: Case, facts: Facts, aim: str, asked: Sequence[str]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the drugs the plan is about, in the order in which they are lowered, and those that
    cannot be had with the reason.
    """
    today = cases.today(case)
    taken = cases.drugs_taken(case, today)
    if not taken:
        raise InputError("nothing is taken today, so there is nothing to plan")
    if asked:
        named = tuple(dict.fromkeys(facts.drug(drug).id for drug in asked))
        if missing := [drug for drug in named if drug not in taken]:
            raise InputError(
                f"--drug {missing[0]}: it is not taken today; taken: {', '.join(taken)}"
            )
        if len(named) > 1 and aim != "stop":
            raise InputError(
                "several drugs can only be stopped, one after the other; the goal here is to"
                f" {aim}: give one --drug"
            )
        return named, {}
    if case.goal.drug:
        if case.goal.drug not in taken:
            raise InputError(
                f"the goal speaks of {case.goal.drug}, which is not taken today; taken:"
                f" {', '.join(taken)}"
            )
        return (case.goal.drug,), {}
    most = max(taken, key=lambda drug: potency(facts, drug) * cases.mg_per_day(case, drug, today))
    if aim != "stop":
        return (most,), {}
    kept: dict[str, str] = {}
    for drug in taken:
        try:
            dispense.stock(case, drug, facts)
        except (InputError, DispensingError) as problem:
            kept[drug] = str(problem)
    if len(kept) == len(taken):
        return (most,), {}
    stopped = [drug for drug in taken if drug not in kept]
    return (
        tuple(sorted(stopped, key=lambda drug: LASTING.index(facts.drug(drug).half_life_class))),
        kept,
    )


def cupboard(task: Task, drugs: Iterable[str] = ()) -> Cupboard:
    """Return what doses of the task's drug, and of others, can be made of; a drug that cannot be
    had is left out with the reason.

    Raises:
        InputError, DispensingError: the task's own drug cannot be had.
    """
    missing = {}
    stocks = {task.drug: dispense.stock(task.case, task.drug, task.facts)}
    for drug in drugs:
        if drug not in stocks:
            try:
                stocks[drug] = dispense.stock(task.case, drug, task.facts)
            except (InputError, DispensingError) as problem:
                missing[drug] = str(problem)
    routes = {use.route for use in _now(task.case, task.drug)}
    return Cupboard(stocks, routes.pop() if len(routes) == 1 else "oral", missing)


def stay(task: Task) -> tuple[Held, ...]:
    """Return the present doses of the task's drugs, for good, made of what can be had where that is
    possible.
    """
    doses = [dose for drug in task.drugs for dose in present(task, drug)]
    return (Held(tuple(sorted(doses, key=lambda dose: dose.time)), None),)


def present(task: Task, drug: str) -> tuple[PlannedDose, ...]:
    """Return the present doses of a drug, made of what can be had where that is possible."""
    doses, made_of = [], None
    with suppress(InputError, DispensingError):
        made_of = dispense.stock(task.case, drug, task.facts)
    for use in _now(task.case, drug):
        for dose in use.doses:
            made = dispense.make(dose.dose_mg, made_of) if made_of else None
            doses.append(
                PlannedDose(
                    drug=use.drug,
                    time=dose.time,
                    dose_mg=Milligrams(dose.dose_mg),
                    items=made.items if made else (),
                    route=use.route,
                )
            )
    return tuple(doses)


def other_doses(task: Task) -> tuple[PlannedDose, ...]:
    """Return what is taken today of the drugs that the plan leaves as they are."""
    today = cases.today(task.case)
    return tuple(
        PlannedDose(
            drug=use.drug,
            time=dose.time,
            dose_mg=Milligrams(dose.dose_mg),
            route=use.route,
        )
        for use in task.case.use
        if use.drug not in task.drugs and cases.is_taken(use, today)
        for dose in use.doses
    )


def _now(case: Case, drug: str) -> list[Intake]:
    today = cases.today(case)
    return [use for use in case.use if use.drug == drug and cases.is_taken(use, today)]


@cache
def _made_by() -> str:
    return f"homeostat {version('homeostat')}"


def rules(aim: Aim, facts: Facts) -> tuple[Rule, ...]:
    """Return what happens between visits, for a plan with steps or for one that stays; nothing
    becomes faster by itself.

    Source: asam-2025, p. 4 and p. 8; asam-patient-2025, p. 14 and p. 20.
    """
    weeks, times = (
        facts.choices["hold-after-bad"].to("d") / DAYS_A_WEEK,
        facts.choices["slow-down"].to("ratio"),
    )
    stays = (
        Rule(
            when="bad check-in",
            do="call the clinician",
            text=(
                "The dose stays as it is; a change of it, up or down, is a new plan, made with the"
                " clinician."
            ),
        ),
    )
    steps = (
        Rule(
            when="bad check-in",
            do="hold",
            text=f"Stay on the present dose for {weeks:g} more weeks, then look again.",
        ),
        Rule(
            when="bad check-in",
            do="slow down",
            text=(
                f"If it is still hard then, later steps are held {times:g} times as long, or made"
                " half as big: a new version of the plan, made with the clinician."
            ),
        ),
        Rule(
            when="very bad check-in",
            do="go back one step",
            text=(
                "Call the clinician the same day; in rare cases the dose before is taken again for"
                " a time, if the clinician says so."
            ),
        ),
    )
    always = (
        Rule(
            when="missed doses",
            do="call the clinician",
            text=(
                "Do not make up for missed doses and do not count them as a step; skipped doses can"
                " make withdrawal worse."
            ),
        ),
        Rule(
            when="good check-in",
            do="go on as planned",
            text=(
                "Nothing becomes faster by itself. A faster plan is a new plan, made with the"
                " clinician."
            ),
        ),
        Rule(
            when="red flag",
            do="emergency",
            text=(
                "Seizure, confusion, seeing or hearing things, thoughts of suicide, chest pain,"
                " hard to wake: call emergency services."
            ),
        ),
    )
    return (*(stays if aim == "stay" else steps), *always)


def write(
    task: Task,
    held: tuple[Held, ...],
    name: str,
    *,
    settings: Mapping[str, float] | None = None,
    sources: tuple[str, ...] = (),
    rests_on: tuple[str, ...] = (),
    reasons: tuple[str, ...] = (),
    switch: tuple[Switch, ...] = (),
    aim: Aim | None = None,
) -> Plan:
    """Return a dated plan: its steps by the calendar, visits, rules and reasons, and the facts it
    rests on.
    """
    aim = aim or task.aim
    steps = dated(held, task.first_day)
    setting, where = setting_of(task, aim)
    plan = Plan(
        format=1,
        id=f"{task.case.id}-{name}"[:120],
        version=1,
        whom=Whom(case=task.case.id, initials=task.case.person.initials),
        made_on=cases.today(task.case),
        made_by=_made_by(),
        facts=foundation(task.facts, ()),
        seed=task.seed,
        way=Way(
            name=name, settings={k: _tidy(v) for k, v in (settings or {}).items()}, sources=sources
        ),
        goal=PlanGoal(aim=aim, to_mg_per_day=Milligrams(task.to_mg) if aim == "lower" else None),
        market=task.case.market,
        setting=setting,
        steps=steps,
        switch=switch,
        visits=visits(steps, task.facts),
        rules=rules(aim, task.facts),
        reasons=(*reasons, *where),
    )
    require_bounded(plan)
    rests = (*used_by(plan, task.facts), *RESTS_ON, *rests_on)
    return replace(plan, facts=foundation(task.facts, rests))


def with_supplies(plan: Plan, facts: Facts, terms: Terms | None = None) -> Plan:
    """Return a plan with its prescriptions, one for each window; without any where a dose does not
    say what it is made of.
    """
    if any(not dose.items for step in plan.steps for dose in step.doses):
        return plan
    return replace(plan, supplies=supplies(plan, facts, **vars(terms or Terms())))


def visits(steps: tuple[PlanStep, ...], facts: Facts) -> tuple[date, ...]:
    """Return the days of visits: at every change of dose, at most one a week, and never longer
    apart than the review.

    After the last change they go on to the end of one review.
    """
    apart = timedelta(days=round(facts.choices["visits-apart"].to("d")))
    longest = timedelta(days=round(facts.choices["review"].to("d")))
    found: list[date] = []
    for step in steps:
        while found and step.from_day - found[-1] > longest:
            found.append(found[-1] + longest)
        if not found or step.from_day - found[-1] >= apart:
            found.append(step.from_day)
    return (*found, found[-1] + longest)


def _tidy(value: float) -> float:
    return float(f"{value:.6g}")
