"""A tier of risk holds every number that a plan needs, in order, and a slip of ten is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from homeostat.errors import FactError
from homeostat.facts import Facts
from homeostat.facts.records import HoldTier, NoTaperTier, PaceTier, ShareTaper


def table(facts: Facts, name: str = "usual") -> dict[str, Any]:
    return facts.pace_tiers[name].model_dump()


def test_there_is_one_tier_for_each_risk_and_the_last_holds_for_everybody(facts: Facts) -> None:
    assert list(facts.pace_tiers) == [
        "hold",
        "dependence-rare",
        "high-risk",
        "short-low-dose",
        "usual",
    ]
    assert facts.pace_tiers["usual"].when == ("any",)
    assert all(tier.why for tier in facts.pace_tiers.values())


def test_a_tier_of_another_kind_is_refused_where_a_pace_is_needed(facts: Facts) -> None:
    assert facts.pace_tier("hold", HoldTier).hold_days == 14
    assert facts.pace_tier("dependence-rare", NoTaperTier).report_days_short == 7
    with pytest.raises(FactError, match="PaceTier is needed"):
        facts.pace_tier("hold", PaceTier)


def test_the_usual_and_the_high_risk_tier_keep_the_steps_of_the_guideline(facts: Facts) -> None:
    guideline = facts.pace("asam-2025", ShareTaper)
    for name in ("usual", "high-risk"):
        tier = facts.pace_tier(name, PaceTier)
        assert tier.base == "current"
        assert guideline.step_share_low <= tier.share_low <= tier.share_high
        assert tier.share_high <= guideline.step_share_high
        for days in (tier.every_days_high_dose, tier.every_days_low_dose):
            assert guideline.interval_days_low <= days <= guideline.interval_days_high
    assert (
        facts.pace_tier("short-low-dose", PaceTier).share_high <= facts.ceilings["asam-2025"].share
    )


@pytest.mark.parametrize("times", [10, 0.1])
@pytest.mark.parametrize(
    "key",
    [
        name
        for name, field in PaceTier.model_fields.items()
        if field.annotation in {int, float} or name.endswith(("_below", "_from", "_years"))
    ],
)
def test_ten_times_more_and_less_of_each_number_of_a_tier_is_refused(
    facts: Facts, key: str, times: float
) -> None:
    for name, tier in facts.pace_tiers.items():
        given = getattr(tier, key, None)
        if given is None:
            continue
        wrong = type(given)(given * times)
        with pytest.raises(ValidationError):
            PaceTier.model_validate(table(facts, name) | {key: wrong})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"share_low": 0.2}, "'share_low' is above 'share_high'"),
        ({"near_end_diazepam_mg": 8.0}, "'near_end_diazepam_mg' is above 'split_diazepam_mg'"),
        ({"when": ("any", "oldest-age")}, "'oldest_age_years' and the condition 'oldest-age'"),
        ({"when": ("older",)}, "Input should be"),
        ({"why": ""}, "at least 1 character"),
    ],
)
def test_a_tier_that_cannot_be_is_refused(
    facts: Facts, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        PaceTier.model_validate(table(facts) | change)
