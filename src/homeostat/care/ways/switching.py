"""Change to a longer-acting drug step by step, let it settle, then go down: every table its own
dose, never a silent factor.
"""

from homeostat.care.ways.amounts import staged
from homeostat.care.ways.start import (
    Ideal,
    Settings,
    Start,
    Wish,
    above_zero,
    falling,
    refuse_endless,
)


def switch(start: Start, settings: Settings, to_drug: str, to_mg: float) -> Ideal:
    """Replace one part after the other, then hold, then go down by the published stages of the new
    drug; where there are none, by a share of its starting dose each time.

    Args:
        to_mg: daily dose of the new drug that stands for the present one, by one table [mg/d].
    """
    refuse_endless(above_zero("parts", settings["parts"]))
    parts = max(1, round(settings["parts"]))
    each_part = settings["switch_days"] / parts
    wishes = [
        Wish(
            {start.drug: start.mg_per_day * (1 - k / parts), to_drug: to_mg * k / parts}, each_part
        )
        for k in range(1, parts)
    ]
    goal = to_mg * start.to_mg / start.mg_per_day
    wishes.append(Wish({start.drug: 0.0, to_drug: to_mg}, each_part + settings["settle_days"]))
    doses = staged(start.facts, to_drug, to_mg, goal)
    if not doses:
        doses = falling(to_mg, goal, settings["share"] * to_mg)
    wishes += [Wish({to_drug: mg}, settings["every_days"]) for mg in doses]
    return (*wishes, Wish({to_drug: goal}, float("inf")))
