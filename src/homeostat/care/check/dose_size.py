"""Size: slips of unit and decimal point, doses taken only when needed, too many times a day,
another route.
"""

from collections.abc import Iterator

from homeostat.care.case.rules import is_taken
from homeostat.care.check.plan_days import NOISE, Look
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding, Level
from homeostat.language.quantity import number_text


def slip(look: Look) -> Iterator[Finding]:
    """A dose that is ten, a hundred or a thousand times off."""
    limit = look.limit("size-slip")
    for drug in look.touched:
        series = look.planned[drug]
        now = float(look.mg[drug][look.begins - 1])
        top = float(series[look.begins :].max(initial=0.0))
        first = float(series[look.begins])
        usual = look.facts.drug(drug).kinetics.usual_daily_dose
        high, unsure = usual.bounds("mg")[1], ", itself unverified" if usual.is_unverified else ""
        if now > NOISE and top >= limit * now:
            yield _slip(
                look,
                drug,
                "refuse",
                f"{top / now:.3g} times what is taken now",
                top,
                now,
                "size-slip",
            )
        elif top >= look.limit("dose-refused") * high and top > now * look.limit("slip-rise"):
            yield _slip(
                look,
                drug,
                "refuse",
                f"{top / high:.3g} times the highest usual dose{unsure}",
                top,
                high,
                "dose-refused",
            )
        if now > NOISE and NOISE < first <= now / limit and not look.may_stop_at_once:
            yield _slip(
                look,
                drug,
                "refuse",
                f"a {now / first:.3g}th of what is taken now",
                first,
                now,
                "size-slip",
            )


def _slip(
    look: Look, drug: str, level: Level, said: str, mg: float, of: float, key: str
) -> Finding:
    return Finding(
        "size.slip",
        level,
        f"{number_text(round(mg, 6))} mg of {drug} a day is {said}. Milligrams for micrograms, or a"
        " lost decimal point?",
        f"less than {look.shown(key)} {number_text(round(of, 6))} mg, up or down",
        f"{number_text(round(mg, 6))} mg a day",
        look.facts.choices[key].sources,
        look.start,
    )


def as_needed(look: Look) -> Iterator[Finding]:
    """Doses taken only when needed, in a person who is likely to be dependent."""
    if look.may_stop_at_once:
        return
    found = [(step, dose) for step, dose in look.doses if dose.as_needed]
    if found:
        step, dose = found[0]
        yield Finding(
            "size.as-needed",
            "warn",
            f"From {step.from_day} on {dose.drug} is to be taken only when needed: the daily dose"
            " then swings, and each swing is a small withdrawal or a small rise.",
            "fixed doses at fixed times",
            f"{len(found)} doses as needed",
            look.facts.recommendations["asam-text-skipped-doses"].sources,
            step.from_day,
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
                    "size.times",
                    "warn",
                    f"From {step.from_day} on {drug} is taken {count} times a day.",
                    f"{look.shown('times-a-day')} times a day",
                    f"{count} times a day",
                    look.facts.choices["times-a-day"].sources,
                    step.from_day,
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
                "size.single",
                level,
                f"A single dose of {number_text(top.dose_mg)} mg of {drug}, where"
                f" {number_text(max(now))} mg was the largest: sedation after it, and withdrawal"
                " before the next.",
                f"{look.shown('single-dose')} the largest single dose so far",
                f"{top.dose_mg / max(now):.2g} times",
                look.facts.choices["single-dose"].sources,
            )


def route(look: Look) -> Iterator[Finding]:
    """Another route than the one the person uses."""
    known = {u.drug: {v.route for v in look.case.use if v.drug == u.drug} for u in look.case.use}
    for step, dose in look.doses:
        if dose.drug in known and dose.route not in known[dose.drug]:
            level: Level = "note" if dose.route == "oral" or dose.route == "sublingual" else "warn"
            yield Finding(
                "size.route",
                level,
                f"From {step.from_day} on {dose.drug} is taken by another route ({dose.route}) than"
                f" before ({', '.join(sorted(known[dose.drug]))}): the same amount then acts faster"
                " or stronger.",
                ", ".join(sorted(known[dose.drug])),
                dose.route,
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
