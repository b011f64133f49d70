"""Kinetics as reactions of species, from clearances and volumes."""

from collections.abc import Iterable

import numpy as np

from homeostat.exchange.sbml.document import Document, sbml_id
from homeostat.exchange.sbml.mathml import ONE
from homeostat.facts import Facts
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen


def ligands_of(facts: Facts, drugs: Iterable[str]) -> list[str]:
    """Return all drugs and their active metabolites, each once."""
    found = list(drugs)
    for drug in found:
        found += [m.drug for m in facts.drug(drug).metabolites if m.drug not in found]
    return found


def write_kinetics(document: Document, person: Patients, regimen: Regimen, facts: Facts) -> None:
    """Write absorption, distribution, elimination and the effect site of each drug and metabolite."""

    def value(name: str) -> float:
        return float(person[name][0])

    add = document.parameter
    document.compartment("gut", "where doses wait to be absorbed", 1.0)
    ligands = ligands_of(facts, regimen.drugs)
    for drug in ligands:
        me = sbml_id(drug)
        document.compartment(
            f"central_{me}", f"central volume of {drug}", value(f"{drug}.volume_central")
        )
        document.species(me, f"{drug} in blood", f"central_{me}")
        add(
            f"clearance_{me}",
            f"clearance of {drug}",
            value(f"{drug}.clearance") * 24.0,
            "litre_per_day",
        )
        add(
            f"fold_{me}",
            f"what other medicines do to the clearance of {drug} (times)",
            1.0,
            ONE,
            constant=False,
        )
        add(
            f"ec50_{me}",
            f"level of {drug} that fills half of the receptors",
            value(f"{drug}.ec50"),
            "microgram_per_litre",
        )
    for drug in ligands:
        me = sbml_id(drug)
        made = {sbml_id(m.drug): m.share for m in facts.drug(drug).metabolites if not m.is_direct}
        document.reaction(
            f"elimination_{me}",
            f"{drug} leaves the body, in part as an active metabolite"
            if made
            else f"{drug} leaves the body",
            me,
            made,
            f"fold_{me} * clearance_{me} * {me}",
        )
        if f"{drug}.volume_peripheral" in person.columns and drug in regimen.drugs:
            document.compartment(
                f"peripheral_{me}",
                f"peripheral volume of {drug}",
                value(f"{drug}.volume_peripheral"),
            )
            document.species(f"{me}_peripheral", f"{drug} in tissue", f"peripheral_{me}")
            flow = value(f"{drug}.intercompartmental_clearance") * 24.0
            add(
                f"flow_{me}", f"clearance of {drug} between blood and tissue", flow, "litre_per_day"
            )
            document.reaction(
                f"distribution_{me}",
                f"{drug} between blood and tissue",
                me,
                {f"{me}_peripheral": 1.0},
                f"flow_{me} * ({me} - {me}_peripheral)",
                is_reversible=True,
            )
    for u, use in enumerate(regimen.uses):
        factor = facts.routes[use.route].absorption_rate_factor
        if factor == "at once":
            continue
        depot = f"depot_{u}"
        document.species(
            depot, f"{use.drug} taken ({use.route}), not yet absorbed", "gut", is_amount=True
        )
        rate = value(f"{use.drug}.absorption_rate") * 24.0 * factor
        add(f"absorption_{u}", f"absorption rate of {use.drug} ({use.route})", rate, "per_day")
        document.reaction(
            f"uptake_{u}",
            f"{use.drug} is absorbed ({use.route})",
            depot,
            reaching(use.drug, facts),
            f"absorption_{u} * {depot}",
        )
    add(
        "transducer",
        "amplification behind the receptor (structural alternative)",
        value("transducer"),
        ONE,
    )
    add(
        "effect_rate",
        "rate at which the receptor follows the blood",
        float(np.log(2.0)) / value("effect_half_life") * 24.0,
        "per_day",
    )
    sites = " + ".join(f"{sbml_id(drug)} / ec50_{sbml_id(drug)}" for drug in ligands)
    document.rule("occupation", "sum of level over half-filling level", sites)
    document.state(
        "effect_site",
        "the same behind the delay to the receptor, times 1 + transducer",
        0.0,
        "effect_rate * ((1 + transducer) * occupation - effect_site)",
    )


def reaching(drug: str, facts: Facts) -> dict[str, float]:
    """Return what shares of a dose reach the blood as what: the drug, or what a prodrug becomes on the way."""
    direct = {sbml_id(m.drug): m.share for m in facts.drug(drug).metabolites if m.is_direct}
    return {
        name: share
        for name, share in ({sbml_id(drug): 1.0 - sum(direct.values())} | direct).items()
        if share > 0.0
    }
