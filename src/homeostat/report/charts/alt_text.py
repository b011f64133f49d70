"""What a chart says to somebody who cannot see it, computed from the same rows."""

from collections.abc import Mapping

import numpy as np

from homeostat.model.course import Course
from homeostat.report.charts import theme
from homeostat.report.charts.timeline import Row, Window, band, last_dose, three, worst


def forecast_text(course: Course, title: str, view: Window, warning: str) -> str:
    """Return the description of a forecast: warning, doses, levels, tone and severity, each with
    range and date.
    """
    said = [f"{title.rstrip('.')}.", *([warning] if warning else []), *doses_said(course, view)]
    for change in course.regimen.changes:
        for day, what in ((change.from_day, "begins"), (change.to_day, "ends")):
            if view.first < day <= view.last:
                when = theme.day_text(view.date_of(day - view.today))
                said.append(
                    f"{change.name.capitalize()}, which changes the level of {change.drug}, {what}"
                    f" {when}."
                )
    for name in course.names():
        if name.startswith("level."):
            what = theme.ranged(*three(course, name, 0.0, view))
            said.append(f"{name.removeprefix('level.').capitalize()} in blood today: {what} ng/mL.")
    if course.withheld:
        return " ".join(
            [*said, f"The withdrawal forecast is withheld: {'; '.join(course.withheld)}."]
        )
    lowest = min(
        (r for r in band(course, "tone", view) if float(r["x"]) >= 0), key=lambda r: float(r["mid"])
    )
    said.append(
        f"Tone is lowest at {_range(lowest, 2)} {_when(lowest, view)}, where 1 is its set point."
    )
    return " ".join([*said, *_severity_said(course, view)])


def compare_text(
    courses: Mapping[str, Course], title: str, view: Window, chosen: str, warning: str
) -> str:
    """Return the description of a comparison: for each candidate its last dose and its worst
    day.
    """
    said = [
        f"{title.rstrip('.')}.",
        *([warning] if warning else []),
        f"{len(courses)} candidates; chosen: {chosen}.",
    ]
    for name, course in courses.items():
        said.append(f"{name}: {' '.join(doses_said(course, view))}")
        if course.withheld:
            said.append(f"The withdrawal forecast is withheld: {'; '.join(course.withheld)}.")
        else:
            said += _severity_said(course, view)
    return " ".join(said)


def doses_said(course: Course, view: Window) -> list[str]:
    """Return one sentence for each drug: what is taken before today, and when it ends."""
    said = []
    for drug in course.regimen.drugs:
        before = course.regimen.mg_per_day(drug, view.today - 0.5)
        end = last_dose(course, drug)
        to = (
            "it goes on"
            if end is None
            else f"last dose {theme.day_text(view.date_of(end - view.today))}"
        )
        now = f"{theme.amount(before, 'mg')} a day" if before else "not taken"
        changes = _planned_changes(course, drug, view)
        steps = f"{changes} planned changes; " if changes > 1 else ""
        said.append(f"{drug.capitalize()} {now} up to today; {steps}{to}.")
    return said


def _planned_changes(course: Course, drug: str, view: Window) -> int:
    """Return how often the daily dose changes from today on."""
    days = {step.from_day for use in course.regimen.uses if use.drug == drug for step in use.steps}
    return len([day for day in days if view.today <= day <= view.last])


def _severity_said(course: Course, view: Window) -> list[str]:
    rows = band(course, "severity", view)
    peak = worst(rows)
    if max(float(r["hi"]) for r in rows) - min(float(r["hi"]) for r in rows) < 1.0:
        return [f"Severity, 0 to 80: stays at {_range(peak)}."]
    later = course.days >= view.today - 1e-9
    own = np.quantile(course["severity"][later].max(axis=0), (0.1, 0.5, 0.9))
    end = rows[-1]
    return [
        f"Severity, 0 to 80: the median is highest at {_range(peak)} {_when(peak, view)}.",
        (
            "Each person's own worst day:"
            f" {theme.ranged(float(own[0]), float(own[1]), float(own[2]))}."
        ),
        f"On the last day shown, {theme.day_text(view.date_of(float(end['x'])))}: {_range(end)}.",
    ]


def _range(row: Row, digits: int = 2) -> str:
    return theme.ranged(float(row["lo"]), float(row["mid"]), float(row["hi"]), digits)


def _when(row: Row, view: Window) -> str:
    x = float(row["x"])
    return (
        f"on {theme.day_text(view.date_of(x))}, day {theme.number(x)} from today, week"
        f" {theme.number(x // 7)}"
    )
