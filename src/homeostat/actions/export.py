"""Export one person of a case as a model that other simulators run."""

from homeostat.care import case as cases
from homeostat.care import cohort
from homeostat.care.case.records import Case
from homeostat.errors import InputError
from homeostat.exchange.sbml import sbml as to_sbml
from homeostat.facts import Facts, load
from homeostat.model.patients import Patients

DAYS = 120
"""Days after today unless asked otherwise [d]."""


def sbml(
    case: Case,
    *,
    facts: Facts | None = None,
    stop: bool = False,
    days: int = DAYS,
    person: int | None = None,
    seed: int = 1,
    people: Patients | None = None,
) -> str:
    """Return one person of a case as SBML text.

    Args:
        stop: everything stops at once after today.
        days: after today [d].
        person: which of the people; default the typical person, or the first of those who are
            given.
        seed: of the people who are drawn.
        people: people who are given, such as draws from a posterior.

    Raises:
        InputError: there is no such person.
    """
    known = facts or load()
    regimen = cases.regimen(case, cases.today(case), known)
    regimen = regimen.then_stop() if stop else regimen
    drugs = regimen.drugs
    if people is not None:
        at = person or 0
        if at >= len(people):
            raise InputError(f"there is no person {at}: {len(people)} people were given")
        like = cohort.people_like(case, drugs, known, people=people)
        one = like.take(slice(at, at + 1))
    elif person is None:
        one = cohort.typical(case, drugs, known)
    else:
        one = cohort.people_like(case, drugs, known, people=1, seed=seed, first=person)
    return to_sbml(one, regimen, known, regimen.days + days, conditions=cases.conditions(case))
