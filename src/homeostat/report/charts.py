"""The charts: what a course looks like over time, what is felt when, and how candidates compare.

Each is a pure function of its arguments. No clock, no files, and nothing of one virtual person in a specification.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import altair as alt
import numpy as np

from homeostat.errors import InputError
from homeostat.model.course import SCALE_TOP, Course
from homeostat.report import theme
from homeostat.report.alt_text import compare_text, forecast_text
from homeostat.report.panels import (
    Layers,
    Sheet,
    Values,
    Words,
    band_layers,
    base_line,
    callout,
    caption,
    nice_ticks,
    sheet,
)
from homeostat.report.stack import Part, stack
from homeostat.report.symptom_strip import symptom_chart
from homeostat.report.theme import LIGHT
from homeostat.report.timeline import (
    Ground,
    Row,
    Seen,
    Window,
    band,
    chart_table,
    grounds,
    last_dose,
    staircase,
    stops,
    three,
    window,
    worst,
)

__all__ = ["Ground", "Seen", "chart_table", "compare_chart", "forecast_chart", "symptom_chart"]

TONE_FROM, TONE_TO = 0.6, 1.2
NO_ADVICE = "For clinicians and researchers: never a reason to change a dose without a clinician."


def forecast_chart(
    course: Course,
    *,
    title: str,
    start_date: date,
    today_day: float,
    observed_levels: Sequence[Seen] = (),
    observed_scores: Sequence[Seen] = (),
    compare: tuple[str, Course] | None = None,
    hard_week_points: float | None = None,
    phases: Sequence[Ground] | None = None,
    warning: str = "",
    made_on: date | None = None,
    width: int = 960,
) -> alt.VConcatChart:
    """Draw dose, level in blood, tone and severity on one time axis; where the forecast is withheld, say why instead.

    Args:
        start_date: the calendar day of the first dose.
        today_day: today, in days since the first dose; what comes later is planned, and dashed.
        observed_levels, observed_scores: what was measured in the real person, drawn as dots.
        compare: an older forecast and its name, kept in view in grey.
        hard_week_points: seven-day mean of severity from which a week counts as hard; the line is drawn only if given.
        phases: stretches to name; default acute, protracted and post-acute at the middle person.
        warning: why nobody should do this; must be given for an abrupt stop.
        made_on: the day the forecast was made; default today as `today_day` says.
        width: of the whole picture [px]; below 560 notes stand above the panels instead of beside them.

    Raises:
        InputError: an abrupt stop without a warning, today outside the course, or a width that cannot be read.
    """
    need_warning([course], warning)
    older = () if compare is None else (compare[1],)
    view = window([course], start_date, today_day, [*observed_levels, *observed_scores])
    paper = sheet(view, width)
    shown = grounds(course) if phases is None else tuple(phases)
    parts = [_doses(paper, {"": course}, drug) for drug in course.regimen.drugs]
    parts += [_level(paper, course, name, observed_levels) for name in course.names() if name.startswith("level.")]
    if not course.withheld:
        parts.append(_tone(paper, course))
        parts.append(_severity(paper, course, observed_scores, compare, hard_week_points))
    zero = course.last_dose_day - view.today
    said = _reasons(paper, course)
    return stack(
        paper, parts, [] if course.withheld else [(ground, zero) for ground in shown],
        title=title, subtitle=subtitle(course), warning=warning, instead=said,
        small_print=small_print(course, view, made_on, has_phases=bool(shown) and phases is None, older=older),
        description=forecast_text(course, title, view, warning),
    )


def compare_chart(
    courses: Mapping[str, Course],
    *,
    title: str,
    start_date: date,
    today_day: float,
    chosen: str | None = None,
    hard_week_points: float | None = None,
    warning: str = "",
    made_on: date | None = None,
    width: int = 960,
) -> alt.VConcatChart:
    """Draw doses and severity of up to three candidates on the same people; the chosen one filled and on top.

    Args:
        courses: candidates by name; solid and circle, dashes and square, dots and diamond, in this order.
        chosen: which one is filled; default the first.

    Raises:
        InputError: no candidate or more than three, other people in one of them, or an abrupt stop without a warning.
    """
    names = list(courses)
    if not 1 <= len(names) <= len(theme.SHAPES):
        raise InputError(f"one to three candidates can be compared (given: {len(names)})")
    chosen = names[0] if chosen is None else chosen
    if chosen not in courses:
        raise InputError(f"'{chosen}' is not among the candidates ({', '.join(names)})")
    first = courses[names[0]]
    for name, course in courses.items():
        if not _same_people(first, course):
            raise InputError(f"candidate '{name}' was computed on other people than '{names[0]}'; compare the same people")
    need_warning(courses.values(), warning)
    view = window(list(courses.values()), start_date, today_day)
    paper = sheet(view, width)
    drugs = dict.fromkeys(drug for course in courses.values() for drug in course.regimen.drugs)
    parts = [_doses(paper, courses, drug) for drug in drugs]
    held = [name for name, course in courses.items() if course.withheld]
    if not held:
        parts.append(_candidates(paper, courses, chosen, hard_week_points))
    return stack(
        paper, parts, [], title=title, subtitle=f"same {len(first.people):,} virtual people in each; chosen: {chosen}",
        warning=warning, instead=_reasons(paper, courses[held[0]]) if held else None,
        small_print=small_print(courses[chosen], view, made_on, has_phases=False),
        description=compare_text(courses, title, view, chosen, warning),
    )


def need_warning(courses: Iterable[Course], warning: str) -> None:
    """Refuse to draw an abrupt stop that does not say why nobody should do it."""
    if not warning and any(course.regimen.ends_abruptly for course in courses):
        raise InputError("an abrupt stop is drawn only with a warning; pass it as warning=…")


def subtitle(course: Course) -> str:
    """Return what the lines and bands are."""
    return f"Line: the median. Band: 8 in 10 of {len(course.people):,} virtual people."


def small_print(
    course: Course, view: Window, made_on: date | None, *, has_phases: bool, older: Sequence[Course] = ()
) -> list[str]:
    """Return how to read a chart, and when, by what and on how many people it was made."""
    stamp = course.stamp()
    day = theme.day_text(made_on or view.date_of(0.0))
    seed = "" if course.people.seed is None else f", seed {stamp['seed']}"
    made = f"Forecast of {day} by {stamp['made_by']}, facts {stamp['facts']}, {len(course.people):,} virtual people{seed}."
    old = [f"Grey: {c.stamp()['made_by']}, facts {c.facts.digest}, {len(c.people):,} virtual people." for c in older]
    phases = "Names of phases are this product's own, at the middle person; sources use these words differently."
    return [made, *old, *([phases] if has_phases else []), NO_ADVICE]


def _same_people(a: Course, b: Course) -> bool:
    return (a.people.seed, a.people.first, len(a.people)) == (b.people.seed, b.people.first, len(b.people)) and bool(
        np.array_equal(a.people["sensitivity"], b.people["sensitivity"])
    )


def _reasons(paper: Sheet, course: Course) -> alt.LayerChart | None:
    if not course.withheld:
        return None
    text = " ".join(f"{reason[:1].upper()}{reason[1:].rstrip('.')}." for reason in course.withheld)
    return callout(
        paper, f"{text} Dose and level are shown; tone and severity are not.", loud=False,
        head="No withdrawal forecast for this person",
    )


def _doses(paper: Sheet, courses: Mapping[str, Course], drug: str) -> Part:
    """Draw the staircases of one drug: as taken, then as planned."""
    many, height, view = len(courses) > 1, 84.0, paper.view
    stairs = {
        n: staircase(c.regimen, drug, view, min(view.last, float(c.days[-1]))) for n, c in courses.items()
    }
    top = max([float(r["mg"]) for taken, planned in stairs.values() for r in [*taken, *planned]] + [1e-3])
    domain = (0.0, top * 1.3)
    y = Values(domain, nice_ticks(top, 2))
    mg = y.of("mg")
    words, layers = Words(paper, height, domain), []
    words.block(paper.px(0) - 2, 0, paper.px(0) + 2, height)
    order = {n: i for i, n in enumerate(courses)}
    for name in reversed(list(courses)):
        taken, planned = stairs[name]
        colour, dash = (LIGHT.candidates[order[name]], theme.DASHES[order[name]]) if many else (LIGHT.ink, theme.PLANNED)
        line = {"interpolate": "step-after", "strokeWidth": 2}
        if taken and not many:
            filled = alt.Chart(alt.Data(values=list(taken))).mark_area(interpolate="step-after", color=LIGHT.ink, opacity=0.07)
            layers.append(filled.encode(x=paper.x(), y=mg))
        for rows, dashes in ((taken, (1, 0)), (planned, dash)):
            if rows:
                chart = alt.Chart(alt.Data(values=list(rows))).mark_line(
                    color=LIGHT.ink if rows is taken else colour, strokeDash=list(dashes), **line  # type: ignore[arg-type]
                )
                layers.append(chart.encode(x=paper.x(), y=mg))
    layers.append(base_line(paper, height))
    for name, course in courses.items():
        colour = LIGHT.candidates[order[name]] if many else LIGHT.ink
        _off(paper, words, layers, course, drug, name, colour, theme.SHAPES[order[name]])
    if not many:
        _name_steps(paper, words, [r for rows in stairs[next(iter(courses))] for r in rows])
    head = f"{drug.capitalize()}, mg{theme.NBSP}a{theme.NBSP}day"
    notes = ["each way as planned"] if many else ["dashed: planned"]
    return Part(head, notes, height, y, [*layers, *words.layers])


def _off(
    paper: Sheet, words: Words, layers: Layers, course: Course, drug: str, name: str, colour: str, shape: str
) -> None:
    """Mark a drug's last dose on the zero line."""
    day = last_dose(course, drug)
    if day is None or not paper.view.inside(x := day - paper.view.today):
        return
    mark = alt.Chart(alt.Data(values=[{"x": x, "mg": 0}])).mark_point(shape=shape, filled=True, size=70, color=colour, opacity=1)
    layers.append(mark.encode(x=paper.x(), y=alt.value(words.height)))
    on = theme.short_day(paper.view.date_of(x)) + f"{theme.NBSP}{paper.view.date_of(x).year}"
    text, px, foot = f"{name + ': ' if name else ''}last dose {on}", paper.px(x), words.height
    places = [(px + 9, foot - 7, "left"), (px + 9, foot - 24, "left"), (px, foot + 17, "center"), (px - 9, foot + 17, "right")]
    words.add([text], places if not name else places[2:] + places[:2], colour)


