"""The sheet of a chart: its width and margins, its time axis and its value axes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, log10
from typing import Any

import altair as alt

from homeostat.errors import InputError
from homeostat.report.charts import theme
from homeostat.report.charts.timeline import Row, Window

NARROW = 560
"""Below this width what is beside a panel stands above it [px]."""
NARROWEST = 320
ALL_OF_THEM: dict[str, Any] = {"labelOverlap": False, "labelFlush": False, "tickCount": 1000}
"""What is marked on an axis was counted to fit; a small count would thin it out again."""
ONCE = "once"
"""A single empty row, for what is drawn once and needs no data."""
Layers = list[alt.Chart | alt.LayerChart]


@dataclass(frozen=True)
class Sheet:
    """The paper: its time window and its margins [px]."""

    view: Window
    width: int = 960
    left: int = 44
    right: int = 196
    datasets: dict[str, list[Row]] = field(default_factory=lambda: {ONCE: [{}]}, compare=False)

    @property
    def is_narrow(self) -> bool:
        """True if there is no room beside a panel."""
        return self.width < NARROW

    @property
    def plot(self) -> int:
        """Width of what is drawn [px]; 24 px are padding of the page."""
        return self.width - 24 - self.left - self.right

    def chart(self, rows: Sequence[Row]) -> alt.Chart:
        """Return an empty chart of some rows; they are kept once, at the top of the
        specification.
        """
        name = f"rows-{len(self.datasets)}"
        self.datasets[name] = list(rows)
        return alt.Chart(alt.NamedData(name=name))

    def px(self, x: float) -> float:
        """Return the place of a day from today [px]."""
        begin, end = self.view.domain
        return self.plot * (x - begin) / (end - begin)

    def x(self, **more: Any) -> alt.X:
        """Return the one time axis; only the scaffold of a panel says how, or whether, it is
        written.
        """
        return alt.X(
            "x:Q",
            scale=alt.Scale(domain=list(self.view.domain), nice=False, zero=False),
            title=None,
            **more,
        )


def sheet(view: Window, width: int, left: int = 44, right: int = 196) -> Sheet:
    """Return the paper for a width [px].

    Raises:
        InputError: it is too narrow to be read.
    """
    if width < NARROWEST:
        raise InputError(f"a chart needs at least {NARROWEST} px (given: {width})")
    return (
        Sheet(view, width, 36, 8)
        if width < NARROW and right == 196
        else Sheet(view, width, left, right)
    )


@dataclass(frozen=True)
class Values:
    """A value axis: from, to, and the few values that are marked."""

    domain: tuple[float, float]
    marked: Sequence[float]

    def of(self, name: str, **more: Any) -> alt.Y:
        """Return a column of the data on this axis."""
        return alt.Y(
            f"{name}:Q",
            scale=alt.Scale(domain=list(self.domain), nice=False, zero=False),
            title=None,
            **more,
        )

    def drawn(self) -> alt.Y:
        """Return the axis itself: few grid lines, numbers as the house writes them."""
        words = {f"{v:.6g}": theme.number(v) for v in self.marked}
        labels = lookup("toString(datum.value)", words)
        return self.of(
            "y", axis=alt.Axis(values=list(self.marked), labelExpr=labels, **ALL_OF_THEM)
        )


def lookup(key: str, words: dict[str, Any]) -> str:
    """Return a Vega expression that finds a label in a table."""
    import json

    return f"{json.dumps(words, ensure_ascii=False)}[{key}]"


def nice_ticks(top: float, most: int = 3) -> list[float]:
    """Return up to `most` + 1 round values from zero that reach about to the top."""
    rough = top / most
    power = 10.0 ** ceil(log10(rough) - 1e-9)
    step = next(power * f for f in (0.1, 0.2, 0.25, 0.5, 1.0) if power * f >= rough * 0.999)
    return [round(step * i, 10) for i in range(int(top / step + 1e-9) + 1)]
