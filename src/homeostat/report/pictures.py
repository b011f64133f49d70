"""Pictures of a forecast: dose, blood, tone and severity on one time axis, in the house's chart grammar.

Dose is a staircase from zero. A forecast is a band (8 in 10) with its median, labelled on the thing; no legend boxes.
Today is a thin dark line. Outside the model's domain nothing but dose and blood is drawn, and the reason stands there.
"""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from textwrap import wrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import vl_convert as vlc

from homeostat.care.case import day_of
from homeostat.care.forecast import BAND, NOT_ADVICE, Forecast
from homeostat.care.quantity import mg_text

INK, INK_2, LINE, SURFACE = "#16212b", "#42505c", "#dbe1e4", "#ffffff"
ALARM, DOSE, SETTLED = "#b0171d", "#0b5a7d", "#1c6643"
SEVERITY = "#a94a0b"
SERIES = ("#0b5c9e", "#8d3a78", "#2a6f48", "#b26900")
FONT = "Inter, 'Liberation Sans', Helvetica, Arial, sans-serif"
WIDTH = 640
SCORE_TOP = 80
LETTERS_A_LINE = 104


def draw_forecast(forecast: Forecast, folder: Path, width: int = WIDTH) -> None:
    """Write forecast.svg, .png (double size) and .html (works without a network) into a folder."""
    spec = chart(forecast, width).to_dict()
    (folder / "forecast.svg").write_text(vlc.vegalite_to_svg(spec), encoding="utf-8")
    (folder / "forecast.png").write_bytes(vlc.vegalite_to_png(spec, scale=2))
    (folder / "forecast.html").write_text(_page(spec, forecast), encoding="utf-8")


def chart(forecast: Forecast, width: int = WIDTH) -> Any:
    """Return the whole picture of a forecast."""
    panels = [_dose(forecast, width), _levels(forecast, width)]
    if forecast.course.withheld:
        panels.append(_withheld(forecast, width))
    else:
        panels += [_tone(forecast, width), _severity(forecast, width)]
    warning = wrap(forecast.warning, LETTERS_A_LINE) if forecast.warning else []
    stamp = forecast.course.stamp()
    caption = [
        *warning,
        f"{forecast.case.title}{' (synthetic case)' if forecast.case.synthetic else ''}. "
        f"Forecast of {forecast.today:%a} {forecast.today.day} {forecast.today:%b %Y}.",
        f"Lines are medians, bands hold 8 in 10 of {stamp['people']} virtual people. {stamp['made_by']}, facts {stamp['facts']}, "
        f"seed {stamp['seed']}.",
        "For clinicians and researchers; not advice to change a dose.",
    ]
    title = alt.TitleParams(
        f"What if: {forecast.scenario}", subtitle=caption, anchor="start", font=FONT, fontSize=17, color=INK,
        subtitleFont=FONT, subtitleFontSize=11, subtitleColor=ALARM if warning else INK_2, subtitlePadding=6, offset=12,
    )
    return (
        alt.vconcat(*panels, spacing=14, title=title, description=describe(forecast), background=SURFACE, padding=14)
        .resolve_scale(x="shared")
        .configure(font=FONT)
        .configure_axis(
            labelColor=INK_2, titleColor=INK, gridColor=LINE, domainColor=LINE, tickColor=LINE, labelFontSize=11,
            titleFontSize=12, titleFontWeight="bold",
        )
        .configure_view(stroke=None)
    )


def describe(forecast: Forecast) -> str:
    """Return the picture in words, from the numbers it shows."""
    text = [f"Chart of {forecast.case.title}: {forecast.scenario}, from {forecast.today}."]
    if forecast.warning:
        text.append(forecast.warning)
    if forecast.course.withheld:
        return " ".join([*text, "The withdrawal forecast is withheld:", *forecast.course.withheld])
    weeks = [week for week in forecast.weeks if week.severity]
    if weeks:
        worst = max(weeks, key=lambda week: week.severity[1] if week.severity else 0.0)
        low, middle, high = worst.severity or (0.0, 0.0, 0.0)
        text.append(
            f"Severity of withdrawal, 0 to 80, is highest in week {worst.number} from {worst.begins}: "
            f"median {middle:.0f}, 8 in 10 people between {low:.0f} and {high:.0f}."
        )
    return " ".join(text)


