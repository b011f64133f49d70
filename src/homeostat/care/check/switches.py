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
from homeostat.language.quantity import mg_text


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

    def __str__(self) -> str:
        return f"{_mg(self.from_mg)} of {self.from_drug} → {_mg(self.to_mg)} of {self.to_drug}"


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
        said = (
            f"{' and '.join(f'{_mg(p.from_mg)} of {p.from_drug}' for p in parts)} →"
            f" {_mg(first.to_mg)} of {first.to_drug}"
        )
        answers = [_answer(look, p.from_drug, p.from_mg, p.to_drug) for p in parts]
        known = [answer for answer in answers if answer is not None]
        if len(known) < len(parts):
            yield Finding(
                "switch.dose",
                "warn",
                f"{said}: no table holds both drugs, so nothing says whether this is a comparable"
                " dose.",
                "a table that holds both",
                "none",
                on=look.day(first.begins),
            )
            continue
        low, high = sum(a.low_mg for a in known), sum(a.high_mg for a in known)
        low_side, high_side = low / first.to_mg, first.to_mg / high
        far = max(low_side, high_side)
        if far <= 1 + look.limit("switch-slack"):
            continue
        level: Level = "refuse" if far >= look.limit("switch-far") - SLIP else "warn"
        risk = "withdrawal" if low_side > high_side else "over-sedation and slow breathing"
        yield Finding(
            "switch.dose",
            level,
            f"{said}: that is {far:.2g} times {'below' if low_side > high_side else 'above'}"
            " everything the tables call equal; the risk is"
            f" {risk}.{_turned(look, first) if len(parts) == 1 else ''}",
            f"{_mg(low)} to {_mg(high)} of {first.to_drug}, over"
            f" {min(len(a.by_table) for a in known)} tables, and {look.shown('switch-slack')} more"
            + (f", refused from {look.shown('switch-far')}" if level == "refuse" else ""),
            _mg(first.to_mg),
            ("asam-2025, p. 19",),
            look.day(first.begins),
        )


def _turned(look: Look, one: Exchange) -> str:
    """Say so when the dose would fit if the ratio were turned round."""
    try:
        back = equivalent(look.facts, one.to_drug, one.from_drug, one.from_mg)
    except InputError:
        return ""
    slack = look.limit("switch-turned")
    fits = back.low_mg / slack <= one.to_mg <= back.high_mg * slack
    return (
        " It would fit with the ratio turned round: was the table read in the wrong direction?"
        if fits
        else ""
    )


def table(look: Look) -> Iterator[Finding]:
    """What the plan says of its switch against the table it names, and against its own doses."""
    real = {(one.from_drug, one.to_drug): one for one in exchanges(look)}
    for said in look.plan.switch:
        named = look.facts.equivalence_tables[said.table]
        if said.from_drug not in named.entries or said.to_drug not in named.entries:
            yield _table(
                look,
                said,
                f"the table {named.name} does not hold both drugs",
                "a table that holds both",
                said.table,
            )
            continue
        found = equivalent(look.facts, said.from_drug, said.to_drug, said.from_mg)
        low, high = {**found.by_unverified_table, **found.by_table}[said.table]
        slack = look.limit("switch-table-apart")
        if not low * (1 - slack) - SLIP <= said.to_mg <= high * (1 + slack) + SLIP:
            span = _mg(low) if low == high else f"{_mg(low)} to {_mg(high)}"
            yield _table(
                look,
                said,
                f"the table it names ({named.name}) says {span}",
                f"{span}, within {look.shown('switch-table-apart')}",
                _mg(said.to_mg),
            )
        one = real.get((said.from_drug, said.to_drug))
        if one is None:
            yield _table(
                look,
                said,
                "no step of the plan does this",
                "steps that do what the plan says",
                "no such step",
            )
        elif abs(one.to_mg - said.to_mg) > look.limit("switch-slack") * said.to_mg + NOISE:
            yield _table(
                look,
                said,
                f"but its steps reach {_mg(one.to_mg)}",
                f"{_mg(said.to_mg)}, within {look.shown('switch-slack')}",
                _mg(one.to_mg),
            )


