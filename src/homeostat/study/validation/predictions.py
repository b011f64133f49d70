"""Predictions from the virtual people: the statistic that a study reports, with its band."""

import numpy as np

from homeostat.model.patients import PerPatient
from homeostat.study.validation.compared import Prediction
from homeostat.study.validation.virtual import (
    Statistic,
    Virtual,
    band,
    decline_per_h,
    highest,
    lowest,
    mean,
)

DRUG = "clonazepam"
MEAN_OF = "mean of {n} people"


def mean_of(
    virtual: Virtual,
    values: PerPatient,
    n: int,
    unit: str,
    name: str,
    how: str = "",
    drug: str = DRUG,
    statistic: Statistic = mean,
) -> Prediction:
    """Return the band of a statistic of n people over many virtual studies: 5, 50 and 95 %."""
    said = how or MEAN_OF.format(n=n)
    return Prediction(*band(virtual.studies(values, n, statistic, name, drug)), unit, said)


def ends_of(
    virtual: Virtual, values: PerPatient, n: int, unit: str, name: str, how: str
) -> Prediction:
    """Return the bands of the lowest and of the highest of n people, with that of all people."""
    low, high = (
        band(virtual.studies(values, n, s, f"{name} {s.__name__}")) for s in (lowest, highest)
    )
    middle = band(values)
    return Prediction(*middle, unit, how, "ends", ((low[0], low[2]), (high[0], high[2])))


def each_of(values: PerPatient, unit: str, how: str) -> Prediction:
    """Return the band of single people: 5, 50 and 95 %."""
    return Prediction(*band(values), unit, how)


def half_life(
    virtual: Virtual, drug: str, mg: float, route: str, from_day: float, to_day: float
) -> PerPatient:
    """Return the half-life of each person [h] between two days after one dose."""
    return np.asarray(
        np.log(2.0) / decline_per_h(virtual.single(drug, mg, route), drug, from_day, to_day)
    )
