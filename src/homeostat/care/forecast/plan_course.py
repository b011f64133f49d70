"""Course of one plan, which the clinician's page shows."""

import numpy as np

from homeostat.care import case as cases
from homeostat.care import cohort
from homeostat.care.case.records import Case
from homeostat.care.cohort import People
from homeostat.care.plan.model import regimen, with_medicines
from homeostat.care.plan.records import Plan
from homeostat.care.plan.schedule import schedule
from homeostat.facts import Facts
from homeostat.model.course import Course

PEOPLE = 300
"""Virtual people for a page; their band moves by about a point from one seed to another."""
DAYS_BEFORE, DAYS_AFTER = 28, 56
"""Days before the plan and after its last change that are shown [d]."""


def plan_course(plan: Plan, case: Case, facts: Facts, *, people: People = PEOPLE) -> Course:
    """Return what is expected under a plan, on people like the person; drawn ones by the seed of
    the plan.
    """
    use = regimen(plan, case, facts)
    like = cohort.people_like(
        with_medicines(case, plan),
        use.drugs,
        facts,
        people=people,
        seed=1 if plan.seed is None else plan.seed,
    )
    first = min(plan.made_on, schedule(plan).first_day)
    start = max(0.0, cases.day_of(case, first) - DAYS_BEFORE)
    days = np.arange(np.floor(start), np.floor(use.days) + DAYS_AFTER + 1.0)
    return cohort.course(like, use, days, facts, conditions=cases.conditions(case))
