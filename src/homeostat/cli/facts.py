"""Show what the sources say."""

from typing import TYPE_CHECKING

import click

from homeostat.cli.app import json_option, load_facts, open_console, print_json
from homeostat.errors import InputError, nearest

if TYPE_CHECKING:
    from homeostat.facts import Facts
    from homeostat.facts.records import Record


ALSO: dict[str, tuple[str, ...]] = {
    "adjunct": ("remedy",),
    "therapy": ("remedy",),
    "red-flag": ("flag",),
    "table": ("equivalence",),
    "guidance": ("recommendation", "pace", "ceiling", "dose-band"),
    "tier": ("pace-tier",),
}
"""Other words for a kind of facts, or for several."""
SPEAKS_OF = ("drug", "victim", "market")
"""Keys by which a record belongs to something else."""


def _kinds(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete a kind of facts for the shell."""
    from homeostat.facts import KINDS

    return [kind for kind in (*KINDS, *ALSO) if kind.startswith(incomplete)]


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
    """Show what the sources say: a list of kinds, all of one kind, some of a kind, or one record
    with its sources.

    \b
    Examples
      homeostat facts
      homeostat facts symptom
      homeostat facts drug clonazepam
      homeostat facts product diazepam      # every product of diazepam
      homeostat facts choice hard-week      # a number of our own, why, and the code that reads it
      homeostat facts guidance              # recommendations, pace rules and dose bands
      homeostat facts interaction --json
    """
    from homeostat.facts import KINDS
    from homeostat.facts.keys import used_in
    from homeostat.facts.records import Choice
    from homeostat.report.screen.facts import show_kind, show_kinds, show_record

    known = load_facts()
    if kind is None:
        if as_json:
            print_json({key: len(getattr(known, attribute)) for key, attribute in KINDS.items()})
        else:
            show_kinds(known, open_console())
        return
    kinds = _kinds_of(kind)
    records = {
        (one, key): record for one in kinds for key, record in getattr(known, KINDS[one]).items()
    }
    if name is not None:
        records = _called(name, records, known, kind)
    if name is not None and len(records) == 1:
        (one, _), record = next(iter(records.items()))
        if as_json:
            used = {"used_in": list(used_in(record.id))} if isinstance(record, Choice) else {}
            print_json(record.model_dump(mode="json") | used)
        else:
            show_record(one, record, known, open_console())
        return
    for one in kinds:
        shown = {key: record for (of, key), record in records.items() if of == one}
        if shown and not as_json:
            show_kind(one, shown, open_console())
    if as_json:
        print_json({key: record.model_dump(mode="json") for (_, key), record in records.items()})


def _kinds_of(word: str) -> tuple[str, ...]:
    """Return the kinds that a word means: itself, its singular, or another word for one or several.

    Raises:
        InputError: it means none.
    """
    from homeostat.facts import KINDS

    plain = word.lower().replace(" ", "-").replace("_", "-")
    for one in (
        plain,
        plain.removesuffix("s"),
        f"{plain.removesuffix('ies')}y",
        plain.removesuffix("es"),
    ):
        if one in KINDS:
            return (one,)
        if one in ALSO:
            return ALSO[one]
    raise InputError(
        f"there is no kind of facts '{word}'.{nearest(word, (*KINDS, *ALSO))} Known:"
        f" {', '.join(KINDS)}; also {', '.join(ALSO)}"
    )


def _called(
    name: str, records: dict[tuple[str, str], "Record"], known: "Facts", kind: str
) -> dict[tuple[str, str], "Record"]:
    """Return the record of a name, or else those that speak of it: its words stand in their name,
    or it is their drug.

    Raises:
        InputError: nothing is called so; near names are suggested, brands included.
    """
    brands = {brand.lower(): drug.id for drug in known.drugs.values() for brand in drug.brands}
    wanted = name.lower()
    exact = {at: record for at, record in records.items() if at[1].lower() == wanted}
    if exact:
        return exact
    words = {wanted, brands.get(wanted, wanted)}
    near = {
        at: record
        for at, record in records.items()
        if words
        & {
            *at[1].lower().split("-"),
            *(str(getattr(record, key, "")).lower() for key in SPEAKS_OF),
            *getattr(record, "names", ()),
        }
    }
    if near and kind != "drug":
        return near
    if kind == "drug":
        known.drug(name)
    what = " or ".join(dict.fromkeys(of for of, _ in records))
    others = (*(key for _, key in records), *known.drug_ids, *brands)
    raise InputError(f"there is no {what} '{name}'.{nearest(name, others)}")


@click.command()
@click.argument("from_drug", shell_complete=_drugs)
@click.argument("to_drug", shell_complete=_drugs)
@click.argument("dose")
@json_option
def equivalence(from_drug: str, to_drug: str, dose: str, as_json: bool) -> None:
    """Show what a dose of one drug equals of another, by every published table: a range, never one
    number.

    \b
    Example
      homeostat equivalence clonazepam diazepam 2mg
    """
    from homeostat.care.case.rules import too_little, too_much
    from homeostat.facts.equivalence import equivalent
    from homeostat.language.quantity import dose_mg
    from homeostat.report.screen.facts import equivalence_as_json, show_equivalence

    known = load_facts()
    if known.drug(from_drug) == known.drug(to_drug):
        raise InputError(f"both are {from_drug}: name two drugs")
    mg, drug = dose_mg(dose), known.drug(from_drug).id
    if problem := too_much(mg, drug, known) or too_little(mg, drug, known):
        raise InputError(f"dose: {problem}")
    found = equivalent(known, from_drug, to_drug, mg)
    if as_json:
        print_json(equivalence_as_json(found))
    else:
        show_equivalence(found, known, open_console())
