"""Levels, tone and severity as bands of 8 in 10 people with their median, and what was observed as
dots.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import altair as alt
import numpy as np

from homeostat.model.course import SCALE_TOP, Course
from homeostat.model.regimen import FIRST_DOSE_HOUR
from homeostat.report.charts import theme
from homeostat.report.charts.marks import once, px_x, px_x2, px_y, px_y2
from homeostat.report.charts.panels import Words, band_layers, base_line
from homeostat.report.charts.sheet import Layers, Sheet, Values, nice_ticks
from homeostat.report.charts.stack import Part
from homeostat.report.charts.theme import LIGHT, NBSP
from homeostat.report.charts.timeline import Row, Seen, band, three, worst

TONE_FROM, TONE_TO = 0.6, 1.2


def level(paper: Sheet, course: Course, name: str, seen: Sequence[Seen]) -> Part:
    """Draw the level of one ligand in blood, with what was measured as dots."""
    ligand, height = name.removeprefix("level."), 84.0
    rows = band(course, name, paper.view)
    dots = [
        s for s in seen if s.drug in (ligand, "") and paper.view.inside(s.day - paper.view.today)
    ]
    top = max([1e-3, *(float(r["hi"]) for r in rows), *(s.value for s in dots)])
    domain = (0.0, top * 1.2)
    y = Values(domain, nice_ticks(top))
    words = Words(paper, height, domain)
    layers = [*band_layers(paper, rows, y, LIGHT.band), base_line(paper, height)]
    layers += _dots(paper, words, dots, y, each=True)
    layers += _changes(paper, words, course, ligand)
    low, mid, high = three(course, name, 0.0, paper.view)
    notes = [
        f"today {theme.ranged(low, mid, high)}" if high > 0 else "none today",
        f"each day at {round(FIRST_DOSE_HOUR):02d}:00",
    ]
    return Part(
        f"{ligand.capitalize()} in blood, ng/mL", notes, height, y, [*layers, *words.layers]
    )


def _changes(paper: Sheet, words: Words, course: Course, ligand: str) -> Layers:
    """Mark where something that speeds or slows a drug's clearance begins or ends."""
    layers: Layers = []
    for change in course.regimen.changes:
        for day, what in ((change.from_day, "begins"), (change.to_day, "ends")):
            x = day - paper.view.today
            if change.drug != ligand or not paper.view.inside(x) or day <= course.days[0]:
                continue
            px = paper.px(x)
            mark = once().mark_rule(color=LIGHT.ink_2, strokeDash=[2, 2], strokeWidth=1)
            layers.append(mark.encode(x=px_x(px), y=px_y(0), y2=px_y2(words.height)))
            foot = words.height - 7
            words.add(
                [f"{change.name} {what}"],
                [(px + 4, foot, "left"), (px + 4, 12, "left"), (px - 4, foot, "right")],
                LIGHT.ink_2,
            )
    return layers


def _dots(paper: Sheet, words: Words, dots: Sequence[Seen], y: Values, *, each: bool) -> Layers:
    """Draw what was observed as dots, never joined; with `each`, every one says its value."""
    if not dots:
        return []
    rows: list[Row] = [{"x": s.day - paper.view.today, "y": s.value} for s in dots]
    mark = paper.chart(rows).mark_circle(size=42, color=LIGHT.observed, opacity=1)
    for s in dots:
        px, py = paper.px(s.day - paper.view.today), words.py(s.value)
        words.block(px - 4, py - 4, px + 4, py + 4)
    for s in dots if each else []:
        px, py = paper.px(s.day - paper.view.today), words.py(s.value)
        text = " ".join(filter(None, (theme.number(s.value), s.label)))
        places = [
            (px + 7, py + 4, "left"),
            (px, py - 8, "center"),
            (px - 7, py + 4, "right"),
            (px, py + 17, "center"),
            (px, py - 25, "center"),
            (px, py + 34, "center"),
        ]
        words.add([text], places, LIGHT.observed, top=-6)
    if not each:
        last = max(dots, key=lambda s: s.day)
        px, py = paper.px(last.day - paper.view.today), words.py(max(s.value for s in dots))
        words.add(["diary scores"], [(px, py - 9, "right"), (px + 8, py, "left")], LIGHT.observed)
    return [mark.encode(x=paper.x(), y=y.of("y"))]


