"""Supply: what each prescription hands out for its window of days, when it runs out, and when to
collect the next.

Whole tablets are handed out. The rest of a cut tablet is kept for a later dose where its split is
licensed, for as many days as the facts say (`choice:rest-kept`), also into the next window; any
other rest is thrown away. So tablets used (what the doses add up to) and tablets handed out differ,
and both are said. Days are local dates and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from homeostat.care.dispensing.rests import QUARTERS, UL_PER_ML, Rests, is_liquid
from homeostat.care.plan.records import Item, Plan, PlannedDose, Supply
from homeostat.care.plan.schedule import schedule
from homeostat.errors import DispensingError, InputError
from homeostat.facts import Facts
from homeostat.facts.records import Product

SATURDAY = 5


@dataclass(frozen=True)
class Line:
    """One product in one window.

    Attributes:
        used: what the doses of the window add up to [tablets, or mL].
        handed_out: whole tablets that must be opened for them, or whole millilitres.
        runs_out: the first day on which nothing of it is needed any more or left, if all is taken
            as planned.
        discard_on: the day from which a liquid that was made for the window must not be used any
            more; None = not made, or not said.
        kept: parts of cut tablets that are still usable after the window [tablets].
        bottles: bottles to open one after the other, so that none is used for longer than
            `opened_days`.
    """

    product: str
    used: float
    handed_out: float
    is_liquid: bool
    runs_out: date
    discard_on: date | None = None
    kept: float = 0.0
    bottles: int = 0


@dataclass(frozen=True)
class Window:
    """What one prescription covers, and the last day on which to collect it."""

    from_day: date
    until: date
    collect_by: date
    lines: tuple[Line, ...]


def days_of(plan: Plan, until: date) -> Iterator[tuple[date, tuple[PlannedDose, ...]]]:
    """Yield every local date from the plan's first day up to a day, with all doses of that date."""
    for day, row in schedule(plan).each_day(until):
        yield day, row.doses


def end_of(plan: Plan, facts: Facts) -> date:
    """Return the first day after the plan; a dose that goes on until somebody decides counts for
    one window.
    """
    ends = [step.until for step in plan.steps if step.until is not None]
    open_ended = [step.from_day for step in plan.steps if step.until is None]
    if open_ended and any(step.doses for step in plan.steps if step.until is None):
        ends.append(max(open_ended) + timedelta(days=chosen_days(facts, "prescription-days")))
    return max([*ends, *open_ended])


def chosen_days(facts: Facts, name: str) -> int:
    """Return a number of days that the facts chose (`homeostat facts choice`) [d]."""
    return int(facts.choices[name].to("d"))


def opened_days(product: Product, facts: Facts) -> int:
    """Return for how many days an opened bottle may be used: as a source says, or as we chose where
    none does [d].
    """
    return product.opened_days or chosen_days(facts, "opened-kept")


def windows(
    plan: Plan,
    facts: Facts,
    *,
    window_days: int | None = None,
    ahead_days: int | None = None,
    limits: Mapping[str, float] | None = None,
    until: date | None = None,
) -> tuple[Window, ...]:
    """Return the prescriptions that cover a plan, in order; the last ends with the plan.

    A window is shortened where a liquid would have to be discarded before its end, or where a limit
    of quantity is reached.

    Args:
        plan: a plan whose doses say what they are made of.
        facts: where products and chosen numbers stand.
        window_days: days one prescription covers; default by the facts.
        ahead_days: days before a window at which to collect it at the latest; a weekend is moved to
            the Friday before.
        limits: most that one prescription may hand out: tablets or mL of a product by its id, mg of
            a drug by its name.
        until: the first day after the plan; default `end_of`.

    Raises:
        InputError: a dose does not say what it is made of, or a number of days is not positive.
        DispensingError: the doses of a single day exceed a limit, or a liquid does not keep until
            it is needed.
    """
    length = chosen_days(facts, "prescription-days") if window_days is None else window_days
    ahead = chosen_days(facts, "collect-ahead") if ahead_days is None else ahead_days
    if length < 1 or ahead < 0:
        raise InputError(
            "a prescription covers at least one day and is not collected after it begins"
            f" ({length}, {ahead})"
        )
    end = until or end_of(plan, facts)
    needs = [(day, doses) for day, doses in days_of(plan, end) if doses]
    rests, found, at = Rests(facts), [], 0
    while at < len(needs):
        begin = needs[at][0]
        window = _Building(
            begin, _collect_by(begin, ahead, plan.made_on), min(begin + timedelta(days=length), end)
        )
        while (
            at < len(needs)
            and needs[at][0] < window.until
            and window.add(*needs[at], rests, limits or {})
        ):
            at += 1
        found.append(window.close(rests))
    return tuple(found)


def counted(plan: Plan, facts: Facts, *, ahead_days: int | None = None) -> tuple[Window, ...]:
    """Return the plan's own prescriptions with what their days need, whatever each of them hands
    out; arguments as `windows`.

    A day that two of them cover counts for the first.

    Raises:
        InputError: a dose does not say what it is made of.
        DispensingError: a liquid does not keep until it is needed.
    """
    ahead = chosen_days(facts, "collect-ahead") if ahead_days is None else ahead_days
    bounds = sorted({(supply.from_day, supply.until) for supply in plan.supplies})
    needs = {
        day: doses
        for day, doses in days_of(plan, max((until for _, until in bounds), default=date.min))
        if doses
    }
    rests, found = Rests(facts), []
    for begin, until in bounds:
        window = _Building(begin, _collect_by(begin, ahead, plan.made_on), until)
        for day in [day for day in needs if begin <= day < until]:
            if not window.add(day, needs.pop(day), rests, {}):
                raise DispensingError(
                    f"a liquid of the prescription from {begin} does not keep until {day}"
                )
        found.append(window.close(rests))
    return tuple(found)


