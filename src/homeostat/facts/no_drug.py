"""What is said of a name that is no drug of this product."""

from collections.abc import Mapping

from homeostat.errors import Problem, nearest_name
from homeostat.facts.records import Drug, KnownSedative


def no_drug(
    name: str, drugs: Mapping[str, Drug], sedatives: Mapping[str, KnownSedative]
) -> Problem:
    """Say what a name is that is no drug of this product, or what it is nearly spelt as."""
    brands = {brand.lower(): d.id for d in drugs.values() for brand in d.brands}
    others = {word: one.id for one in sedatives.values() for word in (one.id, *one.names)}
    word, near = name.lower(), ""
    if word not in {*brands, *others}:
        near = nearest_name(word, [*drugs, *brands, *others])
    own, other = brands.get(word), others.get(word) or others.get(near)
    if own is not None:
        said, hint = f"'{name}' is a brand of {own};", f"write '{own}'"
    elif other is not None and not near:
        is_it = "is" if word == other else f"is {other},"
        said = f"'{name}' {is_it} a sedative that is known, and not covered."
        hint = "No plan and no forecast can be made for it here"
    elif other is not None:
        said = f"unknown drug '{name}'."
        hint = f"Is {near} meant? It is known, and not covered"
    else:
        said, hint = f"unknown drug '{name}'.", f"Did you mean {near}?" if near else ""
    return Problem("", "unknown-word", said, hint)
