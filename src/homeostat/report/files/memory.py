"""Memory: what is free on this machine."""

from math import inf
from pathlib import Path

UNKNOWN_BYTES = 4 * 2**30
"""Taken as free where the system does not say."""
KEPT_FREE = 0.2
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
"""What a container may use, as the two generations of Linux write it."""


def available_bytes() -> float:
    """Return the memory that may be used [bytes]: four fifths of what Linux calls available, or of what a container may use."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return UNKNOWN_BYTES
    found = next((line for line in lines if line.startswith("MemAvailable:")), None)
    free = UNKNOWN_BYTES if found is None else float(found.split()[1]) * 1024
    return min(free, *map(_limit, LIMITS)) * (1 - KEPT_FREE)


def _limit(path: Path) -> float:
    """Return what a file says a group of processes may use [bytes]; infinity where it says nothing, or 'max'."""
    try:
        return float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return inf
