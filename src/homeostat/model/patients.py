"""Patients: n sets of parameters, a column each; drawn so that the same seed is the same person in
every world.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import inf, log
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from homeostat.errors import InputError, nearest
from homeostat.facts import Facts, load
from homeostat.facts.records import Bioavailability, Covariate, Drug, Spread

PerPatient = NDArray[np.float64]
Draws = Callable[[str], PerPatient]
"""From the name of a parameter to one standard normal number for each person."""

A_DECADE = "per decade over "
"""Begins the level of a covariate that acts at every age, by decades past one."""
REFERENCE_DRUG = "clonazepam"
"""The drug in whose level the body's parameters are scaled (`reference_level`) and in whose mg
potency is given.
"""
STRUCTURES = (0.0, 3.0, 10.0)
"""Structural alternatives of the transducer tau, equally likely."""
MIDDLE_STRUCTURE = STRUCTURES[1]
"""The structural alternative whose effect at the reference level the others are given."""

TRAITS = {
    "sex": ("not said", "female", "male"),
    "liver": ("normal", "impaired"),
    "cyp3a": ("normal", "low"),
    "cyp2c19": ("normal", "poor"),
    "nat2": ("not said", "slow", "rapid"),
}


@dataclass(frozen=True)
class Person:
    """What is known of a person before any drug is taken.

    Args:
        age_years, weight_kg: age [y] and weight [kg].
        illness: strength of an anxiety or mood illness of their own, 0 (none) to 1 (severe,
            untreated).
        sex, liver, cyp3a, cyp2c19, nat2: one of the words in TRAITS.
    """

    age_years: float = 40.0
    weight_kg: float = 70.0
    illness: float = 0.0
    sex: str = "not said"
    liver: str = "normal"
    cyp3a: str = "normal"
    cyp2c19: str = "normal"
    nat2: str = "not said"

    def __post_init__(self) -> None:
        for name, low, high in (
            ("age_years", 0.0, 120.0),
            ("weight_kg", 2.0, 400.0),
            ("illness", 0.0, 1.0),
        ):
            value = getattr(self, name)
            if not low <= value <= high or value == inf:
                raise InputError(f"{name} must lie between {low:g} and {high:g} (given: {value!r})")
        for name, words in TRAITS.items():
            if getattr(self, name) not in words:
                raise InputError(
                    f"{name} must be one of {', '.join(words)} (given: {getattr(self, name)!r})"
                )


@dataclass(frozen=True)
class Patients:
    """n people as columns: `columns[name]` holds one number for each.

    The median person (n = 1), a virtual population (draws from the prior) and a personalised
    patient (draws from a posterior) are all Patients.
    """

    columns: Mapping[str, PerPatient]
    person: Person = field(default_factory=Person)
    seed: int | None = None
    first: int = 0

    def __post_init__(self) -> None:
        sizes = {len(column) for column in self.columns.values()}
        if len(sizes) != 1:
            raise InputError(f"all columns must have one length (found {sorted(sizes)})")
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> PerPatient:
        if name not in self.columns:
            drug = name.split(".")[0]
            raise InputError(
                f"these people were drawn without '{drug}': name it in draw(…, drugs=…)"
            )
        return self.columns[name]

    def take(self, which: NDArray[np.intp] | slice) -> "Patients":
        """Return some of the people, unchanged."""
        return replace(self, columns={name: column[which] for name, column in self.columns.items()})

    def with_columns(self, **changed: PerPatient | float) -> "Patients":
        """Return the same people with some columns replaced; dots in names are written '__'."""
        names = {name.replace("__", "."): value for name, value in changed.items()}
        if unknown := names.keys() - self.columns.keys():
            raise InputError(
                f"there is no column '{min(unknown)}'.{nearest(min(unknown), self.columns)}"
            )
        filled = {
            name: np.broadcast_to(np.asarray(value, float), len(self)).copy()
            for name, value in names.items()
        }
        return replace(self, columns={**self.columns, **filled})


def uniform(seed: int, name: str, n: int, first: int = 0) -> PerPatient:
    """Return numbers in (0, 1) for the people first … first + n − 1.

    Each is a function of (seed, name, index of the person) alone, by a counter-based generator, so
    that no number depends on how many people are drawn, in which order, or what else is drawn for
    them.
    """
    key = int.from_bytes(sha256(f"{seed}:{name}".encode()).digest()[:16], "little")
    generator = np.random.Philox(key=key)
    generator.advance(first // 4)
    raw = generator.random_raw(first % 4 + n)[first % 4 :]
    return np.asarray((raw >> np.uint64(11)) * 2.0**-53 + 2.0**-54, dtype=float)


def normal(seed: int, name: str, n: int, first: int = 0) -> PerPatient:
    """Return standard normal numbers for the people first … first + n − 1, as `uniform` does.

    z = sqrt(−2·ln u1)·cos(2π·u2), two uniform numbers for each person (Box & Muller 1958).
    """
    pairs = uniform(seed, name, 2 * n, 2 * first).reshape(n, 2)
    return np.asarray(np.sqrt(-2.0 * np.log(pairs[:, 0])) * np.cos(2.0 * np.pi * pairs[:, 1]))


def draw(
    n: int,
    seed: int,
    *,
    drugs: Iterable[str] | None = None,
    facts: Facts | None = None,
    first: int = 0,
    **traits: float | str,
) -> Patients:
    """Draw n people from the prior: spread between people, between sources, between structures.

    Args:
        n: how many.
        seed: the same seed gives the same people in every world.
        drugs: whose kinetics to draw (default: all drugs of the facts); metabolites come along.
        first: index of the first person, so that a million can be drawn in blocks.
        traits: age_years, weight_kg, illness, sex, liver, cyp3a, cyp2c19, nat2 (see Person).

    Raises:
        InputError: n below 1, or a trait that no person has.
    """
    if n < 1:
        raise InputError(f"at least one person must be drawn (given: {n})")
    person = _person(traits)
    facts = facts or load()
    columns = _body(facts, person, lambda name: normal(seed, name, n, first))
    columns["transducer"] = np.asarray(STRUCTURES)[
        (uniform(seed, "transducer", n, first) * len(STRUCTURES)).astype(int)
    ]
    columns["wave_carrier"] = (
        uniform(seed, "wave_carrier", n, first) < facts.parameters["wave_share"].value
    ).astype(float)
    for drug in _with_metabolites(facts, drugs):
        columns |= _kinetics(
            facts,
            drug,
            person,
            lambda name: normal(seed, name, n, first),
            uniform(seed, f"{drug.id}.source", n, first),
        )
    return Patients(columns, person, seed, first)


def median(
    *, drugs: Iterable[str] | None = None, facts: Facts | None = None, **traits: float | str
) -> Patients:
    """Return the one person with typical parameters and the middle structural alternative."""
    person = _person(traits)
    facts = facts or load()

    def centre(_: str) -> PerPatient:
        return np.zeros(1)

    columns = _body(facts, person, centre)
    columns["transducer"] = np.full(1, facts.parameters["transducer"].value)
    columns["wave_carrier"] = np.zeros(1)
    for drug in _with_metabolites(facts, drugs):
        columns |= _kinetics(facts, drug, person, centre, None)
    return Patients(columns, person)


def _person(traits: Mapping[str, float | str]) -> Person:
    known = Person.__dataclass_fields__
    if unknown := traits.keys() - known.keys():
        raise InputError(f"unknown trait '{min(unknown)}'.{nearest(min(unknown), known)}")
    return Person(**traits)  # type: ignore[arg-type]


def _with_metabolites(facts: Facts, drugs: Iterable[str] | None) -> list[Drug]:
    wanted = list(facts.drug_ids if drugs is None else drugs)
    found: dict[str, Drug] = {}
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = facts.drug(name)
            wanted += [metabolite.drug for metabolite in found[name].metabolites]
    return list(found.values())


def _lognormal_sd(cv: float) -> float:
    """Return the standard deviation of the logarithm: sqrt(ln(1 + cv²))."""
    return float(np.sqrt(np.log1p(cv**2)))


def _body(facts: Facts, person: Person, z: Draws) -> dict[str, PerPatient]:
    """Parameters of adaptation and rebound; a parameter with a cv is lognormal about its value."""
    n = len(z("sensitivity"))
    columns = {}
    for name, parameter in facts.parameters.items():
        typical = np.full(n, parameter.value)
        columns[name] = (
            typical * np.exp(_lognormal_sd(parameter.cv) * z(name)) if parameter.cv else typical
        )
    columns["illness"] = np.full(n, person.illness)
    return columns


def _kinetics(
    facts: Facts, drug: Drug, person: Person, z: Draws, source: PerPatient | None
) -> dict[str, PerPatient]:
    """Kinetic parameters of one drug for each person.

    P = typical · (weight/70)^(0.75 for clearances, 1 for volumes) · Π factors of the person's
    traits · exp(ω z). Clearance of one enzyme shares one z across drugs, volumes share one,
    absorption shares one: a slow metaboliser is slow for every drug of that enzyme. Source:
    kruizinga-2022, for the exponents.
    """
    k = drug.kinetics
    size = person.weight_kg / 70.0

    def spread(fact: Spread | Bioavailability, name: str) -> PerPatient:
        return np.exp(_lognormal_sd(fact.cv) * z(name))

    def of_source(name: str, unit: str, typical: float) -> PerPatient:
        found = np.array([by_name.get(name, typical) for by_name in published(drug, unit)])
        if source is None or len(found) < 2:
            return np.full(1, typical)
        return np.asarray(found[(source * len(found)).astype(int)])

    typical = of_source("clearance", "L/h", k.clearance.to("L/h"))
    all_volume = k.volume_central.to("L") + (
        k.volume_peripheral.to("L") if k.volume_peripheral else 0.0
    )
    volume_fold = of_source("volume", "L", all_volume) / all_volume
    enzyme = drug.enzymes[0] if drug.enzymes else drug.id
    columns = {
        "clearance": typical
        * size**0.75
        * factor(drug, person, "clearance")
        * spread(k.clearance, f"enzyme.{enzyme}"),
        "volume_central": k.volume_central.to("L")
        * volume_fold
        * size
        * factor(drug, person, "volume")
        * spread(k.volume_central, "volume"),
        "absorption_rate": of_source("absorption rate", "1/h", k.absorption_rate.to("1/h"))
        * spread(k.absorption_rate, "absorption"),
        "bioavailability": k.relative_bioavailability.to("share")
        * spread(k.relative_bioavailability, "bioavailability"),
        "ec50": np.full(len(z("volume")), k.occupancy_ec50.to("ng/mL")),
        "fast_share": np.full(len(z("volume")), k.fast_share.to("share") if k.fast_share else 0.0),
    }
    if k.volume_peripheral and k.intercompartmental_clearance:
        q, v = k.intercompartmental_clearance, k.volume_peripheral
        columns["intercompartmental_clearance"] = (
            q.to("L/h") * size**0.75 * spread(q, "distribution")
        )
        columns["volume_peripheral"] = (
            v.to("L") * volume_fold * size * factor(drug, person, "volume") * spread(v, "volume")
        )
    return {f"{drug.id}.{name}": np.asarray(column, float) for name, column in columns.items()}


def published(drug: Drug, unit: str) -> list[dict[str, float]]:
    """Return what each source of the drug's clearance gives, by property, of the figures that are
    in a unit and pooled.

    Each person is assigned to one source, as often as to any other. What that source gives too
    (volume of all compartments, absorption rate) comes from it; what it does not give is the
    typical value of `kinetics`.
    """
    pooled = [figure for figure in drug.figures if figure.pooled]
    return [
        {
            figure.property: figure.to(unit)
            for figure in (*(f for f in pooled if f.property != "clearance"), clearance)
            if figure.sources[0] == clearance.sources[0] and figure.unit == unit
        }
        for clearance in pooled
        if clearance.property == "clearance"
    ]


def factor(drug: Drug, person: Person, parameter: str) -> float:
    """Return the product of what this person's traits do to a parameter: 'clearance' or 'volume'
    [fold].
    """
    total = 1.0
    for covariate in drug.covariates:
        if covariate.parameter != parameter or not has_trait(person, covariate):
            continue
        fold = covariate.to("fold")
        if covariate.level.startswith(A_DECADE):
            start = float(covariate.level.removeprefix(A_DECADE))
            total *= float(np.exp(log(fold) * (person.age_years - start) / 10.0))
        else:
            total *= fold
    return total


def has_trait(person: Person, covariate: Covariate) -> bool:
    """True when a covariate acts on a person: by the trait itself, by an age that is passed, or at
    every age.

    Where it was found in one sex alone, a sex that is not said counts as male, as it does in the
    clearance.
    """
    if covariate.sex is not None and (person.sex == "female") != (covariate.sex == "female"):
        return False
    if covariate.on != "age":
        return bool(getattr(person, covariate.on) == covariate.level)
    return covariate.level.startswith(A_DECADE) or person.age_years > float(
        covariate.level.removeprefix("over ")
    )
