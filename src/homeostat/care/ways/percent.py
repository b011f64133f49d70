"""Ways that take a share away at each step: of the starting dose, or of the dose then taken. The
two are never confused.
"""

from math import isfinite, log, log1p

from homeostat.care.ways.start import Ideal, Settings, Start, falling, refuse_endless
from homeostat.errors import InputError

_SAME = 1e-9


def of_start(start: Start, settings: Settings) -> Ideal:
    """Take the same share of the starting dose away each time: equal steps.

    mg_k = start·(1 − k·share)
    """
    each = settings["share"] * start.mg_per_day
    return start.steps(falling(start.mg_per_day, start.to_mg, each), settings["every_days"])


def of_current(start: Start, settings: Settings) -> Ideal:
    """Take the same share of the dose then taken away each time, down to a last dose, then the
    goal.

    mg_k = start·(1 − share)^k while mg_k ≥ last·start; such a rule never ends by itself, so the
    last dose is a setting.
    """
    share, last = settings["share"], max(settings["last_share"] * start.mg_per_day, start.to_mg)
    if not (isfinite(share) and 0 < share <= 1 and last > 0):
        raise InputError(
            "steps of the dose then taken need a share from 0 to 1 and a last dose above zero"
            f" (given: {share:g} and {last:g} mg)"
        )
    if share < 1:
        refuse_endless(log(last / start.mg_per_day) / log1p(-share))
    doses, mg = [], start.mg_per_day * (1.0 - share)
    while mg >= last * (1.0 - _SAME) and mg > start.to_mg:
        doses.append(mg)
        mg *= 1.0 - share
    return start.steps(doses, settings["every_days"])


def quarters_then_eighths(start: Start, settings: Settings) -> Ideal:
    """Take two large steps of the start, then small ones."""
    large, small = settings["share_first"], settings["share_then"]
    first = [1.0 - large, 1.0 - 2 * large]
    doses = [left * start.mg_per_day for left in (*first, *falling(first[-1], 0.0, small))]
    return start.steps(doses, settings["every_days"])
