"""Assess a case: dependence, severe withdrawal, setting, what must be asked, and three goals that
are equals.

The dependence table and the three criteria for inpatient care are the guideline's. It does not say
what a severe or complicated
withdrawal is, nor who is at risk of it: which factors count, and how they add up, is ours and says
    so (facts, kind choice).
"""

from collections.abc import Iterator

from homeostat.care.assess.assessment import Assessment, Open, Outlook, Place, Reason, Size, Word
from homeostat.care.assess.dependence import (
    BANDS,
    Use,
    dependence,
    dose_bands,
    reason,
    use,
)
from homeostat.care.assess.factors import factors, is_older
from homeostat.care.assess.medicines import taken_now
from homeostat.care.assess.stopped import Stopped, stopped
from homeostat.care.case.model import conditions, conditions_of
from homeostat.care.case.records import Case
from homeostat.care.case.remarks import HISTORY_WHY, may_be_pregnant
from homeostat.facts import Facts
from homeostat.language.messages import Listed, Message, Term, Value, said, terms
from homeostat.language.quantity import mg_text


def assess(case: Case, facts: Facts) -> Assessment:
    """Return the risk assessment of a case, each part with its reasons.

    Args:
        case: a case with its day set.

    Source: asam-2025, p. 8 (level of care), p. 9 (dependence); the way factors add up is chosen,
        see facts/data/choices.
    """
    used = use(case, facts)
    past = stopped(case, facts)
    word, why = _dependence(used, facts) if past is None else _after_stop(past)
    grave, moderate, beside = factors(case, facts)
    size = _size(word, grave, moderate, facts)
    if past is not None and past.is_lately and word != "rare" and size == "lower":
        size = "raised"
    place, where = _setting(case, size, grave, facts)
    return Assessment(
        word,
        why,
        size,
        (*grave, *moderate, *beside),
        place,
        where,
        tuple(_open(case, facts)),
        _outlooks(case, word, facts),
    )


def may_stop_at_once(case: Case, facts: Facts) -> bool:
    """True where the guideline does not ask for a taper: dependence is rare, or under a month at a
    low dose.

    Nobody with a seizure or a complicated withdrawal behind them is among these.
    """
    used = use(case, facts)
    if used is None:
        return True
    if "yes" in (
        case.history.seizure_ever,
        case.history.complicated_withdrawal,
    ) or "epilepsy" in conditions(case):
        return False
    short = used.duration_d < facts.choices["short-use"].to("d") and used.bands[1] == "low"
    return short or dependence(used.days_per_week, used.duration_d, used.bands[1], facts) == "rare"


def _dependence(used: Use | None, facts: Facts) -> tuple[Word, tuple[Reason, ...]]:
    if used is None:
        return "rare", (
            Reason("dependence", "Nothing has been taken for some time.", weighs="down"),
        )
    return dependence(used.days_per_week, used.duration_d, used.bands[1], facts), (reason(used),)


def _after_stop(past: Stopped) -> tuple[Word, tuple[Reason, ...]]:
    """Return the word for the last day of use; 'rare' only for a stop long ago."""
    taken = " and ".join(f"{mg_text(mg)} of {drug}" for drug, mg in past.doses)
    said_so = f"{taken} a day were taken until {past.on}, {past.days} days ago"
    if not past.is_lately:
        text = f"{said_so}: longer than a withdrawal goes on in most people."
        return "rare", (Reason("stopped", text, weighs="down", choices=("stopped-lately",)),)
    text = (
        f"{said_so}; dependence was {past.dependence} then. A withdrawal can go on for months"
        " after the last dose, and tolerance is lost: the old dose is no safe restart."
    )
    return past.dependence, (
        Reason("stopped", text, ("asam-2025, p. 9",), choices=("stopped-lately",)),
    )


def _size(
    word: Word, grave: tuple[Reason, ...], moderate: tuple[Reason, ...], facts: Facts
) -> Size:
    if grave:
        return "high"
    many = len(moderate) >= facts.choices["severe-raised-count"].to("count")
    return "raised" if many and word != "rare" else "lower"


