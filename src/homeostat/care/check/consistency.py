"""Agreeing: the plan with itself and its surroundings: goal, rules, visits, whose it is, its facts,
its overrides.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from homeostat.care.check.free_text import lacking, lethal_words
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule
from homeostat.care.check.switches import exchanges
from homeostat.care.check.watching import counted, outside
from homeostat.care.findings import Finding
from homeostat.care.plan.foundation import changed
from homeostat.language.messages import Listed, Quantity, Term, Value, said

FORBIDDEN = {
    "bad check-in": {"go on as planned", "faster"},
    "very bad check-in": {"go on as planned", "faster"},
    "missed doses": {"faster"},
    "good check-in": {"faster"},
    "red flag": {"go on as planned", "faster"},
}
GOAL = ("asam-2025, p. 4",)
MOST_NAMED = 6
"""Facts that are named in a note; more are counted."""
HELP = {"call the clinician", "emergency"}
"""A red flag needs one of these; what is done besides does not matter."""


def goal(look: Look) -> Iterator[Finding]:
    """What the plan says it is for, against where its steps end."""
    aim, to = look.plan.goal.aim, look.plan.goal.to_mg_per_day
    wanted, wanted_mg = look.case.goal.aim, look.case.goal.to_mg_per_day
    ends = {drug: float(look.planned[drug][-1]) for drug in look.touched}
    starts = {drug: float(look.mg[drug][look.begins - 1]) for drug in look.drugs}
    left = {one.from_drug for one in exchanges(look)}
    is_lower = any(ends[d] < starts.get(d, 0.0) - NOISE for d in look.touched if d not in left)
    if aim == "stop" and all(mg > NOISE for mg in ends.values()):
        yield Finding(
            level="warn",
            message="plan.goal.never-stops",
            values={"ends": _said(ends)},
            sources=GOAL,
        )
    if aim == "stay" and is_lower and not (_others_kept(look) and len(starts) > 1):
        yield Finding(
            level="warn",
            message="plan.goal.stays-and-lowers",
            values={"ends": _said(ends)},
            sources=GOAL,
        )
    if aim == "lower" and to is not None:
        last = [d for d in look.touched if ends[d] > NOISE]
        got = ends[last[0]] if len(last) == 1 else 0.0 if not last else None
        if got is not None and abs(got - to) > look.limit("goal-apart") * to + NOISE:
            values = {"to": Quantity(to, "mg"), "ends": _said(ends), "apart": _apart(look)}
            yield Finding(
                level="warn", message="plan.goal.ends-elsewhere", values=values, sources=GOAL
            )
    if wanted == "stay" and aim != "stay":
        yield Finding(
            level="warn", message="plan.goal.case-stays", values={"aim": Term(aim)}, sources=GOAL
        )
    if wanted == "lower" and (
        aim == "stop"
        or (
            aim == "lower"
            and None not in (to, wanted_mg)
            and (to or 0) < (1 - look.limit("goal-apart")) * (wanted_mg or 0) - NOISE
        )
    ):
        aims = Term(aim) if to is None else Quantity(to, "mg")
        wants = Quantity(wanted_mg or 0, "mg")
        values = {"wanted": wants, "apart": _apart(look), "aim": aims}
        yield Finding(
            level="warn", message="plan.goal.lower-than-the-case", values=values, sources=GOAL
        )
    if aim == "lower" and to is None and not any(mg > NOISE for mg in ends.values()):
        yield Finding(level="warn", message="plan.goal.lowers-to-nothing", sources=GOAL)


def _apart(look: Look) -> Quantity:
    return look.shown("goal-apart")


def _others_kept(look: Look) -> bool:
    """True when some drug of the plan is kept as it is to the end: 'stay' may speak of that one."""
    return any(
        abs(look.mg[d][-1] - look.mg[d][look.begins - 1]) < NOISE < look.mg[d][-1]
        for d in look.touched
    )


def _said(ends: dict[str, float]) -> Value:
    parts = tuple(
        said("dose", mg=Quantity(round(mg, 4), "mg"), drug=Term(drug))
        for drug, mg in ends.items()
        if mg > NOISE
    )
    return Listed(parts, "and") if parts else said("nothing")


def rules(look: Look) -> Iterator[Finding]:
    """What the plan does by itself when a check-in is good or bad."""
    answered = {rule.when for rule in look.plan.rules if rule.do in HELP}
    for rule in look.plan.rules:
        if rule.do in FORBIDDEN[rule.when] or (
            rule.when == "red flag" and "red flag" not in answered
        ):
            is_flag = rule.when == "red flag"
            yield Finding(
                level="refuse" if is_flag and rule.do in FORBIDDEN["red flag"] else "warn",
                message="plan.rules.red-flag" if is_flag else "plan.rules",
                values={"when": Term(rule.when), "do": Term(rule.do)},
                sources=look.facts.recommendations["asam-11"].sources,
                can_kill=is_flag or rule.do == "faster",
            )
    texts = [rule for rule in look.plan.rules if rule.text.strip()]
    for rule in texts:
        if what := lethal_words(rule.text, look.facts):
            yield Finding(
                level="warn",
                message="plan.rules.text",
                values={"when": Term(rule.when), "what": Term(what), "text": rule.text},
                sources=look.facts.recommendations["asam-11"].sources,
                can_kill=True,
            )
    if texts:
        yield Finding(level="note", message="plan.rules.texts", value=Quantity(len(texts), "texts"))
    if look.lowers() and not any(rule.when == "red flag" for rule in look.plan.rules):
        yield Finding(level="note", message="plan.rules.no-red-flag", sources=("asam-2025, p. 8",))


def visits(look: Look) -> Iterator[Finding]:
    """Somebody looks at every step, and at the latest every three months; a visit outside the plan
    is none.
    """
    if strays := outside(look):
        yield Finding(
            level="warn",
            message="plan.visits.outside",
            values={"days": Listed(strays), "start": look.start},
            on=strays[0],
        )
    if not look.lowers() and look.plan.goal.aim != "stay":
        return
    limit = look.limit("visit-days")
    seen = counted(look)
    if not seen:
        yield Finding(
            level="note",
            message="plan.visits.none",
            sources=look.facts.recommendations["asam-09"].sources,
        )
        return
    steps = [
        i for d in look.touched for i in np.nonzero(np.abs(np.diff(look.mg[d])) > NOISE)[0] + 1
    ]
    last_step = look.day(int(max(steps, default=look.begins)))
    days = sorted({look.start, *seen})
    later = (last_step - days[-1]).days
    if later > limit and look.plan.goal.aim != "stay":
        yield Finding(
            level="note",
            message="plan.visits.later-open",
            values={"until": days[-1]},
            limit=look.shown("visit-days"),
            value=Quantity(later, "d"),
            sources=look.facts.choices["visit-days"].sources,
            on=days[-1],
        )
    else:
        days = [*days, max(last_step, days[-1])]
    longest = max(
        (pair for pair in pairwise(days) if pair[0] < last_step or look.plan.goal.aim == "stay"),
        key=lambda pair: pair[1] - pair[0],
        default=(look.start, look.start),
    )
    gap = (longest[1] - longest[0]).days
    if gap > limit:
        yield Finding(
            level="warn",
            message="plan.visits.nobody-looks",
            values={"until": longest[1]},
            limit=look.shown("visit-days"),
            value=Quantity(gap, "d"),
            sources=look.facts.choices["visit-days"].sources,
            on=longest[0],
        )


def whose(look: Look) -> Iterator[Finding]:
    """The plan of another person."""
    plan, case = look.plan.whom, look.case
    if plan.case != case.id:
        yield Finding(
            level="refuse",
            message="plan.whose.another-case",
            values={"planned": plan.case, "case": case.id},
        )
    if (
        plan.initials
        and case.person.initials
        and _plain(plan.initials) != _plain(case.person.initials)
    ):
        yield Finding(
            level="refuse",
            message="plan.whose.initials",
            values={"planned": plan.initials, "case": case.person.initials},
        )
    if look.plan.market != case.market:
        yield Finding(
            level="note",
            message="plan.whose.market",
            values={"planned": look.plan.market, "case": case.market},
        )


def _plain(initials: str) -> str:
    return "".join(letter for letter in initials.lower() if letter.isalnum())


def foundation(look: Look) -> Iterator[Finding]:
    """Facts that have changed since the plan was made; it is checked by those of today."""
    if found := changed(look.plan, look.facts):
        more = len(found) - MOST_NAMED
        names = Listed(tuple(found[:MOST_NAMED]))
        yield Finding(
            level="note",
            message="plan.facts",
            values={
                "what": said("facts.and-more", names=names, count=more) if more > 0 else names,
                "now": look.facts.digest,
                "then": look.plan.facts.digest,
            },
        )


def overrides(look: Look) -> Iterator[Finding]:
    """An override needs a reason that another could weigh, somebody who gave it, and a day."""
    for given in look.plan.overrides:
        if lacks := lacking(given, look.plan, look.facts, look.today):
            yield Finding(
                level="warn",
                message="plan.overrides",
                values={
                    "rule": given.finding,
                    "lacks": lacks,
                    "words": look.shown("override-words"),
                    "days": look.shown("override-days"),
                    "reason": given.reason,
                },
                on=given.on,
            )


RULES = (
    Rule("plan.goal", goal),
    Rule("plan.rules", rules),
    Rule("plan.visits", visits),
    Rule("plan.whose", whose),
    Rule("plan.facts", foundation),
    Rule("plan.overrides", overrides),
)