def supplies(
    plan: Plan,
    facts: Facts,
    *,
    window_days: int | None = None,
    ahead_days: int | None = None,
    limits: Mapping[str, float] | None = None,
    until: date | None = None,
) -> tuple[Supply, ...]:
    """Return the windows of a plan as it writes them down, without those that hand out nothing;
    arguments as `windows`.
    """
    found = []
    for window in windows(
        plan, facts, window_days=window_days, ahead_days=ahead_days, limits=limits, until=until
    ):
        items = tuple(
            (
                Item(product=line.product, ml=line.handed_out)
                if line.is_liquid
                else Item(product=line.product, units=line.handed_out)
            )
            for line in window.lines
            if line.handed_out
        )
        if items:
            found.append(Supply(from_day=window.from_day, until=window.until, items=items))
    return tuple(found)


class _Building:
    """One window while days are added to it."""

    def __init__(self, begin: date, collect_by: date, until: date) -> None:
        self.begin, self.collect_by, self.until = begin, collect_by, until
        self.taken: dict[str, list[tuple[date, int, int]]] = {}

    def add(
        self, day: date, doses: tuple[PlannedDose, ...], rests: Rests, limits: Mapping[str, float]
    ) -> bool:
        """Add a day; False, and the window ends before it, if a limit or the life of a liquid
        forbids it.
        """
        _check_said(doses, day)
        pieces, taken = dict(rests.pieces), {name: list(rows) for name, rows in self.taken.items()}
        for item in (item for dose in doses for item in dose.items):
            took = rests.take(item, day)
            self.taken.setdefault(item.product, []).append((day, took.counted, took.opened))
        if problem := next(self._problems(day, rests.facts, limits), ""):
            rests.pieces, self.taken = pieces, taken
            if day == self.begin:
                raise DispensingError(problem)
            self.until = day
            return False
        return True

    def close(self, rests: Rests) -> Window:
        """Return the window; tablets before liquids, in the order in which they are first
        needed.
        """
        lines = [self._line(rests.facts.products[name], rests) for name in self.taken]
        return Window(
            self.begin,
            self.until,
            self.collect_by,
            tuple(sorted(lines, key=lambda line: line.is_liquid)),
        )

    def _problems(self, day: date, facts: Facts, limits: Mapping[str, float]) -> Iterator[str]:
        """Yield why a day cannot be part of the window: it would hand out too much, or a liquid
        would be too old.
        """
        out = {name: self._handed_out(facts.products[name], facts) for name in self.taken}
        held: dict[str, float] = {}
        for name, handed in out.items():
            product = facts.products[name]
            held[product.drug] = held.get(product.drug, 0.0) + handed * product.strength
            yield from _over(name, handed, " mL" if is_liquid(product) else "", day, limits)
            discard = self._discard_on(product)
            if discard is not None and self.taken[name][-1][0] == day >= discard:
                yield (
                    f"{name}: collected on {self.collect_by} it must be discarded on {discard},"
                    " before it is needed"
                )
        for drug, mg in held.items():
            yield from _over(drug, round(mg, 6), " mg", day, limits)

    def _handed_out(self, product: Product, facts: Facts) -> int:
        if not is_liquid(product):
            return sum(opened for _, _, opened in self.taken[product.id])
        return sum(ceil(ul / UL_PER_ML) for ul in self._bottles(product, facts))

    def _bottles(self, product: Product, facts: Facts) -> list[int]:
        """Return what is taken out of each bottle, opened one after the other [µL]."""
        days, found, opened = opened_days(product, facts), [0], self.taken[product.id][0][0]
        for day, ul, _ in self.taken[product.id]:
            if (day - opened).days >= days:
                opened = day
                found.append(0)
            found[-1] += ul
        return found

    def _discard_on(self, product: Product) -> date | None:
        return (
            None
            if product.keeps_days is None
            else self.collect_by + timedelta(days=product.keeps_days)
        )

    def _line(self, product: Product, rests: Rests) -> Line:
        rows = self.taken[product.id]
        used, out = (
            sum(counted for _, counted, _ in rows),
            float(self._handed_out(product, rests.facts)),
        )
        runs_out = rows[-1][0] + timedelta(days=1)
        if is_liquid(product):
            bottles = len(self._bottles(product, rests.facts))
            discard = self._discard_on(product)
            return Line(product.id, used / UL_PER_ML, out, True, runs_out, discard, bottles=bottles)
        kept = sum(piece.quarters for piece in rests.usable(product, self.until)) / QUARTERS
        return Line(product.id, used / QUARTERS, out, False, runs_out, kept=kept)


def _over(
    name: str, handed: float, unit: str, day: date, limits: Mapping[str, float]
) -> Iterator[str]:
    if name in limits and handed > limits[name]:
        yield (
            f"{name}: the doses of {day} alone need {handed:g}{unit}, more than the limit of"
            f" {limits[name]:g}{unit} for one prescription"
        )


def _check_said(doses: tuple[PlannedDose, ...], day: date) -> None:
    for dose in doses:
        if not dose.items:
            raise InputError(
                f"the dose of {dose.drug} at {dose.time:%H:%M} on {day} does not say what it is"
                " made of ('items'), so no supply can be counted"
            )


def _collect_by(begin: date, ahead: int, made_on: date) -> date:
    day = begin - timedelta(days=ahead)
    day -= timedelta(days=max(0, day.weekday() - SATURDAY + 1))
    return min(max(day, made_on), begin)
