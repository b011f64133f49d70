"""Forecast: one case, one answer to "what if", on a virtual population of people like the person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from homeostat.care import case as cases
from homeostat.care.case.records import Case
from homeostat.care.plan.model import regimen as plan_regimen
from homeostat.care.plan.records import Plan
from homeostat.care.unverified import of_case
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.facts.records import RedFlag, Source
from homeostat.language.quantity import mg_text
from homeostat.model import symptoms
from homeostat.model.course import Course
from homeostat.model.domain import potency
from homeostat.model.patients import draw
from homeostat.model.phases import Phase, phases
from homeostat.model.regimen import Regimen
from homeostat.model.simulate import simulate
from homeostat.model.stream import Progress, Streamed, stream
from homeostat.model.symptoms import NOTICEABLE

DAYS_BEFORE = 28
"""Days before today that are shown."""
WEEKS = {"continue": 12, "stop": 26, "taper": 16, "plan": 16}
"""Weeks after the last change that are shown unless asked otherwise."""
BAND = (0.1, 0.5, 0.9)
"""Eight people in ten lie between the first and the last."""
LEAST_SHARE = 0.01
"""A step to this share of a dose or less, and not to nothing, is taken for a slip of the unit."""
RARELY = 0.05
"""Symptoms that fewer people notice are not listed."""
ILLNESS_SHOWS = 0.1
"""The person's own illness is named where this many more people notice a symptom with it."""
SIMULATED, SCORED = 0.25, 0.75
"""Shares of the time of a forecast after which people are simulated and symptoms are scored, for those who wait."""

STOP_WARNING = (
    "Never stop a benzodiazepine at once after regular use: it can cause seizures, delirium and death. "
    "This forecast of an abrupt stop is shown only so that a clinician can see why nobody should do it."
)
NOT_ADVICE = (
    "For clinicians and researchers. Not a medical device, not advice to change a dose; no dose is changed without "
    "the clinician who knows the person. Model numbers are assumptions unless a source is named; nothing here has "
    "been reviewed by a clinician yet."
)


Steps = tuple[tuple[float, float], ...]
"""A taper of one drug: (mg a day, days)."""


@dataclass(frozen=True)
class Scenario:
    """What follows today: everything goes on, everything stops, or drugs go down in steps, side by side from today.

    `tapers` gives each drug's (mg a day, days); a last step of infinite days lasts for good. Other drugs go on. A `plan` is
    taken as it stands, from its own first day.
    """

    kind: Literal["continue", "stop", "taper", "plan"]
    tapers: Mapping[str, Steps] = field(default_factory=dict)
    plan: Plan | None = None

    def __str__(self) -> str:
        if self.plan is not None:
            return f"plan {self.plan.id}, version {self.plan.version}, from {self.plan.steps[0].from_day}"
        if self.kind == "taper":
            return "; ".join(
                f"{drug} lowered in {len(steps)} step{'s' if len(steps) > 1 else ''} to {_end(steps)}"
                for drug, steps in self.tapers.items()
            )
        return {"continue": "everything continued", "stop": "everything stopped at once"}[self.kind]


def _end(steps: Steps) -> str:
    """Return the dose that a taper ends at, in words."""
    mg, days = steps[-1]
    return f"{mg_text(mg)} a day" if mg > 0 and days == float("inf") else "nothing"


def evenly(from_mg: float, to_mg: float, weeks: int) -> Steps:
    """Return equal weekly steps from one daily dose to another [(mg/d, d)], to the microgram; a dose above zero is then held.

    >>> evenly(2.0, 0.0, 4)
    ((1.5, 7.0), (1.0, 7.0), (0.5, 7.0), (0.0, inf))

    Raises:
        InputError: the target is not below the present dose, or there is no time.
    """
    if weeks < 1:
        raise InputError(f"--over must be at least one week (given: {weeks})")
    if not 0.0 <= to_mg < from_mg:
        raise InputError(
            f"--to must lie below the present daily dose of {mg_text(from_mg)} (given: {mg_text(to_mg)})"
        )
    doses = [round(from_mg + (to_mg - from_mg) * i / weeks, 3) for i in range(1, weeks + 1)]
    return (*((float(mg), 7.0) for mg in doses[:-1]), (float(to_mg), float("inf")))


