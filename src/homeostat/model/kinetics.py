"""Kinetics: absorption, distribution and elimination, as one linear system for each drug and route
taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeostat.facts import Facts
from homeostat.model.patients import Patients, PerPatient
from homeostat.model.regimen import Change, Use

UG_PER_MG = 1000.0


@dataclass(frozen=True)
class Chain:
    """A drug by one route with its active metabolites: x' = K x, amounts [µg], time [d].

    States: depot, central, (peripheral,) one for each metabolite, effect site (dimensionless). The
    effect site follows v = Σ (1+tau)·C_j/EC50_j over the ligands j. With competitive occupancy
    rho = u/(1+u), u = Σ C_j/EC50_j, and v = (1+tau)·u, transduction D = κ(1+tau)·rho/(1+tau·rho)
    becomes D = κ·v/(1+v). A metabolite's amount is counted as parent, without correction for mass.
    """

    drug: str
    route: str
    ligands: tuple[str, ...]
    ligand_states: tuple[int, ...]
    states: tuple[str, ...]
    matrix: NDArray[np.float64]
    """rates [1/d]: (regimes, to, from, people)"""
    dose_split: NDArray[np.float64]
    """µg that reach each state for 1 mg swallowed: (states, people)"""
    per_litre: NDArray[np.float64]
    """1/volume of each ligand [1/L]: (ligands, people)"""
    fastest_per_h: NDArray[np.float64]
    """CL/V of the parent, all its volumes together [1/h]: (regimes, people)"""

    @property
    def size(self) -> int:
        """Number of states."""
        return len(self.states)

    def take(self, which: slice) -> "Chain":
        """Return the chain of some of the people, unchanged."""
        return replace(
            self,
            matrix=self.matrix[..., which],
            dose_split=self.dose_split[:, which],
            per_litre=self.per_litre[:, which],
            fastest_per_h=self.fastest_per_h[:, which],
        )


def chain(people: Patients, use: Use, facts: Facts, folds: Sequence[dict[str, float]]) -> Chain:
    """Build the linear system of one use for each person.

    Args:
        people: drawn with the drug of the use.
        use: the drug and its route.
        facts: drugs and routes.
        folds: for each regime, what its enzyme changes do to the clearance of each drug [fold].

    Source: kruizinga-2022, for two compartments and mixed absorption.
    """
    name = use.drug
    ligands = _ligands(facts, name)
    has_peripheral = f"{name}.volume_peripheral" in people.columns
    states = ["depot", f"{name} central", *([f"{name} peripheral"] if has_peripheral else [])]
    states += [f"{ligand} central" for ligand in ligands[1:]] + ["effect"]
    at = {state: i for i, state in enumerate(states)}
    at_ligand = tuple(at[f"{ligand} central"] for ligand in ligands)
    k = np.zeros((len(folds), len(states), len(states), len(people)))
    _add_absorption(k, people, use, facts, at)
    _add_elimination(k, people, ligands, facts, at, folds)
    if has_peripheral:
        _add_distribution(k, people, name)
    per_litre = np.stack([1.0 / people[f"{ligand}.volume_central"] for ligand in ligands])
    _add_effect_site(k, people, ligands, at_ligand, per_litre)
    volume = people[f"{name}.volume_central"] + (
        people[f"{name}.volume_peripheral"] if has_peripheral else 0.0
    )
    own_folds = np.array([[fold.get(name, 1.0)] for fold in folds])
    return Chain(
        name,
        use.route,
        ligands,
        at_ligand,
        tuple(states),
        k,
        dose_split=_dose_split(people, use, facts, at),
        per_litre=per_litre,
        fastest_per_h=own_folds * people[f"{name}.clearance"] / volume,
    )


_DEPOT, _CENTRAL, _PERIPHERAL, _EFFECT = 0, 1, 2, -1
"""States of a chain; the peripheral one only where there is one."""
Rates = NDArray[np.float64]
"""K [1/d]: (regimes, to, from, people)"""


def _direct(facts: Facts, drug: str) -> dict[str, float]:
    """Return the shares of a dose that become a metabolite before they reach the blood."""
    return {m.drug: m.share for m in facts.drug(drug).metabolites if m.is_direct}


def _add_absorption(
    k: Rates, people: Patients, use: Use, facts: Facts, at: Mapping[str, int]
) -> None:
    """Add the flow from the depot to the blood, of the drug and of what a prodrug becomes on the
    way.
    """
    factor = facts.routes[use.route].absorption_rate_factor
    ka = people[f"{use.drug}.absorption_rate"] * 24.0 * (1.0 if factor == "at once" else factor)
    direct = _direct(facts, use.drug)
    k[:, _DEPOT, _DEPOT] -= ka
    k[:, _CENTRAL, _DEPOT] += ka * (1.0 - sum(direct.values()))
    for metabolite, share in direct.items():
        k[:, at[f"{metabolite} central"], _DEPOT] += ka * share


def _add_elimination(
    k: Rates,
    people: Patients,
    ligands: Sequence[str],
    facts: Facts,
    at: Mapping[str, int],
    folds: Sequence[Mapping[str, float]],
) -> None:
    """Add the clearance of each ligand under each regime, in part to its active metabolites."""
    for r, fold in enumerate(folds):
        for ligand in ligands:
            i = at[f"{ligand} central"]
            out = (
                people[f"{ligand}.clearance"]
                * fold.get(ligand, 1.0)
                / people[f"{ligand}.volume_central"]
                * 24.0
            )
            k[r, i, i] -= out
            for product in facts.drug(ligand).metabolites:
                if not product.is_direct:
                    k[r, at[f"{product.drug} central"], i] += out * product.share


def _add_distribution(k: Rates, people: Patients, drug: str) -> None:
    """Add the flow between blood and tissue of the parent drug."""
    q = people[f"{drug}.intercompartmental_clearance"] * 24.0
    out, back = q / people[f"{drug}.volume_central"], q / people[f"{drug}.volume_peripheral"]
    k[:, _CENTRAL, _CENTRAL] -= out
    k[:, _PERIPHERAL, _CENTRAL] += out
    k[:, _PERIPHERAL, _PERIPHERAL] -= back
    k[:, _CENTRAL, _PERIPHERAL] += back


def _add_effect_site(
    k: Rates,
    people: Patients,
    ligands: Sequence[str],
    at_ligand: Sequence[int],
    per_litre: NDArray[np.float64],
) -> None:
    """Add the effect site, which follows (1 + tau)·C/EC50 of each ligand."""
    ke0 = np.log(2.0) / people["effect_half_life"] * 24.0
    k[:, _EFFECT, _EFFECT] -= ke0
    for ligand, i, inverse_volume in zip(ligands, at_ligand, per_litre, strict=True):
        k[:, _EFFECT, i] += (
            ke0 * (1.0 + people["transducer"]) * inverse_volume / people[f"{ligand}.ec50"]
        )


def _dose_split(
    people: Patients, use: Use, facts: Facts, at: Mapping[str, int]
) -> NDArray[np.float64]:
    """Return the µg that reach each state for 1 mg taken, (states, people)."""
    route, direct = facts.routes[use.route], _direct(facts, use.drug)
    is_instant = route.absorption_rate_factor == "at once"
    reaching = UG_PER_MG * people[f"{use.drug}.bioavailability"] * route.bioavailability_factor
    at_once = np.ones(len(people)) if is_instant else people[f"{use.drug}.fast_share"]
    split = np.zeros((len(at), len(people)))
    split[_DEPOT] = reaching * (1.0 - at_once)
    split[_CENTRAL] = reaching * at_once * (1.0 - sum(direct.values()))
    for metabolite, share in direct.items():
        split[at[f"{metabolite} central"]] += reaching * at_once * share
    return split


def _ligands(facts: Facts, drug: str) -> tuple[str, ...]:
    """Return the drug and its active metabolites, each once, parents before products."""
    found = [drug]
    for ligand in found:
        found += [m.drug for m in facts.drug(ligand).metabolites if m.drug not in found]
    return tuple(found)


def folds_on(changes: Sequence[Change], day: float) -> dict[str, float]:
    """Return the factor on the clearance of each drug on a day, of all changes together [fold]."""
    found: dict[str, float] = {}
    for change in changes:
        found[change.drug] = found.get(change.drug, 1.0) * change.on(day)
    return found


def half_life_h(people: Patients, drug: str) -> PerPatient:
    """Return the terminal half-life of a drug [h]: ln 2 / β, β the slower rate of the
    two-compartment system.

    β = ½(s − sqrt(s² − 4·k10·k21)), s = k10 + k12 + k21; with one compartment β = CL/V.
    """
    k10 = people[f"{drug}.clearance"] / people[f"{drug}.volume_central"]
    if f"{drug}.volume_peripheral" not in people.columns:
        return np.asarray(np.log(2.0) / k10)
    k12 = people[f"{drug}.intercompartmental_clearance"] / people[f"{drug}.volume_central"]
    k21 = people[f"{drug}.intercompartmental_clearance"] / people[f"{drug}.volume_peripheral"]
    s = k10 + k12 + k21
    return np.asarray(np.log(2.0) / (0.5 * (s - np.sqrt(s**2 - 4.0 * k10 * k21))))
