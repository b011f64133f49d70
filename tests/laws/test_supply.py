"""What prescriptions must hold: the sum of what is printed is the sum of what is planned, on every
day, of every product.

The recount knows the text of the plan, the records of the products and the rule of the rests in
words; not the code it judges.
"""

import json
import random
from dataclasses import replace
from datetime import date, time, timedelta
from fractions import Fraction
from typing import Any

import pytest

from homeostat.care import plan as plans
from homeostat.care.dispensing import dispense, supply
from homeostat.care.dispensing.dispense import Wants
from homeostat.care.plan import Plan, PlanStep
from homeostat.care.plan import format as plan_file
from homeostat.errors import DispensingError, InputError
from homeostat.facts import Facts, load

FACTS = load()
PLACES = sorted({(p.drug, p.market) for p in FACTS.products.values()})
MADE_ON = date(2026, 11, 25)
WHOLE, HALF, QUARTER = 1000, 500, 250
"""The recount counts in thousandths of a tablet or mL."""
KEPT_DAYS = 7
EMPTY: dict[str, Any] = {
    "format": 1,
    "id": "random",
    "for": {"case": "nobody"},
    "made_on": MADE_ON,
    "made_by": "a test",
    "way": {"name": "by hand"},
    "goal": {"aim": "stop"},
    "market": "US",
    "steps": [{"from": "2026-12-01"}],
}
SHELL = plan_file.read(EMPTY)
TIMES = (time(7), time(12, 30), time(20), time(23, 30))


def plan_of(*steps: PlanStep) -> Plan:
    return replace(SHELL, steps=steps)


def step(begin: date, until: date | None, doses: Any = ()) -> PlanStep:
    return PlanStep(from_day=begin, until=until, doses=tuple(doses))


def random_plan(number: int) -> Plan:
    """Return a plan of one drug or two, with steps of a day to a month, gaps, overlaps, and a dose
    that may be kept for good.
    """
    draw = random.Random(number)
    steps = []
    for drug, market in draw.sample(PLACES, draw.choice([1, 1, 1, 2])):
        wants = Wants(
            market,
            splitting=draw.choice(["yes", "unknown"]),
            liquid="yes",
            compounding=draw.choice(["yes", "no"]),
        )  # type: ignore[arg-type]
        stock = dispense.stock_for(drug, wants, FACTS)
        times = draw.sample(TIMES, draw.randint(1, 4))
        known = dispense.days(
            stock, times, 12 * max(part.ng * part.per_unit for part in stock.parts[:3]) / 4e6
        )
        day = MADE_ON + timedelta(days=draw.randint(0, 40))
        for _ in range(draw.randint(1, 6)):
            lasts = timedelta(days=draw.choice([1, 1, 2, 7, 14, 28, draw.randint(1, 45)]))
            doses = dispense.day(draw.choice(known), stock, times) if draw.random() < 0.9 else ()
            assert doses is not None
            steps.append(step(day, day + lasts, doses))
            day += lasts + timedelta(days=draw.choice([0, 0, 0, 1, 9]))
        ends = dispense.day(draw.choice(known), stock, times) if draw.random() < 0.2 else ()
        steps.append(step(day, None, ends or ()))
    return plan_of(*steps)


# ── the recount
# ─────────────────────────────────────────────────────────────────────────────────────────


Said = list[tuple[str, str | None, list[tuple[str, int]]]]


def thousandths(amount: float) -> int:
    whole = Fraction(str(amount)) * WHOLE
    assert whole.denominator == 1
    return int(whole)


def said(text: str) -> Said:
    """Return each step of a plan's text: from, until, and (product, amount) of every item."""
    return [
        (
            row["from"],
            row.get("until"),
            [
                (item["product"], thousandths(item.get("units", item.get("ml"))))
                for dose in row.get("doses", ())
                for item in dose["items"]
            ],
        )
        for row in json.loads(text)["steps"]
    ]


