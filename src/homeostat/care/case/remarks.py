"""What is missing in a case, doubtful in it, or not counted, and why each matters: unknown is not no."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Literal

from homeostat.care.case import words
from homeostat.care.case.model import conditions, day_0, person, regimen
from homeostat.care.case.records import Case, Level, Medicine
from homeostat.care.case.rules import drugs_taken, is_taken, mg_per_day, today
from homeostat.facts import Facts
from homeostat.facts.records import NOT_REVIEWED, Drug, Fact, Interaction
from homeostat.facts.spelling import described, looks_like, odd_letters
from homeostat.language.quantity import number_text
from homeostat.model.domain import reasons_to_withhold

MUCH = 3.0
"""Times the highest usual daily dose from which a dose is warned about (refused from ten times on)."""
LITTLE = 0.1
"""Share of the lowest usual daily dose below which a dose is warned about."""
LEVEL_APART = 30.0
"""Times a measured level may lie from the typical one before its unit is doubted: beyond what people and times of day
explain (about tenfold), and far below the thousandfold of a wrong unit."""
LATELY = timedelta(days=30)
"""A medicine that started or ended within this time, or will end, is still changing the drug's clearance."""
VERY_NEAR = 0.8
"""Likeness from which another medicine's name is offered: looser, and amlodipine would be taken for morphine."""
DANGERS = ("mortality", "additive sedation")

HISTORY_WHY = {
    "seizure_ever": "a seizure before raises the risk of one in withdrawal, and decides the setting",
    "complicated_withdrawal": "it may happen again, and decides the setting",
    "previous_withdrawals": "each one may make the next harder",
    "opioid": "together with an opioid, breathing can fail; naloxone, and one drug tapered at a time",
    "other_sedatives": "they add to sedation, and have a withdrawal of their own",
    "suicidal_thoughts": "withdrawal can make them worse; a plan for help must stand first",
    "falls": "sedation and withdrawal both make falls more likely",
    "drives": "sleepiness and switches of drug bear on driving",
    "support_at_home": "a taper at home needs somebody who notices trouble",
    "living_alone": "nobody would see a seizure or confusion",
}


@dataclass(frozen=True)
class Remark:
    """One thing to know about a case before it is used.

    Args:
        kind: 'missing' (should be asked), 'warning' (should be looked at) or 'note'.
        key: where it stands in the file.
        says: what is so.
        why: why it matters.
    """

    kind: Literal["missing", "warning", "note"]
    key: str
    says: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}: {self.says}" + (f" ({self.why})" if self.why else "")


def check(case: Case, facts: Facts) -> list[Remark]:
    """Return what is missing, doubtful or not counted in a case that can be read: warnings, then gaps, then notes."""
    parts = (_domain, _doses, _levels, _medicines, _person, _history, _rest, _basis)
    found = [remark for part in parts for remark in part(case, facts)]
    order = {"warning": 0, "missing": 1, "note": 2}
    return sorted(dict.fromkeys(found), key=lambda remark: order[remark.kind])


def _domain(case: Case, facts: Facts) -> Iterator[Remark]:
    taken = regimen(case, today(case), facts)
    for reason in reasons_to_withhold(facts, person(case), taken, conditions(case)):
        yield Remark(
            "warning",
            "case",
            f"the withdrawal forecast will be withheld: {reason}",
            "levels are still shown",
        )
    for condition in conditions(case):
        if condition == "epilepsy":
            yield Remark(
                "warning",
                "conditions",
                "epilepsy: the drug may be its treatment",
                "lowering it can bring seizures; ask whoever treats the epilepsy first",
            )
    for number, condition in enumerate(case.other_conditions, start=1):
        yield Remark(
            "warning",
            f"other_conditions[{number}]",
            f"'{condition}' is kept but not weighed",
            "no rule here knows this word",
        )


def _doses(case: Case, facts: Facts) -> Iterator[Remark]:
    now = today(case)
    for number, use in enumerate(case.use, start=1):
        key, drug = f"use[{number}]", facts.drug(use.drug)
        total = mg_per_day(case, use.drug, use.since)
        low, high = drug.kinetics.usual_daily_dose.bounds("mg")
        amount = f"{number_text(total)} mg of {drug.id} a day"
        if total >= MUCH * high:
            yield Remark(
                "warning",
                f"{key}.doses",
                f"{amount} is {total / high:.3g} times the highest usual dose ({number_text(high)} mg)",
                "check the unit and the decimal point once more",
            )
        elif total > high:
            yield Remark(
                "note",
                f"{key}.doses",
                f"{amount} is above the usual range ({number_text(low)} to {number_text(high)} mg)",
            )
        elif total < LITTLE * low:
            yield Remark(
                "warning",
                f"{key}.doses",
                f"{amount} is less than a tenth of the lowest usual dose ({number_text(low)} mg)",
                "is it mg instead of ug? The two differ by a factor of 1000",
            )
        if drug.family == "metabolite":
            yield Remark(
                "warning",
                f"{key}.drug",
                f"{drug.id} is known here as a metabolite, not as a medicine",
            )
        if use.days_per_week < 7:
            yield Remark(
                "warning",
                f"{key}.days_per_week",
                f"taken on {use.days_per_week} days a week, but the forecast takes it every day",
                "the forecast is then an upper bound",
            )
        if use.route != "oral":
            yield Remark(
                "note",
                f"{key}.route",
                f"{use.route}: only speed and share of uptake change in the forecast",
            )
    current = drugs_taken(case, now)
    if not current:
        yield Remark(
            "warning",
            "use",
            "nothing is taken today",
            "the forecast shows what follows the last dose",
        )
    if len(current) > 1:
        yield Remark(
            "warning",
            "use",
            f"several of these drugs are taken at once: {', '.join(current)}",
            "their effects add up; each has its own withdrawal",
        )


