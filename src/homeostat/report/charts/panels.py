"""The parts of a chart: a sheet with margins, grounds, bands, staircases, and words that stand on what they name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, log10
from typing import Any

import altair as alt

from homeostat.errors import InputError
from homeostat.report.charts import theme
from homeostat.report.charts.theme import LIGHT
from homeostat.report.charts.timeline import Ground, Row, Window, week_ticks

NARROW = 560
"""Below this width what is beside a panel stands above it [px]."""
NARROWEST = 320
GAP = 30
"""Between two panels [px]."""
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
        """Return an empty chart of some rows; they are kept once, at the top of the specification."""
        name = f"rows-{len(self.datasets)}"
        self.datasets[name] = list(rows)
        return alt.Chart(alt.NamedData(name=name))

    def px(self, x: float) -> float:
        """Return the place of a day from today [px]."""
        begin, end = self.view.domain
        return self.plot * (x - begin) / (end - begin)

    def x(self, **more: Any) -> alt.X:
        """Return the one time axis; only the scaffold of a panel says how, or whether, it is written."""
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


@dataclass
class Words:
    """Labels of one panel, placed one after another so that none covers another."""

    paper: Sheet
    height: float
    domain: tuple[float, float]
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    layers: Layers = field(default_factory=list)

    def py(self, y: float) -> float:
        """Return the place of a value [px from the top]."""
        low, high = self.domain
        return self.height * (high - y) / (high - low)

    def add(
        self,
        lines: Sequence[str],
        places: Iterable[tuple[float, float, str]],
        colour: str,
        *,
        bold: bool = True,
        must: bool = True,
        top: float = 0.0,
        size: float = theme.SMALL,
    ) -> bool:
        """Put a label at the first of some places (x px, y px of its last line's foot, align) where nothing stands yet.

        A place that reaches over the edge is moved inside. With `must` it stands at the last place if all are taken; without, it is left out and False is returned.
        """
        wide = max(theme.text_width(line, size, bold=bold) for line in lines)
        tall = theme.LINE * (len(lines) - 1) + size
        last = None
        for x, y, align in places:
            x0 = {"left": x, "right": x - wide, "center": x - wide / 2}[align]
            shift = min(0.0, self.paper.plot - x0 - wide) + max(0.0, -x0)
            box = (x0 + shift - 3, y - tall - 1, x0 + shift + wide + 3, y + 4)
            last = (x + shift, y, align, box)
            if box[1] >= top - 4 and not any(_overlap(box, other) for other in self.boxes):
                break
        else:
            if not must or last is None:
                return False
        x, y, align, box = last
        self.boxes.append(box)
        self.layers += haloed(
            lines, x, y - theme.LINE * (len(lines) - 1), align, colour, bold=bold, size=size
        )
        return True

    def block(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Keep labels out of a place [px]."""
        self.boxes.append((x0, y0, x1, y1))


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


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


def phase_grounds(paper: Sheet, phases: Sequence[tuple[Ground, float]], height: float) -> Layers:
    """Draw the phases as pale grounds; each with the day from today on which its days begin to count."""
    begin, end = paper.view.domain
    rows = [
        (i, max(begin, g.from_day + zero), min(end, g.to_day + zero))
        for i, (g, zero) in enumerate(phases)
    ]
    return [
        box(
            paper.px(a),
            0,
            paper.px(b),
            height,
            LIGHT.ground,
            opacity=theme.GROUNDS[min(i, len(theme.GROUNDS) - 1)],
        )
        for i, a, b in rows
        if b > a
    ]


def today_rule(paper: Sheet, height: float, top: float = 0.0) -> alt.Chart:
    """Draw today as a thin dark line."""
    mark = once().mark_rule(color=LIGHT.ink, strokeWidth=1.2)
    drawn: alt.Chart = mark.encode(x=px_x(paper.px(0.0)), y=px_y(top), y2=px_y2(height))
    return drawn


def names_along_the_top(paper: Sheet, phases: Sequence[tuple[Ground, float]]) -> alt.LayerChart:
    """Write today and the names of the phases above the first panel."""
    begin, end = paper.view.domain
    shown = [
        (g, paper.px(max(begin, g.from_day + zero)) + 4)
        for g, zero in phases
        if g.to_day + zero > begin and g.from_day + zero < end
    ]
    rows: list[float] = []
    placed: list[tuple[str, float, int]] = []
    for ground, x in shown:
        wide = theme.text_width(ground.name)
        x = min(x, paper.plot + 4 - wide)
        row = next((i for i, free in enumerate(rows) if free <= x), len(rows))
        rows[row : row + 1] = [x + wide + 8]
        placed.append((ground.name, x, row))
    # Rows are counted from below: the first name stands nearest to its ground.
    height = 20 + theme.LINE * len(rows)
    today = f"today, {theme.day_text(paper.view.date_of(0.0))}"
    layers: Layers = [frame(paper, height)]
    layers += [
        write(name, x, height - 6 - theme.LINE * row, LIGHT.ink_3) for name, x, row in placed
    ]
    align = (
        "left"
        if paper.px(0) + theme.text_width(today, bold=True) < paper.plot + paper.right
        else "right"
    )
    layers.append(
        write(
            today,
            paper.px(0.0) + (5 if align == "left" else -5),
            11,
            LIGHT.ink,
            bold=True,
            align=align,
        )
    )
    layers.append(today_rule(paper, height))
    return layered(paper, layers, height)


def frame(paper: Sheet, height: float) -> alt.Chart:
    """Hold the full width of the paper open, so that all parts line up."""
    return box(-paper.left, 0, paper.plot + paper.right, height, LIGHT.surface, opacity=0)


def layered(paper: Sheet, layers: Layers, height: float) -> alt.LayerChart:
    """Stack layers into one panel."""
    return alt.LayerChart(layer=list(layers), width=paper.plot, height=height)


def band_layers(
    paper: Sheet,
    rows: Sequence[Row],
    y: Values,
    colour: str,
    *,
    fill: float = theme.BAND,
    dash: Sequence[float] = (1, 0),
    edge: Sequence[float] | None = None,
    width: float = 2.0,
) -> Layers:
    """Draw a band with its median; with `edge` its borders are drawn in those dashes."""
    chart = paper.chart(rows)
    x = paper.x()
    high, low, mid = (y.of(name) for name in ("hi", "lo", "mid"))
    layers: Layers = [
        chart.mark_area(color=colour, opacity=fill).encode(x=x, y=high, y2=alt.Y2("lo:Q"))
    ]
    if edge is not None:
        layers += [
            chart.mark_line(
                color=colour, strokeWidth=1, opacity=0.75, strokeDash=list(edge)
            ).encode(x=x, y=each)
            for each in (low, high)
        ]
    return [
        *layers,
        chart.mark_line(color=colour, strokeWidth=width, strokeDash=list(dash)).encode(x=x, y=mid),
    ]


def lookup(key: str, words: dict[str, Any]) -> str:
    """Return a Vega expression that finds a label in a table."""
    import json

    return f"{json.dumps(words, ensure_ascii=False)}[{key}]"


def scaffold(paper: Sheet, y: Values, *, is_last: bool) -> alt.Chart:
    """Draw nothing but the axes of a panel; the time axis is written under the last one only."""
    axis = None
    if is_last:
        ticks, words = week_ticks(paper.view, paper.plot)
        axis = alt.Axis(
            values=ticks, labelExpr=lookup("toString(datum.value)", words), **ALL_OF_THEM
        )
    mark = paper.chart([{"x": paper.view.domain[0], "y": y.domain[0]}]).mark_point(
        opacity=0, size=1
    )
    drawn: alt.Chart = mark.encode(x=paper.x(axis=axis), y=y.drawn())
    return drawn


def base_line(paper: Sheet, height: float) -> alt.Chart:
    """Draw the zero line of a panel."""
    mark = once().mark_rule(color=LIGHT.axis, strokeWidth=1)
    drawn: alt.Chart = mark.encode(x=px_x(0), x2=px_x2(paper.plot), y=px_y(height))
    return drawn


def beside(paper: Sheet, head: str, notes: Sequence[str]) -> tuple[Layers, float]:
    """Write what a panel shows on its right; on narrow paper nothing, and return the room it needs above."""
    if not paper.is_narrow:
        x = paper.plot + 16
        lines = [line for note in notes for line in theme.wrap(note, paper.right - 18)]
        layers: Layers = [
            write(
                theme.wrap(head, paper.right - 18, theme.BODY, bold=True),
                x,
                10,
                LIGHT.ink,
                bold=True,
                size=theme.BODY,
            )
        ]
        heads = len(theme.wrap(head, paper.right - 18, theme.BODY, bold=True))
        return [*layers, write(lines, x, 10 + 17 * heads, LIGHT.ink_3)] if lines else layers, 0.0
    lines = theme.wrap(", ".join(notes), paper.plot + paper.left) if notes else []
    return [], 20.0 + theme.LINE * len(lines)


def nice_ticks(top: float, most: int = 3) -> list[float]:
    """Return up to `most` + 1 round values from zero that reach about to the top."""
    rough = top / most
    power = 10.0 ** ceil(log10(rough) - 1e-9)
    step = next(power * f for f in (0.1, 0.2, 0.25, 0.5, 1.0) if power * f >= rough * 0.999)
    return [round(step * i, 10) for i in range(int(top / step + 1e-9) + 1)]


def callout(paper: Sheet, text: str, *, loud: bool, head: str = "") -> alt.LayerChart:
    """Draw a box of plain words across the paper: red with an octagon if it is loud, else grey."""
    ink, ground = (LIGHT.alarm, LIGHT.alarm_soft) if loud else (LIGHT.ink, LIGHT.sunken)
    size, x0, x1 = 14, float(-paper.left), float(paper.plot + paper.right)
    indent = 40 if loud else 16
    lines = theme.wrap(text, x1 - x0 - indent - 12, size, bold=loud)
    heads = [head] if head else []
    height = 20 + 19 * (len(lines) + len(heads))
    layers: Layers = [
        box(x0, 0, x1, height, ground, cornerRadius=4),
        box(x0, 0, x0 + 4, height, LIGHT.alarm if loud else LIGHT.axis),
    ]
    if loud:
        for shape, colour in ((theme.OCTAGON, LIGHT.alarm), (theme.BAR, LIGHT.surface)):
            mark = once().mark_point(
                shape=shape, filled=True, color=colour, size=340, opacity=1, strokeWidth=0
            )
            layers.append(mark.encode(x=px_x(x0 + 22), y=px_y(20)))
    foot = 24
    if heads:
        layers.append(write(heads, x0 + indent, foot, ink, bold=True, size=size))
        foot += 19
    layers.append(write(lines, x0 + indent, foot, ink, bold=loud, size=size, lineHeight=19))
    return layered(paper, layers, height)


def caption(paper: Sheet, sentences: Sequence[str]) -> alt.LayerChart:
    """Write the small print under a chart: how to read it, when and by what it was made."""
    lines = [
        line for s in sentences for line in theme.wrap(s, paper.plot + paper.left + paper.right)
    ]
    height = 8 + theme.LINE * len(lines)
    return layered(
        paper, [frame(paper, height), write(lines, -paper.left, 14, LIGHT.ink_3)], height
    )


def spacer(paper: Sheet, height: float) -> alt.LayerChart:
    """Leave room."""
    return layered(paper, [frame(paper, height)], height)
