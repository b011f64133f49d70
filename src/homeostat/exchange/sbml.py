"""SBML: one person's whole model as a document that other simulators can run.

Systems Biology Markup Language, Level 3 Version 2: kinetics as reactions of species, adaptation and what follows as
rate rules, tone and severity as assignment rules, doses and changes of clearance as events. Kinetics are written from
clearances and volumes, not from the matrices that the kernels use, so that the two can disagree.

Nothing here is switched by `piecewise`: max(x, 0) = (x + |x|)/2 and min(x, y) = (x + y − |x − y|)/2, since a
solver that looks for the roots of a condition can chatter at a kink.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.model import equations as eq
from homeostat.model.course import SCALE_TOP
from homeostat.model.domain import reasons_to_withhold
from homeostat.model.kinetics import UG_PER_MG, folds_on
from homeostat.model.patients import Patients
from homeostat.model.regimen import Regimen, doses
from homeostat.model.schedule import schedule

SBML = "http://www.sbml.org/sbml/level3/version2/core"
MATHML = "http://www.w3.org/1998/Math/MathML"
XHTML = "http://www.w3.org/1999/xhtml"

ONE = "dimensionless"
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

_SAME_DOSE_D = 1e-6
"""Doses a day apart to within this belong to one series."""


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
    """Return the model of one person under a regimen as an SBML document, with all doses of `days` days.

    Time is in days from the first dose. A dose counts from its own moment on; a course shows the level just before it.

    Args:
        people: one person, or several and the `index` of the one that is meant.
        days: how long the doses go on if the regimen does not end them [d].
        conditions, outside_domain: as for `simulate`; outside the domain only the kinetics are written.

    Raises:
        InputError: more than one person and no index; a drug the person was drawn without; days not above zero.
    """
    person = _one(people, index)
    if not (np.isfinite(days) and days > 0):
        raise InputError(f"a model must cover more than 0 days (given: {days!r})")
    withheld = () if outside_domain == "show" else reasons_to_withhold(facts, person.person, regimen, conditions)
    root = Element("sbml", {"xmlns": SBML, "xmlns:sbml": SBML, "level": "3", "version": "2"})
    document = _Document(
        SubElement(
            root,
            "model",
            {
                "id": "homeostat",
                "name": f"Homeostat: {', '.join(regimen.drugs)}, one person",
                "timeUnits": "day",
                "substanceUnits": "microgram",
                "extentUnits": "microgram",
                "volumeUnits": "litre",
            },
        )
    )
    document.note(document.model, *_preface(people, 0 if index is None else index, regimen, facts, withheld))
    document.units()
    _kinetics(document, person, regimen, facts)
    if not withheld:
        _body(document, person, facts)
    _doses(document, person, regimen, facts, days)
    _changes(document, person, regimen, facts, days)
    document.close()
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _one(people: Patients, index: int | None) -> Patients:
    if index is None:
        if len(people) != 1:
            raise InputError(f"SBML holds one person, and here are {len(people)}: say which by its index")
        return people
    if not 0 <= index < len(people):
        raise InputError(f"there is no person {index}: they are counted from 0 to {len(people) - 1}")
    return people.take(slice(index, index + 1))


def _preface(people: Patients, index: int, regimen: Regimen, facts: Facts, withheld: Sequence[str]) -> list[str]:
    """Return what must be read before the model is run, one paragraph each."""
    said = []
    if regimen.ends_abruptly:
        said.append(
            "This model runs into an abrupt stop. It shows why nobody should do it: stopping suddenly can cause seizures,"
            " delirium and death."
        )
    said.append(
        "For research use by clinicians and researchers; not a medical device. Never a reason to change a dose"
        " without a clinician."
    )
    if withheld:
        said.append("Only the kinetics are written; the withdrawal forecast is withheld. " + " ".join(withheld))
    who = "the typical person" if people.seed is None else f"person {people.first + index} of seed {people.seed}"
    said.append(f"Made by homeostat {version('homeostat')} from the facts {facts.digest}, for {who}.")
    said.append("Time in days from the first dose; amounts in microgram; levels in microgram per litre (= ng/mL).")
    return said


# ── kinetics ─────────────────────────────────────────────────────────────────────────────────────────


def _ligands(facts: Facts, drugs: Iterable[str]) -> list[str]:
    """Return all drugs and their active metabolites, each once."""
    found = list(drugs)
    for drug in found:
        found += [m.drug for m in facts.drug(drug).metabolites if m.drug not in found]
    return found


def _kinetics(document: "_Document", person: Patients, regimen: Regimen, facts: Facts) -> None:
    def value(name: str) -> float:
        return float(person[name][0])

    add = document.parameter
    document.compartment("gut", "where doses wait to be absorbed", 1.0)
    ligands = _ligands(facts, regimen.drugs)
    for drug in ligands:
        me = _id(drug)
        document.compartment(f"central_{me}", f"central volume of {drug}", value(f"{drug}.volume_central"))
        document.species(me, f"{drug} in blood", f"central_{me}")
        add(f"clearance_{me}", f"clearance of {drug}", value(f"{drug}.clearance") * 24.0, "litre_per_day")
        add(f"fold_{me}", f"what other medicines do to the clearance of {drug} (times)", 1.0, ONE, constant=False)
        add(
            f"ec50_{me}",
            f"level of {drug} that fills half of the receptors",
            value(f"{drug}.ec50"),
            "microgram_per_litre",
        )
    for drug in ligands:
        me = _id(drug)
        made = {_id(m.drug): m.share for m in facts.drug(drug).metabolites if not m.is_direct}
        document.reaction(
            f"elimination_{me}",
            f"{drug} leaves the body, in part as an active metabolite" if made else f"{drug} leaves the body",
            me,
            made,
            f"fold_{me} * clearance_{me} * {me}",
        )
        if f"{drug}.volume_peripheral" in person.columns and drug in regimen.drugs:
            document.compartment(f"peripheral_{me}", f"peripheral volume of {drug}", value(f"{drug}.volume_peripheral"))
            document.species(f"{me}_peripheral", f"{drug} in tissue", f"peripheral_{me}")
            flow = value(f"{drug}.intercompartmental_clearance") * 24.0
            add(f"flow_{me}", f"clearance of {drug} between blood and tissue", flow, "litre_per_day")
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
        if factor is None:
            continue
        depot = f"depot_{u}"
        document.species(depot, f"{use.drug} taken ({use.route}), not yet absorbed", "gut", is_amount=True)
        rate = value(f"{use.drug}.absorption_rate") * 24.0 * factor
        add(f"absorption_{u}", f"absorption rate of {use.drug} ({use.route})", rate, "per_day")
        document.reaction(
            f"uptake_{u}",
            f"{use.drug} is absorbed ({use.route})",
            depot,
            _reaching(use.drug, facts),
            f"absorption_{u} * {depot}",
        )
    add("transducer", "amplification behind the receptor (structural alternative)", value("transducer"), ONE)
    add(
        "effect_rate",
        "rate at which the receptor follows the blood",
        float(np.log(2.0)) / value("effect_half_life") * 24.0,
        "per_day",
    )
    sites = " + ".join(f"{_id(drug)} / ec50_{_id(drug)}" for drug in ligands)
    document.rule("occupation", "sum of level over half-filling level", sites)
    document.state(
        "effect_site",
        "the same behind the delay to the receptor, times 1 + transducer",
        0.0,
        "effect_rate * ((1 + transducer) * occupation - effect_site)",
    )


def _reaching(drug: str, facts: Facts) -> dict[str, float]:
    """Return what shares of a dose reach the blood as what: the drug, or what a prodrug becomes on the way."""
    direct = {_id(m.drug): m.share for m in facts.drug(drug).metabolites if m.is_direct}
    return {name: share for name, share in ({_id(drug): 1.0 - sum(direct.values())} | direct).items() if share > 0.0}


# ── adaptation and what follows ──────────────────────────────────────────────────────────────────────

_RAMPS = {
    "ramp": ("imbalance", "threshold"),
    "ramp_anxiety": ("imbalance_anxiety", "threshold_anxiety"),
    "ramp_mood": ("imbalance_mood", "threshold_mood"),
}
_FORCING = {
    "fast": "effect",
    "slow": "effect",
    "norepinephrine": "drive",
    "glutamate": "drive",
    "anxiety": "drive_anxiety",
    "serotonin": "drive_mood",
    "dopamine": "drive_mood",
    "sleep_debt": "norepinephrine",
    "illness": "illness_now",
}
_MEANING = {
    "fast": "fast adaptation (down-regulation), before its gain",
    "slow": "slow adaptation (remodelling), before its gain",
    "norepinephrine": "norepinephrine above normal",
    "glutamate": "glutamate above normal",
    "anxiety": "rebound anxiety",
    "serotonin": "serotonin deficit",
    "dopamine": "dopamine deficit",
    "sleep_debt": "sleep debt",
    "illness": "the person's own illness, as far as it shows",
}


def _body(document: "_Document", person: Patients, facts: Facts) -> None:
    rows = eq.body_rows(person, facts.drug("clonazepam").kinetics.occupancy_ec50.to("ng/mL"))[:, 0]
    add, rule = document.parameter, document.rule
    for name, meaning, row in (
        ("kappa", "makes the structural alternatives equal at the reference level", eq.KAPPA),
        ("gain_fast", "gain of fast adaptation", eq.FAST_GAIN),
        ("gain_slow", "gain of slow adaptation", eq.SLOW_GAIN),
        ("gain_fast_anxiety", "gain of fast adaptation, anxiety channel", eq.ANX_FAST),
        ("gain_slow_anxiety", "gain of slow adaptation, anxiety channel", eq.ANX_SLOW),
        ("threshold", "imbalance that is borne without symptoms", eq.THETA),
        ("threshold_anxiety", "the same for anxiety", eq.ANX_THETA),
        ("threshold_mood", "the same for mood", eq.MOOD_THETA),
        ("sensitivity", "how strongly this person answers an imbalance", eq.SENS),
        ("answer_at_once", "how strongly this person answers without remodelling", eq.SENS_FLOOR),
        ("answer_by_remodelling", "how much more for each unit of remodelling", eq.SENS_SLOPE),
        ("illness_own", "strength of the person's own illness, untreated", eq.ILLNESS),
        ("illness_relief", "relief of that illness by lasting effect", eq.RELIEF),
    ):
        add(name, meaning, float(rows[row]), ONE)
    for i, name in enumerate(eq.FILTERS):
        add(f"time_{name}", f"time constant: {_MEANING[name]}", float(rows[eq.TAU + i]), "day")
    rule("effect", "drug effect behind the receptor", "kappa * effect_site / (1 + effect_site)")
    rule("imbalance", "adaptation that no drug answers", "gain_fast * fast + gain_slow * slow - effect")
    rule(
        "imbalance_anxiety", "the same, anxiety channel", "gain_fast_anxiety * fast + gain_slow_anxiety * slow - effect"
    )
    rule("imbalance_mood", "remodelling that no drug answers", "gain_slow * (slow - effect)")
    for name, (x, theta) in _RAMPS.items():
        inside = f"{name}_inside"
        rule(f"{name}_above", f"{x} above half its threshold, or 0", _ramp(f"({x} - 0.5 * {theta})"))
        rule(inside, f"the same, at most {theta}", f"0.5 * ({name}_above + {theta} - abs({name}_above - {theta}))")
        rule(name, f"what of {x} is felt", f"{inside} * {inside} / (2 * {theta}) + " + _ramp(f"({x} - 1.5 * {theta})"))
    rule("answer", "how strongly an imbalance is answered now", "answer_at_once + answer_by_remodelling * slow")
    rule("drive", "drive of withdrawal", "answer * ramp")
    rule("drive_anxiety", "drive of anxiety", "answer * ramp_anxiety")
    rule("drive_mood", "drive of low mood", "sensitivity * ramp_mood")
    rule(
        "illness_unrelieved",
        "share of the illness that effect leaves, before the floor at 0",
        f"1 - illness_relief * {_ramp('(-imbalance_anxiety)')}",
    )
    rule("illness_now", "the illness under the present effect", f"illness_own * {_ramp('illness_unrelieved')}")
    for name, forcing in _FORCING.items():
        start = float(rows[eq.ILLNESS]) if name == "illness" else 0.0
        document.state(name, _MEANING[name], start, f"({forcing} - {name}) / time_{name}")
    for name, column in (
        ("severity_baseline", "severity without withdrawal (points)"),
        ("severity_half_drive", "drive at half of the range"),
        ("severity_physical_share", "share of the physical systems in severity"),
    ):
        add(name, column, float(person[name][0]), ONE)
    add("severity_top", "top of the severity range (points)", SCALE_TOP, ONE)
    rule("tone", "inhibitory tone (1 = set point)", "1 - imbalance")
    rule(
        "severity_drive",
        "what severity answers",
        "severity_physical_share * 0.5 * (norepinephrine + glutamate) + (1 - severity_physical_share) * anxiety",
    )
    rule(
        "severity",
        "overall severity of withdrawal (0 to 80 points)",
        "severity_baseline + (severity_top - severity_baseline) * severity_drive / (severity_drive + severity_half_drive)",
    )


def _ramp(x: str) -> str:
    """Return max(x, 0) without a switch."""
    return f"0.5 * ({x} + abs({x}))"


# ── what happens when ────────────────────────────────────────────────────────────────────────────────


def _doses(document: "_Document", person: Patients, regimen: Regimen, facts: Facts, days: float) -> None:
    """Write one event for each daily series of equal doses: it happens again each day until its count is full.

    How many were taken is a species, so that a simulator which resets amounts and nothing else starts anew.
    """
    series = 0
    for u, use in enumerate(regimen.uses):
        route = facts.routes[use.route]
        at_once = 1.0 if route.absorption_rate_factor is None else float(person[f"{use.drug}.fast_share"][0])
        reaching = float(person[f"{use.drug}.bioavailability"][0]) * route.bioavailability_factor
        document.parameter(f"bioavailability_{u}", f"share of {use.drug} taken up ({use.route})", reaching, ONE)
        for first, count, mg in _series(*doses(use, days)):
            name, taken, dose = f"intake_{series}", f"taken_{series}", f"dose_{series}"
            document.species(taken, f"how many doses of series {series} are taken", "gut", is_amount=True, units=ONE)
            document.parameter(dose, f"{mg:g} mg of {use.drug}", mg * UG_PER_MG, "microgram")
            document.parameter(f"first_{series}", f"first of {count}, one a day", first, "day")
            document.parameter(f"count_{series}", "how many", float(count), ONE)
            changes = {taken: f"{taken} + 1"}
            if at_once < 1.0:
                changes[f"depot_{u}"] = f"depot_{u} + {1.0 - at_once!r} * bioavailability_{u} * {dose}"
            if at_once > 0.0:
                for to, share in _reaching(use.drug, facts).items():
                    changes[to] = f"{to} + {at_once * share!r} * bioavailability_{u} * {dose} / central_{to}"
            trigger = f"time >= first_{series} + {taken} * one_day and {taken} < count_{series}"
            document.event(name, f"{mg:g} mg of {use.drug} ({use.route}), {count} times", trigger, changes)
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


def _changes(document: "_Document", person: Patients, regimen: Regimen, facts: Facts, days: float) -> None:
    """Write one event for each day on which the schedule holds a new constant clearance."""
    plan = schedule(person, regimen, np.array([float(days)]), facts)
    starts = np.concatenate([[0.0], np.cumsum(plan.lengths)[:-1]])
    ligands = _ligands(facts, regimen.drugs)
    before, is_changing = -1, bool(plan.regime.any())
    for start, regime in zip(starts.tolist(), plan.regime.tolist(), strict=True):
        if regime == before or not is_changing:
            continue
        before, day = regime, float(np.round(start, 9))
        # the same moments as in schedule.schedule: noon of the first day of a regime
        folds = folds_on(regimen.changes, day + 0.5 if regime else 0.0)
        changes = {f"fold_{_id(drug)}": repr(fold) for drug, fold in folds.items() if drug in ligands}
        if changes:
            # the first regime is an event too, so that a second run after a reset of amounts starts from it
            document.parameter(f"change_{regime}", "clearance changes", day, "day")
            words = f"clearance from day {day:g} on"
            document.event(f"change_of_clearance_{regime}", words, f"time >= change_{regime}", changes)


# ── the document ─────────────────────────────────────────────────────────────────────────────────────


class _Document:
    """Collect the parts of a model in the order that SBML asks for."""

    _ORDER = ("UnitDefinitions", "Compartments", "Species", "Parameters", "Rules", "Reactions", "Events")

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
            unit = SubElement(self._lists["UnitDefinitions"], "unitDefinition", {"id": name, "name": words})
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
        self, name: str, words: str, compartment: str, *, is_amount: bool = False, units: str = "microgram"
    ) -> None:
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

    def parameter(self, name: str, words: str, value: float | None, units: str, *, constant: bool = True) -> None:
        found = {"id": name, "name": words, "units": units, "constant": str(constant).lower()}
        if value is not None:
            found["value"] = repr(float(value))
        SubElement(self._lists["Parameters"], "parameter", found)

    def rule(self, name: str, words: str, formula: str) -> None:
        """Declare a quantity without unit that is always equal to a formula."""
        self.parameter(name, words, None, ONE, constant=False)
        SubElement(self._lists["Rules"], "assignmentRule", {"variable": name}).append(_math(formula))

    def state(self, name: str, words: str, start: float, rate: str) -> None:
        """Declare a quantity without unit by its start and its rate [1/day]."""
        self.parameter(name, words, start, ONE, constant=False)
        SubElement(self._lists["Rules"], "rateRule", {"variable": name}).append(_math(rate))

    def reaction(
        self, name: str, words: str, reactant: str, products: dict[str, float], law: str, *, is_reversible: bool = False
    ) -> None:
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
        SubElement(reaction, "kineticLaw").append(_math(law))

    def event(self, name: str, words: str, trigger: str, changes: dict[str, str]) -> None:
        # values at the moment of execution: two doses at one moment must both count
        event = SubElement(
            self._lists["Events"], "event", {"id": name, "name": words, "useValuesFromTriggerTime": "false"}
        )
        SubElement(event, "trigger", {"initialValue": "false", "persistent": "true"}).append(_math(trigger))
        inner = SubElement(event, "listOfEventAssignments")
        for variable, formula in changes.items():
            SubElement(inner, "eventAssignment", {"variable": variable}).append(_math(formula))


def _id(name: str) -> str:
    """Return a name as SBML allows it.

    >>> _id("N-desmethyl x")
    'N_desmethyl_x'
    """
    return re.sub(r"\W", "_", name, flags=re.ASCII)


_OPERATORS = {
    ast.Add: "plus",
    ast.Sub: "minus",
    ast.Mult: "times",
    ast.Div: "divide",
    ast.And: "and",
    ast.GtE: "geq",
    ast.Lt: "lt",
    ast.USub: "minus",
}


def _math(formula: str) -> Element:
    """Return a formula, written as in Python, as MathML; bare numbers have no unit, `time` is the model's."""
    root = Element("math", {"xmlns": MATHML})
    root.append(_node(ast.parse(formula, mode="eval").body))
    return root


