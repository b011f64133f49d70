"""Shape: a plan whose days do not fit together, that rises, swings, leaves days out or counts them
twice; and its dates.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from homeostat.care.case.rules import mg_per_day, planned_ahead
from homeostat.care.check.interactions import has_opioid
from homeostat.care.check.plan_days import NOISE, Look, Mg
from homeostat.care.check.rate_of_fall import reference, rises, scales
from homeostat.care.check.registry import SLIP, Rule, percent
from homeostat.care.check.switches import exchanges
from homeostat.care.findings import Finding, Level
from homeostat.language.quantity import number_text


def gap(look: Look) -> Iterator[Finding]:
    """Days without a drug between days with it: a forgotten step, a holiday, or dosing on alternate
    days.
    """
    for drug in look.touched:
        taken = look.mg[drug] > NOISE
        if not taken[look.begins - 1 :].any():
            continue
        last = int(np.max(np.nonzero(taken)[0]))
        missing = [i for i in range(look.begins, last) if not taken[i] and taken[: i + 1].any()]
        if not missing:
            continue
        first = missing[0]
        run = next((i for i in range(first, last + 1) if taken[i]), last) - first
        kind: Level = (
            "refuse"
            if not look.may_stop_at_once and run >= look.limit("gap-refused-days")
            else "warn"
        )
        yield Finding(
            "shape.gap",
            kind,
            f"{drug} is left out on {len(missing)} day{'s' * (len(missing) > 1)} between days on"
            f" which it is taken, from {look.day(first)} on. Skipped doses bring withdrawal each"
            " time.",
            "taken every day until it ends"
            + (
                f"; refused from {look.shown('gap-refused-days')} in a row"
                if kind == "refuse"
                else ""
            ),
            f"{len(missing)} days without",
            look.facts.recommendations["asam-text-skipped-doses"].sources,
            look.day(first),
            can_kill=not look.may_stop_at_once,
        )


def overlap(look: Look) -> Iterator[Finding]:
    """Days that two steps claim for one drug: the doses of both would be taken; or a step without
    doses inside another.
    """
    steps = sorted(look.plan.steps, key=lambda s: s.from_day)
    for drug in look.plan.drugs:
        for one, two in pairwise([s for s in steps if drug in s.drugs or not s.doses]):
            if one.doses and (one.until is None or one.until > two.from_day):
                ends = "has no end" if one.until is None else f"ends on {one.until}"
                what = (
                    f"the doses of {drug} of both would be taken"
                    if two.doses
                    else f"{drug} would go on beside the step without doses"
                )
                yield Finding(
                    "shape.overlap",
                    "warn",
                    f"Two steps claim the days from {two.from_day} on (the step from {one.from_day}"
                    f" {ends}): {what}.",
                    "one step of a drug for each day",
                    f"{one.from_day} and {two.from_day}",
                    on=two.from_day,
                )


def order(look: Look) -> Iterator[Finding]:
    """Steps that end before they begin, or stand out of order."""
    for step in look.plan.steps:
        if step.until is not None and step.until <= step.from_day:
            yield Finding(
                "shape.order",
                "warn",
                f"The step from {step.from_day} ends on {step.until}, before it has begun: it"
                " counts for nothing.",
                "'until' after 'from'",
                f"{step.until}",
                on=step.from_day,
            )
    for one, two in pairwise(look.plan.steps):
        if two.from_day < one.from_day:
            yield Finding(
                "shape.order",
                "warn",
                f"The step from {two.from_day} stands after the one from {one.from_day}: is a date"
                " wrong?",
                "steps in the order of their days",
                f"{two.from_day}",
                on=two.from_day,
            )


def rise(look: Look) -> Iterator[Finding]:
    """A dose that rises: one step back up is good practice, more of it is a swing, above the start
    it is another plan.
    """
    for drug in look.touched:
        series = look.mg[drug]
        start = float(series[look.begins - 1])
        if start <= NOISE:  # a drug that comes in is a switch or an addition
            start = float(series[look.begins :].max(initial=0.0))
            ups = [
                i
                for i in rises(series)
                if i >= look.begins and series[i - 1] > NOISE and _fell(series, look.begins, i)
            ]
        else:
            ups = [
                i for i in rises(series) if i > look.begins and series[i - 1] > NOISE
            ]  # after a gap: `gap`
        taking_over = [(one.begins, one.ends) for one in exchanges(look) if one.to_drug == drug]
        ups = [i for i in ups if not any(low <= i <= high for low, high in taking_over)]
        if not ups:
            continue
        if len(ups) == 1 and _is_one_step_back(series, ups[0], start, look.begins):
            yield Finding(
                "shape.rise",
                "note",
                f"{drug} goes back up once, on {look.day(ups[0])}, to the dose before.",
                "one step back, to the dose before",
                f"{number_text(round(float(series[ups[0]]), 4))} mg a day",
                look.facts.recommendations["asam-text-after-symptoms"].sources,
                look.day(ups[0]),
            )
            continue
        top = max(float(series[i]) for i in ups)
        how = f"{len(ups)} times" if len(ups) > 1 else f"to {number_text(round(top, 4))} mg a day"
        yield Finding(
            "shape.rise",
            "warn",
            f"{drug} rises {how} in this plan, the first time on {look.day(ups[0])}. A taper goes"
            " down, or back one step once.",
            "no rise, or one step back once",
            how,
            look.facts.recommendations["asam-text-after-symptoms"].sources,
            look.day(ups[0]),
        )


def _fell(series: Mg, begins: int, until: int) -> bool:
    return bool((np.diff(series[begins:until]) < -NOISE).any())


def _is_one_step_back(series: Mg, up: int, start: float, begins: int) -> bool:
    """True when the dose returns to no more than the one before the last fall, and never above the
    start.
    """
    before = [float(a) for a, b in pairwise(series[begins - 1 : up]) if b < a - NOISE]
    return bool(before) and series[up - 1] > NOISE and series[up] <= min(before[-1], start) + NOISE


def above_start(look: Look) -> Iterator[Finding]:
    """The total of all sedatives rises above what the person is used to, by every table."""
    taken = [drug for drug in look.drugs if look.mg[drug].any()]
    if not taken:
        return
    found = []
    for scale in scales(look.facts, taken) if len(taken) > 1 else ({taken[0]: 1.0},):
        total = np.sum([scale[drug] * look.mg[drug] for drug in taken], axis=0)
        start = reference(look, total)[look.begins - 1]
        if start <= NOISE:
            continue
        found.append(total[look.begins :] / start - 1.0)
    if not found:
        if np.sum([look.mg[d][look.begins :] for d in taken]) > NOISE:
            yield Finding(
                "shape.above-start",
                "warn",
                "The plan gives a drug to a person who takes none now: that is a new prescription,"
                " not a taper.",
                "what is taken today",
                "nothing is taken today",
                on=look.start,
            )
        return
    least = np.min(found, axis=0)
    at = int(np.argmax(least))
    limit = look.limit("total-rise")
    if least[at] > limit:
        level: Level = "refuse" if least[at] >= look.limit("rise-refused") - SLIP else "warn"
        yield Finding(
            "shape.above-start",
            level,
            f"From {look.day(look.begins + at)} on the total of all sedatives is"
            f" {percent(1 + float(least[at]))} of what was taken before, by the table that makes it"
            " smallest: sedation, falls and slow breathing.",
            f"at most {look.shown('total-rise')} more"
            + (f", refused from {look.shown('rise-refused')} more" if level == "refuse" else ""),
            percent(1 + float(least[at])),
            look.facts.choices["total-rise"].sources,
            look.day(look.begins + at),
            can_kill=bool(least[at] >= look.limit("rise-can-kill")),
        )


def start(look: Look) -> Iterator[Finding]:
    """The first step against what the case takes: a drug that is not taken, or more of it than is
    taken.
    """
    for drug in look.touched:
        now, then = float(look.mg[drug][look.begins - 1]), float(look.mg[drug][look.begins])
        is_switch = any(
            one.to_drug == drug and one.begins == look.begins for one in exchanges(look)
        )
        if now > NOISE and then > now + NOISE and not is_switch:
            before = reference(look, look.mg[drug])[look.begins - 1]
            yield Finding(
                "shape.start",
                "note" if then <= before + NOISE else "warn",
                f"The plan begins with {number_text(round(then, 4))} mg of {drug} a day, but"
                f" {number_text(round(now, 4))} mg is taken: was it made for another dose?",
                f"{number_text(round(now, 4))} mg a day",
                f"{number_text(round(then, 4))} mg a day",
                on=look.start,
                can_kill=has_opioid(look),
            )


def dates(look: Look) -> Iterator[Finding]:
    """Days in the past, and plans that begin long after the picture they rest on."""
    if look.start < look.today:
        missed = _missed_share(look)
        is_a_jump = missed > look.facts.ceilings["asam-2025"].share and not look.may_stop_at_once
        yield Finding(
            "shape.dates",
            "warn",
            f"The plan begins on {look.start}, before the day it is checked on ({look.today}): its"
            " first steps cannot be taken any more"
            + (
                f", and today's dose would be {percent(missed)} less than what is taken."
                if is_a_jump
                else "."
            ),
            f"{look.today} or later",
            f"{look.start}",
            on=look.start,
            can_kill=is_a_jump,
        )
    elif look.start < look.plan.made_on:
        yield Finding(
            "shape.dates",
            "warn",
            f"The plan begins on {look.start}, before the day it was made ({look.plan.made_on}):"
            " one of the dates is wrong.",
            f"{look.plan.made_on} or later",
            f"{look.start}",
            on=look.start,
        )
    lead = (look.start - look.today).days
    if lead > look.limit("long-lead"):
        is_a_year = lead > planned_ahead(look.facts).days
        yield Finding(
            "shape.dates",
            "warn" if is_a_year else "note",
            f"The plan begins {lead} days from"
            f" now{': is the year right?' if is_a_year else '; look at the case again by then.'}",
            look.shown("long-lead")
            + (f", at most {look.shown('medicine-ahead')}" if is_a_year else ""),
            f"{lead} days",
            look.facts.choices["long-lead"].sources,
            look.start,
        )


def _missed_share(look: Look) -> float:
    """Return what somebody would lose at once who steps in on the day of the check: share of what
    the case says is taken now.
    """
    at = min(look.index(look.today), look.count - 1)
    now = sum(
        mg_per_day(look.case, drug, look.today) * look.diazepam[drug][0] for drug in look.drugs
    )
    then = sum(float(look.mg[drug][at]) * look.diazepam[drug][0] for drug in look.drugs)
    return 1.0 - then / now if now > NOISE else 0.0


RULES = (
    Rule("shape.gap", gap),
    Rule("shape.overlap", overlap),
    Rule("shape.order", order),
    Rule("shape.rise", rise),
    Rule("shape.above-start", above_start),
    Rule("shape.start", start),
    Rule("shape.dates", dates),
)