def _name_steps(paper: Sheet, words: Words, rows: Sequence[Row]) -> None:
    """Write each dose on its step where there is room; the first of them always."""
    for i, (a, b) in enumerate(zip(rows, rows[1:], strict=False)):
        mg, px, until = float(a["mg"]), paper.px(float(a["x"])), paper.px(float(b["x"]))
        text = theme.amount(mg, "mg") if i == 0 else theme.number(mg, 4)
        if mg > 0 and until > px and (i == 0 or until - px >= theme.text_width(text) + 4):
            words.add([text], [(px + 4, words.py(mg) - 5, "left")], LIGHT.ink_2, bold=False, must=False, top=-8)


def _level(paper: Sheet, course: Course, name: str, seen: Sequence[Seen]) -> Part:
    """Draw the level of one ligand in blood, with what was measured as dots."""
    ligand, height = name.removeprefix("level."), 84.0
    rows = band(course, name, paper.view)
    dots = [s for s in seen if s.drug in (ligand, "") and paper.view.inside(s.day - paper.view.today)]
    top = max([1e-3, *(float(r["hi"]) for r in rows), *(s.value for s in dots)])
    domain = (0.0, top * 1.2)
    y = Values(domain, nice_ticks(top, 2))
    words = Words(paper, height, domain)
    layers = [*band_layers(paper, rows, y, LIGHT.band), base_line(paper, height)]
    layers += _dots(paper, words, dots, y, each=True)
    low, mid, high = three(course, name, 0.0, paper.view)
    notes = [f"today {theme.ranged(low, mid, high)}", "as read just before the day's first dose"]
    return Part(f"{ligand.capitalize()} in blood, ng/mL", notes, height, y, [*layers, *words.layers])