@dataclass(frozen=True)
class Week:
    """One week of the forecast: 8 in 10 people lie between low and high."""

    number: int
    begins: date
    mg_per_day: dict[str, float]
    level_ng_per_ml: dict[str, tuple[float, float, float]]
    tone: tuple[float, float, float] | None = None
    severity: tuple[float, float, float] | None = None
    symptoms: tuple[tuple[str, float], ...] = ()
    illness: tuple[tuple[str, float], ...] = ()
    """`symptoms`: ids and the share of people who would notice them from withdrawal alone, most likely first;
    `illness`: those that more people notice because of the person's own illness, with that share"""


@dataclass(frozen=True)
class Forecast:
    """Everything that is shown for one case and one scenario."""

    case: Case
    scenario: Scenario
    course: Course
    day_0: date
    today: date
    weeks: tuple[Week, ...]
    phases: tuple[Phase, ...]
    flags: tuple[RedFlag, ...]
    sources: tuple[Source, ...]
    unverified: tuple[str, ...]

    @property
    def warning(self) -> str:
        """What must be said before anything else; empty if nothing must."""
        return STOP_WARNING if self.course.regimen.ends_abruptly else ""

    @property
    def today_day(self) -> float:
        """Today, in days since the first dose [d]."""
        return float((self.today - self.day_0).days)


