"""Warm: compile the kernels once, aloud, so that the first real answer does not wait in silence."""

import sys
import time

from homeostat.model.patients import median
from homeostat.model.regimen import Regimen
from homeostat.model.simulate import simulate


def warm() -> float:
    """Compile what is not yet compiled for this machine and return the seconds it took."""
    began = time.perf_counter()
    use = Regimen.steady("clonazepam", mg_per_day=1.0, days=10)
    simulate(median(drugs=["clonazepam"]), use, days_after=2)
    return time.perf_counter() - began


if __name__ == "__main__":
    print("Compiling the kernel for this machine if needed (up to a minute the first time) …", file=sys.stderr)
    seconds = warm()
    print(f"Kernel ready ({seconds:.1f} s).", file=sys.stderr)
