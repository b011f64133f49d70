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
from homeostat.language.quantity import mg_text

FORBIDDEN = {
    "bad check-in": {"go on as planned", "faster"},
    "very bad check-in": {"go on as planned", "faster"},
    "missed doses": {"faster"},
    "good check-in": {"faster"},
    "red flag": {"go on as planned", "faster"},
}
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
        yield _goal("The plan says 'stop' and never stops", "nothing in the end", _said(ends))
    if aim == "stay" and is_lower and not (_others_kept(look) and len(starts) > 1):
        yield _goal("The plan says 'stay' and lowers the dose", "the dose of today", _said(ends))
    if aim == "lower" and to is not None:
        last = [d for d in look.touched if ends[d] > NOISE]
        got = ends[last[0]] if len(last) == 1 else 0.0 if not last else None
        if got is not None and abs(got - to) > look.limit("goal-apart") * to + NOISE:
            yield _goal(
                f"The plan says it lowers to {mg_text(to)} a day and ends at {_said(ends)}",
                f"{mg_text(to)}, within {_apart(look)}",
                _said(ends),
            )
    if wanted == "stay" and aim != "stay":
        yield _goal(
            f"The case says that it wants to stay, and the plan says '{aim}'",
            "stay, as the case says",
            aim,
        )
    if wanted == "lower" and (
        aim == "stop"
        or (
            aim == "lower"
            and None not in (to, wanted_mg)
            and (to or 0) < (1 - look.limit("goal-apart")) * (wanted_mg or 0) - NOISE
        )
    ):
        yield _goal(
            f"The case wants to lower to {mg_text(wanted_mg or 0)} a day and no further, and the"
            " plan goes lower",
            f"{mg_text(wanted_mg or 0)}, within {_apart(look)}",
            aim if to is None else mg_text(to),
        )
    if aim == "lower" and to is None and not any(mg > NOISE for mg in ends.values()):
        yield _goal("The plan says 'lower' and ends with nothing", "a dose that is kept", "nothing")


def _apart(look: Look) -> str:
    return look.shown("goal-apart")


def _others_kept(look: Look) -> bool:
    """True when some drug of the plan is kept as it is to the end: 'stay' may speak of that one."""
    return any(
        abs(look.mg[d][-1] - look.mg[d][look.begins - 1]) < NOISE < look.mg[d][-1]
        for d in look.touched
    )


def _goal(said: str, limit: str, value: str) -> Finding:
    return Finding("plan.goal", "warn", f"{said}.", limit, value, ("asam-2025, p. 4",))


def _said(ends: dict[str, float]) -> str:
    parts = [f"{mg_text(round(mg, 4))} of {drug}" for drug, mg in ends.items() if mg > NOISE]
    return " and ".join(parts) or "nothing"


def rules(look: Look) -> Iterator[Finding]:
    """What the plan does by itself when a check-in is good or bad."""
    answered = {rule.when for rule in look.plan.rules if rule.do in HELP}
    for rule in look.plan.rules:
        if rule.do in FORBIDDEN[rule.when] or (
            rule.when == "red flag" and "red flag" not in answered
        ):
            yield Finding(
                "plan.rules",
                (
                    "refuse"
                    if rule.when == "red flag" and rule.do in FORBIDDEN["red flag"]
                    else "warn"
                ),
                f"On a {rule.when} the plan says '{rule.do}': a plan may slow down, hold or call by"
                " itself, and never speed up or walk past trouble.",
                (
                    "hold, slow down, go back, call"
                    if rule.when != "red flag"
                    else "call the clinician, or emergency"
                ),
                rule.do,
                look.facts.recommendations["asam-11"].sources,
                can_kill=rule.when == "red flag" or rule.do == "faster",
            )
    texts = [rule for rule in look.plan.rules if rule.text.strip()]
    for rule in texts:
        if said := lethal_words(rule.text):
            yield Finding(
                "plan.rules",
                "warn",
                f"The text for a {rule.when} seems to tell to {said}: '{rule.text}'. Say it"
                " otherwise.",
                "no doubled dose, no sudden stop, no waiting, no skipped step",
                rule.text,
                look.facts.recommendations["asam-11"].sources,
                can_kill=True,
            )
    if texts:
        yield Finding(
            "plan.rules",
            "note",
            f"{len(texts)} of the rules have a text of their own, which nothing here can judge:"
            " have a second person read it.",
            "read by a second person",
            f"{len(texts)} texts",
        )
    if look.lowers() and not any(rule.when == "red flag" for rule in look.plan.rules):
        yield Finding(
            "plan.rules",
            "note",
            "The plan does not say what to do on a red flag.",
            "call, or emergency",
            "not said",
            ("asam-2025, p. 8",),
        )


