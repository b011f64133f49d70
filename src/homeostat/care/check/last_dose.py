"""Ending: the last dose, and a later part that goes faster than the earlier one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from homeostat.care.check.pace import is_tapered_freely, window_d
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import HALF, Rule
from homeostat.care.dispensing.stock import PARTS
from homeostat.care.findings import Finding
from homeostat.facts.records import ShareTaper
from homeostat.language.messages import Listed, Quantity, Term, said


def last_dose(look: Look) -> Iterator[Finding]:
    """The stop from the last dose: never from what the guideline calls a high dose, nor at home
    from more than a small one.
    """
    if look.may_stop_at_once:
        return
    cliff = look.limit("cliff-dose")
    for day in _stops(look):
        shares, diazepam = 0.0, 0.0
        taken = []
        for drug in look.drugs:
            mg = float(look.mg[drug][day - 1])
            if mg > NOISE:
                band = look.facts.dose_bands.get(drug)
                as_diazepam = mg * look.diazepam[drug][0]
                high = look.facts.dose_bands[look.facts.reference_drug].high_min_mg
                diazepam += as_diazepam
                shares += mg / band.high_min_mg if band else as_diazepam / high
                taken.append(said("dose", mg=Quantity(round(mg, 4), "mg"), drug=Term(drug)))
        if shares > 1 + NOISE:
            yield Finding(
                level="warn" if look.is_inpatient or is_tapered_freely(look) else "refuse",
                message="pace.last-dose.high",
                values={"doses": Listed(tuple(taken), "and")},
                limit=Quantity(1, "ratio"),
                value=Quantity.rounded(shares, "ratio", 2),
                sources=("asam-2025, p. 9",),
                on=look.day(day),
                can_kill=not is_tapered_freely(look),
            )
        elif diazepam > cliff * (1 + look.limit("pace-slack")) and not (
            look.is_inpatient or is_tapered_freely(look)
        ):
            yield Finding(
                level="warn",
                message="pace.last-dose.cliff",
                values={"doses": Listed(tuple(taken), "and")},
                limit=look.shown("cliff-dose"),
                value=Quantity.rounded(diazepam, "mg", 3),
                sources=look.facts.choices["cliff-dose"].sources,
                on=look.day(day),
                can_kill=diazepam >= look.limit("cliff-can-kill") * cliff,
            )


def _stops(look: Look) -> list[int]:
    """Return the days from which on nothing at all is taken that was taken the day before."""
    total = np.sum([look.mg[drug] for drug in look.drugs], axis=0)
    return [i for i in range(look.begins, look.count) if total[i] <= NOISE < total[i - 1]]


def speeds_up(look: Look) -> Iterator[Finding]:
    """A second half that goes clearly faster than the first: by its worst two weeks, or all
    along.
    """
    if is_tapered_freely(look) or look.is_inpatient:
        return
    drug = _last_drug(look)
    if drug is None:
        return
    first, second, at = _halves(look, drug)
    worst_of_it = first.worst > 0 and second.worst > look.limit("speeds-up") * first.worst
    all_along = (
        first.per_day > 0 and second.per_day > look.limit("speeds-up-all-along") * first.per_day
    )
    early, late, late_at = _in_time(look, drug)
    in_time = early > 0 and late > look.limit("speeds-up-in-time") * early
    reasons = [
        (
            worst_of_it,
            second.worst,
            at,
            second.worst / first.worst if worst_of_it else 0.0,
            "speeds-up",
        ),
        (
            all_along,
            second.worst,
            at,
            second.per_day / first.per_day if all_along else 0.0,
            "speeds-up-all-along",
        ),
        (in_time, late, late_at, late / early if in_time else 0.0, "speeds-up-in-time"),
    ]
    for is_so, share, at, times, name in reasons:
        if not is_so or share <= look.limit("speeds-up-share"):
            continue
        yield Finding(
            level="warn",
            message="pace.speeds-up",
            values={"share": Quantity(share, "share")},
            limit=look.shown(name),
            value=Quantity.rounded(times, "ratio", 2),
            sources=look.facts.choices["speeds-up"].sources,
            on=look.day(at),
        )
        return


@dataclass(frozen=True)
class Falls:
    """The falls of one drug from the day on which the plan stands highest.

    Attributes:
        begins, start_mg: that day, and the dose of it [mg/d].
        days: the days on which it falls; a stop from a small dose does not count.
    """

    begins: int
    start_mg: float
    days: tuple[int, ...]


def _falls(look: Look, drug: str) -> Falls:
    series = look.mg[drug]
    begins = int(np.argmax(series[look.begins - 1 :])) + look.begins - 1
    small = max(look.limit("small-last-dose") / look.diazepam[drug][0], smallest_mg(look, drug)) * (
        1 + NOISE
    )
    days = tuple(
        i
        for i in range(begins + 1, look.count)
        if series[i] < series[i - 1] - NOISE and not (series[i] <= NOISE and series[i - 1] <= small)
    )
    return Falls(begins, float(series[begins]), days)


def _in_time(look: Look, drug: str) -> tuple[float, float, int]:
    """Return the worst two weeks of the earlier and of the later half of the time from the first
    fall to the last, and the later day.
    """
    series, found, days = look.mg[drug], _falls(look, drug), window_d(look)
    if not found.days:
        return 0.0, 0.0, found.begins
    middle = (found.days[0] + found.days[-1]) * HALF
    lost = {
        i: float(series[max(found.begins, i - days) : i + 1].max() - series[i]) / found.start_mg
        for i in found.days
    }
    late, at = max(
        ((share, i) for i, share in lost.items() if i > middle), default=(0.0, found.begins)
    )
    return max((share for i, share in lost.items() if i < middle), default=0.0), late, at


def smallest_mg(look: Look, drug: str) -> float:
    """Return the smallest dose of a drug that tablets and capsules of the plan's market make [mg];
    0 if it has none.
    """
    sold = [
        p
        for p in look.facts.products.values()
        if p.drug == drug and p.market == look.plan.market and not p.is_liquid
    ]
    return min((p.strength / PARTS[p.split] for p in sold), default=0.0)


@dataclass(frozen=True)
class Half:
    """One half of a taper: its worst two weeks, and what it loses on average [shares of the start,
    and of it a day].
    """

    worst: float
    per_day: float


def _last_drug(look: Look) -> str | None:
    """Return the drug that the taper ends with: the one lowered whose last day is the latest."""
    lowered = [d for d in look.touched if (np.diff(look.mg[d][look.begins - 1 :]) < -NOISE).any()]
    return max(
        lowered,
        key=lambda d: int(np.max(np.nonzero(look.mg[d] > NOISE)[0], initial=0)),
        default=None,
    )


def _halves(look: Look, drug: str) -> tuple[Half, Half, int]:
    """Return the part above and the part below half of the start, and the day of the worst two
    weeks below.

    A fall belongs to the half in which it begins; one of a single smallest unit cannot be made
    smaller, and has no pace. What is lost with the last dose does not count if that is small. A
    wait counts up to four weeks, so that a hold makes no half slow.
    """
    series, found, unit = look.mg[drug], _falls(look, drug), smallest_mg(look, drug)
    begins, start, falls_at = found.begins, found.start_mg, found.days
    days, longest = window_d(look), look.facts.pace("asam-2025", ShareTaper).interval_days_high
    peak, lost, waited, at = [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], begins
    for n, i in enumerate(falls_at):
        half = int(series[i - 1] <= start * HALF + NOISE)
        following = (
            falls_at[n + 1] - i if n + 1 < len(falls_at) else i - falls_at[n - 1] if n else longest
        )
        lost[half] += float(series[i - 1] - series[i]) / start
        waited[half] += min(float(following), longest)
        before = float(series[max(begins, i - days) : i + 1].max())
        half = int(before <= start * HALF + NOISE)
        if before - series[i] > unit + NOISE and (before - series[i]) / start > peak[half]:
            peak[half] = float(before - series[i]) / start
            at = i if half else at
    one, two = (Half(peak[h], lost[h] / waited[h] if waited[h] else 0.0) for h in (0, 1))
    return one, two, at


RULES = (
    Rule("pace.last-dose", last_dose),
    Rule("pace.speeds-up", speeds_up),
)