def _table(look: Look, said: Switch, what: str, limit: str, value: str) -> Finding:
    return Finding(
        "switch.table",
        "warn",
        f"The plan switches {_mg(said.from_mg)} of {said.from_drug} to {_mg(said.to_mg)} of"
        f" {said.to_drug}, and {what}.",
        limit,
        value,
        look.facts.equivalence_tables[said.table].sources,
        look.start,
    )


def speed(look: Look) -> Iterator[Finding]:
    """A switch is spread over one to two weeks, not over one to two days."""
    if look.may_stop_at_once:
        return
    limit = look.limit("switch-fewest-days")
    for one in exchanges(look):
        if one.days < limit:
            level: Level = "note" if look.is_inpatient else "warn"
            how = "from one day to the next" if one.days == 0 else f"within {one.days} days"
            yield Finding(
                "switch.speed",
                level,
                f"{one} {how}. People need more or less than a table says, and a slow switch shows"
                " it in time.",
                f"1 to 2 weeks, at least {look.shown('switch-fewest-days')}",
                f"{one.days} days",
                ("asam-2025, p. 19",),
                look.day(one.begins),
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
        if liver:
            level: Level = "warn"
            why = "an impaired liver clears it and its metabolites slowly"
        elif age >= look.limit("older-age") and (frail or not cautious):
            level, why = "warn", f"at {age:g} it is cleared slowly"
        elif age >= look.limit("older-age") or "breast feeding" in has:
            level, why = (
                "note",
                (
                    "old age clears it slowly"
                    if age >= look.limit("older-age")
                    else "it passes into milk and builds up in the child"
                ),
            )
        else:
            continue
        yield Finding(
            "switch.builds-up",
            level,
            f"{one}: {new.id} builds up over weeks, and {why}. Sedation and falls come late;"
            f" {old.id} or a drug that is only conjugated does not do this.",
            "the lowest dose of the tables, or no switch"
            + (
                f", from {look.shown('older-age')} on"
                if age >= look.limit("older-age") and not liver
                else ""
            ),
            _mg(one.to_mg),
            (*look.facts.remedies["diazepam-substitution"].sources, "scotland-qp-2024"),
            look.day(one.begins),
            can_kill="liver failure" in has
            or bool(conditions_of(look.case, "slow-breathing", look.facts)),
        )


def _builds_up(drug: Drug) -> bool:
    return drug.half_life_class == "long" and "UGT" not in drug.enzymes and bool(drug.metabolites)


def undeclared(look: Look) -> Iterator[Finding]:
    """A shorter-acting drug that takes the place of another for good, and the plan does not say
    that it switches.
    """
    said = {one.to_drug for one in look.plan.switch} | {look.case.goal.switch_to}
    for one in exchanges(look):
        is_short = look.facts.drug(one.to_drug).half_life_class == "short"
        is_shorter = is_short and look.facts.drug(one.from_drug).half_life_class != "short"
        if one.to_drug not in said and is_shorter and look.mg[one.to_drug][-1] > NOISE:
            yield Finding(
                "switch.undeclared",
                "warn",
                f"{one}, for good, and neither plan nor case speaks of a switch: a shorter-acting"
                " drug is harder to leave.",
                "a switch that is said, and a drug that acts no shorter",
                one.to_drug,
                ("asam-2025, p. 19",),
                look.day(one.begins),
            )


def driving(look: Look) -> Iterator[Finding]:
    """Whoever drives should not do so in the days of a switch or a rise."""
    if look.case.history.drives != "no" and exchanges(look):
        yield Finding(
            "switch.driving",
            "note",
            "In the weeks of a switch sleepiness can come unexpectedly: no driving until it is"
            " clear how the new drug is borne.",
            "",
            f"drives: {look.case.history.drives}",
            ("asam-2025, p. 19",),
        )


def _mg(mg: float) -> str:
    return mg_text(float(f"{mg:.4g}"))


RULES = (
    Rule("switch.dose", dose),
    Rule("switch.table", table),
    Rule("switch.speed", speed),
    Rule("switch.builds-up", builds_up),
    Rule("switch.undeclared", undeclared),
    Rule("switch.driving", driving),
)
