"""Switching: a change from one drug to another: its dose by the tables, its table, its direction,
its speed, and where it builds up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from homeostat.care.case.model import age_years, conditions, conditions_of
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.rate_of_fall import rises
from homeostat.care.check.registry import SLIP, Rule
from homeostat.care.findings import Finding, Level
from homeostat.care.plan.records import Switch
from homeostat.errors import InputError
from homeostat.facts.equivalence import Equivalent, equivalent
from homeostat.facts.records import Drug
from homeostat.language.messages import Listed, Message, Quantity, Term, said


@dataclass(frozen=True)
class Exchange:
    """One drug that takes the place of another, read from the doses themselves.

    Attributes:
        from_mg: how much of the old drug's daily dose is replaced [mg/d].
        to_mg: the new drug's daily dose when it has taken that place [mg/d].
        begins, ends: first and last day on which either changes for it, as indices.
    """

    from_drug: str
    to_drug: str
    from_mg: float
    to_mg: float
    begins: int
    ends: int

    @property
    def days(self) -> int:
        """Days between the first and the last change."""
        return self.ends - self.begins

    @property
    def said(self) -> Message:
        """Both doses, as a sentence names the switch."""
        return said("switch", parts=_dose(self.from_mg, self.from_drug), to=self.to)

    @property
    def to(self) -> Message:
        """The new dose."""
        return _dose(self.to_mg, self.to_drug)


def exchanges(look: Look) -> tuple[Exchange, ...]:
    """Return every switch in the doses: a drug that comes in while one that is taken goes down."""
    found = []
    for new in look.plan.drugs:
        series = look.planned[new]
        ups = [i for i in rises(series) if i >= look.begins]
        if not ups:
            continue
        before_mg = float(series[ups[0] - 1])
        top = int(np.argmax(series[ups[0] :])) + ups[0]
        for old in look.drugs:
            if old == new or look.mg[old][ups[0] - 1] <= NOISE:
                continue
            last = min(look.count - 1, top + int(look.limit("interaction-hold")))
            was = float(look.mg[old][ups[0] - 1])
            left = float(look.mg[old][ups[0] : last + 1].min())
            changes = [
                i for i in range(ups[0], last + 1) if look.mg[old][i] < look.mg[old][i - 1] - NOISE
            ]
            if was - left > look.limit("switch-seen") * was and changes:
                ends = max(top, _until(look, old, changes, top))
                found.append(
                    Exchange(old, new, was - left, float(series[top]) - before_mg, ups[0], ends)
                )
    return tuple(found)


def _until(look: Look, old: str, changes: list[int], top: int) -> int:
    """Return the last fall of the old drug that belongs to the switch: to nothing, or up to the new
    one's full dose.
    """
    gone = next((i for i in changes if look.mg[old][i] <= NOISE), None)
    return gone if gone is not None else max([i for i in changes if i <= top], default=changes[0])


def _answer(look: Look, drug: str, mg: float, to_drug: str) -> Equivalent | None:
    try:
        return equivalent(look.facts, drug, to_drug, mg)
    except InputError:
        return None


def dose(look: Look) -> Iterator[Finding]:
    """The new dose against the range over all tables, of all drugs whose place it takes: by how
    far, and in which direction.
    """
    together: dict[str, list[Exchange]] = {}
    for one in exchanges(look):
        together.setdefault(one.to_drug, []).append(one)
    for parts in together.values():
        first = parts[0]
        parts_said = Listed(tuple(_dose(p.from_mg, p.from_drug) for p in parts), "and")
        switch = said("switch", parts=parts_said, to=first.to)
        answers = [_answer(look, p.from_drug, p.from_mg, p.to_drug) for p in parts]
        known = [answer for answer in answers if answer is not None]
        if len(known) < len(parts):
            yield Finding(
                level="warn",
                message="switch.dose.in-no-table",
                values={"switch": switch},
                on=look.day(first.begins),
            )
            continue
        low, high = sum(a.low_mg for a in known), sum(a.high_mg for a in known)
        low_side, high_side = low / first.to_mg, first.to_mg / high
        far = max(low_side, high_side)
        if far <= 1 + look.limit("switch-slack"):
            continue
        is_refused = far >= look.limit("switch-far") - SLIP
        bounds = said(
            "switch.bounds",
            low=_mg(low),
            high=_mg(high),
            drug=Term(first.to_drug),
            count=Quantity(min(len(a.by_table) for a in known), "tables"),
            slack=look.shown("switch-slack"),
        )
        yield Finding(
            level="refuse" if is_refused else "warn",
            message="switch.dose.too-low" if low_side > high_side else "switch.dose.too-high",
            values={
                "switch": switch,
                "times": Quantity.rounded(far, "ratio", 2),
                "bounds": (
                    said("switch.refused", bounds=bounds, far=look.shown("switch-far"))
                    if is_refused
                    else bounds
                ),
            },
            value=_mg(first.to_mg),
            sources=("asam-2025, p. 19",),
            on=look.day(first.begins),
            additions=(
                (said("switch.turned"),) if len(parts) == 1 and _is_turned(look, first) else ()
            ),
        )


def _is_turned(look: Look, one: Exchange) -> bool:
    """True when the dose would fit if the ratio were turned round."""
    try:
        back = equivalent(look.facts, one.to_drug, one.from_drug, one.from_mg)
    except InputError:
        return False
    slack = look.limit("switch-turned")
    return back.low_mg / slack <= one.to_mg <= back.high_mg * slack


def table(look: Look) -> Iterator[Finding]:
    """What the plan says of its switch against the table it names, and against its own doses."""
    real = {(one.from_drug, one.to_drug): one for one in exchanges(look)}
    for given in look.plan.switch:
        named = look.facts.equivalence_tables[given.table]
        switch = said("switch.planned", old=_dose(given.from_mg, given.from_drug), new=_new(given))
        if given.from_drug not in named.entries or given.to_drug not in named.entries:
            yield Finding(
                level="warn",
                message="switch.table.holds-not-both",
                values={"switch": switch, "table": Term(named.name), "id": given.table},
                sources=named.sources,
                on=look.start,
            )
            continue
        found = equivalent(look.facts, given.from_drug, given.to_drug, given.from_mg)
        low, high = {**found.by_unverified_table, **found.by_table}[given.table]
        slack = look.limit("switch-table-apart")
        if not low * (1 - slack) - SLIP <= given.to_mg <= high * (1 + slack) + SLIP:
            span = said("switch.span", low=_mg(low), high=_mg(high))
            yield Finding(
                level="warn",
                message="switch.table.says-another-dose",
                values={
                    "switch": switch,
                    "table": Term(named.name),
                    "span": _mg(low) if low == high else span,
                    "apart": look.shown("switch-table-apart"),
                },
                value=_mg(given.to_mg),
                sources=named.sources,
                on=look.start,
            )
        one = real.get((given.from_drug, given.to_drug))
        if one is None:
            yield Finding(
                level="warn",
                message="switch.table.no-such-step",
                values={"switch": switch},
                sources=named.sources,
                on=look.start,
            )
        elif abs(one.to_mg - given.to_mg) > look.limit("switch-slack") * given.to_mg + NOISE:
            yield Finding(
                level="warn",
                message="switch.table.steps-reach-another-dose",
                values={"switch": switch, "slack": look.shown("switch-slack")},
                limit=_mg(given.to_mg),
                value=_mg(one.to_mg),
                sources=named.sources,
                on=look.start,
            )


def _new(given: Switch) -> Message:
    return _dose(given.to_mg, given.to_drug)


def speed(look: Look) -> Iterator[Finding]:
    """A switch is spread over one to two weeks, not over one to two days."""
    if look.may_stop_at_once:
        return
    limit = look.limit("switch-fewest-days")
    for one in exchanges(look):
        if one.days < limit:
            yield Finding(
                level="note" if look.is_inpatient else "warn",
                message="switch.speed.at-once" if one.days == 0 else "switch.speed",
                values={"switch": one.said},
                limit=look.shown("switch-fewest-days"),
                value=Quantity(one.days, "d"),
                sources=("asam-2025, p. 19",),
                on=look.day(one.begins),
            )


def builds_up(look: Look) -> Iterator[Finding]:
    """A switch to a drug that builds up over weeks, in somebody who clears it slowly."""
    has, age = conditions(look.case), age_years(look.case)
    liver = look.case.person.liver == "impaired" or bool(
        conditions_of(look.case, "impaired-liver", look.facts)
    )
    frail = bool(conditions_of(look.case, "frail", look.facts)) or look.case.history.falls == "yes"
    for one in exchanges(look):
        new, old = look.facts.drug(one.to_drug), look.facts.drug(one.from_drug)
        if not _builds_up(new) or _builds_up(old):
            continue
        found = _answer(look, one.from_drug, one.from_mg, one.to_drug)
        cautious = found is not None and one.to_mg <= found.low_mg * (
            1 + look.limit("switch-slack")
        )
        is_older = age >= look.limit("older-age")
        if liver:
            level: Level = "warn"
            why = said("builds-up.liver")
        elif is_older and (frail or not cautious):
            level, why = "warn", said("builds-up.at-this-age", age=age)
        elif is_older:
            level, why = "note", said("builds-up.old-age")
        elif "breast feeding" in has:
            level, why = "note", said("builds-up.milk")
        else:
            continue
        yield Finding(
            level=level,
            message=("switch.builds-up.older" if is_older and not liver else "switch.builds-up"),
            values={
                "switch": one.said,
                "new": Term(new.id),
                "old": Term(old.id),
                "why": why,
                "age": look.shown("older-age"),
            },
            value=_mg(one.to_mg),
            sources=(*look.facts.remedies["diazepam-substitution"].sources, "scotland-qp-2024"),
            on=look.day(one.begins),
            can_kill="liver failure" in has
            or bool(conditions_of(look.case, "slow-breathing", look.facts)),
        )


def _builds_up(drug: Drug) -> bool:
    return drug.half_life_class == "long" and "UGT" not in drug.enzymes and bool(drug.metabolites)


def undeclared(look: Look) -> Iterator[Finding]:
    """A shorter-acting drug that takes the place of another for good, and the plan does not say
    that it switches.
    """
    named = {one.to_drug for one in look.plan.switch} | {look.case.goal.switch_to}
    for one in exchanges(look):
        is_short = look.facts.drug(one.to_drug).half_life_class == "short"
        is_shorter = is_short and look.facts.drug(one.from_drug).half_life_class != "short"
        if one.to_drug not in named and is_shorter and look.mg[one.to_drug][-1] > NOISE:
            yield Finding(
                level="warn",
                message="switch.undeclared",
                values={"switch": one.said, "drug": Term(one.to_drug)},
                sources=("asam-2025, p. 19",),
                on=look.day(one.begins),
            )


def driving(look: Look) -> Iterator[Finding]:
    """Whoever drives should not do so in the days of a switch or a rise."""
    if look.case.history.drives != "no" and exchanges(look):
        yield Finding(
            level="note",
            message="switch.driving",
            values={"drives": Term(look.case.history.drives or "unknown")},
            sources=("asam-2025, p. 19",),
        )


def _mg(mg: float) -> Quantity:
    return Quantity.rounded(mg, "mg", 4)


def _dose(mg: float, drug: str) -> Message:
    return said("dose", mg=_mg(mg), drug=Term(drug))


RULES = (
    Rule("switch.dose", dose),
    Rule("switch.table", table),
    Rule("switch.speed", speed),
    Rule("switch.builds-up", builds_up),
    Rule("switch.undeclared", undeclared),
    Rule("switch.driving", driving),
)
