"""Gallery: the pictures that go with a forecast."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import altair as alt
from altair.utils.schemapi import debug_mode

from homeostat.care.case import day_of
from homeostat.care.forecast import Forecast
from homeostat.report.charts.figures import (
    Overlays,
    Seen,
    chart_table,
    forecast_chart,
    symptom_chart,
)
from homeostat.report.charts.pictures import picture
from homeostat.report.charts.renderer import Pen
from homeostat.report.charts.symptom_strip import symptom_table
from homeostat.report.charts.timeline import Row

WIDE, NARROW = 960, 360
"""Width of a picture, and of its version for a phone [px]."""
COMPOSED, TABLED = 0.35, 0.6
"""Shares of the time of drawing after which all charts are composed, and tables are written."""
Finish = Callable[[Path], None]
Chart = tuple[str, Callable[..., alt.VConcatChart], Callable[[], list[Row]]]
SCORED_0_TO_80 = "ciwa-b"
"""The scale whose totals share the axis of severity."""


def begin(
    forecast: Forecast, pen: Pen, tell: Callable[[str, float], None] = lambda what, share: None
) -> Finish:
    """Begin to draw forecast.* and, unless it is withheld, symptoms.*: SVG, PNG and a page that
    works without a network.

    The pen draws while other things are done, such as composing the charts for a phone.

    Args:
        tell: called before each step with what is being done and the share of the drawing that is
            done.

    Returns:
        what writes them into a folder.
    """
    # charts are validated in the tests, where it costs nobody's time
    tell("Composing charts", 0.0)
    charts = _charts(forecast)
    with debug_mode(False):
        pictures = [picture(chart(width=WIDE), pen) for _, chart, _ in charts]
    tell("Tables", COMPOSED)

    def finish(folder: Path) -> None:
        for number, (drawn, (stem, chart, table)) in enumerate(zip(pictures, charts, strict=True)):
            tell(f"Drawing {stem}", TABLED + (1.0 - TABLED) * number / len(charts))
            with debug_mode(False):
                narrow, rows = chart(width=NARROW), table()
            drawn.save(folder, stem, narrow=narrow, table=rows)

    return finish


def _charts(forecast: Forecast) -> list[Chart]:
    """Return each picture by its name: how it is composed for a width, and as a table."""
    course, case = forecast.course, forecast.case
    kind = " (synthetic case)" if case.synthetic and "synthetic" not in case.title.lower() else ""
    title = f"{case.title}{kind}: {forecast.scenario}"
    levels = [
        Seen(day_of(case, level.date, level.time), level.ng_per_ml, level.drug, "measured")
        for level in case.level
    ]
    scores = [
        Seen(day_of(case, score.date), score.total)
        for score in case.score
        if score.scale == SCORED_0_TO_80
    ]
    draw = partial(
        forecast_chart,
        course,
        title=title,
        start_date=forecast.day_0,
        today_day=forecast.today_day,
        overlays=Overlays(
            observed_levels=levels,
            observed_scores=[] if course.withheld else scores,
            phases=forecast.phases,
        ),
        warning=forecast.warning,
        made_on=forecast.today,
    )
    rows = partial(chart_table, course, start_date=forecast.day_0, today_day=forecast.today_day)
    made: list[Chart] = [("forecast", draw, rows)]
    if course.withheld:
        return made
    felt = partial(
        symptom_chart,
        course,
        title=f"What is felt when. {title}",
        start_date=forecast.day_0,
        today_day=forecast.today_day,
        warning=forecast.warning,
        made_on=forecast.today,
    )
    rows = partial(symptom_table, course, start_date=forecast.day_0, today_day=forecast.today_day)
    return [*made, ("symptoms", felt, rows)]
