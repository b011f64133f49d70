"""Taper: a tier's pace as daily doses that can be made, each rounded to the slower neighbour.

From a dose c the next one aims at c − share·base, base = c or the starting dose, and is the
smallest dose that can be made at or above that aim and below c. Where there is none, the unit is
too coarse for the share: the next dose below is taken and the present one is held longer, in
proportion to the fall. Below `near_end_diazepam_mg` the share is `near_end_share_high` of the
dose then taken, or one smallest unit. The last dose is absolute: the smallest that can be made, but
not below `choice:last-dose-diazepam`.

The edges are in diazepam. The longer interval begins where one table puts a dose below the edge;
the larger share near the end begins where the middle of the tables does, √(least·most).

Source: asam-2025, pp. 4 and 8, for share and interval; the rest is chosen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf, prod, sqrt

from homeostat.errors import InputError
from homeostat.facts.records import PaceTier

Range = tuple[float, float]
DAYS_A_WEEK = 7
_SLIP = 1e-9
PART_OF_A_WEEK = 0.2
"""A part of a week that is not waited for: steps stay on one day of the week."""
DAYS_A_MONTH = 30.44
COARSER = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Times the tier's share that are tried, in this order, until the taper is short enough."""


@dataclass(frozen=True)
class Daily:
    """The same daily dose for some days; None = for good."""

    mg: float
    days: int | None


@dataclass(frozen=True)
class Taper:
    """Daily doses in order, the first below the present one.

    Attributes:
        start_mg: the dose before the first step [mg/d].
        doses: each daily dose and how long it is taken; the last one goes on.
        share: share that was aimed at.
        forced: doses from which the fall is larger than the tier allows because nothing smaller can
            be made [mg/d].
    """

    start_mg: float
    doses: tuple[Daily, ...]
    share: float
    forced: tuple[float, ...]

    @property
    def days(self) -> int:
        """Days from the first change to the last one [d]."""
        return sum(dose.days or 0 for dose in self.doses)

    @property
    def falls(self) -> tuple[float, ...]:
        """Each fall as a share of the dose then taken; the last one of a stop is 1."""
        totals = [self.start_mg, *(dose.mg for dose in self.doses)]
        return tuple((before - after) / before for before, after in pairwise(totals))

    @property
    def first_fall(self) -> float:
        """The first fall as a share of the dose then taken."""
        return self.falls[0]

    @property
    def largest_fall(self) -> float:
        """The largest fall but the last one, as a share of the dose then taken."""
        return max(self.falls[:-1], default=self.falls[-1])

    @property
    def last_mg(self) -> float:
        """The dose before the last step [mg/d]."""
        return self.doses[-2].mg if len(self.doses) > 1 else self.start_mg


@dataclass(frozen=True)
class Edges:
    """What the steps of one taper are measured by.

    Attributes:
        diazepam_mg: least and most diazepam that a daily dose stands for [mg].
        last_diazepam_mg: dose below which nothing is tapered any more [mg of diazepam].
    """

    diazepam_mg: Callable[[float], Range]
    last_diazepam_mg: float


def taper(
    tier: PaceTier,
    start_mg: float,
    to_mg: float,
    totals: Sequence[float],
    edges: Edges,
    *,
    share: float | None = None,
    longest_days: float = inf,
) -> Taper:
    """Return the taper of a tier from one daily dose to another [mg/d].

    Args:
        totals: daily doses that can be made, in any order [mg/d]; `to_mg` counts as one of them.
        share: share to aim at instead of the tier's highest.
        longest_days: longest time to the last change [d]; larger steps are taken to keep it, up to
            twice the share.

    Raises:
        InputError: the end is not below the dose that it begins with.
    """
    if not start_mg > to_mg + _SLIP:
        raise InputError("a taper ends below the dose that it begins with")
    made = sorted({mg for mg in totals if to_mg < mg < start_mg - _SLIP} | {to_mg})
    aim = tier.share_high if share is None else share
    found = [_steps(tier, start_mg, made, edges, aim * times) for times in COARSER]
    longest = min(longest_days, tier.most_months * DAYS_A_MONTH)
    short = [one for one in found if one.days <= longest and len(one.doses) <= tier.most_changes]
    return short[0] if short else found[-1]


def _steps(
    tier: PaceTier, start_mg: float, made: Sequence[float], edges: Edges, share: float
) -> Taper:
    doses: list[Daily] = []
    forced: list[float] = []
    present, to_mg = start_mg, made[0]
    while present > to_mg + _SLIP:
        is_near_end = sqrt(prod(edges.diazepam_mg(present))) <= tier.near_end_diazepam_mg + _SLIP
        allowed = max(share, tier.near_end_share_high) if is_near_end else share
        base = start_mg if tier.base == "start" and not is_near_end else present
        following = _next(present, present - allowed * base, made, edges)
        fall = present - following
        if fall > tier.near_end_share_high * present + _SLIP and following > to_mg + _SLIP:
            forced.append(present)
        if doses:
            longer = max(1.0, fall / (allowed * base))
            doses[-1] = Daily(present, _days(tier, present, longer, edges, is_near_end))
        doses.append(Daily(following, None))
        present = following
    return Taper(start_mg, tuple(doses), share, tuple(forced))


def _next(present: float, aim: float, made: Sequence[float], edges: Edges) -> float:
    """Return the slower neighbour of an aim; the next dose below where there is none."""
    if edges.diazepam_mg(present)[1] <= edges.last_diazepam_mg + _SLIP:
        return made[0]
    below = [mg for mg in made if mg < present - _SLIP]
    slower = [mg for mg in below if mg >= aim - _SLIP]
    return slower[0] if slower else below[-1]


def _days(tier: PaceTier, present: float, longer: float, edges: Edges, is_near_end: bool) -> int:
    """Return how long a dose is taken before it falls [d].

    Args:
        longer: times the usual interval, because the fall is so many times the share aimed at.
    """
    least = edges.diazepam_mg(present)[0]
    usual = (
        tier.every_days_high_dose if least > tier.split_diazepam_mg else tier.every_days_low_dose
    )
    usual = tier.near_end_every_days_low if is_near_end else usual
    longest = max(tier.near_end_every_days_high, tier.every_days_low_dose)
    return min(DAYS_A_WEEK * ceil(usual * longer / DAYS_A_WEEK - PART_OF_A_WEEK), longest)


def hold_first(taper: Taper, days: int) -> Taper:
    """Return a taper that begins with the present dose for some days."""
    held = Daily(taper.start_mg, days)
    return Taper(taper.start_mg, (held, *taper.doses), taper.share, taper.forced)