def taken_on(steps: Said, day: date) -> list[tuple[str, int]]:
    """Return (product, amount) of every item of a day, in the order of the file."""
    text = day.isoformat()
    return [
        one
        for begin, until, items in steps
        if begin <= text and (until is None or text < until)
        for one in items
    ]


class Home:
    """Tablets and parts of tablets, as somebody would lay them out on a table."""

    def __init__(self) -> None:
        self.whole: dict[str, int] = {}
        self.parts: dict[str, list[tuple[int, date]]] = {}

    def take(self, product: str, amount: int, day: date) -> None:
        self.whole[product] = self.whole.get(product, 0) - amount // WHOLE
        wanted = [size for size in (HALF, QUARTER) if amount % WHOLE in (size, HALF + QUARTER)]
        for size in wanted:
            self._part(product, size, day)
        assert self.whole[product] >= 0, f"{product} has run out on {day}"

    def _part(self, product: str, size: int, day: date) -> None:
        keeps = KEPT_DAYS if FACTS.products[product].split_is_licensed else 0
        parts = [(p, cut) for p, cut in self.parts.get(product, []) if (day - cut).days <= keeps]
        fitting = sorted((p, cut) for p, cut in parts if p >= size)
        if fitting:
            parts.remove(fitting[0])
            have, cut = fitting[0]
        else:
            self.whole[product] -= 1
            have, cut = WHOLE, day
        while have > size:
            have //= 2
            parts.append((have, cut))
        self.parts[product] = parts


def judge(number: int) -> int:
    """Check one random plan; return how many windows it has."""
    plan = random_plan(number)
    found = supply.windows(plan, FACTS)
    steps = said(plans.write(plan))
    ends = supply.end_of(plan, FACTS)
    home, opened = Home(), {window.from_day: window for window in found}
    covered: dict[str, int] = {}
    day, current = min(s.from_day for s in plan.steps), None
    while day < ends:
        if day in opened:
            assert current is None or day >= current.until
            current, covered = opened[day], {}
            for line in current.lines:
                home.whole[line.product] = home.whole.get(line.product, 0) + int(line.handed_out)
        for product, amount in taken_on(steps, day):
            assert current is not None, (number, day)
            assert day < current.until, (number, day, "lies in no window")
            line = next(line for line in current.lines if line.product == product)
            assert day < line.runs_out
            covered[product] = covered.get(product, 0) + amount
            if line.is_liquid:
                assert line.discard_on is None or day < line.discard_on, (number, day)
            else:
                home.take(product, amount, day)
        day += timedelta(days=1)
        if current is not None and day == current.until:
            assert covered == {line.product: thousandths(line.used) for line in current.lines}, (
                number
            )
            for line in current.lines:
                if line.is_liquid:
                    assert line.used <= line.handed_out < line.used + line.bottles
                else:
                    assert home.whole[line.product] == 0, (number, line, "hands out too much")
    assert not found or found[-1].until <= ends
    for window in found:
        assert 1 <= (window.until - window.from_day).days <= 28
        assert MADE_ON <= window.collect_by <= window.from_day or window.from_day < MADE_ON
    return len(found)


def test_the_sum_of_what_is_printed_is_what_is_planned_for_every_day() -> None:
    assert sum(judge(number) for number in range(700)) > 1_400


@pytest.mark.slow
def test_the_sum_of_what_is_printed_is_what_is_planned_for_many_more_plans() -> None:
    for number in range(700, 100_000):
        judge(number)


# ── single rules
# ────────────────────────────────────────────────────────────────────────────────────────


def doses(product: str, *amounts: float, ml: bool = False) -> list[dict[str, Any]]:
    return [
        {
            "drug": FACTS.products[product].drug,
            "time": f"{8 + n:02d}:00",
            "dose": "1 mg",
            "items": [{"product": product, ("ml" if ml else "units"): amount}],
        }
        for n, amount in enumerate(amounts)
    ]


