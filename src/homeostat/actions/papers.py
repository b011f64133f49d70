"""Write the papers of a plan: it is checked, and a refused one becomes no paper that a patient
could follow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from homeostat.actions.check import check
from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.check import Checked
from homeostat.care.check.release import require_printable
from homeostat.care.cohort import People
from homeostat.care.dispensing.splitting import effect
from homeostat.care.forecast.plan_course import PEOPLE, plan_course
from homeostat.care.memory import require_few, require_memory_for_plans
from homeostat.care.plan.records import Plan
from homeostat.facts import Facts, load
from homeostat.model.course import Course
from homeostat.report.papers import folder
from homeostat.report.papers.display import LANGUAGES

THIS_PLAN = "this plan"
"""Name of a plan that is shown alone."""


@dataclass(frozen=True)
class Papers:
    """What was written, and the plan with its findings."""

    checked: Checked
    paths: tuple[Path, ...]

    @property
    def is_withheld(self) -> bool:
        """True where the check refuses the plan: only the clinician's page and the plan itself were
        written.
        """
        return self.checked.verdict == "refuse"


def papers(
    case: Case,
    plan: Plan,
    out: Path,
    *,
    facts: Facts | None = None,
    languages: Sequence[str] = LANGUAGES,
    people: People = PEOPLE,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Papers:
    """Check a plan, write its papers into a folder, and return both.

    Args:
        languages: of the patient's papers.
        people: how many the clinician's page draws by the plan's seed, or people who are given.

    Raises:
        InputError: the plan is for another case, contradicts itself, or a language is not known.
        CapacityError: too many people, or more than the memory holds for so long.
        OutputError: the folder cannot be written, or holds another case's papers.
    """
    known = facts or load()
    require_few(people)
    plans.require_for(plan, case)
    require_memory_for_plans(people, [plan], case, known)
    given = None if isinstance(people, int) else people
    checked = check(case, plan, facts=known, people=given)
    return write(checked, out, languages=languages, people=people, tell=tell)


def write(
    checked: Checked,
    out: Path,
    *,
    courses: Mapping[str, Course] | None = None,
    languages: Sequence[str] = LANGUAGES,
    people: People = PEOPLE,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> Papers:
    """Write the papers of a checked plan; arguments and faults as `papers`.

    Args:
        courses: up to three plans by name on the same people, this plan's own first; default this
            plan alone.
    """
    require_few(people)
    folder.known_languages(languages)
    plan, case, known = require_printable(checked).plan, checked.case, checked.facts
    if courses is None:
        require_memory_for_plans(people, [plan], case, known)
    shown = courses or {THIS_PLAN: plan_course(plan, case, known, people=people)}
    says_items = all(dose.items for step in plan.steps for dose in step.doses)
    is_released = checked.verdict != "refuse"
    splitting = effect(plan, case, known) if says_items and is_released else None
    paths = folder.write(
        checked, out, courses=shown, splitting=splitting, languages=languages, tell=tell
    )
    return Papers(checked, paths)
