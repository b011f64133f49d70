"""A process of its own that draws, because the renderer holds the interpreter while it works."""

import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Self, TypeVar

import platformdirs
import vl_convert

from homeostat.errors import CapacityError, OutputError
from homeostat.report.files.atomic import write_file

T = TypeVar("T")
_PACKAGES = Path(__file__).parents[3]
"""Where this package was imported from."""
SCALE = 2.0
"""Pixels of a picture for each pixel of its page."""


class Drawn(NamedTuple):
    """One chart as text and as a picture."""

    svg: str
    png: bytes


def draw(spec: dict[str, Any], faces: tuple[str, str]) -> Drawn:
    """Draw a chart, its texts laid out once.

    Args:
        spec: Vega-Lite.
        faces: the font the drawing asks for, and the one that the picture has because the renderer
            brings it along.
    """
    svg = str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    return Drawn(svg, bytes(vl_convert.svg_to_png(svg.replace(*faces), scale=SCALE)))


def scripts(kept: Path | None = None) -> str:
    """Return the scripts that draw a chart on a page, all in one; bundling takes a second, so they
    are kept.

    Args:
        kept: folder to keep them in; default the user's cache. A folder that another user may write
            is not used.
    """
    folder = platformdirs.user_cache_path("homeostat") if kept is None else kept
    path = folder / f"scripts-{version('vl-convert-python')}.js"
    if _is_private(folder):
        with suppress(OSError, UnicodeError):
            return path.read_text(encoding="utf-8")
    made = str(vl_convert.javascript_bundle())  # type: ignore[call-arg]
    with suppress(OSError, OutputError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_private(folder):
            write_file(path, made, overwrite=True)
    return made


def _is_private(folder: Path) -> bool:
    """Return whether a folder is this user's and nobody else may write in it."""
    try:
        found = folder.stat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


class Pen:
    """Draw in another process, one chart after another; the scripts are made at once, while nobody
    waits for them.

    Raises:
        CapacityError: from `draw` and `scripts`, if the process ended; nothing is drawn then.
    """

    def __enter__(self) -> Self:
        """Start the process."""
        self._pool = _start()
        self._scripts = self._pool.submit(scripts)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End the process; after an error, whatever it is at."""
        if kind is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
        self._pool.shutdown(cancel_futures=True)

    def draw(self, spec: dict[str, Any], faces: tuple[str, str]) -> "Future[Drawn]":
        """Ask for a chart; arguments as the function."""
        return _said(_asked(self._pool, draw, spec, faces))

    @property
    def scripts(self) -> "Future[str]":
        """The scripts that draw a chart on a page."""
        return _said(self._scripts)


def draw_svg(spec: dict[str, Any], fonts: Path) -> str:
    """Draw a chart as SVG in a process that serves all such calls; without memory it dies alone.

    Args:
        spec: Vega-Lite.
        fonts: folder with files of fonts that the chart names.

    Raises:
        CapacityError: the process ended before it had drawn.
    """
    try:
        return _said(_asked(_shared(), _svg, spec, str(fonts))).result()
    except CapacityError:
        _shared.cache_clear()
        raise


def _svg(spec: dict[str, Any], fonts: str) -> str:
    vl_convert.register_font_directory(fonts)
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))


@cache
def _shared() -> ProcessPoolExecutor:
    return _start()


def _start() -> ProcessPoolExecutor:
    """Start a process that imports this package and neither the caller's script nor a file beside
    it.

    Python hands its module path and the name of the running script on to a new process, which would
    search the first and run the second again. Both are kept from it, and Ctrl-C is blocked until it
    ignores it.
    """
    pool = ProcessPoolExecutor(1, get_context("spawn"), _begin)
    safe, path, script = os.environ.get("PYTHONSAFEPATH"), list(sys.path), sys.modules["__main__"]
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    os.environ["PYTHONSAFEPATH"] = "1"
    sys.path[:] = [entry for entry in path if not _is_current_folder(entry)]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        pool.submit(os.getpid)
    finally:
        sys.modules["__main__"] = script
        sys.path[:] = path
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        if safe is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = safe
    return pool


def _is_current_folder(entry: str) -> bool:
    """Return whether an entry of the module path is the current folder, unless this package lies
    there.
    """
    return os.path.realpath(entry) == os.path.realpath("") != os.path.realpath(_PACKAGES)


def _asked(pool: ProcessPoolExecutor, work: Callable[..., T], *arguments: Any) -> "Future[T]":
    """Ask a process that may have ended already."""
    try:
        return pool.submit(work, *arguments)
    except BrokenProcessPool as problem:
        ended: Future[T] = Future()
        ended.set_exception(problem)
        return ended


def _said(asked: "Future[T]") -> "Future[T]":
    """Return the same answer, with a sentence in the place of the error of a process that has
    ended.
    """
    answer: Future[T] = Future()

    def pass_on(done: "Future[T]") -> None:
        if done.cancelled():
            answer.cancel()
        elif isinstance(problem := done.exception(), BrokenProcessPool):
            answer.set_exception(
                CapacityError(
                    "the process that draws has ended, probably for lack of memory; try again with"
                    " more of it"
                )
            )
        elif problem is not None:
            answer.set_exception(problem)
        else:
            answer.set_result(done.result())

    asked.add_done_callback(pass_on)
    return answer


def _begin() -> None:
    """Prepare the drawing process: Ctrl-C comes to its owner alone, and it ends with its owner.

    It prints nothing: what a crash of the renderer writes is no sentence, and its owner says one.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if (owner := parent_process()) is not None:
        threading.Thread(target=_end_with, args=(owner.sentinel,), daemon=True).start()
    vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "point"}, allowed_base_urls=[])


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
