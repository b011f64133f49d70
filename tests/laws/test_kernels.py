"""Two kernels, SciPy and step halving agree on the same people; nobody's numbers depend on company
or threads.
"""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numba import get_num_threads, set_num_threads

import homeostat as hs
from homeostat.model.engine import panels
from homeostat.model.warm import forget_stale

from .twins import classical, errors, fast, harder, lsoda, problem, standard

GOAL, HARDER_GOAL = (2e-4, 5e-5), (5e-4, 1e-4)
"""Largest and median error, of peak."""

STOP = hs.Regimen.steady("clonazepam", mg_per_day=4, doses_per_day=2, days=90).then_stop()
YEAR_AND_HALF = np.arange(546.0)
LONG_STOP = hs.Regimen.steady("clonazepam", mg_per_day=4, doses_per_day=2, days=365).then_stop()


def _uneven(drug: str, *mg: float) -> hs.Regimen:
    return hs.Regimen((hs.Use(drug, (hs.Step(0.0, (7.5, 13.0, 22.25), mg), hs.Step(60.0))),), 60.0)


def _together(*regimens: hs.Regimen) -> hs.Regimen:
    first, *others = regimens
    for other in others:
        first = first.and_also(other)
    return first


REGIMENS = {
    "once daily": (hs.Regimen.steady("clonazepam", mg_per_day=2, days=60).then_stop(), 120),
    "three doses a day at uneven times": (_uneven("clonazepam", 0.5, 0.25, 1.0), 120),
    "two drugs at once": (
        _together(
            hs.Regimen.steady("clonazepam", mg_per_day=1, doses_per_day=2, days=60),
            hs.Regimen.steady("alprazolam", mg_per_day=1.5, doses_per_day=3, days=60),
        ).then_stop(),
        120,
    ),
    "diazepam with its metabolite": (
        hs.Regimen.steady("diazepam", mg_per_day=20, doses_per_day=2, days=80).then_stop(),
        180,
    ),
    "the prodrug clorazepate": (
        hs.Regimen.steady("clorazepate", mg_per_day=22.5, doses_per_day=3, days=60).then_stop(),
        150,
    ),
    "into a vein": (
        hs.Regimen.steady("clonazepam", mg_per_day=2, days=30, route="intravenous").then_stop(),
        90,
    ),
    "an inducer that starts and stops": (
        hs.Regimen.steady("clonazepam", mg_per_day=3, doses_per_day=2, days=120).with_change(
            hs.Change("carbamazepine", "clonazepam", 1.6, 30.0, 70.0, 3.0)
        ),
        120,
    ),
    "a taper in steps": (
        hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=60).then_taper(
            [(1.5, 14), (1, 14), (0.5, 14)]
        ),
        160,
    ),
    "two drugs that begin on different days": (
        hs.Regimen(
            (
                hs.Use("alprazolam", (hs.Step(0.0, (8.0, 20.0), (0.5, 0.5)), hs.Step(40.0))),
                hs.Use("diazepam", (hs.Step(30.0, (22.0,), (10.0,)), hs.Step(80.0))),
            ),
            80.0,
        ),
        140,
    ),
}


def _agree(found: np.ndarray, largest: float, middle: float) -> None:
    assert found.max() <= largest, f"largest error {found.max():.1e}"
    assert np.median(found) <= middle, f"median error {np.median(found):.1e}"


@pytest.mark.parametrize("name", REGIMENS)
def test_the_fast_kernel_agrees_with_the_reference(name: str) -> None:
    regimen, end = REGIMENS[name]
    people, days = hs.draw(16, 1, drugs=regimen.drugs), np.arange(end + 1.0)
    _agree(errors(fast(people, regimen, days), classical(people, regimen, days)), *GOAL)