def tone(paper: Sheet, course: Course) -> Part:
    """Draw tone with the band inside which nothing is felt."""
    rows, height, domain = band(course, "tone", paper.view), 78.0, (TONE_FROM, TONE_TO)
    low = min(float(r["lo"]) for r in rows)
    high = max(float(r["hi"]) for r in rows)
    domain = (min(TONE_FROM, np.floor(low * 5) / 5), max(TONE_TO, np.ceil(high * 5) / 5))
    slack = course.facts.parameters["threshold"].value
    y = Values(
        domain,
        [v for v in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6) if domain[0] <= v <= domain[1]],
    )
    words = Words(paper, height, domain)
    normal = paper.chart([{"a": 1 - slack, "b": 1 + slack}]).mark_rect(
        color=LIGHT.ink_3, opacity=0.16
    )
    zone = normal.encode(x=px_x(0), x2=px_x2(paper.plot), y=y.of("a"), y2=alt.Y2("b:Q"))
    px = float(paper.plot)
    words.add(
        [f"normal, 1{NBSP}±{NBSP}{theme.number(slack)}"],
        [(px - 4, words.py(1 + slack) - 5, "right")],
        LIGHT.ink_3,
        bold=False,
        top=-9,
    )
    notes = [
        "how far inhibition holds against excitation; 1 is its set point",
        f"the axis is cut at {theme.number(domain[0])}",
    ]
    return Part(
        "Tone", notes, height, y, [zone, *band_layers(paper, rows, y, LIGHT.band), *words.layers]
    )


def _top(highest: float, *others: float) -> float:
    """Return where the score axis ends: 40, 60 or the whole scale, with room for a label above the
    band.
    """
    need = max([highest * 1.12 + 4, *others])
    return next((top for top in (40.0, 60.0) if need <= top), SCALE_TOP)


def _score_axis(top: float) -> tuple[Values, list[str]]:
    step = 10.0 if top <= 40 else 20.0
    axis = Values((0.0, top), [step * i for i in range(int(top / step) + 1)])
    return axis, [] if top == SCALE_TOP else [f"the axis is cut at {top:g} of 80"]


def _hard(paper: Sheet, words: Words, y: Values, points: float | None) -> Layers:
    """Draw the line of a hard week, dashed and named."""
    if points is None:
        return []
    rule = paper.chart([{"y": points}]).mark_rule(
        color=LIGHT.limit, strokeDash=[5, 3], strokeWidth=1.2
    )
    py, px = words.py(points), float(paper.plot)
    text = (
        f"hard week: {theme.number(points)}"
        if paper.is_narrow
        else f"hard week: 7-day mean of {theme.number(points)} or more"
    )
    words.add([text], [(px - 4, py - 5, "right")], LIGHT.limit, bold=False)
    words.block(0, py - 2, px, py + 2)
    return [rule.encode(x=px_x(0), x2=px_x2(paper.plot), y=y.of("y"))]


def severity(
    paper: Sheet,
    course: Course,
    seen: Sequence[Seen],
    compare: tuple[str, Course] | None,
    hard: float | None,
) -> Part:
    """Draw overall severity: the band of 8 in 10, its median, and its worst day on the thing
    itself.
    """
    rows, height = band(course, "severity", paper.view), 190.0
    old = [] if compare is None else band(compare[1], "severity", paper.view)
    dots = [s for s in seen if paper.view.inside(s.day - paper.view.today)]
    top = _top(
        max(float(r["hi"]) for r in [*rows, *old]),
        *(s.value + 3 for s in dots),
        *([hard + 8] if hard else []),
    )
    y, notes = _score_axis(top)
    words = Words(paper, height, (0.0, top))
    words.block(paper.px(0) - 1, 0, paper.px(0) + 1, height)
    layers: Layers = []
    if compare is not None:
        layers += band_layers(
            paper, old, y, LIGHT.old, fill=theme.BAND_PALE, dash=(6, 4), edge=(1.5, 3), width=1.5
        )
    layers += [
        *band_layers(paper, rows, y, LIGHT.band, width=2.4),
        *_hard(paper, words, y, hard),
        base_line(paper, height),
    ]
    layers += _mark_the_worst(paper, words, rows, dots, y)
    if compare is not None:
        words.add([compare[0]], _round_the_top(paper, words, old), LIGHT.old, must=True)
    return Part(
        f"Severity of withdrawal, 0{NBSP}to{NBSP}80",
        ["all symptoms together", *notes],
        height,
        y,
        [*layers, *words.layers],
    )


