"""What a patient is told beside the doses: whom to call, what to expect, what to do; every word of
it from the catalogue.
"""

from typing import Any

from homeostat.care.plan.records import Plan
from homeostat.care.plan.schedule import Schedule, exact
from homeostat.facts import Facts
from homeostat.facts.records import NOT_REVIEWED
from homeostat.report.papers import display
from homeostat.report.papers.wording import Words


def sos(market: str, facts: Facts, words: Words) -> dict[str, str]:
    """Return the emergency box: whom to call, for what, and room for the clinic's own number."""
    line = facts.help_lines[market]
    crisis = "sos.crisis-text" if line.crisis_takes_texts else "sos.crisis"
    return {
        "call": words("sos.call", number=line.emergency),
        "signs": words("sos.signs"),
        "crisis": words(crisis, number=line.crisis, emergency=line.emergency),
        "unchecked": words("sos.unchecked") if line.reviewed == NOT_REVIEWED else "",
        "clinic": words("sos.clinic"),
        "phone": words("sos.phone"),
        "hours": words("sos.hours"),
    }


def sections(plan: Plan, schedule: Schedule, facts: Facts, words: Words) -> list[dict[str, Any]]:
    """Return what to expect and what to do, from the catalogue alone."""
    hard = ["hard.stay", "hard.wait", "hard.never", "hard.missed", "hard.faster"]
    products = [
        facts.products[item.product]
        for step in plan.steps
        for dose in step.doses
        for item in dose.items
    ]
    safe = ["safe.alcohol", "safe.ask", "safe.drive", "safe.keep"]
    if any(product.form == "suspension" for product in products):
        safe.insert(0, "safe.shake")
    if any(
        exact(item.units or 0.0) % 1
        for step in plan.steps
        for dose in step.doses
        for item in dose.items
    ):
        safe.insert(0, "safe.split")
    same_day = [
        "same-day.see",
        "same-day.shake",
        "same-day.fell",
        "same-day.sad",
        "same-day.pregnant",
        "same-day.lost",
    ]
    feel = Words(words.language)
    found: list[dict[str, Any]] = [
        {"title": words(title), "lines": words.list(*lines)}
        for title, lines in (("hard.title", hard), ("same-day.title", same_day))
    ]
    found.append(
        {
            "title": words("feel.title"),
            "lines": expected(plan, schedule, feel),
            "checked": checked(feel),
        }
    )
    found.append({"title": words("safe.title"), "lines": words.list(*safe)})
    return found


def expected(plan: Plan, schedule: Schedule, words: Words) -> list[str]:
    """Return what may be felt, and from which day on; words only, no number of any forecast,
    nothing of how strong.
    """
    if plan.goal.aim == "stay":
        return words.list("feel.stay")
    found = words.list("feel.change", "feel.senses", "feel.up-and-down")
    last = schedule.last
    if not last.doses:
        found.append(words("feel.last", date=display.day(last.from_day, words.language)))
    return found


def checked(words: Words) -> str:
    """Return who has checked all that was said so far; honestly 'not yet'."""
    by = words.checked_by
    return words("foot.checked", by=words("foot.not-yet") if by == NOT_REVIEWED else by)
