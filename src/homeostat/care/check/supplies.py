"""Supplying: prescriptions against the days they are for: too little, too much, gaps, refills, and
long windows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from homeostat.care.case.model import conditions_of
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule
from homeostat.care.check.watching import counted
from homeostat.care.findings import Finding
from homeostat.care.plan.model import item_mg
from homeostat.care.plan.records import Supply
from homeostat.language.quantity import number_text


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
    over_d = look.limit("supply-over")
    for drug in look.drugs:
        found, most = (shelf(look, drug, refilled=refilled) for refilled in (False, True))
        if found is None or most is None:
            continue
        if found.out is not None and any(
            look.index(s.from_day) <= found.out < look.index(s.until) for s in look.plan.supplies
        ):
            yield _amount(
                f"The supply of {drug} runs out on {look.day(found.out)}, inside the window it is"
                " for.",
                "enough for every day of its window",
                f"runs out on {look.day(found.out)}",
                look.day(found.out),
                can_kill=_is_a_stop(look),
            )
        first = max(_on(look, drug, d) for d in (look.begins - 1, look.begins))
        for day, left in most.left:
            daily = max(
                _on(look, drug, d) for d in range(day - int(look.limit("supply-days")), day + 1)
            )
            if left > over_d * first + NOISE:
                yield _amount(
                    f"On {look.day(day)} {number_text(round(left, 3))} mg of {drug} are left over"
                    " at home"
                    + (
                        f", {left / daily:.0f} days of it."
                        if daily > NOISE
                        else ", and none is to be taken any more."
                    ),
                    f"at most {look.shown('supply-over')} of the first dose left over",
                    f"{number_text(round(left, 3))} mg",
                    look.day(day),
                    can_kill=_is_at_risk(look) or left > look.limit("visit-days") * first,
                )
                break
        yield from _in_all(look, drug, first)
        for supply in look.plan.supplies:
            if (
                supply.refills
                and _mg(look, supply, drug) > NOISE
                and look.lowers(look.index(supply.from_day))
            ):
                yield _amount(
                    f"The supply from {supply.from_day} may be handed out {supply.refills} times"
                    " more, though the dose is lowered: each refill brings the old dose back.",
                    "no refill while the dose is lowered",
                    f"{supply.refills} refills",
                    supply.from_day,
                    can_kill=_is_at_risk(look),
                )


def _in_all(look: Look, drug: str, first_mg: float) -> Iterator[Finding]:
    """Yield the prescriptions that hand out too much in all, refills counted: units × (1 +
    refills).
    """
    at_risk = _is_at_risk(look)
    limit = look.limit("visit-days") if at_risk else look.limit("handed-out-days")
    for supply in look.plan.supplies:
        in_all = _mg(look, supply, drug) * (1 + supply.refills)
        if supply.refills and in_all > limit * first_mg + NOISE:
            yield _amount(
                f"With its {supply.refills} refills the prescription from {supply.from_day} hands"
                f" out {number_text(round(in_all, 3))} mg of {drug}"
                + (
                    f", {in_all / first_mg:.0f} days of the first dose."
                    if first_mg > NOISE
                    else "."
                ),
                f"at most {limit:g} days of the first dose",
                f"{number_text(round(in_all, 3))} mg",
                supply.from_day,
                can_kill=True,
            )


def _amount(sentence: str, limit: str, value: str, day: date, can_kill: bool) -> Finding:
    return Finding(
        rule="supply.amount",
        level="warn",
        sentence=sentence,
        limit=limit,
        value=value,
        on=day,
        can_kill=can_kill,
    )


def _is_a_stop(look: Look) -> bool:
    """True for somebody in whom an empty box is an abrupt stop."""
    return look.assessment.dependence == "expected" and not look.is_inpatient


def _is_at_risk(look: Look) -> bool:
    """True for somebody at risk of an overdose, by intent, by what else is taken, or by habit."""
    return look.case.history.suicidal_thoughts == "yes" or bool(
        conditions_of(look.case, "overdose-risk", look.facts)
    )


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
        is_last = not later
        yield Finding(
            "supply.gap",
            "note" if is_last and seen else "warn",
            f"{drug} runs out on {day}, and is to be taken on"
            + (
                f"; the next supply is for {later[0]}. That would be an abrupt stop."
                if later
                else (
                    "; a visit before then can bring the next supply."
                    if seen
                    else (
                        ", but no supply and no visit stands before then. That would be an abrupt"
                        " stop."
                    )
                )
            ),
            "a supply for every day, or a visit before it ends",
            f"runs out on {day}",
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
                "supply.products",
                "warn",
                f"The doses from {step.from_day} on are made of {', '.join(missing)}, which no"
                " supply hands out.",
                "the products of the doses",
                ", ".join(sorted(handed)),
                on=step.from_day,
                can_kill=_is_a_stop(look),
            )
            return


def window(look: Look) -> Iterator[Finding]:
    """Not more tablets at home than until the next look at the person; few for somebody at risk of
    overdose.
    """
    at_risk = _is_at_risk(look)
    key = "supply-days" if at_risk else "visit-days"
    limit = look.limit("supply-days") if at_risk else look.limit("visit-days")
    for supply in look.plan.supplies:
        days = (supply.until - supply.from_day).days
        if days > limit:
            yield Finding(
                "supply.window",
                "warn",
                f"{days} days of tablets at once"
                + (
                    ", for a person at risk of overdose."
                    if at_risk
                    else ": longer than between two looks at the person."
                ),
                look.shown(key),
                f"{days} days",
                look.facts.choices["supply-days"].sources,
                supply.from_day,
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