def test_the_fast_kernel_agrees_with_the_reference_on_the_harder_population() -> None:
    people, days = harder(32), np.arange(181.0)
    _agree(errors(fast(people, STOP, days), classical(people, STOP, days)), *HARDER_GOAL)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "goal"), [(standard, GOAL), (harder, HARDER_GOAL)], ids=["standard", "harder"]
)
def test_nobody_of_many_is_far_off_over_a_year_of_use_and_half_a_year_without(
    people: Callable[[int], hs.Patients], goal: tuple[float, float]
) -> None:
    many = people(200)
    _agree(
        errors(fast(many, LONG_STOP, YEAR_AND_HALF), classical(many, LONG_STOP, YEAR_AND_HALF)),
        *goal,
    )


@pytest.mark.slow
def test_the_fast_kernel_agrees_with_the_reference_after_five_years_of_use() -> None:
    regimen = hs.Regimen.steady(
        "clonazepam", mg_per_day=2, doses_per_day=2, days=5 * 365
    ).then_stop()
    people, days = standard(32), np.arange(5 * 365 + 181.0)
    _agree(errors(fast(people, regimen, days), classical(people, regimen, days)), *GOAL)


def test_both_kernels_agree_with_scipy() -> None:
    people, days = standard(3, first=4), np.arange(41.0)
    regimen = hs.Regimen.steady("clonazepam", mg_per_day=4, doses_per_day=2, days=14).then_stop()
    right = lsoda(people, regimen, days)
    _agree(errors(fast(people, regimen, days), right), *GOAL)
    # the kinks at the thresholds leave the classical method a little above its fourth order
    assert errors(classical(people, regimen, days, step_h=0.05), right).max() < 1e-5


@pytest.mark.slow
@pytest.mark.parametrize("name", REGIMENS)
def test_every_kind_of_regimen_agrees_with_scipy(name: str) -> None:
    regimen, end = REGIMENS[name]
    people, days = hs.draw(2, 2, drugs=regimen.drugs), np.arange(end + 1.0)
    _agree(errors(fast(people, regimen, days), lsoda(people, regimen, days)), *GOAL)


def test_the_reference_is_of_fourth_order_where_nothing_has_a_kink() -> None:
    people, days = standard(8), np.arange(21.0)
    regimen = hs.Regimen.steady("clonazepam", mg_per_day=4, doses_per_day=2, days=14).then_stop()
    right = classical(people, regimen, days, step_h=1 / 64)
    for name in ("level.clonazepam", "effect"):
        steps = (classical(people, regimen, days, step_h=h) for h in (1 / 4, 1 / 8))
        coarse, fine = (errors({name: y[name]}, {name: right[name]}) for y in steps)
        assert 3.7 < np.log2(coarse.max() / fine.max()) < 4.5, name


def test_halving_the_panels_brings_the_fast_kernel_nearer_to_the_truth() -> None:
    people, days = standard(24), np.arange(151.0)
    right = classical(people, STOP, days, step_h=0.05)
    once, twice, four_times = (
        errors(fast(people, STOP, days, refine), right) for refine in (1, 2, 4)
    )
    # second order and better: thresholds are crossed inside panels
    assert np.median(twice) < np.median(once) / 4
    assert twice.max() < once.max() / 2
    assert four_times.max() < 2e-5


def test_output_at_more_moments_does_not_move_the_days() -> None:
    people = standard(16)
    daily, often = (
        fast(people, STOP, np.arange(121.0)),
        fast(people, STOP, np.arange(0.0, 120.01, 0.25)),
    )
    _agree(errors({name: y[::4] for name, y in often.items()}, daily), *GOAL)


# ── days leapt over
# ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def no_leaps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Work through every day from the moment this is called."""

    def stop_leaping() -> None:
        monkeypatch.setattr(panels, "LEAP", 1e-9)
        panels.computed_days.cache_clear()

    yield stop_leaping
    monkeypatch.undo()
    panels.computed_days.cache_clear()


LESS = hs.Regimen.steady("clonazepam", mg_per_day=4, doses_per_day=2, days=150).then(
    [hs.Step(150.0, (8.0, 20.0), (1.0, 1.0))]
)
STEADY = hs.Regimen.steady("diazepam", mg_per_day=20, doses_per_day=2, days=300)


