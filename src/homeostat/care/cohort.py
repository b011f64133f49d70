"""Cohort: the only place that turns a case, or a posterior, into people and lets the model speak
for them.

Whoever needs people takes `people: int | Patients`: how many are drawn from the prior of the case,
or the people themselves, such as draws from a posterior. Nothing else in `care`, `report`,
`exchange`, `actions` or `cli` draws or simulates (tests/house/test_layers.py).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from homeostat.care.case import model as case_model
from homeostat.care.case.records import Case
from homeostat.care.memory import require_memory
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.model import patients, simulate, standing, stream
from homeostat.model.course import Course
from homeostat.model.patients import Patients, Person
from homeostat.model.regimen import Regimen
from homeostat.model.standing import Standing

People = int | Patients
"""How many people are drawn from the prior, or the people themselves."""


def people_like(
    case: Case, drugs: Iterable[str], facts: Facts, *, people: People, seed: int = 1, first: int = 0
) -> Patients:
    """Return people like the person of a case.

    Args:
        drugs: whose kinetics they need.
        people: how many are drawn from the prior; people who are given are returned with the traits
            of the case, because the domain of validity is that of the person, not of whoever made
            the posterior.
        seed, first: of the draw; people who are given have been drawn already.

    Raises:
        InputError: nobody, or people who were drawn without one of the drugs.
    """
    return people_of(
        case_model.person(case, facts), drugs, facts, people=people, seed=seed, first=first
    )


def people_of(
    person: Person,
    drugs: Iterable[str],
    facts: Facts,
    *,
    people: People,
    seed: int = 1,
    first: int = 0,
) -> Patients:
    """Return people like a person; arguments as `people_like`."""
    drugs = tuple(drugs)
    if isinstance(people, int):
        return patients.draw(people, seed, drugs=drugs, facts=facts, first=first, **vars(person))
    if not len(people):
        raise InputError("at least one person is needed; the people given are none")
    needed = patients.median(drugs=drugs, facts=facts).columns
    if missing := sorted(needed.keys() - people.columns.keys()):
        raise InputError(
            f"the people given lack '{missing[0]}'; draw them with drugs={', '.join(drugs)}"
        )
    return replace(people, person=person)


def typical(case: Case, drugs: Iterable[str], facts: Facts) -> Patients:
    """Return the one person with typical parameters and the traits of the case."""
    return patients.median(drugs=drugs, facts=facts, **vars(case_model.person(case, facts)))


def standing_on(people: Patients, use: Regimen, day: float, facts: Facts) -> Standing:
    """Return all states of people on a day of a regimen, so that many plans can go on from there
    [d].
    """
    return standing.stand(people, use, day, facts)


def standing_of(
    case: Case,
    day: date,
    drugs: Iterable[str],
    facts: Facts,
    *,
    people: People,
    seed: int = 1,
) -> Standing:
    """Return people like the person of a case as they stand on a day, after what the case says was
    taken until then.

    Args:
        drugs: that may be taken later, beside those of the case.
    """
    use = case_model.regimen(case, day, facts)
    wanted = dict.fromkeys([*use.drugs, *drugs])
    like = people_like(case, wanted, facts, people=people, seed=seed)
    return standing_on(like, use, case_model.day_of(case, day), facts)


def course(
    people: Patients,
    regimen: Regimen,
    days: NDArray[np.float64],
    facts: Facts,
    *,
    conditions: Sequence[str] = (),
    start: Standing | None = None,
    outside_domain: Literal["withhold", "show"] = "withhold",
    tell: Callable[[float], None] | None = None,
) -> Course:
    """Return what the model says happens to people under a regimen on some days [d]; arguments as
    `simulate`.

    Raises:
        CapacityError: the course is larger than the memory.
    """
    require_memory(people, len(days), otherwise="fewer days")
    return simulate.simulate(
        people,
        regimen,
        days=days,
        conditions=conditions,
        facts=facts,
        start=start,
        outside_domain=outside_domain,
        tell=tell,
    )


def band(
    case: Case,
    regimen: Regimen,
    days: NDArray[np.float64],
    facts: Facts,
    *,
    people: People,
    q: Sequence[float],
    seed: int = 1,
    tell: Callable[[stream.Progress], None] | None = None,
) -> stream.Streamed:
    """Return quantiles of severity; people who are drawn are never held in memory together.

    Raises:
        InputError: outside the domain, where severity is withheld.
    """
    conditions = case_model.conditions(case)
    if isinstance(people, int):
        return stream.stream(
            people,
            seed,
            regimen,
            days=days,
            conditions=conditions,
            q=q,
            tell=tell,
            facts=facts,
            **vars(case_model.person(case, facts)),
        )
    like = people_like(case, regimen.drugs, facts, people=people)
    lived = course(like, regimen, days, facts, conditions=conditions)
    severity = np.quantile(lived["severity"], q, axis=1)
    return stream.Streamed(days, tuple(q), severity, len(like))
