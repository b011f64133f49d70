"""Pace: how fast the total falls, against each guidance by name, by both readings of a percentage;
abrupt stops.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from homeostat.care.assess.dependence import use
from homeostat.care.assess.factors import strong
from homeostat.care.case.model import conditions
from homeostat.care.case.records import Case
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.rate_of_fall import falls, falls_of_each, reference
from homeostat.care.check.registry import SLIP, Rule
from homeostat.care.check.small_doses import is_label_paced, smallest_steps, was_small
from homeostat.care.check.some_days import evened
from homeostat.care.findings import Finding
from homeostat.care.guideline import Kept, kept
from homeostat.facts import Facts
from homeostat.facts.records import FixedTaper, ShareTaper
from homeostat.language.messages import Listed, Quantity, Term, Value, said, terms


def is_at_high_risk(look: Look) -> bool:
    """True for people whom the routine step, not the ceiling, should bind."""
    return bool(_risks(look.case, look.facts))


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


def ceiling(look: Look) -> Iterator[Finding]:
    """The guideline's ceiling for people at home: a quarter of the starting dose in two weeks."""
    if is_tapered_freely(look) or look.is_inpatient:
        return
    rule = look.facts.ceilings["asam-2025"]
    limit = rule.share
    days = window_d(look)
    lost = falls(look, days)
    share, at = worst(np.where(smallest_steps(look, days), 0.0, lost))
    if share <= limit * (1 + look.limit("pace-slack")) < lost.max():
        share, at = worst(lost)
        yield Finding(
            level="note",
            message="pace.asam-2025.last-small-dose",
            values={"slack": look.shown("pace-slack")},
            limit=Quantity(limit, "share"),
            value=Quantity(share, "share"),
            sources=rule.sources,
            on=look.day(at),
        )
    elif share > limit * (1 + look.limit("pace-slack")):
        yield Finding(
            level="warn",
            message="pace.asam-2025.too-fast",
            values={"rule": Term(rule.name), "slack": look.shown("pace-slack")},
            limit=Quantity(limit, "share"),
            value=Quantity(share, "share"),
            sources=rule.sources,
            on=look.day(at),
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
            level="warn",
            message="pace.high-risk",
            values={
                "why": Listed(_risks(look.case, look.facts)),
                "slack": look.shown("pace-slack"),
            },
            limit=Quantity(limit, "share"),
            value=Quantity(share, "share"),
            sources=rule.sources,
            on=look.day(at),
            can_kill=True,
        )


def high_risk_of(case: Case, facts: Facts) -> str:
    """Say what makes a withdrawal likely to go badly wrong; empty for nobody in particular."""
    return Listed(_risks(case, facts)).text("en")


def _risks(case: Case, facts: Facts) -> tuple[Value, ...]:
    past, has = case.history, conditions(case)
    found: list[Value] = [Term(reason.id.replace("-", " ")) for reason in strong(case, facts)]
    if past.suicidal_thoughts == "yes" or "suicidal thoughts" in has:
        found.append(Term("thoughts of suicide"))
    if "pregnancy" in has:
        found.append(Term("pregnancy"))
    if (drinks := case.alcohol.drinks_per_day or 0.0) > facts.choices["heavy-drinking"].to(
        "drinks/d"
    ):
        found.append(Quantity(drinks, "drinks/d"))
    return tuple(found)


