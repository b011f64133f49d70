"""Panels one above another on one time axis, with their title, warning, grounds and small print."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from homeostat.report import theme
from homeostat.report.panels import (
    GAP,
    Layers,
    Sheet,
    Values,
    beside,
    callout,
    caption,
    frame,
    layered,
    names_along_the_top,
    phase_grounds,
    scaffold,
    spacer,
    today_rule,
    write,
)
from homeostat.report.timeline import Ground

AXIS_ROOM = 44
"""Room for two lines under the time axis [px]."""


@dataclass(frozen=True)
class Part:
    """One panel: what it is called, what is noted beside it, and what is drawn in it."""

    head: str
    notes: Sequence[str]
    height: float
    y: Values
    layers: Layers


def stack(
    paper: Sheet, parts: Sequence[Part], phases: Sequence[tuple[Ground, float]], *, title: str, subtitle: str,
    warning: str, small_print: Sequence[str], description: str, instead: alt.LayerChart | None = None,
) -> alt.VConcatChart:
    """Return the whole chart; `instead` stands in place of panels that may not be shown."""
    page: list[alt.LayerChart] = [callout(paper, warning, loud=True), spacer(paper, 12)] if warning else []
    beneath = [*(_room(paper, part) for part in parts[1:]), 0.0]
    if paper.is_narrow:
        page.append(_heading(paper, parts[0]))
    page.append(names_along_the_top(paper, phases))
    for i, (part, below) in enumerate(zip(parts, beneath, strict=True)):
        is_last = i == len(parts) - 1
        gap = 0.0 if is_last else GAP + below
        reach = part.height + gap
        notes = [] if paper.is_narrow else beside(paper, part.head, part.notes)[0]
        drawn = [
            frame(paper, part.height), *phase_grounds(paper, phases, reach), scaffold(paper, part.y, is_last=is_last),
            *part.layers[:-1], today_rule(paper, part.height + 6 if paper.is_narrow else reach), *part.layers[-1:], *notes,
        ]
        page.append(layered(paper, drawn, part.height))
        if not is_last:
            page.append(_heading(paper, parts[i + 1], GAP) if paper.is_narrow else spacer(paper, GAP))
    page.append(spacer(paper, AXIS_ROOM))
    if instead is not None:
        page += [instead, spacer(paper, 8)]
    page.append(caption(paper, small_print))
    wide = paper.width - 24
    heading = alt.TitleParams(
        text=theme.wrap(title, wide, theme.TITLE if not paper.is_narrow else 17, bold=True),
        subtitle=theme.wrap(subtitle, wide, theme.BODY),
        fontSize=theme.TITLE if not paper.is_narrow else 17,
    )
    return (
        alt.vconcat(*page, spacing=0, bounds="flush", title=heading, description=description)
        .configure(**theme.config())
        .properties(usermeta={"embedOptions": {"actions": False, "renderer": "svg"}})
    )


def _room(paper: Sheet, part: Part) -> float:
    return beside(paper, part.head, part.notes)[1]


def _heading(paper: Sheet, part: Part, gap: float = 0.0) -> alt.LayerChart:
    """Write what a panel shows above it."""
    lines = theme.wrap(", ".join(part.notes), paper.plot + paper.left) if part.notes else []
    height = gap + _room(paper, part)
    layers: Layers = [frame(paper, height), write(part.head, -paper.left, gap + 6, theme.LIGHT.ink, bold=True, size=theme.BODY)]
    if lines:
        layers.append(write(lines, -paper.left, gap + 6 + theme.LINE, theme.LIGHT.ink_3))
    return layered(paper, layers, height)
