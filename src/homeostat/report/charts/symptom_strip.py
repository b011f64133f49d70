"""What is felt when: a strip of balls for each symptom, a column for each stretch of weeks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil
from typing import Any, Literal

import altair as alt
import numpy as np

from homeostat.errors import InputError
from homeostat.model.course import Course
from homeostat.model.symptoms import CLUSTERS
from homeostat.report.charts import theme
from homeostat.report.charts.marks import frame, layered, once, px_x, px_x2, px_y, write
from homeostat.report.charts.panels import callout, caption, spacer
from homeostat.report.charts.sheet import Layers, Sheet, sheet
from homeostat.report.charts.stack import finish, need_warning, small_print, withheld
from homeostat.report.charts.theme import LIGHT
from homeostat.report.charts.timeline import BAND, Row, Window, window

SHOWN_FROM = 0.5
"""A row is drawn if the median person's worst week reaches this score; below it the ball would stay
empty.
"""
ROW = 24.0
KINDS = ("physical", "psychological")
"""Clusters that are sums of the others."""


@dataclass(frozen=True)
class Strip:
    """One symptom or cluster: a score for each column, and its worst week with the range of 8 in 10
    people.
    """

    name: str
    scores: tuple[float, ...]
    low: float
    mid: float
    high: float
    week: int
    is_dangerous: bool = False


def symptom_chart(
    course: Course,
    *,
    title: str,
    start_date: date,
    today_day: float,
    by: Literal["symptom", "cluster"] = "symptom",
    warning: str = "",
    made_on: date | None = None,
    width: int = 960,
) -> alt.VConcatChart:
    """Draw what the median person feels from today on, the earliest worst week first; say so if it
    is withheld.

    A ball fills by quarters with the score, 0 to 4, of the hardest week of its column. What stays
    empty is named below.

    Raises:
        InputError: an abrupt stop without a warning, or less than a week after today.
    """
    need_warning([course], warning)
    view = window([course], start_date, today_day)
    view = Window(start_date, view.today, view.today, view.last)
    paper = sheet(view, width, *((132, 84) if width < 560 else (206, 196)))
    page: list[alt.LayerChart] = (
        [callout(paper, warning, loud=True), spacer(paper, 12)] if warning else []
    )
    if (why := withheld(paper, course)) is not None:
        page.append(why)
        said = f"The withdrawal forecast is withheld: {'; '.join(course.withheld)}."
        small: list[str] = []
    else:
        columns = _columns(view, paper)
        strips, quiet = _strips(course, view, by, columns)
        page += [
            _key(paper),
            spacer(paper, 10),
            _balls(paper, strips, columns, view),
            spacer(paper, 8),
        ]
        faint = _faint(course, view, quiet)
        said, small = " ".join([_said(strips), *faint]), [*_small_print(columns), *faint]
    page.append(caption(paper, [*small, *small_print(course, view, made_on, has_phases=False)]))
    return finish(
        paper,
        page,
        title=title,
        subtitle=f"Balls: the median. Ranges: 8 in 10 of {len(course.people):,} virtual people.",
        description=" ".join(filter(None, (f"{title.rstrip('.')}.", warning, said))),
    )


def symptom_table(
    course: Course,
    *,
    start_date: date,
    today_day: float,
    by: Literal["symptom", "cluster"] = "symptom",
) -> list[Row]:
    """Return the facts of the symptom chart as rows: name, worst week and its date, low, median and
    high; empty if withheld.
    """
    if course.withheld:
        return []
    view = window([course], start_date, today_day)
    strips, quiet = _strips(course, view, by, [(w, w + 1) for w in range(_weeks(view))])
    return [
        {
            by: s.name,
            "worst week": s.week + 1,
            "begins": view.date_of(7.0 * s.week).isoformat(),
            "score, 0 to 4: low": round(s.low, 2),
            "score, 0 to 4: median": round(s.mid, 2),
            "score, 0 to 4: high": round(s.high, 2),
        }
        for s in [*strips, *quiet]
    ]


def _weeks(view: Window) -> int:
    weeks = int((view.last - view.today + 1.0) // 7)
    if weeks < 1:
        raise InputError("what is felt by week needs at least a week after today")
    return weeks


def _columns(view: Window, paper: Sheet) -> list[tuple[int, int]]:
    """Return stretches of weeks [from, to) that leave each ball 17 px."""
    weeks = _weeks(view)
    step = next(
        (s for s in (1, 2, 4, 8, 13, 26, 52) if ceil(weeks / s) * 17 <= paper.plot),
        ceil(weeks * 17 / paper.plot),
    )
    return [(w, min(w + step, weeks)) for w in range(0, weeks, step)]


def _strips(
    course: Course,
    view: Window,
    by: Literal["symptom", "cluster"],
    columns: Sequence[tuple[int, int]],
) -> tuple[list[Strip], list[Strip]]:
    """Return what is drawn, earliest worst week first, and what stays too faint at the median to be
    drawn.
    """
    names = (
        [c for c in CLUSTERS if c not in KINDS] if by == "cluster" else list(course.facts.symptoms)
    )
    edges = np.searchsorted(course.days, view.today + 7.0 * np.arange(_weeks(view) + 1) - 1e-9)
    weekly = [slice(a, b) for a, b in pairwise(edges)]
    found = []
    for name in names:
        series = course[f"{by}.{name}"]
        means = [
            series[on].mean(axis=0) if on.stop > on.start else np.zeros(len(course.people))
            for on in weekly
        ]
        scores = np.quantile(np.asarray(means), BAND, axis=1).T
        worst = int(scores[:, 1].argmax()) if scores[:, 1].max() > 0 else int(scores[:, 2].argmax())
        members = [s for s in course.facts.symptoms.values() if name in (s.id, s.cluster)]
        label = members[0].name if by == "symptom" else name
        is_dangerous = all(s.flag and s.frequency == "rare" for s in members)
        low, mid, high = (float(v) for v in scores[worst])
        in_columns = tuple(float(scores[a:b, 1].max()) for a, b in columns)
        found.append(Strip(label, in_columns, low, mid, high, worst, is_dangerous))
    found.sort(key=lambda s: (s.week, -s.mid))
    return [s for s in found if s.mid >= SHOWN_FROM], [s for s in found if s.mid < SHOWN_FROM]


def grade(score: float) -> int:
    """Return how many quarters of the ball are filled: the nearest whole score.

    >>> [grade(s) for s in (0.2, 0.5, 1.4, 3.9)]
    [0, 1, 1, 4]
    """
    return int(min(max(score, 0.0), 4.0) + 0.5)


def _ball(at: alt.Chart, quarters: int, radius: float) -> Layers:
    """Draw balls: rim, filled quarters, edge; an empty one is only a hairline, so that a full one
    is loud.
    """
    area = 4 * radius**2
    if quarters == 0:
        return [
            at.mark_point(
                shape="circle",
                filled=False,
                size=area * 0.55,
                stroke=LIGHT.line,
                strokeWidth=1,
                opacity=1,
            )
        ]
    rim: dict[str, Any] = {"strokeWidth": 1.1, "stroke": LIGHT.severity_line, "opacity": 1}
    return [
        at.mark_point(shape="circle", filled=True, fill=LIGHT.severity[0], size=area, **rim),
        at.mark_point(
            shape=theme.BALLS[quarters],
            filled=True,
            size=area,
            color=LIGHT.severity[quarters],
            opacity=1,
            strokeWidth=0,
        ),
        at.mark_point(shape="circle", filled=False, size=area, **rim),
    ]


def _balls(
    paper: Sheet, strips: Sequence[Strip], columns: Sequence[tuple[int, int]], view: Window
) -> alt.LayerChart:
    """Draw the rows, with names on the left and the worst week on the right."""
    height = ROW * len(strips) + 40
    wide = paper.plot / len(columns)
    radius = min(8.0, wide / 2 - 1.5)
    layers: Layers = [frame(paper, height)]
    layers += _column_heads(paper, columns, view)
    by_grade: dict[int, list[Row]] = {}
    for r, strip in enumerate(strips):
        y = 40 + ROW * (r + 0.5)
        for c, score in enumerate(strip.scores):
            by_grade.setdefault(grade(score), []).append({"x": wide * (c + 0.5), "y": y})
        name = _fit(strip.name, paper.left - 14)
        layers.append(write(name, -14, y + 4, LIGHT.ink, align="right"))
        layers.append(
            once()
            .mark_rule(color=LIGHT.grid)
            .encode(
                x=px_x(-paper.left + 1), x2=px_x2(paper.plot + paper.right - 1), y=px_y(y + ROW / 2)
            )
        )
        range_said = _ranged(strip)
        week = "" if paper.is_narrow else f", week{theme.NBSP}{strip.week + 1}"
        layers.append(write(f"{range_said}{week}", paper.plot + 14, y + 4, LIGHT.ink_2))
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, paper.plot], nice=False), axis=None)
    y_scale = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False), axis=None)
    for quarters, rows in sorted(by_grade.items()):
        at = paper.chart(rows)
        layers += [mark.encode(x=x, y=y_scale) for mark in _ball(at, quarters, radius)]
    return layered(paper, layers, height)


def _column_heads(paper: Sheet, columns: Sequence[tuple[int, int]], view: Window) -> Layers:
    wide = paper.plot / len(columns)
    every = ceil(28 / wide)
    dates = ceil(84 / wide / every) * every
    layers: Layers = []
    last_year = None
    for c in range(0, len(columns), every):
        week = columns[c][0]
        x = wide * (c + 0.5)
        layers.append(write(str(week + 1), x, 30, LIGHT.ink_3, align="center"))
        if c % dates == 0:
            day = view.date_of(7.0 * week)
            year = "" if day.year == last_year else f"{theme.NBSP}{day.year}"
            last_year = day.year
            layers.append(write(theme.short_day(day) + year, x, 12, LIGHT.ink_3, align="center"))
    layers.append(
        write("week" if paper.is_narrow else "week from today", -14, 30, LIGHT.ink_3, align="right")
    )
    head = ["worst week"] if paper.is_narrow else ["worst week, 8 in 10 people"]
    return [*layers, write(head, paper.plot + 14, 30, LIGHT.ink, bold=True)]


def _short(name: str) -> str:
    """Return a name without what explains it.

    >>> _short("perceptual change: oversensitive to sound")
    'perceptual change'
    >>> _short("hallucinations, mostly of hearing")
    'hallucinations'
    """
    return re.split(r"[,:(]", name)[0].strip()


def _fit(name: str, width: float) -> str:
    """Return a name that fits; it never ends in the middle of a word."""
    for shorter in (name, _short(name)):
        if theme.text_width(shorter) <= width:
            return shorter
    words = theme.wrap(_short(name), width - 12)[0]
    return f"{re.sub(' (and|or|of)$', '', words)} …"


def _key(paper: Sheet) -> alt.LayerChart:
    """Say what a ball means, with its word."""
    layers: Layers = [frame(paper, 18)]
    x = float(-paper.left) + 8
    for quarters, word in enumerate(theme.GRADES):
        at = once().encode(x=px_x(x), y=px_y(9))
        layers += list(_ball(at, quarters, 6.5))
        layers.append(write(word, x + 12, 13, LIGHT.ink_2))
        x += 12 + theme.text_width(word) + (12 if paper.is_narrow else 24)
    return layered(paper, layers, 18)


def _ranged(strip: Strip) -> str:
    low, mid, high = (theme.number(round(v, 1)) for v in (strip.low, strip.mid, strip.high))
    return f"{mid} ({low}–{high})"


def _faint(course: Course, view: Window, quiet: Sequence[Strip]) -> list[str]:
    """Say what no ball shows: what some feel, what is rare and dangerous when a dose falls, and
    that the rest stays faint.
    """
    some = [s for s in quiet if s.high >= SHOWN_FROM]
    falls = any(
        course.regimen.mg_per_day(drug, view.last)
        < course.regimen.mg_per_day(drug, view.today - 0.5)
        for drug in course.regimen.drugs
    )
    danger = [s for s in quiet if s not in some and s.is_dangerous] if falls else []
    limit = theme.number(SHOWN_FROM)
    said = []
    if some:
        said.append(
            f"Below {limit} at the median, and more than that for some:"
            f" {theme.listed(_short(s.name) for s in some)}."
        )
    if danger:
        said.append(
            "Rare, dangerous, and never ruled out when a dose falls:"
            f" {theme.listed(_short(s.name) for s in danger)}."
        )
    if len(some) + len(danger) < len(quiet):
        said.append(f"What is not named stays below {limit} for 9 in 10 people.")
    return said


def _small_print(columns: Sequence[tuple[int, int]]) -> list[str]:
    said = [
        "Each ball is the nearest whole score, 0 to 4, of the median; in order of the worst week."
    ]
    if columns and columns[0][1] - columns[0][0] > 1:
        said.append(
            f"A column is {columns[0][1] - columns[0][0]} weeks; its ball shows the hardest of"
            " them."
        )
    return said


def _said(strips: Sequence[Strip]) -> str:
    each = [f"{s.name} {_ranged(s)} in week {s.week + 1}" for s in strips]
    return (
        f"Worst week of each, score 0 to 4: {'; '.join(each)}."
        if each
        else "No symptom is noticeable at the median."
    )
