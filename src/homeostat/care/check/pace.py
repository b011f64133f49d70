"""Pace: how fast the total falls, against each guidance by name, by both readings of a percentage;
abrupt stops.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from homeostat.care.assess.dependence import use
from homeostat.care.assess.factors import strong
from homeostat.care.case.model import conditions
from homeostat.care.case.records import Case
from homeostat.care.case.rules import mg_per_day
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.rate_of_fall import falls, falls_of_current, falls_of_each, reference
from homeostat.care.check.registry import SLIP, Rule, percent
from homeostat.care.findings import Finding
from homeostat.care.ways.amounts import label_rules
from homeostat.facts import Facts
from homeostat.facts.records import FixedTaper, ShareTaper


def is_at_high_risk(look: Look) -> bool:
    """True for people whom the routine step, not the ceiling, should bind."""
    return bool(_why(look))


def is_tapered_freely(look: Look) -> bool:
    """True where no published pace binds: stopping at once would do, or dependence is only
    possible.
    """
    return look.may_stop_at_once or look.assessment.dependence != "expected"


def worst(series: NDArray[np.float64]) -> tuple[float, int]:
    """Return the largest value and its day."""
    at = int(np.argmax(series))
    return float(series[at]), at


def window_d(look: Look) -> int:
    """Return the guideline's two weeks, less the days by which a step may come early [d]."""
    return int(look.facts.ceilings["asam-2025"].days - look.limit("pace-day-grace"))


def _for_tablets(look: Look) -> str:
    return f"and {look.shown('pace-slack')} of it more"


def _in_two_weeks(look: Look, limit: float) -> str:
    return f"{percent(limit)} in 2 weeks, {_for_tablets(look)}"


def ceiling(look: Look) -> Iterator[Finding]:
    """The guideline's ceiling for people at home: a quarter of the starting dose in two weeks."""
    if is_tapered_freely(look) or look.is_inpatient:
        return
    rule = look.facts.ceilings["asam-2025"]
    limit = rule.share
    days = window_d(look)
    lost = falls(look, days)
    share, at = worst(np.where(_smallest_steps(look, days), 0.0, lost))
    if share <= limit * (1 + look.limit("pace-slack")) < lost.max():
        share, at = worst(lost)
        yield Finding(
            "pace.asam-2025",
            "note",
            f"On {look.day(at)} the last small dose is halved or ends: {percent(share)} of it, and"
            " little in all. Look at the person two weeks later.",
            _in_two_weeks(look, limit),
            percent(share),
            rule.sources,
            look.day(at),
        )
    elif share > limit * (1 + look.limit("pace-slack")):
        yield Finding(
            "pace.asam-2025",
            "warn",
            f"The dose falls faster than {rule.name} allows as a rule: {percent(share)} of the"
            f" starting dose within two weeks up to {look.day(at)}, all drugs together.",
            _in_two_weeks(look, limit),
            percent(share),
            rule.sources,
            look.day(at),
            can_kill=not look.is_low_dose and share > look.limit("pace-can-kill") * limit,
        )


def high_risk(look: Look) -> Iterator[Finding]:
    """The routine step for people in whom a withdrawal can go badly wrong."""
    if look.may_stop_at_once or look.is_inpatient or not is_at_high_risk(look):
        return
    rule = look.facts.pace("nice-cks-eighth", ShareTaper)
    limit = rule.step_share_high
    share, at = worst(falls(look, window_d(look)))
    if share > limit * (1 + look.limit("pace-slack")):
        yield Finding(
            "pace.high-risk",
            "warn",
            f"This person is at high risk ({_why(look)}), and the dose falls by {percent(share)} of"
            " the start within two weeks; here the routine step should bind, not the ceiling.",
            _in_two_weeks(look, limit),
            percent(share),
            rule.sources,
            look.day(at),
            can_kill=True,
        )


def _why(look: Look) -> str:
    return high_risk_of(look.case, look.facts)


