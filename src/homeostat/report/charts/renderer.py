"""A process of its own that draws, because the renderer holds the interpreter while it works."""

import os
import signal
import stat
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from importlib.metadata import version
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

import platformdirs
import vl_convert

from homeostat.errors import HomeostatError, OutputError
from homeostat.report.files.atomic import write_file

T = TypeVar("T")
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
        faces: the font the drawing asks for, and the one that the picture has because the renderer brings it along.
    """
    svg = str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    return Drawn(svg, bytes(vl_convert.svg_to_png(svg.replace(*faces), scale=SCALE)))


def scripts(kept: Path | None = None) -> str:
    """Return the scripts that draw a chart on a page, all in one; bundling takes a second, so they are kept.

    Args:
        kept: folder to keep them in; default the user's cache. A folder that another user may write is not used.
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
    """Draw in another process, one chart after another; the scripts are made at once, while nobody waits for them.

    Raises:
        HomeostatError: from `draw` and `scripts`, if the process ended; nothing is drawn then.
    """

    def __enter__(self) -> Self:
        """Start the process; it never imports from the current folder."""
        before = os.environ.get("PYTHONSAFEPATH")
        os.environ["PYTHONSAFEPATH"] = "1"
        try:
            self._pool = ProcessPoolExecutor(1, get_context("spawn"), _begin)
            self._scripts = self._pool.submit(scripts)
        finally:
            if before is None:
                del os.environ["PYTHONSAFEPATH"]
            else:
                os.environ["PYTHONSAFEPATH"] = before
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End the process; after an error, whatever it is at."""
        if kind is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
        self._pool.shutdown(cancel_futures=True)

    def draw(self, spec: dict[str, Any], faces: tuple[str, str]) -> "Future[Drawn]":
        """Ask for a chart; arguments as the function."""
        return _said(self._pool.submit(draw, spec, faces))

    @property
    def scripts(self) -> "Future[str]":
        """The scripts that draw a chart on a page."""
        return _said(self._scripts)


def _said(asked: "Future[T]") -> "Future[T]":
    """Return the same answer, with a sentence in the place of the error of a process that has ended."""
    answer: Future[T] = Future()

    def pass_on(done: "Future[T]") -> None:
        if done.cancelled():
            answer.cancel()
        elif isinstance(problem := done.exception(), BrokenProcessPool):
            answer.set_exception(
                HomeostatError("the process that draws has ended; try again, or without --out")
            )
        elif problem is not None:
            answer.set_exception(problem)
        else:
            answer.set_result(done.result())

    asked.add_done_callback(pass_on)
    return answer


def _begin() -> None:
    """Prepare the drawing process: Ctrl-C comes to its owner alone, it ends with its owner, and it is warm."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if (owner := parent_process()) is not None:
        threading.Thread(target=_end_with, args=(owner.sentinel,), daemon=True).start()
    vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "point"}, allowed_base_urls=[])


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
