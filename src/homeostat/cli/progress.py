"""Progress: a bar on the terminal's error stream for what may take longer than a second."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[str, float], None]
"""Takes what is being done, and the share of all that is done already."""


@contextmanager
def bar(begin: str, *, quiet: bool = False) -> Iterator[Tell]:
    """Show what is being done, how far it is and how long it will take; nothing without a terminal, or if `quiet`."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, share: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True, highlight=False), transient=True) as shown:
        task = shown.add_task(begin, total=1.0)
        yield lambda what, share: shown.update(task, description=what, completed=share)
