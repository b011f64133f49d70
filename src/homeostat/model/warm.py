"""Warm: compile the kernels in advance, with a message, so that the first answer does not wait in
silence.
"""

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
from homeostat.model.standing import stand
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


def warm() -> float:
    """Compile what is not yet compiled for this machine and return the seconds it took."""
    began = time.perf_counter()
    facts = load()
    use = Regimen.steady(REFERENCE_DRUG, mg_per_day=1.0, days=10)
    people = median(drugs=[REFERENCE_DRUG], facts=facts)
    simulate(people, use, days_after=2, facts=facts)
    ready = walker(stand(people, use, 5.0, facts), [(REFERENCE_DRUG, "oral", 8.0)], facts)
    first = ready.doses({})
    ready.go(ready.start, parents=np.zeros(1, dtype=np.intp), doses_mg=first[None], weeks=1)
    return time.perf_counter() - began


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


if __name__ == "__main__":
    forget_stale()
    print(
        "Compiling the kernel for this machine if needed (a minute or two the first time) …",
        file=sys.stderr,
    )
    seconds = warm()
    print(f"Kernel ready ({seconds:.1f} s).", file=sys.stderr)
