"""Room: the memory of a result, laid out and taken so that two threads can write it at full speed."""

import numpy as np
from numba import get_num_threads, njit, prange
from numpy.typing import NDArray

from homeostat.model.engine.lanes import WIDTH

_LINE = 64
"""Bytes of a line of memory."""
_WAYS = 4096
"""Rows a multiple of this many bytes apart compete for the same places in the cache."""
_PAGE = 4096
"""Bytes of a page; larger ones are multiples."""
_MUCH = 2**24
"""Bytes from which taking the memory is worth a parallel section of its own."""


def room(*shape: int) -> NDArray[np.float64]:
    """Return an array of this shape that starts on a line of memory, and so does each row of eight people or more.

    Nothing is written where it is small; where it is large each thread has taken its own part already: people are
    worked through side by side and days one after the other, so two threads would meet on each fresh page, and both clear it.
    """
    *outer, people = shape
    if people >= WIDTH:
        people = -(-people // WIDTH) * WIDTH
        people += WIDTH if people * 8 % _WAYS == 0 else 0
    size = int(np.prod(outer)) * people
    flat = np.empty(size + _LINE // 8)
    if flat.nbytes >= _MUCH:
        _take(flat, _PAGE // 8, get_num_threads())
    start = -flat.ctypes.data % _LINE // 8
    return flat[start : start + size].reshape(*outer, people)


@njit(cache=True, parallel=True)
def _take(flat, page, threads):  # type: ignore[no-untyped-def]
    """Write to each page once, every thread in its own part."""
    part = len(flat) // threads + 1
    for k in prange(threads):
        for i in range(k * part, min(len(flat), (k + 1) * part), page):
            flat[i] = 0.0
