"""What a way starts from and what it wishes for: daily doses in milligrams, before anybody asks
what they are made of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf, isfinite

from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.model.domain import occupancy_per_mg

Settings = Mapping[str, float]

_SAME = 1e-9
MOST_STEPS = 5000
"""Steps of a way at most: far more than anybody can take, and few enough for any machine."""


@dataclass(frozen=True)
class Wish:
    """The same daily totals for a while: mg a day of each drug, and how long [d]; for good if the
    days are infinite.
    """

    mg: Mapping[str, float]
    days: float


Ideal = tuple[Wish, ...]


@dataclass(frozen=True)
class Start:
    """Where a way begins and where it shall end.

    Attributes:
        drug, mg_per_day: what is taken now [mg/d].
        to_mg: daily dose that is kept in the end [mg/d]; 0 = stop.
        by_way_of: drug that a switch goes to; empty = the one that the guides switch to.
        max_days: longest time until that dose is reached [d].
        weekly_severity: for ways that steer by the model: the typical person's mean severity of
            each week [points] under so many mg a day, a week each; None outside the model's domain.
    """

    facts: Facts = field(repr=False)
    drug: str
    mg_per_day: float
    to_mg: float = 0.0
    max_days: float = inf
    by_way_of: str = ""
    weekly_severity: "Callable[[tuple[float, ...]], tuple[float, ...]] | None" = field(
        default=None, repr=False
    )

    @property
    def span_mg(self) -> float:
        """What is to be taken away in all [mg/d]."""
        return self.mg_per_day - self.to_mg

    @property
    def switches_to(self) -> str:
        """Drug that a switch goes to."""
        return self.by_way_of or self.facts.switch_drug

    def choice(self, name: str, unit: str) -> float:
        """Return a number that this product chose, in a unit."""
        return self.facts.choices[name].to(unit)

    @property
    def effect_per_mg(self) -> float:
        """Occupancy u of one mg a day at steady state in the typical person [d/mg]."""
        return occupancy_per_mg(self.facts, self.drug)

    def steps(self, doses: list[float], days: float) -> Ideal:
        """Return doses of the drug, so many days each, and then the last dose for good."""
        held = [Wish({self.drug: mg}, days) for mg in doses if self.to_mg < mg < self.mg_per_day]
        return (*held, Wish({self.drug: self.to_mg}, inf))


def falling(from_mg: float, to_mg: float, step_mg: float) -> list[float]:
    """Return the daily doses below the first and above the last, the same amount apart [mg/d].

    mg_k = from_mg - k * step_mg for k = 1, 2, ... while mg_k > to_mg

    Raises:
        InputError: the step is not a finite amount above zero, or there would be more than 5,000
            steps.
    """
    refuse_endless((from_mg - to_mg) / above_zero("step", step_mg))
    doses, mg = [], from_mg - step_mg
    while mg > to_mg + _SAME:
        doses.append(mg)
        mg -= step_mg
    return doses


def above_zero(name: str, value: float) -> float:
    """Return a number that a way divides by or goes down by.

    Raises:
        InputError: it is not a finite number above zero.
    """
    if not (isfinite(value) and value > 0):
        raise InputError(f"this way needs a '{name}' above zero (given: {value:g})")
    return value


def refuse_endless(steps: float) -> None:
    """Refuse a taper of more steps than anybody can take.

    Raises:
        InputError: there would be more than 5,000 steps.
    """
    if not steps <= MOST_STEPS:
        raise InputError(
            f"this taper would take {steps:.0f} steps, and {MOST_STEPS} are the most; make each"
            " step larger"
        )
