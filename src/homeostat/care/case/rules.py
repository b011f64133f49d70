"""What makes a case unusable although each key by itself is well written: one sentence for each
fault, all at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import TypeVar

from homeostat.care.case import words
from homeostat.care.case.records import Case, Intake, Level, Medicine, Score
from homeostat.errors import InputError, Problem, did_you_mean
from homeostat.facts import Facts
from homeostat.language.quantity import number_text

Row = TypeVar("Row", Intake, Level, Score, Medicine)
UG_PER_MG = 1000
OLDEST_Y = 120
"""An age that nobody has reached: more is a slip in the year of birth [y]."""
ASKED_AS = {"opioid": "opioid", "gabapentinoid": "other_sedatives"}
"""Classes of medicines, and the question of the history that speaks of them too."""
SAID_TWICE = {
    "epilepsy": "seizure_ever",
    "falls": "falls",
    "suicidal thoughts": "suicidal_thoughts",
}
"""Conditions, and the question of the history that speaks of them too."""
_SLIP = 1e-9


def problems(case: Case, facts: Facts) -> list[Problem]:
    """Return every fault of a case; empty if it can be used.

    Args:
        case: a case whose `today` is set.
    """
    now = today(case)
    parts = (
        _header,
        _person,
        _uses,
        _overlaps,
        _doses,
        _observed,
        _medicines,
        _conditions,
        _goal,
        _preferences,
        _supply,
    )
    return [problem for part in parts for problem in part(case, now, facts)]


def today(case: Case) -> date:
    """Return the day on which the case speaks.

    Raises:
        InputError: the case was not read with a day.
    """
    if case.today is None:
        raise InputError(
            "the case has no 'today'; read it with read() or from_table(), which take the day"
        )
    return case.today


def mg_per_day(case: Case, drug: str, day: date) -> float:
    """Return what is taken of a drug on a day, all routes together [mg/d]."""
    return sum(use.mg_per_day for use in case.use if use.drug == drug and is_taken(use, day))


def is_taken(use: Intake | Medicine, day: date) -> bool:
    """True from the first day on and before the first day without."""
    return (use.since is None or use.since <= day) and (use.until is None or day < use.until)


def drugs_taken(case: Case, day: date | None = None) -> tuple[str, ...]:
    """Return the drugs of all uses, each once, in order; with a day, only those taken on that
    day.
    """
    return tuple(dict.fromkeys(use.drug for use in case.use if day is None or is_taken(use, day)))


def _header(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    for number, source in enumerate(case.sources, start=1):
        if source not in facts.sources:
            yield _unknown(f"sources[{number}]", "source", source, facts.sources)


def _person(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    born = case.person.birth_year
    if born is not None and born > today.year:
        said = f"{born} lies in the future (today is {today})"
        yield Problem("person.birth_year", "out-of-range", said)
    elif born is not None and today.year - born > OLDEST_Y:
        said = f"{born} would make the person {today.year - born} years old"
        yield Problem("person.birth_year", "out-of-range", said)


def _uses(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    born = case.person.birth_year or today.year - int(case.person.age_years or 0) - 1
    for key, use in _numbered("use", case.use):
        yield from _drug(f"{key}.drug", use.drug, facts)
        yield from _known(f"{key}.route", "route", use.route, facts.routes)
        if use.product:
            yield from _product(f"{key}.product", use.product, case, facts, drug=use.drug)
        yield from _order(key, use.since, use.until)
        yield from _not_after(f"{key}.since", use.since, today)
        if use.until is not None:
            yield from _not_after(
                f"{key}.until", use.until, today, hint="; leave it out if it is still taken"
            )
        if use.since.year < born:
            said = f"{use.since} lies before the person was born (about {born})"
            yield Problem(f"{key}.since", "wrong-date", said)
    if min(use.since for use in case.use) == today:
        said = (
            f"the first use must have begun before today ({today}), or there is nothing to forecast"
            " from"
        )
        yield Problem("use[1].since", "wrong-date", said)


def _overlaps(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    for (key, use), (other, later) in combinations(_numbered("use", case.use), 2):
        if (use.drug, use.route) == (later.drug, later.route) and _both(use, later):
            first = (key, use, later) if use.since <= later.since else (other, later, use)
            yield Problem(
                key,
                "conflict",
                f"'{key}' and '{other}' overlap: both say what is taken of {use.drug} ({use.route})"
                " on one day. If the later one replaced the earlier, write until ="
                f" {first[2].since} in {first[0]}; if both were taken, put all doses into one"
                " [[use]]",
            )


def _doses(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    said: set[tuple[str, float]] = set()
    for key, use in _numbered("use", case.use):
        total = mg_per_day(case, use.drug, use.since)
        if use.drug not in facts.drug_ids or (use.drug, total) in said:
            continue
        problem = too_much(total, use.drug, facts)
        if not problem and not use.meant and (problem := too_little(total, use.drug, facts)):
            problem += "; if so little is really taken, write meant = true beside these doses"
        if problem:
            said.add((use.drug, total))
            yield Problem(f"{key}.doses", "out-of-range", problem)


def too_much(mg_per_day: float, drug: str, facts: Facts) -> str:
    """Return why nobody takes so much of a drug, with the slip that may lie behind it; '' if it can
    be believed.
    """
    usual = facts.drug(drug).kinetics.usual_daily_dose
    low, high = usual.bounds("mg")
    unsure = ", unverified" if usual.is_unverified else ""
    if mg_per_day < facts.choices["dose-refused"].to("ratio") * high * (1 - _SLIP):
        return ""
    return (
        f"{number_text(round(mg_per_day, 6))} mg of {drug} a day is {mg_per_day / high:.3g} times"
        f" the highest usual dose ({number_text(high)} mg a day{unsure}) and is not"
        f" accepted.{_slip(mg_per_day, low, high)}"
    )


def too_little(mg_per_day: float, drug: str, facts: Facts) -> str:
    """Return why hardly anybody takes so little of a drug, and the slip that may lie behind it; ''
    if it can be believed.
    """
    low, high = facts.drug(drug).kinetics.usual_daily_dose.bounds("mg")
    times = facts.choices["dose-refused-small"].to("ratio")
    if not 0.0 < mg_per_day <= high / times * (1 + _SLIP):
        return ""
    amount = number_text(round(mg_per_day * UG_PER_MG, 6))
    return (
        f"{amount} micrograms of {drug} a day is {low / mg_per_day:.3g} times less than the lowest"
        f" usual dose ({number_text(low)} mg a day). Is it micrograms for milligrams? Then write"
        f" {amount} mg"
    )


def _slip(total_mg: float, low: float, high: float) -> str:
    """Guess which slip makes a dose a thousand, a hundred or ten times too large."""
    for factor, what in (
        (1000, "milligrams for micrograms? Then write ug instead of mg"),
        (100, "a lost decimal point?"),
        (10, "a lost decimal point?"),
    ):
        if low <= total_mg / factor <= high:
            return f" Is it {what}"
    return " Check the unit and the decimal point"


def planned_ahead(facts: Facts) -> timedelta:
    """Return how far ahead the planned end of another medicine, or the day of a case, may lie."""
    return timedelta(days=facts.choices["medicine-ahead"].to("d"))


def _observed(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    for key, level in _numbered("level", case.level):
        yield from _drug(f"{key}.drug", level.drug, facts)
        yield from _not_after(f"{key}.date", level.date, today)
    for key, score in _numbered("score", case.score):
        yield from _not_after(f"{key}.date", score.date, today)
        yield from _known(f"{key}.scale", "scale", score.scale, facts.scales)
        points = facts.scales[score.scale].range_points if score.scale in facts.scales else ()
        if points and not float(points[0]) <= score.total <= float(points[-1]):
            said = (
                f"{score.total:g} lies outside {score.scale}, which goes from {points[0]} to"
                f" {points[-1]} points"
            )
            yield Problem(f"{key}.total", "out-of-range", said)


def _medicines(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    brands = {brand.lower(): drug.id for drug in facts.drugs.values() for brand in drug.brands}
    for key, medicine in _numbered("medicine", case.medicine):
        name = medicine.name.lower()
        if name in facts.drug_ids or name in brands:
            said = f"{medicine.name} is a drug of this model; describe it with doses under [[use]]"
            yield Problem(f"{key}.name", "wrong-value", said)
        if name == "alcohol":
            said = "alcohol has a table of its own; write drinks_per_day under [alcohol]"
            yield Problem(f"{key}.name", "wrong-value", said)
        for group in ASKED_AS.keys() & set(words.meanings(name, facts)):
            if getattr(case.history, ASKED_AS[group]) == "no" and is_taken(medicine, today):
                yield Problem(
                    f"history.{ASKED_AS[group]}",
                    "conflict",
                    f"'history.{ASKED_AS[group]}' is \"no\", but {key} ({medicine.name}) is taken"
                    " today and is an example; one of them must be wrong",
                )
        yield from _order(key, medicine.since, medicine.until)
        if medicine.since is not None:
            yield from _not_after(f"{key}.since", medicine.since, today)
        if medicine.until is not None and medicine.until > today + planned_ahead(facts):
            said = f"{medicine.until} lies more than a year ahead of today ({today})"
            yield Problem(f"{key}.until", "wrong-date", said)
    for (key, one), (other, two) in combinations(_numbered("medicine", case.medicine), 2):
        if one.name.lower() == two.name.lower() and _both(one, two):
            said = (
                f"'{key}' and '{other}' overlap: {one.name} stands twice for one day, and its"
                " effect would be counted twice"
            )
            yield Problem(key, "conflict", said)


def _conditions(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    known = words.known_conditions(facts)
    small = {word.lower() for word in known}
    for number, word in enumerate(case.conditions or (), start=1):
        if word not in small:
            better = facts.condition_words.get(word)
            near = (
                f"Did you mean {' or '.join(better.may_mean)}?"
                if better
                else did_you_mean(word, known)
            )
            hint = (
                f"{near} The known words are listed in docs/case.md; "
                "what has no word there goes into 'other_conditions'"
            ).strip()
            said = f"unknown condition '{word}'."
            yield Problem(f"conditions[{number}]", "unknown-word", said, hint)
    if "pregnancy" in (case.conditions or ()) and (
        case.person.pregnant in {"no", "not applicable"} or case.person.sex == "male"
    ):
        said = (
            "'conditions' names pregnancy, but 'person' says otherwise (sex, pregnant); one of them"
            " must be wrong"
        )
        yield Problem("conditions", "conflict", said)
    for condition, key in SAID_TWICE.items():
        if condition in (case.conditions or ()) and getattr(case.history, key) == "no":
            said = (
                f"'conditions' names {condition}, but 'history.{key}' is \"no\"; one of them must"
                " be wrong"
            )
            yield Problem("conditions", "conflict", said)


def _goal(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    goal, taken = case.goal, drugs_taken(case, today)
    for key, drug in (("goal.drug", goal.drug), ("goal.switch_to", goal.switch_to)):
        if drug:
            yield from _drug(key, drug, facts)
    if goal.drug in facts.drug_ids and goal.drug not in taken:
        said = f"{goal.drug} is not taken today; taken are: {', '.join(taken) or 'none'}"
        yield Problem("goal.drug", "conflict", said)
    if goal.to_mg_per_day is None:
        return
    if not goal.drug and len(taken) != 1:
        said = (
            "'goal.drug' is missing: say which drug is to be lowered"
            f" ({', '.join(taken) or 'none is taken today'})"
        )
        yield Problem("goal.drug", "missing", said)
        return
    drug = goal.drug or taken[0]
    now_mg = mg_per_day(case, drug, today)
    if drug in facts.drug_ids and (problem := too_little(goal.to_mg_per_day, drug, facts)):
        said = f'{problem}; to take nothing at all, write aim = "stop"'
        yield Problem("goal.to", "out-of-range", said)
    if drug in taken and goal.to_mg_per_day >= now_mg and not goal.switch_to:
        yield Problem(
            "goal.to",
            "conflict",
            f"{number_text(goal.to_mg_per_day)} mg a day is not below what is taken today "
            f"({number_text(round(now_mg, 6))} mg of {drug} a day)",
        )


def _preferences(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    wants = case.preferences
    for number, product in enumerate(wants.stock, start=1):
        yield from _product(f"preferences.stock[{number}]", product, case, facts)
    if wants.start is not None and wants.start < today:
        said = f"{wants.start} lies before today ({today})"
        yield Problem("preferences.start", "wrong-date", said)
    if len(set(wants.dose_times)) < len(wants.dose_times):
        yield Problem("preferences.dose_times", "conflict", "a time stands twice")


def _supply(case: Case, today: date, facts: Facts) -> Iterator[Problem]:
    for number, limit in enumerate(case.supply.limits, start=1):
        key = f"supply.limits[{number}]"
        if limit.drug:
            yield from _drug(f"{key}.drug", limit.drug, facts)
            continue
        yield from _product(f"{key}.product", limit.product, case, facts)
        product = facts.products.get(limit.product)
        if product is not None and (limit.ml is None) != (product.strength_mg is not None):
            unit = "units" if product.strength_mg is not None else "ml"
            yield Problem(key, "wrong-unit", f"{limit.product} is counted in {unit}")
    names = [limit.of for limit in case.supply.limits]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        yield Problem("supply.limits", "conflict", f"{twice} stands twice")


def _numbered(table: str, rows: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    for number, row in enumerate(rows, start=1):
        yield f"{table}[{number}]", row


def _drug(key: str, drug: str, facts: Facts) -> Iterator[Problem]:
    try:
        facts.drug(drug)
    except InputError as error:
        yield from (replace(problem, path=key) for problem in error.problems)


def _unknown(path: str, kind: str, word: str, known: Iterable[str]) -> Problem:
    return Problem(path, "unknown-word", f"unknown {kind} '{word}'.", did_you_mean(word, known))


def _known(key: str, kind: str, word: str, known: Mapping[str, object]) -> Iterator[Problem]:
    if word not in known:
        problem = _unknown(key, kind, word, known)
        yield replace(problem, hint=f"{problem.hint} Known are: {', '.join(known)}".strip())


def _product(key: str, product: str, case: Case, facts: Facts, drug: str = "") -> Iterator[Problem]:
    if product not in facts.products:
        here = [name for name, row in facts.products.items() if row.market == case.market]
        near = here if did_you_mean(product, here) else facts.products
        yield _unknown(key, "product", product, near)
        return
    row = facts.products[product]
    if drug and row.drug != drug:
        yield Problem(key, "conflict", f"{product} holds {row.drug}, not {drug}")
    if row.market != case.market:
        said = (
            f"{product} is a product of the market {row.market}, and the case says market ="
            f' "{case.market}"'
        )
        yield Problem(key, "conflict", said)


def _order(key: str, since: date | None, until: date | None) -> Iterator[Problem]:
    if since is not None and until is not None and until <= since:
        said = f"{until} is not after since = {since} ('until' is the first day without it)"
        yield Problem(f"{key}.until", "wrong-date", said)


def _not_after(key: str, day: date, today: date, hint: str = "") -> Iterator[Problem]:
    if day > today:
        said = f"{day} lies in the future (today is {today}){hint}"
        yield Problem(key, "wrong-date", said)


def _both(one: Intake | Medicine, two: Intake | Medicine) -> bool:
    """True when two stretches share a day."""
    starts, ends = (
        (one.since or date.min, two.since or date.min),
        (one.until or date.max, two.until or date.max),
    )
    return max(starts) < min(ends)
