"""Trajectory: the states of simulated people over time, and whether a forecast may be made of
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen

Days = NDArray[np.float64]
"""(times,) [d]"""
Series = NDArray[np.float64]
"""(times, people)"""


@dataclass(frozen=True)
class Trajectory:
    """States of people over time: `states[name]` is (times, people).

    Attributes:
        days: output days, counted from the first dose [d].
        last_dose_day: the day of the last dose [d].
        states: levels in blood [ng/mL], the effect and the filters behind it (no unit).
        people: whose states.
        regimen: what they took.
        facts: what the simulation was made with.
        withheld: reasons why no withdrawal forecast may be shown; empty if it may.
    """

    days: Days
    last_dose_day: float
    states: Mapping[str, Series]
    people: Patients
    regimen: Regimen
    facts: Facts
    withheld: tuple[str, ...] = ()

    @property
    def days_since_last_dose(self) -> Days:
        """Days after the last dose; negative before it [d]."""
        return self.days - self.last_dose_day

    def state(self, name: str) -> Series:
        """Return a state behind the blood, (times, people).

        Raises:
            InputError: the forecast is withheld.
        """
        self.refuse_if_withheld(name)
        return self.states[name]

    def refuse_if_withheld(self, name: str) -> None:
        """Refuse to show anything but levels of a forecast that is withheld.

        Raises:
            InputError: the forecast is withheld.
        """
        if self.withheld:
            raise InputError(
                f"the withdrawal forecast is withheld, so '{name}' cannot be shown:"
                f" {self.withheld[0]}"
            )
