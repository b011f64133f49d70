"""Do charts keep what the house promises: a band, a date, a version; nothing where nothing may be
shown?
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import homeostat as hs
from homeostat.errors import HomeostatError, InputError, OutputError
from homeostat.model.phases import Phase, phases
from homeostat.report.charts import renderer, theme
from homeostat.report.charts.figures import (
    Overlays,
    Seen,
    chart_table,
    compare_chart,
    forecast_chart,
    symptom_chart,
)
from homeostat.report.charts.pictures import _cell, picture
from homeostat.report.charts.renderer import Pen
from homeostat.report.charts.symptom_strip import symptom_table
from homeostat.report.charts.timeline import grounds, staircase, window

START = date(2025, 11, 23)
TODAY = 365.0
WHEN: dict[str, Any] = {"start_date": START, "today_day": TODAY}
NEVER = "Never stop a benzodiazepine at once after regular use."
MOST_BYTES = 500_000
STEPS = [(1.5, 14.0), (1.0, 14.0), (0.5, 14.0), (0.25, 14.0)]


@pytest.fixture(scope="module")
def people() -> hs.Patients:
    return hs.draw(60, seed=1, drugs=["clonazepam"])


@pytest.fixture(scope="module")
def use() -> hs.Regimen:
    return hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=365)


@pytest.fixture(scope="module")
def stop(people: hs.Patients, use: hs.Regimen) -> hs.Course:
    return hs.simulate(people, use.then_stop(), days_after=120)


@pytest.fixture(scope="module")
def taper(people: hs.Patients, use: hs.Regimen) -> hs.Course:
    return hs.simulate(people, use.then_taper(STEPS), days_after=60)


@pytest.fixture(scope="module")
def goes_on(people: hs.Patients, use: hs.Regimen) -> hs.Course:
    return hs.simulate(people, use, days_after=60)


@pytest.fixture(scope="module")
def outside(people: hs.Patients) -> hs.Course:
    much = hs.Regimen.steady("clonazepam", mg_per_day=60, doses_per_day=3, days=365)
    course = hs.simulate(people, much, days_after=30)
    assert course.withheld
    return course


@pytest.fixture(scope="module")
def stop_spec(stop: hs.Course) -> dict[str, Any]:
    return forecast_chart(stop, title="Stopped", warning=NEVER, **WHEN).to_dict(validate=False)


@pytest.fixture(scope="module")
def taper_spec(taper: hs.Course) -> dict[str, Any]:
    return forecast_chart(
        taper, title="Taper", overlays=Overlays(hard_week_points=25), **WHEN
    ).to_dict(validate=False)


@pytest.fixture(scope="module")
def felt_spec(stop: hs.Course) -> dict[str, Any]:
    return symptom_chart(stop, title="Felt", warning=NEVER, **WHEN).to_dict()


# A specification is validated once of each kind: below at every width, in what every forecast
# carries, with labels, with candidates, with symptoms and where there is nothing to show.


def words(spec: Any) -> str:
    """Return everything that is written on a chart, spaces plain, lines joined."""
    return " ".join(_texts(spec)).replace(theme.NBSP, " ")


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("text", "subtitle") and isinstance(value, str | list):
                yield value if isinstance(value, str) else " ".join(value)
            elif key not in ("datasets", "description"):
                yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def marks(spec: Any, kind: str) -> list[dict[str, Any]]:
    """Return the layers of one kind of mark."""
    layers = [layer for panel in spec["vconcat"] for layer in panel["layer"]]
    return [layer for layer in layers if layer["mark"]["type"] == kind]


def rows(spec: Any, layer: Any) -> list[dict[str, Any]]:
    return list(spec["datasets"][layer["data"]["name"]])


# ── What every forecast carries
# ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [320, 360, 960, 1400])
def test_a_chart_is_valid_and_small_at_every_width(stop: hs.Course, width: int) -> None:
    spec = forecast_chart(
        stop,
        title="Stopped",
        warning=NEVER,
        width=width,
        overlays=Overlays(hard_week_points=25),
        **WHEN,
    ).to_dict()
    assert len(json.dumps(spec)) < MOST_BYTES


def test_a_width_that_cannot_be_read_is_refused(taper: hs.Course) -> None:
    with pytest.raises(InputError, match="320 px"):
        forecast_chart(taper, title="Taper", width=200, **WHEN)


def test_every_forecast_says_its_date_its_version_its_facts_and_its_people(
    stop: hs.Course, taper: hs.Course, outside: hs.Course
) -> None:
    for chart, course in (
        (forecast_chart(stop, title="Stopped", warning=NEVER, **WHEN), stop),
        (forecast_chart(outside, title="Outside", **WHEN), outside),
        (symptom_chart(taper, title="Felt", by="cluster", **WHEN), taper),
        (compare_chart({"A": taper}, title="One way", **WHEN), taper),
    ):
        said = words(chart.to_dict())
        assert "Forecast of Mon 23 Nov 2026" in said
        assert f"homeostat {hs.__version__}" in said
        assert course.facts.digest in said
        assert "60 virtual people" in said


def test_the_day_it_was_made_may_differ_from_today(taper: hs.Course) -> None:
    chart = forecast_chart(taper, title="Taper", made_on=date(2026, 11, 9), **WHEN)
    assert "Forecast of Mon 9 Nov 2026" in words(chart.to_dict(validate=False))


def test_no_median_is_drawn_without_its_band(taper: hs.Course) -> None:
    spec = forecast_chart(
        taper, title="Taper", overlays=Overlays(compare=("before", taper)), **WHEN
    ).to_dict(validate=False)
    drawn = [layer for layer in marks(spec, "line") if layer["encoding"]["y"]["field"] == "mid"]
    banded = {
        layer["data"]["name"]
        for layer in marks(spec, "area")
        if layer["encoding"]["y"]["field"] == "hi"
    }
    assert len(drawn) == 4
    assert {layer["data"]["name"] for layer in drawn} == banded


def test_a_band_holds_its_median_on_every_day(stop_spec: dict[str, Any]) -> None:
    for layer in marks(stop_spec, "area"):
        if layer["encoding"]["y"]["field"] == "hi":
            assert all(r["lo"] <= r["mid"] <= r["hi"] for r in rows(stop_spec, layer))


def test_nothing_of_one_person_is_in_a_specification(
    stop: hs.Course, people: hs.Patients, stop_spec: dict[str, Any]
) -> None:
    longest = max(len(some) for some in stop_spec["datasets"].values())
    assert longest <= len(stop.days)
    assert not any("person" in row for some in stop_spec["datasets"].values() for row in some)


def test_a_very_long_course_is_thinned(people: hs.Patients) -> None:
    use = hs.Regimen.steady("clonazepam", mg_per_day=1, days=60)
    long = hs.simulate(people.take(slice(0, 8)), use.then_taper([(0.5, 30.0)]), days_after=2000)
    spec = forecast_chart(long, title="Six years", start_date=START, today_day=60.0).to_dict(
        validate=False
    )
    assert max(len(some) for some in spec["datasets"].values()) <= 501
    assert len(json.dumps(spec)) < MOST_BYTES


def test_the_description_tells_the_peak_its_range_and_its_day(
    stop: hs.Course, stop_spec: dict[str, Any]
) -> None:
    said = stop_spec["description"].replace(theme.NBSP, " ")
    after = stop.days >= TODAY
    low, mid, high = stop.quantiles("severity").values[:, after]
    at = int(mid.argmax())
    assert f"{theme.ranged(low[at], mid[at], high[at])} on " in said
    assert f"day {at} from today" in said
    assert NEVER in said
    assert "last dose Sun 22 Nov 2026" in said


def test_the_label_on_the_curve_is_the_number_in_the_data(
    stop: hs.Course, stop_spec: dict[str, Any]
) -> None:
    peak = max(stop.quantiles("severity").values[1][stop.days >= TODAY])
    assert f"median peaks at {theme.points(float(f'{peak:.4g}'))} (" in words(stop_spec)


# ── What may not be shown
# ───────────────────────────────────────────────────────────────────────────


def test_a_withheld_course_draws_dose_and_level_and_says_why_there_is_no_more(
    outside: hs.Course,
) -> None:
    seen = [Seen(344.0, 210.0, "clonazepam", "measured")]
    spec = forecast_chart(
        outside,
        title="Outside",
        overlays=Overlays(observed_levels=seen, hard_week_points=25),
        **WHEN,
    ).to_dict(validate=False)
    said = words(spec)
    assert "No withdrawal forecast for this person" in said
    assert outside.withheld[0][1:40] in said
    assert "Clonazepam in blood, ng/mL" in said
    assert "210 measured" in said
    for never in ("Severity", "Tone", "hard week", "acute", "median peaks"):
        assert never not in said
    assert "withheld" in spec["description"]
    assert "Severity" not in spec["description"]


def test_a_withheld_course_has_no_severity_in_any_table_and_no_symptoms(outside: hs.Course) -> None:
    table = chart_table(outside, **WHEN)
    assert table
    assert not any("severity" in key or "tone" in key for row in table for key in row)
    assert symptom_table(outside, **WHEN) == []
    spec = symptom_chart(outside, title="Felt", **WHEN).to_dict()
    assert "No withdrawal forecast for this person" in words(spec)
    assert not marks(spec, "point")


def test_an_abrupt_stop_is_not_drawn_without_its_warning(stop: hs.Course) -> None:
    with pytest.raises(InputError, match="warning"):
        forecast_chart(stop, title="Stopped", **WHEN)
    with pytest.raises(InputError, match="warning"):
        symptom_chart(stop, title="Felt", **WHEN)
    with pytest.raises(InputError, match="warning"):
        compare_chart({"A": stop}, title="One way", **WHEN)


def test_the_warning_of_an_abrupt_stop_stands_before_everything_drawn(stop: hs.Course) -> None:
    for chart in (
        forecast_chart(stop, title="Stopped", warning=NEVER, **WHEN),
        symptom_chart(stop, title="Felt", warning=NEVER, by="cluster", **WHEN),
        compare_chart({"A": stop}, title="One way", warning=NEVER, **WHEN),
    ):
        first = chart.to_dict(validate=False)["vconcat"][0]
        assert NEVER in words(first)
        inks = {layer["mark"].get("color") for layer in first["layer"]}
        assert theme.LIGHT.alarm in inks


def test_red_is_kept_for_the_warning(taper_spec: dict[str, Any]) -> None:
    assert theme.LIGHT.alarm not in json.dumps(taper_spec["vconcat"])


# ── The grammar
# ─────────────────────────────────────────────────────────────────────────────────────


def test_all_panels_share_one_time_axis(taper: hs.Course, taper_spec: dict[str, Any]) -> None:
    layers = [layer for panel in taper_spec["vconcat"] for layer in panel["layer"]]
    domains = {
        tuple(layer["encoding"]["x"]["scale"]["domain"])
        for layer in layers
        if "scale" in layer.get("encoding", {}).get("x", {})
    }
    assert domains == {(-28.0, taper.days[-1] - TODAY)}


def test_doses_are_taken_up_to_today_and_planned_after_it(
    taper: hs.Course, taper_spec: dict[str, Any]
) -> None:
    view = window([taper], START, TODAY)
    taken, planned = staircase(taper.regimen, "clonazepam", view, view.last)
    assert [r["mg"] for r in taken] == [2.0, 2.0]
    assert taken[-1]["x"] == 0.0
    assert [r["mg"] for r in planned] == [2.0, 1.5, 1.0, 0.5, 0.25, 0.0]
    stairs = [
        layer["mark"]
        for layer in marks(taper_spec, "line")
        if layer["mark"].get("interpolate") == "step-after"
    ]
    assert [mark["strokeDash"] for mark in stairs] == [[1, 0], list(theme.PLANNED)]


def test_the_dose_axis_and_the_score_axis_begin_at_zero(taper_spec: dict[str, Any]) -> None:
    for name in ("mg", "mid"):
        domains = [
            layer["encoding"]["y"]["scale"]["domain"]
            for layer in marks(taper_spec, "line")
            if layer["encoding"]["y"]["field"] == name
        ]
        assert min(d[0] for d in domains) == 0.0
    assert "the axis is cut at 40 of 80" in words(taper_spec)


def test_the_hard_week_is_drawn_only_if_it_is_given(
    taper: hs.Course, taper_spec: dict[str, Any]
) -> None:
    assert "hard week" not in words(
        forecast_chart(taper, title="Taper", **WHEN).to_dict(validate=False)
    )
    assert "hard week: 7-day mean of 25 or more" in words(taper_spec)


def test_phases_are_named_along_the_top_as_this_products_words(
    stop: hs.Course, stop_spec: dict[str, Any]
) -> None:
    said = words(stop_spec)
    assert [p.name for p in phases(stop)] == ["acute", "protracted", "post-acute"]
    assert "acute" in said
    assert "Names of phases are this product's own" in said
    own = words(
        forecast_chart(
            stop,
            title="x",
            warning=NEVER,
            overlays=Overlays(phases=[Phase("first days", (0, 0, 1), (8, 9, 10), 0.4, 0.0)]),
            **WHEN,
        ).to_dict(validate=False)
    )
    assert "first days, in 40%" in own
    assert "protracted" not in own


def test_somebody_who_goes_on_has_no_phases_and_no_last_dose(goes_on: hs.Course) -> None:
    spec = forecast_chart(goes_on, title="Continued", **WHEN).to_dict(validate=False)
    assert phases(goes_on) == ()
    assert "last dose" not in words(spec)
    assert "it goes on" in spec["description"]
    assert "all along" in words(spec)


def test_observed_levels_are_dots_with_their_values(taper: hs.Course) -> None:
    seen = [
        Seen(350.0, 21.0, "clonazepam", "at the clinic"),
        Seen(365.0, 0.5, "clonazepam"),
        Seen(300.0, 9.0, "diazepam"),
    ]
    spec = forecast_chart(
        taper, title="Taper", overlays=Overlays(observed_levels=seen), **WHEN
    ).to_dict(validate=False)
    said = words(spec)
    assert "21 at the clinic" in said
    assert "0.5" in said
    dots = [rows(spec, layer) for layer in marks(spec, "circle")]
    assert [{"x": -15.0, "y": 21.0}, {"x": 0.0, "y": 0.5}] in dots


def test_diary_scores_are_dots_and_never_joined(taper: hs.Course) -> None:
    seen = [Seen(355.0 + i, 8.0 + i) for i in range(8)]
    spec = forecast_chart(
        taper, title="Taper", overlays=Overlays(observed_scores=seen), **WHEN
    ).to_dict(validate=False)
    joined = [layer for layer in marks(spec, "line") if len(rows(spec, layer)) == len(seen)]
    assert "diary scores" in words(spec)
    assert not joined


def test_no_label_covers_another(stop: hs.Course, taper: hs.Course) -> None:
    seen = [Seen(360.0 + i, 20.0 + i, "clonazepam", "measured") for i in range(3)]
    for width in (360, 960):
        chart = forecast_chart(
            taper,
            title="Taper",
            overlays=Overlays(observed_levels=seen, compare=("before", stop), hard_week_points=25),
            width=width,
            **WHEN,
        )
        for panel in chart.to_dict()["vconcat"]:
            boxes = [b for layer in panel["layer"] if (b := _box(layer)) is not None]
            assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if _covers(a, b)]


def _box(layer: Any) -> tuple[float, float, float, float] | None:
    mark = layer["mark"]
    if mark["type"] != "text" or mark.get("strokeWidth"):  # a halo lies under its own label
        return None
    lines = mark["text"] if isinstance(mark["text"], list) else [mark["text"]]
    x, y = (layer["encoding"][axis]["value"] for axis in "xy")
    # The renderer's face is a little narrower than the room that is kept for it.
    wide = 0.9 * max(
        theme.text_width(t, mark["fontSize"], bold=mark["fontWeight"] == "bold") for t in lines
    )
    x -= {"left": 0.0, "center": wide / 2, "right": wide}[mark["align"]]
    return x, y - 0.7 * mark["fontSize"], x + wide, y + mark["lineHeight"] * (len(lines) - 1)


def _covers(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_today_must_lie_inside_the_course(taper: hs.Course) -> None:
    with pytest.raises(InputError, match="today"):
        forecast_chart(taper, title="Taper", start_date=START, today_day=9999.0)


def test_what_a_pointer_shows_stands_in_the_table(
    taper: hs.Course, taper_spec: dict[str, Any]
) -> None:
    table = chart_table(taper, **WHEN)
    pointed = [
        layer
        for panel in taper_spec["vconcat"]
        for layer in panel["layer"]
        if "tooltip" in layer["encoding"]
    ]
    assert pointed
    for layer in pointed:
        assert {tip["field"] for tip in layer["encoding"]["tooltip"]} == set(table[0])
        assert [{k: row[k] for k in table[0]} for row in rows(taper_spec, layer)] == table
    assert set(taper_spec["params"][0]["views"]) == {layer["name"] for layer in pointed}


# ── Tables
# ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_holds_the_same_numbers_week_by_week(taper: hs.Course) -> None:
    table = chart_table(taper, **WHEN)
    first = next(row for row in table if row["week"] == 0)
    assert first["date"] == "2026-11-23"
    assert first["clonazepam, mg a day"] == 1.5
    low, mid, high = taper.quantiles("severity").values[:, 365]
    assert (first["severity, 0 to 80: low"], first["severity, 0 to 80: high"]) == pytest.approx(
        (low, high), rel=1e-3
    )
    assert first["severity, 0 to 80: median"] == pytest.approx(mid, rel=1e-3)


def test_the_table_without_a_calendar_counts_from_the_last_dose(taper: hs.Course) -> None:
    table = chart_table(taper)
    assert "date" not in table[0]
    doses = {row["week"]: row["clonazepam, mg a day"] for row in table}
    assert doses[0] == 0.0
    assert doses[-1] == 0.25


def test_what_is_felt_is_in_the_order_of_its_worst_week(stop: hs.Course) -> None:
    table = symptom_table(stop, **WHEN)
    drawn = [row for row in table if float(row["score, 0 to 4: median"]) >= 0.5]
    assert len(table) == len(stop.facts.symptoms)
    assert [row["worst week"] for row in drawn] == sorted(int(row["worst week"]) for row in drawn)


def test_a_rare_danger_is_named_although_it_is_too_faint_to_draw(felt_spec: dict[str, Any]) -> None:
    assert re.search(r"never ruled out when a dose falls: [^.]*seizure", words(felt_spec))
    assert "seizure" in felt_spec["description"]


def test_a_danger_of_lowering_is_not_named_to_somebody_who_goes_on(goes_on: hs.Course) -> None:
    spec = symptom_chart(goes_on, title="Felt", **WHEN).to_dict(validate=False)
    assert "seizure" not in words(spec)
    assert "stays below 0.5 for 9 in 10 people" in words(spec)


def test_a_medicine_that_changes_a_level_is_named_where_it_ends(
    people: hs.Patients, use: hs.Regimen
) -> None:
    inducer = hs.Change("carbamazepine", "clonazepam", fold=1.5, from_day=100, to_day=380)
    course = hs.simulate(people, use.with_change(inducer), days_after=60)
    spec = forecast_chart(course, title="Continued", **WHEN).to_dict(validate=False)
    assert "carbamazepine ends" in words(spec)
    assert "carbamazepine begins" not in words(spec)
    assert "ends Tue 8 Dec 2026" in spec["description"].replace(theme.NBSP, " ")


def test_a_ball_has_as_many_quarters_as_its_score_and_its_own_lightness(
    felt_spec: dict[str, Any],
) -> None:
    filled = {
        (m["mark"]["shape"], m["mark"]["color"])
        for m in marks(felt_spec, "point")
        if m["mark"].get("strokeWidth") == 0
    }
    pairs = set(zip(theme.BALLS[1:], theme.LIGHT.severity[1:], strict=True))
    assert {pair for pair in filled if pair[0] in theme.BALLS} == pairs


# ── Candidates
# ──────────────────────────────────────────────────────────────────────────────────────


def test_candidates_differ_in_line_and_shape_and_the_chosen_one_is_filled_on_top(
    people: hs.Patients, use: hs.Regimen, taper: hs.Course
) -> None:
    slow = hs.simulate(people, use.then_taper([(mg, 28.0) for mg, _ in STEPS]), days_after=60)
    spec = compare_chart({"A": taper, "B": slow}, title="Two ways", chosen="B", **WHEN).to_dict()
    bands = [layer for layer in marks(spec, "area") if layer["encoding"]["y"]["field"] == "hi"]
    assert [layer["mark"]["opacity"] for layer in bands] == [theme.BAND_PALE, theme.BAND]
    assert bands[-1]["mark"]["color"] == theme.LIGHT.candidates[1]
    medians = [
        layer["mark"]["strokeDash"]
        for layer in marks(spec, "line")
        if layer["encoding"]["y"]["field"] == "mid"
    ]
    assert medians == [list(theme.DASHES[0]), list(theme.DASHES[1])]
    assert {"circle", "square"} <= {layer["mark"].get("shape") for layer in marks(spec, "point")}
    assert "A: last dose" in words(spec)
    assert "B: last dose" in words(spec)


def test_candidates_on_other_people_are_not_compared(use: hs.Regimen, taper: hs.Course) -> None:
    others = hs.draw(60, seed=2, drugs=["clonazepam"])
    other = hs.simulate(others, use.then_taper(STEPS), days_after=60)
    with pytest.raises(InputError, match="other people"):
        compare_chart({"A": taper, "B": other}, title="Two ways", **WHEN)


def test_more_than_three_candidates_and_an_unknown_choice_are_refused(taper: hs.Course) -> None:
    with pytest.raises(InputError, match="one to three"):
        compare_chart(dict.fromkeys("ABCD", taper), title="Four", **WHEN)
    with pytest.raises(InputError, match="not among"):
        compare_chart({"A": taper}, title="One", chosen="B", **WHEN)


def test_a_withheld_candidate_withholds_the_comparison(outside: hs.Course) -> None:
    spec = compare_chart({"A": outside}, title="Outside", **WHEN).to_dict()
    assert "No withdrawal forecast for this person" in words(spec)
    assert "Severity" not in words(spec)


# ── Files
# ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def saved(stop: hs.Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charts")
    wide, narrow = (
        forecast_chart(stop, title="Stopped <b>", warning=NEVER, width=w, **WHEN)
        for w in (960, 360)
    )
    with Pen() as one:
        paths = picture(wide, one).save(
            folder, "forecast", narrow=narrow, table=chart_table(stop, **WHEN)
        )
    assert sorted(path.name for path in paths) == ["forecast.html", "forecast.png", "forecast.svg"]
    return folder


def test_pictures_are_whole_and_nothing_else_is_left_in_the_folder(saved: Path) -> None:
    assert sorted(path.name for path in saved.iterdir()) == [
        "forecast.html",
        "forecast.png",
        "forecast.svg",
    ]
    png = (saved / "forecast.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 2 * 960
    assert len(png) > 20_000


def test_the_drawing_has_a_title_and_a_description_inside(saved: Path) -> None:
    svg = (saved / "forecast.svg").read_text(encoding="utf-8")
    assert "<title>Stopped &lt;b&gt;</title>" in svg
    assert re.search(r"<desc>[^<]*Severity, 0 to 80: the median is highest", svg)


def test_the_page_asks_no_network_for_anything(saved: Path) -> None:
    page = (saved / "forecast.html").read_text(encoding="utf-8")
    tags = re.sub(r"(<script>).*?(</script>)", r"\1\2", page, flags=re.DOTALL)
    assert tags.count("<script>") == page.count("</script>") == 2
    assert not re.findall(r"<[^>]*\b(?:src|href)=", tags)
    assert not re.findall(r"jsdelivr|unpkg|cdnjs|@import|url\(http", page)
    assert "default-src 'none'" in page
    assert '"actions": false' in page


def test_the_page_carries_the_warning_the_description_and_the_table_in_words(saved: Path) -> None:
    page = (saved / "forecast.html").read_text(encoding="utf-8")
    body = page.rsplit("</script>", 2)[0].split("<script>")[0]
    assert NEVER in body
    assert '<table aria-labelledby="facts">' in body
    assert "severity, 0 to 80: median" in body
    assert "<title>Stopped &lt;b&gt;</title>" in page


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_left(
    saved: Path, taper: hs.Course
) -> None:
    with Pen() as one:
        drawn = picture(forecast_chart(taper, title="Taper", **WHEN), one)
        with pytest.raises(OutputError, match="cannot be written"):
            drawn.save(saved / "forecast.svg" / "inside", "forecast")
    assert (saved / "forecast.svg").is_file()


def test_the_scripts_are_bundled_once_and_kept_even_where_nothing_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled: list[str] = []
    monkeypatch.setattr(
        renderer.vl_convert, "javascript_bundle", lambda: bundled.append("") or "let x = 1"
    )
    (tmp_path / "file").touch()
    assert renderer.scripts(tmp_path / "file" / "never") == "let x = 1"
    assert [renderer.scripts(tmp_path / "kept") for _ in range(3)] == ["let x = 1"] * 3
    assert len(bundled) == 2


def test_a_pen_that_breaks_says_so() -> None:
    with Pen() as broken:
        broken.scripts.result()
        for process in broken._pool._processes.values():
            process.kill()
        with pytest.raises(HomeostatError, match="the process that draws has ended"):
            broken.draw({}, ("a", "b")).result()


def test_numbers_and_dates_are_written_as_the_house_writes_them() -> None:
    assert theme.amount(0.5, "mg") == f"0.5{theme.NBSP}mg"
    assert theme.amount(1.0, "mg") == f"1{theme.NBSP}mg"
    assert theme.number(0.1 + 0.2) == "0.3"
    assert theme.day_text(date(2026, 11, 23)).replace(theme.NBSP, " ") == "Mon 23 Nov 2026"


def test_the_table_writes_a_dose_whole_and_no_level_that_nobody_could_find(stop: hs.Course) -> None:
    assert _cell(1.875) == "1.875"
    assert _cell(0.0625) == "0.0625"
    late = [row for row in chart_table(stop, **WHEN) if float(row["week"]) > 8]
    assert late
    assert {row["clonazepam in blood, ng/mL: high"] for row in late} <= {0.0, 0.01}


def test_a_phase_of_few_people_is_not_drawn(stop: hs.Course) -> None:
    few = Phase("protracted", (5, 6, 7), (8, 9, 10), 0.06, 0.0)
    assert grounds([few], stop) == ()
    assert [ground.name for ground in grounds([replace(few, share=0.5)], stop)] == [
        f"protracted, in{theme.NBSP}50%"
    ]
