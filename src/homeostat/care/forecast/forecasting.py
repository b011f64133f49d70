"""Forecast of one case under one scenario, on people like the person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from homeostat.care import case as cases
from homeostat.care import cohort
from homeostat.care.case.records import Case
from homeostat.care.cohort import People
from homeostat.care.forecast.flags import flags, sources
from homeostat.care.forecast.scenario import Scenario, days_of, taken, warning_of
from homeostat.care.forecast.weeks import BAND, Week, weekly
from homeostat.care.unverified import of_case
from homeostat.facts import Facts
from homeostat.facts.records import RedFlag, Source
from homeostat.model import symptoms
from homeostat.model.course import Course
from homeostat.model.phases import Phase, phases
from homeostat.model.stream import Progress, Streamed

SIMULATED, SCORED = 0.25, 0.75
"""Shares of the time of a forecast after which people are simulated and symptoms are scored, for
those who wait.
"""
NOT_ADVICE = (
    "For clinicians and researchers. Not a medical device, not advice to change a dose; no dose is"
    " changed without the clinician who knows the person. Model numbers are assumptions unless a"
    " source is named; nothing here has been reviewed by a clinician yet."
)


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
    refused_by: tuple[str, ...] = ()
    """the rules that refuse the plan of the scenario, as `actions.forecast` finds them"""

    @property
    def warning(self) -> str:
        """What must be said before anything else; empty if nothing must."""
        return warning_of(self.course.regimen, self.refused_by)

    @property
    def today_day(self) -> float:
        """Today, in days since the first dose [d]."""
        return float((self.today - self.day_0).days)


def forecast(
    case: Case,
    scenario: Scenario,
    *,
    facts: Facts,
    people: People = 1000,
    seed: int = 1,
    weeks: int | None = None,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Forecast:
    """Return what is expected for a case under a scenario.

    Args:
        people: how many are drawn like the person, or people who are given (`cohort`).
        weeks: weeks that are shown after the last change.
        tell: called now and then with what is being done and the share of all that is done.

    Raises:
        InputError: the scenario speaks of a drug that is not taken today, or of doses above the
            present one.
    """
    today = cases.today(case)
    regimen = taken(case, scenario, facts)
    start, end = days_of(case, regimen, scenario, weeks)
    drawn = cohort.people_like(case, regimen.drugs, facts, people=people, seed=seed)
    simulated = f"Simulating {len(drawn):,} people"
    course = cohort.course(
        drawn,
        regimen,
        np.arange(start, end + 1.0),
        facts,
        conditions=cases.conditions(case),
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
    return Forecast(
        case,
        scenario,
        course,
        cases.day_0(case),
        today,
        weekly(course, scores, alone, regimen, today, cases.day_0(case)),
        phases(course, alone),
        flags(facts, scores),
        sources(facts, course),
        tuple(one.sentence for one in of_case(case, regimen.drugs, facts)),
    )


def band(
    case: Case,
    scenario: Scenario,
    *,
    facts: Facts,
    people: People,
    seed: int = 1,
    weeks: int | None = None,
    tell: Callable[[Progress], None] | None = None,
) -> Streamed:
    """Return the band of severity alone, over any number of people, in a memory that does not grow
    with them.

    Args:
        tell: called now and then with how far it is and how long it will still take.

    Raises:
        InputError: as `forecast`; also outside the domain, where severity is withheld.
    """
    regimen = taken(case, scenario, facts)
    start, end = days_of(case, regimen, scenario, weeks)
    days = np.arange(start, end + 1.0)
    return cohort.band(case, regimen, days, facts, people=people, seed=seed, q=BAND, tell=tell)
