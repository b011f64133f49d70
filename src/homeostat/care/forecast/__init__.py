"""Forecast: one case, one answer to "what if", on people like the person.

The modules: `scenario` (what follows today), `forecasting` (the forecast itself), `weeks`, `flags`,
    `plan_course` (the course of one
plan, for its papers).
"""

from homeostat.care.forecast.forecasting import NOT_ADVICE, Forecast, band, forecast
from homeostat.care.forecast.scenario import (
    STOP_WARNING,
    Scenario,
    Steps,
    days_shown,
    evenly,
    falls_abruptly,
    main_drug,
    warning,
)
from homeostat.care.forecast.weeks import BAND, Week

__all__ = [
    "BAND",
    "NOT_ADVICE",
    "STOP_WARNING",
    "Forecast",
    "Scenario",
    "Steps",
    "Week",
    "band",
    "days_shown",
    "evenly",
    "falls_abruptly",
    "forecast",
    "main_drug",
    "warning",
]
