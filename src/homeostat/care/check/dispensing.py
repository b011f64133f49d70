"""Dispensing: what is handed out against what is planned: amounts, products, markets, splits and
measures.
"""

from collections.abc import Iterator
from datetime import date

from homeostat.care.assess.medicines import is_in
from homeostat.care.case import model as case_model
from homeostat.care.case.rules import is_taken
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule, percent
from homeostat.care.dispensing.stock import PARTS
from homeostat.care.findings import Finding, Level
from homeostat.care.plan.model import (
    is_contradictory,
    is_in_another_measure,
    made_mg,
)
from homeostat.care.plan.records import Item, Supply
from homeostat.care.plan.schedule import exact
from homeostat.facts.records import Product, RangeLimit
from homeostat.language.quantity import mg_text, number_text


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
            "dispensing.amount",
            "refuse",
            f"From {step.from_day} on {mg_text(dose.dose_mg)} of {dose.drug} is planned at"
            f" {dose.time:%H:%M}, but the items make {mg_text(made)}.",
            mg_text(dose.dose_mg),
            f"{mg_text(made)} ({percent(apart)} apart)",
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
            yield _product(
                "refuse",
                f"{item.product} holds {known.drug}, but the dose is of {drug}",
                drug,
                known.drug,
                day,
            )
        if not drug and known.drug not in look.drugs:
            yield _product(
                "warn",
                f"{item.product} is handed out, but nobody takes {known.drug}",
                "a drug of the plan",
                known.drug,
                day,
                can_kill=True,
            )
        if known.market != look.plan.market:
            said = (
                f"{item.product} is a product of the market {known.market}, and the plan is for"
                f" {look.plan.market}"
            )
            yield _product("warn", said, look.plan.market, known.market, day)
        if known.status == "withdrawn":
            yield _product(
                "refuse", f"{item.product} has been withdrawn", "marketed", "withdrawn", day
            )


def _product(
    level: Level, said: str, limit: str, value: str, day: date, can_kill: bool = False
) -> Finding:
    return Finding("dispensing.product", level, f"{said}.", limit, value, on=day, can_kill=can_kill)


def split(look: Look) -> Iterator[Finding]:
    """Parts of a unit that may not or cannot be made, and volumes that cannot be measured."""
    seen: set[tuple[str, float]] = set()
    for step, dose in look.doses:
        for item in dose.items:
            known = look.facts.products[item.product]
            if (item.product, item.amount) in seen or not (said := _fault(item, known)):
                continue
            seen.add((item.product, item.amount))
            is_slow = known.form.startswith("extended-release")
            licensed = known.split_is_licensed or item.units is None
            level: Level = "warn" if said != "unlicensed" else "note"
            if is_slow or is_in_another_measure(item, look.facts):
                level = "refuse"
            sentence = (
                f"{known.name}: a part of it is given outside its licence."
                if said == "unlicensed"
                else f"{known.name}: {said}."
            )
            yield Finding(
                "dispensing.split",
                level,
                f"From {step.from_day} on. {sentence}",
                (
                    f"parts: {known.split}"
                    if known.measure_ml is None
                    else f"steps of {number_text(known.measure_ml)} mL"
                ),
                f"{number_text(item.amount)} {'units' if item.units is not None else 'mL'}"
                + ("" if licensed else ", unlicensed"),
                known.sources,
                step.from_day,
            )


def _fault(item: Item, known: Product) -> str:
    """Return what is wrong with an amount of a product; 'unlicensed' for a part outside the
    licence, '' for nothing.
    """
    is_liquid = known.strength_mg_per_ml is not None
    if is_liquid and item.ml is None:
        return "it is a liquid, and the amount is said in units"
    if not is_liquid and item.units is None:
        return "it is no liquid, and the amount is said in millilitres"
    if is_liquid:
        is_measured = exact(item.amount) % exact(known.measured_ml) == 0
        return "" if is_measured else "this volume cannot be measured"
    if exact(item.amount) * PARTS[known.split] % 1 != 0:
        if known.form.startswith("extended-release"):
            return "a broken extended-release product sets its dose free at once"
        kind = {
            "never": "it may not be split",
            "halves": "only halves can be made",
            "quarters": "only quarters can be made",
        }
        return kind[known.split]
    if item.amount != round(item.amount) and not known.split_is_licensed:
        return "unlicensed"
    return ""


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
                "dispensing.odd",
                "note",
                f"From {step.from_day} on a dose of {mg_text(dose.dose_mg)} of {dose.drug} is"
                f" smaller than any product of the market {look.plan.market} can make.",
                f"{mg_text(sizes[dose.drug])} or more",
                mg_text(dose.dose_mg),
                on=step.from_day,
            )
            return