def forecast(
    case: Case,
    scenario: Scenario,
    *,
    facts: Facts,
    people: int = 1000,
    seed: int = 1,
    weeks: int | None = None,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Forecast:
    """Return what is expected for a case under a scenario, on people drawn like the person.

    Args:
        tell: called now and then with what is being done and the share of all that is done.

    Raises:
        InputError: the scenario speaks of a drug that is not taken today, or of doses above the present one.
    """
    today = cases.today(case)
    regimen = _lived(case, scenario, facts)
    start, end = _stretch(case, regimen, scenario, weeks)
    person = cases.person(case, facts)
    drawn = draw(people, seed, drugs=regimen.drugs, facts=facts, **vars(person))
    simulated = f"Simulating {people:,} people"
    course = simulate(
        drawn,
        regimen,
        days=np.arange(start, end + 1.0),
        conditions=cases.conditions(case),
        facts=facts,
        tell=lambda share: tell(simulated, SIMULATED * share),
    )
    scores = {}
    if not course.withheld:
        scores = symptoms.scores(
            course,
            lambda name, share: tell(f"Symptoms: {name}", SIMULATED + (SCORED - SIMULATED) * share),
        )
    tell("Weeks and phases", SCORED)
    alone = {} if course.withheld else symptoms.scores_of_withdrawal(course, scores)
    shown = _weeks(course, scores, alone, regimen, today, cases.day_0(case))
    return Forecast(
        case,
        scenario,
        course,
        cases.day_0(case),
        today,
        shown,
        phases(course, alone),
        _flags(facts, scores),
        _sources(facts, course),
        tuple(one.sentence for one in of_case(case, regimen.drugs, facts)),
    )


def band(
    case: Case,
    scenario: Scenario,
    *,
    facts: Facts,
    people: int,
    seed: int = 1,
    weeks: int | None = None,
    tell: Callable[[Progress], None] | None = None,
) -> Streamed:
    """Return the band of severity alone, over any number of people, in a memory that does not grow with them.

    Args:
        tell: called now and then with how far it is and how long it will still take.

    Raises:
        InputError: as `forecast`; also outside the domain, where severity is withheld.
    """
    regimen = _lived(case, scenario, facts)
    start, end = _stretch(case, regimen, scenario, weeks)
    days, person = np.arange(start, end + 1.0), cases.person(case, facts)
    conditions = cases.conditions(case)
    return stream(
        people,
        seed,
        regimen,
        days=days,
        conditions=conditions,
        q=BAND,
        tell=tell,
        facts=facts,
        **vars(person),
    )


def days_shown(case: Case, scenario: Scenario, *, facts: Facts, weeks: int | None = None) -> int:
    """Return how many days a forecast would show, so that a request too large is refused before it is computed [d].

    Raises:
        InputError: as `forecast`.
    """
    regimen = _lived(case, scenario, facts)
    start, end = _stretch(case, regimen, scenario, weeks)
    return int(end - start)


def _stretch(
    case: Case, regimen: Regimen, scenario: Scenario, weeks: int | None
) -> tuple[float, float]:
    """Return the first and last day that are shown [d]."""
    today_day = float((cases.today(case) - cases.day_0(case)).days)
    return max(0.0, today_day - DAYS_BEFORE), float(np.floor(regimen.days)) + 7 * (
        weeks or WEEKS[scenario.kind]
    )


def main_drug(regimen: Regimen, facts: Facts) -> str:
    """Return the drug that carries most of the effect today.

    Raises:
        InputError: nothing is taken today.
    """
    strength = {
        drug: potency(facts, drug) * regimen.mg_per_day(drug, regimen.days - 0.5)
        for drug in regimen.drugs
    }
    drug = max(strength, key=lambda name: strength[name])
    if strength[drug] == 0:
        raise InputError("nothing is taken today, so there is nothing to lower")
    return drug


def warning(case: Case, scenario: Scenario, facts: Facts) -> str:
    """Return what must be said before anything else about a scenario; empty if nothing must."""
    return STOP_WARNING if _lived(case, scenario, facts).ends_abruptly else ""


def _lived(case: Case, scenario: Scenario, facts: Facts) -> Regimen:
    """Return what was taken until today and what the scenario says follows; an abrupt stop is one whatever it is called."""
    if scenario.plan is not None:
        regimen = plan_regimen(scenario.plan, case, facts)
    else:
        regimen = _then(cases.regimen(case, cases.today(case), facts), scenario)
    today = cases.day_of(case, cases.today(case))
    return replace(
        regimen, ends_abruptly=regimen.ends_abruptly or falls_abruptly(regimen, today, facts)
    )


def falls_abruptly(regimen: Regimen, day: float, facts: Facts) -> bool:
    """True if so large a share of the dose on a day is lost within days of any later one that it amounts to a stop.

    All drugs count together, by the model's own potency, so that a switch is no stop.

    Args:
        day: today, in days since the first dose [d].
    """
    share, days = (
        facts.choices["near-abrupt"].to("share"),
        int(facts.choices["near-abrupt-days"].to("d")),
    )
    strength = {drug: potency(facts, drug) for drug in regimen.drugs}
    from_today = np.arange(day - 1.0, np.ceil(regimen.days) + 2.0) + 0.5
    total = np.array(
        [sum(strength[d] * regimen.mg_per_day(d, at) for d in regimen.drugs) for at in from_today]
    )
    lost = [total[max(0, i - days) : i + 1].max() - total[i] for i in range(len(total))]
    return bool(total[0] > 0.0 and max(lost) >= share * total[0] - 1e-9)


def _then(regimen: Regimen, scenario: Scenario) -> Regimen:
    if scenario.kind == "continue":
        return regimen
    if scenario.kind == "stop":
        return regimen.then_stop()
    begin, lowered = regimen.days, regimen
    for drug, steps in scenario.tapers.items():
        present = regimen.mg_per_day(drug, begin - 0.5)
        if present == 0:
            raise InputError(f"{drug} is not taken today, so it cannot be lowered")
        highest = max(mg for mg, _ in steps)
        if highest > present + 1e-9:
            raise InputError(
                f"a step of {mg_text(highest)} a day is above the present {mg_text(present)} of {drug}; a taper never rises"
            )
        for before, after in pairwise((present, *(mg for mg, _ in steps))):
            if 0.0 < after <= LEAST_SHARE * before:
                raise InputError(
                    f"{drug} would fall from {mg_text(before)} to {mg_text(after)} a day in one step: is it micrograms for "
                    "milligrams? For nothing at all write 0 mg; for so little put a step in between"
                )
        lowered = lowered.then_taper(steps, drug, from_day=begin)
    return lowered


def _three(values: NDArray[np.float64]) -> tuple[float, float, float]:
    low, middle, high = np.nanquantile(values, BAND)
    return float(low), float(middle), float(high)


def _weeks(
    course: Course,
    scores: Mapping[str, NDArray[np.float64]],
    alone: Mapping[str, NDArray[np.float64]],
    regimen: Regimen,
    today: date,
    day_0: date,
) -> tuple[Week, ...]:
    """Cut the course from today on into weeks; each number is that of the week's mean for each person."""
    first = float((today - day_0).days)
    found = []
    tone, severity = (
        (course["tone"], course["severity"]) if not course.withheld else (np.empty(0), np.empty(0))
    )
    for number in range(int((course.days[-1] - first) // 7)):
        begins = first + 7 * number
        on = (course.days >= begins) & (course.days < begins + 7)
        levels = {
            n.removeprefix("level."): _three(course[n][on].mean(axis=0))
            for n in course.names()
            if n.startswith("level.")
        }
        doses = {drug: regimen.mg_per_day(drug, begins) for drug in regimen.drugs}
        week = Week(number + 1, day_0 + timedelta(days=begins), doses, levels)
        if not course.withheld:
            noticed, with_illness = (
                {n: _noticed(score[on]) for n, score in of.items()} for of in (alone, scores)
            )
            ill = {
                n: share for n, share in with_illness.items() if share >= noticed[n] + ILLNESS_SHOWS
            }
            week = replace(
                week,
                tone=_three(tone[on].mean(axis=0)),
                severity=_three(severity[on].mean(axis=0)),
                symptoms=_most_likely(noticed),
                illness=_most_likely(ill),
            )
        found.append(week)
    return tuple(found)


def _noticed(score: NDArray[np.float64]) -> float:
    return float((score.max(axis=0) >= NOTICEABLE).mean())


def _most_likely(shares: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(
        sorted(((n, s) for n, s in shares.items() if s >= RARELY), key=lambda pair: -pair[1])
    )


def _flags(facts: Facts, scores: Mapping[str, NDArray[np.float64]]) -> tuple[RedFlag, ...]:
    """Return the emergencies, and what the likely symptoms can become; worst first."""
    order = {"emergency": 0, "same day": 1, "next visit": 2}
    wanted = {name for name, flag in facts.flags.items() if flag.level == "emergency"}
    wanted |= {
        flag
        for name, score in scores.items()
        if (flag := facts.symptoms[name].flag)
        and np.quantile(score.max(axis=0), BAND[-1]) >= NOTICEABLE
    }
    # within a level in the order of the facts, which begins with what kills
    return tuple(
        sorted(
            (flag for name, flag in facts.flags.items() if name in wanted),
            key=lambda f: order[f.level],
        )
    )


def _cited(records: Iterable[object]) -> set[str]:
    return {
        str(cited).split(",")[0] for record in records for cited in getattr(record, "sources", ())
    }


def _sources(facts: Facts, course: Course) -> tuple[Source, ...]:
    """Return the sources behind the kinetics used and, unless it is withheld, the forecast; best rank first."""
    ids: set[str] = set()
    for name in course.names():
        if name.startswith("level."):
            drug = facts.drug(name.removeprefix("level."))
            ids |= _cited(fact for _, fact in drug.kinetics if fact is not None) | _cited(
                drug.covariates
            )
    if not course.withheld:
        ids |= _cited(facts.parameters.values())
    found: Sequence[Source] = [facts.sources[name] for name in sorted(ids)]
    return tuple(sorted(found, key=lambda source: (source.rank, source.title)))
