"""Show how a dose is made of the products that can be had."""

import sys
from datetime import time
from typing import TYPE_CHECKING

import click

from homeostat.cli.app import json_option, load_facts, open_console, print_json
from homeostat.errors import DispensingError, InputError

if TYPE_CHECKING:
    from homeostat.facts import Facts


@click.command()
@click.argument("drug")
@click.argument("dose")
@click.option(
    "--market",
    default="US",
    show_default=True,
    metavar="US|UK|EU",
    help="Market whose products can be had.",
)
@click.option(
    "--stock", "named", multiple=True, metavar="PRODUCT", help="Only these products; several times."
)
@click.option(
    "--split/--no-split",
    default=None,
    help="Tablets may be split, also off-licence, or never (default: as licensed).",
)
@click.option(
    "--liquid/--no-liquid",
    default=None,
    help="A liquid is welcome, or refused (default: where no tablet will do).",
)
@click.option(
    "--compounded/--no-compounded",
    default=None,
    help="A compounded product may be used (default: no).",
)
@click.option(
    "--times",
    metavar="08:00,20:00",
    help="Spread DOSE, as a daily total, over these times, one to four.",
)
@click.option(
    "--larger",
    metavar="08:00",
    help="Time that gets the larger dose (default: the last of the day).",
)
@json_option
def dispense(
    drug: str,
    dose: str,
    market: str,
    named: tuple[str, ...],
    split: bool | None,
    liquid: bool | None,
    compounded: bool | None,
    times: str | None,
    larger: str | None,
    as_json: bool,
) -> None:
    """Show how DOSE of DRUG is made exactly, in tablets and millilitres; ends with exit code 6 if it cannot be.

    \b
    Examples
      homeostat dispense clonazepam 0.375mg --market US
      homeostat dispense clonazepam 0.3mg --compounded
      homeostat dispense diazepam 7.5mg --market UK --times 08:00,20:00
    """
    from homeostat.care.case.rules import too_much
    from homeostat.care.dispensing import dispense as care
    from homeostat.care.dispensing.stock import SAID
    from homeostat.language.quantity import dose_mg
    from homeostat.report.screen import dispensing as report

    facts = load_facts()
    mg = dose_mg(dose, "DOSE")
    name = facts.drug(drug.strip().lower()).id
    if problem := too_much(mg, name, facts):
        raise InputError(f"DOSE: {problem}")
    at = _times(times) if times is not None else ()
    wants = care.Wants(
        market.strip().upper(),
        tuple(_of_drug(product, name, facts) for product in named),
        splitting=SAID[split],
        liquid=SAID[liquid],
        compounding=SAID[compounded],
        dose_times=at,
    )
    try:
        stock = care.stock_for(name, wants, facts)
    except DispensingError as problem:
        more = report.could_be_made(care.ways_out(mg, name, wants, facts), facts)
        raise DispensingError(f"{problem}.{more}") from None
    if not at:
        one = care.make(mg, stock)
        doses: list[tuple[time | None, care.Made]] = [(None, one)] if one else []
    else:
        spread = care.day(mg, stock, at, larger_at=_time(larger, "--larger") if larger else None)
        doses = [(d.time, made) for d in spread or () if (made := care.make(d.dose_mg, stock))]
    if doses:
        if as_json:
            print_json(report.as_json(mg, doses, stock, facts))
        else:
            report.show_made(doses, stock, facts, open_console())
        return
    below, above = (None if x is None else care.make(x, stock) for x in care.nearest(mg, stock))
    ways_out = care.ways_out(mg, name, wants, facts)
    if not as_json:
        raise DispensingError(report.cannot(mg, stock, (below, above), ways_out, facts))
    print_json(
        report.as_json(mg, (), stock, facts)
        | {
            "below": below and report.made_as_json(below),
            "above": above and report.made_as_json(above),
            "ways_out": [
                {"change": change, **report.made_as_json(made)} for change, made in ways_out
            ],
        }
    )
    sys.exit(DispensingError.exit_code)


def _of_drug(product: str, drug: str, facts: "Facts") -> str:
    """Return a product by its id in small letters, or refuse one of another drug."""
    known = facts.products.get(product.strip().lower())
    if known is not None and known.drug != drug:
        raise InputError(f"--stock: {known.id} is a product of {known.drug}, not of {drug}")
    return product.strip().lower()


def _times(given: str) -> tuple[time, ...]:
    found = tuple(_time(one, "--times") for one in given.split(","))
    if len(set(found)) < len(found):
        raise InputError("--times: a time stands twice")
    return found


def _time(given: str, where: str) -> time:
    from homeostat.language.quantity import clock

    try:
        return clock(given)
    except ValueError as problem:
        raise InputError(f"{where}: {problem}") from None
