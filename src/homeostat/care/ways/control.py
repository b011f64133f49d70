"""The integral controller: the smallest dose that keeps the typical person well, found week by week
in the model.

For the class of models in which well-being follows drug minus a slow opponent, the best policy
under a floor of well-being is the smallest dose that keeps it at the floor, and an integral
controller finds it without knowing the model. A baseline that every planner has to beat. Source:
gradu-recht-2023.
"""

from homeostat.care.ways.start import Ideal, Settings, Start, Wish
from homeostat.errors import InputError
from homeostat.model.measures import ONSET_POINTS

MOST_WEEKS = 260


def integral(start: Start, settings: Settings) -> Ideal:
    """Take away in proportion to how far the last week stayed below the floor of well-being; never
    rise.

    mg(k+1) = mg(k) − gain·start·max(0, 1 − excess(k)/floor), excess = severity above baseline,
    floor = 5 points above it.

    Raises:
        InputError: the model cannot speak for this person.
    """
    if start.weekly_severity is None:
        raise InputError("steers by the model, and this person is outside its domain")
    doses: tuple[float, ...] = ()
    mg, calm, smallest = start.mg_per_day, None, settings["last_share"] * start.mg_per_day
    while mg > start.to_mg and len(doses) < MOST_WEEKS:
        felt = start.weekly_severity(doses)
        calm = felt[0] if calm is None else calm
        excess = max(0.0, felt[-1] - calm) / ONSET_POINTS
        mg -= settings["gain"] * start.mg_per_day * max(0.0, 1.0 - excess)
        if mg < max(smallest, start.to_mg + 1e-9):
            break
        doses = (*doses, mg)
    wishes = [Wish({start.drug: dose}, 7.0) for dose in doses]
    return (*wishes, Wish({start.drug: start.to_mg}, float("inf")))
