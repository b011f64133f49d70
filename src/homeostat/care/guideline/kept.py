"""Which published pace a plan keeps: the guideline's usual one, its ceiling, or neither.

A fall from b to a after a dose of d days is within the usual pace when (b − a)/b is at most
1 − (1 − s)^(d/e), with s the usual tier's largest share and e its shortest interval, at least one
of them; before the first fall stands the time until the second. The last step is left out. Falls of
the smallest size of the plan, and up to the tier's share for the end, count as usual where the dose
is near the end: below the tier's dose for it, or below that share of the start.

Source: asam-2025, pp. 4 and 8, for the usual pace and the ceiling.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from homeostat.facts import Facts
from homeostat.facts.records import PaceTier

Pace = Literal["usual", "ceiling", "neither"]
_SLIP = 1e-6


@dataclass(frozen=True)
class Kept:
    """What a plan keeps, and how it falls.

    Attributes:
        pace: the slowest published pace that it keeps.
        usual_to: dose from which a step falls by more than the usual pace; None if none does.
        first_fall: first fall as a share of the dose then taken.
        largest_fall: largest fall but the last one of a stop, as a share of the dose then taken.
        fastest: largest share of the starting dose that is lost in the ceiling's days.
        last_dose: dose before the last step.
    """

    pace: Pace
    usual_to: float | None
    first_fall: float
    largest_fall: float
    fastest: float
    last_dose: float


@dataclass(frozen=True)
class _Fall:
    day: float
    before: float
    after: float
    held: float

    @property
    def share(self) -> float:
        return (self.before - self.after) / self.before


def kept(
    start: float,
    doses: Sequence[tuple[float, float | None]],
    facts: Facts,
    *,
    diazepam_mg: float = 0.0,
) -> Kept:
    """Return the pace that daily doses keep.

    Args:
        start: daily dose before the first one, in any unit.
        doses: each daily dose in that unit and how many days it is taken; None = for good.
        diazepam_mg: diazepam that one of that unit stands for [mg]; 0 = not known, so that the
            end is told by the share of the start alone.
    """
    falls = _falls(start, doses)
    if not falls:
        return Kept("usual", None, 0.0, 0.0, 0.0, start)
    ends_at_nothing = doses[-1][0] <= _SLIP * start
    inner = falls[:-1] if ends_at_nothing and len(falls) > 1 else falls
    tier, ceiling = facts.pace_tier("usual", PaceTier), facts.ceilings["asam-2025"]
    unit = min(fall.before - fall.after for fall in falls)
    slack = 1 + facts.choices["pace-slack"].to("share")
    near_end = tier.near_end_share_high * start
    if diazepam_mg > 0:
        near_end = max(near_end, tier.near_end_diazepam_mg / diazepam_mg)
    outside = [fall for fall in inner if not _is_usual(fall, unit, near_end, tier, slack)]
    fastest = _fastest(inner, start, ceiling.days)
    pace: Pace = "usual"
    if outside:
        pace = "ceiling" if fastest <= ceiling.share * slack else "neither"
    return Kept(
        pace,
        outside[0].before if outside else None,
        falls[0].share,
        max(fall.share for fall in inner),
        fastest,
        falls[-1].before,
    )


def _falls(start: float, doses: Sequence[tuple[float, float | None]]) -> list[_Fall]:
    """Return each fall with the day it happens and how long the dose before it was taken [d]."""
    found: list[_Fall] = []
    day = held = 0.0
    totals = [start, *(dose for dose, _ in doses)]
    for (before, after), (_, days) in zip(pairwise(totals), doses, strict=True):
        if before - after > _SLIP * start:
            found.append(_Fall(day, before, after, held))
        if abs(before - after) > _SLIP * start:
            held = 0.0
        day += days or 0.0
        held += days or 0.0
    if len(found) > 1:
        found[0] = replace(found[0], held=found[1].held)
    return found


def _is_usual(fall: _Fall, unit: float, near_end: float, tier: PaceTier, slack: float) -> bool:
    intervals = max(1.0, min(fall.held, tier.every_days_low_dose) / tier.every_days_high_dose)
    allowed = 1 - (1 - tier.share_high) ** intervals
    if fall.share <= allowed * slack + _SLIP:
        return True
    is_near_end = fall.before <= near_end + _SLIP
    is_one_unit = fall.before - fall.after <= unit * (1 + _SLIP)
    return is_near_end and (is_one_unit or fall.share <= tier.near_end_share_high + _SLIP)


def _fastest(falls: Sequence[_Fall], start: float, days: float) -> float:
    return (
        max(
            sum(one.before - one.after for one in falls if first.day <= one.day < first.day + days)
            for first in falls
        )
        / start
    )
