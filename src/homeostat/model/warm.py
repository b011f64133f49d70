"""Compile the kernels in advance: `python -m homeostat.model.warm`.

Two processes compile at the same time, the kernel of a course and that of the search for plans.
Numba keeps both in files.
"""

import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from homeostat.facts import load
from homeostat.model import equations
from homeostat.model.compiled_cache import SOURCES
from homeostat.model.engine import blocks, branches, buffers, reference
from homeostat.model.patients import REFERENCE_DRUG, median
from homeostat.model.regimen import Regimen
from homeostat.model.simulate import simulate
from homeostat.model.standing import Standing
from homeostat.model.walk import walker

PACKAGE = Path(__file__).parent
CACHED = (
    equations.rates,
    blocks.run_blocks,
    branches.kinetic_tables,
    branches.run_branches,
    branches.weight_tables,
    buffers._touch_pages,
    reference.derivative,
    reference._march,
)
"""Every function whose compiled code numba keeps in a file."""


WALK = "walk"
"""Argument of the process that compiles the kernel of the search alone."""


def warm() -> float:
    """Compile the kernel of a course unless it is kept, and return the seconds it took."""
    began = time.perf_counter()
    use = Regimen.steady(REFERENCE_DRUG, mg_per_day=1.0, days=10)
    simulate(median(drugs=[REFERENCE_DRUG]), use, days_after=2)
    return time.perf_counter() - began


def warm_walk() -> None:
    """Compile the kernel of the search for plans unless it is kept."""
    people = median(drugs=[REFERENCE_DRUG])
    # without a history, so that the kernel of a course is not compiled here too
    untouched = Standing(0.0, people, {}, np.zeros((len(equations.FILTERS), len(people))))
    ready = walker(untouched, [(REFERENCE_DRUG, "oral", 8.0)], load())
    ready.go(ready.start, np.zeros(1, dtype=np.intp), ready.doses({})[None], weeks=1)


def forget_stale(folder: Path = PACKAGE) -> int:
    """Delete compiled code that is older than any source it may hold, and return the number of
    files deleted.

    Numba compares compiled code with the file of the compiled function only, not with the files
    whose functions and constants it contains. Compiled code is looked for in the folder, and for
    this package wherever numba keeps it.
    """
    sources = [path for pattern in SOURCES for path in folder.glob(pattern)]
    newest = max((path.stat().st_mtime for path in sources), default=0.0)
    folders = {folder, *(cache_folders() if folder == PACKAGE else ())}
    stale = [path for path in _compiled(folders) if path.stat().st_mtime < newest]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def cache_folders() -> set[Path]:
    """Return the folders in which numba keeps compiled code of this package; beside the sources if
    it may write there.
    """
    return {Path(function.stats.cache_path) for function in CACHED if function.stats.cache_path}


def _compiled(folders: Iterable[Path]) -> set[Path]:
    """Return all files of compiled code in some folders and below."""
    return {path.resolve() for folder in folders for path in folder.rglob("*.nb[ic]")}


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
