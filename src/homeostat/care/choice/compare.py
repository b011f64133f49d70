"""Compare: plans side by side on the same virtual people, and how sure their order is.

Common random numbers: person i is the same person under every plan, so differences are those of the
    plans. A week is hard when its
mean severity stands above a limit that this product chose (facts, choices); the limit is for
comparing plans, not a forecast for anybody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from homeostat.care import case as cases
from homeostat.care import cohort
from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.cohort import People
from homeostat.care.plan.records import Plan
from homeostat.care.plan.workload import of_plan
from homeostat.facts import Facts
from homeostat.model.domain import reasons_to_withhold
from homeostat.model.patients import STRUCTURES, PerPatient
from homeostat.model.regimen import Regimen
from homeostat.model.standing import Standing

DAYS_A_WEEK = 7
BAND = (0.1, 0.5, 0.9)
SAME_POINTS = 0.5
"""Worst weeks that differ by less count as equal for a person [points]."""
Three = tuple[float, float, float]


@dataclass(frozen=True)
class Named:
    """A plan under the name it is compared by."""

    name: str
    plan: Plan


@dataclass(frozen=True)
class Outcome:
    """What one plan asks for, and what the model says of it over all people.

    Attributes:
        weeks: from the first day of the comparison until the last change.
        cuts, pieces: cuts and pieces (a measured volume is one) on an average day until then.
        burden: changes + cuts/28 + pieces/140 in all (facts, choices).
        exposure: milligrams of each drug from the first day to the end of the comparison.
        hard_share: share of people with a hard week; by structure (tau) as well.
        worst: mean severity of the worst week, 10, 50 and 90 % of people [points].
        weekly: the same for every week.
        area: severity above baseline summed over the days, 10, 50 and 90 % [points · d].
    """

    name: str
    weeks: float
    changes: int
    cuts: float
    pieces: float
    burden: float
    exposure: Mapping[str, float]
    hard_share: float = float("nan")
    hard_by_structure: Mapping[float, float] = field(default_factory=dict)
    worst: Three = (float("nan"),) * 3
    weekly: tuple[Three, ...] = ()
    area: Three = (float("nan"),) * 3

    @property
    def costs(self) -> Three:
        """Time [weeks], burden [changes] and chance of a hard week [share]."""
        return self.weeks, self.burden, self.hard_share


@dataclass(frozen=True)
class Comparison:
    """Plans side by side.

    Attributes:
        hard_points: mean severity above which a week is hard [points].
        beats: share of people whose worst week is better under the first plan than under the
            second, by half a point at least.
        beats_by_structure: share of structures in which the first plan has fewer hard weeks, or
            milder worst ones.
        withheld: why nothing is forecast; empty if it is.
    """

    outcomes: tuple[Outcome, ...]
    people: int
    seed: int
    hard_points: float
    watched_weeks: int
    beats: NDArray[np.float64]
    beats_by_structure: NDArray[np.float64]
    withheld: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Outcome:
        return next(outcome for outcome in self.outcomes if outcome.name == name)

    def only(self, names: Collection[str]) -> "Comparison":
        """Return the comparison of some of its plans."""
        kept = [i for i, outcome in enumerate(self.outcomes) if outcome.name in names]
        return replace(
            self,
            outcomes=tuple(self.outcomes[i] for i in kept),
            beats=self.beats[np.ix_(kept, kept)],
            beats_by_structure=self.beats_by_structure[np.ix_(kept, kept)],
        )

    def sureness(self, better: str, worse: str) -> tuple[float, float]:
        """Return the share of people and of structures for whom one plan is milder than another."""
        names = [outcome.name for outcome in self.outcomes]
        i, j = names.index(better), names.index(worse)
        return float(self.beats[i, j]), float(self.beats_by_structure[i, j])


@dataclass(frozen=True)
class Bench:
    """The people on whom plans are compared, standing where they are on the first day."""

    case: Case
    facts: Facts
    standing: Standing
    seed: int


def bench(case: Case, facts: Facts, first: Sequence[Plan], *, people: People, seed: int) -> Bench:
    """Return people like the person of a case, standing on the first day of the earliest plan.

    Args:
        first: the plans that are to be compared; more may follow that use the same drugs and begin
            no earlier.
        people: how many are drawn with `seed`, or people who are given (`cohort`).
    """
    begins = min(step.from_day for plan in first for step in plan.steps)
    drugs = [drug for plan in first for drug in plan.drugs]
    here = cohort.standing_of(case, begins, drugs, facts, people=people, seed=seed)
    return Bench(case, facts, here, seed)


def withheld(case: Case, facts: Facts, regimen: Regimen) -> tuple[str, ...]:
    """Return why the model may not speak for this person; empty if it may."""
    return reasons_to_withhold(facts, cases.person(case, facts), regimen, cases.conditions(case))


def compare(named: Sequence[Named], on: Bench) -> Comparison:
    """Return plans side by side on the same people, all watched until the same day."""
    case, facts = on.case, on.facts
    watched = round(facts.choices["watched-after"].to("d") / DAYS_A_WEEK)
    hard = facts.choices["hard-week"].to("points")
    regimens = [plans.regimen(one.plan, case, facts) for one in named]
    begins = on.standing.day
    last = max(cases.day_of(case, one.plan.steps[-1].from_day) for one in named)
    weeks = int(np.ceil((last - begins) / DAYS_A_WEEK)) + watched
    days = np.arange(begins, begins + weeks * DAYS_A_WEEK + 1)
    why = next((found for use in regimens if (found := withheld(case, facts, use))), ())
    asked = [_asked(one, use, days, facts, case) for one, use in zip(named, regimens, strict=True)]
    n = len(named)
    if why:
        nothing = np.full((n, n), np.nan)
        return Comparison(
            tuple(asked), len(on.standing.people), on.seed, hard, watched, nothing, nothing, why
        )
    tau = on.standing.people["transducer"]
    outcomes, worst = [], []
    for one, use in zip(asked, regimens, strict=True):
        course = cohort.course(
            on.standing.people,
            use,
            days,
            facts,
            conditions=cases.conditions(case),
            start=on.standing,
        )
        severity = course["severity"]
        weekly = severity[1:].reshape(weeks, DAYS_A_WEEK, -1).mean(axis=1)
        worst.append(weekly.max(axis=0))
        above = worst[-1] > hard
        outcomes.append(
            Outcome(
                **vars(one)
                | {
                    "hard_share": float(above.mean()),
                    "hard_by_structure": {
                        t: float(above[tau == t].mean()) for t in STRUCTURES if (tau == t).any()
                    },
                    "worst": _three(worst[-1]),
                    "weekly": tuple(map(tuple, np.quantile(weekly, BAND, axis=1).T.tolist())),
                    "area": _three(
                        (severity - on.standing.people["severity_baseline"]).sum(axis=0)
                    ),
                }
            )
        )
    return Comparison(
        tuple(outcomes),
        len(on.standing.people),
        on.seed,
        hard,
        watched,
        _beats(worst),
        _beats_by_structure(worst, tau, hard),
    )


def _asked(
    one: Named, use: Regimen, days: NDArray[np.float64], facts: Facts, case: Case
) -> Outcome:
    """Return what a plan asks for; what it is made of is read from its own items."""
    asks = of_plan(one.plan, facts)
    span = max(asks.days, 1)
    return Outcome(
        one.name,
        (cases.day_of(case, one.plan.steps[-1].from_day) - float(days[0])) / DAYS_A_WEEK,
        asks.changes,
        asks.cuts / span,
        asks.pieces / span,
        asks.burden,
        {drug: sum(use.mg_per_day(drug, day) for day in days[:-1]) for drug in use.drugs},
    )


def _three(values: PerPatient) -> Three:
    low, middle, high = np.quantile(values, BAND)
    return float(low), float(middle), float(high)


def _beats(worst: Sequence[PerPatient]) -> NDArray[np.float64]:
    table = np.stack(worst)
    return np.asarray((table[:, None] < table[None] - SAME_POINTS).mean(axis=2))


def _beats_by_structure(
    worst: Sequence[PerPatient], tau: PerPatient, hard: float
) -> NDArray[np.float64]:
    table = np.stack(worst)
    wins = []
    for structure in STRUCTURES:
        here = table[:, tau == structure]
        if here.shape[1]:
            share, mean = (here > hard).mean(axis=1), here.mean(axis=1)
            fewer = share[:, None] < share[None]
            milder = (share[:, None] == share[None]) & (
                mean[:, None] < mean[None] - SAME_POINTS / 2
            )
            wins.append(fewer | milder)
    return np.asarray(np.mean(wins, axis=0))
