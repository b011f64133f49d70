"""Tiers: which pace is proposed first for a person, and why; read from facts/data/pace_tiers.toml.

The first tier whose conditions the case fulfils is the person's. A hold comes before any taper and
is followed by one. What a case does not say fulfils no condition here; the assessment asks for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from homeostat.care.assess.assessment import Assessment
from homeostat.care.assess.dependence import use
from homeostat.care.case.model import age_years, conditions
from homeostat.care.case.records import Case, Score
from homeostat.care.case.rules import mg_per_day, today
from homeostat.facts import Facts
from homeostat.facts.records import HoldTier, NoTaperTier, PaceTier
from homeostat.language.quantity import mg_text, number_text


@dataclass(frozen=True)
class Hold:
    """The present dose is held first.

    Attributes:
        until: the day on which it is decided how to go on.
        measure: what is looked at on that day, in words.
        why: a sentence for each reason.
    """

    until: date
    measure: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Recommendation:
    """What is proposed first.

    Attributes:
        tier: the person's tier: a taper, or none where dependence is rare.
        why: a sentence for each condition that is fulfilled.
        hold: what is waited for before the first step; None if nothing is.
        slower: the tier that is followed by those who want to go slower.
    """

    tier: PaceTier | NoTaperTier
    why: tuple[str, ...]
    hold: Hold | None
    slower: PaceTier


@dataclass(frozen=True)
class _Look:
    """What the conditions of a tier are asked about."""

    case: Case
    facts: Facts
    assessment: Assessment
    drug: str


def recommend(case: Case, facts: Facts, assessment: Assessment, drug: str) -> Recommendation:
    """Return the tier that holds for a person, why, and whether the present dose is held first.

    Args:
        drug: the drug that is to be lowered.

    Source: asam-2025, pp. 4, 6, 8; the order of the tiers is chosen (facts/data/pace_tiers.toml).
    """
    look = _Look(case, facts, assessment, drug)
    tiers = facts.pace_tiers.values()
    slowest = facts.pace_tier("high-risk", PaceTier)
    for tier in tiers:
        if isinstance(tier, HoldTier) or not isinstance(tier, PaceTier | NoTaperTier):
            continue
        why = [said for name in tier.when if (said := _said(name, tier, look))]
        if len(why) == len(tier.when) or (tier.needs == "any" and why):
            break
    else:
        raise AssertionError("the last tier holds for everybody")
    held = None if isinstance(tier, NoTaperTier) else _hold(look, tier)
    return Recommendation(tier, tuple(why), held, slowest)


def _hold(look: _Look, tier: PaceTier) -> Hold | None:
    """Return what is waited for: a severe score of the last days, or a step that is not over."""
    hold = look.facts.pace_tier("hold", HoldTier)
    now, until, why, measure = today(look.case), None, [], ""
    for score in _recent(look, hold.score_days):
        edge = severe_from(score, look.facts, hold)
        if score.total >= edge:
            why.append(
                f"{score.scale} {number_text(score.total)} on {score.date}, severe from"
                f" {number_text(edge)} on"
            )
            until = now + timedelta(days=hold.hold_days)
            measure = f"{score.scale} below {number_text(edge)} on two days a week apart"
    if fell := last_fall(look.case, look.drug):
        day, before, after = fell
        over = day + timedelta(days=tier.every_days_high_dose)
        if over > now:
            why.append(
                f"the step from {mg_text(before)} to {mg_text(after)} a day on {day} has had"
                f" {(now - day).days} of {tier.every_days_high_dose} days"
            )
            until = max(over, until or over)
            measure = measure or "no new symptom since the last step"
    return None if until is None else Hold(until, measure, tuple(why))


def severe_from(score: Score, facts: Facts, hold: HoldTier) -> float:
    """Return the total from which a score is severe: as published, else a share of the range."""
    scale = facts.scales[score.scale]
    top = max(scale.range_points, default=0)
    return hold.severe_share * top if top else 0.0


def is_severe(score: Score, facts: Facts) -> bool:
    """True from the total on that is severe on its scale."""
    return score.total >= severe_from(score, facts, facts.pace_tier("hold", HoldTier))


def recent_scores(case: Case, facts: Facts) -> tuple[Score, ...]:
    """Return the last score of each scale that is young enough to count."""
    hold, now = facts.pace_tier("hold", HoldTier), today(case)
    last = {score.scale: score for score in sorted(case.score, key=lambda one: one.date)}
    return tuple(one for one in last.values() if one.date >= now - timedelta(days=hold.score_days))


def old_scores(case: Case, facts: Facts) -> tuple[Score, ...]:
    """Return the last score of each scale that is too old to count; it is asked for anew."""
    hold, now = facts.pace_tier("hold", HoldTier), today(case)
    last = {score.scale: score for score in sorted(case.score, key=lambda one: one.date)}
    return tuple(one for one in last.values() if one.date < now - timedelta(days=hold.score_days))


def last_fall(case: Case, drug: str) -> tuple[date, float, float] | None:
    """Return the day of the last fall of a drug's daily dose, and the dose before and after it
    [mg/d].
    """
    now = today(case)
    days = {
        day
        for use in case.use
        if use.drug == drug
        for day in (use.since, use.until)
        if day is not None and day <= now
    }
    falls = [
        (day, before, after)
        for day in sorted(days)
        if (after := mg_per_day(case, drug, day))
        < (before := mg_per_day(case, drug, day - timedelta(days=1)))
        and after > 0
    ]
    return falls[-1] if falls else None


def _recent(look: _Look, days: int) -> list[Score]:
    """Return the last score of each scale within so many days."""
    first = today(look.case) - timedelta(days=days)
    last: dict[str, Score] = {}
    for score in sorted(look.case.score, key=lambda one: one.date):
        if score.date >= first:
            last[score.scale] = score
    return list(last.values())


def _said(name: str, tier: PaceTier | NoTaperTier, look: _Look) -> str:
    """Return why a condition is fulfilled, or ''."""
    return _CONDITIONS[name](tier, look)


def _rare(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    return "dependence is rare here" if look.assessment.dependence == "rare" else ""


def _low_dose(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    found = use(look.case, look.facts)
    return "a low dose" if found is not None and found.bands[1] == "low" else ""


def _high_dose(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    found = use(look.case, look.facts)
    return "a high dose" if found is not None and found.bands[1] == "high" else ""


def _short_use(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    found = use(look.case, look.facts)
    edge = tier.short_use_days_below if isinstance(tier, PaceTier) else None
    if found is None or edge is None or found.duration_d >= edge:
        return ""
    return f"taken for {found.duration_d} days, under three months"


def _failed(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    found = use(look.case, look.facts)
    edge = tier.long_use_days_from if isinstance(tier, PaceTier) else None
    times = look.case.history.previous_withdrawals or 0
    if found is None or edge is None or found.duration_d < edge or not times:
        return ""
    return f"more than a year of use and {times} earlier attempt{'s' * (times > 1)}"


def _symptoms(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    hold = look.facts.pace_tier("hold", HoldTier)
    for score in _recent(look, hold.score_days):
        if score.total >= severe_from(score, look.facts, hold):
            return f"symptoms now ({score.scale} {number_text(score.total)})"
    return ""


def _seizure(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    if look.case.history.seizure_ever == "yes":
        return "a seizure before"
    if look.case.history.complicated_withdrawal == "yes":
        return "a complicated withdrawal before"
    return "epilepsy" if "epilepsy" in conditions(look.case) else ""


def _pregnant(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    return "pregnancy" if "pregnancy" in conditions(look.case) else ""


def _oldest(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    edge = tier.oldest_age_years if isinstance(tier, PaceTier) else None
    age = age_years(look.case)
    return f"{age:.0f} years old" if edge is not None and age >= edge else ""


def _frail(tier: PaceTier | NoTaperTier, look: _Look) -> str:
    return "frailty" if "frailty" in conditions(look.case) else ""


_CONDITIONS: Mapping[str, Callable[[PaceTier | NoTaperTier, _Look], str]] = {
    "any": lambda tier, look: "daily use, and nothing that asks for a slower pace",
    "dependence-rare": _rare,
    "low-dose": _low_dose,
    "high-dose": _high_dose,
    "short-use": _short_use,
    "long-use-and-failed-attempt": _failed,
    "symptoms-now": _symptoms,
    "seizure-ever": _seizure,
    "pregnant": _pregnant,
    "oldest-age": _oldest,
    "frail": _frail,
}
"""What each condition of a tier asks of a case; the reader of the facts knows no others."""
