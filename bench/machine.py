"""What this machine is, and the most that its arithmetic units can do."""

import os
import platform
import sys
import time
from pathlib import Path

import llvmlite
import llvmlite.binding
import numba
import numpy as np
from numba import njit, prange, set_num_threads

from homeostat.model.engine.lanes import WIDTH, load, spread, store

_STEPS = 2_000_000
_FLOPS = 2 * 6 * WIDTH


@njit(parallel=True)
def _fma(tasks, steps, out):  # type: ignore[no-untyped-def]
    """Six independent chains of multiply-add for each task: nothing but arithmetic in registers."""
    for task in prange(tasks):
        row = out[task]
        a, b = load(row, 0), load(row, 1)
        c, d, e, f, g, h = (
            spread(0.1),
            spread(0.2),
            spread(0.3),
            spread(0.4),
            spread(0.5),
            spread(0.6),
        )
        for _ in range(steps):
            c = c * a + b
            d = d * a + b
            e = e * a + b
            f = f * a + b
            g = g * a + b
            h = h * a + b
        store(row, 0, c + d + e + f + g + h)


def ceiling_gflops(threads: int) -> float:
    """Return the best of five measurements of pure multiply-add [GFLOP/s]."""
    set_num_threads(threads)
    best = 0.0
    for _ in range(6):
        rows = np.full((threads, 2, WIDTH), 0.5)
        began = time.perf_counter()
        _fma(threads, _STEPS, rows)
        best = max(best, threads * _STEPS * _FLOPS / (time.perf_counter() - began) / 1e9)
    return best


def facts() -> dict[str, object]:
    """Return the machine, its vector width and the versions in use."""
    features = {name for name, is_on in llvmlite.binding.get_host_cpu_features().items() if is_on}
    width = 512 if "avx512f" in features else 256 if "avx2" in features else 128
    info = Path("/proc/cpuinfo")
    models = (
        [
            line.split(":")[1].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        if (info.exists())
        else []
    )
    return {
        "processor": models[0] if models else platform.processor(),
        "name for the compiler": llvmlite.binding.get_host_cpu_name(),
        "cores": os.cpu_count(),
        "load when it began": round(os.getloadavg()[0], 1),
        "vector bits": width,
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "numba": numba.__version__,
        "llvmlite": llvmlite.__version__,
        "numpy": np.__version__,
    }
