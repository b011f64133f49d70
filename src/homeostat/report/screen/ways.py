"""What the list of ways, and one way by itself, look like in a terminal and as JSON."""

from math import isfinite
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from homeostat.care.plan.foundation import record
from homeostat.care.unverified import of_way
from homeostat.care.ways import LISTED, METHODS, Ideal, Method, Start, method
from homeostat.errors import InputError
from homeostat.facts.keys import mark
from homeostat.language.quantity import mg_text, number_text

MOST_ROWS = 16
"""Steps of a way that are shown; of longer ones the first and the last."""
OWN = "this product, none published"


def show_ways(start: Start, console: Console) -> None:
    """Print every way with what it is good for, its settings from here, and its sources."""
    for way in METHODS.values():
        console.print(Text.assemble((way.name, "bold"), f"  {way.title}"))
        console.print(Text(f"    {way.good_for}"))
        console.print(Text(f"    {_settings(way, start)}", style="dim"))
        console.print(Text(f"    source: {', '.join(way.sources) or OWN}", style="dim"))
        for one in of_way(way.name, start.facts):
            console.print(Text(f"    unverified: {one.sentence}", style="yellow"))
    for name, text in LISTED.items():
        console.print(Text.assemble((name, "bold"), f"  {text}"))
    console.print(
        Text(
            f"\nSettings are those for {mg_text(start.mg_per_day)} of {start.drug} a day; give"
            " others as --way NAME:setting=number. One way in full: homeostat ways NAME [--drug"
            " DRUG --dose DOSE].",
            style="dim",
        )
    )


def ways_as_json(start: Start) -> list[dict[str, Any]]:
    """Return every way for machines."""
    return [way_as_json(name, start) for name in (*METHODS, *LISTED)]


def show_way(name: str, start: Start, console: Console) -> None:
    """Print one way in full: settings, steps it wishes for, and the record of every number and
    source behind it.

    Raises:
        InputError: there is none of this name; near ones are suggested.
    """
    if name in LISTED:
        console.print(Text.assemble((name, "bold"), f"  {LISTED[name]}"))
        return
    way, facts = method(name), start.facts
    console.print(Text.assemble((way.name, "bold"), f"  {way.title}"))
    console.print(Text(f"{way.good_for[0].upper()}{way.good_for[1:]}.", end="\n\n"))
    console.print(Text(_settings(way, start)))
    if why := _why_no_steps(way, start):
        console.print(
            Text(
                f"No steps from {mg_text(start.mg_per_day)} of {start.drug} a day: {why}.",
                style="yellow",
            )
        )
    else:
        console.print(_table(way.ideal(start, way.settings(start)), start))
    console.print(Text("\nNumbers", style="bold"))
    for reference in way.rests_on:
        found = record(facts, reference)
        said = (
            getattr(found, "why", "") or getattr(found, "label", "") or getattr(found, "name", "")
        )
        console.print(Text(f"  {reference}: {getattr(found, 'basis', '')}, {said}"))
    console.print(Text("Sources", style="bold"))
    for source in way.sources:
        one = facts.sources[source]
        console.print(Text(f"  {source}: {one.title} (rank {one.rank}, read: {one.read})"))
    if not way.sources:
        console.print(Text(f"  {OWN}"))


def way_as_json(name: str, start: Start) -> dict[str, Any]:
    """Return one way for machines, with the steps it wishes for from here; null where there are
    none.

    Raises:
        InputError: there is none of this name; near ones are suggested.
    """
    if name in LISTED:
        return {"name": name, "good_for": LISTED[name]}
    way = method(name)
    why = _why_no_steps(way, start)
    ideal = None if why else way.ideal(start, way.settings(start))
    return {
        "name": way.name,
        "title": way.title,
        "good_for": way.good_for,
        "from": {"drug": start.drug, "mg_per_day": start.mg_per_day},
        "settings": dict(way.settings(start)),
        "steps": (
            None
            if ideal is None
            else [
                {"mg_per_day": dict(wish.mg), "days": wish.days if isfinite(wish.days) else None}
                for wish in ideal
            ]
        ),
        "why_no_steps": why,
        "sources": list(way.sources),
        "rests_on": list(way.rests_on),
        "unverified": [one.fact for one in of_way(way.name, start.facts)],
        "is_published": way.is_published,
    }


def _why_no_steps(way: Method, start: Start) -> str:
    if start.weekly_severity is None and way.name == "integral-control":
        return "it steers by the model of one person; `homeostat plan CASE` shows them"
    try:
        return way.unfit(start)
    except InputError as problem:
        return str(problem)


def _settings(way: Method, start: Start) -> str:
    found = way.settings(start)
    said = "settings: " + (
        ", ".join(f"{name}={number_text(value)}" for name, value in found.items())
        or "none from here"
    )
    keys = (one.removeprefix("choice:") for one in way.rests_on if one.startswith("choice:"))
    return " ".join((said, *map(mark, keys)))


def _table(ideal: Ideal, start: Start) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("from week", "a day", "of the start"):
        table.add_column(name, justify="right")
    rows, day = [("now", f"{mg_text(start.mg_per_day)} {start.drug}", "100 %")], 0.0
    for wish in ideal:
        total = " + ".join(
            f"{number_text(round(mg, 4))} mg {drug}" for drug, mg in wish.mg.items() if mg > 0
        )
        own = wish.mg.get(start.drug) if set(wish.mg) == {start.drug} else None
        share = "" if own is None else f"{100 * own / start.mg_per_day:.0f} %"
        rows.append((number_text(round(day / 7, 1)), total or "nothing", share))
        day += wish.days
    half = MOST_ROWS // 2
    for row in rows if len(rows) <= MOST_ROWS else [*rows[:half], ("…", "…", "…"), *rows[-half:]]:
        table.add_row(*row)
    return table
