"""The pharmacy sheet: for each prescription window what is taken, handed out and not taken, and
until when it lasts.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from homeostat.care.check.release import Released
from homeostat.care.dispensing import supply
from homeostat.care.dispensing.splitting import Effect
from homeostat.care.plan.records import PlannedDose
from homeostat.care.plan.schedule import ONE_DAY, Schedule, Stretch, exact
from homeostat.facts import Facts
from homeostat.facts.records import Product
from homeostat.report.papers import display
from homeostat.report.papers.advice import checked
from homeostat.report.papers.amounts import dose_words, one_liquid, time_words
from homeostat.report.papers.heads import called, foot
from homeostat.report.papers.windows import Window, lines, of_a_day, uncovered, windows_of
from homeostat.report.papers.wording import Words

COMPACT_FROM = 10
"""Windows with more changes than this are set in two columns, a line each."""
IN_MICROGRAMS_BELOW_MG = Decimal("0.1")
"""Smaller amounts are also written in micrograms."""


def pharmacy(released: Released, language: str, *, splitting: Effect | None) -> dict[str, Any]:
    """Return the data of the pharmacy sheet, for the template of the same name.

    Args:
        splitting: what cuts and measures do to dose and level; None where a dose does not say what
            it is made of.
    """
    plan, case, facts = released.plan, released.case, released.facts
    schedule, words = released.schedule, Words(language)
    windows = windows_of(released)
    title = words(
        "pharmacy.title", drug=", ".join(words(f"drug.{drug}") for drug in plan.drugs) or "–"
    )
    remarks = [] if plan.supplies else [words("pharmacy.by-us")]
    if without := uncovered(schedule, windows):
        remarks.append(
            words(
                "pharmacy.uncovered",
                count=str(len(without)),
                first=display.day(without[0], words.language),
            )
        )
    return foot(plan, case, words, title=f"{title}, {called(plan, case)}") | {
        "heading": title,
        "draft": words("pharmacy.draft"),
        "remarks": remarks,
        "head": words.list(
            *(f"pharmacy.{name}" for name in ("product", "taken", "hand-out", "left", "lasts"))
        ),
        "direction-head": words.list("pharmacy.days", "pharmacy.directions", "pharmacy.in-all"),
        "windows": list(_windows(schedule, windows, facts, words)),
        "whole": _whole(schedule, windows, facts, words),
        "notes": {
            "title": words("pharmacy.notes"),
            "lines": list(_notes(released, splitting, words)),
        },
        "end": [checked(words), *([words("foot.synthetic")] if case.synthetic else [])],
    }


def _windows(
    schedule: Schedule, windows: Sequence[Window], facts: Facts, words: Words
) -> Iterator[dict[str, Any]]:
    """Yield each window with its counts, what is missing, when to collect and discard, and the
    directions.
    """
    language = words.language
    for number, (window, counted) in enumerate(
        zip(windows, lines(schedule, windows), strict=True), start=1
    ):
        rows, said = [], []
        for line in counted:
            product = facts.products[line.product]
            rows.append(
                [
                    product.name,
                    *(_count(n, product, words) for n in (line.taken, line.handed, line.left)),
                    _day(line.lasts, words),
                ]
            )
            if line.missing:
                said.append(
                    words(
                        "pharmacy.short",
                        amount=_count(line.missing, product, words),
                        product=product.name,
                    )
                )
        notes = []
        if window.collect_by is not None:
            notes.append(words("pharmacy.collect", date=display.day(window.collect_by, language)))
        for name, day in window.discard_on.items():
            notes.append(
                words(
                    "pharmacy.discard",
                    product=facts.products[name].name,
                    date=display.day(day, language),
                )
            )
        for name, count in window.bottles.items():
            product = facts.products[name]
            said_by = "pharmacy.opened" if product.opened_days else "pharmacy.opened-assumed"
            days = str(supply.opened_days(product, facts))
            notes.append(words(said_by, product=product.name, count=str(count), days=days))
        notes.append(words("pharmacy.refills", count=str(window.refills)))
        told = directions(schedule, window.from_day, window.until, facts, words)
        yield {
            "title": words(
                "pharmacy.window",
                number=str(number),
                first=display.day(window.from_day, language),
                last=display.day(window.until - ONE_DAY, language),
                days=str((window.until - window.from_day).days),
            ),
            "rows": rows,
            "short": said,
            "notes": notes,
            "directions": told,
            "compact": len(told) > COMPACT_FROM,
        }


def _day(day: date | None, words: Words) -> str:
    return words("pharmacy.beyond") if day is None else display.day(day, words.language)


def _count(amount: Decimal, product: Product, words: Words) -> str:
    """Return a count of tablets or a volume: '21 tablets', '140 mL'."""
    if product.strength_mg_per_ml is not None:
        return display.ml(float(amount), words.language)
    form = words.counted(f"form.{product.form.replace(' ', '-')}", amount)
    return words("pharmacy.count", count=display.number(float(amount), words.language), form=form)


def amount_words(mg: float, words: Words) -> str:
    """Return an amount of drug, small ones also in micrograms, spelled out."""
    text = display.mg(mg, words.language)
    if 0 < exact(mg) < IN_MICROGRAMS_BELOW_MG:
        return words(
            "pharmacy.with-micrograms", dose=text, micrograms=display.micrograms(mg, words.language)
        )
    return text


def directions(
    schedule: Schedule, from_day: date, until: date, facts: Facts, words: Words
) -> list[dict[str, Any]]:
    """Return what is taken in a window, one entry for each stretch of equal days; many are said
    more shortly.
    """
    inside = schedule.within(from_day, until)
    is_compact = len(inside) > COMPACT_FROM
    liquid = one_liquid(inside, facts) if is_compact and len(schedule.drugs) == 1 else None
    return [_direction(row, facts, words, liquid, is_compact=is_compact) for row in inside]


def _direction(
    row: Stretch, facts: Facts, words: Words, liquid: Product | None, *, is_compact: bool
) -> dict[str, Any]:
    several, language = len(row.drugs) > 1, words.language
    first, last = (
        display.day(row.from_day, language),
        display.day((row.until or row.from_day) - ONE_DAY, language),
    )
    totals = []
    for drug in row.drugs:
        if total := row.mg_per_day(drug):
            dose = amount_words(total, words)
            totals.append(
                words("amount.drug-a-day", drug=words(f"drug.{drug}"), dose=dose)
                if several
                else words("pharmacy.total", dose=dose)
            )
    return {
        "when": (first if is_compact else words("pharmacy.one-day", first=first))
        if row.days == 1
        else words("pharmacy.direction", first=first, last=last, days=str(row.days)),
        "total": totals,
        "take": [_take(dose, facts, words, liquid, name_drug=several) for dose in row.doses]
        or [words("pharmacy.nothing")],
    }


def _take(
    dose: PlannedDose, facts: Facts, words: Words, liquid: Product | None, *, name_drug: bool
) -> str:
    """Return one dose; only its volume where all of a window is one liquid, whose strength the
    window has said.
    """
    clock = display.clock(dose.time, words.language)
    if liquid and not dose.as_needed:
        return words(
            "pharmacy.take-short",
            clock=clock,
            amount=display.ml(dose.items[0].amount, words.language),
        )
    amount = dose_words(dose, facts, words, name_drug=name_drug)
    return words("pharmacy.take", time=time_words(dose.time, words), clock=clock, amount=amount)


def _whole(
    schedule: Schedule, windows: Sequence[Window], facts: Facts, words: Words
) -> dict[str, Any]:
    first, last = schedule.first_day, schedule.last_day
    used = schedule.taken(first, last + ONE_DAY)
    rows = []
    for name in sorted({*used, *(item.product for window in windows for item in window.items)}):
        product = facts.products[name]
        handed = sum(
            (
                exact(i.amount) * (1 + w.refills)
                for w in windows
                for i in w.items
                if i.product == name
            ),
            Decimal(),
        )
        strength = exact(product.strength)
        drug = display.mg(float(used.get(name, Decimal()) * strength), words.language)
        rows.append(
            [
                product.name,
                _count(used.get(name, Decimal()), product, words),
                _count(handed, product, words),
                drug,
            ]
        )
    return {
        "title": words(
            "pharmacy.whole-plan",
            first=display.day(first, words.language),
            last=display.day(last, words.language),
        ),
        "head": words.list(
            "pharmacy.product", "pharmacy.taken-all", "pharmacy.handed-all", "pharmacy.drug-all"
        ),
        "rows": rows,
    }


def _notes(released: Released, splitting: Effect | None, words: Words) -> Iterator[str]:
    plan, facts = released.plan, released.facts
    unsaid = sum(1 for step in plan.steps for dose in step.doses if not dose.items)
    if unsaid:
        yield words("pharmacy.unsaid", count=str(unsaid))
    items = [item for step in plan.steps for dose in step.doses for item in dose.items]
    if any(exact(item.units or 0.0) % 1 for item in items):
        yield words("pharmacy.split")
    if not unsaid and splitting is not None and splitting.split_doses:
        yield _off(splitting, words)
    for name in sorted({item.product for item in items}):
        product = facts.products[name]
        if product.status == "compounded":
            yield words("pharmacy.compounded")
        if product.is_unverified:
            yield words("pharmacy.unverified", product=product.name)
        if ethanol := _most_ethanol_mg(released.schedule, name, facts):
            mg = display.number(round(ethanol), words.language)
            yield words("pharmacy.ethanol", product=product.name, mg=mg)
        if product.note:
            yield f"{product.name}: {product.note}"


def _off(off: Effect, words: Words) -> str:
    """Return what cuts and measures do to dose and level, in the words of the sheet."""
    shares = {
        "doses": 100 * off.split_doses,
        "total": 100 * off.dose_sd,
        "level": 100 * off.level_change,
    }
    return words(
        "pharmacy.off",
        **{name: display.number(float(f"{x:.2g}"), words.language) for name, x in shares.items()},
    )


def _most_ethanol_mg(schedule: Schedule, product: str, facts: Facts) -> float:
    """Return the most ethanol that any one day of a plan holds in one product [mg]."""
    per_ml = max(facts.products[product].ethanol_mg_per_ml or (), default=0.0)
    return (
        max(per_ml * float(of_a_day(row).get(product, 0)) for row in schedule.stretches)
        if per_ml
        else 0.0
    )
