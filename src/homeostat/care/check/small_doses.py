"""Small last doses: which falls cannot be made smaller, and which steps a label itself allows."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from homeostat.care.case.rules import mg_per_day
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.rate_of_fall import falls, reference
from homeostat.care.check.some_days import evened
from homeostat.care.ways.amounts import label_rules


def smallest_steps(look: Look, days: int) -> NDArray[np.bool_]:
    """Return the days whose window holds one step of the last small dose: halved, or ended at its
    half or by a taper.
    """
    each = [evened(look, drug, look.mg[drug]) * look.diazepam[drug][0] for drug in look.drugs]
    total = np.sum(each, axis=0)
    small = look.limit("small-last-dose") * (1 + NOISE)
    half, came_down = look.limit("last-step-small"), look.limit("came-down-share")
    out = np.zeros(look.count, bool)
    for j in range(look.begins, look.count):
        window = total[j - days : j + 1]
        before, after = float(window.max()), float(total[j])
        steps = int((np.abs(np.diff(window)) > NOISE).sum())
        is_half = after >= (1 - look.limit("last-step-fall")) * before - NOISE
        ends_well = before <= half * small or before < came_down * _highest(look)
        out[j] = (
            before <= small
            and steps == 1
            and float(window[0]) >= before - NOISE
            and (is_half or ends_well)
        )
    return out


def _highest(look: Look) -> float:
    """Return the highest daily dose of the last year of the case or of its last days before the
    plan, as diazepam [mg].
    """
    since = look.start - timedelta(days=look.limit("came-down-days"))
    total: dict[date, float] = {}
    for day in (
        since,
        look.start - timedelta(days=1),
        *(u.since for u in look.case.use if u.since > since),
    ):
        total[day] = sum(
            mg_per_day(look.case, drug, day) * look.diazepam[drug][0] for drug in look.drugs
        )
    return max(total.values())


def is_label_paced(look: Look) -> bool:
    """True when no step goes beyond a label of the drug that is lowered: too fast for most, but
    nothing to refuse.
    """
    lowered = [
        drug for drug in look.touched if (np.diff(look.mg[drug][look.begins - 1 :]) < -NOISE).any()
    ]
    rules = [rule for rule in label_rules(look.facts) if rule.drugs == tuple(lowered)]
    if len(rules) != 1:
        return False
    step_mg = rules[0].step_mg
    fall = float(falls(look, int(rules[0].interval_days_low)).max())
    start = float(reference(look, look.mg[lowered[0]])[-1])
    return fall * start <= step_mg * (1 + look.limit("pace-slack"))


def was_small(look: Look, at: int, days: int) -> bool:
    """True when what is lost was reached by a taper and is no more than the smallest unit sold."""
    total = sum(look.mg[drug][at - days] * look.diazepam[drug][0] for drug in look.drugs)
    start = max(
        _highest(look),
        sum(reference(look, look.mg[d])[at] * look.diazepam[d][0] for d in look.drugs),
    )
    small = look.limit("small-last-dose") * (1 + NOISE)
    half, came_down = look.limit("last-step-small"), look.limit("came-down-share")
    return bool(total <= half * small or (total <= small and total < came_down * start))
