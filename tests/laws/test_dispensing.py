"""What dispensing must hold whatever the catalogue says: exact sums by allowed parts, agreement
with plain enumeration.

The twin below knows the records of the products and the words of docs, not the search: it lists
    every way to make a dose and takes
the best by the documented order.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from itertools import product as cross
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeostat.care.dispensing import dispense
from homeostat.care.dispensing.dispense import Made, Stock, Wants
from homeostat.errors import DispensingError, InputError
from homeostat.facts import Facts, load
from homeostat.facts.records import Product
from homeostat.report.papers.amounts import items_words
from homeostat.report.papers.wording import Words

from ..how_many import examples

FACTS = load()


def odd_catalogue() -> Facts:
    """Return facts whose products have what today's have not: withdrawn ones, unverified ones,
    splits on any form.
    """
    draw, odd = random.Random(1), Facts()
    changed = {}
    for name, record in FACTS.products.items():
        solid = record.strength_mg is not None
        changed[name] = record.model_copy(
            update={
                "status": "withdrawn" if draw.random() < 0.1 else record.status,
                "basis": draw.choice(["reported", "unverified"]),
                "split": draw.choice(["never", "halves", "quarters"]) if solid else "never",
                "split_is_licensed": draw.random() < 0.5,
            }
        )
    odd.__dict__["products"] = changed
    return odd


ODD = odd_catalogue()
PLACES = sorted({(p.drug, p.market) for p in FACTS.products.values()})
ANSWERS = ("yes", "no", "unknown")
TIMES = (time(8), time(12), time(16), time(20))


def exact(number: float | None) -> Fraction:
    return Fraction(str(number))


def mg_of(made: Made) -> Fraction:
    """Return what the items of a dose hold, from the records of the products alone."""
    total = Fraction(0)
    for item in made.items:
        record = FACTS.products[item.product]
        assert record.drug == made.drug
        if item.units is not None:
            total += exact(item.units) * exact(record.strength_mg)
        else:
            total += exact(item.ml) * exact(record.strength_mg_per_ml)
    return total


# ── the twin
# ────────────────────────────────────────────────────────────────────────────────────────────


def usable(record: Product, wants: Wants) -> bool:
    named = bool(wants.named)
    if record.status == "withdrawn" or (named and record.id not in wants.named):
        return False
    if record.status == "compounded" and not (
        wants.compounding == "yes" or (named and wants.compounding == "unknown")
    ):
        return False
    if record.strength_mg_per_ml is not None:
        if wants.liquid == "no":
            return False
        if (
            exact(record.measure_ml) * 1000
        ).denominator != 1:  # drops of which 30 make one millilitre
            return False
        return wants.liquid == "yes" or named or record.form in {"solution", "suspension"}
    return "extended" not in record.form or named or record.id in wants.at_hand


def smallest(record: Product, wants: Wants) -> tuple[Fraction, Fraction]:
    """Return the smallest part in tablets or mL, and what it holds [mg]."""
    if record.strength_mg_per_ml is not None:
        return exact(record.measure_ml), exact(record.measure_ml) * exact(record.strength_mg_per_ml)
    may = wants.splitting == "yes" or (wants.splitting == "unknown" and record.split_is_licensed)
    part = (
        {"never": 1, "halves": 2, "quarters": 4}[record.split]
        if may and "extended" not in record.form
        else 1
    )
    return Fraction(1, part), exact(record.strength_mg) / part


def at_once(record: Product) -> Fraction:
    """Return the largest volume that is one piece [mL]: a syringe of 10 mL, or ten drops of a known
    size.
    """
    is_counted = record.form == "drops" and record.basis != "unverified"
    return 10 * exact(record.measure_ml) if is_counted else Fraction(10)


def all_ways(dose: Fraction, parts: list[Fraction]) -> Iterator[tuple[int, ...]]:
    """Yield every tuple of counts whose parts add up to a dose."""
    if not parts:
        if dose == 0:
            yield ()
        return
    if len(parts) == 1:
        count = dose / parts[0]
        if count.denominator == 1:
            yield (int(count),)
        return
    for count in range(int(dose / parts[0]) + 1):
        for rest in all_ways(dose - count * parts[0], parts[1:]):
            yield (count, *rest)


def order(records: list[Product]) -> list[Product]:
    plain = {"tablet", "capsule"}
    return sorted(
        records,
        key=lambda r: (
            r.strength_mg is None,
            r.form not in plain,
            -(
                exact(r.strength_mg)
                if r.strength_mg
                else exact(r.measure_ml) * exact(r.strength_mg_per_ml)
            ),
            r.id,
        ),
    )


def twin(dose: Fraction, drug: str, wants: Wants, facts: Facts) -> dict[str, Fraction] | None:
    """Return the best way to make a dose by listing all, or None."""
    records = [
        r
        for r in facts.products.values()
        if (r.drug, r.market) == (drug, wants.market) and usable(r, wants)
    ]
    liquids = sorted(
        (r for r in records if r.strength_mg_per_ml),
        key=lambda r: (r.id not in wants.at_hand, r.strength_mg_per_ml),
    )
    records = order([r for r in records if r not in liquids[1:]])
    parts = [smallest(record, wants) for record in records]
    best: tuple[object, ...] | None = None
    answer: dict[str, Fraction] | None = None
    for counts in all_ways(dose, [mg for _, mg in parts]):
        used = [(r, n * size) for r, (size, _), n in zip(records, parts, counts, strict=True) if n]
        if len({"extended" in r.form for r, _ in used}) > 1:
            continue
        solids = [(r, amount) for r, amount in used if r.strength_mg is not None]
        cuts = {
            r.id: {0: 0, Fraction(1, 2): 1, Fraction(1, 4): 2, Fraction(3, 4): 2}[amount % 1]
            for r, amount in solids
        }
        pieces = sum(int(a) + {0: 0, Fraction(3, 4): 2}.get(a % 1, 1) for _, a in solids)
        measures = [ceil(amount / at_once(r)) for r, amount in used if r.strength_mg is None]
        first: tuple[int, ...] = (len(used) - len(solids), sum(cuts.values()))
        rank = (
            first[::-1] if wants.liquid == "yes" else first,
            sum(cuts[r.id] for r, _ in solids if not r.split_is_licensed),
            pieces + sum(measures),
            sum(measures) - len(measures),
            len(used),
            sum(r.id not in wants.at_hand for r, _ in used),
            sum(r.basis == "unverified" for r, _ in used),
            counts[::-1],
        )
        if best is None or rank < best:
            best, answer = rank, {r.id: amount for r, amount in used}
    return answer


# ── the laws
# ────────────────────────────────────────────────────────────────────────────────────────────


def all_wants(market: str) -> Iterator[Wants]:
    for splitting, liquid, compounding in cross(ANSWERS, ANSWERS, ANSWERS):
        yield Wants(market, splitting=splitting, liquid=liquid, compounding=compounding)  # type: ignore[arg-type]


def stock_or_none(drug: str, wants: Wants, facts: Facts = FACTS) -> Stock | None:
    try:
        return dispense.stock_for(drug, wants, facts)
    except DispensingError:
        return None


def check_exact(made: Made, dose_mg: float, wants: Wants) -> None:
    assert mg_of(made) == exact(dose_mg), made
    for item in made.items:
        record = FACTS.products[item.product]
        size, _ = smallest(record, wants)
        assert usable(record, wants)
        assert record.market == wants.market
        assert (exact(item.amount) / size).denominator == 1, (made, "is no allowed part")
    assert made.dose_mg == dose_mg
    assert len({"extended" in FACTS.products[name].form for name in made.products}) == 1


@pytest.mark.parametrize(("drug", "market"), PLACES)
def test_whatever_is_made_of_the_whole_catalogue_adds_up_exactly_by_allowed_parts(
    drug: str, market: str
) -> None:
    high = FACTS.drug(drug).kinetics.usual_daily_dose.bounds("mg")[1]
    seen = 0
    for wants in all_wants(market):
        stock = stock_or_none(drug, wants)
        if stock is None:
            continue
        known = dispense.doses(stock, high)
        step = max(1, len(known) // examples(15, 60))
        for dose_mg in known[::step]:
            made = dispense.make(dose_mg, stock)
            assert made is not None
            check_exact(made, dose_mg, wants)
            seen += 1
        grain = high / 160  # doses nobody chose: most cannot be made, none may be made wrongly
        for n in range(1, 41):
            dose_mg = round(n * grain, 6)
            other = dispense.make(dose_mg, stock)
            below, above = dispense.nearest(dose_mg, stock)
            assert (other is not None) == (below == above == dose_mg)
            assert below is None or below <= dose_mg
            assert above is not None
            assert above >= dose_mg
            if other is not None:
                check_exact(other, dose_mg, wants)
    assert seen


def small_case(draw: random.Random, facts: Facts) -> tuple[str, Wants, Fraction]:
    """Return a drug, wishes over a subset of its products, and a dose that plain enumeration can
    handle.
    """
    drug, market = draw.choice(PLACES)
    there = [p.id for p in facts.products.values() if (p.drug, p.market) == (drug, market)]
    had = [name for name in there if facts.products[name].status != "withdrawn"]
    named = tuple(draw.sample(had, draw.randint(min(1, len(had)), min(4, len(had)))))
    wants = Wants(
        market,
        named if draw.random() < 0.8 or len(there) > 5 else (),
        tuple(draw.sample(there, draw.randint(0, 1))),
        *(draw.choice(ANSWERS) for _ in range(3)),  # type: ignore[arg-type]
    )
    records = [facts.products[name] for name in (wants.named or there)]
    most = [draw.choice([4, 300]) if record.strength_mg is None else 4 for record in records]
    dose = sum(
        (
            draw.randint(0, n) * smallest(record, wants)[1]
            for n, record in zip(most, records, strict=True)
        ),
        Fraction(0),
    )
    if draw.random() < 0.3:
        dose += draw.choice([Fraction(1, 100), Fraction(1, 8), Fraction(1, 3000)])
    return drug, wants, dose


def agrees(number: int) -> bool:
    """Compare one case; return whether its dose can be made."""
    facts = ODD if number % 2 else FACTS
    drug, wants, dose = small_case(random.Random(number), facts)
    stock = stock_or_none(drug, wants, facts)
    expected = twin(dose, drug, wants, facts) if dose else None
    if stock is None:
        assert expected is None, (number, drug, wants, dose)
        return False
    made = dispense.make(float(dose), stock)
    found = None if made is None else {item.product: exact(item.amount) for item in made.items}
    assert found == expected, (number, drug, wants, dose)
    return found is not None


def test_plain_enumeration_agrees_on_what_can_be_made_and_on_the_way_chosen() -> None:
    can_be_made = sum(agrees(number) for number in range(500))
    assert 100 < can_be_made < 400  # both answers are met often


@pytest.mark.slow
def test_plain_enumeration_agrees_on_many_more_cases() -> None:
    for number in range(500, 40_000):
        agrees(number)


def work(doses: list[Fraction], stock: Stock) -> tuple[int, ...]:
    """Return liquids, cuts and pieces of the doses of a day, in the order in which they count."""
    made = [one for mg in doses if mg and (one := dispense.make(float(mg), stock))]
    assert len(made) == len([mg for mg in doses if mg])
    return (
        sum(one.liquids for one in made),
        sum(one.splits for one in made),
        sum(one.pieces for one in made),
    )


def test_a_day_is_even_enough_and_made_best_and_never_changes_its_total() -> None:
    met = {True: 0, False: 0}
    for drug, wants in (
        ("clonazepam", Wants("US")),
        ("clonazepam", Wants("US", named=("us-clonazepam-tablet-0.5", "us-clonazepam-tablet-1"))),
        ("diazepam", Wants("UK", splitting="no", liquid="no")),
        (
            "alprazolam",
            Wants("US", named=("us-alprazolam-er-tablet-0.5", "us-alprazolam-tablet-0.25")),
        ),
        ("clorazepate", Wants("US")),
    ):
        stock = dispense.stock_for(drug, wants, FACTS)
        assert stock.uneven == 0.2
        top = 12 * min(part.ng for part in stock.parts) / dispense.NG_PER_MG
        single = [Fraction(0), *map(exact, dispense.doses(stock, top))]
        for count in range(1, 5):
            ways: dict[Fraction, list[tuple[Fraction, ...]]] = {}
            for parts in combinations_with_replacement(single, count):
                ways.setdefault(sum(parts, Fraction(0)), []).append(parts)
            totals = [total for total in sorted(ways) if 0 < total <= exact(top)]
            assert dispense.days(stock, TIMES[:count], top) == tuple(map(float, totals))
            for total in totals:
                found = dispense.day(float(total), stock, TIMES[:count])
                assert found is not None
                doses = [exact(dose.dose_mg) for dose in found]
                assert sum(doses) == total
                mean = total / count
                near = [
                    parts
                    for parts in ways[total]
                    if all(5 * abs(mg - mean) <= mean for mg in parts)
                ]
                met[bool(near)] += 1
                if near:
                    assert all(5 * abs(mg - mean) <= mean for mg in doses)
                    assert work(doses, stock) == min(work(list(parts), stock) for parts in near), (
                        drug,
                        total,
                        count,
                    )
                else:
                    least = min(sum(mg**2 for mg in parts) for parts in ways[total])
                    assert sum(mg**2 for mg in doses) == least, (drug, total, count, doses)
                at_last = [dose.dose_mg for dose in found if dose.time == TIMES[count - 1]]
                assert at_last == [max(dose.dose_mg for dose in found)]
                for dose in found:
                    assert dispense.make(dose.dose_mg, stock).items == dose.items  # type: ignore[union-attr]
        off = top / 12 * 1.003
        assert dispense.day(off, stock, TIMES[:2]) is None
    assert min(met.values()) > 20


def test_no_single_dose_rises_on_the_way_down_where_that_can_be() -> None:
    met = {True: 0, False: 0}
    for drug, wants in (
        ("clonazepam", Wants("US", named=("us-clonazepam-tablet-0.5", "us-clonazepam-tablet-1"))),
        ("diazepam", Wants("US", named=("us-diazepam-tablet-2", "us-diazepam-tablet-5"))),
        ("oxazepam", Wants("US")),
    ):
        stock = dispense.stock_for(drug, wants, FACTS)
        top = 12 * min(part.ng for part in stock.parts) / dispense.NG_PER_MG
        single = [Fraction(0), *map(exact, dispense.doses(stock, top))]
        for count in (2, 3):
            totals = dispense.days(stock, TIMES[:count], top)
            for begins in totals[-4:]:
                first = dispense.day(begins, stock, TIMES[:count])
                assert first is not None
                before = {dose.time: dose.dose_mg for dose in first}
                for total in [mg for mg in totals[::-1] if mg < begins]:
                    found = dispense.day(total, stock, TIMES[:count], at_most=before)
                    assert found is not None
                    assert sum(exact(dose.dose_mg) for dose in found) == exact(total)
                    tops = sorted(
                        (exact(before.get(at, 0.0)) for at in TIMES[:count]), reverse=True
                    )
                    can = any(
                        sum(parts) == exact(total)
                        and all(
                            mg <= top
                            for mg, top in zip(sorted(parts, reverse=True), tops, strict=True)
                        )
                        for parts in combinations_with_replacement(single, count)
                    )
                    rises = any(dose.dose_mg > before.get(dose.time, 0.0) for dose in found)
                    assert rises == (not can), (drug, before, total, found)
                    met[can] += 1
                    before = {dose.time: dose.dose_mg for dose in found}
    assert met[True] > 50
    assert met[False] > 2


def test_a_large_dose_is_not_made_of_a_bottle_of_weak_liquid() -> None:
    for drug, market, dose_mg in (
        ("clonazepam", "UK", 7.99),
        ("clonazepam", "EU", 7.9),
        ("clobazam", "UK", 59.5),
    ):
        made = dispense.make(dose_mg, dispense.stock_for(drug, Wants(market, liquid="yes"), FACTS))
        assert made is not None
        (volume,) = [item.ml for item in made.items if item.ml is not None]
        assert volume <= 10, (drug, market, made)
        assert len(made.items) > 1


def test_drops_whose_size_nobody_has_confirmed_are_measured_and_not_counted() -> None:
    name, unsure = "eu-alprazolam-drops-0.75", Facts()
    drops = FACTS.products[name].model_copy(update={"basis": "unverified", "measure_ml": 0.1})
    unsure.__dict__["products"] = {**FACTS.products, name: drops}
    made = dispense.make(0.375, dispense.stock_for("alprazolam", Wants("EU", (name,)), unsure))
    assert made is not None
    assert [item.ml for item in made.items] == [0.5]
    assert items_words(made.items, unsure, Words("en")).startswith("0.5")
    assert FACTS.products["eu-clonazepam-drops-2.5"].counts_drops
    assert not drops.counts_drops
    asked = dispense.stock_for("alprazolam", Wants("EU"), unsure)
    assert name not in [part.product for part in asked.parts]


def test_doses_that_differ_a_little_save_pieces_and_cuts() -> None:
    names = ("us-clonazepam-tablet-1", "us-clonazepam-tablet-0.5", "us-clonazepam-odt-0.125")
    stock = dispense.stock_for("clonazepam", Wants("US", names), FACTS)

    def day(mg: float, by: Stock = stock) -> list[float]:
        return [dose.dose_mg for dose in dispense.day(mg, by, TIMES[:2]) or ()]

    assert day(1.75) == [0.75, 1.0]
    assert day(1.75, replace(stock, uneven=0.0)) == [0.875, 0.875]
    assert day(2.0) == [1.0, 1.0]
    assert day(0.375) == [0.125, 0.25]  # a third apart: the most even there is


@given(st.integers(0, 10**9))
def test_the_nearest_doses_are_the_nearest_of_all_that_can_be_made(number: int) -> None:
    draw = random.Random(number)
    drug, market = draw.choice(PLACES)
    stock = stock_or_none(drug, Wants(market, splitting="yes", liquid=draw.choice(ANSWERS)))  # type: ignore[arg-type]
    if stock is None:
        return
    dose_mg = draw.randint(1, 40_000) / 1000
    known = dispense.doses(stock, 100)
    below, above = dispense.nearest(dose_mg, stock)
    assert below == max((x for x in known if x <= dose_mg), default=None)
    assert above == min(x for x in known if x >= dose_mg)


def test_the_half_milligram_doses_of_diazepam_are_made_exactly_or_refused() -> None:
    """A public generator prints 20 of these 40 wrong, 0.5 mg as 3 mg (six times too much)."""
    tablets = dispense.stock_for("diazepam", Wants("US", liquid="no"), FACTS)
    refused = []
    for n in range(1, 41):
        made = dispense.make(n / 2, tablets)
        if made is None:
            refused.append(n / 2)
            continue
        assert mg_of(made) == Fraction(n, 2)
    assert refused == [0.5, 1.5]
    names = (*(part.product for part in tablets.parts), "us-diazepam-concentrate-5")
    with_liquid = dispense.stock_for("diazepam", Wants("US", names, liquid="yes"), FACTS)
    assert all(mg_of(dispense.make(n / 2, with_liquid)) == Fraction(n, 2) for n in range(1, 41))  # type: ignore[arg-type]


def test_a_dose_too_large_to_be_made_up_is_refused_before_it_fills_the_memory() -> None:
    stock = dispense.stock_for("clonazepam", Wants("UK", liquid="yes"), FACTS)
    with pytest.raises(InputError, match="too large to be made up"):
        dispense.make(10_000, stock)


def test_noise_of_summing_is_no_dose_of_its_own() -> None:
    stock = dispense.stock_for("clonazepam", Wants("UK", liquid="yes"), FACTS)
    assert dispense.make(0.1 + 0.2, stock) == dispense.make(0.3, stock)
    assert dispense.make(0.0, stock) is None
    assert dispense.make(-0.5, stock) is None


@settings(max_examples=30)
@given(st.integers(0, 10**9))
def test_more_products_never_make_less(number: int) -> None:
    draw = random.Random(number)
    drug, market = draw.choice(PLACES)
    there = [p.id for p in FACTS.products.values() if (p.drug, p.market) == (drug, market)]
    more = Wants(market, tuple(there), splitting="yes", liquid="yes", compounding="yes")
    fewer = replace(more, named=tuple(draw.sample(there, draw.randint(1, len(there)))))
    few, many = stock_or_none(drug, fewer), stock_or_none(drug, more)
    if few is None:
        return
    assert many is not None
    assert set(dispense.doses(few, 10)) <= set(dispense.doses(many, 10))


def test_every_part_of_the_catalogue_is_a_whole_number_of_nanograms() -> None:
    for drug, market in PLACES:
        wants = Wants(market, splitting="yes", liquid="yes", compounding="yes")
        stock = stock_or_none(drug, wants)
        for part in stock.parts if stock else ():
            assert (
                Fraction(part.ng, dispense.NG_PER_MG)
                == smallest(FACTS.products[part.product], wants)[1]
            ), part


def test_pairs_of_strengths_of_one_liquid_are_told_apart() -> None:
    liquids = [p for p in FACTS.products.values() if p.strength_mg_per_ml is not None]
    for one, other in combinations(liquids, 2):
        if (one.drug, one.market) == (other.drug, other.market):
            assert one.id != other.id
            assert one.strength_mg_per_ml != other.strength_mg_per_ml