def _levels(case: Case, facts: Facts) -> Iterator[Remark]:
    if not case.level:
        yield Remark(
            "note",
            "level",
            "no level was measured",
            "the spread of the forecast is then that of people in general",
        )
    found = _with_metabolites(drugs_taken(case), facts)
    for number, level in enumerate(case.level, start=1):
        key = f"level[{number}]"
        if level.drug not in found:
            yield Remark(
                "warning",
                f"{key}.drug",
                f"{level.drug} is neither taken nor made from what is taken",
                "the level cannot be compared with a forecast",
            )
        elif level.date < day_0(case):
            yield Remark(
                "warning", f"{key}.date", f"{level.date} lies before the first use ({day_0(case)})"
            )
        else:
            yield from _doubted(case, key, level, facts)
    untimed = [
        f"level[{number}]" for number, level in enumerate(case.level, start=1) if level.time is None
    ]
    if untimed:
        says = (
            f"the time of {', '.join(untimed)} is not known; 08:00, before the first dose, is taken"
        )
        yield Remark("note", "level", says)


def _doubted(case: Case, key: str, level: Level, facts: Facts) -> Iterator[Remark]:
    """Doubt the unit of a level that lies far from dose/(24·CL), the typical mean level."""
    typical = (
        mg_per_day(case, level.drug, level.date)
        * 1000
        / 24
        / facts.drug(level.drug).kinetics.clearance.to("L/h")
    )
    if typical and not 1 / LEVEL_APART <= level.ng_per_ml / typical <= LEVEL_APART:
        yield Remark(
            "warning",
            f"{key}.level",
            f"{number_text(level.ng_per_ml)} ng/mL is {level.ng_per_ml / typical:.2g} "
            f"times what this dose gives in a typical person ({typical:.2g} ng/mL)",
            "is the unit right?",
        )


