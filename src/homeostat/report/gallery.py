"""Gallery: the pictures that go with a forecast."""

from pathlib import Path

from homeostat.care.case import day_of
from homeostat.care.forecast import Forecast
from homeostat.report.charts import Seen, chart_table, forecast_chart, symptom_chart
from homeostat.report.pictures import save
from homeostat.report.symptom_strip import symptom_table

NARROW = 360
"""Width of the version for a phone [px]."""
SCORED_0_TO_80 = "ciwa-b"
"""The scale whose totals share the axis of severity."""


def draw_forecast(forecast: Forecast, folder: Path) -> None:
    """Write forecast.* and, unless it is withheld, symptoms.*: SVG, PNG and a page that works without a network."""
    course, case = forecast.course, forecast.case
    kind = " (synthetic case)" if case.synthetic and "synthetic" not in case.title.lower() else ""
    title = f"{case.title}{kind}: {forecast.scenario}"
    levels = [
        Seen(day_of(case, level.date, level.time), level.ng_per_ml, level.drug, "measured") for level in case.level
    ]
    scores = [Seen(day_of(case, score.date), score.total) for score in case.score if score.scale == SCORED_0_TO_80]

    def drawn(width: int) -> object:
        return forecast_chart(
            course,
            title=title,
            start_date=forecast.day_0,
            today_day=forecast.today_day,
            observed_levels=levels,
            observed_scores=[] if course.withheld else scores,
            warning=forecast.warning,
            made_on=forecast.today,
            phases=forecast.phases,
            width=width,
        )

    table = chart_table(course, start_date=forecast.day_0, today_day=forecast.today_day)
    save(drawn(960), folder, "forecast", narrow=drawn(NARROW), table=table)  # type: ignore[arg-type]
    if course.withheld:
        return
    strips = [
        symptom_chart(
            course,
            title=f"What is felt when. {title}",
            start_date=forecast.day_0,
            today_day=forecast.today_day,
            warning=forecast.warning,
            made_on=forecast.today,
            width=width,
        )
        for width in (960, NARROW)
    ]
    rows = symptom_table(course, start_date=forecast.day_0, today_day=forecast.today_day)
    save(strips[0], folder, "symptoms", narrow=strips[1], table=rows)
