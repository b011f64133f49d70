"""What a plan means to the model: the case's regimen until the plan begins, then the plan's own
doses, as dispensed.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from homeostat.care import case as cases
from homeostat.care.case.records import Case, Medicine
from homeostat.care.plan.bounds import require_bounded, require_near
from homeostat.care.plan.records import Item, Plan, PlannedDose
from homeostat.care.plan.schedule import Schedule, exact, schedule
from homeostat.facts import Facts
from homeostat.facts.spelling import looks_like
from homeostat.model.regimen import Regimen, Step, Use

_SLIP = 1e-9
"""Of adding up parts of tablets [mg]."""


def day_of(case: Case, day: date) -> float:
    """Return the model's day of a local date, whole days by the calendar, so no clock change moves
    it [d].
    """
    return cases.day_of(case, day)


def item_mg(item: Item, facts: Facts) -> float:
    """Return what an item holds [mg]."""
    return item.amount * facts.products[item.product].strength


def made_mg(dose: PlannedDose, facts: Facts) -> Decimal:
    """Return what the items of a dose hold, without the noise of summing [mg]; without items the
    dose itself.
    """
    if not dose.items:
        return exact(dose.dose_mg)
    return sum(
        (exact(item.amount) * exact(facts.products[item.product].strength) for item in dose.items),
        Decimal(),
    )


def is_contradictory(dose: PlannedDose, facts: Facts) -> bool:
    """True when the items of a dose make another amount than it says, however little; check and
    papers both ask this.
    """
    return made_mg(dose, facts) != exact(dose.dose_mg)


def is_in_another_measure(item: Item, facts: Facts) -> bool:
    """True for tablets of a liquid, and for millilitres of tablets."""
    return (item.ml is None) != (facts.products[item.product].strength_mg_per_ml is None)


def dispensed_mg(dose: PlannedDose, facts: Facts) -> float:
    """Return what is taken when a dose is made as its items say [mg]; without items the dose
    itself.
    """
    made = sum(item_mg(item, facts) for item in dose.items) if dose.items else dose.dose_mg
    return dose.dose_mg if abs(made - dose.dose_mg) <= _SLIP else made


def as_dispensed(plan: Plan, facts: Facts) -> Plan:
    """Return the plan with each dose as its items make it, which is what is taken whatever is
    written.
    """
    if all(dispensed_mg(dose, facts) == dose.dose_mg for step in plan.steps for dose in step.doses):
        return plan
    steps = tuple(
        replace(step, doses=tuple(replace(d, dose_mg=dispensed_mg(d, facts)) for d in step.doses))
        for step in plan.steps
    )
    return replace(plan, steps=steps)


def regimen(plan: Plan, case: Case, facts: Facts) -> Regimen:
    """Return everything that was and will be taken: the case up to the plan's first day, then the
    plan, as dispensed.

    Drugs of the case that the plan does not speak of go on as they are. On days that no step covers
    nothing is taken of the plan's drugs; on days that two steps cover both are taken. Medicines
    that start or stop change clearances.

    Raises:
        InputError: the plan is larger, or further from the case, than `care.plan.limits` allow.
    """
    require_bounded(plan)
    require_near(plan, case)
    plan = as_dispensed(plan, facts)
    cut = schedule(plan)
    start = cut.first_day
    past = cases.regimen(case, start, facts)
    begins = cases.day_of(case, start)
    speaks_of = (
        {use.drug for use in past.uses} & set(plan.drugs)
        if plan.drugs
        else {use.drug for use in past.uses}
    )
    uses = []
    for use in past.uses:
        kept = tuple(step for step in use.steps if step.from_day < begins)
        uses.append(
            replace(use, steps=(*kept, Step(begins))) if use.drug in speaks_of and kept else use
        )
    for drug, route in dict.fromkeys(
        (dose.drug, dose.route) for step in plan.steps for dose in step.doses
    ):
        steps = _steps(cut, case, drug, route)
        same = next(
            (i for i, use in enumerate(uses) if (use.drug, use.route) == (drug, route)), None
        )
        if same is None:
            uses.append(Use(drug, steps, route))
        else:
            before = tuple(step for step in uses[same].steps if step.from_day < begins)
            uses[same] = replace(uses[same], steps=(*before, *steps))
    ends = max(
        cases.day_of(case, day)
        for step in plan.steps
        for day in (step.from_day, step.until)
        if day is not None
    )
    drugs = tuple(dict.fromkeys(use.drug for use in uses))
    return Regimen(
        tuple(uses), max(ends, begins), cases.changes(with_medicines(case, plan), drugs, facts)
    )


def _steps(cut: Schedule, case: Case, drug: str, route: str) -> tuple[Step, ...]:
    """Return the steps of one drug by one route, one for each stretch that differs from the one
    before.
    """
    found: list[Step] = []
    for row in cut.stretches:
        doses = [dose for dose in row.doses if (dose.drug, dose.route) == (drug, route)]
        step = Step(cases.day_of(case, row.from_day), *_by_hour(doses))
        if not found or (found[-1].hours, found[-1].mg) != (step.hours, step.mg):
            found.append(step)
    return tuple(found)


def _by_hour(doses: list[PlannedDose]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    total: dict[float, float] = {}
    for dose in doses:
        total[dose.hour] = total.get(dose.hour, 0.0) + dose.dose_mg
    hours = tuple(sorted(total))
    return hours, tuple(total[hour] for hour in hours)


def _same(one: str, two: str) -> bool:
    """True when two written names look alike."""
    return looks_like(one).strip() == looks_like(two).strip()


def with_medicines(case: Case, plan: Plan) -> Case:
    """Return the case with the medicines that start or stop in the plan, each with its days."""
    rows = list(case.medicine)
    for event in sorted(plan.medicines, key=lambda event: event.on):
        if event.event == "starts":
            rows.append(Medicine(name=event.name, since=event.on, note=event.note))
            continue
        rows = [
            replace(row, until=event.on)
            if _same(row.name, event.name) and (row.until is None or row.until > event.on)
            else row
            for row in rows
        ]
    return replace(case, medicine=tuple(rows))
