"""Size: slips of unit and decimal point, doses taken only when needed, too many times a day,
another route.
"""

from collections.abc import Iterator

from homeostat.care.case.rules import is_taken
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding, Level
from homeostat.language.messages import Message, Quantity, Term, said, terms


def slip(look: Look) -> Iterator[Finding]:
    """A dose that is ten, a hundred or a thousand times off."""
    limit = look.limit("size-slip")
    for drug in look.touched:
        series = look.planned[drug]
        now = float(look.mg[drug][look.begins - 1])
        top = float(series[look.begins :].max(initial=0.0))
        first = float(series[look.begins])
        usual = look.facts.drug(drug).kinetics.usual_daily_dose
        high = usual.bounds("mg")[1]
        if now > NOISE and top >= limit * now:
            yield _slip(
                look, drug, top, now, said("slip.of-now", times=_times(top / now)), "size-slip"
            )
        elif top >= look.limit("dose-refused") * high and top > now * look.limit("slip-rise"):
            times = _times(top / high)
            what = (
                said("slip.of-unverified-usual", times=times)
                if usual.is_unverified
                else said("slip.of-usual", times=times)
            )
            yield _slip(look, drug, top, high, what, "dose-refused")
        if now > NOISE and NOISE < first <= now / limit and not look.may_stop_at_once:
            what = said("slip.part-of-now", part=_times(now / first))
            yield _slip(look, drug, first, now, what, "size-slip")


def _slip(look: Look, drug: str, mg: float, of: float, what: Message, key: str) -> Finding:
    return Finding(
        level="refuse",
        message="size.slip",
        values={
            "drug": Term(drug),
            "what": what,
            "times": look.shown(key),
            "of": Quantity(round(of, 6), "mg"),
        },
        value=Quantity(round(mg, 6), "mg/d"),
        sources=look.facts.choices[key].sources,
        on=look.start,
    )


def _times(given: float) -> Quantity:
    return Quantity.rounded(given, "ratio", 3)


def as_needed(look: Look) -> Iterator[Finding]:
    """Doses taken only when needed, in a person who is likely to be dependent."""
    if look.may_stop_at_once:
        return
    found = [(step, dose) for step, dose in look.doses if dose.as_needed]
    if found:
        step, dose = found[0]
        yield Finding(
            level="warn",
            message="size.as-needed",
            values={"drug": Term(dose.drug)},
            value=Quantity(len(found), "doses as needed"),
            sources=look.facts.recommendations["asam-text-skipped-doses"].sources,
            on=step.from_day,
            can_kill=look.assessment.dependence == "expected" and not look.is_low_dose,
        )


def times(look: Look) -> Iterator[Finding]:
    """More doses a day than people can follow, beyond what the person does already."""
    limit = look.limit("times-a-day")
    for step in look.plan.steps:
        for drug in step.drugs:
            count = sum(dose.drug == drug for dose in step.doses)
            now = max(
                (len(u.doses) for u in look.case.use if u.drug == drug and is_taken(u, look.today)),
                default=0,
            )
            if count > max(limit, now):
                yield Finding(
                    level="warn",
                    message="size.times",
                    values={"drug": Term(drug)},
                    limit=look.shown("times-a-day"),
                    value=Quantity(count, "times a day"),
                    sources=look.facts.choices["times-a-day"].sources,
                    on=step.from_day,
                )
                return


def single(look: Look) -> Iterator[Finding]:
    """A short-acting drug put into one large dose: too much at once, and a day without; an alarm
    where three or more become one.
    """
    limit = look.limit("single-dose")
    for drug in look.touched:
        if look.facts.drug(drug).half_life_class != "short":
            continue
        now = [
            d.dose_mg
            for u in look.case.use
            if u.drug == drug and is_taken(u, look.today)
            for d in u.doses
        ]
        top = max(
            (dose for _, dose in look.doses if dose.drug == drug),
            key=lambda d: d.dose_mg,
            default=None,
        )
        if now and top is not None and top.dose_mg > limit * max(now) * (1 + NOISE):
            count = max(
                sum(d.drug == drug for d in step.doses)
                for step in look.plan.steps
                if top in step.doses
            )
            level: Level = (
                "warn"
                if count == 1
                and len(now) >= look.limit("single-dose-count")
                and not look.may_stop_at_once
                else "note"
            )
            yield Finding(
                level=level,
                message="size.single",
                values={
                    "dose": Quantity(top.dose_mg, "mg"),
                    "drug": Term(drug),
                    "before": Quantity(max(now), "mg"),
                },
                limit=look.shown("single-dose"),
                value=Quantity.rounded(top.dose_mg / max(now), "ratio", 2),
                sources=look.facts.choices["single-dose"].sources,
            )


def route(look: Look) -> Iterator[Finding]:
    """Another route than the one the person uses."""
    known = {u.drug: {v.route for v in look.case.use if v.drug == u.drug} for u in look.case.use}
    for step, dose in look.doses:
        if dose.drug in known and dose.route not in known[dose.drug]:
            level: Level = "note" if dose.route == "oral" or dose.route == "sublingual" else "warn"
            yield Finding(
                level=level,
                message="size.route",
                values={
                    "drug": Term(dose.drug),
                    "route": Term(dose.route),
                    "before": terms(sorted(known[dose.drug])),
                },
                on=step.from_day,
                can_kill=not look.is_inpatient,
            )
            return


RULES = (
    Rule("size.slip", slip),
    Rule("size.as-needed", as_needed),
    Rule("size.times", times),
    Rule("size.single", single),
    Rule("size.route", route),
)
