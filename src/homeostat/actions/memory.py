"""Memory: what is free on this machine, and the refusal of work that needs more."""

from math import inf
from pathlib import Path

from homeostat.care.cohort import People
from homeostat.errors import CapacityError

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


def count(people: People) -> int:
    """Return how many people are asked for, or are given."""
    return people if isinstance(people, int) else len(people)


def require_memory(people: People, days: int) -> None:
    """Refuse a forecast that is larger than the memory, before anything is computed.

    Raises:
        CapacityError: so many people over so many days do not fit.
    """
    n, each, have = count(people), days * BYTES_PER_PERSON_DAY, available_bytes()
    if n * each <= have:
        return
    fitting = int(have / each)
    rounded = fitting // 1000 * 1000 or fitting
    fewer = f"at most {rounded:,} people, or " if rounded else ""
    raise CapacityError(
        f"{n:,} people over {days:,} days need about {n * each / 2**30:.1f} GiB and"
        f" {have / 2**30:.1f} GiB are free; ask for {fewer}fewer weeks; or for severity alone with"
        " --stream"
    )


def require_few(people: People) -> None:
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
