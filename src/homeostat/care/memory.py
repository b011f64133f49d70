"""Memory: what is free on this machine, and the refusal of work that needs more."""

from collections.abc import Sequence
from math import inf, isfinite
from pathlib import Path

from homeostat.care.case import model as case_model
from homeostat.care.case.records import Case
from homeostat.care.plan import model as plan_model
from homeostat.care.plan.records import Plan
from homeostat.errors import CapacityError
from homeostat.facts import Facts
from homeostat.model.patients import Patients

BYTES_PER_PERSON_DAY = 8 * 60
"""What a course holds in memory for one person and day: states, and symptoms while weeks are
counted.
"""
MOST_PEOPLE = 20_000
"""People on whom plans are compared at most."""
UNKNOWN_BYTES = 4 * 2**30
"""Taken as free where the system does not say."""
KEPT_FREE = 0.2
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""What a container may use, as the two generations of Linux write it."""


DAYS_BEFORE = 28
"""Days before the first plan that the papers show [d]."""
MARGINS = ("watched-after", "model-after-days")
"""Choices that say how long people are watched after the last change."""


def count(people: int | Patients) -> int:
    """Return how many people are asked for, or are given."""
    return people if isinstance(people, int) else len(people)


def require_memory(
    people: int | Patients,
    days: int,
    *,
    courses: int = 1,
    otherwise: str = "fewer weeks; or for severity alone with --stream",
) -> None:
    """Refuse courses that are larger than the memory, before anything is computed.

    Args:
        days: of each course [d].
        courses: how many are held at the same time.
        otherwise: what else may be asked for, besides fewer people.

    Raises:
        CapacityError: so many people over so many days do not fit.
    """
    n, each, have = count(people), courses * days * BYTES_PER_PERSON_DAY, available_bytes()
    if n * each <= have:
        return
    fitting = int(have / each)
    rounded = fitting // 1000 * 1000 or fitting
    fewer = f"at most {rounded:,} people, or " if rounded else ""
    times = f" in {courses} plans at once" if courses > 1 else ""
    raise CapacityError(
        f"{n:,} people over {days:,} days{times} need about {n * each / 2**30:.1f} GiB and"
        f" {have / 2**30:.1f} GiB are free; ask for {fewer}{otherwise}"
    )


def require_memory_for_plans(
    people: int | Patients, plans: Sequence[Plan], case: Case, facts: Facts, *, courses: int = 1
) -> None:
    """Refuse to let people live plans where their courses are larger than the memory; arguments and
    faults as `require_memory`.
    """
    days = days_lived(plans, case, facts)
    require_memory(people, days, courses=courses, otherwise="shorter plans")


def days_lived(plans: Sequence[Plan], case: Case, facts: Facts) -> int:
    """Return the most days that people live plans side by side: from what is shown before the
    earliest to what is watched after the latest [d].
    """
    begins = min(min(one.made_on, *(step.from_day for step in one.steps)) for one in plans)
    ends = []
    for one in plans:
        use = plan_model.regimen(one, case, facts)
        ends += [use.days, *(c.to_day for c in use.changes if isfinite(c.to_day))]
    return int(max(ends) - case_model.day_of(case, begins)) + 1 + days_beside(facts)


def days_beside(facts: Facts) -> int:
    """Return how many days before and after a plan are lived with it at most [d]."""
    return DAYS_BEFORE + round(max(facts.choices[key].to("d") for key in MARGINS))


def require_few(people: int | Patients) -> None:
    """Refuse a comparison on more people than it is made for.

    Raises:
        CapacityError: there are more than MOST_PEOPLE.
    """
    if count(people) > MOST_PEOPLE:
        raise CapacityError(
            f"plans are compared on at most {MOST_PEOPLE:,} people (given: {count(people):,}); ask"
            " for fewer"
        )


def available_bytes() -> float:
    """Return the memory that may be used [bytes]: four fifths of what Linux calls available, or of
    what a container may use.
    """
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return UNKNOWN_BYTES
    found = next((line for line in lines if line.startswith("MemAvailable:")), None)
    free = UNKNOWN_BYTES if found is None else float(found.split()[1]) * 1024
    return min(free, *map(_limit, LIMITS)) * (1 - KEPT_FREE)


def _limit(path: Path) -> float:
    """Return what a file says a group of processes may use [bytes]; infinity where it says nothing,
    or 'max'.
    """
    try:
        return float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return inf