def _dots(paper: Sheet, words: Words, dots: Sequence[Seen], y: Values, *, each: bool) -> Layers:
    """Draw what was observed as dots, never joined; with `each`, every one says its value."""
    if not dots:
        return []
    rows = [{"x": s.day - paper.view.today, "y": s.value} for s in dots]
    mark = alt.Chart(alt.Data(values=rows)).mark_circle(size=42, color=LIGHT.observed, opacity=1)
    for s in dots:
        px, py = paper.px(s.day - paper.view.today), words.py(s.value)
        words.block(px - 4, py - 4, px + 4, py + 4)
    for s in dots if each else []:
        px, py = paper.px(s.day - paper.view.today), words.py(s.value)
        text = " ".join(filter(None, (theme.number(s.value), s.label)))
        places = [(px + 7, py + 4, "left"), (px, py - 8, "center"), (px - 7, py + 4, "right"), (px, py + 17, "center")]
        words.add([text], places, LIGHT.observed, top=-6)
    if not each:
        last = max(dots, key=lambda s: s.day)
        px, py = paper.px(last.day - paper.view.today), words.py(max(s.value for s in dots))
        words.add(["diary scores"], [(px, py - 9, "right"), (px + 8, py, "left")], LIGHT.observed)
    return [mark.encode(x=paper.x(), y=y.of("y"))]


