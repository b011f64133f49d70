"""Compile the kernels for this machine before the first use: `python -m homeostat.model.warm`.

Two processes compile at the same time, the kernel of a course and that of the search for plans.
Numba stores both on disk.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from homeostat.facts import load
from homeostat.model.equations import FILTERS
from homeostat.model.patients import median
from homeostat.model.regimen import Regimen
from homeostat.model.simulate import simulate
from homeostat.model.standing import Standing
from homeostat.model.walk import walker

COMPILED = ("equations.py", "walk.py", "engine/*.py")
"""Sources whose functions and constants are compiled into one another."""


WALK = "walk"
"""Argument of the process that compiles the kernel of the search alone."""


def warm() -> float:
    """Compile the kernel of a course unless it is stored, and return the seconds it took."""
    began = time.perf_counter()
    use = Regimen.steady("clonazepam", mg_per_day=1.0, days=10)
    simulate(median(drugs=["clonazepam"]), use, days_after=2)
    return time.perf_counter() - began


def warm_walk() -> None:
    """Compile the kernel of the search for plans unless it is stored."""
    people, slot = median(drugs=["clonazepam"]), ("clonazepam", "oral", 8.0)
    untouched = Standing(0.0, people, {}, np.zeros((len(FILTERS), len(people))))
    there = walker(untouched, [slot], load())
    there.go(there.start, np.zeros(1, dtype=np.intp), np.zeros((1, 1)), weeks=1)


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


def main(arguments: list[str]) -> int:
    """Compile both kernels in two processes, and say so; return the exit code."""
    if arguments == [WALK]:
        warm_walk()
        return 0
    forget_stale()
    began = time.perf_counter()
    print(
        "Compiling the kernels for this machine if needed (under a minute the first time) …",
        file=sys.stderr,
    )
    # -P: a module in the current folder must not be imported in place of one of ours
    beside = subprocess.Popen([sys.executable, "-P", "-m", "homeostat.model.warm", WALK])
    try:
        warm()
    finally:
        code = beside.wait()
    print(f"Kernels ready ({time.perf_counter() - began:.1f} s).", file=sys.stderr)
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