@pytest.mark.parametrize(
    "regimen", [LONG_STOP, LESS, STEADY], ids=["a stop", "less for good", "a slow drug"]
)
def test_a_day_leapt_over_ends_as_a_day_worked_through(
    regimen: hs.Regimen, no_leaps: Callable[[], None]
) -> None:
    people = (
        harder(32)
        if regimen.drugs == ("clonazepam",)
        else hs.draw(32, 3, drugs=regimen.drugs, illness=0.3)
    )
    days = np.arange(401.0)
    leapt, there = fast(people, regimen, days), problem(people, regimen, days)[0]
    worked = len(panels.panels(there, (0, 0)).days)
    no_leaps()
    assert worked < 0.8 * len(panels.panels(there, (0, 0)).days)
    _agree(errors(leapt, fast(people, regimen, days)), *GOAL)


WHAT_FOLLOWS = {
    "a stop": lambda use: use.then_stop(),
    "a taper": lambda use: use.then_taper([(2, 14), (1, 14)]),
    "an inducer": lambda use: use.with_change(
        hs.Change("carbamazepine", "clonazepam", 4.0, 101.0, 170.0, 3.0)
    ),
    "the same": lambda use: use,
}


@pytest.mark.parametrize("name", WHAT_FOLLOWS)
def test_what_follows_changes_nothing_before_it_bit_for_bit(name: str) -> None:
    people = hs.draw(64, 3, drugs=["clonazepam"], illness=0.4)
    use = hs.Regimen.steady("clonazepam", mg_per_day=3, doses_per_day=2, days=101)
    before = fast(people, use, np.arange(102.0))
    after = fast(people, WHAT_FOLLOWS[name](use), np.arange(251.0))
    for state, y in before.items():
        assert np.array_equal(y, after[state][:102]), state


def test_output_on_fewer_days_is_the_same_on_those_days() -> None:
    people = standard(16)
    daily, weekly = (
        fast(people, STOP, np.arange(211.0)),
        fast(people, STOP, np.arange(0.0, 211.0, 7.0)),
    )
    for state, y in weekly.items():
        assert np.array_equal(y, daily[state][::7]), state


# ── company
# ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "regimen", [STOP, REGIMENS["two drugs at once"][0]], ids=["one drug", "two drugs"]
)
def test_a_person_is_bit_for_bit_the_same_alone_in_any_order_and_among_others(
    regimen: hs.Regimen,
) -> None:
    people, days = hs.draw(101, 3, drugs=regimen.drugs), np.arange(131.0)
    everybody = fast(people, regimen, days)
    order = np.random.default_rng(1).permutation(101)
    shuffled = fast(people.take(order), regimen, days)
    for name, y in everybody.items():
        assert np.array_equal(y[:, order], shuffled[name]), name
    for i in (0, 7, 50, 100):
        alone = fast(people.take(slice(i, i + 1)), regimen, days)
        for name, y in everybody.items():
            assert np.array_equal(y[:, i : i + 1], alone[name]), name


def test_a_person_does_not_see_an_extreme_neighbour() -> None:
    people, days = standard(8), np.arange(131.0)
    before = fast(people, STOP, days)["severity"]
    clearance = people["clonazepam.clearance"].copy()
    clearance[3] *= 30.0
    after = fast(people.with_columns(**{"clonazepam.clearance": clearance}), STOP, days)["severity"]
    others = np.arange(8) != 3
    assert np.array_equal(before[:, others], after[:, others])


def test_a_run_that_tells_how_far_it_is_gives_the_same_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people, days, told = standard(100), np.arange(131.0), list[float]()
    quiet = hs.simulate(people, STOP, days=days)
    monkeypatch.setattr("homeostat.model.engine.kernel.PEOPLE_PER_REPORT", 24)
    loud = hs.simulate(people, STOP, days=days, tell=told.append)
    assert len(told) >= 5
    assert told == sorted(told)
    assert told[-1] == 1.0
    for name, states in quiet.states.items():
        assert np.array_equal(states, loud.states[name]), name


