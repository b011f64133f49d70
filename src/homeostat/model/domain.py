"""Domain of validity: for whom the withdrawal forecast may be shown, and the reason when it may
not.
"""

from collections.abc import Iterable
from functools import lru_cache

from homeostat.facts import Facts
from homeostat.facts.records import ConditionsLimit, HighestLimit, RangeLimit
from homeostat.language.messages import Message, Quantity, Term, said
from homeostat.model.patients import REFERENCE_DRUG, Person
from homeostat.model.regimen import Regimen

SHOWN_DIGITS = 3


def reasons_to_withhold(
    facts: Facts, person: Person, regimen: Regimen, conditions: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return one sentence for each limit of the domain that is exceeded; empty if the forecast may
    be shown.
    """
    found = limits_exceeded(facts, person, regimen, conditions)
    return tuple(message.text("en") for message in found)


def limits_exceeded(
    facts: Facts, person: Person, regimen: Regimen, conditions: Iterable[str] = ()
) -> tuple[Message, ...]:
    """Return one message for each limit of the domain that is exceeded."""
    found = []
    doses = _daily_potency(facts, regimen)
    checks = (
        (facts.limit("age", RangeLimit), person.age_years, "age in years"),
        (facts.limit("weight", RangeLimit), person.weight_kg, "kg"),
        (facts.limit("duration", RangeLimit), regimen.days, "days of use"),
        (facts.limit("dose", RangeLimit), max(doses.values()), "mg/d"),
        (facts.limit("z-drug", HighestLimit), _z_share(facts, regimen), "of the effect"),
    )
    for limit, value, unit in checks:
        is_below = isinstance(limit, RangeLimit) and value < limit.low
        if is_below or value > limit.high:
            found.append(
                said(
                    "domain.limit",
                    label=Term(limit.label),
                    value=Quantity.rounded(value, unit, SHOWN_DIGITS),
                    bounds=_range(limit),
                    why=Term(limit.sentence),
                )
            )
    known = facts.limit("conditions", ConditionsLimit)
    found += [
        said("domain.condition", condition=Term(condition), why=Term(known.sentence))
        for condition in conditions
        if condition in known.conditions
    ]
    return tuple(found)


def _range(limit: RangeLimit | HighestLimit) -> Message:
    if isinstance(limit, HighestLimit):
        return said("domain.up-to", high=limit.high)
    return said("domain.from-to", low=limit.low, high=limit.high)


@lru_cache(maxsize=64)
def potency(facts: Facts, drug: str) -> float:
    """Return mg of REFERENCE_DRUG a day that one mg a day of a drug equals at steady state,
    metabolites included.

    u = Σ_j C_j/EC50_j with C_j = formed share/(24·CL_j) per mg; the ratio to REFERENCE_DRUG's u.
    Typical kinetics.
    """
    return occupancy_per_mg(facts, drug) / occupancy_per_mg(facts, REFERENCE_DRUG)


def occupancy_per_mg(facts: Facts, drug: str, share: float = 1.0) -> float:
    """Return the occupancy at steady state of one mg a day, u = Σ_j C_j/EC50_j, metabolites
    included [d/mg]; typical kinetics.
    """
    record = facts.drug(drug)
    k = record.kinetics
    direct = sum(m.share for m in record.metabolites if m.is_direct)
    own = (
        share
        * (1.0 - direct)
        * 1000.0
        / 24.0
        / k.clearance.to("L/h")
        / k.occupancy_ec50.to("ng/mL")
    )
    made = (
        (m.drug, share * (m.share if m.is_direct else (1.0 - direct) * m.share))
        for m in record.metabolites
    )
    return own + sum(occupancy_per_mg(facts, name, part) for name, part in made)


def _daily_potency(facts: Facts, regimen: Regimen) -> dict[float, float]:
    """Return the day's total as REFERENCE_DRUG [mg/d] on each day on which anything changes before
    the known part ends.
    """
    days = {
        step.from_day for use in regimen.uses for step in use.steps if step.from_day < regimen.days
    } | {0.0}
    return {
        day: sum(potency(facts, d) * regimen.mg_per_day(d, day) for d in regimen.drugs)
        for day in sorted(days)
    }


def _z_share(facts: Facts, regimen: Regimen) -> float:
    day = max(_daily_potency(facts, regimen))
    parts = {d: potency(facts, d) * regimen.mg_per_day(d, day) for d in regimen.drugs}
    total = sum(parts.values())
    return (
        sum(part for d, part in parts.items() if facts.drug(d).family == "z-drug") / total
        if total
        else 0.0
    )
