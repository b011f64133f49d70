"""Stock: the products a person can get and the parts of them that may be given, and why the others
are left out.

What nobody asked is taken so that no plan hangs on it: tablets are split only where the product is
    licensed for it, a liquid that
is measured with a syringe is used only for what tablets cannot make, drops and concentrates (a slip
of the hand is a large dose) and compounded products wait for a yes. Extended-release products are
used only where they are named or taken now. Of several
liquids one is used, never two strengths in one house: the one taken now, or else the weakest, with
    which a slip does least harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal, NamedTuple, get_args

from homeostat.care import case as cases
from homeostat.care.case.records import Case
from homeostat.errors import DispensingError, InputError, nearest
from homeostat.facts import Facts
from homeostat.facts.records import Product

Answer = Literal["yes", "no", "unknown"]
Market = Literal["US", "UK", "EU"]
MARKETS: tuple[str, ...] = get_args(Market)
MOST_TIMES = 4
"""Dose times a day that a plan may use."""
NG_PER_MG = 1_000_000
UL_PER_ML = 1_000
SAID: dict[bool | None, Answer] = {True: "yes", False: "no", None: "unknown"}
PARTS = {"never": 1, "halves": 2, "quarters": 4}
MODIFIED = frozenset({"extended-release tablet", "extended-release capsule"})
PLAIN = frozenset({"tablet", "capsule"})
SECOND = "a liquid of another strength, easily mistaken for the one that is used"
STRONG_LIQUIDS = frozenset({"drops", "concentrate"})


@dataclass(frozen=True)
class Wants:
    """What a person can get and will accept; 'unknown' is what nobody asked.

    Attributes:
        named: products that can be had; empty = whatever the market has. A product that is named
            may be used although nobody asked about liquids or compounding.
        at_hand: products taken now, which win a tie.
    """

    market: str
    named: tuple[str, ...] = ()
    at_hand: tuple[str, ...] = ()
    splitting: Answer = "unknown"
    liquid: Answer = "unknown"
    compounding: Answer = "unknown"
    dose_times: tuple[time, ...] = ()


class Part(NamedTuple):
    """The smallest amount of one product that may be given: a tablet, a half, a quarter, or one
    step of the measure.

    `per_unit` parts are one piece to take: a tablet, or as much of a liquid as is measured (or
    counted in drops) at once.
    """

    product: str
    ng: int
    per_unit: int
    step_ul: int
    is_licensed: bool
    is_at_hand: bool
    is_verified: bool
    is_modified: bool

    @property
    def is_liquid(self) -> bool:
        """True when it is measured and not counted."""
        return self.step_ul > 0


class LeftOut(NamedTuple):
    """A product that is not used, and why."""

    product: str
    sentence: str


@dataclass(frozen=True)
class Stock:
    """Everything that doses of one drug can be made of.

    Attributes:
        parts: plain forms before others, large before small, liquids last; later ones are avoided
            where all else is equal.
        prefers_liquid: a liquid is welcome, and is measured rather than a tablet cut.
        dose_times: times at which doses can be taken.
        uneven: by how much one dose of a day may differ from their mean, as a share of it.
        left_out: products of the market that are not used, each with its reason.
    """

    drug: str
    market: str
    parts: tuple[Part, ...]
    prefers_liquid: bool
    dose_times: tuple[time, ...]
    uneven: float
    left_out: tuple[LeftOut, ...] = ()


def wants(case: Case, drug: str) -> Wants:
    """Return what a case says about products, splitting, liquids, compounding and dose times.

    Without `preferences.dose_times` the present times of the drug hold, or those of what is taken
    now if the drug is new.
    """
    asked, now = case.preferences, cases.today(case)
    taken = [use for use in case.use if cases.is_taken(use, now)]
    mine = [use for use in taken if use.drug == drug] or taken
    times = asked.dose_times or tuple(dose.time for use in mine for dose in use.doses)
    return Wants(
        case.market,
        asked.stock,
        tuple(use.product for use in taken if use.product),
        asked.splitting,
        asked.liquid,
        asked.compounding,
        tuple(sorted(set(times))),
    )


def stock(case: Case, drug: str, facts: Facts) -> Stock:
    """Return what doses of a drug can be made of for a case; faults as `stock_for`."""
    return stock_for(drug, wants(case, drug), facts)


def stock_for(drug: str, wants: Wants, facts: Facts) -> Stock:
    """Return what doses of a drug can be made of.

    Raises:
        InputError: a named product is unknown, withdrawn or of another market; more than four dose
            times.
        DispensingError: nothing is left; the sentence says what rules each product out.
    """
    drug = facts.drug(drug).id
    if wants.market not in MARKETS:
        raise InputError(f"there is no market '{wants.market}'; choose {', '.join(MARKETS)}")
    if len(wants.dose_times) > MOST_TIMES:
        raise InputError(
            f"{len(wants.dose_times)} dose times a day are more than the {MOST_TIMES} a plan may"
            " use; say in 'preferences.dose_times' which to keep"
        )
    named = [product for product in _named(wants, facts) if product.drug == drug]
    there = named or [
        p for p in facts.products.values() if (p.drug, p.market) == (drug, wants.market)
    ]
    if not there:
        others = sorted(
            {product.market for product in facts.products.values() if product.drug == drug}
        )
        elsewhere = f"; there are products for {', '.join(others)}" if others else ""
        raise DispensingError(
            f"no product of {drug} is known for the market {wants.market}{elsewhere}"
        )
    left_out = [
        LeftOut(p.id, why) for p in there if (why := _why_not(p, wants, is_named=bool(named)))
    ]
    out = {item.product for item in left_out}
    left_out += [
        LeftOut(p.id, SECOND) for p in _second_liquids([p for p in there if p.id not in out], wants)
    ]
    out = {item.product for item in left_out}
    parts = sorted(
        (_part(p, wants, facts) for p in there if p.id not in out),
        key=lambda part: _order(part, facts),
    )
    if not parts:
        raise DispensingError(
            f"nothing is left to make {drug} of:"
            f" {'; '.join(f'{item.product}: {item.sentence}' for item in left_out)}"
        )
    uneven = facts.choices["uneven"].to("share")
    return Stock(
        drug,
        wants.market,
        tuple(parts),
        wants.liquid == "yes",
        wants.dose_times,
        uneven,
        tuple(left_out),
    )


def relaxed(wants: Wants) -> Iterable[tuple[str, Wants]]:
    """Yield what else might be asked for, one change at a time: the change in words, and the wants
    with it.
    """
    if wants.named:
        yield "with other products of the market", replace(wants, named=())
    if wants.splitting != "yes":
        yield "with tablets split, also beyond the licence", replace(wants, splitting="yes")
    if wants.liquid != "yes":
        yield "with a liquid", replace(wants, liquid="yes")
    if wants.compounding != "yes":
        yield (
            "with a compounded product",
            replace(
                wants,
                compounding="yes",
                liquid="unknown" if wants.liquid == "no" else wants.liquid,
                named=(),
            ),
        )


def _named(wants: Wants, facts: Facts) -> list[Product]:
    found = []
    for name in dict.fromkeys(wants.named):
        product = facts.products.get(name)
        if product is None:
            raise InputError(f"there is no product '{name}'.{nearest(name, facts.products)}")
        if product.status == "withdrawn":
            raise InputError(f"{name} has been withdrawn and cannot be had; name another product")
        if product.market != wants.market:
            raise InputError(
                f"{name} is a product of the market {product.market}, and the market here is"
                f" {wants.market}"
            )
        found.append(product)
    return found


def _why_not(product: Product, wants: Wants, *, is_named: bool) -> str:
    """Return why a product is not used, or ''."""
    is_liquid = product.strength_mg_per_ml is not None
    if product.status == "withdrawn":
        return "withdrawn from the market"
    if product.status == "compounded" and (
        wants.compounding == "no" or (wants.compounding != "yes" and not is_named)
    ):
        return "compounded, and compounding is not a yes"
    if is_liquid and wants.liquid == "no":
        return "a liquid, and liquids are refused"
    if product.measure_ml is not None and not _is_whole(product.measure_ml * UL_PER_ML):
        return "a measure that is no whole number of microlitres, so no dose of it can be exact"
    if product.form in STRONG_LIQUIDS and wants.liquid != "yes" and not is_named:
        return f"{product.form}, and nobody said that a liquid may be used"
    if product.form in MODIFIED and not is_named and product.id not in wants.at_hand:
        return "extended release, and neither named nor taken now"
    return ""


def _is_whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-6


def _second_liquids(usable: list[Product], wants: Wants) -> list[Product]:
    """Return all liquids but the one that is used."""
    liquids = [product for product in usable if product.strength_mg_per_ml is not None]
    return sorted(liquids, key=lambda p: (p.id not in wants.at_hand, p.strength_mg_per_ml, p.id))[
        1:
    ]


def _part(product: Product, wants: Wants, facts: Facts) -> Part:
    per_unit, step_ul = 1, 0
    if product.strength_mg is None:
        assert product.strength_mg_per_ml is not None
        assert product.measure_ml is not None
        step_ul = round(product.measure_ml * UL_PER_ML)
        ng = round(product.strength_mg_per_ml * NG_PER_MG) * step_ul // UL_PER_ML
        drops, ml = (
            facts.choices["counted-at-once"].to("count"),
            facts.choices["measured-at-once"].to("mL"),
        )
        per_unit = max(1, round(drops if product.counts_drops else ml / product.measure_ml))
    else:
        ng = round(product.strength_mg * NG_PER_MG)
        may_split = wants.splitting == "yes" or (
            wants.splitting == "unknown" and product.split_is_licensed
        )
        if may_split and product.form not in MODIFIED:
            per_unit = PARTS[product.split]
        ng //= per_unit
    return Part(
        product.id,
        ng,
        per_unit,
        step_ul,
        product.split_is_licensed,
        product.id in wants.at_hand,
        not product.is_unverified,
        product.form in MODIFIED,
    )


def _order(part: Part, facts: Facts) -> tuple[bool, bool, int, str]:
    is_plain = facts.products[part.product].form in PLAIN
    return part.is_liquid, not is_plain, -part.ng * part.per_unit, part.product