def _tone(paper: Sheet, course: Course) -> Part:
    """Draw tone with the band inside which nothing is felt."""
    rows, height, domain = band(course, "tone", paper.view), 78.0, (TONE_FROM, TONE_TO)
    low = min(float(r["lo"]) for r in rows)
    high = max(float(r["hi"]) for r in rows)
    domain = (min(TONE_FROM, np.floor(low * 5) / 5), max(TONE_TO, np.ceil(high * 5) / 5))
    slack = course.facts.parameters["threshold"].value
    y = Values(domain, [v for v in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6) if domain[0] <= v <= domain[1]])
    words = Words(paper, height, domain)
    normal = alt.Chart(alt.Data(values=[{"a": 1 - slack, "b": 1 + slack}])).mark_rect(color=LIGHT.ink_3, opacity=0.16)
    zone = normal.encode(
        x=alt.value(0), x2=alt.value(paper.plot), y=y.of("a"), y2="b:Q"
    )
    px = float(paper.plot)
    words.add([f"normal, 1{theme.NBSP}±{theme.NBSP}{theme.number(slack)}"], [(px - 4, words.py(1 + slack) - 5, "right")], LIGHT.ink_3, bold=False, top=-9)
    notes = ["how far inhibition holds against excitation; 1 is its set point", f"cut at {theme.number(domain[0])}"]
    return Part("Tone", notes, height, y, [zone, *band_layers(paper, rows, y, LIGHT.band), *words.layers])


def _top(highest: float, *others: float) -> float:
    """Return where the score axis ends: 40, 60 or the whole scale, with room for a label above the band."""
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
    rule = alt.Chart(alt.Data(values=[{"y": points}])).mark_rule(color=LIGHT.limit, strokeDash=[5, 3], strokeWidth=1.2)
    py, px = words.py(points), float(paper.plot)
    text = f"hard week: {theme.number(points)}" if paper.is_narrow else f"hard week: 7-day mean of {theme.number(points)} or more"
    words.add([text], [(px - 4, py - 5, "right")], LIGHT.limit, bold=False)
    words.block(0, py - 2, px, py + 2)
    return [rule.encode(x=alt.value(0), x2=alt.value(paper.plot), y=y.of("y"))]


def _severity(
    paper: Sheet, course: Course, seen: Sequence[Seen], compare: tuple[str, Course] | None, hard: float | None
) -> Part:
    """Draw overall severity: the band of 8 in 10, its median, and its worst day on the thing itself."""
    rows, height = band(course, "severity", paper.view), 190.0
    old = [] if compare is None else band(compare[1], "severity", paper.view)
    dots = [s for s in seen if paper.view.inside(s.day - paper.view.today)]
    top = _top(max(float(r["hi"]) for r in [*rows, *old]), *(s.value + 3 for s in dots), *([hard + 8] if hard else []))
    y, notes = _score_axis(top)
    words = Words(paper, height, (0.0, top))
    layers: Layers = []
    if compare is not None:
        layers += band_layers(paper, old, y, LIGHT.old, fill=theme.BAND_PALE, dash=(6, 4), edge=(1.5, 3), width=1.5)
    layers += [*band_layers(paper, rows, y, LIGHT.band, width=2.4), *_hard(paper, words, y, hard), base_line(paper, height)]
    peak = worst(rows)
    _block_band(paper, words, rows)
    layers += _dots(paper, words, dots, y, each=False)
    day = theme.day_text(paper.view.date_of(float(peak["x"])))
    lines = [f"median peaks at {theme.points(float(peak['mid']))} ({theme.points(float(peak['lo']))}–{theme.points(float(peak['hi']))})", day]
    words.add(lines, _round_the_top(paper, words, rows, peak), LIGHT.band, size=theme.BODY)
    mark = alt.Chart(alt.Data(values=[{"x": peak["x"], "y": peak["mid"]}])).mark_circle(size=56, color=LIGHT.band, opacity=1)
    layers.append(mark.encode(x=paper.x(), y=y.of("y")))
    if compare is not None:
        oldest = worst(old)
        words.add([compare[0]], _round_the_top(paper, words, old, oldest), LIGHT.old, must=True)
    return Part("Severity of withdrawal, 0 to 80", ["all symptoms together", *notes], height, y, [*layers, *words.layers])


