"""Show what the sources say."""

import click

from homeostat.cli.app import json_option, load_facts, open_console, print_json
from homeostat.errors import InputError, nearest


def _kinds(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete a kind of facts for the shell."""
    from homeostat.facts import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]


def _names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a record of the kind already typed."""
    from homeostat.facts import KINDS

    records = getattr(load_facts(), KINDS.get(ctx.params.get("kind") or "", ""), {})
    return [name for name in records if name.startswith(incomplete)]


def _drugs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a drug."""
    return [name for name in load_facts().drug_ids if name.startswith(incomplete)]


@click.command()
@click.argument("kind", required=False, shell_complete=_kinds)
@click.argument("name", required=False, shell_complete=_names)
@json_option
def facts(kind: str | None, name: str | None, as_json: bool) -> None:
    """Show what the sources say: a list of kinds, all of one kind, or one record with its sources.

    \b
    Examples
      homeostat facts
      homeostat facts symptom
      homeostat facts drug clonazepam
      homeostat facts interaction --json
    """
    from homeostat.facts import KINDS
    from homeostat.report.facts import show_kind, show_kinds, show_record

    known = load_facts()
    if kind is None:
        if as_json:
            print_json({key: len(getattr(known, attribute)) for key, attribute in KINDS.items()})
        else:
            show_kinds(known, open_console())
        return
    if kind not in KINDS:
        raise InputError(f"there is no kind of facts '{kind}'.{nearest(kind, KINDS)} Known: {', '.join(KINDS)}")
    records = getattr(known, KINDS[kind])
    if name is None:
        if as_json:
            print_json({key: record.model_dump(mode="json") for key, record in records.items()})
        else:
            show_kind(kind, records, open_console())
        return
    if kind == "drug":
        known.drug(name)
    found = {key.lower(): key for key in records}.get(name.lower())
    if found is None:
        raise InputError(f"there is no {kind} '{name}'.{nearest(name, records)}")
    if as_json:
        print_json(records[found].model_dump(mode="json"))
    else:
        show_record(kind, records[found], known, open_console())


@click.command()
@click.argument("from_drug", shell_complete=_drugs)
@click.argument("to_drug", shell_complete=_drugs)
@click.argument("dose")
@json_option
def equivalence(from_drug: str, to_drug: str, dose: str, as_json: bool) -> None:
    """Show what a dose of one drug equals of another, by every published table: a range, never one number.

    \b
    Example
      homeostat equivalence clonazepam diazepam 2mg
    """
    from homeostat.care.quantity import dose_mg
    from homeostat.facts.equivalence import equivalent
    from homeostat.report.facts import equivalence_as_json, show_equivalence

    known = load_facts()
    if known.drug(from_drug) == known.drug(to_drug):
        raise InputError(f"both are {from_drug}: name two drugs")
    found = equivalent(known, from_drug, to_drug, dose_mg(dose))
    if as_json:
        print_json(equivalence_as_json(found))
    else:
        show_equivalence(found, known, open_console())
