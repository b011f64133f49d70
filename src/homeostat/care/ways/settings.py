"""The numbers that a way can be given, each with the bounds inside which it makes a plan that
somebody could follow.

They bound the work too: no setting inside them makes more than some hundred steps. They are limits
    of the program, not of care.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

from homeostat.care.ways.start import Start

MOST_STEPS = 500
"""Steps of one size that a way may need at most."""


@dataclass(frozen=True)
class Setting:
    """One number of a way.

    Attributes:
        low, high: its bounds, both allowed.
        is_share: it is a share of a dose.
        is_step_mg: it is taken away again and again [mg], so that it must not be too small for the
            dose it starts from.
    """

    low: float
    high: float
    is_share: bool = False
    is_step_mg: bool = False

    def problem(self, value: float, start: Start) -> str:
        """Return what is wrong with a number, as the end of a sentence; '' if it can be used."""
        if not isfinite(value) or value < 0 or (value == 0 and self.low > 0):
            return "must be above zero"
        if self.is_share and value > self.high:
            return f"is a share, at most {self.high:g}"
        if not self.low <= value <= self.high:
            return f"must lie from {self.low:g} to {self.high:g}"
        if self.is_step_mg and value * MOST_STEPS < start.mg_per_day:
            return f"is so small that more than {MOST_STEPS} steps would be needed"
        return ""


_SHARE = Setting(0.01, 1.0, is_share=True)
_STEP_MG = Setting(0.001, 1000.0, is_step_mg=True)
_DAYS = Setting(1.0, 366.0)
SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        "share": _SHARE,
        "share_first": _SHARE,
        "share_then": _SHARE,
        "last_share": _SHARE,
        "step_part": Setting(0.0, 1.0, is_share=True),
        "gain": _SHARE,
        "step_mg": _STEP_MG,
        "first_step_mg": _STEP_MG,
        "then_step_mg": _STEP_MG,
        "turn_mg": Setting(0.001, 1000.0),
        "every_days": _DAYS,
        "first_every_days": _DAYS,
        "then_every_days": _DAYS,
        "switch_days": _DAYS,
        "settle_days": _DAYS,
        "parts": Setting(1.0, 50.0),
        "steps": Setting(1.0, 200.0),
        "tau": Setting(0.0, 1000.0),
        "weeks": Setting(1.0, 140.0),
    }
)
"""Every setting of every way."""
