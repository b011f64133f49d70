"""Dispensing: what is handed out against what is planned: amounts, products, markets, splits and
measures.
"""

import re
from collections.abc import Iterator
from datetime import date

from homeostat.care.assess.medicines import is_in
from homeostat.care.case import model as case_model
from homeostat.care.case.records import Intake
from homeostat.care.case.rules import is_taken
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule
from homeostat.care.dispensing.stock import PARTS
from homeostat.care.findings import Finding, Level
from homeostat.care.plan.model import (
    is_contradictory,
    is_in_another_measure,
    made_mg,
)
from homeostat.care.plan.records import Item, Supply
from homeostat.care.plan.schedule import exact
from homeostat.facts.records import Product, RangeLimit, SupplyRule
from homeostat.language.messages import Message, Phrase, Quantity, Term, Value, said

SLOW = "extended-release"
"""How the form of a product begins that sets its dose free over the day."""
UNLICENSED = said("split.outside-its-licence")


def amount(look: Look) -> Iterator[Finding]:
    """Items that do not add up to the dose they are for: such a dose cannot be printed, however
    small the difference.
    """
    for step, dose in look.doses:
        if not is_contradictory(dose, look.facts):
            continue
        made = float(made_mg(dose, look.facts))
        apart = abs(made - dose.dose_mg) / dose.dose_mg
        yield Finding(
            level="refuse",
            message="dispensing.amount",
            values={
                "drug": Term(dose.drug),
                "time": dose.time,
                "apart": Quantity(apart, "share"),
            },
            limit=Quantity(dose.dose_mg, "mg"),
            value=Quantity(made, "mg"),
            on=step.from_day,
        )


def product(look: Look) -> Iterator[Finding]:
    """Products of another drug or market, withdrawn, or whose route is another."""
    seen: set[tuple[str, str]] = set()
    pairs = [(item, dose.drug, step.from_day) for step, dose in look.doses for item in dose.items]
    pairs += [(item, "", supply.from_day) for supply in look.plan.supplies for item in supply.items]
    for item, drug, day in pairs:
        known = look.facts.products[item.product]
        if (item.product, drug) in seen:
            continue
        seen.add((item.product, drug))
        if drug and known.drug != drug:
            yield Finding(
                level="refuse",
                message="dispensing.product.another-drug",
                values={"product": item.product, "holds": Term(known.drug), "drug": Term(drug)},
                on=day,
            )
        if not drug and known.drug not in look.drugs:
            yield Finding(
                level="warn",
                message="dispensing.product.nobody-takes-it",
                values={"product": item.product, "drug": Term(known.drug)},
                on=day,
                can_kill=True,
            )
        if known.market != look.plan.market:
            yield Finding(
                level="warn",
                message="dispensing.product.another-market",
                values={
                    "product": item.product,
                    "market": known.market,
                    "planned": look.plan.market,
                },
                on=day,
            )
        if known.status == "withdrawn":
            yield Finding(
                level="refuse",
                message="dispensing.product.withdrawn",
                values={"product": item.product},
                on=day,
            )


def split(look: Look) -> Iterator[Finding]:
    """Parts of a unit that may not or cannot be made, and volumes that cannot be measured."""
    seen: set[tuple[str, float]] = set()
    for step, dose in look.doses:
        for item in dose.items:
            known = look.facts.products[item.product]
            if (item.product, item.amount) in seen or not (fault := _fault(look, item, known)):
                continue
            seen.add((item.product, item.amount))
            is_slow = known.form.startswith("extended-release")
            is_licensed = known.split_is_licensed or item.units is None
            level: Level = "note" if fault == UNLICENSED else "warn"
            if is_slow or is_in_another_measure(item, look.facts):
                level = "refuse"
            amount = Quantity(item.amount, "units" if item.units is not None else "mL")
            yield Finding(
                level=level,
                message="dispensing.split",
                values={
                    "product": Phrase(known.name),
                    "fault": fault,
                    "makes": (
                        said("split.parts", parts=Term(known.split))
                        if known.measure_ml is None
                        else said("split.steps", ml=Quantity(known.measure_ml, "mL"))
                    ),
                    "amount": amount if is_licensed else said("split.unlicensed", amount=amount),
                },
                sources=known.sources,
                on=step.from_day,
            )


