"""Kinetics against closed forms, balances and properties that hold for any person and any dose."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import homeostat as hs
from homeostat.facts import load
from homeostat.model.engine import kernel
from homeostat.model.equations import KAPPA
from homeostat.model.kinetics import half_life_h
from homeostat.model.patients import published, uniform
from homeostat.model.schedule import Schedule

from .twins import fast, outputs, problem, standard

DENSE = np.concatenate([[0.0], np.unique(np.round(np.geomspace(0.01, 6.0, 40) * 1440)) / 1440])
"""Whole minutes: the kernel counts in whole milliseconds."""


def _once(drug: str, mg: float, route: str = "oral", day: float = 0.0) -> hs.Regimen:
    """One dose on one day."""
    steps = (hs.Step(day, (8.0,), (mg,)), hs.Step(day + 1.0))
    return hs.Regimen((hs.Use(drug, steps, route),), day + 1.0)


def _one_compartment(people: hs.Patients, drug: str = "clonazepam") -> hs.Patients:
    kept = {
        name: y for name, y in people.columns.items() if not name.startswith(f"{drug}.volume_p")
    }
    return replace(people, columns=kept)


def _states(
    people: hs.Patients, regimen: hs.Regimen, days: NDArray[np.float64]
) -> tuple[Schedule, NDArray[np.float64]]:
    plan, body = problem(people, regimen, days)
    return plan, kernel.run(plan, body)


# ── closed forms
# ─────────────────────────────────────────────────────────────────────────────────────


def test_one_dose_by_mouth_in_one_compartment_is_the_bateman_function() -> None:
    people = _one_compartment(standard(16))
    level = fast(people, _once("clonazepam", 2.0), DENSE)["level.clonazepam"]
    ka = people["clonazepam.absorption_rate"] * 24
    volume = people["clonazepam.volume_central"]
    k = people["clonazepam.clearance"] / volume * 24
    t = DENSE[:, None]
    reaching = 2000.0 * people["clonazepam.bioavailability"] / volume
    expected = reaching * ka / (ka - k) * (np.exp(-k * t) - np.exp(-ka * t))
    np.testing.assert_allclose(level[1:], expected[1:], rtol=1e-10)


def test_one_dose_into_a_vein_in_two_compartments_is_the_sum_of_two_exponentials() -> None:
    people = standard(16)
    level = fast(people, _once("clonazepam", 1.0, "intravenous"), DENSE)["level.clonazepam"]
    p = {
        name: people[f"clonazepam.{name}"]
        for name in (
            "clearance",
            "volume_central",
            "volume_peripheral",
            "intercompartmental_clearance",
            "bioavailability",
        )
    }
    k10, k12 = (
        p[name] / p["volume_central"] * 24 for name in ("clearance", "intercompartmental_clearance")
    )
    k21 = p["intercompartmental_clearance"] / p["volume_peripheral"] * 24
    s = k10 + k12 + k21
    root = np.sqrt(s**2 - 4 * k10 * k21)
    alpha, beta = (s + root) / 2, (s - root) / 2
    start = (
        1000.0
        * p["bioavailability"]
        * load().routes["intravenous"].bioavailability_factor
        / p["volume_central"]
    )
    t = DENSE[:, None]
    expected = (
        start
        * ((alpha - k21) * np.exp(-alpha * t) + (k21 - beta) * np.exp(-beta * t))
        / (alpha - beta)
    )
    np.testing.assert_allclose(level[1:], expected[1:], rtol=1e-10)


def test_levels_of_several_doses_are_the_sum_of_the_levels_of_each() -> None:
    people, days = standard(8), np.arange(0.0, 9.0, 0.25)
    single = fast(people, _once("clonazepam", 1.0), days)["level.clonazepam"]
    daily = hs.Regimen.steady("clonazepam", mg_per_day=1, days=5).then_stop()
    many = fast(people, daily, days)["level.clonazepam"]
    total = np.zeros_like(single)
    for start in range(0, 20, 4):
        total[start:] += single[: len(days) - start]
    np.testing.assert_allclose(many, total, rtol=1e-9, atol=1e-9)


def test_the_steady_average_is_dose_over_clearance() -> None:
    people = standard(16)
    days = np.concatenate([[0.0], 90.0 + np.linspace(0.0, 1.0, 385)])
    use = hs.Regimen.steady("clonazepam", mg_per_day=3, doses_per_day=3, days=120)
    level = fast(people, use, days)["level.clonazepam"][1:]
    inside = np.trapezoid(level, days[1:], axis=0)
    rate = 3000.0 * people["clonazepam.bioavailability"] / (people["clonazepam.clearance"] * 24)
    still_rising = 2.0 ** (-90.0 * 24 / half_life_h(people, "clonazepam"))
    np.testing.assert_allclose(inside, rate, rtol=float(5e-4 + still_rising.max()))


def test_the_rise_from_the_first_day_to_the_steady_state_is_the_accumulation_ratio() -> None:
    people = _one_compartment(standard(16)).with_columns(
        **{"clonazepam.clearance": 4.0, "clonazepam.volume_central": 150.0}
    )
    days = np.arange(0.0, 61.0)
    trough = fast(people, hs.Regimen.steady("clonazepam", mg_per_day=1, days=90), days)[
        "level.clonazepam"
    ]
    fall = np.exp(-4.0 / 150.0 * 24)
    ka = people["clonazepam.absorption_rate"] * 24
    late = np.exp(-ka) < 1e-7
    assert late.any()
    np.testing.assert_allclose((trough[-1] / trough[1])[late], 1.0 / (1.0 - fall), rtol=1e-5)


def test_the_steady_metabolite_stands_to_its_parent_as_share_times_the_clearances() -> None:
    people = hs.draw(8, 1, drugs=["diazepam"]).with_columns(
        **{"diazepam.clearance": 2.0, "nordiazepam.clearance": 1.1}
    )
    days = np.concatenate([[0.0], 200.0 + np.linspace(0.0, 1.0, 193)])
    found = fast(
        people, hs.Regimen.steady("diazepam", mg_per_day=10, doses_per_day=2, days=300), days
    )
    parent, product = (
        np.trapezoid(found[f"level.{name}"][1:], days[1:], axis=0)
        for name in ("diazepam", "nordiazepam")
    )
    share = load().drug("diazepam").metabolites[0].share
    np.testing.assert_allclose(product / parent, share * 2.0 / 1.1, rtol=1e-3)


def test_all_of_a_prodrug_reaches_the_blood_as_its_product() -> None:
    people, days = (
        hs.draw(8, 1, drugs=["clorazepate"]),
        np.concatenate([np.arange(0.0, 2.0, 1 / 96), np.arange(2.0, 250.0, 0.25)]),
    )
    found = fast(people, _once("clorazepate", 15.0), days)
    area = (
        np.trapezoid(found["level.nordiazepam"], days, axis=0)
        * people["nordiazepam.clearance"]
        * 24
    )
    assert np.abs(found["level.clorazepate"]).max() == 0.0
    np.testing.assert_allclose(area, 15_000 * people["clorazepate.bioavailability"], rtol=5e-3)


@pytest.mark.parametrize("route", ["oral", "intravenous", "intranasal"])
def test_what_left_the_body_and_what_is_in_it_are_the_dose(route: str) -> None:
    people = standard(8)
    days = np.linspace(0.0, 4.0, 4097)
    plan, states = _states(people, _once("clonazepam", 2.0, route), days)
    (c,) = plan.chains
    in_body = states[: c.size - 1].sum(axis=0)
    level = states[c.ligand_states[0]] * c.per_litre[0]
    dose = (
        2000.0 * people["clonazepam.bioavailability"] * load().routes[route].bioavailability_factor
    )
    # output at day 0 is read before the dose
    inside = in_body[1:]
    rates = level[1:] * people["clonazepam.clearance"] * 24
    out = np.concatenate(
        [
            np.zeros((1, 8)),
            np.cumsum((rates[1:] + rates[:-1]) / 2 * np.diff(days[1:])[:, None], axis=0),
        ]
    )
    np.testing.assert_allclose(inside + out, np.broadcast_to(inside[0], inside.shape), rtol=1e-4)
    np.testing.assert_allclose(inside[0], dose, rtol=3e-3)


# ── receptors
# ────────────────────────────────────────────────────────────────────────────────────────


def test_occupancies_of_competing_ligands_add_up_and_give_the_effect() -> None:
    regimen = hs.Regimen.steady("diazepam", mg_per_day=20, doses_per_day=2, days=40).and_also(
        hs.Regimen.steady("clonazepam", mg_per_day=2, days=40)
    )
    people, days = hs.draw(24, 1, drugs=regimen.drugs), np.arange(0.0, 41.0, 0.5)
    # a receptor that follows the blood at once, so that site and blood are the same
    people = people.with_columns(effect_half_life=1e-3)
    plan, body = problem(people, regimen, days)
    found = outputs(people, plan, body, kernel.run(plan, body))
    ratio = {
        name: found[f"level.{name}"] / people[f"{name}.ec50"]
        for name in ("diazepam", "nordiazepam", "clonazepam")
    }
    u = sum(ratio.values())
    occupancy = sum(r / (1.0 + sum(ratio.values())) for r in ratio.values())
    np.testing.assert_allclose(occupancy, u / (1.0 + u), rtol=1e-12)
    tau = people["transducer"]
    expected = body[KAPPA] * (1.0 + tau) * occupancy / (1.0 + tau * occupancy)
    np.testing.assert_allclose(found["effect"][1:], expected[1:], rtol=1e-3)


def test_the_structural_alternatives_agree_at_the_reference_level() -> None:
    people = standard(60)
    _, body = problem(people, _once("clonazepam", 1.0), np.arange(2.0))
    u = people["reference_level"] / load().drug("clonazepam").kinetics.occupancy_ec50.to("ng/mL")
    v = (1.0 + people["transducer"]) * u
    effect = body[KAPPA] * v / (1.0 + v)
    np.testing.assert_allclose(effect, effect[0], rtol=1e-12)
    np.testing.assert_allclose(effect, 4 * u / (1 + 4 * u), rtol=1e-12)


# ── whatever the numbers
# ─────────────────────────────────────────────────────────────────────────────

DRUGS = st.sampled_from(
    ["clonazepam", "diazepam", "alprazolam", "lorazepam", "clorazepate", "chlordiazepoxide"]
)
DOSES = st.floats(0.1, 20.0)
HOURS = st.lists(
    st.sampled_from([float(h) for h in range(0, 24, 2)]), min_size=1, max_size=4, unique=True
).map(sorted)


def _daily(drug: str, hours: list[float], mg: float, days: float = 6.0) -> hs.Regimen:
    step = hs.Step(0.0, tuple(hours), (mg,) * len(hours))
    return hs.Regimen((hs.Use(drug, (step, hs.Step(days))),), days)


@settings(deadline=None, max_examples=25)
@given(drug=DRUGS, hours=HOURS, mg=DOSES, person=st.integers(0, 5000))
def test_no_amount_is_ever_negative(drug: str, hours: list[float], mg: float, person: int) -> None:
    people = hs.draw(4, 1, drugs=[drug], first=person)
    _, states = _states(people, _daily(drug, hours, mg), np.arange(0.0, 12.0, 0.125))
    assert np.isfinite(states).all()
    assert states.min() >= -1e-12


@settings(deadline=None, max_examples=25)
@given(drug=DRUGS, hours=HOURS, mg=DOSES, more=st.floats(1.0, 5.0), person=st.integers(0, 5000))
def test_more_of_a_drug_never_gives_less_in_blood_and_in_proportion(
    drug: str, hours: list[float], mg: float, more: float, person: int
) -> None:
    people, days = hs.draw(4, 1, drugs=[drug], first=person), np.arange(0.0, 12.0, 0.5)
    low, high = (fast(people, _daily(drug, hours, amount), days) for amount in (mg, mg * more))
    for name in low:
        if name.startswith("level."):
            assert (high[name] >= low[name] * (1.0 - 1e-12)).all()
            np.testing.assert_allclose(high[name], more * low[name], rtol=1e-9, atol=1e-12)
    assert (high["effect"] >= low["effect"] - 1e-12).all()


@settings(deadline=None, max_examples=20)
@given(drug=DRUGS, mg=DOSES, shift=st.integers(1, 9), person=st.integers(0, 5000))
def test_a_dose_taken_days_later_does_the_same_days_later(
    drug: str, mg: float, shift: int, person: int
) -> None:
    people, days = hs.draw(4, 1, drugs=[drug], first=person), np.arange(0.0, 15.0)
    # the illness filter starts at its own rest, so an empty body stays as it is until the first
    # dose
    now, later = (fast(people, _once(drug, mg, day=day), days) for day in (0.0, float(shift)))
    for name, y in now.items():
        np.testing.assert_allclose(
            later[name][shift:], y[: len(days) - shift], rtol=1e-9, atol=1e-12, err_msg=name
        )


@settings(deadline=None, max_examples=20)
@given(fold=st.floats(0.2, 5.0), mg=st.floats(0.25, 6.0), person=st.integers(0, 5000))
def test_faster_clearance_never_gives_more_in_blood(fold: float, mg: float, person: int) -> None:
    people, days = standard(4, first=person), np.arange(0.0, 30.0, 0.5)
    use = hs.Regimen.steady("clonazepam", mg_per_day=mg, days=30)
    changed = use.with_change(hs.Change("another medicine", "clonazepam", fold, 5.0, 15.0))
    plain, other = (fast(people, regimen, days)["level.clonazepam"] for regimen in (use, changed))
    np.testing.assert_allclose(plain[:10], other[:10], rtol=1e-9)
    gap = (other - plain) * (1.0 if fold < 1.0 else -1.0)
    assert (gap >= -1e-9 * plain.max()).all()


def test_a_volume_and_an_absorption_rate_go_with_the_clearance_of_their_source() -> None:
    drug = load().drug("clonazepam")
    people = hs.draw(4000, 3, drugs=["clonazepam"])
    by_source = published(drug, "L")
    assert [row.get("volume") for row in by_source].count(250.0) == 1
    one = (uniform(3, "clonazepam.source", 4000) * len(by_source)).astype(int)
    volume = people["clonazepam.volume_central"] + people["clonazepam.volume_peripheral"]
    middle = [float(np.median(volume[one == i])) for i in range(len(by_source))]
    other = drug.kinetics.volume_central.to("L") + (
        drug.kinetics.volume_peripheral or drug.kinetics.volume_central
    ).to("L")
    expected = [row.get("volume", other) for row in by_source]
    assert middle == pytest.approx(expected, rel=0.05)
