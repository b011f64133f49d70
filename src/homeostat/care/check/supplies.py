"""Supplying: prescriptions against the days they are for: too little, too much, gaps, refills, and
long windows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule
from homeostat.care.check.watching import counted
from homeostat.care.dispensing.terms import is_at_risk_of_overdose
from homeostat.care.findings import Finding
from homeostat.care.plan.model import item_mg
from homeostat.care.plan.records import Supply
from homeostat.language.messages import Listed, Quantity, Term, Value


@dataclass(frozen=True)
class Shelf:
    """What lies at home of one drug, day by day: the day on which it runs out, and what is left
    over when.
    """

    drug: str
    out: int | None
    left: tuple[tuple[int, float], ...]


def shelf(look: Look, drug: str, *, refilled: bool) -> Shelf | None:
    """Follow the supplies of a drug from the first one on, up to four weeks after the last change;
    None if there are none.

    A refill may be handed out, and need not be: it counts for what is left over and not for how
        long the supply lasts. What was at
    home before is not known and not counted. `left` is read before each supply and at the end of
    the last window.

    Args:
        refilled: each refill is handed out when the window before it ends.
    """
    rows = [s for s in look.plan.supplies if _mg(look, s, drug) > NOISE]
    if not rows:
        return None
    comes: dict[int, float] = {}
    for supply in rows:
        for again in range(1 + supply.refills if refilled else 1):
            day = look.index(supply.from_day) + again * (supply.until - supply.from_day).days
            comes[day] = comes.get(day, 0.0) + _mg(look, supply, drug)
    last = max(look.index(s.until) for s in rows)
    horizon = look.index(look.end) + int(look.limit("supply-days"))
    stock = 0.0
    left: list[tuple[int, float]] = []
    for day in range(min(comes), max(last, horizon)):
        if day == last or (day in comes and stock):
            left.append((day, stock))
        stock += comes.get(day, 0.0)
        need = _on(look, drug, day)
        if need > stock + NOISE * (1 + need):
            return Shelf(drug, day, tuple(left))
        stock -= need
    return Shelf(drug, None, (*left, (last, stock)) if last >= horizon else tuple(left))


def amounts(look: Look) -> Iterator[Finding]:
    """Enough in each window, and not much more; refills hand the same out again."""
    for drug in look.drugs:
        found, most = (shelf(look, drug, refilled=refilled) for refilled in (False, True))
        if found is None or most is None:
            continue
        if found.out is not None and any(
            look.index(s.from_day) <= found.out < look.index(s.until) for s in look.plan.supplies
        ):
            yield Finding(
                level="warn",
                message="supply.amount.runs-out",
                values={"drug": Term(drug)},
                on=look.day(found.out),
                can_kill=_is_a_stop(look),
            )
        first = max(_on(look, drug, d) for d in (look.begins - 1, look.begins))
        yield from _left_over(look, drug, first, most)
        yield from _in_all(look, drug, first)
        for supply in look.plan.supplies:
            if (
                supply.refills
                and _mg(look, supply, drug) > NOISE
                and look.lowers(look.index(supply.from_day))
            ):
                yield Finding(
                    level="warn",
                    message="supply.amount.refills",
                    values={"times": Quantity(supply.refills, "times")},
                    value=Quantity(supply.refills, "refills"),
                    on=supply.from_day,
                    can_kill=is_at_risk_of_overdose(look.case, look.facts),
                )


def _left_over(look: Look, drug: str, first: float, most: Shelf) -> Iterator[Finding]:
    """Yield the first day on which too much of a drug is left over at home."""
    for day, left in most.left:
        daily = max(
            _on(look, drug, d) for d in range(day - int(look.limit("supply-days")), day + 1)
        )
        if left > look.limit("supply-over") * first + NOISE:
            is_taken = daily > NOISE
            yield Finding(
                level="warn",
                message=(
                    "supply.amount.left-over" if is_taken else "supply.amount.left-over-in-the-end"
                ),
                values={
                    "drug": Term(drug),
                    "days": Quantity(round(left / daily) if is_taken else 0, "d"),
                    "over": look.shown("supply-over"),
                },
                value=Quantity(round(left, 3), "mg"),
                on=look.day(day),
                can_kill=is_at_risk_of_overdose(look.case, look.facts)
                or left > look.limit("visit-days") * first,
            )
            return


def _in_all(look: Look, drug: str, first_mg: float) -> Iterator[Finding]:
    """Yield the prescriptions that hand out too much in all, refills counted: units × (1 +
    refills).
    """
    at_risk = is_at_risk_of_overdose(look.case, look.facts)
    limit = look.limit("visit-days") if at_risk else look.limit("handed-out-days")
    for supply in look.plan.supplies:
        in_all = _mg(look, supply, drug) * (1 + supply.refills)
        if supply.refills and in_all > limit * first_mg + NOISE:
            has_first = first_mg > NOISE
            yield Finding(
                level="warn",
                message="supply.amount.in-all"
                if has_first
                else "supply.amount.in-all-of-a-new-drug",
                values={
                    "refills": Quantity(supply.refills, "refills"),
                    "drug": Term(drug),
                    "days": Quantity(round(in_all / first_mg) if has_first else 0, "d"),
                    "most": Quantity(limit, "d"),
                },
                value=Quantity(round(in_all, 3), "mg"),
                on=supply.from_day,
                can_kill=True,
            )


def _is_a_stop(look: Look) -> bool:
    """True for somebody in whom an empty box is an abrupt stop."""
    return look.assessment.dependence == "expected" and not look.is_inpatient


def gaps(look: Look) -> Iterator[Finding]:
    """Days between two supplies, or after the last one, on which doses are planned and nobody
    prescribes.
    """
    for drug in look.drugs:
        found = shelf(look, drug, refilled=False)
        if found is None or found.out is None:
            continue
        day = look.day(found.out)
        if any(
            s.from_day <= day < s.until for s in look.plan.supplies if _mg(look, s, drug) > NOISE
        ):
            continue
        later = [s.from_day for s in look.plan.supplies if s.from_day > day]
        seen = [visit for visit in counted(look) if look.start < visit <= day]
        values: dict[str, Value] = {"drug": Term(drug)}
        if later:
            values["next"] = later[0]
        yield Finding(
            level="note" if seen and not later else "warn",
            message=(
                "supply.gap.before-the-next"
                if later
                else "supply.gap.with-a-visit"
                if seen
                else "supply.gap"
            ),
            values=values,
            on=day,
            can_kill=_is_a_stop(look),
        )


def products(look: Look) -> Iterator[Finding]:
    """Products that the doses are made of and that no supply hands out."""
    handed = {item.product for supply in look.plan.supplies for item in supply.items}
    if not handed:
        return
    last = max(supply.until for supply in look.plan.supplies)
    drugs = {look.facts.products[name].drug for name in handed}
    for step, dose in look.doses:
        missing = [item.product for item in dose.items if item.product not in handed]
        if missing and step.from_day < last and dose.drug in drugs:
            yield Finding(
                level="warn",
                message="supply.products",
                values={"missing": Listed(tuple(missing)), "handed": Listed(tuple(sorted(handed)))},
                on=step.from_day,
                can_kill=_is_a_stop(look),
            )
            return


def window(look: Look) -> Iterator[Finding]:
    """Not more tablets at home than until the next look at the person; few for somebody at risk of
    overdose.
    """
    at_risk = is_at_risk_of_overdose(look.case, look.facts)
    key = "supply-days-at-risk" if at_risk else "visit-days"
    limit = look.limit("supply-days-at-risk") if at_risk else look.limit("visit-days")
    for supply in look.plan.supplies:
        days = (supply.until - supply.from_day).days
        if days > limit:
            yield Finding(
                level="warn",
                message="supply.window.at-risk" if at_risk else "supply.window",
                limit=look.shown(key),
                value=Quantity(days, "d"),
                sources=look.facts.choices["supply-days-at-risk"].sources,
                on=supply.from_day,
                can_kill=at_risk,
            )


def _mg(look: Look, supply: Supply, drug: str) -> float:
    return sum(
        item_mg(i, look.facts) for i in supply.items if look.facts.products[i.product].drug == drug
    )


def _on(look: Look, drug: str, day: int) -> float:
    """Return what is taken on a day [mg]; after the days that are looked at it goes on as on the
    last of them.
    """
    return float(look.mg[drug][min(max(day, 0), look.count - 1)])


RULES = (
    Rule("supply.amount", amounts),
    Rule("supply.gap", gaps),
    Rule("supply.products", products),
    Rule("supply.window", window),
)