@pytest.mark.skipif(get_num_threads() < 2, reason="needs two threads")
def test_one_thread_and_two_give_the_same_bits() -> None:
    people, days, usual = standard(100), np.arange(131.0), get_num_threads()
    try:
        set_num_threads(1)
        one = fast(people, STOP, days)
        set_num_threads(2)
        two = fast(people, STOP, days)
    finally:
        set_num_threads(usual)
    for name, y in one.items():
        assert np.array_equal(y, two[name]), name


def test_people_drawn_in_blocks_are_the_people_drawn_at_once() -> None:
    everybody = hs.draw(103, 5, drugs=["diazepam"])
    for first, size in ((0, 10), (10, 33), (43, 60)):
        block = hs.draw(size, 5, drugs=["diazepam"], first=first)
        for name, column in everybody.columns.items():
            assert np.array_equal(column[first : first + size], block[name]), name


# ── vectors
# ──────────────────────────────────────────────────────────────────────────────────────────

_COUNT = """
import numpy as np
import homeostat as hs
from homeostat.model.engine import blocks
use = hs.Regimen.steady("clonazepam", mg_per_day=1, days=3)
hs.simulate(hs.median(drugs=["clonazepam"]), use, days_after=1)
print("\\n".join(text for text in blocks.run_blocks.inspect_asm().values()))
"""


@pytest.mark.slow
def test_the_compiled_kernel_works_on_vectors(tmp_path: Path) -> None:
    # inspect_asm knows only what this process compiled, so a fresh one with an empty cache is asked
    fresh = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    code = subprocess.run(
        [sys.executable, "-c", _COUNT], env=fresh, capture_output=True, text=True, check=True
    ).stdout
    if platform.machine() in {"x86_64", "AMD64"}:
        packed = len(re.findall(r"\bvfn?m(?:add|sub)\d+pd\s.*%[yz]mm", code))
        single = len(re.findall(r"\bvfn?m(?:add|sub)\d+sd\s", code))
    elif platform.machine() in {"aarch64", "arm64"}:
        packed = len(re.findall(r"\bfml[as]\.?2?d?\s+v?\S*", code))
        single = len(re.findall(r"\bfn?m(?:add|sub)\s+d\d+", code))
    else:
        pytest.skip(f"nobody has said yet what vector code looks like on {platform.machine()}")
    assert packed > 100, (
        f"{packed} packed multiply-adds, {single} single ones: vectorisation is lost"
    )
    assert packed > 4 * single, f"{packed} packed multiply-adds against {single} single ones"


@pytest.mark.parametrize("n", [400, 1000, 1030, 2000, 5000])
def test_every_interpolated_day_has_weights(n: int) -> None:
    worked, weights = panels.computed_days(1, 1 << n.bit_length())
    last = int(worked[np.searchsorted(worked, n - 1)])
    assert len(weights) > last
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)


def test_the_fast_kernel_agrees_with_the_reference_after_three_years_of_use() -> None:
    regimen = hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=1035).then_stop()
    people, days = standard(4), np.arange(1096.0)
    _agree(errors(fast(people, regimen, days), classical(people, regimen, days, 0.25)), *GOAL)


def test_compiled_code_older_than_a_source_it_may_hold_is_forgotten(tmp_path: Path) -> None:
    cache = tmp_path / "__pycache__"
    cache.mkdir()
    (tmp_path / "engine").mkdir()
    for name, when in (("engine/lanes.py", 200.0), ("equations.py", 50.0), ("course.py", 300.0)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (when, when))
    for name, when in (
        ("reference.march.nbi", 100.0),
        ("reference.march.1.nbc", 100.0),
        ("kernel.run.nbi", 250.0),
    ):
        (cache / name).touch()
        os.utime(cache / name, (when, when))
    assert forget_stale(tmp_path) == 2
    assert [path.name for path in cache.iterdir()] == ["kernel.run.nbi"]
