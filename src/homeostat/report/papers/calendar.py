"""The plan as a calendar (iCalendar, RFC 5545): steps and visits are all-day entries on local
dates, without any hour.

A day has no zone in such an entry, so no change of the clock and no journey can move, double or
drop it. Each entry keeps
its identity over versions of the plan, and the version is its sequence: a newer file replaces an
    older one. Titles and reminders
name no drug and no dose, as they show on locked screens and in calendars that are shared; the text
of an entry does.
"""

from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from homeostat.care.check.release import Released
from homeostat.care.plan.records import Plan
from homeostat.care.plan.schedule import ONE_DAY, Stretch
from homeostat.facts import Facts
from homeostat.language import shown
from homeostat.report.papers import display
from homeostat.report.papers.amounts import dose_words, time_words
from homeostat.report.papers.wording import Words

REMIND_AT_H = 9
"""Hour of a reminder where no dose gives one: on the day itself, of a visit on the day before."""


def calendar(released: Released, language: str) -> bytes:
    """Return the plan as an iCalendar file; the same plan gives the same bytes."""
    plan, words = released.plan, Words(language)
    found = Calendar()
    found.add("prodid", _line(f"-//homeostat//{plan.made_by}//{language.upper()}"))
    found.add("version", "2.0")
    name = words("calendar.name", plan=plan.id, version=str(plan.version))
    found.add("x-wr-calname", _line(name))
    for number, stretch in enumerate(released.schedule.stretches, start=1):
        found.add_component(_step(plan, stretch, number, released.facts, words))
    for day in sorted(set(plan.visits)):
        visit = _entry(plan, f"visit-{day}", day, day + ONE_DAY, words("calendar.visit"), "", words)
        found.add_component(_reminded(visit, -timedelta(hours=24 - REMIND_AT_H)))
    return bytes(found.to_ical())


def _step(plan: Plan, stretch: Stretch, number: int, facts: Facts, words: Words) -> Event:
    """Return the entry of one stretch: its title names neither drug nor dose, its text does."""
    name, until = f"dose-{stretch.from_day}", stretch.until or stretch.from_day + ONE_DAY
    names = " + ".join(words(f"drug.{drug}") for drug in stretch.drugs) or "–"
    if not stretch.doses:
        said = words("calendar.last" if stretch.until is None else "calendar.none", drug=names)
        made = _entry(plan, name, stretch.from_day, until, words("calendar.no-dose"), said, words)
        return _reminded(made, timedelta(hours=REMIND_AT_H))
    totals = [
        words("calendar.dose", drug=words(f"drug.{drug}"), dose=display.mg(total, words.language))
        for drug in stretch.drugs
        if (total := stretch.mg_per_day(drug))
    ]
    lines = [
        ", ".join(totals),
        *(
            f"{time_words(dose.time, words)} {display.clock(dose.time, words.language)}: "
            f"{dose_words(dose, facts, words, name_drug=len(stretch.drugs) > 1)}"
            for dose in stretch.doses
        ),
    ]
    if stretch.until is None:
        lines.append(words("calendar.open"))
    lines.append(words("calendar.hard"))
    title = words("calendar.step", number=str(number))
    made = _entry(plan, name, stretch.from_day, until, title, "\n".join(lines), words)
    first = min(dose.time for dose in stretch.doses)
    return _reminded(made, timedelta(hours=first.hour, minutes=first.minute))


def _reminded(event: Event, after: timedelta) -> Event:
    """Add a reminder so long after the day begins; what it shows on a locked screen is the title
    alone.
    """
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", after)
    alarm.add("description", str(event["summary"]))
    event.add_component(alarm)
    return event


def _entry(
    plan: Plan, name: str, begins: date, ends: date, title: str, text: str, words: Words
) -> Event:
    """Return one all-day entry from a day to the first day no longer, both local dates."""
    event = Event()
    event.add("uid", _line(f"{plan.id}-{name}@homeostat"))
    event.add(
        "dtstamp", datetime(plan.made_on.year, plan.made_on.month, plan.made_on.day, tzinfo=UTC)
    )
    event.add("sequence", plan.version)
    event.add("status", "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("dtstart", begins)
    event.add("dtend", max(ends, begins + timedelta(days=1)))
    event.add("summary", _line(f"{title} ({words('foot.draft')})"))
    foot = f"{words('foot.plan', plan=plan.id, version=str(plan.version))}. {words('foot.draft')}."
    event.add("description", shown(f"{text}\n{foot}" if text else foot, keep="\n"))
    return event


def _line(text: str) -> str:
    """Return a text of one line: some calendars take U+2028, U+2029 and the like for the end of a
    property.
    """
    return shown(text, keep="")
