"""What a chart draws, as plain rows on one time axis: days from today. Never a row of one
person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, isfinite

import numpy as np
from numpy.typing import NDArray

from homeostat.errors import InputError
from homeostat.model.course import Course, Series
from homeostat.model.phases import Phase
from homeostat.model.regimen import FIRST_DOSE_HOUR, Regimen, doses
from homeostat.report.charts import theme

Row = dict[str, float | str]
BAND = (0.1, 0.5, 0.9)
"""Eight people in ten lie between the first and the last."""
DAYS_BEFORE = 28.0
MOST_POINTS = 500
"""No line needs more points than it has pixels."""
LEAST = 1e-6
"""What is smaller is drawn as nothing, in any unit."""
NEARLY_ALL, FEW = 0.95, 0.2
"""A phase that more people have is named without their share; one that fewer have is not drawn."""


@dataclass(frozen=True)
class Seen:
    """One thing observed in the real person: a level [ng/mL] of a drug or a score [points], on a
    day since the first dose.
    """

    day: float
    value: float
    drug: str = ""
    label: str = ""


@dataclass(frozen=True)
class Ground:
    """A phase: its name and its stretch, in days after the last dose."""

    name: str
    from_day: float
    to_day: float


@dataclass(frozen=True)
class Window:
    """The stretch of time that is drawn, in days since the first dose; charts count days from
    today.
    """

    start_date: date
    today: float
    first: float
    last: float

    @property
    def domain(self) -> tuple[float, float]:
        """From and to [days from today]."""
        return self.first - self.today, self.last - self.today

    def date_of(self, x: float) -> date:
        """Return the calendar day of a day from today; a model's day turns at the hour of the first
        dose.
        """
        return self.start_date + timedelta(
            days=floor(self.today + x + FIRST_DOSE_HOUR / 24.0 + 1e-9)
        )

    def inside(self, x: float) -> bool:
        """True if a day from today is drawn."""
        return self.domain[0] - 1e-9 <= x <= self.domain[1] + 1e-9


def window(
    courses: Sequence[Course], start_date: date, today_day: float, seen: Iterable[Seen] = ()
) -> Window:
    """Return what to draw: four weeks before today, or before the last dose if that was earlier, up
    to the end.

    Raises:
        InputError: today lies outside the course, or the course has no length.
    """
    begin, end = min(c.days[0] for c in courses), max(c.days[-1] for c in courses)
    if not (isfinite(today_day) and begin <= today_day <= end):
        raise InputError(
            f"today (day {today_day:g}) must lie inside the course, day {begin:g} to {end:g}"
        )
    last_doses = [c.last_dose_day for c in courses if isfinite(c.last_dose_day)]
    earliest = min([today_day, *last_doses, *(s.day for s in seen)])
    first = max(begin, floor(earliest - DAYS_BEFORE + 0.5))
    if end - first < 1.0:
        raise InputError("a chart needs a course of at least a day")
    return Window(start_date, float(today_day), float(first), float(end))


def shown_days(course: Course, view: Window) -> NDArray[np.intp]:
    """Return which output days are drawn: inside the window, at most one a day, at most
    MOST_POINTS.
    """
    inside = np.flatnonzero((course.days >= view.first - 1e-9) & (course.days <= view.last + 1e-9))
    _, one_a_day = np.unique(np.floor(course.days[inside] + 1e-9), return_index=True)
    inside = inside[one_a_day]
    every = ceil(len(inside) / MOST_POINTS)
    return np.unique(np.append(inside[::every], inside[-1])) if every > 1 else inside


def band(course: Course, name: str, view: Window) -> list[Row]:
    """Return low, mid and high of a series for each day that is drawn."""
    at = shown_days(course, view)
    low, mid, high = np.quantile(course[name][at], BAND, axis=1)
    x = course.days[at] - view.today
    return [
        {"x": _short(a), "lo": _short(b), "mid": _short(c), "hi": _short(d)}
        for a, b, c, d in zip(x, low, mid, high, strict=True)
    ]


def _short(value: float) -> float:
    if abs(value) < LEAST:
        return 0.0
    return float(f"{value:.4g}")


def three(course: Course, name: str, x: float, view: Window) -> tuple[float, float, float]:
    """Return low, mid and high of a series on a day from today."""
    return three_of(course[name], course, x, view)


def three_of(series: Series, course: Course, x: float, view: Window) -> tuple[float, float, float]:
    """Return low, mid and high of a series that is at hand, on a day from today."""
    at = int(np.abs(course.days - view.today - x).argmin())
    low, mid, high = np.quantile(series[at], BAND)
    return float(low), float(mid), float(high)


def worst(rows: Sequence[Row]) -> Row:
    """Return the row where the median is highest, from today on."""
    later = [row for row in rows if float(row["x"]) >= 0] or list(rows)
    return max(later, key=lambda row: float(row["mid"]))


def staircase(
    regimen: Regimen, drug: str, view: Window, until: float
) -> tuple[list[Row], list[Row]]:
    """Return the corners of a drug's daily dose [mg]: as taken up to today, then as planned;
    step-after.
    """
    changes = sorted({s.from_day for use in regimen.uses if use.drug == drug for s in use.steps})

    def corners(begin: float, end: float) -> list[Row]:
        if end <= begin:
            return []
        days = [begin, *(d for d in changes if begin < d < end)]
        rows: list[Row] = [
            {"x": d - view.today, "mg": round(regimen.mg_per_day(drug, d), 6)} for d in days
        ]
        return [*rows, {"x": end - view.today, "mg": rows[-1]["mg"]}]

    taken = corners(view.first, min(view.today, until))
    planned = corners(max(view.today, view.first), until)
    if taken and planned:
        # The drop on the day itself belongs to the plan, so the plan starts at the dose before it.
        planned = [{"x": planned[0]["x"], "mg": taken[-1]["mg"]}, *planned]
    # Nothing is drawn where nothing is planned: the zero line is there already.
    while len(planned) > 1 and planned[-1]["mg"] == planned[-2]["mg"] == 0:
        planned.pop()
    return taken, planned


def last_dose(course: Course, drug: str) -> float | None:
    """Return the day of a drug's last dose; None if it goes on, or is not taken at all."""
    uses = [use for use in course.regimen.uses if use.drug == drug]
    if any(use.steps[-1].mg for use in uses):
        return None
    ends = [at[-1] for use in uses if len(at := doses(use, float(course.days[-1]) + 1e-6)[0])]
    return float(max(ends)) if ends else None