def _node(node: ast.expr) -> Element:
    match node:
        case ast.BinOp(left, operator, right):
            return _apply(_OPERATORS[type(operator)], left, right)
        case ast.UnaryOp(operator, operand):
            return _apply(_OPERATORS[type(operator)], operand)
        case ast.BoolOp(operator, values):
            return _apply(_OPERATORS[type(operator)], *values)
        case ast.Compare(left, [operator], [right]):
            return _apply(_OPERATORS[type(operator)], left, right)
        case ast.Call(ast.Name(name), args):
            return _apply(name, *args)
        case ast.Name("time"):
            symbol = Element("csymbol", {"encoding": "text", "definitionURL": "http://www.sbml.org/sbml/symbols/time"})
            symbol.text = "time"
            return symbol
        case ast.Name(name):
            identifier = Element("ci")
            identifier.text = f" {name} "
            return identifier
        case ast.Constant(value):
            number = Element("cn", {"sbml:units": ONE, "type": "real"})
            number.text = f" {np.format_float_positional(float(value), trim='0')} "  # type: ignore[arg-type]
            return number
    raise TypeError(f"this cannot be written as MathML: {ast.unparse(node)}")


def _apply(operator: str, *operands: ast.expr) -> Element:
    applied = Element("apply")
    SubElement(applied, operator)
    applied.extend(_node(operand) for operand in operands)
    return applied
