"""The parts of an SBML model, in the order the format asks for."""

import re
from xml.etree.ElementTree import Element, SubElement

from homeostat.exchange.sbml.mathml import ONE, mathml

XHTML = "http://www.w3.org/1999/xhtml"

UNITS: dict[str, tuple[str, tuple[tuple[str, int, int, float], ...]]] = {
    "day": ("day", (("second", 1, 0, 86400.0),)),
    "per_day": ("1/day", (("second", -1, 0, 86400.0),)),
    "microgram": ("microgram", (("gram", 1, -6, 1.0),)),
    "microgram_per_litre": (
        "microgram per litre, the same number as nanogram per millilitre",
        (("gram", 1, -6, 1.0), ("litre", -1, 0, 1.0)),
    ),
    "litre_per_day": ("litre per day", (("litre", 1, 0, 1.0), ("second", -1, 0, 86400.0))),
}
"""Each unit: its name, then (kind, exponent, scale, multiplier)."""


class Document:
    """Collect the parts of a model in the order that SBML asks for."""

    _ORDER = (
        "UnitDefinitions",
        "Compartments",
        "Species",
        "Parameters",
        "Rules",
        "Reactions",
        "Events",
    )

    def __init__(self, model: Element) -> None:
        self.model = model
        self._lists = {name: Element(f"listOf{name}") for name in self._ORDER}

    def close(self) -> None:
        """Put the lists that hold something into the model."""
        self.model.extend(part for part in self._lists.values() if len(part))

    def note(self, element: Element, *paragraphs: str) -> None:
        """Put paragraphs for a human reader into an element."""
        body = SubElement(SubElement(element, "notes"), "body", {"xmlns": XHTML})
        for paragraph in paragraphs:
            SubElement(body, "p").text = paragraph

    def units(self) -> None:
        """Declare the units that are used."""
        for name, (words, parts) in UNITS.items():
            unit = SubElement(
                self._lists["UnitDefinitions"], "unitDefinition", {"id": name, "name": words}
            )
            inner = SubElement(unit, "listOfUnits")
            for kind, exponent, scale, multiplier in parts:
                SubElement(
                    inner,
                    "unit",
                    {
                        "kind": kind,
                        "exponent": str(exponent),
                        "scale": str(scale),
                        "multiplier": f"{multiplier:g}",
                    },
                )

    def compartment(self, name: str, words: str, litres: float) -> None:
        """Declare a volume [L]."""
        SubElement(
            self._lists["Compartments"],
            "compartment",
            {
                "id": name,
                "name": words,
                "spatialDimensions": "3",
                "size": repr(litres),
                "units": "litre",
                "constant": "true",
            },
        )

    def species(
        self,
        name: str,
        words: str,
        compartment: str,
        *,
        is_amount: bool = False,
        units: str = "microgram",
    ) -> None:
        """Declare a substance that begins at nothing, as a level or as an amount."""
        SubElement(
            self._lists["Species"],
            "species",
            {
                "id": name,
                "name": words,
                "compartment": compartment,
                "initialAmount": "0",
                "substanceUnits": units,
                "hasOnlySubstanceUnits": str(is_amount).lower(),
                "boundaryCondition": "false",
                "constant": "false",
            },
        )

    def parameter(
        self, name: str, words: str, value: float | None, units: str, *, constant: bool = True
    ) -> None:
        """Declare a number with its unit."""
        found = {"id": name, "name": words, "units": units, "constant": str(constant).lower()}
        if value is not None:
            found["value"] = repr(float(value))
        SubElement(self._lists["Parameters"], "parameter", found)

    def rule(self, name: str, words: str, formula: str) -> None:
        """Declare a quantity without unit that is always equal to a formula."""
        self.parameter(name, words, None, ONE, constant=False)
        SubElement(self._lists["Rules"], "assignmentRule", {"variable": name}).append(
            mathml(formula)
        )

    def state(self, name: str, words: str, start: float, rate: str) -> None:
        """Declare a quantity without unit by its start and its rate [1/day]."""
        self.parameter(name, words, start, ONE, constant=False)
        SubElement(self._lists["Rules"], "rateRule", {"variable": name}).append(mathml(rate))

    def reaction(
        self,
        name: str,
        words: str,
        reactant: str,
        products: dict[str, float],
        law: str,
        *,
        is_reversible: bool = False,
    ) -> None:
        """Turn one substance into shares of others by a rate law [microgram/day]."""
        reaction = SubElement(
            self._lists["Reactions"],
            "reaction",
            {
                "id": name,
                "name": words,
                "reversible": str(is_reversible).lower(),
            },
        )
        for kind, members in (("Reactants", {reactant: 1.0}), ("Products", products)):
            if members:
                inner = SubElement(reaction, f"listOf{kind}")
                for species, share in members.items():
                    SubElement(
                        inner,
                        "speciesReference",
                        {
                            "species": species,
                            "stoichiometry": repr(share),
                            "constant": "true",
                        },
                    )
        SubElement(reaction, "kineticLaw").append(mathml(law))

    def event(self, name: str, words: str, trigger: str, changes: dict[str, str]) -> None:
        """Set variables to formulas at the moment a condition becomes true."""
        # values at the moment of execution: two doses at one moment must both count
        event = SubElement(
            self._lists["Events"],
            "event",
            {"id": name, "name": words, "useValuesFromTriggerTime": "false"},
        )
        SubElement(event, "trigger", {"initialValue": "false", "persistent": "true"}).append(
            mathml(trigger)
        )
        inner = SubElement(event, "listOfEventAssignments")
        for variable, formula in changes.items():
            SubElement(inner, "eventAssignment", {"variable": variable}).append(mathml(formula))


def sbml_id(name: str) -> str:
    """Return a name as SBML allows it.

    >>> sbml_id("N-desmethyl x")
    'N_desmethyl_x'
    """
    return re.sub(r"\W", "_", name, flags=re.ASCII)