def _fault(look: Look, item: Item, known: Product) -> Message | None:
    """Return what is wrong with an amount of a product; None for nothing."""
    is_liquid = known.strength_mg_per_ml is not None
    if is_liquid and item.ml is None:
        return said("split.liquid-in-units")
    if not is_liquid and item.units is None:
        return said("split.solid-in-millilitres")
    if is_liquid:
        return None if _is_measured(look, item, known) else said("split.not-measurable")
    if exact(item.amount) * PARTS[known.split] % 1 != 0:
        if known.form.startswith("extended-release"):
            return said("split.extended-release")
        kinds = {
            "never": said("split.never"),
            "halves": said("split.halves"),
            "quarters": said("split.quarters"),
        }
        return kinds[known.split]
    if item.amount != round(item.amount) and not known.split_is_licensed:
        return UNLICENSED
    return None


def _is_measured(look: Look, item: Item, known: Product) -> bool:
    """True for a volume that the product's own step, or a small oral syringe, has a mark for."""
    if exact(item.amount) % exact(known.measured_ml) == 0:
        return True
    has_own_dropper = known.counts_drops or known.form == "concentrate"
    is_small = item.amount <= look.limit("syringe-fine-up-to") and not has_own_dropper
    return is_small and exact(item.amount) % exact(look.limit("syringe-fine-mark")) == 0


def form(look: Look) -> Iterator[Finding]:
    """A day's dose of extended-release tablets that is handed out as ordinary ones: the whole dose
    is set free within an hour or two, unless it is spread over the day.
    """
    for drug in look.touched:
        slow = [use for use in look.case.use if use.drug == drug and _is_slow(look, use)]
        if not slow:
            continue
        for step in look.plan.steps:
            doses = [dose for dose in step.doses if dose.drug == drug and dose.items]
            ordinary = [
                dose
                for dose in doses
                if any(
                    not look.facts.products[item.product].form.startswith(SLOW)
                    for item in dose.items
                    if item.product in look.facts.products
                )
            ]
            if ordinary:
                is_spread = len(doses) >= look.limit("slow-form-spread")
                yield Finding(
                    level="note" if is_spread else "warn",
                    message="dispensing.form",
                    values={"drug": Term(drug)},
                    limit=look.shown("slow-form-spread"),
                    value=Quantity(len(doses), "count"),
                    on=step.from_day,
                )
                break


def _is_slow(look: Look, use: Intake) -> bool:
    """True for a use of an extended-release product, by its product or in words."""
    known = look.facts.products.get(use.product)
    if known is not None:
        return known.form.startswith(SLOW)
    slow = [row for row in look.facts.free_texts.values() if row.does == "slow-form"]
    return any(re.search(p, use.note.lower()) for row in slow for p in row.patterns)


def odd(look: Look) -> Iterator[Finding]:
    """Doses smaller than anything the market's products can make, where no items are said."""
    sizes: dict[str, float] = {}
    for known in look.facts.products.values():
        if known.market == look.plan.market and known.status != "withdrawn":
            least = (
                known.strength * known.measured_ml
                if known.is_liquid
                else known.strength / PARTS[known.split]
            )
            sizes[known.drug] = min(sizes.get(known.drug, least), least)
    for step, dose in look.doses:
        if not dose.items and dose.drug in sizes and dose.dose_mg < sizes[dose.drug] - NOISE:
            yield Finding(
                level="note",
                message="dispensing.odd",
                values={"drug": Term(dose.drug), "market": look.plan.market},
                limit=Quantity(sizes[dose.drug], "mg"),
                value=Quantity(dose.dose_mg, "mg"),
                on=step.from_day,
            )
            return


