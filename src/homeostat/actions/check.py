"""Check a plan for a case."""

from datetime import date

from homeostat.care import case as cases
from homeostat.care import check as rules
from homeostat.care.case.records import Case
from homeostat.care.check import Checked
from homeostat.care.memory import require_memory_for_plans
from homeostat.care.plan.records import Plan
from homeostat.facts import Facts, load
from homeostat.model.patients import Patients


def check(
    case: Case,
    plan: Plan,
    *,
    facts: Facts | None = None,
    today: date | None = None,
    people: Patients | None = None,
) -> Checked:
    """Return a plan with everything that the rules find in it; all rules are asked.

    Args:
        today: the day on which it is checked; default the day of the case.
        people: draws from a posterior, who are asked beside those of the prior; they can add a
            finding and take none away.

    Raises:
        CapacityError: more people are given than the memory holds for so long.
    """
    known = facts or load()
    if people is not None:
        require_memory_for_plans(people, [plan], case, known)
    on = today or cases.today(case)
    return rules.checked(plan, case, known, today=on, people=people)
