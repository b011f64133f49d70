"""Memory: what is free on this machine."""

from pathlib import Path

UNKNOWN_BYTES = 4 * 2**30
"""Taken as free where the system does not say."""
KEPT_FREE = 0.2


def available_bytes() -> float:
    """Return the memory that may be used [bytes]: four fifths of what Linux calls available."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return UNKNOWN_BYTES
    found = next((line for line in lines if line.startswith("MemAvailable:")), None)
    return UNKNOWN_BYTES if found is None else float(found.split()[1]) * 1024 * (1 - KEPT_FREE)
