"""Progress: a bar on the terminal's error stream for what may take longer than a second."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from homeostat.language import shown

Tell = Callable[[str, float], None]
"""Takes what is being done, and the share of all that is done already."""


@contextmanager
def bar(begin: str, *, quiet: bool = False) -> Iterator[Tell]:
    """Show what is being done, how far it is and how long it will take; nothing without a terminal,
    or if `quiet`.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda what, share: None
        return
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
    )

    from homeostat.report.screen.console import open_console

    with Progress(*columns, console=open_console(stderr=True), transient=True) as showing:
        task = showing.add_task(shown(begin), total=1.0)
        yield lambda what, share: showing.update(task, description=shown(what), completed=share)
