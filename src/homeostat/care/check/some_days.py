"""Some days: drugs that are taken on some days of the week, and tapers that end with days without.

A week of the plan never holds more than a week of what is taken now. Days without the drug are
meant where it is taken on some days only, and where a taper ends with its smallest doses.
"""

from collections.abc import Iterator

import numpy as np

from homeostat.care.assess.dependence import DAYS_A_WEEK
from homeostat.care.case.rules import is_taken
from homeostat.care.check.plan_days import NOISE, Look, Mg
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding
from homeostat.language.messages import Quantity, Term


def week_mg(look: Look, drug: str) -> tuple[float, int]:
    """Return what a week holds of a drug now [mg], and on how many days it is taken."""
    now = [u for u in look.case.use if u.drug == drug and is_taken(u, look.case_today)]
    total = sum(use.mg_per_day * use.days_per_week for use in now)
    return total, max((use.days_per_week for use in now), default=0)


def week(look: Look) -> Iterator[Finding]:
    """A week of the plan that holds more than a week of now, where not every day is one with the
    drug.
    """
    for drug in look.touched:
        now, days = week_mg(look, drug)
        if not 0 < days < DAYS_A_WEEK:
            continue
        series = look.mg[drug][look.begins :]
        sums = np.convolve(series, np.ones(DAYS_A_WEEK), "valid")
        most = int(np.argmax(sums))
        if sums[most] > now * (1 + NOISE) + NOISE:
            yield Finding(
                level="refuse",
                message="shape.week",
                values={"drug": Term(drug), "days": Quantity(days, "count")},
                limit=Quantity(now, "mg"),
                value=Quantity(round(float(sums[most]), 6), "mg"),
                sources=look.facts.recommendations["asam-03"].sources,
                on=look.day(look.begins + most),
            )


def is_meant(look: Look, drug: str, longest: int) -> str:
    """Return the message of days without a drug that are meant: 'some-days', 'last-days', or ''.

    Args:
        longest: most days in a row without it, between days with it.
    """
    if 0 < week_mg(look, drug)[1] < DAYS_A_WEEK and longest < DAYS_A_WEEK:
        return "some-days"
    if longest > look.limit("skipped-days"):
        return ""
    mg = look.mg[drug][look.begins :]
    taken = np.flatnonzero(mg > NOISE)
    first = next(i for i in range(taken[0], taken[-1]) if mg[i] <= NOISE)
    small = look.limit("small-last-dose") * (1 + NOISE)
    least, _ = look.diazepam[drug]
    is_small = bool((mg[first:] * least <= small).all())
    return "last-days" if is_small else ""


def evened(look: Look, drug: str, series: Mg) -> Mg:
    """Return daily totals with each dose spread over the days until the next one, where the days
    without are meant: how fast such a plan falls is told by its mean, not by its single days.
    """
    taken = np.flatnonzero(look.mg[drug][look.begins :] > NOISE) + look.begins
    apart = np.diff(taken)
    if not len(apart) or apart.max() == 1 or not is_meant(look, drug, int(apart.max()) - 1):
        return series
    out = series.copy()
    for at, days in zip(taken, [*apart, apart[-1]], strict=True):
        until = min(at + days, look.count)
        out[at:until] = series[at] / days
    return out


RULES = (Rule("shape.week", week),)
