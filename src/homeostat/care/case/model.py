"""What a case means to the model: a person, a regimen, changes of clearance, and days counted from
the first use.
"""

from collections.abc import Iterable
from datetime import date, time
from itertools import pairwise
from math import inf

from homeostat.care.case import words
from homeostat.care.case.records import Case, Intake
from homeostat.care.case.rules import drugs_taken, today
from homeostat.facts import Facts
from homeostat.facts.conditions import conditions_in
from homeostat.facts.records import RangeLimit
from homeostat.model.patients import Person
from homeostat.model.regimen import FIRST_DOSE_HOUR, Change, Regimen, Step, Use

HOURS_A_DAY, MINUTES_AN_HOUR = 24, 60


def age_years(case: Case) -> float:
    """Return the age [y]; from a year of birth that of the middle of the year: today.year −
    birth_year (± 1).
    """
    who = case.person
    if who.age_years is not None:
        return who.age_years
    return float(today(case).year - (who.birth_year or 0))


def illness(word: str, facts: Facts) -> float:
    """Return the strength of an illness of the person's own in the model, 0 to 1; the words between
    are choices.
    """
    if word == "mild":
        return facts.choices["illness-mild"].to("share")
    if word == "moderate":
        return facts.choices["illness-moderate"].to("share")
    return 1.0 if word == "severe" else 0.0


def person(case: Case, facts: Facts) -> Person:
    """Return what the model needs to know of the person; what is unknown counts as typical."""
    who = case.person

    def known(word: str, otherwise: str) -> str:
        return otherwise if word == "unknown" else word

    return Person(
        age_years=age_years(case),
        weight_kg=who.weight_kg,
        illness=illness(who.illness, facts),
        sex=known(who.sex, "not said"),
        liver=known(who.liver, "normal"),
        cyp3a=known(who.cyp3a, "normal"),
        cyp2c19=known(who.cyp2c19, "normal"),
        nat2=known(who.nat2, "not said"),
    )


def regimen(case: Case, today: date, facts: Facts) -> Regimen:
    """Return what was taken from day 0, the first day of the earliest use, to a day, as a rule the
    case's own today.

    Uses of one drug by one route become one Use; a gap between them is a step without doses. The
    model's day runs from 08:00 to 08:00, so a dose before 08:00 counts to the night before.
    """
    together: dict[tuple[str, str], list[Intake]] = {}
    for use in sorted(case.use, key=lambda use: use.since):
        together.setdefault((use.drug, use.route), []).append(use)
    uses = tuple(Use(drug, _steps(case, parts), route) for (drug, route), parts in together.items())
    return Regimen(uses, day_of(case, today), changes(case, drugs_taken(case), facts))


def changes(case: Case, drugs: Iterable[str], facts: Facts) -> tuple[Change, ...]:
    """Return what the other medicines do to the clearance of some drugs, also of drugs not yet
    taken.

    Only interactions with a clearance fold and an onset in the facts are counted; the others are
    remarks of `check`.
    """
    found = []
    long_before_d = facts.choices["medicine-settled"].to("d")
    for drug in dict.fromkeys(drugs):
        for medicine in case.medicine:
            ends = inf if medicine.until is None else day_of(case, medicine.until)
            begins = (
                min(0.0, ends) - long_before_d
                if medicine.since is None
                else day_of(case, medicine.since)
            )
            rows = words.interactions(medicine.name, facts.drug(drug), facts)
            for row in (
                row for row in rows if row.victim == drug and words.holds(row, case.person.cyp2c19)
            ):
                fold, half_time_d = row.clearance_fold, row.onset_half_time_d
                if fold is not None and fold != 1 and isinstance(half_time_d, float):
                    found.append(Change(medicine.name, drug, fold, begins, ends, half_time_d))
    return tuple(found)


def conditions(case: Case) -> tuple[str, ...]:
    """Return the conditions in small letters, pregnancy included; what was not asked is not in
    it.
    """
    named = [word.lower() for word in case.conditions or ()]
    if case.person.pregnant == "yes":
        named.append("pregnancy")
    return tuple(dict.fromkeys(named))


def conditions_of(case: Case, group: str, facts: Facts) -> tuple[str, ...]:
    """Return the members of a group of conditions that the case has, spelt as the facts spell
    them.
    """
    has = conditions(case)
    return tuple(name for name in facts.group(group) if name.lower() in has)


def condition_ids(case: Case, facts: Facts) -> tuple[str, ...]:
    """Return the ids of the conditions of the facts that a case names, in words of its own or of
    ours, and those that its other answers mean. What is not recognised is not in it.
    """
    has, past, person = conditions(case), case.history, case.person
    found = {
        one.id
        for one in facts.conditions.values()
        if any(word.lower() in has for word in one.case_words)
    }
    for text in case.other_conditions or ():
        found.update(conditions_in(text, facts))
    if person.liver == "impaired":
        found.add("liver-disease")
    if past.suicidal_thoughts == "yes":
        found.add("suicidal-thoughts")
    if past.seizure_ever == "yes":
        found.add("epilepsy")
    if "pregnancy" in has:
        found.add("pregnancy")
    if age_years(case) < facts.limit("age", RangeLimit).low:
        found.add("child")
    if "sleep-apnoea-treated" in found:
        found.discard("sleep-apnoea")
    return tuple(name for name in facts.conditions if name in found)


def day_0(case: Case) -> date:
    """Return the first day of the earliest use."""
    return min(use.since for use in case.use)


def day_of(case: Case, day: date, hour: time | None = None) -> float:
    """Return the model's day of a date: whole days from day 0, by the calendar, so no clock change
    moves it [d].

    Args:
        hour: local time; without it the moment just before the first dose of the day (08:00).
    """
    days = float((day - day_0(case)).days)
    if hour is None:
        return days
    return days + (hour.hour + hour.minute / MINUTES_AN_HOUR - FIRST_DOSE_HOUR) / HOURS_A_DAY


def _steps(case: Case, parts: list[Intake]) -> tuple[Step, ...]:
    steps = []
    for use, following in pairwise([*parts, None]):
        assert use is not None
        doses = sorted(use.doses, key=lambda dose: dose.time)
        hours, mg = tuple(dose.hour for dose in doses), tuple(dose.dose_mg for dose in doses)
        steps.append(Step(day_of(case, use.since), hours, mg))
        if use.until is not None and (following is None or following.since > use.until):
            steps.append(Step(day_of(case, use.until)))
    return tuple(steps)
