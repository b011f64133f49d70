"""Plans at random, made of real products, for laws that must hold whatever the plan."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from homeostat.care import plan as plans
from homeostat.care.plan.records import Plan
from homeostat.facts import load

TABLETS = {
    "us-clonazepam-tablet-0.5": ("0.5", 2),
    "us-clonazepam-tablet-1": ("1", 1),
    "us-clonazepam-odt-0.125": ("0.125", 1),
    "uk-clonazepam-tablet-2": ("2", 4),
}
"""Product: its strength [mg], and into how many parts it may be split."""
LIQUIDS = {"us-clonazepam-suspension-0.1": "0.1", "uk-clonazepam-solution-0.4": "0.4"}
"""Product: its strength [mg/mL]."""
TIMES = ("06:30", "08:00", "13:00", "16:45", "20:00", "23:15")

DATES = st.dates(date(2026, 1, 1), date(2031, 12, 31))


@st.composite
def items(draw: st.DrawFn) -> list[dict[str, Any]]:
    if draw(st.integers(0, 3)) == 0:
        product = draw(st.sampled_from(sorted(LIQUIDS)))
        return [{"product": product, "ml": draw(st.integers(1, 120)) / 10}]
    chosen = draw(st.lists(st.sampled_from(sorted(TABLETS)), min_size=1, max_size=3, unique=True))
    return [
        {"product": name, "units": draw(st.integers(1, 12)) / TABLETS[name][1]} for name in chosen
    ]


PARTS = {"never": 1, "halves": 2, "quarters": 4}
WHOLE = {
    name: product
    for name, product in load().products.items()
    if product.measure_ml is None or Decimal(str(product.measure_ml)) * 1000 % 1 == 0
}
"""Every product of the catalogue whose amounts are whole numbers of parts or of microlitres."""
PLACES = sorted({(product.drug, product.market) for product in WHOLE.values()})


@st.composite
def any_items(draw: st.DrawFn, drug: str, market: str) -> list[dict[str, Any]]:
    """Return one to three products of a drug in a market, each in parts that may be made."""
    there = sorted(
        name for name, product in WHOLE.items() if (product.drug, product.market) == (drug, market)
    )
    made: list[dict[str, Any]] = []
    for name in draw(st.lists(st.sampled_from(there), min_size=1, max_size=3, unique=True)):
        product, count = WHOLE[name], draw(st.integers(1, 6))
        if product.measure_ml is not None:
            made.append({"product": name, "ml": float(count * Decimal(str(product.measure_ml)))})
        else:
            made.append({"product": name, "units": count / PARTS[product.split]})
    return made


def milligrams(some: list[dict[str, Any]]) -> Decimal:
    total = Decimal()
    for item in some:
        product = WHOLE[item["product"]]
        strength = str(product.strength_mg if "units" in item else product.strength_mg_per_ml)
        total += Decimal(strength) * Decimal(str(item.get("units", item.get("ml"))))
    return total


@st.composite
def random_plans(
    draw: st.DrawFn,
    *,
    first: st.SearchStrategy[date] = DATES,
    most: int = 8,
    is_of_all: bool = False,
) -> Plan:
    """Return a plan whose steps follow, leave gaps or stop; the last one sometimes goes on.

    Args:
        is_of_all: of any drug and market of the catalogue; of a few products of clonazepam
            otherwise.
    """
    drug, market = draw(st.sampled_from(PLACES)) if is_of_all else ("clonazepam", "US")
    day = begins = draw(first)
    steps: list[dict[str, Any]] = []
    is_daily = draw(st.integers(0, 3)) == 0
    count = draw(st.integers(7, 12)) if is_daily else draw(st.integers(1, most))
    for number in range(count):
        day += timedelta(days=draw(st.sampled_from([0, 0, 0, 2])) if number else 0)
        until = day + timedelta(days=draw(st.integers(1, 3) if is_daily else st.integers(1, 30)))
        hours = draw(
            st.lists(st.sampled_from(TIMES), min_size=int(is_daily), max_size=4, unique=True)
        )
        doses = []
        for hour in sorted(hours):
            made = draw(any_items(drug, market) if is_of_all else items())
            doses.append(
                {"drug": drug, "time": hour, "dose": f"{milligrams(made)} mg", "items": made}
            )
        steps.append({"from": day.isoformat(), "until": until.isoformat(), "doses": doses})
        day = until
    if draw(st.booleans()):
        del steps[-1]["until"]
    table = {
        "format": 1,
        "id": "random-1",
        "version": draw(st.integers(1, 20)),
        "for": {"case": "typical", "initials": "S. T."},
        "made_on": begins.isoformat(),
        "made_by": "a test",
        "way": {"name": "by hand"},
        "goal": {"aim": "stop"},
        "market": market,
        "steps": steps,
    }
    return plans.from_table(table, load())