def _medicines(case: Case, facts: Facts) -> Iterator[Remark]:
    for number, medicine in enumerate(case.medicine, start=1):
        key = f"medicine[{number}]"
        if odd := odd_letters(medicine.name):
            yield Remark(
                "warning",
                f"{key}.name",
                f"{medicine.name} holds letters that are not what they look like: {', '.join(map(described, odd))}",
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
            yield from _danger(medicine.name, key, case, facts)
        for drug in drugs_taken(case):
            rows = words.interactions(medicine.name, facts.drug(drug), facts)
            for row in (row for row in rows if row.kind not in DANGERS):
                yield _interaction(case, key, medicine, drug, row)
            if not rows:
                yield Remark(
                    "note",
                    f"{key}.name",
                    f"no interaction of {medicine.name} with {drug} is known here",
                    "one with another drug is; that none is known does not say that there is none",
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
            if row.kind == "inducer" and (m.until is None or m.until > today(case) - LATELY)
        ]
        if len(inducers) > 1:
            yield Remark(
                "warning",
                "medicine",
                f"{' and '.join(inducers)} both speed up the clearance of {drug}; their folds are multiplied",
                "measured for two or more together, the effect was smaller",
            )


def _interaction(case: Case, key: str, medicine: Medicine, drug: str, row: Interaction) -> Remark:
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
        says = f"{medicine.name} changes nothing in a poor metaboliser of CYP2C19, and is not counted for {drug}"
        return Remark("note", key, says, advice)
    if row.clearance_fold == 1:
        return Remark("note", key, f"{medicine.name} leaves the clearance of {drug} as it is")
    unsure = " (unverified)" if row.is_unverified else ""
    says = f"{medicine.name} makes the clearance of {drug} {number_text(row.clearance_fold)} times what it was{unsure}"
    if medicine.until is not None:
        says += f", until {medicine.until}"
    return Remark(
        "warning" if _is_moving(medicine, today(case)) or unsure else "note", key, says, advice
    )


def _is_moving(medicine: Medicine, now: date) -> bool:
    """True while clearance may still be changing: it began lately, ended lately, or will end."""
    begun_lately = medicine.since is not None and medicine.since > now - LATELY
    return begun_lately or (medicine.until is not None and medicine.until > now - LATELY)


def may_be_pregnant(case: Case, facts: Facts) -> bool:
    """True where pregnancy has to be asked for: by sex and age, and unless it is known already."""
    first, last = facts.choices["fertile-age"].bounds("y")
    is_fertile = first <= person(case).age_years <= last
    return case.person.sex != "male" and is_fertile and "pregnancy" not in conditions(case)


def _person(case: Case, facts: Facts) -> Iterator[Remark]:
    who = case.person
    if who.sex == "unknown":
        yield Remark(
            "missing",
            "person.sex",
            "not said",
            "it changes clearance of some drugs, and who may be pregnant",
        )
    if who.pregnant == "unknown" and may_be_pregnant(case, facts):
        yield Remark(
            "missing",
            "person.pregnant",
            "not known",
            "in pregnancy the forecast is withheld and a specialist decides",
        )
    if who.liver == "unknown":
        yield Remark(
            "missing",
            "person.liver",
            "not known; taken as normal",
            "an impaired liver clears most of these drugs slowly",
        )
    if who.illness == "unknown":
        yield Remark(
            "missing",
            "person.illness",
            "not known; taken as none",
            "an illness of the person's own that returns looks like withdrawal",
        )
    unmeasured = [key for key in ("cyp3a", "cyp2c19", "nat2") if getattr(who, key) == "unknown"]
    if unmeasured:
        yield Remark("note", "person", f"{', '.join(unmeasured)}: not measured; taken as typical")


def _history(case: Case, facts: Facts) -> Iterator[Remark]:
    for key, why in HISTORY_WHY.items():
        if getattr(case.history, key) in {None, "unknown"}:
            yield Remark("missing", f"history.{key}", "not known; unknown is not no", why)
    if case.alcohol.drinks_per_day is None:
        yield Remark(
            "missing",
            "alcohol.drinks_per_day",
            "not known; unknown is not none",
            "alcohol adds to sedation and has a dangerous withdrawal of its own",
        )
    if case.conditions is None:
        withhold = ", ".join(facts.limits["conditions"].conditions)
        yield Remark(
            "missing",
            "conditions",
            "not asked; write conditions = [] if there are none",
            f"with any of these the forecast is withheld: {withhold}",
        )


def _rest(case: Case, facts: Facts) -> Iterator[Remark]:
    if case.alcohol.drinks_per_day:
        yield from _danger("alcohol", "alcohol.drinks_per_day", case, facts)
    named = {
        meaning for medicine in case.medicine for meaning in words.meanings(medicine.name, facts)
    }
    if case.history.opioid == "yes" and "opioid" not in named:
        yield Remark(
            "missing",
            "medicine",
            "an opioid is taken, but not named",
            "name it, with its dose, in a [[medicine]]",
        )
        yield from _danger("opioid", "history.opioid", case, facts)
    if case.goal.aim == "undecided":
        why = "to stop, to lower and to stay are equals; a plan needs one of them"
        yield Remark("note", "goal.aim", "undecided", why)
    if case.synthetic:
        yield Remark("note", "synthetic", "nobody lived this case")


def _danger(name: str, key: str, case: Case, facts: Facts) -> Iterator[Remark]:
    """Say what danger adds up when something is taken beside the drugs of today: one remark for each kind."""
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


def _basis(case: Case, facts: Facts) -> Iterator[Remark]:
    """Say which facts behind this case nobody has reviewed or confirmed."""
    drugs = [facts.drug(name) for name in _with_metabolites(drugs_taken(case), facts)]
    waiting = [
        drug.id
        for drug in drugs
        if any(fact.reviewed == NOT_REVIEWED for _, fact in _kinetics(drug))
    ]
    if waiting:
        says = f"the kinetics of {', '.join(waiting)} have not yet been reviewed by a clinician"
        yield Remark("note", "use", says)
    for drug in drugs:
        unsure = [name.replace("_", " ") for name, fact in _kinetics(drug) if fact.is_unverified]
        if unsure:
            says = f"{drug.id}: nobody has confirmed {', '.join(unsure)} in a source"
            yield Remark(
                "warning",
                "use",
                says,
                "what the forecast says of this drug rests on a recalled figure",
            )
    recalled = [
        drug
        for drug in drugs_taken(case)
        if facts.drug(drug).kinetics.usual_daily_dose.is_unverified
    ]
    if recalled:
        says = f"nobody has confirmed the usual daily dose of {', '.join(recalled)} in a source"
        yield Remark("note", "use", says, "doses are held against it")


def _kinetics(drug: Drug) -> Iterator[tuple[str, Fact]]:
    for name in type(drug.kinetics).model_fields:
        fact = getattr(drug.kinetics, name)
        if (
            fact is not None and name != "usual_daily_dose"
        ):  # it checks a dose, and no forecast rests on it
            yield name, fact


def _with_metabolites(drugs: tuple[str, ...], facts: Facts) -> tuple[str, ...]:
    """Return drugs and every active product of theirs, each once."""
    found: dict[str, None] = {}
    wanted = list(drugs)
    while wanted:
        name = wanted.pop(0)
        if name not in found:
            found[name] = None
            wanted += [metabolite.drug for metabolite in facts.drug(name).metabolites]
    return tuple(found)
