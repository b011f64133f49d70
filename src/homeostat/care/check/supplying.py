"""Supplying: prescriptions against the days they are for: too little, too much, gaps, refills, and long windows."""

from collections.abc import Iterator

import numpy as np

from homeostat.care.case_model import conditions
from homeostat.care.check.registry import Rule
from homeostat.care.check.view import NOISE, Look, item_mg
from homeostat.care.findings import Finding
from homeostat.care.plan_records import Supply
from homeostat.care.quantity import number_text


def amounts(look: Look) -> Iterator[Finding]:
    """Each window: enough for its days, and not much more; refills hand the same out again."""
    over_d = look.limit("supply-over")
    for drug in look.drugs:
        in_hand = 0.0
        for supply in sorted(look.plan.supplies, key=lambda s: s.from_day):
            have = _mg(look, supply, drug)
            need = _need(look, supply, drug)
            if have <= NOISE:
                continue
            window = look.mg[drug][look.index(supply.from_day) : look.index(supply.until)]
            top = float(window.max(initial=0.0))
            if in_hand + have < need * (1 - 1e-6):
                covered = int(np.searchsorted(np.cumsum(window), in_hand + have, side="right"))
                out = look.day(look.index(supply.from_day) + covered)
                yield _amount(
                    f"The supply from {supply.from_day} runs out on {out}, before {supply.until}: "
                    f"{number_text(round(have, 3))} mg of {drug} for {number_text(round(need, 3))} mg.",
                    f"{number_text(round(need, 3))} mg",
                    f"{number_text(round(have, 3))} mg",
                    supply,
                )
            elif have > need + over_d * top + NOISE and top > 0:
                yield _amount(
                    f"The supply from {supply.from_day} holds {number_text(round(have - need, 3))} mg of {drug} more than its days need.",
                    f"at most {over_d:g} days more",
                    f"{(have - need) / top:.0f} days more",
                    supply,
                )
            if supply.refills and look.lowers(look.index(supply.from_day)):
                yield _amount(
                    f"The supply from {supply.from_day} may be handed out {supply.refills} times more, though the dose is lowered: each "
                    "refill brings the old dose back.",
                    "no refill while the dose is lowered",
                    f"{supply.refills} refills",
                    supply,
                )
            in_hand = max(0.0, in_hand + have - need)


def _amount(sentence: str, limit: str, value: str, supply: Supply) -> Finding:
    return Finding("supply.amount", "warn", sentence, limit, value, on=supply.from_day)


def gaps(look: Look) -> Iterator[Finding]:
    """Days between two supplies, or after the last one, on which doses are planned and nobody prescribes."""
    rows = sorted(look.plan.supplies, key=lambda s: s.from_day)
    if not rows:
        return
    for drug in look.drugs:
        stock, until = 0.0, None
        for supply in (s for s in rows if _mg(look, s, drug) > NOISE):
            if until is not None and supply.from_day > until:
                need = float(look.mg[drug][look.index(until) : look.index(supply.from_day)].sum())
                if need > stock * (1 + 1e-6) + NOISE:
                    days = (supply.from_day - until).days
                    yield Finding(
                        "supply.gap",
                        "warn",
                        f"Nothing is handed out for the {days} days from {until} on, though {drug} is to be taken: that would be an abrupt stop.",
                        "a supply for every day",
                        f"{days} days without",
                        on=until,
                    )
                stock = max(0.0, stock - need)
            stock = max(0.0, stock + _mg(look, supply, drug) - _need(look, supply, drug))
            until = max(until or supply.until, supply.until)
        if until is None:
            continue
        last, horizon = look.index(until), look.index(look.end) + int(look.limit("supply-days"))
        if look.mg[drug][last:horizon].sum() > stock + NOISE:
            seen = [day for day in look.plan.visits if look.start < day <= until]
            yield Finding(
                "supply.gap",
                "note" if seen else "warn",
                f"The last supply ends on {until}, and {drug} is to be taken beyond it"
                + (
                    "; a visit before then can bring the next."
                    if seen
                    else ", but no visit stands before then: that would be an abrupt stop."
                ),
                "a supply, or a visit before it ends",
                f"ends on {until}",
                on=until,
            )


def window(look: Look) -> Iterator[Finding]:
    """Not more tablets at home than until the next look at the person; few for somebody at risk of overdose."""
    has = set(conditions(look.case))
    at_risk = look.case.history.suicidal_thoughts == "yes" or bool(
        {"suicidal thoughts", "substance use disorder", "opioid use disorder", "alcohol dependence"} & has
    )
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
                f"{limit:g} days",
                f"{days} days",
                look.facts.choices["supply-days"].sources,
                supply.from_day,
            )


def _mg(look: Look, supply: Supply, drug: str) -> float:
    return sum(item_mg(i, look.facts) for i in supply.items if look.facts.products[i.product].drug == drug)


def _need(look: Look, supply: Supply, drug: str) -> float:
    return float(look.mg[drug][max(0, look.index(supply.from_day)) : max(0, look.index(supply.until))].sum())


RULES = (Rule("supply.amount", amounts), Rule("supply.gap", gaps), Rule("supply.window", window))
