"""A plan is cut once: every day stands in exactly one stretch, with the doses of all steps that
cover it.
"""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from homeostat.care import plan as plans
from homeostat.care.plan.records import Plan
from homeostat.care.plan.schedule import OPEN_DAYS, schedule
from homeostat.facts import load

FACTS = load()
FIRST = date(2027, 2, 20)


def a_plan(steps: list[tuple[int, int | None, float]]) -> Plan:
    """Return a plan of (first day, days, mg); 0 mg = a step without doses."""
    table = {
        "format": 1,
        "id": "p",
        "for": {"case": "c"},
        "made_on": "2027-02-01",
        "made_by": "a test",
        "way": {"name": "by hand"},
        "goal": {"aim": "stop"},
        "market": "US",
        "steps": [
            {
                "from": (FIRST + timedelta(days=begin)).isoformat(),
                "until": None
                if days is None
                else (FIRST + timedelta(days=begin + days)).isoformat(),
                "doses": [{"drug": "clonazepam", "time": "08:00", "dose": f"{mg} mg"}]
                if mg
                else [],
            }
            for begin, days, mg in steps
        ],
    }
    return plans.from_table(table, FACTS)


STEPS = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.integers(1, 20),
        st.sampled_from([0.0, 0.1, 0.2, 0.5]),
    ),
    min_size=1,
    max_size=6,
)


@given(steps=STEPS)
def test_every_day_has_the_sum_of_the_steps_that_cover_it(
    steps: list[tuple[int, int | None, float]],
) -> None:
    plan = a_plan(steps)
    cut = schedule(plan)
    days = list(cut.each_day())
    assert [day for day, _ in days] == [
        cut.first_day + timedelta(days=n) for n in range((cut.last_day - cut.first_day).days + 1)
    ]
    for day, stretch in days:
        at = (day - FIRST).days
        wanted = sum(
            Decimal(str(mg)) for begin, lasts, mg in steps if begin <= at < begin + (lasts or 0)
        )
        assert stretch.mg_per_day("clonazepam") == float(wanted)
    assert not cut.last.doses


@given(steps=STEPS, begin=st.integers(0, 60), length=st.integers(1, 30))
def test_a_window_holds_its_own_days_and_no_others(
    steps: list[tuple[int, int | None, float]], begin: int, length: int
) -> None:
    cut = schedule(a_plan(steps))
    since = max(cut.first_day, FIRST + timedelta(days=begin))
    until = since + timedelta(days=length)
    inside = cut.within(since, until)
    assert sum(row.days or 0 for row in inside) == length
    each = dict(cut.each_day(until))
    for row in inside:
        assert each[row.from_day].doses == row.doses


def test_a_dose_that_goes_on_is_shown_for_four_weeks() -> None:
    cut = schedule(a_plan([(0, 7, 1.0), (7, None, 0.5)]))
    assert cut.last.days is None
    assert cut.settled_day == FIRST + timedelta(days=7)
    assert (cut.last_day - cut.settled_day).days == OPEN_DAYS - 1


def test_a_gap_between_steps_is_one_stretch_without_doses() -> None:
    cut = schedule(a_plan([(0, 7, 1.0), (7, 3, 0.0), (14, 7, 0.5)]))
    assert [(row.days, bool(row.doses)) for row in cut.stretches] == [
        (7, True),
        (7, False),
        (7, True),
        (None, False),
    ]
