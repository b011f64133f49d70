"""Show how a dose is made of the products that can be had."""

import sys
from datetime import time

import click

from homeostat.cli.app import json_option, load_facts, open_console, print_json
from homeostat.errors import DispensingError, InputError


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
    """Show how DOSE of DRUG is made exactly, in tablets and millilitres; ends with exit code 6 if
    it cannot be.

    \b
    Examples
      homeostat dispense clonazepam 0.375mg --market US
      homeostat dispense clonazepam 0.3mg --compounded
      homeostat dispense diazepam 7.5mg --market UK --times 08:00,20:00
    """
    from homeostat.actions.dispense import dispense as make
    from homeostat.care.dispensing.stock import SAID, Wants
    from homeostat.language.quantity import dose_mg
    from homeostat.report.screen import dispensing as report

    facts = load_facts()
    mg = dose_mg(dose, "DOSE")
    wants = Wants(
        market.strip().upper(),
        named,
        splitting=SAID[split],
        liquid=SAID[liquid],
        compounding=SAID[compounded],
        dose_times=_times(times) if times is not None else (),
    )
    larger_at = _time(larger, "--larger") if larger else None
    found = make(drug, mg, wants, larger_at=larger_at, facts=facts)
    if found.doses:
        if as_json:
            print_json(report.as_json(mg, found.doses, found.stock, facts))
        else:
            report.show_made(found.doses, found.stock, facts, open_console())
        return
    below, above = found.near
    if not as_json:
        raise DispensingError(report.cannot(mg, found.stock, found.near, found.ways_out, facts))
    print_json(
        report.as_json(mg, (), found.stock, facts)
        | {
            "below": below and report.made_as_json(below),
            "above": above and report.made_as_json(above),
            "ways_out": [
                {"change": change, **report.made_as_json(made)} for change, made in found.ways_out
            ],
        }
    )
    sys.exit(DispensingError.exit_code)


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