def whole(*steps: tuple[str, str | None, list[dict[str, Any]]]) -> Plan:
    rows = [{"from": a, "doses": d} | ({"until": b} if b else {}) for a, b, d in steps]
    return plan_file.read({**EMPTY, "steps": rows})


def out(plan: Plan, **more: Any) -> list[dict[str, float]]:
    return [
        {line.product: line.handed_out for line in w.lines}
        for w in supply.windows(plan, FACTS, **more)
    ]


SCORED, PLAIN = "us-clonazepam-tablet-0.5", "us-lorazepam-tablet-0.5"


def test_the_second_half_of_a_scored_tablet_is_kept_for_a_week_and_no_longer() -> None:
    for later, tablets in (("2026-12-08", 1), ("2026-12-09", 2)):
        plan = whole(
            ("2026-12-01", "2026-12-02", doses(SCORED, 0.5)),
            (later, f"{later[:-2]}{int(later[-2:]) + 1:02d}", doses(SCORED, 0.5)),
        )
        assert out(plan) == [{SCORED: tablets}], later


def test_the_second_half_of_a_tablet_without_a_licensed_split_is_kept_only_for_the_same_day() -> (
    None
):
    assert out(whole(("2026-12-01", "2026-12-05", doses(PLAIN, 0.5)))) == [{PLAIN: 4}]
    assert out(whole(("2026-12-01", "2026-12-05", doses(PLAIN, 0.5, 0.5)))) == [{PLAIN: 4}]
    assert out(whole(("2026-12-01", "2026-12-05", doses(SCORED, 0.5)))) == [{SCORED: 2}]


def test_the_last_window_ends_with_the_plan_and_a_kept_dose_counts_for_one_window() -> None:
    plan = whole(("2026-12-01", "2027-01-20", doses(SCORED, 1)), ("2027-01-20", None, []))
    assert [(w.from_day, w.until) for w in supply.windows(plan, FACTS)] == [
        (date(2026, 12, 1), date(2026, 12, 29)),
        (date(2026, 12, 29), date(2027, 1, 20)),
    ]
    kept = whole(("2026-12-01", None, doses(SCORED, 1)))
    assert [(w.from_day, w.until) for w in supply.windows(kept, FACTS)] == [
        (date(2026, 12, 1), date(2026, 12, 29))
    ]
    assert len(supply.windows(kept, FACTS, until=date(2027, 12, 1))) == 14


def test_supplies_are_collected_ahead_and_not_on_a_weekend() -> None:
    plan = whole(("2026-12-01", "2027-03-01", doses(SCORED, 1)))
    by = [window.collect_by for window in supply.windows(plan, FACTS)]
    assert by == [date(2026, 11, 27), date(2026, 12, 25), date(2027, 1, 22), date(2027, 2, 19)]
    assert [supply.windows(plan, FACTS, ahead_days=n)[1].collect_by.day for n in range(5)] == [
        29,
        28,
        25,
        25,
        25,
    ]
    assert supply.windows(plan, FACTS, ahead_days=30)[0].collect_by == MADE_ON


def test_a_product_runs_out_on_the_day_after_its_last_dose() -> None:
    liquid = "us-clonazepam-suspension-0.1"
    plan = whole(
        ("2026-12-01", "2026-12-05", doses(liquid, 1, ml=True)),
        ("2026-12-05", "2026-12-11", doses(SCORED, 1)),
    )
    (window,) = supply.windows(plan, FACTS)
    assert {line.product: line.runs_out.day for line in window.lines} == {SCORED: 11, liquid: 5}
    assert [line.product for line in window.lines] == [SCORED, liquid]


def test_a_window_that_began_before_the_plan_was_made_is_collected_on_its_first_day() -> None:
    assert supply.windows(whole(("2026-11-20", "2026-12-01", doses(SCORED, 1))), FACTS)[
        0
    ].collect_by == date(2026, 11, 20)


