"""The words a case may use for conditions and for classes of medicines."""

from homeostat.facts import Facts
from homeostat.facts.medicines import classes_of, medicines_of
from homeostat.facts.records import ConditionsLimit, Drug, Interaction
from homeostat.facts.spelling import looks_like


def known_conditions(facts: Facts) -> tuple[str, ...]:
    """Return every word that `conditions` may hold: those that withhold the forecast, then the
    others.
    """
    withhold = facts.limit("conditions", ConditionsLimit).conditions
    return tuple(
        dict.fromkeys([*withhold, *sorted(facts.group("known-conditions"), key=str.lower)])
    )


def no_medicines(facts: Facts) -> frozenset[str]:
    """Return the perpetrators that are a habit, a trait or an event: the case has other keys for
    them.
    """
    return frozenset(facts.group("no-medicines"))


def meanings(medicine: str, facts: Facts) -> tuple[str, ...]:
    """Return what a medicine may be called in the facts' interactions: its own name first, then
    each of its classes.

    >>> from homeostat.facts import load
    >>> meanings("Percocet", load()), meanings("carbamazepine", load())[:2]
    (('percocet', 'oxycodone', 'paracetamol', 'opioid'), ('carbamazepine', 'cyp3a inducer'))
    """
    own = _own_names(medicine, facts)
    return tuple(dict.fromkeys([*own, *(name.lower() for name in classes_of(medicine, facts))]))


def _own_names(medicine: str, facts: Facts) -> tuple[str, ...]:
    """Return a medicine's written name and the substances that it means."""
    return (looks_like(medicine).strip(), *(one.id for one in medicines_of(medicine, facts)))


def is_known_medicine(medicine: str, facts: Facts) -> bool:
    """True when the facts hold a medicine by name, or an interaction of it or of its classes."""
    return bool(medicines_of(medicine, facts)) or not _perpetrators(facts).isdisjoint(
        meanings(medicine, facts)
    )


def known_medicines(facts: Facts) -> tuple[str, ...]:
    """Return the names of the medicines and combinations that the facts hold, and those for which
    an interaction is known, classes and the names of their members included.
    """
    known = _perpetrators(facts)
    groups = [group.names for group in facts.medicine_classes.values() if group.id.lower() in known]
    by_name = [name for one in facts.medicines.values() for name in (one.id, *one.names)]
    by_name += [name for one in facts.combinations.values() for name in (one.id, *one.names)]
    return tuple(
        sorted(
            {*known, *by_name, *(name for names in groups for name in names)} - no_medicines(facts)
        )
    )


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
    its = _own_names(medicine, facts)
    own = {row.victim for row in found if row.perpetrator.lower() in its}
    found = [row for row in found if row.perpetrator.lower() in its or row.victim not in own]
    return tuple(sorted(found, key=lambda row: row.victim != drug.id))


def holds(row: Interaction, cyp2c19: str) -> bool:
    """True unless the figure was found in extensive metabolisers of CYP2C19 only and the person is
    a poor one.
    """
    return not (cyp2c19 == "poor" and row.holds_for.startswith("extensive metabolisers of CYP2C19"))


def _perpetrators(facts: Facts) -> frozenset[str]:
    return frozenset(row.perpetrator.lower() for row in facts.interactions.values()) - no_medicines(
        facts
    )
