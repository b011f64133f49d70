"""Gallery: the pictures that go with a forecast."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import altair as alt
from altair.utils.schemapi import debug_mode

from homeostat.care.case import day_of
from homeostat.care.forecast import Forecast
from homeostat.report.charts import Seen, chart_table, forecast_chart, symptom_chart
from homeostat.report.pen import Pen
from homeostat.report.pictures import picture
from homeostat.report.symptom_strip import symptom_table
from homeostat.report.timeline import Row

WIDE, NARROW = 960, 360
"""Width of a picture, and of its version for a phone [px]."""
COMPOSED = 0.4
"""Share of the time of drawing after which all charts are composed."""
SCORED_0_TO_80 = "ciwa-b"
"""The scale whose totals share the axis of severity."""


def draw_forecast(
    forecast: Forecast, folder: Path, pen: Pen, tell: Callable[[str, float], None] = lambda what, share: None
) -> None:
    """Write forecast.* and, unless it is withheld, symptoms.*: SVG, PNG and a page that works without a network.

    Args:
        tell: called before each picture with what is being done and the share of the drawing that is done.
    """
    # charts are validated in the tests, where it costs nobody's time; the pen draws one while the next is composed
    tell("Composing charts", 0.0)
    with debug_mode(False):
        pictures = {
            stem: picture(wide, pen, narrow=narrow, table=table) for stem, wide, narrow, table in _composed(forecast)
        }
    for number, (stem, drawn) in enumerate(pictures.items()):
        tell(f"Drawing {stem}", COMPOSED + (1.0 - COMPOSED) * number / len(pictures))
        drawn.save(folder, stem)


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
