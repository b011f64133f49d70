"""No dose day is moved, doubled or dropped by a zone, a change of the clock, a leap day or a
journey.
"""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.check import Released
from homeostat.care.plan.records import Plan
from homeostat.care.plan.schedule import schedule
from homeostat.facts import load
from homeostat.report.papers import display
from homeostat.report.papers.calendar import calendar

from ..checked_plans import released
from ..how_many import examples
from .plans_at_random import DATES, random_plans

FACTS = load()
TYPICAL = plans.read(
    Path(__file__).parents[2] / "examples" / "plans" / "typical-20-weeks.json", FACTS
)
CASE = cases.read(Path(__file__).parents[2] / "examples" / "typical.toml", date(2026, 11, 2), FACTS)
ZONES = sorted(available_timezones())
TRICKY = [
    date(2028, 2, 25),  # leap day ahead
    date(2027, 2, 25),
    date(2026, 12, 28),  # year's end
    date(2026, 10, 22),  # clocks go back in Europe, then in America
    date(2027, 3, 11),  # clocks go forward
]


def of(plan: Plan) -> Released:
    """Release a plan for whoever it is for."""
    whom = {"id": plan.whom.case, "person": replace(CASE.person, initials="")}
    return released(plan, replace(CASE, **whom), FACTS)


def events(made: bytes) -> Iterator[Event]:
    yield from Calendar.from_ical(made).walk("VEVENT")


def days_of(event: Event) -> Iterator[date]:
    day, end = event.decoded("dtstart"), event.decoded("dtend")
    while day < end:
        yield day
        day += timedelta(days=1)


@settings(deadline=None)
@given(plan=random_plans(first=st.sampled_from(TRICKY) | DATES))
def test_every_day_of_the_plan_stands_in_exactly_one_entry_with_its_dose(plan: Plan) -> None:
    found: dict[date, str] = {}
    for event in events(calendar(of(plan), "en")):
        assert type(event.decoded("dtstart")) is date
        assert event["dtstart"].params["VALUE"] == "DATE"
        for day in days_of(event):
            assert day not in found
            found[day] = str(event["description"])
    last_open = schedule(plan).last
    for day, stretch in schedule(plan).each_day():
        said = found.get(day) or found[last_open.from_day]
        total = stretch.mg_per_day("clonazepam")
        assert (f"{display.mg(total, 'en')} a day" in said) if total else said.startswith("No ")


@pytest.mark.parametrize("language", ["en", "de"])
def test_titles_and_reminders_name_no_drug_and_no_dose_and_every_entry_reminds_once(
    language: str,
) -> None:
    switch = plans.read(
        Path(__file__).parents[2] / "examples" / "plans" / "alprazolam-to-diazepam.json", FACTS
    )
    for plan in (TYPICAL, switch):
        shown = []
        for event in events(calendar(of(plan), language)):
            assert str(event["class"]) == "PRIVATE"
            (alarm,) = event.walk("VALARM")
            shown += [str(event["summary"]), str(alarm["description"])]
        for text in shown:
            assert not any(f"{drug}" in text.lower() for drug in plan.drugs), text
            assert not re.search(r"\d\s*(mg|mL)|tablet|zepam|zolam", text, re.IGNORECASE), text


@settings(deadline=None, max_examples=examples(25, 60))
@given(plan=random_plans(), zone=st.sampled_from(ZONES))
def test_the_entries_are_the_same_in_every_zone(plan: Plan, zone: str) -> None:
    there = replace(plan, zone=zone)
    assert calendar(of(there), "en") == calendar(of(plan), "en")


@settings(deadline=None, max_examples=examples(40, 100))
@given(zone=st.sampled_from(ZONES), plan=random_plans(first=st.sampled_from(TRICKY), most=3))
def test_local_noons_of_the_entries_are_the_days_themselves(zone: str, plan: Plan) -> None:
    """Read as local days in a zone, entries begin and end on their own dates, whatever the clock
    does in between.
    """
    for event in events(calendar(of(plan), "en")):
        begin, end = event.decoded("dtstart"), event.decoded("dtend")
        noon = [datetime(d.year, d.month, d.day, 12, tzinfo=ZoneInfo(zone)) for d in (begin, end)]
        assert [n.date() for n in noon] == [begin, end]
        assert (noon[1].date() - noon[0].date()).days == len(list(days_of(event)))


@pytest.mark.parametrize(
    "zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "Australia/Lord_Howe"]
)
def test_the_clock_of_the_machine_changes_nothing(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = TYPICAL
    before = calendar(of(plan), "de")
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    try:
        assert calendar(of(plan), "de") == before
    finally:
        monkeypatch.undo()
        time.tzset()


def test_visits_are_days_too_and_each_stands_once() -> None:
    plan = replace(TYPICAL, visits=(date(2028, 2, 29), date(2028, 2, 29), date(2026, 10, 25)))
    found = [e for e in events(calendar(of(plan), "en")) if str(e["summary"]).startswith("Visit")]
    assert sorted(e.decoded("dtstart") for e in found) == [date(2026, 10, 25), date(2028, 2, 29)]
    assert [list(days_of(e)) for e in found] == [[e.decoded("dtstart")] for e in found]


def test_a_newer_version_replaces_the_entry_of_the_same_day_and_says_it_is_a_draft() -> None:
    plan = TYPICAL
    old, new = (list(events(calendar(of(p), "en"))) for p in (plan, replace(plan, version=2)))
    assert [e["uid"] for e in old] == [e["uid"] for e in new]
    assert {int(e["sequence"]) for e in new} == {2}
    assert all(e["status"] == "TENTATIVE" and "Draft, not signed" in str(e["summary"]) for e in new)
