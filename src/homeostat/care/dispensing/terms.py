"""Terms: what binds prescriptions: the days each covers, the days ahead to collect, and the most it
may hand out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from homeostat.care.case.keys import LONGEST_WINDOW_D
from homeostat.care.case.model import condition_ids, conditions_of
from homeostat.care.case.records import Case, SupplyLimit
from homeostat.errors import InputError, Problem, did_you_mean
from homeostat.facts import Facts
from homeostat.language.quantity import Milligrams, dose_mg


@dataclass(frozen=True)
class Terms:
    """What binds the prescriptions of one plan.

    Attributes:
        window_days, ahead_days: days one prescription covers, and days before it at which to
            collect; None = by the facts.
        limits: the most one prescription may hand out, by product [units or mL] or by drug [mg].
    """

    window_days: int | None = None
    ahead_days: int | None = None
    limits: Mapping[str, float] = field(default_factory=dict)


def is_at_risk_of_overdose(case: Case, facts: Facts) -> bool:
    """True for somebody at risk of an overdose, by intent, by habit, or by where the drug comes
    from.
    """
    has = set(condition_ids(case, facts))
    return (
        bool(conditions_of(case, "overdose-risk", facts))
        or "suicidal-thoughts" in has
        or not has.isdisjoint(facts.group("short-supply"))
    )


def terms(
    case: Case, facts: Facts, *, window_days: int | None = None, limits: Iterable[SupplyLimit] = ()
) -> Terms:
    """Return what a case says about prescriptions; what is given beside it goes first, limit by
    limit.

    Raises:
        InputError: a window of less than a day or more than a year.
    """
    if window_days is not None and not 1 <= window_days <= LONGEST_WINDOW_D:
        raise InputError(
            f"--window must be at least one day and at most {LONGEST_WINDOW_D} days (given:"
            f" {window_days})"
        )
    said = case.supply
    days = window_days or said.window_days
    if days is None and is_at_risk_of_overdose(case, facts):
        days = int(facts.choices["supply-days-at-risk"].to("d"))
    return Terms(
        days,
        said.ahead_days,
        {limit.of: limit.most for limit in (*said.limits, *limits)},
    )


def limit(given: str, facts: Facts) -> SupplyLimit:
    """Read a limit: 'us-clonazepam-tablet-0.5=60' (tablets or mL of a product) or 'clonazepam=60mg'
    (of a drug).

    Raises:
        InputError: there is no such product or drug, or the amount is none.
    """
    name, _, most = (part.strip().lower() for part in given.partition("="))
    if name in facts.drug_ids:
        most_mg = dose_mg(most, f"--limit {name}")
        return SupplyLimit(drug=name, amount_mg=Milligrams(most_mg))
    product = facts.products.get(name)
    if product is None:
        known = [*facts.products, *facts.drug_ids]
        said = f"there is no product or drug '{name}'."
        wrong = Problem("", "unknown-word", said, did_you_mean(name, known))
        raise InputError(problems=[wrong], where="--limit")
    try:
        number = float(most)
        if product.strength_mg is None:
            return SupplyLimit(product=name, ml=number)
        return SupplyLimit(product=name, units=number)
    except ValueError:
        raise InputError(
            f"--limit {name}: write how many {'mL' if product.strength_mg is None else 'units'} at"
            f" most, a number above zero, for example --limit {name}=60 (given: '{most}')"
        ) from None
