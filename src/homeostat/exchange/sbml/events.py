"""Doses and changes of clearance as events."""

import numpy as np

from homeostat.exchange.sbml.document import Document, sbml_id
from homeostat.exchange.sbml.kinetics import ligands_of, reaching
from homeostat.exchange.sbml.mathml import ONE
from homeostat.facts import Facts
from homeostat.model.kinetics import UG_PER_MG, folds_on
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen, doses
from homeostat.model.schedule import schedule

_SAME_DOSE_D = 1e-6
"""Doses a day apart to within this belong to one series."""


def write_doses(
    document: Document, person: Patients, regimen: Regimen, facts: Facts, days: float
) -> None:
    """Write one event for each daily series of equal doses: it happens again each day until its
    count is full.

    How many were taken is a species, so that a simulator which resets amounts and nothing else
    starts anew.
    """
    series = 0
    for u, use in enumerate(regimen.uses):
        route = facts.routes[use.route]
        at_once = (
            1.0
            if route.absorption_rate_factor == "at once"
            else float(person[f"{use.drug}.fast_share"][0])
        )
        uptake = float(person[f"{use.drug}.bioavailability"][0]) * route.bioavailability_factor
        document.parameter(
            f"bioavailability_{u}", f"share of {use.drug} taken up ({use.route})", uptake, ONE
        )
        for first, count, mg in _series(*doses(use, days)):
            name, taken, dose = f"intake_{series}", f"taken_{series}", f"dose_{series}"
            document.species(
                taken,
                f"how many doses of series {series} are taken",
                "gut",
                is_amount=True,
                units=ONE,
            )
            document.parameter(dose, f"{mg:g} mg of {use.drug}", mg * UG_PER_MG, "microgram")
            document.parameter(f"first_{series}", f"first of {count}, one a day", first, "day")
            document.parameter(f"count_{series}", "how many", float(count), ONE)
            changes = {taken: f"{taken} + 1"}
            if at_once < 1.0:
                changes[f"depot_{u}"] = (
                    f"depot_{u} + {1.0 - at_once!r} * bioavailability_{u} * {dose}"
                )
            if at_once > 0.0:
                for to, share in reaching(use.drug, facts).items():
                    changes[to] = (
                        f"{to} + {at_once * share!r} * bioavailability_{u} * {dose} / central_{to}"
                    )
            trigger = f"time >= first_{series} + {taken} * one_day and {taken} < count_{series}"
            document.event(
                name, f"{mg:g} mg of {use.drug} ({use.route}), {count} times", trigger, changes
            )
            series += 1
    document.parameter("one_day", "from one dose of a series to the next", 1.0, "day")


def _series(at: np.ndarray, mg: np.ndarray) -> list[tuple[float, int, float]]:
    """Return (first day, how many, amount) of each run of equal doses a day apart."""
    runs: list[tuple[float, int, float]] = []
    open_runs: dict[int, tuple[float, int, float]] = {}
    for day, amount in zip(at.tolist(), mg.tolist(), strict=True):
        for key, (first, count, same) in open_runs.items():
            if same == amount and abs(first + count - day) < _SAME_DOSE_D:
                runs[key] = open_runs[key] = (first, count + 1, same)
                break
        else:
            open_runs[len(runs)] = (day, 1, amount)
            runs.append((day, 1, amount))
        # a run that missed its day never goes on
        open_runs = {k: r for k, r in open_runs.items() if r[0] + r[1] > day - _SAME_DOSE_D}
    return runs


def write_changes(
    document: Document, person: Patients, regimen: Regimen, facts: Facts, days: float
) -> None:
    """Write one event for each day on which the schedule holds a new constant clearance."""
    plan = schedule(person, regimen, np.array([float(days)]), facts)
    starts = np.concatenate([[0.0], np.cumsum(plan.lengths)[:-1]])
    ligands = ligands_of(facts, regimen.drugs)
    before, is_changing = -1, bool(plan.regime.any())
    for start, regime in zip(starts.tolist(), plan.regime.tolist(), strict=True):
        if regime == before or not is_changing:
            continue
        before, day = regime, float(np.round(start, 9))
        # the same moments as in schedule.schedule: noon of the first day of a regime
        folds = folds_on(regimen.changes, day + 0.5 if regime else 0.0)
        changes = {
            f"fold_{sbml_id(drug)}": repr(fold) for drug, fold in folds.items() if drug in ligands
        }
        if changes:
            # the first regime is an event too: a second run after a reset of amounts starts from it
            document.parameter(f"change_{regime}", "clearance changes", day, "day")
            words = f"clearance from day {day:g} on"
            document.event(
                f"change_of_clearance_{regime}", words, f"time >= change_{regime}", changes
            )
