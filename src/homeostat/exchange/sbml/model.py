"""The whole model of one person as a document."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from homeostat.errors import InputError
from homeostat.exchange.sbml.body import write_body
from homeostat.exchange.sbml.document import Document
from homeostat.exchange.sbml.events import write_changes, write_doses
from homeostat.exchange.sbml.kinetics import write_kinetics
from homeostat.facts import Facts
from homeostat.model.domain import reasons_to_withhold
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen

SBML = "http://www.sbml.org/sbml/level3/version2/core"


def sbml(
    people: Patients,
    regimen: Regimen,
    facts: Facts,
    days: float,
    *,
    index: int | None = None,
    conditions: Iterable[str] = (),
    outside_domain: Literal["withhold", "show"] = "withhold",
) -> str:
    """Return the model of one person under a regimen as an SBML document, with all doses of `days`
    days.

    Time is in days from the first dose. A dose counts from its own moment on; a course shows the
    level just before it.

    Args:
        people: one person, or several and the `index` of the one that is meant.
        days: how long the doses go on if the regimen does not end them [d].
        conditions, outside_domain: as for `simulate`; outside the domain only the kinetics are
            written.

    Raises:
        InputError: more than one person and no index; a drug the person was drawn without; days not
            above zero.
    """
    person = _one(people, index)
    if not (np.isfinite(days) and days > 0):
        raise InputError(f"a model must cover more than 0 days (given: {days!r})")
    withheld = (
        ()
        if outside_domain == "show"
        else reasons_to_withhold(facts, person.person, regimen, conditions)
    )
    root = Element("sbml", {"xmlns": SBML, "xmlns:sbml": SBML, "level": "3", "version": "2"})
    document = Document(_model(root, f"Homeostat: {', '.join(regimen.drugs)}, one person"))
    document.note(
        document.model, *_preface(people, 0 if index is None else index, regimen, facts, withheld)
    )
    document.units()
    write_kinetics(document, person, regimen, facts)
    if not withheld:
        write_body(document, person, facts)
    write_doses(document, person, regimen, facts, days)
    write_changes(document, person, regimen, facts, days)
    document.close()
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _model(root: Element, name: str) -> Element:
    """Return the model of a document, with its units."""
    said = {
        "id": "homeostat",
        "name": name,
        "timeUnits": "day",
        "substanceUnits": "microgram",
        "extentUnits": "microgram",
        "volumeUnits": "litre",
    }
    return SubElement(root, "model", said)


def _one(people: Patients, index: int | None) -> Patients:
    if index is None:
        if len(people) != 1:
            raise InputError(
                f"SBML holds one person, and here are {len(people)}: say which by its index"
            )
        return people
    if not 0 <= index < len(people):
        raise InputError(
            f"there is no person {index}: they are counted from 0 to {len(people) - 1}"
        )
    return people.take(slice(index, index + 1))


def _preface(
    people: Patients, index: int, regimen: Regimen, facts: Facts, withheld: Sequence[str]
) -> list[str]:
    """Return what must be read before the model is run, one paragraph each."""
    said = []
    if regimen.ends_abruptly:
        said.append(
            "This model runs into an abrupt stop. It shows why nobody should do it: stopping"
            " suddenly can cause seizures,"
            " delirium and death."
        )
    said.append(
        "For research use by clinicians and researchers; not a medical device. Never a reason to"
        " change a dose"
        " without a clinician."
    )
    if withheld:
        said.append(
            "Only the kinetics are written; the withdrawal forecast is withheld. "
            + " ".join(withheld)
        )
    who = (
        "the median person"
        if people.seed is None
        else f"person {people.first + index} of seed {people.seed}"
    )
    said.append(
        f"Made by homeostat {version('homeostat')} from the facts {facts.digest}, for {who}."
    )
    said.append(
        "This is one person, without a band. People alike in age, weight and drug differ widely; a"
        " forecast is a range."
        + (
            " The median person has every parameter at its middle and is nobody in particular."
            * (people.seed is None)
        )
    )
    said.append(
        "Time in days from the first dose; amounts in microgram; levels in microgram per litre"
        " (= ng/mL)."
    )
    return said
