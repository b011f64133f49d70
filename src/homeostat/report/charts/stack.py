"""Panels one above another on one time axis, with their title, warning, grounds and small print."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt

from homeostat.errors import InputError
from homeostat.model.course import Course
from homeostat.report.charts import theme
from homeostat.report.charts.marks import frame, layered, px_y, px_y2, write
from homeostat.report.charts.panels import (
    GAP,
    beside,
    callout,
    caption,
    names_along_the_top,
    phase_grounds,
    scaffold,
    spacer,
    today_rule,
)
from homeostat.report.charts.sheet import Layers, Sheet, Values
from homeostat.report.charts.timeline import Ground, Row, Window

AXIS_ROOM = 44
"""Room for two lines under the time axis [px]."""
TITLE_NARROW = 17
"""Size of a title on narrow paper [px]."""
UNDER_A_POINTER = "week_under_a_pointer"
NO_ADVICE = "For clinicians and researchers: never a reason to change a dose without a clinician."


@dataclass(frozen=True)
class Part:
    """One panel: what it is called, what is noted beside it, and what is drawn in it."""

    head: str
    notes: Sequence[str]
    height: float
    y: Values
    layers: Layers
    room_below: float = 0.0


@dataclass(frozen=True)
class PageText:
    """The text round the panels of a chart; an empty title is left out.

    Attributes:
        description: the alternative text.
    """

    description: str
    title: str = ""
    subtitle: str = ""
    warning: str = ""
    small_print: Sequence[str] = ()


def stack(
    paper: Sheet,
    parts: Sequence[Part],
    phases: Sequence[tuple[Ground, float]],
    text: PageText,
    *,
    instead: alt.LayerChart | None = None,
    table: Sequence[Row] = (),
) -> alt.VConcatChart:
    """Return the whole chart; `instead` stands in place of panels that may not be shown, an empty
    title is left out.

    With `table` the page answers a pointer with the row of the week it is on: what stands in the
    table, nothing more.
    """
    page: list[alt.LayerChart] = (
        [callout(paper, text.warning, loud=True), spacer(paper, 12)] if text.warning else []
    )
    beneath = [*(_room(paper, part) for part in parts[1:]), 0.0]
    if paper.is_narrow:
        page.append(_heading(paper, parts[0]))
    page.append(names_along_the_top(paper, phases))
    weeks, views = _weeks(paper, table), list[str]()
    for i, (part, below) in enumerate(zip(parts, beneath, strict=True)):
        is_last = i == len(parts) - 1
        gap = 0.0 if is_last else GAP + part.room_below + below
        reach = part.height + gap
        notes = [] if paper.is_narrow else beside(paper, part.head, part.notes)[0]
        drawn = [
            frame(paper, part.height),
            *phase_grounds(paper, phases, reach),
            scaffold(paper, part.y, is_last=is_last),
            *part.layers[:-1],
            today_rule(paper, part.height + 6 if paper.is_narrow else reach),
            *part.layers[-1:],
            *notes,
        ]
        if weeks is not None:
            # Altair numbers named views by their place on the page, so the name says that place at
            # once.
            views.append(f"panel_{len(page)}")
            drawn.append(weeks.encode(y=px_y(0), y2=px_y2(reach)).properties(name=views[-1]))
        page.append(layered(paper, drawn, part.height))
        if not is_last:
            room = GAP + part.room_below
            narrow = paper.is_narrow
            page.append(_heading(paper, parts[i + 1], room) if narrow else spacer(paper, room))
    return finish(
        paper,
        [*page, *_below(paper, text, instead)],
        title=text.title,
        subtitle=text.subtitle,
        description=text.description,
        views=views,
    )


def _below(
    paper: Sheet, text: PageText, instead: alt.LayerChart | None
) -> Iterator[alt.LayerChart]:
    """Yield what stands below the panels: room for the axis, a callout, the small print."""
    yield spacer(paper, AXIS_ROOM)
    if instead is not None:
        yield instead
        yield spacer(paper, 8)
    if text.small_print:
        yield caption(paper, text.small_print)


def finish(
    paper: Sheet,
    page: Sequence[alt.LayerChart],
    *,
    title: str,
    subtitle: str,
    description: str,
    views: Sequence[str] = (),
) -> alt.VConcatChart:
    """Return the parts of a page under one title, with their data, description and look."""
    wide, size = paper.width - 24, TITLE_NARROW if paper.is_narrow else theme.TITLE
    more: dict[str, Any] = {"params": _pointer(views)} if views else {}
    if title:
        more["title"] = alt.TitleParams(
            text=theme.wrap(title, wide, size, bold=True),
            fontSize=size,
            subtitle=theme.wrap(subtitle, wide, theme.BODY),
        )
    return alt.vconcat(
        *page,
        spacing=0,
        bounds="flush",
        description=description,
        datasets=paper.datasets,
        config=alt.Config(**theme.config()),
        usermeta={"embedOptions": {"actions": False, "renderer": "svg"}},
        **more,
    )


def _weeks(paper: Sheet, table: Sequence[Row]) -> alt.Chart | None:
    """Return a column over each week that is seen only under a pointer, and then says its row of
    the table.
    """
    if not table:
        return None
    begin, end = paper.view.domain
    rows = [
        {
            **row,
            "x": max(begin, 7.0 * float(row["week"]) - 3.5),
            "to": min(end, 7.0 * float(row["week"]) + 3.5),
        }
        for row in table
    ]
    said = [
        alt.Tooltip(
            field=name, title=name, type="nominal" if isinstance(value, str) else "quantitative"
        )
        for name, value in table[0].items()
    ]
    drawn: alt.Chart = (
        paper.chart(rows)
        .mark_rect(color=theme.LIGHT.ink)
        .encode(
            x=paper.x(),
            x2=alt.X2("to:Q"),
            tooltip=said,
            opacity=alt.OpacityValue(
                0.0, condition={"param": UNDER_A_POINTER, "empty": False, "value": 0.07}
            ),
        )
    )
    return drawn


def _pointer(views: Sequence[str]) -> list[alt.TopLevelParameter]:
    """Return the selection of a week that all panels share."""
    how = alt.PointSelectionConfig(
        type="point", on="pointerover", clear="pointerout", fields=["week"]
    )
    param = alt.TopLevelParameter(name=UNDER_A_POINTER, select=how, views=list(views))  # type: ignore[no-untyped-call]
    return [param] if views else []


def _room(paper: Sheet, part: Part) -> float:
    return beside(paper, part.head, part.notes)[1]


def _heading(paper: Sheet, part: Part, gap: float = 0.0) -> alt.LayerChart:
    """Write what a panel shows above it."""
    lines = theme.wrap(", ".join(part.notes), paper.plot + paper.left) if part.notes else []
    height = gap + _room(paper, part)
    layers: Layers = [
        frame(paper, height),
        write(part.head, -paper.left, gap + 6, theme.LIGHT.ink, bold=True, size=theme.BODY),
    ]
    if lines:
        layers.append(write(lines, -paper.left, gap + 6 + theme.LINE, theme.LIGHT.ink_3))
    return layered(paper, layers, height)


def need_warning(courses: Iterable[Course], warning: str) -> None:
    """Refuse to draw an abrupt stop that does not say why nobody should do it."""
    if not warning and any(course.regimen.ends_abruptly for course in courses):
        raise InputError("an abrupt stop is drawn only with a warning; pass it as warning=…")


def withheld(paper: Sheet, course: Course) -> alt.LayerChart | None:
    """Return the sentence that says why there is no forecast; nothing if there is one."""
    if not course.withheld:
        return None
    text = " ".join(f"{reason[:1].upper()}{reason[1:].rstrip('.')}." for reason in course.withheld)
    return callout(
        paper,
        f"{text} Only dose and level may be shown.",
        loud=False,
        head="No withdrawal forecast for this person",
    )


def small_print(
    course: Course,
    view: Window,
    made_on: date | None,
    *,
    has_phases: bool,
    older: Sequence[Course] = (),
) -> list[str]:
    """Return how to read a chart, and when, by what and on how many people it was made."""
    stamp = course.stamp()
    day = theme.day_text(made_on or view.date_of(0.0))
    seed = "" if course.people.seed is None else f", seed {stamp['seed']}"
    made = (
        f"Forecast of {day} by {stamp['made_by']}, facts {stamp['facts']}, {len(course.people):,}"
        f" virtual people{seed}."
    )
    old = [
        f"Grey: {c.stamp()['made_by']}, facts {c.facts.digest}, {len(c.people):,} virtual people."
        for c in older
    ]
    phases = (
        "Names of phases are this product's own, at the middle person; sources use these words"
        " differently."
    )
    return [made, *old, *([phases] if has_phases else []), NO_ADVICE]