def ethanol(look: Look) -> Iterator[Finding]:
    """A liquid with ethanol for somebody who must not have any."""
    if (why := _no_ethanol(look)) is None:
        return
    most: dict[str, tuple[float, date]] = {}
    for step in look.plan.steps:
        for item in (item for dose in step.doses for item in dose.items):
            if share := look.facts.products[item.product].ethanol_mg_per_ml:
                mg = sum(
                    i.amount * share[-1]
                    for dose in step.doses
                    for i in dose.items
                    if i.product == item.product
                )
                most[item.product] = max(
                    most.get(item.product, (0.0, step.from_day)), (mg, step.from_day)
                )
    for name, (mg, day) in most.items():
        known = look.facts.products[name]
        yield Finding(
            level="warn",
            message="dispensing.ethanol",
            values={"product": Phrase(known.name), "why": why},
            value=Quantity(round(mg), "mg/d"),
            sources=known.sources,
            on=day,
        )


def _no_ethanol(look: Look) -> Value | None:
    """Return why a person must not have ethanol, or None."""
    person, years = look.case.person, case_model.age_years(look.case)
    if "alcohol dependence" in case_model.conditions(look.case):
        return Term("alcohol dependence")
    if person.pregnant == "yes":
        return Term("pregnancy")
    if years < look.facts.limit("age", RangeLimit).low:
        return said("ethanol.age", age=Quantity(years, "y"))
    named = [m.name for m in look.case.medicine if is_taken(m, look.start)]
    named += [m.name for m in look.plan.medicines if m.event == "starts"]
    return next((name for name in named if is_in(name, "never with ethanol", look.facts)), None)


def prescription(look: Look) -> Iterator[Finding]:
    """Prescriptions in whole tablets, and against what the market lays down: days at once, refills,
    and how long one stays valid.
    """
    for supply in look.plan.supplies:
        yield from _broken(supply)
        for rule in look.facts.supply_rules.values():
            if rule.market == look.plan.market and (found := _over(supply, rule)):
                limit, value, what = found
                yield Finding(
                    level="warn" if rule.is_law else "note",
                    message="dispensing.prescription",
                    values={"what": what, "rule": Term(rule.name)},
                    limit=limit,
                    value=value,
                    sources=rule.sources,
                    on=supply.from_day,
                )


def _over(supply: Supply, rule: SupplyRule) -> tuple[Quantity, Quantity, Message] | None:
    """Return what a market lays down, what a prescription has, and how it goes beyond it."""
    days = (supply.until - supply.from_day).days
    if isinstance(rule.most_days, int) and days > rule.most_days:
        most, has = Quantity(rule.most_days, "d"), Quantity(days, "d")
        return most, has, said("prescription.covers", days=has)
    if isinstance(rule.most_refills, int) and supply.refills > rule.most_refills:
        most, has = Quantity(rule.most_refills, "refills"), Quantity(supply.refills, "refills")
        return most, has, said("prescription.has", refills=has)
    if rule.is_law and supply.refills * days > rule.valid_days:
        most, has = Quantity(rule.valid_days, "d"), Quantity(supply.refills * days, "d")
        return most, has, said("prescription.is-refilled", days=has)
    return None


def _broken(supply: Supply) -> Iterator[Finding]:
    """Yield the tablets of a prescription that are not whole: nobody hands out a part of one."""
    for item in supply.items:
        if item.units is not None and item.units != round(item.units):
            yield Finding(
                level="refuse",
                message="dispensing.prescription.broken",
                values={"product": item.product},
                value=Quantity(item.units, "units"),
                on=supply.from_day,
            )


RULES = (
    Rule("dispensing.amount", amount),
    Rule("dispensing.product", product),
    Rule("dispensing.split", split),
    Rule("dispensing.form", form),
    Rule("dispensing.odd", odd),
    Rule("dispensing.ethanol", ethanol),
    Rule("dispensing.prescription", prescription),
)
