"""How likely it is that the body has come to depend on the drug: the guideline's table, cell by
cell.

    days a week     length            low dose        moderate or high dose
    up to 3         any               rare            rare
    4 and more      under 1 month     possible        possible
    4 and more      1 to 3 months     possible        expected
    4 and more      3 months or more  expected        expected

Source: asam-2025, p. 9. The dose bands are printed in mg for four drugs; for others, and for
    several drugs at once, the
equivalence tables give a range, and the higher band counts.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from homeostat.care.assess.assessment import Reason, Word
from homeostat.care.case.records import Case, Intake
from homeostat.care.case.rules import drugs_taken, is_taken, mg_per_day, today
from homeostat.facts import Facts
from homeostat.facts.equivalence import equivalent
from homeostat.language.quantity import number_text
from homeostat.model.domain import potency

Band = Literal["low", "moderate", "high"]
BANDS: tuple[Band, ...] = ("low", "moderate", "high")

TABLE_SOURCE = "asam-2025, p. 9"
DAYS_A_WEEK = 7
DAYS_A_MONTH = 30.44
DAYS_A_YEAR = 365.25
SAID_IN_DAYS, SAID_IN_MONTHS = 2 * DAYS_A_MONTH, 2 * DAYS_A_YEAR
"""Below the first a length is said in days, below the second in months [d]."""
SLIP = 1e-9
"""Shares closer than this are the same: rounding of doubles."""


@dataclass(frozen=True)
class Use:
    """What the table asks for.

    Attributes:
        days_per_week: days of a week on which any of these drugs is taken; several part-time drugs
            add up to 7.
        duration_d: how long it has gone on without a longer break [d].
        bands: lowest and highest dose band that a published figure supports.
        how: how the band was found, in words.
    """

    days_per_week: int
    duration_d: int
    bands: tuple[Band, Band]
    how: str


def dependence(days_per_week: int, duration_d: float, band: Band, facts: Facts) -> Word:
    """Return the table's answer for one cell; its edges are facts (choices, assessing.toml)."""
    edge = facts.choices
    if days_per_week <= edge["rare-days"].to("count"):
        return "rare"
    if duration_d >= edge["lasting-use"].to("d"):
        return "expected"
    if duration_d >= edge["short-use"].to("d") and band != "low":
        return "expected"
    return "possible"


def use(case: Case, facts: Facts) -> Use | None:
    """Return the case's use in the table's terms; None if none of these drugs is taken today or was
    lately.
    """
    now = today(case)
    last = _last_day(case, facts)
    if last is None:
        return None
    current = drugs_taken(case, last)
    part = [u.days_per_week for u in case.use if is_taken(u, last)]
    since = _since(case, last, facts)
    bands, how = dose_bands(case, last, facts) if current else (("low", "low"), "nothing is taken")
    return Use(
        min(DAYS_A_WEEK, sum(part)), (min(now, last + timedelta(days=1)) - since).days, bands, how
    )


def dose_bands(case: Case, day: date, facts: Facts) -> tuple[tuple[Band, Band], str]:
    """Return the lowest and the highest dose band on a day, and how they were found.

    One drug with printed thresholds is held against them; else each drug becomes a share of its
    printed low and high threshold, or of diazepam's by the equivalence tables (a range), and the
    shares add up.
    """
    drugs = drugs_taken(case, day)
    lows, highs, how = [0.0, 0.0], [0.0, 0.0], []
    for drug in drugs:
        mg = mg_per_day(case, drug, day)
        if drug in facts.dose_bands:
            band, amounts = facts.dose_bands[drug], (mg, mg)
            how.append(
                f"{number_text(mg)} mg of {drug} against the printed {band.low_max_mg:g} and"
                f" {band.high_min_mg:g} mg"
            )
        else:
            band, (amounts, by) = (
                facts.dose_bands[facts.reference_drug],
                diazepam_mg(drug, mg, facts),
            )
            how.append(
                f"{number_text(mg)} mg of {drug}, {by}, against {band.low_max_mg:g} and "
                f"{band.high_min_mg:g} mg of {facts.reference_drug}"
            )
        for end in (0, 1):
            lows[end] += amounts[end] / band.low_max_mg
            highs[end] += amounts[end] / band.high_min_mg
    found = tuple(_band(lows[end], highs[end]) for end in (0, 1))
    return (found[0], found[1]), "; ".join(how)


def diazepam_mg(drug: str, mg: float, facts: Facts) -> tuple[tuple[float, float], str]:
    """Return the least and the most diazepam a dose equals by the published tables [mg], and by
    what; none: by the model.
    """
    if drug == facts.reference_drug or mg <= 0:
        return (mg, mg), "as it is"
    if any(drug in table.entries for table in facts.equivalence_tables.values()):
        found = equivalent(facts, drug, facts.reference_drug, mg)
        said = (
            "unverified tables only"
            if found.is_only_unverified
            else f"{len(found.by_table)} table{'s' * (len(found.by_table) > 1)}"
        )
        span = (
            f"{found.low_mg:.3g}"
            if found.low_mg == found.high_mg
            else f"{found.low_mg:.3g} to {found.high_mg:.3g}"
        )
        return (found.low_mg, found.high_mg), f"{span} mg of diazepam by {said}"
    own = mg * potency(facts, drug) / potency(facts, facts.reference_drug)
    return (
        own,
        own,
    ), f"{own:.3g} mg of diazepam by this product's own potency, as no table holds it"


def reason(found: Use) -> Reason:
    """Say which cell of the table was read."""
    band = (
        found.bands[1]
        if found.bands[0] == found.bands[1]
        else f"{found.bands[0]} to {found.bands[1]}"
    )
    return Reason(
        "dependence",
        f"Taken on {found.days_per_week} days a week for {_length(found.duration_d)} at a dose that"
        f" the guideline calls {band} ({found.how}).",
        (TABLE_SOURCE,),
        choices=("rare-days", "short-use", "lasting-use"),
    )


def _band(of_low: float, of_high: float) -> Band:
    """Return the band of a dose given as shares of the two thresholds; the high band lies above its
    edge.
    """
    if of_low <= 1 + SLIP:
        return "low"
    return "moderate" if of_high <= 1 + SLIP else "high"


def _last_day(case: Case, facts: Facts) -> date | None:
    """Return today, or the last day on which anything was taken if that was lately."""
    now = today(case)
    if drugs_taken(case, now):
        return now
    ends = [u.until - timedelta(days=1) for u in case.use if u.until is not None]
    last = max(ends, default=None)
    gap = facts.choices["use-gap"].to("d")
    return last if last is not None and (now - last).days <= gap else None


def _since(case: Case, last: date, facts: Facts) -> date:
    """Return the first day of the stretch of use that holds a day; short breaks do not end it."""
    gap = timedelta(days=facts.choices["use-gap"].to("d"))
    since = last
    stretches: list[Intake] = sorted(case.use, key=lambda u: u.until or date.max, reverse=True)
    for u in stretches:
        if (u.until or last + timedelta(days=1)) + gap >= since:
            since = min(since, u.since)
    return since


def _length(days: int) -> str:
    if days < SAID_IN_DAYS:
        return f"{days} days"
    return (
        f"{days / DAYS_A_MONTH:.0f} months"
        if days < SAID_IN_MONTHS
        else f"{days / DAYS_A_YEAR:.0f} years"
    )
