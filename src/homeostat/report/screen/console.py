"""Where reports are printed: text of others as text, without markup and without characters that a
terminal obeys.
"""

import sys
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment

from homeostat.language import shown

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 120
"""Columns where no terminal says how wide it is."""


class _Shown(ConsoleRenderable):
    """Anything that is printed, with its hidden characters replaced by their numbers."""

    def __init__(self, inner: "RenderableType") -> None:
        self.inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self.inner, options):
            yield segment if segment.control else Segment(shown(segment.text), segment.style)


class _ShowHidden(RenderHook):
    """Pass all that a console prints through `_Shown`."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Shown(one) for one in renderables]


def open_console(*, stderr: bool = False) -> Console:
    """Return where to print: as wide as the terminal, without colours where there is none.

    Square brackets are text here: a style is given as `rich.text.Text`, never as markup in a
        string.
    """
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    console = Console(
        stderr=stderr,
        width=None if is_terminal else WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
        no_color=None if is_terminal else True,
    )
    console.push_render_hook(_ShowHidden())
    return console
