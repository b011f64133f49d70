"""What is missing in a case, doubtful in it, or not counted, and why each matters: unknown is not
no.
"""

from collections.abc import Iterator

from homeostat.care.case import words
from homeostat.care.case.medicine_remarks import danger, medicines
from homeostat.care.case.model import age_years, conditions, day_0, person, regimen
from homeostat.care.case.records import Case, Level
from homeostat.care.case.remark import Remark
from homeostat.care.case.rules import drugs_taken, mg_per_day, today
from homeostat.facts import Facts
from homeostat.facts.conditions import conditions_in
from homeostat.facts.records import NOT_REVIEWED, ConditionsLimit, Drug, Fact
from homeostat.language.quantity import number_text
from homeostat.model.domain import reasons_to_withhold

NG_PER_UG, HOURS_A_DAY, DAYS_A_WEEK = 1000, 24, 7

HISTORY_WHY = {
    "seizure_ever": (
        "a seizure before raises the risk of one in withdrawal, and decides the setting"
    ),
    "complicated_withdrawal": "it may happen again, and decides the setting",
    "previous_withdrawals": "each one may make the next harder",
    "opioid": (
        "together with an opioid, breathing can fail; naloxone, and one drug tapered at a time"
    ),
    "other_sedatives": "they add to sedation, and have a withdrawal of their own",
    "suicidal_thoughts": "withdrawal can make them worse; a plan for help must stand first",
    "falls": "sedation and withdrawal both make falls more likely",
    "drives": "sleepiness and switches of drug bear on driving",
    "support_at_home": "a taper at home needs somebody who notices trouble",
    "living_alone": "nobody would see a seizure or confusion",
}


def check(case: Case, facts: Facts) -> list[Remark]:
    """Return what is missing, doubtful or not counted in a case that can be read: warnings, then
    gaps, then notes.
    """
    parts = (_domain, _doses, _levels, medicines, _person, _history, _rest, _basis)
    found = [remark for part in parts for remark in part(case, facts)]
    order = {"warning": 0, "missing": 1, "note": 2}
    return sorted(dict.fromkeys(found), key=lambda remark: order[remark.kind])


def _domain(case: Case, facts: Facts) -> Iterator[Remark]:
    taken = regimen(case, today(case), facts)
    for reason in reasons_to_withhold(facts, person(case, facts), taken, conditions(case)):
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
        if known := conditions_in(condition, facts):
            yield Remark(
                "note",
                f"other_conditions[{number}]",
                f"'{condition}' is read as {' and '.join(facts.conditions[k].name for k in known)}",
                "the check weighs it; correct it if something else is meant",
            )
            continue
        yield Remark(
            "warning",
            f"other_conditions[{number}]",
            f"'{condition}' is kept but not weighed",
            "no rule here knows this word",
        )


def _doses(case: Case, facts: Facts) -> Iterator[Remark]:
    now = today(case)
    much = facts.choices["dose-doubted"].to("ratio")
    little = facts.choices["dose-doubted-small"].to("share")
    for number, use in enumerate(case.use, start=1):
        key, drug = f"use[{number}]", facts.drug(use.drug)
        total = mg_per_day(case, use.drug, use.since)
        low, high = drug.kinetics.usual_daily_dose.bounds("mg")
        amount = f"{number_text(total)} mg of {drug.id} a day"
        if total >= much * high:
            yield Remark(
                "warning",
                f"{key}.doses",
                f"{amount} is {total / high:.3g} times the highest usual dose"
                f" ({number_text(high)} mg)",
                "check the unit and the decimal point once more",
            )
        elif total > high:
            yield Remark(
                "note",
                f"{key}.doses",
                f"{amount} is above the usual range ({number_text(low)} to {number_text(high)} mg)",
            )
        elif total < little * low:
            yield Remark(
                "warning",
                f"{key}.doses",
                f"{amount} is less than {little:g} times the lowest usual dose"
                f" ({number_text(low)} mg)",
                "is it mg instead of ug? The two differ by a factor of 1000",
            )
        if drug.family == "metabolite":
            yield Remark(
                "warning",
                f"{key}.drug",
                f"{drug.id} is known here as a metabolite, not as a medicine",
            )
        if use.days_per_week < DAYS_A_WEEK:
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
    yield from _current(drugs_taken(case, now))


def _current(current: tuple[str, ...]) -> Iterator[Remark]:
    """Remark on the drugs taken today: none, or several at once."""
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
        * NG_PER_UG
        / HOURS_A_DAY
        / facts.drug(level.drug).kinetics.clearance.to("L/h")
    )
    apart = facts.choices["level-doubted"].to("ratio")
    if typical and not 1 / apart <= level.ng_per_ml / typical <= apart:
        yield Remark(
            "warning",
            f"{key}.level",
            f"{number_text(level.ng_per_ml)} ng/mL is {level.ng_per_ml / typical:.2g} "
            f"times what this dose gives in a typical person ({typical:.2g} ng/mL)",
            "is the unit right?",
        )


def may_be_pregnant(case: Case, facts: Facts) -> bool:
    """True where pregnancy has to be asked for: by sex and age, and unless it is known already."""
    first = facts.choices["fertile-age"].to("y")
    last = facts.choices["fertile-age-end"].to("y")
    is_fertile = first <= age_years(case) <= last
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
        withhold = ", ".join(facts.limit("conditions", ConditionsLimit).conditions)
        yield Remark(
            "missing",
            "conditions",
            "not asked; write conditions = [] if there are none",
            f"with any of these the forecast is withheld: {withhold}",
        )


def _rest(case: Case, facts: Facts) -> Iterator[Remark]:
    if case.alcohol.drinks_per_day:
        yield from danger("alcohol", "alcohol.drinks_per_day", case, facts)
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
        yield from danger("opioid", "history.opioid", case, facts)
    if case.goal.aim == "undecided":
        why = "to stop, to lower and to stay are equals; a plan needs one of them"
        yield Remark("note", "goal.aim", "undecided", why)
    if case.synthetic:
        yield Remark("note", "synthetic", "nobody lived this case")


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