def test_a_limit_of_quantity_shortens_the_window_and_is_never_broken() -> None:
    plan = whole(("2026-12-01", "2026-12-31", doses(SCORED, 1, 1)))
    assert out(plan, limits={SCORED: 20}) == [{SCORED: 20}, {SCORED: 20}, {SCORED: 20}]
    assert out(plan, limits={SCORED: 21}) == [{SCORED: 20}, {SCORED: 20}, {SCORED: 20}]
    with pytest.raises(
        DispensingError, match="the doses of 2026-12-01 alone need 2, more than the limit of 1"
    ):
        supply.windows(plan, FACTS, limits={SCORED: 1})


def test_a_limit_of_a_drug_counts_all_its_products_together() -> None:
    plan = whole(
        ("2026-12-01", "2026-12-31", doses(SCORED, 1, 1) + doses("us-clonazepam-tablet-1", 1))
    )
    windows = supply.windows(plan, FACTS, limits={"clonazepam": 20.5})
    assert [[line.handed_out for line in window.lines] for window in windows] == [[20, 10]] * 3
    with pytest.raises(
        DispensingError,
        match=r"the doses of 2026-12-01 alone need 2 mg, more than the limit of 1\.9 mg",
    ):
        supply.windows(plan, FACTS, limits={"clonazepam": 1.9})


@pytest.mark.slow
def test_no_limit_is_broken_by_any_plan_and_nothing_is_lost() -> None:
    """Each limit alone, between a day's need and a month's: every window obeys it, and all windows
    hand out enough.
    """
    shortened = 0
    for number in range(500):
        plan = random_plan(number)
        drug = (
            FACTS.products[plan.steps[0].doses[0].items[0].product].drug
            if plan.steps[0].doses
            else ""
        )
        free = supply.windows(plan, FACTS)
        most = 0.5 * max((held(window, drug) for window in free), default=0.0)
        try:
            bound = supply.windows(plan, FACTS, limits={drug: most})
        except DispensingError:
            continue
        shortened += len(bound) > len(free)
        assert all(held(window, drug) <= most + 1e-6 for window in bound)
        for name in {line.product for window in free for line in window.lines}:
            used = [
                sum(line.used for w in some for line in w.lines if line.product == name)
                for some in (free, bound)
            ]
            assert used[0] == pytest.approx(used[1])
    assert shortened > 50


def held(window: supply.Window, drug: str) -> float:
    """Return what a window hands out of a drug [mg]."""
    products = [(line.handed_out, FACTS.products[line.product]) for line in window.lines]
    return sum(
        out * (p.strength_mg or p.strength_mg_per_ml or 0) for out, p in products if p.drug == drug
    )


def test_a_bottle_is_opened_when_the_one_before_is_too_old() -> None:
    concentrate, solution = "us-lorazepam-concentrate-2", "uk-clonazepam-solution-0.1"
    for product, length, bottles in (
        (concentrate, 90, 1),
        (concentrate, 91, 2),
        (solution, 28, 1),  # nobody says how long: our own choice of 28 days
        (solution, 29, 2),
        (solution, 85, 4),
    ):
        until = (date(2026, 12, 1) + timedelta(days=length)).isoformat()
        plan = whole(("2026-12-01", until, doses(product, 0.1, ml=True)))
        (window,) = supply.windows(plan, FACTS, window_days=length)
        (line,) = window.lines
        assert line.bottles == bottles, (product, length)
        assert line.used <= line.handed_out < line.used + bottles


def test_a_tablet_that_was_kept_when_a_window_had_to_end_early_is_not_counted_twice() -> None:
    plan = whole(("2026-12-01", "2026-12-09", doses(SCORED, 0.5)))
    assert out(plan, limits={SCORED: 1}) == [{SCORED: 1}] * 4