def visits(look: Look) -> Iterator[Finding]:
    """Somebody looks at every step, and at the latest every three months; a visit outside the plan
    is none.
    """
    if strays := outside(look):
        said = ", ".join(str(day) for day in strays)
        yield Finding(
            rule="plan.visits",
            level="warn",
            sentence=(
                f"Visits lie outside the plan and count for nothing: {said}. Is the year right?"
            ),
            limit=f"from {look.start} on, while the plan lasts",
            value=said,
            on=strays[0],
        )
    if not look.lowers() and look.plan.goal.aim != "stay":
        return
    limit = look.limit("visit-days")
    seen = counted(look)
    if not seen:
        yield Finding(
            "plan.visits",
            "note",
            "The plan names no visits.",
            "at every step",
            "none",
            look.facts.recommendations["asam-09"].sources,
        )
        return
    steps = [
        i for d in look.touched for i in np.nonzero(np.abs(np.diff(look.mg[d])) > NOISE)[0] + 1
    ]
    last_step = look.day(int(max(steps, default=look.begins)))
    days = sorted({look.start, *seen})
    days = [*days, max(last_step, days[-1])]
    longest = max(
        (pair for pair in pairwise(days) if pair[0] < last_step or look.plan.goal.aim == "stay"),
        key=lambda pair: pair[1] - pair[0],
        default=(look.start, look.start),
    )
    gap = (longest[1] - longest[0]).days
    if gap > limit:
        yield Finding(
            "plan.visits",
            "warn",
            f"Nobody looks between {longest[0]} and {longest[1]}.",
            look.shown("visit-days"),
            f"{gap} days",
            look.facts.choices["visit-days"].sources,
            longest[0],
        )


def whose(look: Look) -> Iterator[Finding]:
    """The plan of another person."""
    plan, case = look.plan.whom, look.case
    if plan.case != case.id:
        yield Finding(
            "plan.whose",
            "refuse",
            f"This plan was made for the case '{plan.case}', not for '{case.id}'.",
            case.id,
            plan.case,
        )
    if (
        plan.initials
        and case.person.initials
        and _plain(plan.initials) != _plain(case.person.initials)
    ):
        yield Finding(
            "plan.whose",
            "refuse",
            f"The initials differ: {plan.initials} on the plan, {case.person.initials} in the"
            " case.",
            case.person.initials,
            plan.initials,
        )
    if look.plan.market != case.market:
        yield Finding(
            "plan.whose",
            "note",
            f"The plan is for the market {look.plan.market}, the case for {case.market}.",
            case.market,
            look.plan.market,
        )


def _plain(initials: str) -> str:
    return "".join(letter for letter in initials.lower() if letter.isalnum())


def foundation(look: Look) -> Iterator[Finding]:
    """Facts that have changed since the plan was made; it is checked by those of today."""
    if found := changed(look.plan, look.facts):
        shown = ", ".join(found[:MOST_NAMED]) + (
            f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        )
        yield Finding(
            "plan.facts",
            "note",
            f"Facts have changed since this plan was made: {shown}. It is checked by those of"
            " today.",
            look.facts.digest,
            look.plan.facts.digest,
        )


def overrides(look: Look) -> Iterator[Finding]:
    """An override needs a reason that another could weigh, somebody who gave it, and a day."""
    for given in look.plan.overrides:
        if lacks := lacking(given, look.plan, look.facts, look.today):
            yield Finding(
                "plan.overrides",
                "warn",
                f"The override of {given.finding} does not count: {lacks}.",
                f"a reason in words (at least {look.shown('override-words')}), by somebody, "
                f"from {look.shown('override-days')} before the plan's day up to today",
                given.reason,
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
