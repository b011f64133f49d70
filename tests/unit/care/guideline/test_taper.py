"""The taper of a tier: what it falls by, where it rounds, and how long it takes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.care.guideline import Edges, hold_first, kept, taper
from homeostat.errors import InputError
from homeostat.facts import load
from homeostat.facts.records import PaceTier

FACTS = load()
TIERS = [one for one in FACTS.pace_tiers.values() if isinstance(one, PaceTier)]
DIAZEPAM = Edges(lambda mg: (mg, mg), 1.0)


def even(unit: float, start: float) -> list[float]:
    """Return every dose that a unit makes below a start."""
    return [k * unit for k in range(round(start / unit))]


@given(
    tier=st.sampled_from(TIERS),
    start=st.integers(2, 400).map(lambda n: n / 4),
    unit=st.sampled_from([0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0]),
)
def test_every_fall_is_the_slower_neighbour_or_the_smallest_unit(
    tier: PaceTier, start: float, unit: float
) -> None:
    made = even(unit, start) or [0.0]
    found = taper(tier, start, 0.0, made, DIAZEPAM)
    doses = [start, *(dose.mg for dose in found.doses)]
    assert doses == sorted(set(doses), reverse=True)
    assert doses[-1] == 0.0
    for before, after in pairwise(doses):
        is_next = after == max(mg for mg in made if mg < before - 1e-9)
        is_last = before <= DIAZEPAM.last_diazepam_mg + 1e-9
        base = start if tier.base == "start" else before
        allowed = max(found.share * base, tier.near_end_share_high * before)
        if before > tier.near_end_diazepam_mg + 1e-9:
            allowed = found.share * base
        assert is_next or is_last or before - after <= allowed + 1e-9


@given(
    start=st.integers(1, 60).map(float),
    shares=st.tuples(st.floats(0.04, 0.25), st.floats(0.04, 0.25)),
)
def test_a_smaller_share_is_never_done_sooner(start: float, shares: tuple[float, float]) -> None:
    tier = FACTS.pace_tier("usual", PaceTier)
    slow, fast = (
        taper(tier, start, 0.0, even(0.05, start), DIAZEPAM, share=share)
        for share in sorted(shares)
    )
    assert len(slow.doses) >= len(fast.doses) - 1


@pytest.mark.parametrize("start", [2.0, 5.0, 10.0, 20.0, 30.0, 60.0])
def test_no_usual_plan_needs_more_than_its_tier_allows(start: float) -> None:
    tier = FACTS.pace_tier("usual", PaceTier)
    found = taper(tier, start, 0.0, even(0.1, start), DIAZEPAM)
    assert len(found.doses) <= tier.most_changes
    assert found.days <= tier.most_months * 31


def test_the_interval_is_longer_at_low_doses_and_follows_a_forced_fall() -> None:
    tier = FACTS.pace_tier("usual", PaceTier)
    found = taper(tier, 10.0, 0.0, even(0.1, 10.0), DIAZEPAM)
    days = {dose.mg: dose.days for dose in found.doses}
    assert {d for mg, d in days.items() if mg > 5} == {14}
    coarse = taper(tier, 10.0, 0.0, [0.0, 2.5, 5.0, 7.5], DIAZEPAM)
    assert coarse.doses[0].days == 28
    assert coarse.forced == (7.5, 5.0)


def test_a_taper_that_does_not_go_down_is_refused() -> None:
    with pytest.raises(InputError, match="ends below"):
        taper(TIERS[0], 1.0, 1.0, [1.0], DIAZEPAM)


def test_a_hold_comes_before_the_first_step() -> None:
    found = hold_first(taper(TIERS[0], 2.0, 0.0, even(0.1, 2.0), DIAZEPAM), 14)
    assert (found.doses[0].mg, found.doses[0].days) == (2.0, 14)


def test_the_pace_that_is_kept_is_named() -> None:
    slow = [(9.0, 14), (8.1, 14), (7.3, 14), (0.0, None)]
    assert kept(10.0, slow, FACTS).pace == "usual"
    assert kept(10.0, [(8.0, 14), (6.0, 14), (4.0, 14), (0.0, None)], FACTS).pace == "ceiling"
    fast = kept(10.0, [(5.0, 14), (2.0, 14), (0.0, None)], FACTS)
    assert (fast.pace, fast.usual_to, fast.first_fall) == ("neither", 10.0, 0.5)
    assert kept(10.0, [(10.0, None)], FACTS).pace == "usual"


@given(st.lists(st.floats(0.02, 0.6), min_size=1, max_size=12), st.integers(7, 42))
def test_a_plan_that_keeps_the_usual_pace_keeps_the_ceiling(shares: list[float], days: int) -> None:
    dose, doses = 10.0, []
    for share in shares:
        dose *= 1 - share
        doses.append((dose, float(days)))
    found = kept(10.0, [*doses, (0.0, None)], FACTS)
    assert found.largest_fall <= max(shares) + 1e-9
    if found.pace == "usual":
        assert found.fastest <= FACTS.ceilings["asam-2025"].share * 1.1 + 1e-9
