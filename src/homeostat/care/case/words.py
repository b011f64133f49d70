"""The words a case may use for conditions and for classes of medicines."""

from collections.abc import Mapping
from types import MappingProxyType

from homeostat.facts import Facts
from homeostat.facts.medicines import classes_of
from homeostat.facts.records import Drug, Interaction
from homeostat.facts.spelling import looks_like

OTHER_CONDITIONS = (
    "anxiety disorder",
    "asthma",
    "bipolar disorder",
    "breast feeding",
    "cancer",
    "chronic pain",
    "COPD",
    "dementia",
    "depression",
    "diabetes",
    "eating disorder",
    "falls",
    "frailty",
    "heart disease",
    "high blood pressure",
    "insomnia",
    "kidney disease",
    "liver disease",
    "myasthenia gravis",
    "obsessive-compulsive disorder",
    "opioid use disorder",
    "panic disorder",
    "Parkinson's disease",
    "personality disorder",
    "PTSD",
    "REM sleep behaviour disorder",
    "restless legs",
    "schizophrenia",
    "sleep apnoea",
    "spasticity",
    "stroke",
    "substance use disorder",
    "suicidal thoughts",
    "thyroid disease",
    "traumatic brain injury",
)
"""Conditions that change risk, setting or what to watch, but do not by themselves withhold the forecast."""

BETTER_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "alcohol use disorder": ("alcohol dependence", "substance use disorder"),
        "alcoholism": ("alcohol dependence",),
        "addiction": ("substance use disorder", "opioid use disorder", "alcohol dependence"),
        "anxiety": ("anxiety disorder", "panic disorder"),
        "cirrhosis": ("liver disease", "liver failure"),
        "delirium": ("delirium now",),
        "heart failure": ("heart disease",),
        "hypertension": ("high blood pressure",),
        "mania": ("bipolar disorder",),
        "ocd": ("obsessive-compulsive disorder",),
        "opioid dependence": ("opioid use disorder",),
        "opioid use": ("opioid use disorder",),
        "pregnant": ("pregnancy",),
        "psychosis": ("psychosis now", "schizophrenia"),
        "seizures": ("epilepsy",),
        "seizure disorder": ("epilepsy",),
        "suicidal": ("suicidal thoughts",),
        "suicidal ideation": ("suicidal thoughts",),
    }
)
"""Words that people write, and those that are known here: offered, never put in their place silently."""

NO_MEDICINES = frozenset(
    {"alcohol", "cyp2c19 poor metaboliser", "starting an inhibitor", "stopping an inducer"}
)
"""Perpetrators of the facts that are a habit, a trait or an event: the case has other keys for them."""


def known_conditions(facts: Facts) -> tuple[str, ...]:
    """Return every word that `conditions` may hold: those that withhold the forecast, then the others."""
    withhold = facts.limits["conditions"].conditions
    return tuple(dict.fromkeys([*withhold, *sorted(OTHER_CONDITIONS, key=str.lower)]))


def meanings(medicine: str, facts: Facts) -> tuple[str, ...]:
    """Return what a medicine may be called in the facts' interactions: its own name first, then each of its classes.

    >>> from homeostat.facts import load
    >>> meanings("Percocet", load()), meanings("carbamazepine", load())[:2]
    (('percocet', 'opioid'), ('carbamazepine', 'cyp3a inducer'))
    """
    return tuple(
        dict.fromkeys(
            [looks_like(medicine).strip(), *(name.lower() for name in classes_of(medicine, facts))]
        )
    )


def is_known_medicine(medicine: str, facts: Facts) -> bool:
    """True when the facts hold any interaction of a medicine, or of a class of its."""
    return not _perpetrators(facts).isdisjoint(meanings(medicine, facts))


def known_medicines(facts: Facts) -> tuple[str, ...]:
    """Return the names for which an interaction is known, classes and the names of their members included."""
    known = _perpetrators(facts)
    groups = [group.names for group in facts.medicine_classes.values() if group.id.lower() in known]
    return tuple(sorted({*known, *(name for names in groups for name in names)} - NO_MEDICINES))


def interactions(medicine: str, drug: Drug, facts: Facts) -> tuple[Interaction, ...]:
    """Return what the facts say a medicine does to a drug: by its own name, or else by its class.

    What holds for any benzodiazepine is held against the Z-drugs too: they act at the same place.
    """
    names, victims = meanings(medicine, facts), {drug.id, "any benzodiazepine"}
    found = [
        row
        for row in facts.interactions.values()
        if row.perpetrator.lower() in names and row.victim in victims
    ]
    own = {row.victim for row in found if row.perpetrator.lower() == names[0]}
    found = [row for row in found if row.perpetrator.lower() == names[0] or row.victim not in own]
    return tuple(sorted(found, key=lambda row: row.victim != drug.id))


def holds(row: Interaction, cyp2c19: str) -> bool:
    """True unless the figure was found in extensive metabolisers of CYP2C19 only and the person is a poor one."""
    return not (cyp2c19 == "poor" and row.holds_for.startswith("extensive metabolisers of CYP2C19"))


def _perpetrators(facts: Facts) -> frozenset[str]:
    return frozenset(row.perpetrator.lower() for row in facts.interactions.values()) - NO_MEDICINES
