"""Warm: compile the kernels once, aloud, so that the first real answer does not wait in silence."""

import sys
import time

import numpy as np

from homeostat.facts import load
from homeostat.model.patients import median
from homeostat.model.regimen import Regimen
from homeostat.model.simulate import simulate
from homeostat.model.standing import stand
from homeostat.model.walk import walker


def warm() -> float:
    """Compile what is not yet compiled for this machine and return the seconds it took."""
    began = time.perf_counter()
    use = Regimen.steady("clonazepam", mg_per_day=1.0, days=10)
    person = median(drugs=["clonazepam"])
    simulate(person, use, days_after=2)
    ready = walker(stand(person, use, 10.0, load()), [("clonazepam", "oral", 8.0)], load())
    ready.go(ready.start, np.zeros(1, dtype=np.intp), np.zeros((1, 1)), 1)
    return time.perf_counter() - began


if __name__ == "__main__":
    print("Compiling the kernel for this machine if needed (up to a minute the first time) …", file=sys.stderr)
    seconds = warm()
    print(f"Kernel ready ({seconds:.1f} s).", file=sys.stderr)
