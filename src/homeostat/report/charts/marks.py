"""Marks at fixed places of a sheet: text, boxes, frames and layers."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from homeostat.report.charts import theme
from homeostat.report.charts.sheet import ONCE, Layers, Sheet
from homeostat.report.charts.theme import LIGHT


def px_x(px: float) -> alt.XValue:
    """Return a place across [px]."""
    return alt.XValue(px)  # type: ignore[no-untyped-call]


def px_x2(px: float) -> alt.X2Value:
    """Return the other end across [px]."""
    return alt.X2Value(px)  # type: ignore[no-untyped-call]


def px_y(px: float) -> alt.YValue:
    """Return a place down [px]."""
    return alt.YValue(px)  # type: ignore[no-untyped-call]


def px_y2(px: float) -> alt.Y2Value:
    """Return the other end down [px]."""
    return alt.Y2Value(px)  # type: ignore[no-untyped-call]


def once() -> alt.Chart:
    """Return an empty chart for something that is drawn once."""
    return alt.Chart(alt.NamedData(name=ONCE))


def write(
    lines: Sequence[str] | str,
    x: float,
    y: float,
    colour: str,
    *,
    align: str = "left",
    bold: bool = False,
    size: float = theme.SMALL,
    **more: Any,
) -> alt.Chart:
    """Write lines at a place [px]; y is the foot of the first line."""
    text = lines if isinstance(lines, str) else list(lines)
    mark: dict[str, Any] = {
        "align": align,
        "baseline": "alphabetic",
        "lineHeight": theme.LINE,
        "fontWeight": "bold" if bold else "normal",
        **more,
    }
    drawn: alt.Chart = (
        once()
        .mark_text(text=text, color=colour, fontSize=size, **mark)
        .encode(x=px_x(x), y=px_y(y))
    )
    return drawn


def haloed(
    lines: Sequence[str],
    x: float,
    y: float,
    align: str,
    colour: str,
    *,
    bold: bool = True,
    size: float = theme.SMALL,
) -> Layers:
    """Write lines on the thing they name, on a halo of the ground's colour."""
    halo = {
        "stroke": LIGHT.surface,
        "strokeWidth": 3.5,
        "strokeJoin": "round",
        "strokeOpacity": 0.9,
    }
    return [
        write(lines, x, y, LIGHT.surface, align=align, bold=bold, size=size, **halo),
        write(lines, x, y, colour, align=align, bold=bold, size=size),
    ]


def box(x: float, y: float, x2: float, y2: float, colour: str, **more: Any) -> alt.Chart:
    """Draw a rectangle at a place [px]."""
    mark = once().mark_rect(color=colour, **more)
    drawn: alt.Chart = mark.encode(x=px_x(x), x2=px_x2(x2), y=px_y(y), y2=px_y2(y2))
    return drawn


def frame(paper: Sheet, height: float) -> alt.Chart:
    """Hold the full width of the paper open, so that all parts line up."""
    return box(-paper.left, 0, paper.plot + paper.right, height, LIGHT.surface, opacity=0)


def layered(paper: Sheet, layers: Layers, height: float) -> alt.LayerChart:
    """Stack layers into one panel."""
    return alt.LayerChart(layer=list(layers), width=paper.plot, height=height)
