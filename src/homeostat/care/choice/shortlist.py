"""What the comparison says of plans: which no other beats, and how sure the order of a few is."""

from collections.abc import Sequence

import numpy as np

from homeostat.care.choice.beam_search import non_dominated
from homeostat.care.choice.compare import Comparison, Outcome
from homeostat.care.choice.recommended import Pick


def front(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return the names of the outcomes that no other beats in time, burden and chance of a hard
    week together.
    """
    if not outcomes:
        return ()
    kept = non_dominated(np.array([one.costs for one in outcomes]), 1e-9)
    return tuple(outcomes[i].name for i in kept)


def certainty(comparison: Comparison, picks: Sequence[Pick]) -> tuple[str, ...]:
    """Return how sure the order of the shortlist is: for each plan against the first, in people and
    in structures.
    """
    if comparison.withheld or len(picks) < 2:
        return ()
    first = picks[0].name
    said = []
    for other in picks[1:]:
        here, back = comparison.sureness(first, other.name), comparison.sureness(other.name, first)
        milder, worse = (first, other.name) if here[0] >= back[0] else (other.name, first)
        share, structures = comparison.sureness(milder, worse)
        opposite, other_way = comparison.sureness(worse, milder)
        said.append(
            f"{milder} has the milder worst week than {worse} for {share:.0%} of people (the other"
            f" way round for {opposite:.0%}), and is the milder one in {structures:.0%} of the"
            f" structures ({other_way:.0%} the other way round)"
        )
    return tuple(said)
