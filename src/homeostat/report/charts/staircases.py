"""Doses as staircases: as taken, then as planned; from zero, as dispensed."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from homeostat.model.course import Course
from homeostat.report.charts import theme
from homeostat.report.charts.marks import px_y
from homeostat.report.charts.panels import Words, base_line
from homeostat.report.charts.sheet import Layers, Sheet, Values, nice_ticks
from homeostat.report.charts.stack import Part
from homeostat.report.charts.theme import LIGHT, NBSP
from homeostat.report.charts.timeline import Row, last_dose, staircase


def doses(paper: Sheet, courses: Mapping[str, Course], drug: str) -> Part:
    """Draw the staircases of one drug: as taken, then as planned."""
    many, height, view = len(courses) > 1, 84.0, paper.view
    stairs = {
        n: staircase(c.regimen, drug, view, min(view.last, float(c.days[-1])))
        for n, c in courses.items()
    }
    top = max(
        [float(r["mg"]) for taken, planned in stairs.values() for r in [*taken, *planned]] + [1e-3]
    )
    domain = (0.0, top * 1.3)
    y = Values(domain, nice_ticks(top, 2))
    mg = y.of("mg")
    words, layers = Words(paper, height, domain), []
    words.block(paper.px(0) - 1, 0, paper.px(0) + 1, height)
    order = {n: i for i, n in enumerate(courses)}
    for name in reversed(list(courses)):
        taken, planned = stairs[name]
        colour, dash = (
            (LIGHT.candidates[order[name]], theme.DASHES[order[name]])
            if many
            else (LIGHT.ink, theme.PLANNED)
        )
        line = {"interpolate": "step-after", "strokeWidth": 2}
        if taken and not many:
            filled = paper.chart(taken).mark_area(
                interpolate="step-after", color=LIGHT.ink, opacity=0.07
            )
            layers.append(filled.encode(x=paper.x(), y=mg))
        for rows, dashes in ((taken, (1, 0)), (planned, dash)):
            if rows:
                _block_steps(paper, words, rows)
                chart = paper.chart(rows).mark_line(
                    color=LIGHT.ink if rows is taken else colour,
                    strokeDash=list(dashes),
                    **line,  # type: ignore[arg-type]
                )
                layers.append(chart.encode(x=paper.x(), y=mg))
    layers.append(base_line(paper, height))
    for name, course in courses.items():
        colour = LIGHT.candidates[order[name]] if many else LIGHT.ink
        _off(paper, words, layers, course, drug, name, colour, theme.SHAPES[order[name]])
    if not many:
        _name_steps(paper, words, [r for rows in stairs[next(iter(courses))] for r in rows])
    head = f"{drug.capitalize()}, mg{NBSP}a{NBSP}day"
    notes = ["each way as planned"] if many else ["dashed: planned"]
    return Part(
        head, notes, height, y, [*layers, *words.layers], room_below=18.0 * (len(courses) - 1)
    )


def _block_steps(paper: Sheet, words: Words, rows: Sequence[Row]) -> None:
    """Keep labels off a staircase."""
    for a, b in pairwise(rows):
        x0, x1 = paper.px(float(a["x"])), paper.px(float(b["x"]))
        y0, y1 = words.py(float(a["mg"])), words.py(float(b["mg"]))
        words.block(x0, y0 - 0.5, x1, y0 + 0.5)
        words.block(x1 - 0.5, min(y0, y1), x1 + 0.5, max(y0, y1))


def _off(
    paper: Sheet,
    words: Words,
    layers: Layers,
    course: Course,
    drug: str,
    name: str,
    colour: str,
    shape: str,
) -> None:
    """Mark a drug's last dose on the zero line."""
    day = last_dose(course, drug)
    if day is None or not paper.view.inside(x := day - paper.view.today):
        return
    mark = paper.chart([{"x": x, "mg": 0}]).mark_point(
        shape=shape, filled=True, size=70, color=colour, opacity=1
    )
    layers.append(mark.encode(x=paper.x(), y=px_y(words.height)))
    on = theme.short_day(paper.view.date_of(x)) + f"{NBSP}{paper.view.date_of(x).year}"
    text, px, foot = f"{name + ': ' if name else ''}last dose {on}", paper.px(x), words.height
    places = [
        (px + 9, foot - 7, "left"),
        (px + 9, foot - 24, "left"),
        (px, foot + 17, "center"),
        (px - 9, foot + 17, "right"),
    ]
    below = [
        (x, foot + dy, side)
        for dy in (18, 36, 54)
        for x, side in ((px, "center"), (px + 4, "right"), (px - 4, "left"))
    ]
    words.add([text], below if name else places, colour)


def _name_steps(paper: Sheet, words: Words, rows: Sequence[Row]) -> None:
    """Write each dose on its step if there is room for all of them, else the first one only."""
    steps = [
        (float(a["mg"]), paper.px(float(a["x"])), paper.px(float(b["x"])))
        for a, b in pairwise(rows)
    ]
    steps = [(mg, px, until) for mg, px, until in steps if mg > 0 and until > px]
    if any(until - px < theme.text_width(theme.number(mg, 4)) + 4 for mg, px, until in steps):
        steps = steps[:1]
    for i, (mg, px, _) in enumerate(steps):
        text = theme.amount(mg, "mg") if i == 0 else theme.number(mg, 4)
        for said in (text, theme.number(mg, 4)):
            if words.add(
                [said],
                [(px + 4, words.py(mg) - 5, "left")],
                LIGHT.ink_2,
                bold=False,
                must=False,
                top=-8,
            ):
                break
