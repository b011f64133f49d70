"""Worlds: the simulated courses that the checks share, each made once and only when it is asked
for.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from homeostat.facts import Facts
from homeostat.model.course import Course
from homeostat.model.patients import Patients, draw, median
from homeostat.model.regimen import Regimen
from homeostat.model.simulate import simulate

SEED = 1
PEOPLE = 500
REFERENCE_MG = 2.0
REFERENCE_DAYS = 365.0
AFTER_D = 400.0
"""How long a course is followed after the last dose [d]: a year and a month."""


class Worlds:
    """The reference cohort and the typical person, under any regimen.

    Reference: 40 years, 70 kg, clonazepam 2 mg a day in two doses for 12 months, then an abrupt
        stop, simulated
    only to show why nobody should do it. `change` alters the people, so that a test can break the
    model on purpose.
    """

    def __init__(
        self,
        facts: Facts,
        people: int = PEOPLE,
        seed: int = SEED,
        change: Callable[[Patients], Patients] | None = None,
    ) -> None:
        self.facts = facts
        self.size = people
        self.seed = seed
        self._change = change or (lambda patients: patients)
        self._made: dict[object, Course] = {}

    def people(
        self, drugs: tuple[str, ...], *, is_typical: bool = False, n: int = 0, **traits: Any
    ) -> Patients:
        """Return the cohort (or its first n people), or the one typical person."""
        if is_typical:
            return self._change(median(drugs=drugs, facts=self.facts, **traits))
        return self._change(
            draw(n or self.size, self.seed, drugs=drugs, facts=self.facts, **traits)
        )

    def run(
        self,
        regimen: Regimen,
        *,
        is_typical: bool = False,
        n: int = 0,
        since: float | None = None,
        after: float = AFTER_D,
        step: float = 1.0,
        columns: tuple[tuple[str, float], ...] = (),
        waves: bool = False,
        **traits: Any,
    ) -> Course:
        """Return the course of the cohort or of the typical person.

        Args:
            n: only the first n people of the cohort; 0 for all.
            since: first day of output [d]; default the day before the regimen's known part ends.
            after: how long to go on after that part [d].
            step: distance of outputs [d].
            columns: factors on columns of the people, as (name, factor).
            waves: let those who carry waves have them.
        """
        key = (
            regimen,
            is_typical,
            n,
            since,
            after,
            step,
            columns,
            waves,
            tuple(sorted(traits.items())),
        )
        if key not in self._made:
            people = self.people(regimen.drugs, is_typical=is_typical, n=n, **traits)
            if columns:
                changed = {
                    name.replace(".", "__"): people[name] * factor for name, factor in columns
                }
                people = people.with_columns(**changed)
            first = regimen.days - 1.0 if since is None else since
            days = first + step * np.arange(
                np.floor((regimen.days + after - first) / step + 1e-6) + 1
            )
            self._made[key] = simulate(
                people, regimen, days=days, outside_domain="show", waves=waves, facts=self.facts
            )
        return self._made[key]

    def stop(
        self,
        *,
        drug: str = "clonazepam",
        mg: float = REFERENCE_MG,
        days: float = REFERENCE_DAYS,
        doses_per_day: int = 2,
        route: str = "oral",
        **how: object,
    ) -> Course:
        """Return the course of steady use and an abrupt stop; without arguments, the reference."""
        return self.run(steady(drug, mg, days, doses_per_day, route).then_stop(), **how)  # type: ignore[arg-type]


def steady(
    drug: str = "clonazepam",
    mg: float = REFERENCE_MG,
    days: float = REFERENCE_DAYS,
    doses_per_day: int = 2,
    route: str = "oral",
) -> Regimen:
    """Return steady use; without arguments, the reference use."""
    return Regimen.steady(drug, mg_per_day=mg, days=days, doses_per_day=doses_per_day, route=route)
