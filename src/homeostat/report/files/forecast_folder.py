"""Files: a folder with a forecast in it."""

import json
import math
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from homeostat.care.forecast import BAND, NOT_ADVICE, Forecast
from homeostat.report.files.atomic import MARK, whole_folder

FORMAT = 1


def write(
    forecast: Forecast, folder: Path, begin: Callable[[], Callable[[Path], None]] | None = None
) -> tuple[Path, ...]:
    """Write forecast.json, .csv, .parquet, a README and, with `begin`, the pictures; return the
    paths.

    Args:
        begin: begins to draw and returns what writes the pictures into a folder; the tables are
            made meanwhile.

    Raises:
        OutputError: see whole_folder.
    """
    from homeostat.report.files.spreadsheet import text_cell
    from homeostat.report.files.tables import TEXTS, as_table

    with whole_folder(folder, forecast.case.id) as part:
        finish = None if begin is None else begin()
        table = as_table(forecast)
        safe = {
            name: table[name].map({text: text_cell(text) for text in table[name].unique()})
            for name in TEXTS
        }
        table.assign(**safe).to_csv(part / "forecast.csv", index=False, float_format="%.6g")
        table.to_parquet(part / "forecast.parquet", index=False)
        (part / "README.txt").write_text(_readme(forecast), encoding="utf-8")
        if finish is not None:
            finish(part)
        names = sorted([MARK, *(made.name for made in part.iterdir())])
        data = as_json(forecast) | {"files": names}
        (part / MARK).write_text(
            json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
        )
    return tuple(folder / name for name in names)


def as_json(forecast: Forecast) -> dict[str, Any]:
    """Return the forecast for machines; what would be NaN is null. The warning comes first."""
    case, course = forecast.case, forecast.course
    data = {
        "warning": forecast.warning,
        "not_advice": NOT_ADVICE,
        "format": FORMAT,
        "case": {"id": case.id, "title": case.title, "synthetic": case.synthetic},
        "scenario": {"kind": forecast.scenario.kind, "words": str(forecast.scenario)},
        "made": course.stamp(),
        "today": forecast.today.isoformat(),
        "first_dose": forecast.day_0.isoformat(),
        "band": list(BAND),
        "units": {
            "level_ng_per_ml": "ng/mL",
            "severity": "points, 0 to 80",
            "tone": "1 = set point",
        },
        "withheld": list(course.withheld),
        "weeks": [asdict(week) for week in forecast.weeks],
        "phases": [
            asdict(phase) | {"rule": course.facts.phases[phase.name].rule}
            for phase in forecast.phases
        ],
        "red_flags": [flag.model_dump(mode="json") for flag in forecast.flags],
        "sources": [source.model_dump(mode="json") for source in forecast.sources],
        "unverified": list(forecast.unverified),
    }
    plain: dict[str, Any] = _plain(data)
    return plain


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(value) for value in node]
    if isinstance(node, float) and not math.isfinite(node):
        return None
    return node.isoformat() if hasattr(node, "isoformat") else node


def _readme(forecast: Forecast) -> str:
    stamp = forecast.course.stamp()
    lines = [forecast.warning] if forecast.warning else []
    lines += [
        f"{forecast.case.title} — {forecast.scenario}, from {forecast.today}.",
        NOT_ADVICE,
        *(f"Withheld: {reason}" for reason in forecast.course.withheld),
        (
            "forecast.json: weeks, phases, red flags, sources. forecast.csv and .parquet: every day"
            " and series, 8 in 10 people."
        ),
        "forecast.svg, .png, .html: the picture (the HTML works without a network).",
        (
            f"Made by {stamp['made_by']}, facts {stamp['facts']}, seed {stamp['seed']},"
            f" {stamp['people']} virtual people."
        ),
    ]
    return "\n\n".join(lines) + "\n"
