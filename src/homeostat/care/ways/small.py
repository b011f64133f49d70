"""A little less every day, and its twin of the same length in steps, so that the two can be
compared.
"""

from math import inf

from homeostat.care.ways.start import Ideal, Settings, Start, Wish, above_zero, refuse_endless

DAYS_A_WEEK = 7


def microtaper(start: Start, settings: Settings) -> Ideal:
    """Lower the dose by the same small amount every day: mg_j = start − span·j/(days + 1), j = 1 …
    days.
    """
    weeks = above_zero("weeks", settings["weeks"])
    refuse_endless(weeks * DAYS_A_WEEK)
    days = round(weeks * DAYS_A_WEEK)
    return start.steps(
        [start.mg_per_day - start.span_mg * j / (days + 1) for j in range(1, days + 1)], 1.0
    )


def cut_and_hold(start: Start, settings: Settings) -> Ideal:
    """Reach the same end on the same day in a few equal steps, each held."""
    total_d = above_zero("weeks", settings["weeks"]) * DAYS_A_WEEK
    every_d = above_zero("every_days", settings["every_days"])
    refuse_endless(total_d / every_d)
    n = max(1, round(total_d / every_d))
    each = total_d / n
    doses = [start.mg_per_day - start.span_mg * k / (n + 1) for k in range(1, n + 1)]
    days = [round(k * each) - round((k - 1) * each) for k in range(1, n + 1)]
    held = [
        Wish({start.drug: mg}, float(for_days)) for mg, for_days in zip(doses, days, strict=True)
    ]
    return (*held, Wish({start.drug: start.to_mg}, inf))
