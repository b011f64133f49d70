"""Shortlist: of the plans that were compared, the few that are best at something, each with the
reason in a sentence.

Options for the clinician and the person, never one command. Only plans within the guideline's
ceiling and without a refusal are on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from homeostat.care.choice.beam_search import non_dominated
from homeostat.care.choice.compare import Comparison, Outcome
from homeostat.facts import Facts
from homeostat.facts.keys import mark

GUIDELINES = ("percent-of-start", "percent-of-current", "fixed-amount", "percent-of-start-slow")
"""What fills the shortlist up, or is all of it where nothing may be ranked: the guidelines' own
rules.
"""
MOST_REASONS = 2
"""Reasons that are given for one plan: what it is best at first."""
CANNOT_TELL = 0.02
"""Where the shares of all plans lie closer together, nothing is said to be gentler than anything
else.
"""
FEWEST = 3
"""Plans that are on the shortlist at least, as far as there are so many."""


@dataclass(frozen=True)
class Pick:
    """One plan of the shortlist."""

    name: str
    why: str


def front(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return the names of the outcomes that no other beats in time, burden and chance of a hard
    week together.
    """
    if not outcomes:
        return ()
    kept = non_dominated(np.array([one.costs for one in outcomes]), 1e-9)
    return tuple(outcomes[i].name for i in kept)


def shortlist(
    comparison: Comparison,
    eligible: Sequence[str],
    published: Sequence[str],
    facts: Facts,
    wished: Sequence[str] = (),
) -> tuple[Pick, ...]:
    """Return the plans that are best at something, with the reason, most balanced first.

    Args:
        eligible: names of the plans that may be on it.
        wished: names of those that are what the case asks for, eligible ones.
        published: names of those that somebody published as a rule for people; the others come from
            a model or from this product.
    """
    if comparison.withheld:
        return _unranked(comparison, eligible, wished)
    few = facts.choices["few"].to("share")
    may = [one for one in comparison.outcomes if one.name in set(eligible)]
    best = [one for one in may if one.name in front(may)]
    if not best:
        return ()
    gentle = [one for one in best if one.hard_share <= few + 1e-9]
    picks: dict[str, list[str]] = {}

    def pick(one: Outcome, why: str) -> None:
        picks.setdefault(one.name, []).append(why)

    shares = [one.hard_share for one in may]
    if max(shares) - min(shares) < CANNOT_TELL:
        usual = next((one for name in GUIDELINES for one in may if one.name == name), may[0])
        pick(
            usual,
            "the model cannot tell these plans apart (about as many hard weeks in all), so the"
            f" guideline's own pace comes first: {usual.weeks:.0f} weeks",
        )
    balanced = _nearest_to_ideal(gentle or best)
    pick(
        balanced,
        f"the best balance of time, work and hard weeks: {balanced.weeks:.0f} weeks,"
        f" {balanced.changes} changes, a hard week in {balanced.hard_share:.0%} of people",
    )
    if gentle:
        fastest = min(gentle, key=lambda one: (one.weeks, one.burden))
        pick(
            fastest,
            f"the fastest of those with a hard week in at most {few:.0%} of people {mark('few')} "
            f"({fastest.hard_share:.0%} in {fastest.weeks:.0f} weeks)",
        )
    gentlest = min(best, key=lambda one: (one.hard_share, one.burden, one.weeks))
    pick(
        gentlest,
        f"the fewest hard weeks of all ({gentlest.hard_share:.0%}), in {gentlest.weeks:.0f} weeks",
    )
    easiest = min(gentle or best, key=lambda one: (one.burden, one.weeks))
    pick(
        easiest,
        f"the least work{' of the gentle ones' if gentle else ''}: {easiest.changes} changes of"
        " dose",
    )
    known = [one for one in may if one.name in set(published)]
    if known:
        good = [one for one in known if one.hard_share <= few + 1e-9] or known
        usual = min(
            good,
            key=lambda one: (
                one.hard_share > few,
                one.weeks if gentle else one.hard_share,
                one.burden,
            ),
        )
        pick(
            usual,
            f"of the published rules the best here ({usual.hard_share:.0%} in {usual.weeks:.0f}"
            " weeks)",
        )
    if asked := [one for one in may if one.name in set(wished)]:
        kindest = min(asked, key=lambda one: (one.hard_share, one.weeks))
        pick(
            kindest,
            f"the case asks for this switch ({kindest.hard_share:.0%} in {kindest.weeks:.0f}"
            " weeks)",
        )
    for one in (one for one in may if one.name in GUIDELINES):
        if len(picks) < FEWEST and one.name not in picks:
            pick(one, f"a guideline's own rule ({one.hard_share:.0%} in {one.weeks:.0f} weeks)")
    return tuple(Pick(name, "; ".join(why[:MOST_REASONS])) for name, why in picks.items())


def _nearest_to_ideal(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcome nearest to the best of each cost, every cost scaled from its best (0) to
    its worst (1) among them.
    """
    costs = np.array([one.costs for one in outcomes])
    scaled = (costs - costs.min(axis=0)) / np.maximum(np.ptp(costs, axis=0), 1e-12)
    return outcomes[int((scaled**2).sum(axis=1).argmin())]


def _unranked(
    comparison: Comparison, eligible: Sequence[str], wished: Sequence[str]
) -> tuple[Pick, ...]:
    own = [name for name in GUIDELINES if name in set(eligible)]
    names = [*wished[:1], *(own or [name for name in eligible if name not in wished])[:FEWEST]]
    weeks = {one.name: one.weeks for one in comparison.outcomes}
    why = dict.fromkeys(own, "a guideline's own rule") | dict.fromkeys(
        wished, "the case asks for this switch"
    )
    return tuple(
        Pick(
            name,
            f"{why.get(name, 'within the limits')}, {weeks[name]:.0f} weeks; not ranked, because"
            " the forecast is withheld",
        )
        for name in names
    )


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
