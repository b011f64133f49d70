"""Course: what the model predicts over time, for each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from homeostat.model import readings
from homeostat.model.equations import SCALE_TOP
from homeostat.model.patients import PerPatient
from homeostat.model.readings import label, unit
from homeostat.model.trajectory import Series, Trajectory

if TYPE_CHECKING:
    import xarray as xr  # the functions that return one import it: it takes half a second

__all__ = ["SCALE_TOP", "Course", "Series", "label", "unit"]


@dataclass(frozen=True)
class Course(Trajectory):
    """A simulated course: `course["severity"]` is (times, people); `names()` lists what can be
    read.

    If `withheld` is not empty, only levels can be read, and it says why.

    Attributes:
        error_estimate: the largest difference to a run on half the panels, as a share of each
            person's peak of a state, on a sample of the people.
        version: of the software that made it.
    """

    error_estimate: float = float("nan")
    version: str = ""

    def names(self) -> tuple[str, ...]:
        """Return what can be read."""
        return readings.names(self)

    def __getitem__(self, name: str) -> Series:
        return readings.read(self, name)

    def column(self, name: str) -> PerPatient:
        """Return a parameter of the people."""
        return self.people[name]

    def quantiles(self, name: str, q: Sequence[float] = (0.1, 0.5, 0.9)) -> "xr.DataArray":
        """Return a series as quantiles over the people, (quantile, day), with unit and label as
        attributes.
        """
        import xarray as xr

        found = np.quantile(self[name], q, axis=1)
        coords = {"quantile": list(q), **self._days()}
        about = {"units": unit(name), "long_name": label(name)}
        return xr.DataArray(found, coords, ("quantile", "day"), name=name, attrs=about)

    def dataset(self, names: Iterable[str] | None = None) -> "xr.Dataset":
        """Return series as an xarray.Dataset (day, person), with unit and label of each as
        attributes.
        """
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
        """Return what made this course: version, facts, seed, people, error estimate, why anything
        is withheld.
        """
        return {
            "made_by": f"homeostat {self.version}",
            "facts": self.facts.digest,
            "seed": -1 if self.people.seed is None else self.people.seed,
            "people": len(self.people),
            "error_estimate": self.error_estimate,
            "withheld": "; ".join(self.withheld),
        }