def high_risk_of(case: Case, facts: Facts) -> str:
    """Say what makes a withdrawal likely to go badly wrong; empty for nobody in particular."""
    past, has = case.history, conditions(case)
    found = [reason.id.replace("-", " ") for reason in strong(case, facts)]
    if past.suicidal_thoughts == "yes" or "suicidal thoughts" in has:
        found.append("thoughts of suicide")
    if "pregnancy" in has:
        found.append("pregnancy")
    if (drinks := case.alcohol.drinks_per_day or 0.0) > facts.choices["heavy-drinking"].to(
        "drinks/d"
    ):
        found.append(f"{drinks:g} drinks a day")
    return ", ".join(found)


def possible(look: Look) -> Iterator[Finding]:
    """Where dependence is possible, a short taper will do, but not a stop at once."""
    if look.may_stop_at_once or look.assessment.dependence != "possible" or look.is_inpatient:
        return
    limit, days = look.limit("possible-share"), look.limit("possible-days")
    share, at = worst(falls(look, int(days)))
    if share > limit * (1 + look.limit("pace-slack")):
        yield Finding(
            "pace.possible",
            "warn",
            f"Dependence is possible: {percent(share)} of the dose is lost within {days:g} days up"
            f" to {look.day(at)}. Take it down in at least two steps.",
            f"{look.shown('possible-share')} in {look.shown('possible-days')}",
            percent(share),
            ("asam-2025, p. 4", "asam-2025, p. 9"),
            look.day(at),
        )


def inpatient(look: Look) -> Iterator[Finding]:
    """In hospital: no faster than the fastest schedule whose course was published, and after a
    seizure faster than at home only under daily eyes.
    """
    if look.may_stop_at_once or not look.is_inpatient:
        return
    limit, days = look.limit("inpatient-share"), look.limit("inpatient-days")
    share, at = worst(falls(look, int(days) - 1))
    if share > limit * (1 + look.limit("pace-slack")):
        yield Finding(
            "pace.inpatient",
            "warn",
            f"Even in hospital this is fast: {percent(share)} of the starting dose within {days:g}"
            f" days up to {look.day(at)}.",
            f"{look.shown('inpatient-share')} in {look.shown('inpatient-days')}",
            percent(share),
            look.facts.choices["inpatient-share"].sources,
            look.day(at),
            can_kill=is_at_high_risk(look)
            or (not look.is_low_dose and share > look.limit("pace-can-kill") * limit),
        )
    rule, window = look.facts.ceilings["asam-2025"], window_d(look)
    lost, by = worst(falls(look, window))
    has_seized = look.case.history.seizure_ever == "yes" or "epilepsy" in conditions(look.case)
    if (
        not has_seized
        or share > limit * (1 + look.limit("pace-slack"))
        or lost <= rule.share * (1 + look.limit("pace-slack"))
    ):
        return
    seen = len(
        {visit for visit in look.plan.visits if look.day(by - window) < visit <= look.day(by)}
    )
    if seen < look.limit("inpatient-looks") * min(window, by - look.begins + 1):
        yield Finding(
            "pace.inpatient",
            "warn",
            f"This person has had a seizure, loses {percent(lost)} of the starting dose within two"
            f" weeks up to {look.day(by)}, and the plan names {seen} visits in them: in hospital"
            " such a pace rests on somebody who looks every day.",
            f"visits on {look.shown('inpatient-looks')} of the days, or at most"
            f" {percent(rule.share)} in 2 weeks",
            f"{seen} visits",
            look.facts.choices["inpatient-looks"].sources,
            look.day(by),
            can_kill=True,
        )


def abrupt(look: Look) -> Iterator[Finding]:
    """An abrupt stop, whatever the plan calls it, in a person who is likely to be dependent."""
    if look.may_stop_at_once or look.assessment.dependence != "expected":
        return
    within = "inpatient-days" if look.is_inpatient else "near-abrupt-days"
    days = look.limit("inpatient-days") if look.is_inpatient else look.limit("near-abrupt-days")
    limit = look.limit("near-abrupt")
    share, at = worst(falls(look, int(days) - 1))
    if share >= limit - SLIP and not _was_small(look, at, int(days)):
        yield Finding(
            "pace.abrupt",
            "warn" if _is_label_paced(look) else "refuse",
            f"This is an abrupt stop: {percent(share)} of the starting dose is lost within {days:g}"
            f" days up to {look.day(at)}, and the body is likely to depend on it. It can cause"
            " seizures, delirium and death.",
            f"less than {look.shown('near-abrupt')} in {look.shown(within)}",
            percent(share),
            look.facts.recommendations["asam-02"].sources,
            look.day(at),
            can_kill=True,
        )


