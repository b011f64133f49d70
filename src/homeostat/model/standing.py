"""Standing: all states of some people on one day, so that many plans can be simulated from that
day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeostat.facts import Facts
from homeostat.model.equations import FILTERS
from homeostat.model.kinetics import Chain
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen
from homeostat.model.solve import problem, solve


@dataclass(frozen=True)
class Standing:
    """All states of some people on one day, just before that day's first dose.

    Attributes:
        day: days since the first dose [d].
        people: whose states.
        blood: the kinetic states of each drug and route, (states, people).
        filters: the states behind the blood, (filters, people), in the order of equations.FILTERS.
    """

    day: float
    people: Patients
    blood: Mapping[tuple[str, str], NDArray[np.float64]]
    filters: NDArray[np.float64]

    def states(self, chains: Iterable[Chain]) -> NDArray[np.float64]:
        """Return the states in the order of these chains, (states, people); zero for a drug that
        was not taken.
        """
        n = len(self.people)
        parts = [self.blood.get((c.drug, c.route), np.zeros((c.size, n))) for c in chains]
        return np.concatenate([*parts, self.filters])

    def take(self, which: NDArray[np.intp] | slice) -> "Standing":
        """Return some of the people, unchanged."""
        blood = {use: states[:, which] for use, states in self.blood.items()}
        return Standing(self.day, self.people.take(which), blood, self.filters[:, which])


def stand(people: Patients, regimen: Regimen, day: float, facts: Facts) -> Standing:
    """Return the states of people on a day [d], simulated from the beginning of a regimen.

    Raises:
        InputError: a drug or route that is not known, or people drawn without the drugs taken.
        NumericsError: a state is not finite or negative.
    """
    asked = problem(people, regimen, np.array([day]), facts)
    out = solve(asked)[:, 0]
    blood, state = {}, 0
    for c in asked.plan.chains:
        blood[c.drug, c.route] = out[state : state + c.size]
        state += c.size
    return Standing(day, people, blood, out[-len(FILTERS) :])
