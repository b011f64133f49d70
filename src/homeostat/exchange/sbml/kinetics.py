"""Kinetics as reactions of species, from clearances and volumes."""

from collections.abc import Iterable

import numpy as np

from homeostat.exchange.sbml.document import Document, sbml_id
from homeostat.exchange.sbml.mathml import ONE
from homeostat.facts import Facts
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen, Use


def ligands_of(facts: Facts, drugs: Iterable[str]) -> list[str]:
    """Return all drugs and their active metabolites, each once."""
    found = list(drugs)
    for drug in found:
        found += [m.drug for m in facts.drug(drug).metabolites if m.drug not in found]
    return found


def write_kinetics(document: Document, person: Patients, regimen: Regimen, facts: Facts) -> None:
    """Write absorption, distribution, elimination and the effect site of each drug and
    metabolite.
    """
    document.compartment("gut", "where doses wait to be absorbed", 1.0)
    ligands = ligands_of(facts, regimen.drugs)
    for drug in ligands:
        _write_ligand(document, person, drug)
    for drug in ligands:
        _write_elimination(document, facts, drug)
        if f"{drug}.volume_peripheral" in person.columns and drug in regimen.drugs:
            _write_distribution(document, person, drug)
    for u, use in enumerate(regimen.uses):
        _write_absorption(document, person, facts, use, u)
    _write_effect_site(document, person, ligands)


def _write_ligand(document: Document, person: Patients, drug: str) -> None:
    """Write the central volume, the clearance and the EC50 of a drug or metabolite."""
    me = sbml_id(drug)
    volume = float(person[f"{drug}.volume_central"][0])
    document.compartment(f"central_{me}", f"central volume of {drug}", volume)
    document.species(me, f"{drug} in blood", f"central_{me}")
    clearance = float(person[f"{drug}.clearance"][0]) * 24.0
    document.parameter(f"clearance_{me}", f"clearance of {drug}", clearance, "litre_per_day")
    document.parameter(
        f"fold_{me}",
        f"what other medicines do to the clearance of {drug} (times)",
        1.0,
        ONE,
        constant=False,
    )
    ec50 = float(person[f"{drug}.ec50"][0])
    words = f"level of {drug} that fills half of the receptors"
    document.parameter(f"ec50_{me}", words, ec50, "microgram_per_litre")


def _write_elimination(document: Document, facts: Facts, drug: str) -> None:
    """Write the clearance of a drug, in part to its active metabolites."""
    me = sbml_id(drug)
    made = {sbml_id(m.drug): m.share for m in facts.drug(drug).metabolites if not m.is_direct}
    words = f"{drug} leaves the body" + (", in part as an active metabolite" if made else "")
    document.reaction(f"elimination_{me}", words, me, made, f"fold_{me} * clearance_{me} * {me}")


def _write_distribution(document: Document, person: Patients, drug: str) -> None:
    """Write the exchange of a drug between blood and tissue."""
    me = sbml_id(drug)
    volume = float(person[f"{drug}.volume_peripheral"][0])
    document.compartment(f"peripheral_{me}", f"peripheral volume of {drug}", volume)
    document.species(f"{me}_peripheral", f"{drug} in tissue", f"peripheral_{me}")
    flow = float(person[f"{drug}.intercompartmental_clearance"][0]) * 24.0
    words = f"clearance of {drug} between blood and tissue"
    document.parameter(f"flow_{me}", words, flow, "litre_per_day")
    document.reaction(
        f"distribution_{me}",
        f"{drug} between blood and tissue",
        me,
        {f"{me}_peripheral": 1.0},
        f"flow_{me} * ({me} - {me}_peripheral)",
        is_reversible=True,
    )


def _write_absorption(
    document: Document, person: Patients, facts: Facts, use: Use, number: int
) -> None:
    """Write the depot of a use and its absorption; nothing for a route without a depot."""
    factor = facts.routes[use.route].absorption_rate_factor
    if factor == "at once":
        return
    depot = f"depot_{number}"
    words = f"{use.drug} taken ({use.route}), not yet absorbed"
    document.species(depot, words, "gut", is_amount=True)
    rate = float(person[f"{use.drug}.absorption_rate"][0]) * 24.0 * factor
    words = f"absorption rate of {use.drug} ({use.route})"
    document.parameter(f"absorption_{number}", words, rate, "per_day")
    document.reaction(
        f"uptake_{number}",
        f"{use.drug} is absorbed ({use.route})",
        depot,
        reaching(use.drug, facts),
        f"absorption_{number} * {depot}",
    )


def _write_effect_site(document: Document, person: Patients, ligands: Iterable[str]) -> None:
    """Write the delay to the receptor and the competition of all ligands there."""
    transducer = float(person["transducer"][0])
    words = "amplification behind the receptor (structural alternative)"
    document.parameter("transducer", words, transducer, ONE)
    rate = float(np.log(2.0)) / float(person["effect_half_life"][0]) * 24.0
    words = "rate at which the receptor follows the blood"
    document.parameter("effect_rate", words, rate, "per_day")
    sites = " + ".join(f"{sbml_id(drug)} / ec50_{sbml_id(drug)}" for drug in ligands)
    document.rule("occupation", "sum of level over half-filling level", sites)
    document.state(
        "effect_site",
        "the same behind the delay to the receptor, times 1 + transducer",
        0.0,
        "effect_rate * ((1 + transducer) * occupation - effect_site)",
    )


def reaching(drug: str, facts: Facts) -> dict[str, float]:
    """Return what shares of a dose reach the blood as what: the drug, or what a prodrug becomes on
    the way.
    """
    direct = {sbml_id(m.drug): m.share for m in facts.drug(drug).metabolites if m.is_direct}
    return {
        name: share
        for name, share in ({sbml_id(drug): 1.0 - sum(direct.values())} | direct).items()
        if share > 0.0
    }
