"""Limits: inside what a searched path must stay."""

from dataclasses import dataclass
from math import inf

STILL = 0.02
"""A clearance that moves by less within the weeks around stands still."""
_SLIP = 1e-9


@dataclass(frozen=True)
class Limits:
    """Inside what a path must stay.

    Attributes:
        first_mg, first_weeks: largest first fall [mg/d], or the smallest that can be made if that
            is larger, and how long it is held at least.
        ceiling_mg: largest fall [mg/d] within `ceiling_weeks`, which are at most one more than
            `shortest`.
        shortest, longest: weeks for which a rung is held.
        max_weeks: latest week of the last change.
        watched: weeks that are watched after it.
        hard_points: mean severity above which a week is hard [points].
        stations: indices of rungs that are never jumped over: a drug ends before the next one is
            lowered.
        split_mg: daily dose above which at most `current_share` of the dose then taken goes within
            `ceiling_weeks` [mg/d].
        step_share: largest fall of the dose then taken in one step, unless the next dose that can
            be made forces a larger one; shares never grow from step to step, but for that.
        last_mg: largest dose from which the goal may be taken, with the same exception [mg/d].
        counts: what 1 mg counts in each week, clearance counted as dose, 1 before the path begins;
            the last holds for good.
    """

    first_mg: float
    first_weeks: int
    ceiling_mg: float
    ceiling_weeks: int
    shortest: int
    longest: int
    max_weeks: int
    watched: int
    hard_points: float
    split_mg: float = 0.0
    current_share: float = inf
    step_share: float = inf
    last_mg: float = inf
    counts: tuple[float, ...] = (1.0,)
    stations: tuple[int, ...] = ()

    def may_fall(
        self,
        mg: tuple[float, float, float],
        held: int,
        changes: int,
        next_mg: float,
        week: int,
        *,
        is_last: bool,
    ) -> bool:
        """True where a fall may follow a rung that was held for so many weeks after so many
        changes.

        Args:
            mg: the dose before the present rung, the present rung and the one that would follow
                [mg/d].
            next_mg: the dose just below the present rung that can be made [mg/d].
            week: the week that would begin with it.
            is_last: the rung that would follow is the goal.
        """
        before, now, to = mg
        is_forced = to >= next_mg - _SLIP
        if changes == 0:
            largest = min(max(self.first_mg, now - next_mg), self.ceiling_mg)
            return now - to <= largest + _SLIP
        if held < (max(self.first_weeks, self.shortest) if changes == 1 else self.shortest):
            return False
        if not is_forced and not self._is_gentle(before, now, to, is_last=is_last):
            return False
        window = range(week - self.ceiling_weeks, week)
        highest = max(self.count(w) * (now if w >= week - held else before) for w in window)
        lowest = min(self.count(w) for w in range(week, week + self.ceiling_weeks)) * to
        if now > self.split_mg and not is_forced and now - to > self.current_share * now + _SLIP:
            return False
        return highest - lowest <= self.ceiling_mg + _SLIP

    def _is_gentle(self, before: float, now: float, to: float, *, is_last: bool) -> bool:
        """True for a step that takes no larger share than allowed, or than the step before it."""
        share = (now - to) / now
        if is_last:
            return now <= self.last_mg + _SLIP
        if self.step_share == inf:
            return True
        return share <= min(self.step_share, (before - now) / before) + _SLIP

    def below(self, rung: int, goal: int) -> range:
        """Return the rungs that can be reached from one in a fall, down to the next station or the
        goal.
        """
        return range(rung + 1, min(at for at in (*self.stations, goal) if at > rung) + 1)

    def may_stay(self, held: int, week: int) -> bool:
        """True where a rung may be held on: not for too long, unless clearance itself is moving."""
        around = {
            self.count(w) for w in range(week - self.ceiling_weeks, week + self.ceiling_weeks)
        }
        return held < self.longest or max(around) > min(around) * (1 + STILL)

    def count(self, week: int) -> float:
        """Return what 1 mg counts in a week."""
        return self.counts[min(max(week, 0), len(self.counts) - 1)]