def steep(look: Look) -> Iterator[Finding]:
    """More than half of a moderate or high dose within two weeks, at home, after months of use: no
    reason makes this safe.
    """
    found = use(look.case, look.facts)
    if (
        is_tapered_freely(look)
        or look.is_inpatient
        or found is None
        or found.duration_d < look.limit("lasting-use")
    ):
        return
    limit = look.limit("steep-share")
    band = found.bands[0]
    share, at = worst(falls(look, window_d(look), effective=False))
    is_reached = share > limit + NOISE or (band == "high" and share >= limit - NOISE)
    if (
        band != "low"
        and is_reached
        and not _was_small(look, at, window_d(look))
        and not _is_label_paced(look)
    ):
        yield Finding(
            "pace.steep",
            "refuse",
            f"{percent(share)} of the starting dose is lost within two weeks up to {look.day(at)},"
            f" at home, at a dose that the guideline calls {band}, and the body is likely to depend"
            " on it. It can cause seizures, delirium and death.",
            f"{look.shown('steep-share')} in 2 weeks",
            percent(share),
            look.facts.recommendations["asam-02"].sources,
            look.day(at),
        )


def _smallest_steps(look: Look, days: int) -> NDArray[np.bool_]:
    """Return the days whose window holds one step of the last small dose: halved, or ended at its
    half or by a taper.
    """
    total = np.sum([look.mg[drug] * look.diazepam[drug][0] for drug in look.drugs], axis=0)
    small = look.limit("small-last-dose") * (1 + NOISE)
    half, came_down = look.limit("last-step-small"), look.limit("came-down-share")
    out = np.zeros(look.count, bool)
    for j in range(look.begins, look.count):
        window = total[j - days : j + 1]
        before, after = float(window.max()), float(total[j])
        steps = int((np.abs(np.diff(window)) > NOISE).sum())
        is_half = after >= (1 - look.limit("last-step-fall")) * before - NOISE
        ends_well = before <= half * small or before < came_down * _highest(look)
        out[j] = (
            before <= small
            and steps == 1
            and float(window[0]) >= before - NOISE
            and (is_half or ends_well)
        )
    return out


def _highest(look: Look) -> float:
    """Return the highest daily dose of the last year of the case or of its last days before the
    plan, as diazepam [mg].
    """
    since = look.start - timedelta(days=look.limit("came-down-days"))
    total: dict[date, float] = {}
    for day in (
        since,
        look.start - timedelta(days=1),
        *(u.since for u in look.case.use if u.since > since),
    ):
        total[day] = sum(
            mg_per_day(look.case, drug, day) * look.diazepam[drug][0] for drug in look.drugs
        )
    return max(total.values())


def _is_label_paced(look: Look) -> bool:
    """True when no step goes beyond a label of the drug that is lowered: too fast for most, but
    nothing to refuse.
    """
    lowered = [
        drug for drug in look.touched if (np.diff(look.mg[drug][look.begins - 1 :]) < -NOISE).any()
    ]
    rules = [rule for rule in label_rules(look.facts) if rule.drugs == tuple(lowered)]
    if len(rules) != 1:
        return False
    step_mg = rules[0].step_mg
    fall, _ = worst(falls(look, int(rules[0].interval_days_low)))
    start = float(reference(look, look.mg[lowered[0]])[-1])
    return fall * start <= step_mg * (1 + look.limit("pace-slack"))


