"""Gallery: the pictures that go with a forecast."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import altair as alt
from altair.utils.schemapi import debug_mode

from homeostat.care.case import day_of
from homeostat.care.forecast import Forecast
from homeostat.report.charts import Seen, chart_table, forecast_chart, symptom_chart
from homeostat.report.pictures import save, scripts
from homeostat.report.symptom_strip import symptom_table
from homeostat.report.timeline import Row

WIDE, NARROW = 960, 360
"""Width of a picture, and of its version for a phone [px]."""
SCORED_0_TO_80 = "ciwa-b"
"""The scale whose totals share the axis of severity."""


def draw_forecast(forecast: Forecast, folder: Path) -> None:
    """Write forecast.* and, unless it is withheld, symptoms.*: SVG, PNG and a page that works without a network."""
    # charts are validated in the tests, where it costs nobody's time; the pen draws one while the next is composed
    with debug_mode(False), ThreadPoolExecutor(max_workers=1) as pen:
        pen.submit(scripts)
        drawn = [
            pen.submit(save, wide, folder, stem, narrow=narrow, table=table)
            for stem, wide, narrow, table in _composed(forecast)
        ]
        for picture in drawn:
            picture.result()


def _composed(forecast: Forecast) -> Iterator[tuple[str, alt.VConcatChart, alt.VConcatChart, list[Row]]]:
    """Yield each picture by its name: wide, narrow, and as a table."""
    course, case = forecast.course, forecast.case
    kind = " (synthetic case)" if case.synthetic and "synthetic" not in case.title.lower() else ""
    title = f"{case.title}{kind}: {forecast.scenario}"
    levels = [
        Seen(day_of(case, level.date, level.time), level.ng_per_ml, level.drug, "measured") for level in case.level
    ]
    scores = [Seen(day_of(case, score.date), score.total) for score in case.score if score.scale == SCORED_0_TO_80]
    draw = partial(
        forecast_chart,
        course,
        title=title,
        start_date=forecast.day_0,
        today_day=forecast.today_day,
        observed_levels=levels,
        observed_scores=[] if course.withheld else scores,
        phases=forecast.phases,
        warning=forecast.warning,
        made_on=forecast.today,
    )
    rows = chart_table(course, start_date=forecast.day_0, today_day=forecast.today_day)
    yield "forecast", draw(width=WIDE), draw(width=NARROW), rows
    if course.withheld:
        return
    felt = partial(
        symptom_chart,
        course,
        title=f"What is felt when. {title}",
        start_date=forecast.day_0,
        today_day=forecast.today_day,
        warning=forecast.warning,
        made_on=forecast.today,
    )
    rows = symptom_table(course, start_date=forecast.day_0, today_day=forecast.today_day)
    yield "symptoms", felt(width=WIDE), felt(width=NARROW), rows
