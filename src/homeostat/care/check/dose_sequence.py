"""Shape: a plan whose days do not fit together, that rises, swings, leaves days out or counts them
twice; and its dates.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from homeostat.care.case.rules import mg_per_day, planned_ahead
from homeostat.care.check.opioids import has_opioid
from homeostat.care.check.plan_days import NOISE, Look, Mg
from homeostat.care.check.rate_of_fall import reference, rises, scales
from homeostat.care.check.registry import SLIP, Rule
from homeostat.care.check.some_days import is_meant
from homeostat.care.check.switches import exchanges
from homeostat.care.findings import Finding
from homeostat.language.messages import Quantity, Term, said


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
        if meant := is_meant(look, drug, _longest_run(missing)):
            yield Finding(
                level="note",
                message=("shape.gap.some-days" if meant == "some-days" else "shape.gap.last-days"),
                values={"drug": Term(drug)},
                value=Quantity(len(missing), "d"),
                sources=look.facts.recommendations["asam-text-skipped-doses"].sources,
                on=look.day(first),
            )
            continue
        is_refused = not look.may_stop_at_once and run >= look.limit("gap-refused-days")
        yield Finding(
            level="refuse" if is_refused else "warn",
            message="shape.gap.many-in-a-row" if is_refused else "shape.gap",
            values={"drug": Term(drug), "row": look.shown("gap-refused-days")},
            value=Quantity(len(missing), "d"),
            sources=look.facts.recommendations["asam-text-skipped-doses"].sources,
            on=look.day(first),
            can_kill=not look.may_stop_at_once,
        )


def _longest_run(days: Sequence[int]) -> int:
    """Return the longest run of consecutive days."""
    ends = [i for i in range(len(days)) if i + 1 == len(days) or days[i + 1] != days[i] + 1]
    starts = [0, *(i + 1 for i in ends[:-1])]
    return max(end - start + 1 for start, end in zip(starts, ends, strict=True))


def long_step(look: Look) -> Iterator[Finding]:
    """A step many times as long as the others, inside a plan that goes on: a slip of a date."""
    steps = [
        ((step.until - step.from_day).days, step)
        for step in look.plan.steps[1:-1]
        if step.until is not None and step.doses
    ]
    if len(steps) < look.limit("long-step-among"):
        return
    usual = float(np.median([days for days, _ in steps]))
    for days, step in steps:
        if days >= look.limit("long-step-days") and days >= look.limit("long-step-times") * usual:
            yield Finding(
                level="warn",
                message="shape.long-step",
                limit=look.shown("long-step-days"),
                value=Quantity(days, "d"),
                on=step.from_day,
            )


def overlap(look: Look) -> Iterator[Finding]:
    """Days that two steps claim for one drug: the doses of both would be taken; or a step without
    doses inside another.
    """
    steps = sorted(look.plan.steps, key=lambda s: s.from_day)
    for drug in look.plan.drugs:
        for one, two in pairwise([s for s in steps if drug in s.drugs or not s.doses]):
            if one.doses and (one.until is None or one.until > two.from_day):
                until = (
                    said("overlap.has-no-end", start=one.from_day)
                    if one.until is None
                    else said("overlap.ends", start=one.from_day, until=one.until)
                )
                yield Finding(
                    level="warn",
                    message="shape.overlap" if two.doses else "shape.overlap.without-doses",
                    values={"drug": Term(drug), "until": until, "one": one.from_day},
                    on=two.from_day,
                )


def order(look: Look) -> Iterator[Finding]:
    """Steps that end before they begin, or stand out of order."""
    for step in look.plan.steps:
        if step.until is not None and step.until <= step.from_day:
            yield Finding(
                level="warn",
                message="shape.order.ends-before-it-begins",
                values={"until": step.until},
                on=step.from_day,
            )
    for one, two in pairwise(look.plan.steps):
        if two.from_day < one.from_day:
            yield Finding(
                level="warn",
                message="shape.order",
                values={"before": one.from_day},
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
                level="note",
                message="shape.rise.one-step-back",
                values={"drug": Term(drug)},
                value=_a_day(float(series[ups[0]])),
                sources=look.facts.recommendations["asam-text-after-symptoms"].sources,
                on=look.day(ups[0]),
            )
            continue
        top = max(float(series[i]) for i in ups)
        is_once = len(ups) == 1
        yield Finding(
            level="warn",
            message="shape.rise.once" if is_once else "shape.rise",
            values={"drug": Term(drug)},
            value=_a_day(top) if is_once else Quantity(len(ups), "times"),
            sources=look.facts.recommendations["asam-text-after-symptoms"].sources,
            on=look.day(ups[0]),
        )


def _a_day(mg: float) -> Quantity:
    return Quantity(round(mg, 4), "mg/d")


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
                level="warn",
                message="shape.above-start.nothing-is-taken",
                on=look.start,
            )
        return
    least = np.min(found, axis=0)
    at = int(np.argmax(least))
    limit = look.limit("total-rise")
    if least[at] > limit:
        is_refused = least[at] >= look.limit("rise-refused") - SLIP
        yield Finding(
            level="refuse" if is_refused else "warn",
            message="shape.above-start.refused" if is_refused else "shape.above-start",
            values={
                "whole": Quantity(1 + float(least[at]), "share"),
                "refused": look.shown("rise-refused"),
            },
            limit=look.shown("total-rise"),
            value=Quantity(float(least[at]), "share"),
            sources=look.facts.choices["total-rise"].sources,
            on=look.day(look.begins + at),
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
                level="note" if then <= before + NOISE else "warn",
                message="shape.start",
                values={"drug": Term(drug)},
                limit=_a_day(now),
                value=_a_day(then),
                on=look.start,
                can_kill=has_opioid(look),
            )


def dates(look: Look) -> Iterator[Finding]:
    """Days in the past, and plans that begin long after the picture they rest on."""
    missed = _missed_share(look) if look.start < look.today else 0.0
    was_made_before = look.plan.made_on <= look.start
    if look.start < look.today and was_made_before and abs(missed) <= look.limit("pace-slack"):
        yield Finding(level="note", message="shape.dates.under-way", on=look.start)
    elif look.start < look.today:
        is_a_jump = missed > look.facts.ceilings["asam-2025"].share and not look.may_stop_at_once
        yield Finding(
            level="warn",
            message="shape.dates.in-the-past.jump" if is_a_jump else "shape.dates.in-the-past",
            values={"today": look.today, "missed": Quantity(missed, "share")},
            on=look.start,
            can_kill=is_a_jump,
        )
    elif look.start < look.plan.made_on:
        yield Finding(
            level="warn",
            message="shape.dates.before-it-was-made",
            values={"made": look.plan.made_on},
            on=look.start,
        )
    lead = (look.start - look.today).days
    if lead > look.limit("long-lead"):
        is_a_year = lead > planned_ahead(look.facts).days
        yield Finding(
            level="warn" if is_a_year else "note",
            message="shape.dates.years-ahead" if is_a_year else "shape.dates.ahead",
            values={"ahead": look.shown("medicine-ahead")},
            limit=look.shown("long-lead"),
            value=Quantity(lead, "d"),
            sources=look.facts.choices["long-lead"].sources,
            on=look.start,
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
    Rule("shape.long-step", long_step),
    Rule("shape.overlap", overlap),
    Rule("shape.order", order),
    Rule("shape.rise", rise),
    Rule("shape.above-start", above_start),
    Rule("shape.start", start),
    Rule("shape.dates", dates),
)
