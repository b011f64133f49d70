"""The plan as a calendar (iCalendar, RFC 5545): steps and visits are all-day entries on local dates, without any hour.

A day has no zone in such an entry, so no change of the clock and no journey can move, double or drop it. Each entry keeps
its identity over versions of the plan, and the version is its sequence: a newer file replaces an older one.
"""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from homeostat.care.plan.records import Plan
from homeostat.facts import Facts
from homeostat.report.papers import display
from homeostat.report.papers.amounts import dose_words, time_words
from homeostat.report.papers.timetable import ONE_DAY, Stretch, stretches
from homeostat.report.papers.wording import Words


def calendar(plan: Plan, facts: Facts, language: str) -> bytes:
    """Return the plan as an iCalendar file; the same plan gives the same bytes."""
    words = Words(language)
    found = Calendar()
    found.add("prodid", f"-//homeostat//{plan.made_by}//{language.upper()}")
    found.add("version", "2.0")
    found.add("x-wr-calname", words("calendar.name", plan=plan.id, version=str(plan.version)))
    for stretch in stretches(plan):
        found.add_component(_step(plan, stretch, facts, words))
    for day in sorted(set(plan.visits)):
        found.add_component(_entry(plan, f"visit-{day}", day, day + ONE_DAY, words("calendar.visit"), "", words))
    return bytes(found.to_ical())


def _step(plan: Plan, stretch: Stretch, facts: Facts, words: Words) -> Event:
    names = " + ".join(words(f"drug.{drug}") for drug in stretch.drugs) or "–"
    if not stretch.doses:
        said = words("calendar.last" if stretch.until is None else "calendar.none", drug=names)
        return _entry(
            plan,
            f"dose-{stretch.from_day}",
            stretch.from_day,
            stretch.until or stretch.from_day + ONE_DAY,
            said,
            "",
            words,
        )
    title = ""
    for drug in stretch.drugs:
        if total := stretch.mg_per_day(drug):
            part = words("calendar.step", drug=words(f"drug.{drug}"), dose=display.mg(total, words.language))
            title = words("calendar.and", first=title, second=part) if title else part
    lines = [
        f"{time_words(dose.time, words)} {display.clock(dose.time, words.language)}: "
        f"{dose_words(dose, facts, words, name_drug=len(stretch.drugs) > 1)}"
        for dose in stretch.doses
    ]
    if stretch.until is None:
        lines.append(words("calendar.open"))
    lines.append(words("calendar.hard"))
    until = stretch.until or stretch.from_day + ONE_DAY
    return _entry(plan, f"dose-{stretch.from_day}", stretch.from_day, until, title, "\n".join(lines), words)


def _entry(plan: Plan, name: str, begins: date, ends: date, title: str, text: str, words: Words) -> Event:
    """Return one all-day entry from a day to the first day no longer, both local dates."""
    event = Event()
    event.add("uid", f"{plan.id}-{name}@homeostat")
    event.add("dtstamp", datetime(plan.made_on.year, plan.made_on.month, plan.made_on.day, tzinfo=UTC))
    event.add("sequence", plan.version)
    event.add("status", "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("dtstart", begins)
    event.add("dtend", max(ends, begins + timedelta(days=1)))
    event.add("summary", f"{title} ({words('foot.draft')})")
    foot = f"{words('foot.plan', plan=plan.id, version=str(plan.version))}. {words('foot.draft')}."
    event.add("description", f"{text}\n{foot}" if text else foot)
    return event
