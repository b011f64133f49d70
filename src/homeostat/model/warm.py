"""Warm: compile the kernels once, aloud, so that the first real answer does not wait in silence."""

import sys
import time
from pathlib import Path

from homeostat.model.patients import median
from homeostat.model.regimen import Regimen
from homeostat.model.simulate import simulate

COMPILED = ("equations.py", "walk.py", "engine/*.py")
"""Sources whose functions and constants are compiled into one another."""


def warm() -> float:
    """Compile what is not yet compiled for this machine and return the seconds it took."""
    began = time.perf_counter()
    use = Regimen.steady("clonazepam", mg_per_day=1.0, days=10)
    simulate(median(drugs=["clonazepam"]), use, days_after=2)
    return time.perf_counter() - began


def forget_stale(folder: Path = Path(__file__).parent) -> int:
    """Delete compiled code that is older than any source it may hold, and return how many files that were.

    Numba looks at the file of a function alone, not at what that calls or takes its constants from.
    """
    sources = [path for pattern in COMPILED for path in folder.glob(pattern)]
    newest = max((path.stat().st_mtime for path in sources), default=0.0)
    stale = [path for path in folder.rglob("*.nb[ic]") if path.stat().st_mtime < newest]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


if __name__ == "__main__":
    forget_stale()
    print(
        "Compiling the kernel for this machine if needed (a minute or two the first time) …",
        file=sys.stderr,
    )
    seconds = warm()
    print(f"Kernel ready ({seconds:.1f} s).", file=sys.stderr)