def stops(course: Course) -> bool:
    """True if nothing is taken at the end of the course."""
    return (
        all(not use.steps[-1].mg for use in course.regimen.uses)
        and course.last_dose_day < course.days[-1]
    )


def grounds(found: Iterable[Phase], course: Course) -> tuple[Ground, ...]:
    """Return the phases that some people have, at the middle one of these; one that not all have
    says in how many.
    """
    end = float(course.days_since_last_dose[-1])
    shown = [
        Ground(
            (
                phase.name
                if phase.share > NEARLY_ALL
                else f"{phase.name}, in{theme.NBSP}{phase.share:.0%}"
            ),
            phase.begins[1],
            min(phase.ends[1], end),
        )
        for phase in found
        if phase.share >= FEW
    ]
    return tuple(ground for ground in shown if ground.to_day - ground.from_day >= 1.0)


def week_ticks(view: Window, width: float) -> tuple[list[float], dict[str, list[str]]]:
    """Return where the axis is marked [days from today] and what stands there: the week, and a date
    where there is room.
    """
    begin, end = view.domain
    per_day = width / (end - begin)
    step = next((w for w in (1, 2, 4, 8, 13, 26, 52) if 7 * w * per_day >= 40.0), 104)
    every = ceil(84.0 / (7 * step * per_day))
    weeks = [w * step for w in range(ceil(begin / 7 / step), floor(end / 7 / step) + 1)]
    words: dict[str, list[str]] = {}
    year = None
    for week in weeks:
        day = view.date_of(7.0 * week)
        lines = [f"week{theme.NBSP}0" if week == 0 else theme.number(week)]
        if week % (every * step) == 0:
            lines.append(
                theme.short_day(day) + (f"{theme.NBSP}{day.year}" if day.year != year else "")
            )
            year = day.year
        words[f"{7 * week}"] = lines
    return [7.0 * week for week in weeks], words


def chart_table(
    course: Course, *, start_date: date | None = None, today_day: float | None = None
) -> list[Row]:
    """Return the facts of a chart as rows, one a week: number, date, dose, and low, median and high
    of what is drawn.

    Args:
        start_date: the calendar day of the first dose; without it there is no date.
        today_day: where week 0 begins, in days since the first dose; default the day of the last
            dose.
    """
    today = ceil(course.last_dose_day - 1e-9) if today_day is None and stops(course) else today_day
    view = window([course], start_date or date.min, course.days[0] if today is None else today)
    names = [n for n in course.names() if n.startswith("level.")] + (
        [] if course.withheld else ["tone", "severity"]
    )
    shown = {name: course[name] for name in names}
    rows: list[Row] = []
    for week in range(ceil(view.domain[0] / 7), floor(view.domain[1] / 7) + 1):
        row: Row = {"week": week}
        if start_date is not None:
            row["date"] = view.date_of(7.0 * week).isoformat()
        for drug in course.regimen.drugs:
            row[f"{drug}, mg a day"] = round(
                course.regimen.mg_per_day(drug, view.today + 7 * week), 6
            )
        for name, series in shown.items():
            low, mid, high = three_of(series, course, 7.0 * week, view)
            what = (
                f"{name.removeprefix('level.')} in blood, ng/mL"
                if name.startswith("level.")
                else _WORDS[name]
            )
            low, mid, high = (
                round(value, 3 if name == "tone" else 2) for value in (low, mid, high)
            )
            row |= {f"{what}: low": low, f"{what}: median": mid, f"{what}: high": high}
        rows.append(row)
    return rows


_WORDS = {"tone": "tone, 1 = set point", "severity": "severity, 0 to 80"}