def ethanol(look: Look) -> Iterator[Finding]:
    """A liquid with ethanol for somebody who must not have any."""
    why = _no_ethanol(look)
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
    for name, (mg, day) in most.items() if why else ():
        known = look.facts.products[name]
        yield Finding(
            "dispensing.ethanol",
            "warn",
            f"{known.name} contains ethanol, up to {number_text(round(mg))} mg a day here, and the"
            f" case says {why}: choose another product or form.",
            "no ethanol",
            f"{number_text(round(mg))} mg a day",
            known.sources,
            day,
        )


def _no_ethanol(look: Look) -> str:
    """Return why a person must not have ethanol, or ''."""
    person, years = look.case.person, case_model.age_years(look.case)
    if "alcohol dependence" in case_model.conditions(look.case):
        return "alcohol dependence"
    if person.pregnant == "yes":
        return "pregnancy"
    if years < look.facts.limit("age", RangeLimit).low:
        return f"an age of {years:g} years"
    named = [m.name for m in look.case.medicine if is_taken(m, look.start)]
    named += [m.name for m in look.plan.medicines if m.event == "starts"]
    return next((name for name in named if is_in(name, "never with ethanol", look.facts)), "")


def prescription(look: Look) -> Iterator[Finding]:
    """Prescriptions in whole tablets, and against what the market lays down: days at once, refills,
    and how long one stays valid.
    """
    for supply in look.plan.supplies:
        yield from _broken(supply)
        days = (supply.until - supply.from_day).days
        for rule in look.facts.supply_rules.values():
            if rule.market != look.plan.market:
                continue
            level: Level = "warn" if rule.is_law else "note"
            said, limit, value = "", "", ""
            if isinstance(rule.most_days, int) and days > rule.most_days:
                said, limit, value = f"covers {days} days", f"{rule.most_days} days", f"{days} days"
            elif isinstance(rule.most_refills, int) and supply.refills > rule.most_refills:
                said, limit, value = (
                    f"has {supply.refills} refills",
                    f"{rule.most_refills} refills",
                    f"{supply.refills} refills",
                )
            elif rule.is_law and supply.refills * days > rule.valid_days:
                late = supply.refills * days
                said, limit, value = (
                    f"is refilled {late} days later",
                    f"{rule.valid_days} days",
                    f"{late} days",
                )
            if said:
                sentence = f"The prescription from {supply.from_day} {said}; {rule.name}: {limit}."
                yield Finding(
                    "dispensing.prescription",
                    level,
                    sentence,
                    limit,
                    value,
                    rule.sources,
                    supply.from_day,
                )


def _broken(supply: Supply) -> Iterator[Finding]:
    """Yield the tablets of a prescription that are not whole: nobody hands out a part of one."""
    for item in supply.items:
        if item.units is not None and item.units != round(item.units):
            units = f"{number_text(item.units)} units"
            yield Finding(
                rule="dispensing.prescription",
                level="refuse",
                sentence=(
                    f"The prescription from {supply.from_day} hands out {units} of {item.product}:"
                    " tablets are handed out whole."
                ),
                limit="whole tablets",
                value=units,
                on=supply.from_day,
            )


RULES = (
    Rule("dispensing.amount", amount),
    Rule("dispensing.product", product),
    Rule("dispensing.split", split),
    Rule("dispensing.odd", odd),
    Rule("dispensing.ethanol", ethanol),
    Rule("dispensing.prescription", prescription),
)
