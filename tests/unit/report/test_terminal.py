"""A forecast in a terminal: nothing cut off, no red flag left out, and short where nothing
changes.
"""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from homeostat.care import case as cases
from homeostat.care.forecast import Forecast, Scenario, evenly, forecast
from homeostat.facts import Facts
from homeostat.report.screen.forecast import show

CASE = """format = 1
id = "one"
title = "A synthetic person"
synthetic = true
market = "US"
[person]
age_years = 42
weight_kg = 70
illness = "moderate"
[[use]]
drug = "clonazepam"
since = 2026-01-05
doses = [{time = "08:00", dose = "1 mg"}, {time = "20:00", dose = "1 mg"}]
[[use]]
drug = "diazepam"
since = 2026-01-05
doses = [{time = "08:00", dose = "2.5 mg"}]
"""

Make = Callable[[Scenario], Forecast]


@pytest.fixture(scope="module")
def make(facts: Facts) -> Make:
    case = cases.parse_text(CASE, date(2026, 11, 2), facts, "one.toml")
    return lambda scenario: forecast(case, scenario, facts=facts, people=40)


def screen(made: Forecast, width: int, *, full: bool = False) -> str:
    out = io.StringIO()
    show(made, Console(file=out, width=width, highlight=False), full=full)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("full", [False, True])
def test_nothing_is_cut_off(make: Make, width: int, full: bool) -> None:
    text = screen(make(Scenario("taper", {"clonazepam": evenly(2.0, 0.0, 12)})), width, full=full)
    assert "…" not in text
    assert max(len(line) for line in text.splitlines()) <= width


def test_every_emergency_is_on_the_screen_and_a_seizure_comes_first(
    make: Make, facts: Facts
) -> None:
    made = make(Scenario("continue"))
    text = " ".join(screen(made, 200).split())
    emergencies = [flag for flag in facts.flags.values() if flag.level == "emergency"]
    for flag in emergencies:
        assert f"at once {flag.name}" in text, flag.id
    assert made.flags[: len(emergencies)] == tuple(emergencies)
    assert emergencies[0].id == "seizure"


def test_weeks_that_read_alike_share_a_line(make: Make) -> None:
    made = make(Scenario("continue"))
    assert len(made.weeks) == 12
    rows = re.findall(r"^(\S+) +\w{3} \d+ \w{3} \d{4} ", screen(made, 120), re.MULTILINE)
    assert len(rows) < 12
    assert rows[-1].endswith("–12")
    assert (
        len(re.findall(r"^\d+ +\w{3} \d+ \w{3} \d{4} ", screen(made, 120, full=True), re.MULTILINE))
        == 12
    )


def test_each_week_can_be_asked_for(make: Make) -> None:
    made = make(Scenario("taper", {"clonazepam": evenly(2.0, 0.5, 12)}))
    text = screen(made, 120, full=True)
    for week in made.weeks:
        assert f"\n{week.number} " in text


def test_a_level_that_no_laboratory_could_find_is_none(make: Make) -> None:
    made = make(Scenario("stop"))
    assert made.weeks[-1].level_ng_per_ml["clonazepam"][2] < 0.05
    last = next(
        line for line in reversed(screen(made, 120, full=True).splitlines()) if " 2027 " in line
    )
    assert " none " in last
    assert "0000" not in last


def test_a_withheld_forecast_shows_what_is_on_board_and_why_not_more(make: Make) -> None:
    made = make(Scenario("continue"))
    withheld = replace(
        made, course=replace(made.course, withheld=("the dose is outside the domain",))
    )
    text = screen(withheld, 80)
    assert "No withdrawal forecast" in text
    assert "severity, 0–80" not in text
    assert "clonazepam, ng/mL" in " ".join(text.split())


def test_the_drugs_that_are_taken_come_before_a_metabolite_of_more(make: Make) -> None:
    made = make(Scenario("continue"))
    levels = made.weeks[0].level_ng_per_ml
    assert levels["nordiazepam"][1] > levels["clonazepam"][1]
    text = screen(made, 120)
    assert "clonazepam, ng/mL" in text
    assert "diazepam, ng/mL" in text
    assert "nordiazepam, ng/mL" not in text
