"""The patient's handout: emergency first, one row a step in pictures and words, what to do; no
forecast, no score.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from itertools import groupby
from typing import Any

from homeostat.care.case.records import Case
from homeostat.care.check.release import Released
from homeostat.care.plan.records import Item, Plan, PlannedDose
from homeostat.care.plan.schedule import ONE_DAY, OPEN_DAYS, Schedule, Stretch
from homeostat.facts import Facts
from homeostat.facts.records import Product
from homeostat.report.papers import display, tablets
from homeostat.report.papers.advice import checked, sections, sos
from homeostat.report.papers.amounts import dose_words, items_words, one_liquid, time_words
from homeostat.report.papers.feeling import Kind, kinds
from homeostat.report.papers.heads import called, foot
from homeostat.report.papers.pace import before
from homeostat.report.papers.wording import Words

DAILY = 3
"""Stretches of at most this many days …"""
IN_A_ROW = 6
"""… of which at least this many follow each other are shown day by day, a line each, instead of a
row with pictures.
"""
PICTURE_MM, PICTURE_MM_SMALL, MANY_STEPS = 10.5, 8.5, 12
"""Height of a picture of tablets, and in a plan of more than so many rows."""
SIZES_PT = (13.0, 12.5, 12.0)
"""Type of the handout; a smaller one is taken only where it saves a page."""
IN_A_LINE = {1: 8, 2: 4, 3: 3}
"""So many tablets are drawn beside each other when there are so many times a day; two where there
are more.
"""


def handout(released: Released, language: str) -> dict[str, Any]:
    """Return the data of the handout in one language, for the template of the same name."""
    plan, case, facts = released.plan, released.case, released.facts
    schedule, words = released.schedule, Words(language)
    rows = schedule.stretches
    name = drug_names(plan.drugs, words)
    last = schedule.last_day
    feel = Words(language)
    data: dict[str, Any] = {
        "sos": sos(plan.market, facts, words),
        "heading": words("handout.title", drug=name) if plan.drugs else words("handout.document"),
        "how": how(plan, schedule, case, words),
        "meta": [
            words(
                "handout.dates",
                first=display.day(rows[0].from_day, language),
                last=display.day(last, language),
            ),
            called(plan, case),
        ],
        "draft": words("handout.draft"),
        "picture-mm": PICTURE_MM if len(rows) <= MANY_STEPS else PICTURE_MM_SMALL,
        "parts": list(_parts(schedule, kinds(schedule, case), facts, words, feel)),
        "feel": checked(feel),
        "sections": sections(plan, schedule, facts, words),
        "visits": {
            "title": words("visits.title"),
            "days": [display.day(day, language) for day in sorted(plan.visits)],
        },
        "old": words("handout.old", date=display.day(last, language)),
    }
    end = [checked(words)]
    if case.synthetic:
        end.append(words("foot.synthetic"))
    stamped = foot(plan, case, words, title=f"{data['heading']}, {called(plan, case)}")
    return stamped | data | {"end": end, "size": SIZES_PT[0]}


def how(plan: Plan, schedule: Schedule, case: Case, words: Words) -> list[str]:
    """Return what kind of plan it is, in a sentence, and what is not part of it."""
    is_switch = plan.switch and plan.goal.aim != "stay"
    return [
        words("handout.how-switch" if is_switch else f"handout.how-{plan.goal.aim}"),
        *others(plan, schedule, case, words),
    ]


def others(plan: Plan, schedule: Schedule, case: Case, words: Words) -> list[str]:
    """Return what is said of drugs that the person takes and the plan does not speak of: nobody may
    take them for stopped.
    """
    if not (kept := untouched(plan, schedule, case)):
        return []
    return [
        words("handout.others", drug=drug_names(plan.drugs, words), others=drug_names(kept, words))
    ]


def untouched(plan: Plan, schedule: Schedule, case: Case) -> list[str]:
    """Return the drugs that are taken on the eve of a plan and that it does not speak of."""
    eve = schedule.first_day
    taken = dict.fromkeys(use.drug for use in case.use if before(case, use.drug, eve))
    return [drug for drug in taken if drug not in plan.drugs] if plan.drugs else []


def drug_names(drugs: Sequence[str], words: Words) -> str:
    """Return drugs as one reads them out."""
    names = [words(f"drug.{drug}") for drug in drugs] or ["–"]
    text = names[0]
    for name in names[1:]:
        text = words("handout.and", first=text, second=name)
    return text


def _parts(
    schedule: Schedule,
    kind: Mapping[Stretch, Kind],
    facts: Facts,
    words: Words,
    feel: Words,
) -> Iterator[dict[str, Any]]:
    """Yield the plan in order: tables of steps, and tables day by day where the dose changes almost
    daily.
    """
    for is_daily, run in groupby(_marked(schedule.stretches), key=lambda pair: pair[1]):
        part = [row for row, _ in run]
        if is_daily:
            yield _day_by_day(schedule, part, facts, words) | {"feel": feel("feel.step-daily")}
        else:
            said = [feel(f"feel.step-{kind[row]}") for row in part]
            yield _steps(schedule, part, said, facts, words)


def _marked(rows: Sequence[Stretch]) -> list[tuple[Stretch, bool]]:
    short = [row.days is not None and row.days <= DAILY and bool(row.doses) for row in rows]
    found: list[tuple[Stretch, bool]] = []
    for is_short, run in groupby(zip(rows, short, strict=True), key=lambda pair: pair[1]):
        part = [row for row, _ in run]
        found += [(row, is_short and len(part) >= IN_A_ROW) for row in part]
    return found


def _heads(schedule: Schedule, words: Words) -> list[dict[str, str]]:
    return [
        {"name": time_words(hour, words), "clock": display.clock(hour, words.language)}
        for hour in schedule.times
    ] or [{"name": words("handout.take"), "clock": ""}]


def _steps(
    schedule: Schedule, rows: Sequence[Stretch], feel: Sequence[str], facts: Facts, words: Words
) -> dict[str, Any]:
    hours = schedule.times
    return {
        "kind": "steps",
        "from": words("handout.from"),
        "times": _heads(schedule, words),
        "take": words("handout.take"),
        "tick": words("handout.tick"),
        "rows": [
            _row(row, hours, facts, words) | {"feel": said}
            for row, said in zip(rows, feel, strict=True)
        ],
    }


def _row(row: Stretch, hours: Sequence[time], facts: Facts, words: Words) -> dict[str, Any]:
    language, several = words.language, len(row.drugs) > 1
    lines = []
    if row.days is not None:
        lines.append(words.counted("handout.days", row.days, days=str(row.days)))
    for drug in row.drugs:
        if total := row.mg_per_day(drug):
            dose = display.mg(total, language)
            said = (
                words("amount.drug-a-day", drug=words(f"drug.{drug}"), dose=dose)
                if several
                else None
            )
            lines.append(said or words("amount.a-day", dose=dose))
    if row.doses and row.until is None:
        lines.append(words("handout.open"))
    most = IN_A_LINE.get(len(hours), 2)
    return {
        "day": display.day(row.from_day, language),
        "lines": lines,
        "says": says_nothing(row, words),
        "cells": [
            [
                _dose(dose, facts, words, most, name_drug=several)
                for dose in row.doses
                if dose.time == hour
            ]
            or [_none(words)]
            for hour in hours
        ],
        "taken": sorted({display.clock(dose.time, language) for dose in row.doses}),
        "boxes": 0 if not row.doses else (row.days or OPEN_DAYS),
    }


def says_nothing(row: Stretch, words: Words) -> str | None:
    """Return what is said of days without any dose; None where there is one."""
    if row.doses:
        return None
    return words("handout.none" if row.until is None else "handout.pause")


def _none(words: Words) -> dict[str, Any]:
    return {"picture": None, "words": words("amount.nothing")}


def _dose(
    dose: PlannedDose, facts: Facts, words: Words, most: int, *, name_drug: bool
) -> dict[str, Any]:
    text = dose_words(dose, facts, words, name_drug=name_drug)
    return {
        "picture": picture(dose.items, facts, words, most) if dose.items else None,
        "words": text,
    }


def picture(
    items: Sequence[Item], facts: Facts, words: Words, most: int = tablets.MOST + 1
) -> dict[str, Any]:
    """Return a drawing of items, at most so many pieces in a line, with its alternative text."""
    drawn = tablets.draw(items, facts, words.language, most)
    alt = words("handout.picture", words=items_words(items, facts, words))
    return {"svg": drawn.svg, "wide": drawn.wide, "lines": drawn.lines, "alt": alt}


def _day_by_day(
    schedule: Schedule, rows: Sequence[Stretch], facts: Facts, words: Words
) -> dict[str, Any]:
    """Return a line for each day; where all is the same liquid, its strength is said once and each
    line is a volume.
    """
    used = {dose.time for row in rows for dose in row.doses}
    shown = [hour for hour in schedule.times if hour in used]
    liquid = one_liquid(rows, facts)
    lines: list[dict[str, Any]] = []
    for row in rows:
        cells = [_short(row, hour, facts, words, liquid) for hour in shown]
        total = ", ".join(
            display.mg(mg, words.language) for drug in row.drugs if (mg := row.mg_per_day(drug))
        )
        for n in range(row.days or 0):
            day = row.from_day + n * ONE_DAY
            lines.append({"day": display.day(day, words.language), "cells": cells, "total": total})
    strength = display.mg(liquid.strength, words.language) if liquid else ""
    return {
        "kind": "days",
        "title": words("handout.day-by-day"),
        "from": words("handout.date"),
        "times": [
            {"name": time_words(hour, words), "clock": display.clock(hour, words.language)}
            for hour in shown
        ],
        "total": words("handout.all-day"),
        "line": words("handout.liquid", strength=strength) if liquid else "",
        "rows": lines,
    }


def _short(row: Stretch, hour: time, facts: Facts, words: Words, liquid: Product | None) -> str:
    at = [dose for dose in row.doses if dose.time == hour]
    if liquid:
        said = [display.ml(dose.items[0].amount, words.language) for dose in at]
    else:
        said = [dose_words(dose, facts, words, name_drug=len(row.drugs) > 1) for dose in at]
    return "; ".join(said) or words("amount.nothing")