def _dates(forecast: Forecast, days: Iterable[float]) -> list[str]:
    start = pd.Timestamp(forecast.day_0) + pd.Timedelta(hours=8)
    return [(start + timedelta(days=float(day))).isoformat() for day in days]


def _x(title: str | None = None) -> alt.X:
    return alt.X("date:T", title=title, axis=alt.Axis(format="%-d %b %Y", labelAngle=0, tickCount=7, grid=False, labelOverlap=True))


def _y(field: str, title: str, **scale: Any) -> alt.Y:
    return alt.Y(
        field, title=title, scale=alt.Scale(**scale),
        axis=alt.Axis(titleAngle=0, titleAlign="left", titleAnchor="end", titleX=0, titleY=-8, titleBaseline="bottom", tickCount=4),
    )


def _today(forecast: Forecast) -> Any:
    data = pd.DataFrame({"date": _dates(forecast, [forecast.today_day]), "words": ["today"]})
    rule = alt.Chart(data).mark_rule(color=INK, strokeWidth=1).encode(x="date:T")
    text = alt.Chart(data).mark_text(align="left", dx=3, dy=2, baseline="top", color=INK_2, fontSize=10, font=FONT)
    return rule + text.encode(x="date:T", y=alt.value(0), text="words:N")


def _label(date: str, y: float, words: str, colour: str, **mark: Any) -> Any:
    """Write words on the thing in its own colour, with a halo."""
    data = pd.DataFrame({"date": [date], "y": [y], "words": [words]})
    base = alt.Chart(data).encode(x="date:T", y="y:Q", text="words:N")
    style = {"align": "left", "fontSize": 11, "fontWeight": "bold", "font": FONT, "dy": -8} | mark
    return base.mark_text(stroke=SURFACE, strokeWidth=3, **style) + base.mark_text(color=colour, **style)


def _dose(forecast: Forecast, width: int) -> Any:
    course = forecast.course
    layers: list[Any] = []
    for i, drug in enumerate(course.regimen.drugs):
        doses = [course.regimen.mg_per_day(drug, float(day)) for day in course.days]
        data = pd.DataFrame({"date": _dates(forecast, course.days), "mg": doses, "planned": course.days >= forecast.today_day})
        colour = SERIES[i % len(SERIES)]
        line = alt.Chart(data).mark_line(interpolate="step-after", color=colour, strokeWidth=2)
        y = _y("mg:Q", "Dose, mg a day", zero=True, nice=True)
        layers.append(line.transform_filter("datum.planned == false").encode(x=_x(), y=y))
        layers.append(line.transform_filter("datum.planned").encode(x=_x(), y=y, strokeDash=alt.value([6, 3])))
        layers.append(_label(data["date"][0], float(doses[0]), f"{drug}", colour, dy=14))
    return alt.layer(*layers, _today(forecast)).properties(width=width, height=90)


def _band(forecast: Forecast, name: str, colour: str, y: alt.Y) -> list[Any]:
    low, middle, high = forecast.course.quantiles(name, BAND)
    data = pd.DataFrame({
        "date": _dates(forecast, forecast.course.days), "low": np.round(low, 4), "median": np.round(middle, 4), "high": np.round(high, 4),
    })
    area = alt.Chart(data).mark_area(color=colour, opacity=0.22).encode(x=_x(), y=y, y2="high:Q")
    return [area, alt.Chart(data).mark_line(color=colour, strokeWidth=2).encode(x=_x(), y="median:Q")]


def _levels(forecast: Forecast, width: int) -> Any:
    course = forecast.course
    names = [name for name in course.names() if name.startswith("level.")]
    top = sorted(names, key=lambda name: -float(course[name].mean()))[:3]
    layers: list[Any] = []
    for name in top:
        drug = name.removeprefix("level.")
        order = course.regimen.drugs.index(drug) if drug in course.regimen.drugs else len(course.regimen.drugs)
        colour = SERIES[order % len(SERIES)]
        layers += _band(forecast, name, colour, _y("low:Q", "In blood before the first dose of the day, ng/mL", zero=True))
        middle = float(np.median(course[name][0]))
        layers.append(_label(_dates(forecast, course.days[:1])[0], middle, drug, colour))
        layers += _observed(forecast, drug, colour)
    return alt.layer(*layers, _today(forecast)).properties(width=width, height=130)


