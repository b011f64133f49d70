"""Prescription windows and their counts: what the plan's own prescriptions hand out, or a proposal
where it has none.

The counts are made anew from the steps, day by day, whatever the plan's prescriptions say: so a
prescription that somebody edited by hand is seen to fall short.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from homeostat.care.check.release import Released
from homeostat.care.dispensing import supply
from homeostat.care.dispensing.terms import terms
from homeostat.care.plan.records import Item
from homeostat.care.plan.schedule import ONE_DAY, Schedule, Stretch, exact
from homeostat.errors import DispensingError, InputError


@dataclass(frozen=True)
class Window:
    """What one prescription hands out for which days; `discard_on` names liquids that were made for
    it, `bottles` others.
    """

    from_day: date
    until: date
    items: tuple[Item, ...]
    refills: int = 0
    collect_by: date | None = None
    discard_on: Mapping[str, date] = field(default_factory=dict)
    bottles: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One product in one window [units, or mL]: taken, handed out, not taken so far, missing; the
    last day it is enough for.
    """

    product: str
    taken: Decimal
    handed: Decimal
    left: Decimal
    missing: Decimal
    lasts: date | None


def windows_of(released: Released) -> tuple[Window, ...]:
    """Return the plan's prescriptions with the days to collect and discard by, or proposed ones
    where it has none.

    A plan whose doses do not all say what they are made of, or whose liquid would not keep, is one
    window without items.
    """
    plan, facts, schedule = released.plan, released.facts, released.schedule
    bound = terms(released.case, facts)
    found: tuple[supply.Window, ...] = ()
    given = plan.supplies
    with suppress(InputError, DispensingError):
        given = given or supply.supplies(plan, facts, **vars(bound))
        found = supply.counted(replace(plan, supplies=given), facts, ahead_days=bound.ahead_days)
    lines = {(window.from_day, window.until): (window.collect_by, window.lines) for window in found}
    rows = []
    for one in given:
        collect_by, counted = lines.get((one.from_day, one.until), (None, ()))
        handed = {item.product for item in one.items}
        liquids = [line for line in counted if line.is_liquid and line.product in handed]
        discard_on = {line.product: line.discard_on for line in liquids if line.discard_on}
        bottles = {line.product: line.bottles for line in liquids if not line.discard_on}
        rows.append(
            Window(one.from_day, one.until, one.items, one.refills, collect_by, discard_on, bottles)
        )
    return tuple(rows) or (Window(schedule.first_day, schedule.last_day + ONE_DAY, ()),)


def uncovered(schedule: Schedule, windows: Sequence[Window]) -> list[date]:
    """Return the days with a dose that no window covers."""
    return [
        day
        for day, stretch in schedule.each_day()
        if stretch.doses and not any(window.from_day <= day < window.until for window in windows)
    ]


def lines(schedule: Schedule, windows: Sequence[Window]) -> list[tuple[Line, ...]]:
    """Return the counts of each window; what is left of one goes into the next."""
    days = [(day, of_a_day(stretch)) for day, stretch in schedule.each_day()]
    stock: dict[str, Decimal] = {}
    handed_so_far: dict[str, Decimal] = {}
    found = []
    for window in windows:
        used, rows = schedule.taken(window.from_day, window.until), []
        handed: dict[str, Decimal] = {}
        for item in window.items:
            handed[item.product] = handed.get(item.product, Decimal()) + exact(item.amount) * (
                1 + window.refills
            )
        for product in sorted({*used, *handed}):
            stock[product] = stock.get(product, Decimal()) + handed.get(product, Decimal())
            handed_so_far[product] = handed_so_far.get(product, Decimal()) + handed.get(
                product, Decimal()
            )
            left = stock[product] - used.get(product, Decimal())
            stock[product] = max(left, Decimal())
            lasts = _lasts(days, product, handed_so_far[product])
            rows.append(
                Line(
                    product,
                    used.get(product, Decimal()),
                    handed.get(product, Decimal()),
                    stock[product],
                    max(-left, Decimal()),
                    lasts,
                )
            )
        found.append(tuple(rows))
    return found


def _lasts(
    days: Sequence[tuple[date, Mapping[str, Decimal]]], product: str, handed: Decimal
) -> date | None:
    """Return the last day for which all that was handed out until now is enough; None if some is
    left over at the end.
    """
    left, last = handed, None
    for day, need in days:
        amount = need.get(product, Decimal())
        if amount > left:
            return day - ONE_DAY
        left -= amount
        last = day if amount else last
    return last if left == 0 else None


def of_a_day(stretch: Stretch) -> dict[str, Decimal]:
    """Return what one day of a stretch needs of each product [units, or mL]."""
    need: dict[str, Decimal] = {}
    for dose in stretch.doses:
        for item in dose.items:
            need[item.product] = need.get(item.product, Decimal()) + exact(item.amount)
    return need
