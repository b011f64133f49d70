"""Steps of equal effect ("hyperbolic"): the milligrams follow from the model's own effect curve,
one for each structure.

D = κ·v/(1 + v), v = (1 + tau)·u, u = mg · occupancy of one mg a day. κ and clearance change no
step: only the shape does. With tau = 0 (occupancy as measured in man) the curve is nearly straight
    at usual doses; what bends it is not measured.
"""

from homeostat.care.ways.start import Ideal, Settings, Start, above_zero, refuse_endless


def equal_effect(start: Start, settings: Settings) -> Ideal:
    """Let the effect, not the dose, fall by the same amount at each step.

    D_k = D_start + (D_goal − D_start)·k/n;  mg = D/(1 − D) / ((1 + tau)·u per mg)
    """
    per_mg = above_zero("1 + tau", 1.0 + settings["tau"]) * start.effect_per_mg
    steps = above_zero("steps", settings["steps"])
    refuse_endless(steps)
    n = max(1, round(steps))

    def effect(mg: float) -> float:
        v = per_mg * mg
        return v / (1.0 + v)

    first, last = effect(start.mg_per_day), effect(start.to_mg)
    levels = [first + (last - first) * k / n for k in range(1, n)]
    return start.steps([d / (1.0 - d) / per_mg for d in levels], settings["every_days"])
