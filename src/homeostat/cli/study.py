"""Show the product's answer to every claim, and the model beside the open studies."""

import click

from homeostat.cli.app import json_option, load_facts, open_console, print_json


@click.command()
@click.argument("ids", nargs=-1)
@json_option
def claims(ids: tuple[str, ...], as_json: bool) -> None:
    """Show every claim of the source documents with the product's own answer beside it.

    \b
    Examples
      homeostat claims
      homeostat claims T4 H9 --json
    """
    from homeostat.report.claims import show_answers
    from homeostat.study.claims import claims as answer

    console = open_console()
    if as_json:
        print_json([found.as_dict() for found in answer(load_facts(), ids or None)])
        return
    with console.status("Simulating the cohorts that answer the claims …"):
        found = answer(load_facts(), ids or None)
    show_answers(found, console, full=bool(ids))


@click.command()
@json_option
def validate(as_json: bool) -> None:
    """Compare the model with the open studies: predicted band against observed, hits and misses."""
    from homeostat.report.claims import show_validation
    from homeostat.study.validation import validation

    console = open_console()
    if as_json:
        print_json([found.as_dict() for found in validation(load_facts())])
        return
    with console.status("Simulating the studies …"):
        found = validation(load_facts())
    show_validation(found, console)