def test_a_liquid_is_never_used_after_its_day() -> None:
    liquid = "us-clonazepam-suspension-0.1"
    plan = whole(("2026-12-01", "2027-03-01", doses(liquid, 2.5, ml=True)))
    windows = supply.windows(plan, FACTS, window_days=90)
    assert [line.discard_on for line in windows[0].lines] == [
        date(2026, 11, 27) + timedelta(days=60)
    ]
    assert windows[0].until == date(2027, 1, 26)
    assert windows[0].lines[0].handed_out == 140
    with pytest.raises(DispensingError, match="must be discarded on"):
        supply.windows(replace(plan, made_on=date(2026, 1, 1)), FACTS, ahead_days=60)


def test_what_cannot_be_counted_is_refused_with_the_place() -> None:
    nameless = whole(
        ("2026-12-01", "2026-12-05", [{"drug": "clonazepam", "time": "08:00", "dose": "1 mg"}])
    )
    with pytest.raises(InputError, match="08:00 on 2026-12-01 does not say what it is made of"):
        supply.windows(nameless, FACTS)
    with pytest.raises(
        InputError, match=r"0\.3 on 2026-12-01 cannot be counted in quarters of a tablet"
    ):
        supply.windows(whole(("2026-12-01", "2026-12-05", doses(SCORED, 0.3))), FACTS)
    with pytest.raises(InputError, match="is counted in tablets"):
        supply.windows(whole(("2026-12-01", "2026-12-05", doses(SCORED, 2, ml=True))), FACTS)
    with pytest.raises(InputError, match="covers at least one day"):
        supply.windows(whole(("2026-12-01", None, [])), FACTS, window_days=0)


def test_supplies_are_what_a_plan_can_write_down() -> None:
    plan = whole(("2026-12-01", "2027-01-05", doses(SCORED, 0.5)))
    written = replace(plan, supplies=supply.supplies(plan, FACTS))
    assert plans.parse_text(plans.write(written), FACTS) == written
    assert [[(i.product, i.units) for i in s.items] for s in written.supplies] == [
        [(SCORED, 14)],
        [(SCORED, 4)],
    ]


def test_a_window_for_which_enough_is_at_home_hands_out_nothing() -> None:
    plan = whole(("2026-12-01", "2026-12-03", doses(SCORED, 0.5)))
    assert out(plan, window_days=1) == [{SCORED: 1}, {SCORED: 0}]
    assert len(supply.supplies(plan, FACTS, window_days=1)) == 1


@pytest.mark.parametrize(
    "around",
    [date(2026, 3, 8), date(2026, 3, 29), date(2026, 11, 1), date(2028, 2, 28), date(2026, 12, 31)],
)
def test_every_day_is_counted_once_over_clock_changes_leap_days_and_year_ends(around: date) -> None:
    begin = around - timedelta(days=3)
    plan = plan_of(
        step(
            begin,
            begin + timedelta(days=7),
            plan_file.read({**EMPTY, "steps": [{"from": begin, "doses": doses(SCORED, 1)}]})
            .steps[0]
            .doses,
        )
    )
    assert [day for day, _ in supply.days_of(plan, begin + timedelta(days=7))] == [
        begin + timedelta(days=n) for n in range(7)
    ]
    assert out(plan) == [{SCORED: 7}]


def test_the_facts_may_keep_a_rest_longer(facts: Facts) -> None:
    longer = Facts()
    longer.__dict__["choices"] = {
        **facts.choices,
        "rest-kept": facts.choices["rest-kept"].model_copy(update={"value": 30.0}),
    }
    plan = whole(
        ("2026-12-01", "2026-12-02", doses(SCORED, 0.5)),
        ("2026-12-20", "2026-12-21", doses(SCORED, 0.5)),
    )
    assert [line.handed_out for line in supply.windows(plan, longer)[0].lines] == [1]
    assert [line.handed_out for line in supply.windows(plan, facts)[0].lines] == [2]