def _observed(forecast: Forecast, drug: str, colour: str) -> list[Any]:
    """Return measured levels as dots, never joined."""
    case = forecast.case
    found = [(day_of(case, level.date, level.time), level.ng_per_ml) for level in case.level if level.drug == drug]
    shown = [(day, value) for day, value in found if day >= forecast.course.days[0]]
    if not shown:
        return []
    data = pd.DataFrame({
        "date": _dates(forecast, [day for day, _ in shown]), "y": [value for _, value in shown],
        "words": [f"measured {value:g}" for _, value in shown],
    })
    base = alt.Chart(data).encode(x="date:T", y="y:Q")
    dots = base.mark_point(filled=True, size=60, color=colour, stroke=SURFACE, strokeWidth=1)
    return [dots, base.mark_text(align="left", dx=7, fontSize=10, color=colour, font=FONT).encode(text="words:N")]


def _tone(forecast: Forecast, width: int) -> Any:
    theta = float(np.median(forecast.course.people["threshold"]))
    ends = _dates(forecast, forecast.course.days[[0, -1]])
    band = pd.DataFrame({"date": [ends[0]], "end": [ends[1]], "low": [1 - theta], "high": [1 + theta]})
    normal = alt.Chart(band).mark_rect(color=SETTLED, opacity=0.10).encode(x="date:T", x2="end:T", y="low:Q", y2="high:Q")
    y = _y("low:Q", "Inhibitory tone, 1 = set point without drug", zero=False)
    words = _label(ends[1], 1 + theta, "normal band", SETTLED, dy=9, dx=-4, align="right", fontWeight="normal")
    return alt.layer(normal, *_band(forecast, "tone", SERIES[0], y), words, _today(forecast)).properties(width=width, height=110)


def _severity(forecast: Forecast, width: int) -> Any:
    course = forecast.course
    y = _y("low:Q", "Overall severity of withdrawal, 0 to 80", domain=[0, SCORE_TOP], nice=False)
    middle = np.median(course["severity"], axis=1)
    at = int(middle.argmax())
    words = _label(_dates(forecast, course.days[at : at + 1])[0], float(middle[at]), f"median, at most {middle[at]:.0f}", SEVERITY)
    return alt.layer(*_band(forecast, "severity", SEVERITY, y), words, _phases(forecast), _today(forecast)).properties(width=width, height=190)


def _phases(forecast: Forecast) -> Any:
    """Return the phases, in the middle person's days, as pale grounds named along the top."""
    last = forecast.course.last_dose_day
    rows = [
        {"date": _dates(forecast, [last + phase.begins[1]])[0], "end": _dates(forecast, [last + phase.ends[1]])[0], "words": phase.name}
        for phase in forecast.phases if phase.ends[1] - phase.begins[1] > 1
    ]
    data = pd.DataFrame(rows, columns=["date", "end", "words"])
    ground = alt.Chart(data).mark_rect(opacity=0.06, color=INK).encode(x="date:T", x2="end:T")
    text = alt.Chart(data).mark_text(align="left", dx=3, baseline="top", color=INK_2, fontSize=10, font=FONT)
    return ground + text.encode(x="date:T", y=alt.value(14), text="words:N")


def _withheld(forecast: Forecast, width: int) -> Any:
    lines = ["No withdrawal forecast for this person.", *(line for reason in forecast.course.withheld for line in wrap(reason + ".", 96))]
    data = pd.DataFrame({"words": lines, "row": range(len(lines)), "date": _dates(forecast, forecast.course.days[:1]) * len(lines)})
    text = alt.Chart(data).mark_text(align="left", fontSize=12, color=INK, font=FONT)
    y = alt.Y("row:O", axis=None)
    return alt.layer(text.encode(x=alt.X("date:T"), y=y, text="words:N")).properties(width=width, height=22 * len(lines))


def _page(spec: dict[str, Any], forecast: Forecast) -> str:
    """Return one HTML file with the chart, its scripts and its words inside."""
    page = vlc.vegalite_to_html(spec, bundle=True)
    head = f"<title>{_plain(forecast.case.title)}: {_plain(str(forecast.scenario))}</title>"
    words = "".join(f"<p>{_plain(line)}</p>" for line in (forecast.warning, describe(forecast), NOT_ADVICE) if line)
    return page.replace("</head>", f"{head}</head>", 1).replace("<body>", f'<body lang="en">{words}', 1)


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
