"""The charts: what a course looks like over time, what is felt when, and how candidates compare.

Each is a pure function of its arguments. No clock, no files, and nothing of one virtual person in a
specification.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import altair as alt
import numpy as np

from homeostat.errors import InputError
from homeostat.model.course import Course
from homeostat.model.phases import Phase
from homeostat.model.phases import phases as computed_phases
from homeostat.report.charts import theme
from homeostat.report.charts.alt_text import compare_text, forecast_text
from homeostat.report.charts.curves import candidates, level, severity, tone
from homeostat.report.charts.sheet import sheet
from homeostat.report.charts.stack import PageText, need_warning, small_print, stack, withheld
from homeostat.report.charts.staircases import doses
from homeostat.report.charts.symptom_strip import symptom_chart
from homeostat.report.charts.timeline import (
    Seen,
    chart_table,
    grounds,
    window,
)

__all__ = ["Overlays", "Seen", "chart_table", "compare_chart", "forecast_chart", "symptom_chart"]


@dataclass(frozen=True)
class Overlays:
    """What is drawn on a forecast besides its own curves.

    Attributes:
        observed_levels: levels measured in the real person, drawn as dots [ng/mL].
        observed_scores: scores of the real person, drawn as dots [points].
        compare: an older forecast and its name, drawn in grey.
        hard_week_points: seven-day mean of severity from which a week counts as hard [points]; None
            draws no line.
        phases: those of the course, if they are known already; drawn at the middle person.
    """

    observed_levels: Sequence[Seen] = ()
    observed_scores: Sequence[Seen] = ()
    compare: tuple[str, Course] | None = None
    hard_week_points: float | None = None
    phases: Sequence[Phase] | None = None

    @property
    def observed(self) -> list[Seen]:
        """All that was observed."""
        return [*self.observed_levels, *self.observed_scores]


NO_OVERLAYS = Overlays()


def forecast_chart(
    course: Course,
    *,
    title: str,
    start_date: date,
    today_day: float,
    overlays: Overlays = NO_OVERLAYS,
    warning: str = "",
    made_on: date | None = None,
    width: int = 960,
) -> alt.VConcatChart:
    """Draw dose, level in blood, tone and severity on one time axis; where the forecast is
    withheld, say why instead.

    Args:
        start_date: the calendar day of the first dose.
        today_day: today, in days since the first dose; what comes later is planned, and dashed.
        overlays: observations, an older forecast, phases, and the line of a hard week.
        warning: why nobody should do this; must be given for an abrupt stop.
        made_on: the day the forecast was made; default today.
        width: of the whole picture [px]; below 560 notes stand above the panels instead of beside
            them.

    Raises:
        InputError: an abrupt stop without a warning, today outside the course, or a width that
            cannot be read.
    """
    need_warning([course], warning)
    compare = overlays.compare
    older = () if compare is None else (compare[1],)
    view = window([course], start_date, today_day, overlays.observed)
    paper = sheet(view, width)
    phases = computed_phases(course) if overlays.phases is None else overlays.phases
    shown = grounds(phases, course)
    parts = [doses(paper, {"": course}, drug) for drug in course.regimen.drugs]
    parts += [
        level(paper, course, name, overlays.observed_levels)
        for name in course.names()
        if name.startswith("level.")
    ]
    if not course.withheld:
        parts.append(tone(paper, course))
        scores, points = overlays.observed_scores, overlays.hard_week_points
        parts.append(severity(paper, course, scores, compare, points))
    zero = course.last_dose_day - view.today
    text = PageText(
        description=forecast_text(course, title, view, warning),
        title=title,
        subtitle=_subtitle(course),
        warning=warning,
        small_print=small_print(course, view, made_on, has_phases=bool(shown), older=older),
    )
    return stack(
        paper,
        parts,
        [] if course.withheld else [(ground, zero) for ground in shown],
        text,
        instead=withheld(paper, course),
        table=chart_table(course, start_date=start_date, today_day=today_day),
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
    width: int = 960,
) -> alt.VConcatChart:
    """Draw doses and severity of up to three candidates on the same people; the chosen one filled
    and on top.

    Args:
        courses: candidates by name; solid and circle, dashes and square, dots and diamond, in this
            order.
        chosen: which one is filled; default the first.

    Raises:
        InputError: no candidate or more than three, other people in one of them, or an abrupt stop
            without a warning.
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
            raise InputError(
                f"candidate '{name}' was computed on other people than '{names[0]}'; compare the"
                " same people"
            )
    need_warning(courses.values(), warning)
    view = window(list(courses.values()), start_date, today_day)
    paper = sheet(view, width)
    drugs = dict.fromkeys(drug for course in courses.values() for drug in course.regimen.drugs)
    parts = [doses(paper, courses, drug) for drug in drugs]
    held = [name for name, course in courses.items() if course.withheld]
    if not held:
        parts.append(candidates(paper, courses, chosen, hard_week_points))
    text = PageText(
        description=compare_text(courses, title, view, chosen, warning),
        title=title,
        subtitle=f"Same {len(first.people):,} virtual people in each; chosen: {chosen}",
        warning=warning,
        small_print=small_print(courses[chosen], view, None, has_phases=False),
    )
    instead = withheld(paper, courses[held[0]]) if held else None
    return stack(paper, parts, [], text, instead=instead)


def _subtitle(course: Course) -> str:
    """Return what the lines and bands are."""
    return f"Line: the median. Band: 8 in 10 of {len(course.people):,} virtual people."


def _same_people(a: Course, b: Course) -> bool:
    return (a.people.seed, a.people.first, len(a.people)) == (
        b.people.seed,
        b.people.first,
        len(b.people),
    ) and bool(np.array_equal(a.people["sensitivity"], b.people["sensitivity"]))
