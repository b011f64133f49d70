"""Remarks on the other medicines of a case: interactions that are counted, not counted or
unknown.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from difflib import get_close_matches

from homeostat.care.case import words
from homeostat.care.case.records import Case, Medicine
from homeostat.care.case.remark import Remark
from homeostat.care.case.rules import drugs_taken, is_taken, today
from homeostat.facts import Facts
from homeostat.facts.records import Interaction
from homeostat.facts.spelling import described, looks_like, odd_letters
from homeostat.language.quantity import number_text

VERY_NEAR = 0.8
"""Likeness from which another medicine's name is offered: looser, and amlodipine would be taken for
morphine.
"""
DANGERS = ("mortality", "additive sedation")


def medicines(case: Case, facts: Facts) -> Iterator[Remark]:
    """Remark on each other medicine: unknown ones, dangers, and what the forecast counts."""
    for number, medicine in enumerate(case.medicine, start=1):
        key = f"medicine[{number}]"
        if odd := odd_letters(medicine.name):
            yield Remark(
                "warning",
                f"{key}.name",
                f"{medicine.name} holds letters that are not what they look like:"
                f" {', '.join(map(described, odd))}",
                "it is read as it looks; write it in Latin letters",
            )
        if not words.is_known_medicine(medicine.name, facts):
            near = get_close_matches(
                looks_like(medicine.name), words.known_medicines(facts), n=1, cutoff=VERY_NEAR
            )
            hint = f" Is {near[0]} meant?" if near else ""
            yield Remark(
                "warning",
                f"{key}.name",
                f"{medicine.name} is not in the list of interactions.{hint}",
                "it is neither counted nor cleared",
            )
            continue
        if is_taken(medicine, today(case)):
            yield from danger(medicine.name, key, case, facts)
        for drug in drugs_taken(case):
            rows = words.interactions(medicine.name, facts.drug(drug), facts)
            for row in (row for row in rows if row.kind not in DANGERS):
                yield _interaction(case, key, medicine, drug, row, facts)
            if not rows:
                yield Remark(
                    "note",
                    f"{key}.name",
                    f"no interaction of {medicine.name} with {drug} is known here",
                    "that none is known does not say that there is none",
                )
        if medicine.since is None:
            yield Remark(
                "note",
                f"{key}.since",
                f"{medicine.name} is taken to have begun long before the first use",
            )
    for drug in drugs_taken(case):
        inducers = [
            m.name
            for m in case.medicine
            for row in words.interactions(m.name, facts.drug(drug), facts)
            if row.kind == "inducer" and (m.until is None or m.until > today(case) - _lately(facts))
        ]
        if len(inducers) > 1:
            yield Remark(
                "warning",
                "medicine",
                f"{' and '.join(inducers)} both speed up the clearance of {drug}; their folds are"
                " multiplied",
                "measured for two or more together, the effect was smaller",
            )


def _interaction(
    case: Case, key: str, medicine: Medicine, drug: str, row: Interaction, facts: Facts
) -> Remark:
    """Say what one medicine does to one drug, and whether the forecast counts it."""
    advice = " ".join(row.action.split())
    if row.clearance_fold is None:
        return Remark(
            "warning",
            key,
            f"{medicine.name} may change the clearance of {drug}; no figure was found, so the "
            "forecast does not count it",
            advice,
        )
    if not words.holds(row, case.person.cyp2c19):
        says = (
            f"{medicine.name} changes nothing in a poor metaboliser of CYP2C19, and is not counted"
            f" for {drug}"
        )
        return Remark("note", key, says, advice)
    if row.clearance_fold == 1:
        return Remark("note", key, f"{medicine.name} leaves the clearance of {drug} as it is")
    unsure = " (unverified)" if row.is_unverified else ""
    says = (
        f"{medicine.name} makes the clearance of {drug} {number_text(row.clearance_fold)} times"
        f" what it was{unsure}"
    )
    if medicine.until is not None:
        says += f", until {medicine.until}"
    return Remark(
        "warning" if _is_moving(medicine, today(case), facts) or unsure else "note",
        key,
        says,
        advice,
    )


def _lately(facts: Facts) -> timedelta:
    """Return how long after its start or end a medicine still changes the clearance."""
    return timedelta(days=facts.choices["medicine-lately"].to("d"))


def _is_moving(medicine: Medicine, now: date, facts: Facts) -> bool:
    """True while clearance may still be changing: it began lately, ended lately, or will end."""
    begun_lately = medicine.since is not None and medicine.since > now - _lately(facts)
    return begun_lately or (medicine.until is not None and medicine.until > now - _lately(facts))


def danger(name: str, key: str, case: Case, facts: Facts) -> Iterator[Remark]:
    """Say what danger adds up when something is taken beside the drugs of today: one remark for
    each kind.
    """
    found: dict[str, list[tuple[str, Interaction]]] = {}
    for drug in drugs_taken(case, today(case)):
        for row in words.interactions(name, facts.drug(drug), facts):
            if row.kind in DANGERS:
                found.setdefault(row.kind, []).append((drug, row))
    for kind, pairs in found.items():
        drugs = ", ".join(dict.fromkeys(drug for drug, _ in pairs))
        yield Remark(
            "warning", key, f"{name} with {drugs}: {kind}", " ".join(pairs[0][1].action.split())
        )