def _block_band(paper: Sheet, words: Words, rows: Sequence[Row]) -> None:
    """Keep labels off a band."""
    for a, b in zip(rows, rows[1:], strict=False):
        x0, x1 = paper.px(float(a["x"])), paper.px(float(b["x"]))
        words.block(x0, words.py(max(float(a["hi"]), float(b["hi"]))) - 1, x1, words.height)


def _round_the_top(paper: Sheet, words: Words, rows: Sequence[Row], peak: Row) -> list[tuple[float, float, str]]:
    """Return places near the highest point of a band: to its right on the way down, above it, to its left."""
    crest = max(rows, key=lambda r: float(r["hi"]) if float(r["x"]) >= 0 else -1.0)
    px, py = paper.px(float(crest["x"])), words.py(float(crest["hi"]))
    right = [(px + dx, py + dy, "left") for dy in (16, 22, 30) for dx in (10, 16, 24, 32, 44)]
    above = [(px, py - 6, "center"), (px + 4, py - 6, "left"), (px, py - 24, "center"), (px, py - 40, "center")]
    left = [(px - dx, py + 16, "right") for dx in (12, 24, 40)]
    return [*right, *above, *left, (min(px + 8, paper.plot - 4.0), max(py - 8, 30.0), "center")]


def _candidates(paper: Sheet, courses: Mapping[str, Course], chosen: str, hard: float | None) -> Part:
    """Draw severity of each candidate; the chosen one filled and last, so that it lies on top."""
    rows = {name: band(course, "severity", paper.view) for name, course in courses.items()}
    height = 210.0
    top = _top(max(float(r["hi"]) for some in rows.values() for r in some), *([hard + 8] if hard else []))
    y, notes = _score_axis(top)
    words = Words(paper, height, (0.0, top))
    order = {name: i for i, name in enumerate(courses)}
    layers: Layers = []
    for name in [*(n for n in reversed(list(courses)) if n != chosen), chosen]:
        i = order[name]
        edge = (1, 0) if name == chosen else theme.DASHES[i] if i else (3, 3)
        layers += band_layers(
            paper, rows[name], y, LIGHT.candidates[i], fill=theme.BAND if name == chosen else theme.BAND_PALE,
            dash=theme.DASHES[i], edge=edge, width=2.4,
        )
    layers += [*_hard(paper, words, y, hard), base_line(paper, height)]
    for name in courses:
        _block_band(paper, words, rows[name])
    for name in courses:
        peak, i = worst(rows[name]), order[name]
        low, mid, high = (theme.points(float(peak[k])) for k in ("lo", "mid", "hi"))
        week = theme.number(float(peak["x"]) // 7)
        words.add([f"{name}: worst {mid} ({low}–{high}), week{theme.NBSP}{week}"], _round_the_top(paper, words, rows[name], peak), LIGHT.candidates[i])
        mark = alt.Chart(alt.Data(values=[{"x": peak["x"], "y": peak["mid"]}])).mark_point(
            shape=theme.SHAPES[i], filled=True, size=80, color=LIGHT.candidates[i], opacity=1
        )
        layers.append(mark.encode(x=paper.x(), y=y.of("y")))
    said = ["line: median", f"band: 8 in 10; filled: {chosen}", *notes]
    return Part("Severity of withdrawal, 0 to 80", said, height, y, [*layers, *words.layers])
