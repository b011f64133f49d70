"""The interactive page of a plan: emergency first, one day at a time, the whole plan below; one
file, no network.

It shows what the handout shows and nothing else: no forecast. The page knows when it is old and
    says so.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from homeostat.care.check.release import Released
from homeostat.care.plan.schedule import Schedule, Stretch
from homeostat.facts import Facts
from homeostat.report.files.html import page
from homeostat.report.papers import display
from homeostat.report.papers.advice import checked, sections, sos
from homeostat.report.papers.amounts import dose_words, time_words
from homeostat.report.papers.feeling import kinds
from homeostat.report.papers.handout import others, picture, says_nothing
from homeostat.report.papers.heads import called, foot
from homeostat.report.papers.wording import Words

TEMPLATES = Path(__file__).parent / "templates"
WIDE, HIGH = 640, 150
"""Size of the staircase [px of its own frame]."""


def webpage(released: Released, languages: Sequence[str]) -> str:
    """Return the page as HTML, in one or more languages to choose from."""
    shown = {language: _said(released, Words(language)) for language in languages}
    first = languages[0]
    return page(
        TEMPLATES / "plan.html",
        language=first,
        title=shown[first]["title"],
        call=shown[first]["sos"]["call"],
        draft=shown[first]["draft"],
        data={
            "languages": shown,
            "first": released.schedule.first_day.isoformat(),
            "last": released.schedule.last_day.isoformat(),
        },
    )


def _said(released: Released, words: Words) -> dict[str, Any]:
    plan, case, facts = released.plan, released.case, released.facts
    schedule, language = released.schedule, words.language
    last, feel = schedule.last_day, Words(language)
    head = foot(plan, case, words, title=words("handout.document"))
    data: dict[str, Any] = {
        "title": f"{head['title']}, {called(plan, case)}",
        "name": words("web.language"),
        "foot": head["foot"],
        "sos": sos(plan.market, facts, words),
        "numbers": [facts.help_lines[plan.market].emergency, facts.help_lines[plan.market].crisis],
        "ring": words("web.ring", number="{number}"),
        "draft": words("handout.draft"),
        "how": others(plan, schedule, case, words),
        "today": words("web.today"),
        "previous": words("web.previous"),
        "next": words("web.next"),
        "before": words("web.before", date=display.day(schedule.first_day, language)),
        "after": words("web.after"),
        "old": words("handout.old", date=display.day(last, language)),
        "whole": words("web.whole"),
        "chart": {"svg": staircase(schedule), "alt": words("web.chart")},
        "rows": [
            _row(row, facts, words) | {"feel": feel(f"feel.step-{kind}")}
            for row, kind in kinds(schedule, case).items()
        ],
        "sections": sections(plan, schedule, facts, words),
        "visits": [day.isoformat() for day in sorted(plan.visits)],
        "visit": words("calendar.visit"),
        "days": {day.isoformat(): display.day(day, language) for day in _days(schedule)},
    }
    data["end"] = [checked(words)]
    if case.synthetic:
        data["end"].append(words("foot.synthetic"))
    return data


def _days(schedule: Schedule) -> list[date]:
    first, last = schedule.first_day, schedule.last_day
    return [first + timedelta(days=n) for n in range((last - first).days + 2)]


def _row(row: Stretch, facts: Facts, words: Words) -> dict[str, Any]:
    language, several = words.language, len(row.drugs) > 1
    totals = []
    for drug in row.drugs:
        if total := row.mg_per_day(drug):
            dose = display.mg(total, language)
            totals.append(
                words("amount.drug-a-day", drug=words(f"drug.{drug}"), dose=dose)
                if several
                else words("amount.a-day", dose=dose)
            )
    return {
        "from": row.from_day.isoformat(),
        "until": None if row.until is None else row.until.isoformat(),
        "when": display.day(row.from_day, language),
        "days": (
            "" if row.days is None else words.counted("handout.days", row.days, days=str(row.days))
        ),
        "totals": totals,
        "says": says_nothing(row, words) or (words("handout.open") if row.until is None else ""),
        "doses": [
            {
                "time": f"{time_words(dose.time, words)}, {display.clock(dose.time, language)}",
                "words": dose_words(dose, facts, words, name_drug=several),
                "picture": picture(dose.items, facts, words) if dose.items else None,
            }
            for dose in row.doses
        ],
    }


def staircase(schedule: Schedule) -> str:
    """Return the daily dose over time as a small drawing; each drug has a line of its own
    pattern.
    """
    first, last = schedule.first_day, schedule.last_day
    span = max((last - first).days + 1, 1)
    rows, drugs = schedule.stretches, schedule.drugs
    top = max([row.mg_per_day(drug) for drug in drugs for row in rows] or [1.0]) or 1.0
    lines = []
    for drug, dash in zip(drugs, ("none", "7 4", "2 3") * len(drugs), strict=False):
        path: list[str] = []
        for row in rows:
            x = WIDE * (row.from_day - first).days / span
            to = WIDE if row.until is None else min(WIDE * (row.until - first).days / span, WIDE)
            y = HIGH * (1 - row.mg_per_day(drug) / top)
            path.append(f"{'L' if path else 'M'}{x:.1f} {y:.1f}L{to:.1f} {y:.1f}")
        lines.append(
            f'<path d="{"".join(path)}" fill="none" stroke="currentColor" stroke-width="2.5"'
            f' stroke-dasharray="{dash}"/>'
        )
    return (
        f'<svg viewBox="-4 -4 {WIDE + 8} {HIGH + 8}" preserveAspectRatio="none"'
        f' aria-hidden="true"><path d="M0 {HIGH}H{WIDE}" stroke="currentColor"'
        f' stroke-width="1"/>{"".join(lines)}<path id="now" d="M0 0V{HIGH}" stroke="currentColor"'
        ' stroke-width="2" stroke-dasharray="4 4"/></svg>'
    )