def _was_small(look: Look, at: int, days: int) -> bool:
    """True when what is lost was reached by a taper and is no more than the smallest unit sold."""
    total = sum(look.mg[drug][at - days] * look.diazepam[drug][0] for drug in look.drugs)
    start = max(
        _highest(look),
        sum(reference(look, look.mg[d])[at] * look.diazepam[d][0] for d in look.drugs),
    )
    small = look.limit("small-last-dose") * (1 + NOISE)
    half, came_down = look.limit("last-step-small"), look.limit("came-down-share")
    return bool(total <= half * small or (total <= small and total < came_down * start))


def two_at_once(look: Look) -> Iterator[Finding]:
    """Two drugs lowered in the same two weeks: their shares are added, because nobody can tell
    whose step it was.
    """
    if is_tapered_freely(look) or look.is_inpatient:
        return
    rule = look.facts.ceilings["asam-2025"]
    limit = rule.share * (1 + look.limit("pace-slack"))
    each = falls_of_each(look, window_d(look))
    if len(each) <= 1:
        return
    days = window_d(look)
    both = np.sum([np.where(s > NOISE, s, 0.0) for s in each.values()], axis=0)
    several = np.sum([s > NOISE for s in each.values()], axis=0) > 1
    rising = np.zeros(look.count, bool)
    for drug in each:
        ups = np.nonzero(np.diff(look.mg[drug]) > NOISE)[0] + 1
        for up in ups:
            rising[up : up + days] = True
    share, at = worst(np.where(several & ~rising, both, 0.0))
    if share > limit:
        names = [drug for drug, s in each.items() if s[at] > NOISE]
        yield Finding(
            "pace.two-at-once",
            "warn",
            f"{' and '.join(names)} are lowered within the same two weeks up to {look.day(at)};"
            f" together that is {percent(share)}. One drug at a time.",
            f"{percent(rule.share)} in 2 weeks, shares of each added, {_for_tablets(look)}",
            percent(share),
            (*rule.sources, "veterans-ptsd-opioid-cohort"),
            look.day(at),
        )


def published(look: Look) -> Iterator[Finding]:
    """What each published rule says to this plan, by name and by both readings: for information."""
    if not look.lowers():
        return
    days = window_d(look)
    whole = days + look.limit("pace-day-grace")
    of_start, _ = worst(falls(look, days, effective=False))
    of_current, _ = worst(falls_of_current(look, days))
    slower: list[str] = []
    faster: list[str] = []
    for rule in look.facts.pace_rules.values():
        start_mg = _start_mg(look, rule.drugs)
        if isinstance(rule, ShareTaper):
            step = rule.step_share_high
        elif isinstance(rule, FixedTaper) and start_mg is not None:
            step = rule.step_mg / start_mg
        else:
            continue
        fastest = step * max(1.0, whole / rule.interval_days_low)
        (faster if of_start > fastest * (1 + look.limit("pace-slack")) else slower).append(
            rule.name + (" (unverified)" if rule.is_unverified else "")
        )
    said = (
        f"Faster than: {', '.join(faster) or 'none'}. Not faster than:"
        f" {', '.join(slower) or 'none'}."
    )
    yield Finding(
        "pace.published",
        "note",
        f"The fastest two weeks take {percent(of_start)} of the starting dose, or"
        f" {percent(of_current)} of the dose then taken. {said}",
        "each published rule at its fastest, its share read as one of the start",
        f"{percent(of_start)} of the start, {percent(of_current)} of the current dose",
        look.facts.recommendations["asam-06"].sources,
    )


def _start_mg(look: Look, drugs: tuple[str, ...]) -> float | None:
    named = [drug for drug in drugs if drug in look.touched]
    if not named:
        return None
    return float(reference(look, look.mg[named[0]])[-1]) or None


RULES = (
    Rule("pace.abrupt", abrupt),
    Rule("pace.steep", steep),
    Rule("pace.asam-2025", ceiling),
    Rule("pace.high-risk", high_risk),
    Rule("pace.possible", possible),
    Rule("pace.inpatient", inpatient),
    Rule("pace.two-at-once", two_at_once),
    Rule("pace.published", published),
)
