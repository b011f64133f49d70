"""Waves: the coming and going that some people report after withdrawal. Off unless asked for; never
used in planning.
"""

import numpy as np

from homeostat.model.patients import Patients, uniform
from homeostat.model.trajectory import Days, Series

CARRIED_BY = ("anxiety", "serotonin", "dopamine")
"""States that a wave multiplies."""


def factor(people: Patients, days_since_last_dose: Days) -> Series:
    """Return what a wave multiplies its states by, (times, people); 1 before the last dose and for
    non-carriers.

    Q(t) = 1 + A·e^(−t/T)·sin(2π·t/P + φ): a damped oscillator kicked once at the last dose, with
    period P, damping time T, amplitude A and a phase of each person. Nobody has measured any of
    these (see the facts).
    """
    n = len(people)
    phase = 2.0 * np.pi * uniform(people.seed or 0, "wave_phase", n, people.first)
    t = np.maximum(days_since_last_dose, 0.0)[:, None]
    swing = people["wave_amplitude"] * np.exp(-t / people["wave_damping"])
    wave = swing * np.sin(2.0 * np.pi * t / people["wave_period"] + phase) * people["wave_carrier"]
    return np.asarray(np.where(days_since_last_dose[:, None] > 0.0, 1.0 + wave, 1.0))
