"""Show the product's answer to every claim, and the model beside the open studies."""

import click

from homeostat.cli.app import json_option, load_facts, open_console, print_json
from homeostat.cli.progress import bar


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
    from homeostat.report.screen.claims import show_answers
    from homeostat.study.claims import claims as answer

    with bar("Claims", quiet=as_json) as tell:
        found = answer(load_facts(), ids or None, tell=tell)
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    show_answers(found, open_console(), full=bool(ids))


@click.command()
@json_option
def validate(as_json: bool) -> None:
    """Compare the model with the open studies: predicted band against observed, hits and misses.

    \b
    Examples
      homeostat validate
      homeostat validate --json
    """
    from homeostat.report.screen.claims import show_validation
    from homeostat.study.validation import validation

    with bar("Studies", quiet=as_json) as tell:
        found = validation(load_facts(), tell=tell)
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    show_validation(found, open_console())
