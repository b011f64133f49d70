"""Ways that take a share away at each step: of the starting dose, or of the dose then taken. The two are never confused."""

from homeostat.care.ways.start import Ideal, Settings, Start

_SAME = 1e-9


def of_start(start: Start, settings: Settings) -> Ideal:
    """Take the same share of the starting dose away each time: equal steps.

    mg_k = start·(1 − k·share)
    """
    each = settings["share"] * start.mg_per_day
    doses, mg = [], start.mg_per_day - each
    while mg > start.to_mg + _SAME:
        doses.append(mg)
        mg -= each
    return start.steps(doses, settings["every_days"])


def of_current(start: Start, settings: Settings) -> Ideal:
    """Take the same share of the dose then taken away each time, down to a last dose, then the goal.

    mg_k = start·(1 − share)^k while mg_k ≥ last·start; such a rule never ends by itself, so the last dose is a setting.
    """
    last = max(settings["last_share"] * start.mg_per_day, start.to_mg)
    doses, mg = [], start.mg_per_day * (1.0 - settings["share"])
    while mg >= last - _SAME and mg > start.to_mg:
        doses.append(mg)
        mg *= 1.0 - settings["share"]
    return start.steps(doses, settings["every_days"])


def quarters_then_eighths(start: Start, settings: Settings) -> Ideal:
    """Take two large steps of the start, then small ones."""
    large, small = settings["share_first"], settings["share_then"]
    left, doses = 1.0, []
    for _ in range(2):
        left -= large
        doses.append(left * start.mg_per_day)
    while (left := left - small) > _SAME:
        doses.append(left * start.mg_per_day)
    return start.steps(doses, settings["every_days"])
