"""Unverified: facts behind a case or a plan that nobody has confirmed in a source, each with what
rests on it.

Such a number may be right. But whoever uses it must be told, so `forecast` and `check` say it in
every form they take. What a
plan does not use is left out: a product that lies in no dose, a trait that this person does not
    have.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from homeostat.care.case.model import person
from homeostat.care.case.records import Case
from homeostat.care.case.words import interactions
from homeostat.care.plan.model import with_medicines
from homeostat.care.plan.records import Plan
from homeostat.care.ways import METHODS
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.facts.equivalence import equivalent
from homeostat.facts.medicines import classes_of, is_recalled
from homeostat.language.messages import Listed, Message, Phrase, Term, said
from homeostat.model.patients import has_trait

NOT_IN_FORECASTS = "usual_daily_dose"
"""Checks a dose that is written and is no part of a forecast; whoever holds a dose against it says
that it is unverified.
"""

WORDS = {
    "occupancy_ec50": "potency (level of half effect)",
    "clearance": "clearance",
    "absorption_rate": "speed of uptake",
}
"""What a reader calls a number of the kinetics."""


@dataclass(frozen=True)
class Unverified:
    """One fact that nobody has confirmed.

    Attributes:
        fact: what it is, 'kind:id', as in `homeostat facts KIND ID`.
        said: what of it is unverified, without a full stop.
        sentence: the same in English.
    """

    fact: str
    said: Message = field(compare=False)
    sentence: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", self.said.text("en"))


def of_case(case: Case, drugs: Iterable[str], facts: Facts) -> tuple[Unverified, ...]:
    """Return what is unverified behind a forecast of these drugs for this person, taken medicines
    included.
    """
    found = dict.fromkeys(
        one
        for drug in dict.fromkeys(drugs)
        for one in (*_kinetics(drug, case, facts), *_changes(drug, case, facts))
    )
    return tuple(found)


def of_plan(plan: Plan, case: Case, facts: Facts) -> tuple[Unverified, ...]:
    """Return what is unverified behind a plan: its forecast, products, equivalences, classes of
    medicines and its way.
    """
    lived = with_medicines(case, plan)
    drugs = tuple(dict.fromkeys([*(use.drug for use in case.use), *plan.drugs]))
    parts = (
        _products(plan, facts),
        _equivalences(plan, drugs, facts),
        _classes(lived, facts),
        of_way(plan.way.name, facts),
    )
    return tuple(
        dict.fromkeys([*of_case(lived, drugs, facts), *(one for part in parts for one in part)])
    )


def of_way(name: str, facts: Facts) -> tuple[Unverified, ...]:
    """Return the published rules behind a way that nobody has confirmed; none for a name that is no
    way.
    """
    way = METHODS.get(name)
    rules = [
        reference for reference in (way.rests_on if way else ()) if reference.startswith("pace:")
    ]
    known = [(rule, facts.pace_rules[rule.removeprefix("pace:")]) for rule in rules]
    return tuple(
        Unverified(reference, said("unverified.way", way=name, rule=Term(rule.name)))
        for reference, rule in known
        if rule.is_unverified
    )


def _kinetics(drug: str, case: Case, facts: Facts) -> Iterator[Unverified]:
    who = person(case, facts)
    for name in (drug, *_made_of(drug, facts)):
        record = facts.drug(name)
        for key, fact in record.kinetics:
            if fact is not None and key != NOT_IN_FORECASTS and fact.is_unverified:
                word = Term(WORDS.get(key, key.replace("_", " ")))
                yield Unverified(
                    f"drug:{name}", said("unverified.kinetics", what=word, drug=Term(name))
                )
        for trait in record.covariates:
            if trait.is_unverified and has_trait(who, trait):
                what = said(
                    "unverified.trait",
                    what=Term(trait.parameter),
                    drug=Term(name),
                    trait=Term(trait.trait),
                )
                yield Unverified(f"drug:{name}", what)


def _changes(drug: str, case: Case, facts: Facts) -> Iterator[Unverified]:
    for medicine in case.medicine:
        for row in interactions(medicine.name, facts.drug(drug), facts):
            if row.is_unverified:
                fold = row.clearance_fold
                if fold is None:
                    what = said("unverified.effect", name=Term(medicine.name), drug=Term(drug))
                else:
                    what = said(
                        "unverified.fold", name=Term(medicine.name), drug=Term(drug), fold=fold
                    )
                yield Unverified(f"interaction:{row.id}", what)


def _classes(case: Case, facts: Facts) -> Iterator[Unverified]:
    for medicine in case.medicine:
        for name in classes_of(medicine.name, facts):
            group = facts.medicine_classes[name]
            if is_recalled(medicine.name, group, facts):
                yield Unverified(
                    f"medicine-class:{name}",
                    said("unverified.class", name=Term(medicine.name), group=Term(name)),
                )


def _products(plan: Plan, facts: Facts) -> Iterator[Unverified]:
    used = dict.fromkeys(
        item.product for step in plan.steps for dose in step.doses for item in dose.items
    )
    for name in used:
        product = facts.products.get(name)
        if product is not None and product.is_unverified:
            yield Unverified(
                f"product:{name}", said("unverified.product", product=Phrase(product.name))
            )


def _equivalences(plan: Plan, drugs: Iterable[str], facts: Facts) -> Iterator[Unverified]:
    for change in plan.switch:
        table = facts.equivalence_tables.get(change.table)
        if table is not None and table.is_unverified:
            yield Unverified(
                f"equivalence:{table.id}", said("unverified.table", table=Term(table.name))
            )
    pairs = [(change.from_drug, change.to_drug) for change in plan.switch]
    pairs += [(drug, facts.reference_drug) for drug in drugs if drug not in facts.dose_bands]
    for one, other in pairs:
        try:
            found = equivalent(facts, one, other, 1.0)
        except (
            InputError
        ):  # no table holds it: whoever needs it says so, and by what it counts instead
            continue
        if found.is_only_unverified:
            what = said(
                "unverified.equivalence",
                drug=Term(one),
                other=Term(other),
                tables=Listed(tuple(found.by_table)),
            )
            yield Unverified(f"equivalence:{next(iter(found.by_table))}", what)


def _made_of(drug: str, facts: Facts) -> Iterator[str]:
    """Yield every active product of a drug, and theirs."""
    for metabolite in facts.drug(drug).metabolites:
        yield metabolite.drug
        yield from _made_of(metabolite.drug, facts)
