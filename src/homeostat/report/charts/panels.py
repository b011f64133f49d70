"""The parts of a chart: a sheet with margins, grounds, bands, staircases, and words that stand on
what they name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import altair as alt

from homeostat.report.charts import theme
from homeostat.report.charts.marks import (
    box,
    frame,
    haloed,
    layered,
    once,
    px_x,
    px_x2,
    px_y,
    px_y2,
    write,
)
from homeostat.report.charts.sheet import ALL_OF_THEM, Layers, Sheet, Values, lookup
from homeostat.report.charts.theme import LIGHT
from homeostat.report.charts.timeline import Ground, Row, week_ticks

GAP = 30
"""Between two panels [px]."""


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
        """Put a label at the first of some places (x px, y px of its last line's foot, align) where
        nothing stands yet.

        A place that reaches over the edge is moved inside. With `must` it stands at the last place
        if all are taken; without, it is left out and False is returned.
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


def phase_grounds(paper: Sheet, phases: Sequence[tuple[Ground, float]], height: float) -> Layers:
    """Draw the phases as pale grounds; each with the day from today on which its days begin to
    count.
    """
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
    """Write what a panel shows on its right; on narrow paper nothing, and return the room it needs
    above.
    """
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
