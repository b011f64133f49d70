"""Buffers: memory for results, aligned and touched so that two threads can write it at full
speed.
"""

import numpy as np
from numba import get_num_threads, njit, prange
from numpy.typing import NDArray

from homeostat.model.compiled_cache import tolerant
from homeostat.model.engine.lanes import WIDTH

_LINE = 64
"""Bytes of a cache line."""
_ALIAS = 4096
"""Rows whose distance is a multiple of this many bytes compete for the same cache sets."""
_PAGE = 4096
"""Bytes of a memory page; larger pages are multiples of it."""
_LARGE = 2**24
"""Bytes from which touching the pages in advance is worth a parallel section."""


def result_buffer(*shape: int) -> NDArray[np.float64]:
    """Return an uninitialised array of this shape, aligned to 64 bytes, as is each row of eight
    people or more.

    Rows are padded: the last axis can be longer than asked for. A large buffer is touched page by
    page in advance, each thread in its own part; otherwise two threads write to the same new page
    and the system clears it twice.
    """
    *outer, people = shape
    if people >= WIDTH:
        people = -(-people // WIDTH) * WIDTH
        people += WIDTH if people * 8 % _ALIAS == 0 else 0
    size = int(np.prod(outer)) * people
    flat = np.empty(size + _LINE // 8)
    if flat.nbytes >= _LARGE:
        _touch_pages(flat, _PAGE // 8, get_num_threads())
    start = -flat.ctypes.data % _LINE // 8
    return flat[start : start + size].reshape(*outer, people)


@tolerant
@njit(cache=True, parallel=True)
def _touch_pages(flat: NDArray[np.float64], page: int, threads: int) -> None:
    """Write to each page once, every thread in its own part."""
    part = len(flat) // threads + 1
    for k in prange(threads):
        for i in range(k * part, min(len(flat), (k + 1) * part), page):
            flat[i] = 0.0