def _mark_the_worst(
    paper: Sheet, words: Words, rows: Sequence[Row], dots: Sequence[Seen], y: Values
) -> Layers:
    """Draw the diary scores, and name the worst day on the curve itself."""
    layers: Layers = []
    peak, is_flat = (
        worst(rows),
        max(float(r["hi"]) for r in rows) - min(float(r["hi"]) for r in rows) < 1.0,
    )
    if is_flat:
        peak = rows[len(rows) * 2 // 3]
    _block_band(paper, words, rows)
    layers += _dots(paper, words, dots, y, each=False)
    day = theme.day_text(paper.view.date_of(float(peak["x"])))
    low, mid, high = (theme.points(float(peak[k])) for k in ("lo", "mid", "hi"))
    lines = (
        [f"median {mid} ({low}–{high}) all along"]
        if is_flat
        else [f"median peaks at {mid} ({low}–{high})", day]
    )
    words.add(
        lines,
        _round_the_top(paper, words, [peak] if is_flat else rows),
        LIGHT.band,
        size=theme.BODY,
    )
    mark = paper.chart([{"x": peak["x"], "y": peak["mid"]}]).mark_circle(
        size=56, color=LIGHT.band, opacity=1
    )
    if not is_flat:
        layers.append(mark.encode(x=paper.x(), y=y.of("y")))
    return layers


def _block_band(paper: Sheet, words: Words, rows: Sequence[Row]) -> None:
    """Keep labels off a band."""
    for a, b in pairwise(rows):
        x0, x1 = paper.px(float(a["x"])), paper.px(float(b["x"]))
        words.block(x0, words.py(max(float(a["hi"]), float(b["hi"]))) - 1, x1, words.height)


def _round_the_top(
    paper: Sheet, words: Words, rows: Sequence[Row]
) -> list[tuple[float, float, str]]:
    """Return places near the highest point of a band: to its right on the way down, above it, to
    its left.
    """
    crest = max(rows, key=lambda r: float(r["hi"]) if float(r["x"]) >= 0 else -1.0)
    px, py = paper.px(float(crest["x"])), words.py(float(crest["hi"]))
    right = [(px + dx, py + dy, "left") for dy in (16, 22, 30) for dx in (10, 16, 24, 32, 44)]
    above = [
        (px + dx, py - dy, side)
        for dy in (6, 24, 42, 60, 78, 96, 114)
        for dx, side in ((0, "center"), (4, "left"), (-4, "right"))
    ]
    left = [(px - dx, py + 16, "right") for dx in (12, 24, 40)]
    return [*right, *above, *left, (px, max(py - 8, 30.0), "center")]


def candidates(
    paper: Sheet, courses: Mapping[str, Course], chosen: str, hard: float | None
) -> Part:
    """Draw severity of each candidate; the chosen one filled and last, so that it lies on top."""
    rows = {name: band(course, "severity", paper.view) for name, course in courses.items()}
    height = 210.0
    top = _top(
        max(float(r["hi"]) for some in rows.values() for r in some), *([hard + 8] if hard else [])
    )
    y, notes = _score_axis(top)
    words = Words(paper, height, (0.0, top))
    words.block(paper.px(0) - 1, 0, paper.px(0) + 1, height)
    order = {name: i for i, name in enumerate(courses)}
    layers: Layers = []
    for name in [*(n for n in reversed(list(courses)) if n != chosen), chosen]:
        i = order[name]
        edge = (1, 0) if name == chosen else theme.DASHES[i] if i else (3, 3)
        layers += band_layers(
            paper,
            rows[name],
            y,
            LIGHT.candidates[i],
            fill=theme.BAND if name == chosen else theme.BAND_PALE,
            dash=theme.DASHES[i],
            edge=edge,
            width=2.4,
        )
    layers += [*_hard(paper, words, y, hard), base_line(paper, height)]
    for name in courses:
        _block_band(paper, words, rows[name])
    for name in courses:
        peak, i = worst(rows[name]), order[name]
        low, mid, high = (theme.points(float(peak[k])) for k in ("lo", "mid", "hi"))
        week = theme.number(float(peak["x"]) // 7)
        words.add(
            [f"{name} peaks at {mid} ({low}–{high}), week{NBSP}{week}"],
            _round_the_top(paper, words, rows[name]),
            LIGHT.candidates[i],
        )
        mark = paper.chart([{"x": peak["x"], "y": peak["mid"]}]).mark_point(
            shape=theme.SHAPES[i], filled=True, size=80, color=LIGHT.candidates[i], opacity=1
        )
        layers.append(mark.encode(x=paper.x(), y=y.of("y")))
    said = ["line: median", f"band: 8 in 10; filled: {chosen}", *notes]
    return Part(
        f"Severity of withdrawal, 0{NBSP}to{NBSP}80", said, height, y, [*layers, *words.layers]
    )
