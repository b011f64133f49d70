"""The pharmacy sheet: for each prescription window what is taken, handed out, left, and until when it lasts."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from homeostat.care.case_records import Case
from homeostat.care.plan_records import Item, Plan, PlannedDose, Supply
from homeostat.facts import Facts
from homeostat.facts.records import Product
from homeostat.report.papers import display
from homeostat.report.papers.advice import checked
from homeostat.report.papers.amounts import dose_words, one_liquid, time_words
from homeostat.report.papers.heads import foot
from homeostat.report.papers.timetable import ONE_DAY, Stretch, each_day, exact, first_day, last_day, stretches, taken
from homeostat.report.papers.wording import Words

WINDOW_DAYS = 28
"""Length of a proposed window where the plan names no prescriptions [d]."""
COMPACT_FROM = 10
"""Windows with more changes than this are set in two columns, a line each."""
IN_MICROGRAMS_BELOW_MG = Decimal("0.1")
"""Smaller amounts are also written in micrograms."""


def pharmacy(plan: Plan, case: Case, facts: Facts, language: str) -> dict[str, Any]:
    """Return the data of the pharmacy sheet, for the template of the same name."""
    words = Words(language)
    windows = plan.supplies or proposed(plan, facts)
    title = words("pharmacy.title", drug=", ".join(words(f"drug.{drug}") for drug in plan.drugs) or "–")
    last_to = lasts(plan, windows)
    stock: dict[str, Decimal] = {}
    shown = []
    for number, window in enumerate(windows, start=1):
        for item in window.items:
            stock[item.product] = stock.get(item.product, Decimal()) + exact(item.amount) * (1 + window.refills)
        used = taken(plan, window.from_day, window.until)
        rows, short = [], []
        for product in sorted({*used, *(item.product for item in window.items)}):
            handed = sum((exact(i.amount) for i in window.items if i.product == product), Decimal())
            stock[product] = stock.get(product, Decimal()) - used.get(product, Decimal())
            if stock[product] < 0:
                amount = _count(-stock[product], facts.products[product], words)
                short.append(words("pharmacy.short", amount=amount, product=facts.products[product].name))
                stock[product] = Decimal()
            rows.append(
                [
                    facts.products[product].name,
                    _count(used.get(product, Decimal()), facts.products[product], words),
                    _count(handed, facts.products[product], words),
                    _count(stock[product], facts.products[product], words),
                    _day(last_to[number - 1].get(product), words),
                ]
            )
        shown.append(
            {
                "title": words(
                    "pharmacy.window",
                    number=str(number),
                    first=display.day(window.from_day, language),
                    last=display.day(window.until - ONE_DAY, language),
                    days=str((window.until - window.from_day).days),
                ),
                "rows": rows,
                "short": short,
                "refills": words("pharmacy.refills", count=str(window.refills)),
                "directions": (said := directions(plan, window.from_day, window.until, facts, words)),
                "compact": len(said) > COMPACT_FROM,
            }
        )
    return foot(plan, case, words, title=f"{title}, {plan.whom.initials or case.id}") | {
        "heading": title,
        "draft": words("pharmacy.draft"),
        "proposed": "" if plan.supplies else words("pharmacy.by-us", days=str(WINDOW_DAYS)),
        "head": words.list(
            "pharmacy.product", "pharmacy.taken", "pharmacy.hand-out", "pharmacy.left", "pharmacy.lasts"
        ),
        "directions": words("pharmacy.directions"),
        "windows": shown,
        "whole": _whole(plan, windows, facts, words),
        "notes": {"title": words("pharmacy.notes"), "lines": list(_notes(plan, facts, words))},
        "end": [
            checked(words),
            *([words("foot.synthetic")] if case.synthetic else []),
        ],
    }


def proposed(plan: Plan, facts: Facts) -> tuple[Supply, ...]:
    """Return windows of four weeks with just enough whole tablets and millilitres for each."""
    found = []
    begins, ends = first_day(plan), last_day(plan) + ONE_DAY
    while begins < ends:
        until = min(begins + timedelta(days=WINDOW_DAYS), ends)
        need = taken(plan, begins, until)
        items = tuple(_whole_item(product, amount, facts) for product, amount in sorted(need.items()))
        if items:
            found.append(Supply(**{"from": begins, "until": until, "items": items}))  # type: ignore[arg-type]
        begins = until
    return tuple(found)


def _whole_item(product: str, amount: Decimal, facts: Facts) -> Item:
    up = float(amount.to_integral_value(ROUND_CEILING))
    is_liquid = facts.products[product].strength_mg_per_ml is not None
    return Item(product=product, ml=up) if is_liquid else Item(product=product, units=up)


def lasts(plan: Plan, windows: tuple[Supply, ...]) -> list[dict[str, date | None]]:
    """Return for each window the last day for which all that was handed out until then is enough, by product.

    None: it is not used up by the end of the plan.
    """
    days = [(day, _of_a_day(stretch)) for day, stretch in each_day(plan)]
    found = []
    handed: dict[str, Decimal] = {}
    for window in windows:
        for item in window.items:
            handed[item.product] = handed.get(item.product, Decimal()) + exact(item.amount) * (1 + window.refills)
        ends: dict[str, date | None] = {}
        for product in {item.product for item in window.items}:
            left, ends[product] = handed[product], None
            for day, need in days:
                left -= need.get(product, Decimal())
                if left < 0:
                    ends[product] = day - ONE_DAY
                    break
        found.append(ends)
    return found


def _of_a_day(stretch: Stretch) -> dict[str, Decimal]:
    need: dict[str, Decimal] = {}
    for dose in stretch.doses:
        for item in dose.items:
            need[item.product] = need.get(item.product, Decimal()) + exact(item.amount)
    return need


def _day(day: date | None, words: Words) -> str:
    return words("pharmacy.beyond") if day is None else display.day(day, words.language)


def _count(amount: Decimal, product: Product, words: Words) -> str:
    """Return a count of tablets or a volume: '21 tablets', '140 mL'."""
    if product.strength_mg_per_ml is not None:
        return display.ml(float(amount), words.language)
    form = words(f"form.{product.form.replace(' ', '-')}.{'one' if amount == 1 else 'many'}")
    return words("pharmacy.count", count=display.number(float(amount), words.language), form=form)


def amount_words(mg: float, words: Words) -> str:
    """Return an amount of drug, small ones also in micrograms, spelled out."""
    text = display.mg(mg, words.language)
    if 0 < exact(mg) < IN_MICROGRAMS_BELOW_MG:
        return words("pharmacy.with-micrograms", dose=text, micrograms=display.micrograms(mg, words.language))
    return text


def directions(plan: Plan, from_day: date, until: date, facts: Facts, words: Words) -> list[dict[str, Any]]:
    """Return what is taken in a window, one entry for each stretch of equal days; many are said more shortly."""
    inside = [
        Stretch(max(row.from_day, from_day), until if row.until is None else min(row.until, until), row.doses)
        for row in stretches(plan)
        if row.from_day < until and (row.until is None or row.until > from_day)
    ]
    is_compact = len(inside) > COMPACT_FROM
    liquid = one_liquid(inside, facts) if is_compact and len(plan.drugs) == 1 else None
    return [_direction(plan, row, facts, words, liquid, is_compact=is_compact) for row in inside]


def _direction(
    plan: Plan, row: Stretch, facts: Facts, words: Words, liquid: Product | None, *, is_compact: bool
) -> dict[str, Any]:
    several, language = len(plan.drugs) > 1, words.language
    first, last = display.day(row.from_day, language), display.day((row.until or row.from_day) - ONE_DAY, language)
    totals = []
    for drug in plan.drugs:
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


def _take(dose: PlannedDose, facts: Facts, words: Words, liquid: Product | None, *, name_drug: bool) -> str:
    """Return one dose; only its volume where all of a window is one liquid, whose strength the window has said."""
    clock = display.clock(dose.time, words.language)
    if liquid and not dose.as_needed:
        return words("pharmacy.take-short", clock=clock, amount=display.ml(dose.items[0].amount, words.language))
    amount = dose_words(dose, facts, words, name_drug=name_drug)
    return words("pharmacy.take", time=time_words(dose.time, words), clock=clock, amount=amount)


def _whole(plan: Plan, windows: tuple[Supply, ...], facts: Facts, words: Words) -> dict[str, Any]:
    first, last = first_day(plan), last_day(plan)
    used = taken(plan, first, last + ONE_DAY)
    rows = []
    for name in sorted({*used, *(item.product for window in windows for item in window.items)}):
        product = facts.products[name]
        handed = sum(
            (exact(i.amount) * (1 + w.refills) for w in windows for i in w.items if i.product == name), Decimal()
        )
        strength = exact(product.strength_mg or product.strength_mg_per_ml or 0.0)
        drug = display.mg(float(used.get(name, Decimal()) * strength), words.language)
        rows.append(
            [product.name, _count(used.get(name, Decimal()), product, words), _count(handed, product, words), drug]
        )
    return {
        "title": words(
            "pharmacy.whole-plan", first=display.day(first, words.language), last=display.day(last, words.language)
        ),
        "head": words.list("pharmacy.product", "pharmacy.taken-all", "pharmacy.handed-all", "pharmacy.drug-all"),
        "rows": rows,
    }


def _notes(plan: Plan, facts: Facts, words: Words) -> Iterator[str]:
    unsaid = sum(1 for step in plan.steps for dose in step.doses if not dose.items)
    if unsaid:
        yield words("pharmacy.unsaid", count=str(unsaid))
    items = [item for step in plan.steps for dose in step.doses for item in dose.items]
    if any(exact(item.units or 0.0) % 1 for item in items):
        yield words("pharmacy.split")
    for name in sorted({item.product for item in items}):
        product = facts.products[name]
        if product.status == "compounded":
            yield words("pharmacy.compounded")
        if product.note:
            yield f"{product.name}: {product.note}"
