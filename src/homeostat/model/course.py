"""Course: what the model says happens, over time, for each person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from homeostat.errors import InputError, nearest
from homeostat.facts import Facts
from homeostat.model import equations as eq
from homeostat.model.equations import SCALE_TOP as SCALE_TOP
from homeostat.model.patients import Patients, PerPatient
from homeostat.model.regimen import Regimen

if TYPE_CHECKING:
    import xarray as xr

Series = NDArray[np.float64]
"""(times, people)"""


@dataclass(frozen=True)
class Course:
    """A simulated course: `course["severity"]` is (times, people); names are listed by `names()`.

    `days` counts from the first dose, `last_dose_day` is the day of the last one [d]. If `withheld` is not
    empty, only what is on board may be asked for, and it says why. `error_estimate` is the largest
    difference to a run on half the panels, as a share of each person's peak severity, on a sample of the people.
    """

    days: NDArray[np.float64]
    last_dose_day: float
    states: Mapping[str, Series]
    people: Patients
    regimen: Regimen
    facts: Facts
    withheld: tuple[str, ...] = ()
    error_estimate: float = float("nan")
    version: str = ""

    @property
    def days_since_last_dose(self) -> NDArray[np.float64]:
        """Days after the last dose; negative while it is still being taken [d]."""
        return self.days - self.last_dose_day

    def names(self) -> tuple[str, ...]:
        """Return what can be asked for."""
        shown = tuple(name for name in self.states if name.startswith("level."))
        if self.withheld:
            return shown
        from homeostat.model.symptoms import CLUSTERS  # the layer above: symptoms read a course

        return (
            *shown,
            *_DERIVED,
            *(f"cluster.{c}" for c in CLUSTERS),
            *(f"symptom.{s}" for s in self.facts.symptoms),
        )

    def __getitem__(self, name: str) -> Series:
        if name.startswith("level.") and name in self.states:
            return self.states[name]
        if self.withheld:
            raise InputError(
                f"the withdrawal forecast is withheld, so '{name}' cannot be shown: {self.withheld[0]}"
            )
        if name in _DERIVED:
            return _DERIVED[name](self)
        if name.startswith(("symptom.", "cluster.")):
            from homeostat.model import symptoms

            return symptoms.series(self, name)
        raise InputError(f"a course has no '{name}'.{nearest(name, self.names())}")

    def column(self, name: str) -> PerPatient:
        """Return a parameter of the people."""
        return self.people[name]

    def quantiles(self, name: str, q: Sequence[float] = (0.1, 0.5, 0.9)) -> "xr.DataArray":
        """Return a series as quantiles over the people, (quantile, day), with unit and label as attributes."""
        import xarray as xr

        found = np.quantile(self[name], q, axis=1)
        coords = {"quantile": list(q), **self._days()}
        about = {"units": unit(name), "long_name": label(name)}
        return xr.DataArray(found, coords, ("quantile", "day"), name=name, attrs=about)

    def dataset(self, names: Iterable[str] | None = None) -> "xr.Dataset":
        """Return series as an xarray.Dataset (time, person), with unit and label of each as attributes."""
        import xarray as xr

        wanted = (
            tuple(names)
            if names is not None
            else tuple(n for n in self.names() if not n.startswith(("symptom.", "cluster.")))
        )
        found = {
            name: (("day", "person"), self[name], {"units": unit(name), "long_name": label(name)})
            for name in wanted
        }
        coords = {**self._days(), "person": np.arange(len(self.people)) + self.people.first}
        return xr.Dataset(found, coords, attrs=self.stamp())

    def _days(self) -> dict[str, tuple[str, NDArray[np.float64], dict[str, str]]]:
        """Return the days as xarray takes coordinates."""
        return {
            "day": ("day", self.days, {"units": "d", "long_name": "days since the first dose"}),
            "day_since_last_dose": ("day", self.days_since_last_dose, {"units": "d"}),
        }

    def stamp(self) -> dict[str, str | int | float]:
        """Return what made this course: version, facts, seed, people, error estimate, why anything is withheld."""
        return {
            "made_by": f"homeostat {self.version}",
            "facts": self.facts.digest,
            "seed": -1 if self.people.seed is None else self.people.seed,
            "people": len(self.people),
            "error_estimate": self.error_estimate,
            "withheld": "; ".join(self.withheld),
        }


def _imbalance(course: Course) -> Series:
    s, p = course.states, course.people
    return p["fast_gain"] * s["fast"] + p["slow_gain"] * s["slow"] - s["effect"]


def _severity(course: Course) -> Series:
    """Y = Y0 + (80 − Y0)·U/(U + K), U = w·(n + x)/2 + (1 − w)·g."""
    s, p = course.states, course.people
    w, y0 = p["severity_physical_share"], p["severity_baseline"]
    u = w * 0.5 * (s["norepinephrine"] + s["glutamate"]) + (1.0 - w) * s["anxiety"]
    return np.asarray(y0 + (SCALE_TOP - y0) * u / (u + p["severity_half_drive"]))


def _hazard(course: Course) -> Series:
    """Relative to the reference person's worst day: (x / x_ref)^p. For ranking only; never a probability."""
    from homeostat.model.symptoms import reference_peaks

    peak = reference_peaks(course.facts)["glutamate"]
    return np.asarray((course.states["glutamate"] / peak) ** course.people["hazard_exponent"])


_DERIVED: dict[str, Callable[[Course], Series]] = {
    "effect": lambda c: c.states["effect"],
    "tone": lambda c: 1.0 - _imbalance(c),
    "down_regulation": lambda c: c.people["fast_gain"] * c.states["fast"],
    "remodelling": lambda c: c.people["slow_gain"] * c.states["slow"],
    "relief_of_anxiety": lambda c: (
        c.states["effect"]
        - c.people["anxiolytic_fast_gain"] * c.states["fast"]
        - c.people["anxiolytic_slow_gain"] * c.states["slow"]
    ),
    "severity": _severity,
    "relative_seizure_hazard": _hazard,
    **{name: (lambda c, name=name: c.states[name]) for name in eq.FILTERS[eq.NE :]},  # type: ignore[misc]
}

_UNITS = {"severity": "points", "relative_seizure_hazard": "times the reference person's worst day"}
_LABELS = {
    "effect": "drug effect behind the receptor (1 = full, middle structural alternative)",
    "tone": "inhibitory tone (1 = its set point without drug)",
    "severity": "overall severity of withdrawal (0 to 80)",
    "relative_seizure_hazard": "relative seizure hazard, for ranking only; not a probability",
}


def unit(name: str) -> str:
    """Return the unit of a series."""
    if name.startswith("level."):
        return "ng/mL"
    if name.startswith(("symptom.", "cluster.")):
        return "points (0 to 4)"
    return _UNITS.get(name, "1")


def label(name: str) -> str:
    """Return what a series is, in words."""
    if name.startswith("level."):
        return f"{name.removeprefix('level.')} in blood"
    return _LABELS.get(name, name.split(".")[-1].replace("_", " "))