def possible(look: Look) -> Iterator[Finding]:
    """Where dependence is possible, a short taper will do, but not a stop at once."""
    if look.may_stop_at_once or look.assessment.dependence != "possible" or look.is_inpatient:
        return
    limit, days = look.limit("possible-share"), look.limit("possible-days")
    share, at = worst(falls(look, int(days)))
    if share > limit * (1 + look.limit("pace-slack")):
        yield Finding(
            level="warn",
            message="pace.possible",
            values={"days": Quantity(days, "d"), "within": look.shown("possible-days")},
            limit=look.shown("possible-share"),
            value=Quantity(share, "share"),
            sources=("asam-2025, p. 4", "asam-2025, p. 9"),
            on=look.day(at),
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
            level="warn",
            message="pace.inpatient.fast",
            values={"days": Quantity(days, "d"), "within": look.shown("inpatient-days")},
            limit=look.shown("inpatient-share"),
            value=Quantity(share, "share"),
            sources=look.facts.choices["inpatient-share"].sources,
            on=look.day(at),
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
            level="warn",
            message="pace.inpatient.after-a-seizure",
            values={
                "lost": Quantity(lost, "share"),
                "looks": look.shown("inpatient-looks"),
                "ceiling": Quantity(rule.share, "share"),
            },
            value=Quantity(seen, "visits"),
            sources=look.facts.choices["inpatient-looks"].sources,
            on=look.day(by),
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
    if share >= limit - SLIP and not was_small(look, at, int(days)):
        yield Finding(
            level="warn" if is_label_paced(look) else "refuse",
            message="pace.abrupt",
            values={"days": Quantity(days, "d"), "within": look.shown(within)},
            limit=look.shown("near-abrupt"),
            value=Quantity(share, "share"),
            sources=look.facts.recommendations["asam-02"].sources,
            on=look.day(at),
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
        and not was_small(look, at, window_d(look))
        and not is_label_paced(look)
    ):
        yield Finding(
            level="refuse",
            message="pace.steep",
            values={"band": Term(band)},
            limit=look.shown("steep-share"),
            value=Quantity(share, "share"),
            sources=look.facts.recommendations["asam-02"].sources,
            on=look.day(at),
        )


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
            level="warn",
            message="pace.two-at-once",
            values={"drugs": terms(names, "and"), "slack": look.shown("pace-slack")},
            limit=Quantity(rule.share, "share"),
            value=Quantity(share, "share"),
            sources=(*rule.sources, "veterans-ptsd-opioid-cohort"),
            on=look.day(at),
        )


def published(look: Look) -> Iterator[Finding]:
    """Which published pace the plan keeps, the last step left out, and what each named rule says:
    for information.
    """
    if not look.lowers():
        return
    found = _kept(look)
    faster, slower = _named_rules(look)
    none = (said("none"),)
    yield Finding(
        level="note",
        message=(
            "pace.published.usual"
            if found.pace == "usual"
            else "pace.published.ceiling"
            if found.pace == "ceiling"
            else "pace.published.neither"
        ),
        values={
            "first": Quantity(found.first_fall, "share"),
            "largest": Quantity(found.largest_fall, "share"),
            "fastest": Quantity(found.fastest, "share"),
            "faster": Listed(faster or none),
            "slower": Listed(slower or none),
        },
        sources=look.facts.recommendations["asam-06"].sources,
    )


def _kept(look: Look) -> Kept:
    """Return which pace the plan keeps, all drugs together as diazepam by the middle of the
    tables.
    """
    each = [
        evened(look, drug, look.mg[drug]) * np.sqrt(np.prod(look.diazepam[drug]))
        for drug in look.drugs
    ]
    total = np.sum(each, axis=0)
    start = max(float(total[look.begins - 1]), NOISE)
    later = total[look.begins :]
    cuts = [0, *(np.flatnonzero(np.abs(np.diff(later)) > NOISE) + 1).tolist(), len(later)]
    doses = [(float(later[one]), float(two - one)) for one, two in pairwise(cuts)]
    return kept(start, [*doses[:-1], (doses[-1][0], None)], look.facts, diazepam_mg=1.0)


def _named_rules(look: Look) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Return the published rules that the plan is faster than, each at its fastest and as a share
    of the start, and the others.
    """
    days = window_d(look)
    whole = days + look.limit("pace-day-grace")
    of_start, _ = worst(falls(look, days, effective=False))
    slower: list[Value] = []
    faster: list[Value] = []
    for rule in look.facts.pace_rules.values():
        start_mg = _start_mg(look, rule.drugs)
        if isinstance(rule, ShareTaper):
            step = rule.step_share_high
        elif isinstance(rule, FixedTaper) and start_mg is not None:
            step = rule.step_mg / start_mg
        else:
            continue
        fastest = step * max(1.0, whole / rule.interval_days_low)
        name = Term(rule.name)
        (faster if of_start > fastest * (1 + look.limit("pace-slack")) else slower).append(
            said("fact.unverified", name=name) if rule.is_unverified else name
        )
    return tuple(faster), tuple(slower)


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