def _setting(
    case: Case, size: Size, grave: tuple[Reason, ...], facts: Facts
) -> tuple[Place, tuple[Reason, ...]]:
    """Return where the taper should happen, by the guideline's criteria (a), (b) and (c); otherwise
    outpatient.
    """
    has, past = conditions(case), case.history
    found = []
    harm: list[Value] = []
    if past.suicidal_thoughts == "yes" or "suicidal thoughts" in has:
        harm.append(Term("thoughts of suicide"))
    is_a_fall = past.falls == "yes" and is_older(case, facts)
    if is_a_fall:
        harm.append(said("setting.fall", age=facts.choices["older-age"].to("y")))
    if past.opioid == "yes" or taken_now(case, "opioid", facts):
        harm.append(Term("an opioid beside it"))
    if harm:
        found.append(
            _criterion(
                "asam-a",
                said("setting.harm", why=Listed(tuple(harm))),
                ("older-age",) if is_a_fall else (),
            )
        )
    unsafe = [*conditions_of(case, "unsafe-outside", facts)]
    if size == "high" and past.support_at_home == "no":
        unsafe.append("high risk and nobody at home")
    if unsafe:
        found.append(_criterion("asam-b", said("setting.unsafe", why=terms(unsafe))))
    if grave:
        found.append(_criterion("asam-c", said("setting.grave", why=terms(r.id for r in grave))))
    if conditions_of(case, "acute-state", facts):
        return "inpatient", tuple(found)
    if found:
        return "consider inpatient", tuple(found)
    usual = Reason(
        "asam-usual",
        "Nothing of what the guideline names speaks for a stay; outpatient care is usual.",
        ("asam-2025, p. 8",),
        "down",
    )
    return "outpatient", (usual,)


def _criterion(name: str, told: Message, choices: tuple[str, ...] = ()) -> Reason:
    return Reason(name, told.text("en"), ("asam-2025, p. 8",), choices=choices, told=told)


def _open(case: Case, facts: Facts) -> Iterator[Open]:
    """Yield what must be asked before anything is signed."""
    who = case.person
    if who.pregnant == "unknown" and may_be_pregnant(case, facts):
        yield Open("person.pregnant", said("open.pregnant"))
    if who.liver == "unknown":
        yield Open("person.liver", said("open.liver"))
    for key, why in HISTORY_WHY.items():
        if getattr(case.history, key) in {None, "unknown"}:
            yield Open(f"history.{key}", said("open.history", why=Term(why)))
    if case.alcohol.drinks_per_day is None:
        yield Open("alcohol.drinks_per_day", said("open.alcohol"))
    if case.conditions is None:
        yield Open("conditions", said("open.conditions"))


def _outlooks(case: Case, word: Word, facts: Facts) -> tuple[Outlook, ...]:
    """Return the three goals side by side, each with both sides; none is preferred here."""
    stay = facts.remedies["stay-or-lower-and-hold"]
    times, low, high = stay.interval("RR")
    harm = Reason(
        "stopping-can-harm",
        "In an emulated trial people on stable long-term treatment who stopped died more often"
        f" within a year than those who went on ({times:g} times, {low:g} to {high:g}), with more"
        " overdoses and suicide attempts; observational, so other causes are possible.",
        stay.sources,
    )
    free = Reason(
        "free-of-drug",
        "No more falls, fog and dependence from the drug; help works: a supported taper did better"
        " than usual care.",
        ("oude-voshaar-predictors", "asam-2025, p. 4"),
        "down",
    )
    withdrawal = Reason("withdrawal", f"Withdrawal: dependence is {word}.", ("asam-2025, p. 9",))
    less = Reason(
        "less-is-worth",
        "A lower dose lowers the risk and may be enough; the guideline calls it a proper aim.",
        ("asam-2025, p. 4",),
        "down",
    )
    rest = Reason(
        "rest-of-risk", "What harm the dose does goes on, at a lower level.", ("asam-2025, p. 4",)
    )
    calm = Reason(
        "no-withdrawal", "No withdrawal, and no harm from stopping.", stay.sources, "down"
    )
    return (
        Outlook("stop", (free,), (harm, withdrawal)),
        Outlook("lower", (less,), (rest, withdrawal)),
        Outlook("stay", (calm,), _against_staying(case, facts)),
    )


def _against_staying(case: Case, facts: Facts) -> tuple[Reason, ...]:
    """Return what speaks against going on at the present dose."""
    goes_on = [
        Reason(
            "review",
            "Benefit and harm must be weighed again at least every 3 months.",
            ("asam-2025, p. 6",),
        )
    ]
    if is_older(case, facts):
        goes_on.append(
            Reason(
                "older",
                f"From {facts.choices['older-age'].to('y'):g} on the guideline advises a taper"
                " unless there are compelling reasons.",
                ("asam-2025, p. 12",),
                choices=("older-age",),
            )
        )
    if case.history.opioid == "yes" or taken_now(case, "opioid", facts):
        goes_on.append(
            Reason(
                "opioid",
                "With an opioid each dose more raises the risk of death.",
                ("opioid-benzodiazepine-dose-cohort",),
            )
        )
    return tuple(goes_on)


__all__ = ["BANDS", "assess", "dose_bands", "factors", "may_stop_at_once"]
