"""Pen: a process of its own that draws, because the renderer holds the interpreter while it works."""

import pickle
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

import vl_convert

from homeostat.errors import HomeostatError, OutputError
from homeostat.report.files.atomic import write_file

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


def scripts(kept: Path = Path(__file__).parent / "__pycache__") -> str:
    """Return the scripts that draw a chart on a page, all in one; kept beside compiled code, for bundling takes a second."""
    path = kept / f"scripts-{version('vl-convert-python')}.js"
    with suppress(OSError):
        return path.read_text(encoding="utf-8")
    made = str(vl_convert.javascript_bundle())  # type: ignore[call-arg]
    with suppress(OutputError):
        write_file(path, made, overwrite=True)
    return made


class Pen:
    """Draw elsewhere, one after another in the order of asking; the scripts are made at once, while nobody waits for them.

    Raises:
        HomeostatError: from a future, if the process ended; nothing is drawn then.
    """

    def __enter__(self) -> Self:
        """Start the process; in a session of its own, so that Ctrl-C comes to its owner alone."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import work; work()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._hand = ThreadPoolExecutor(max_workers=1)
        self.scripts: Future[str] = self._hand.submit(self._ask, ("scripts",))
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._hand.shutdown(cancel_futures=True)
        self._process.communicate()

    def draw(self, spec: dict[str, Any], faces: tuple[str, str]) -> "Future[Drawn]":
        """Ask for a chart; arguments as the function."""
        return self._hand.submit(self._ask, ("draw", spec, faces))

    def _ask(self, task: tuple[Any, ...]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            _send(self._process.stdin, task)
            return pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            raise HomeostatError(
                "the process that draws has ended; try again, or without --out"
            ) from None


def _send(stream: IO[bytes], thing: object) -> None:
    pickle.dump(thing, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def work() -> None:
    """Do what is asked on standard input until nobody asks any more; the renderer wakes before anybody asks."""
    vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "point"}, allowed_base_urls=[])
    while True:
        try:
            verb, *words = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        _send(sys.stdout.buffer, draw(*words) if verb == "draw" else scripts())
