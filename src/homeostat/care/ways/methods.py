"""Every way by its name: what it is good for, where it comes from, its settings, and the wish it
makes.

Numbers come from the facts' pace rules and choices; a setting can be given in their place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from homeostat.care.ways import amounts, control, effect, percent, small, switching
from homeostat.care.ways.settings import SETTINGS
from homeostat.care.ways.start import Ideal, Settings, Start
from homeostat.errors import InputError, nearest
from homeostat.facts.equivalence import equivalent
from homeostat.facts.records import FixedTaper, ShareTaper, StagedTaper

OPTIMISED, STAY = "optimised", "stay"


@dataclass(frozen=True)
class Method:
    """One way to go.

    Attributes:
        good_for: when somebody would choose it, in a sentence.
        sources: source ids; empty for this product's own.
        settings: the settings it takes unless others are given.
        unfit: why it cannot be used from here; '' if it can.
        ideal: the daily doses it wishes for.
        rests_on: pace rules and choices its numbers come from, 'kind:id'.
        is_published: somebody gave it as a rule for people; False for what rests on a model or on
            this product alone.
    """

    name: str
    title: str
    good_for: str
    sources: tuple[str, ...]
    rests_on: tuple[str, ...]
    settings: Callable[[Start], Settings]
    ideal: Callable[[Start, Settings], Ideal]
    unfit: Callable[[Start], str] = lambda start: ""
    is_published: bool = True


def _share(start: Start, rule: str) -> ShareTaper:
    return start.facts.pace(rule, ShareTaper)


def _asam(start: Start) -> dict[str, float]:
    rule = _share(start, "asam-2025")
    return {"share": rule.step_share_high, "every_days": rule.interval_days_low}


def _asam_slowest(start: Start) -> dict[str, float]:
    rule = _share(start, "asam-2025")
    return {"share": rule.step_share_low, "every_days": rule.interval_days_high}


def _last(start: Start) -> dict[str, float]:
    return {"last_share": start.choice("last-dose", "share")}


def _fixed(start: Start) -> Settings:
    rule = _share(start, "nice-cks-eighth")
    return {
        "step_mg": rule.step_share_high * start.mg_per_day,
        "every_days": rule.interval_days_high,
    }


def _pottie(start: Start) -> Settings:
    rule = _share(start, "pottie-2018")
    return {
        "share_first": rule.step_share_high,
        "share_then": rule.step_share_low,
        "every_days": rule.interval_days_high,
    }


def _effect(tau: float) -> Callable[[Start], Settings]:
    return lambda start: {
        "tau": tau,
        "steps": start.choice("effect-steps", "count"),
        "every_days": _share(start, "asam-2025").interval_days_low,
    }


def _label(start: Start) -> Settings:
    rule = amounts.label_rule(start.facts, start.drug)
    return {"step_mg": rule.step_mg, "every_days": rule.interval_days_low} if rule else {}


def _no_label(start: Start) -> str:
    known = amounts.label_rule(start.facts, start.drug)
    return "" if known else f"no label with a pace of its own is known for {start.drug}"


def _nardi(start: Start) -> Settings:
    first, then = (
        start.facts.pace(f"nardi-2010-{part}", FixedTaper) for part in ("above-1mg", "from-1mg")
    )
    return {
        "first_step_mg": first.step_mg,
        "first_every_days": first.interval_days_low,
        "turn_mg": start.choice("nardi-turn", "mg/d"),
        "then_step_mg": then.step_mg,
        "then_every_days": then.interval_days_low,
    }


def _weeks(start: Start) -> dict[str, float]:
    return {"weeks": start.choice("microtaper-weeks", "wk")}


def _twin(start: Start) -> Settings:
    return _weeks(start) | {"every_days": _share(start, "asam-2025").interval_days_low}


def _control(start: Start) -> Settings:
    return {"gain": start.choice("controller-gain", "share")} | _last(start)


def _switch(start: Start) -> Settings:
    parts = start.choice("switch-parts", "count")
    return {
        "switch_days": start.choice("switch-days", "d"),
        "parts": parts,
        "settle_days": start.choice("settle-days", "d"),
    } | _asam(start)


def _switch_to(end: str) -> Callable[[Start, Settings], Ideal]:
    return lambda start, settings: switching.switch(
        start, settings, start.switches_to, stands_for(start, end)[1]
    )


def stands_for(start: Start, end: str) -> tuple[str, float]:
    """Return the table at one end of the published range, 'low' or 'high', and the dose of the drug
    to switch to [mg/d].

    Raises:
        InputError: no table holds the pair.
    """
    found = equivalent(start.facts, start.drug, start.switches_to, start.mg_per_day)
    low_or_high = min if end == "low" else max
    table = low_or_high(
        found.by_table, key=lambda name: found.by_table[name][0 if end == "low" else 1]
    )
    return table, found.by_table[table][0 if end == "low" else 1]


def _no_switch(start: Start) -> str:
    if start.drug == start.switches_to:
        return f"{start.switches_to} is what is taken already"
    try:
        stands_for(start, "low")
    except InputError as problem:
        return str(problem)
    return ""


def _no_forecast(start: Start) -> str:
    return (
        ""
        if start.weekly_severity
        else "it steers by the model, and this person is outside the model's domain"
    )


def _cks(start: Start) -> Settings:
    rule = start.facts.pace("nice-cks-diazepam", StagedTaper)
    return {"step_part": 1.0, "every_days": rule.interval_days_high}


def _no_cks(start: Start) -> str:
    rule = start.facts.pace("nice-cks-diazepam", StagedTaper)
    most = max(stretch.from_mg for stretch in rule.stages)
    if start.drug not in rule.drugs:
        return f"it is a schedule for {', '.join(rule.drugs)}, not for {start.drug}"
    return (
        f"the schedule begins at {most:g} mg a day, below the present dose"
        if start.mg_per_day > most + 1e-9
        else ""
    )


def _no_nardi(start: Start) -> str:
    drugs = start.facts.pace("nardi-2010-above-1mg", FixedTaper).drugs
    if start.drug in drugs:
        return ""
    return f"it was published for {', '.join(drugs)}, not for {start.drug}"


_ALL = (
    Method(
        "percent-of-start",
        "10 % of the starting dose",
        "equal steps that end by themselves, easy to explain; towards the end each is a larger part"
        " of what is left",
        ("asam-2025",),
        ("pace:asam-2025",),
        _asam,
        percent.of_start,
    ),
    Method(
        "percent-of-start-slow",
        "5 % of the starting dose, every four weeks",
        "the slowest reading of the same guideline, for people to whom earlier steps were hard",
        ("asam-2025",),
        ("pace:asam-2025",),
        _asam_slowest,
        percent.of_start,
    ),
    Method(
        "percent-of-current",
        "10 % of the dose then taken",
        "steps that shrink with the dose; long, and it needs a last dose because a share never"
        " reaches nothing",
        ("asam-2025", "nice-ng215"),
        ("pace:asam-2025", "pace:nice-ng215-proportional", "choice:last-dose"),
        lambda start: _asam(start) | _last(start),
        percent.of_current,
    ),
    Method(
        "fixed-amount",
        "one eighth of the start each time",
        "the same number of milligrams each time: few doses, and tablets that are easy to make",
        ("nice-cks",),
        ("pace:nice-cks-eighth",),
        _fixed,
        amounts.fixed,
    ),
    Method(
        "quarters-then-eighths",
        "two quarters, then eighths",
        "large steps first and small ones last; from a guideline about sleep in older people",
        ("pottie-2018",),
        ("pace:pottie-2018",),
        _pottie,
        percent.quarters_then_eighths,
    ),
    *(
        Method(
            f"equal-effect-{tau:g}",
            f"equal steps of effect, tau {tau:g}",
            f"'hyperbolic' steps if the body answers as with tau = {tau:g}, which nobody has"
            " measured",
            ("maudsley-2024", "horowitz-taylor-2019"),
            ("pace:maudsley-2024", "choice:effect-steps", "parameter:transducer"),
            _effect(tau),
            effect.equal_effect,
            is_published=False,
        )
        for tau in (0.0, 3.0, 10.0)
    ),
    Method(
        "label",
        "the label's pace",
        "what the maker's label says; faster than every guideline, shown so that it can be"
        " compared",
        ("label-klonopin", "label-xanax", "onfi-label-copies"),
        ("pace:klonopin-label", "pace:xanax-label", "pace:onfi-label"),
        _label,
        amounts.fixed,
        _no_label,
    ),
    Method(
        "cks-diazepam",
        "the published diazepam schedule",
        "steps in milligrams that become smaller at 20, 10 and 5 mg of diazepam a day; as the"
        " clinical summary of NICE has it",
        ("nice-cks", "prescqipp-attachment"),
        ("pace:nice-cks-diazepam",),
        _cks,
        amounts.stretches,
        _no_cks,
    ),
    Method(
        "nardi-2010",
        "the published clonazepam taper",
        "the one published taper of clonazepam: half a milligram every two weeks to 1 mg, then a"
        " quarter every week",
        ("nardi-2010",),
        ("pace:nardi-2010-above-1mg", "pace:nardi-2010-from-1mg", "choice:nardi-turn"),
        _nardi,
        amounts.nardi,
        _no_nardi,
    ),
    *(
        Method(
            f"switch-{end}",
            f"by way of diazepam, {end} end of the tables",
            f"for wearing off between doses, or where there are no small doses; {risk}",
            ("asam-2025", "nice-cks", "ashton-2002"),
            ("pace:asam-2025", "choice:switch-days", "choice:switch-parts", "choice:settle-days"),
            _switch,
            _switch_to(end),
            _no_switch,
        )
        for end, risk in (
            ("low", "this end of the tables risks withdrawal"),
            ("high", "this end of the tables risks too much sedation"),
        )
    ),
    Method(
        "microtaper",
        "a little less every day",
        "no step that can be felt, where a liquid or small units allow it; no trial of it was"
        " found",
        (),
        ("choice:microtaper-weeks",),
        _weeks,
        small.microtaper,
        is_published=False,
    ),
    Method(
        "cut-and-hold",
        "the microtaper's twin in steps",
        "the same length in steps that are held; beside the microtaper it shows what small steps"
        " are worth",
        (),
        ("choice:microtaper-weeks", "pace:asam-2025"),
        _twin,
        small.cut_and_hold,
        is_published=False,
    ),
    Method(
        "integral-control",
        "the smallest dose that keeps well-being",
        "a baseline from control theory: the dose falls as long as the model's typical person stays"
        " well",
        ("gradu-recht-2023",),
        ("choice:controller-gain", "choice:last-dose"),
        _control,
        control.integral,
        _no_forecast,
        is_published=False,
    ),
)
METHODS: Mapping[str, Method] = MappingProxyType({method.name: method for method in _ALL})
"""The hand-written ways, in the order in which they are listed."""
LISTED = {
    OPTIMISED: (
        "several plans, none better than another in every way: the best found trades of time,"
        " burden and hard weeks"
    ),
    STAY: (
        "go on as now, reviewed at least every three months; an equal of the others, and the"
        " beginning of most"
    ),
}


def method(name: str) -> Method:
    """Return a hand-written way.

    Raises:
        InputError: there is none of this name; near ones are suggested.
    """
    if name not in METHODS:
        raise InputError(
            f"there is no way '{name}'.{nearest(name, [*METHODS, *LISTED])} `homeostat ways` lists"
            " them all"
        )
    return METHODS[name]


def settings_of(way: Method, start: Start, given: Mapping[str, float]) -> Settings:
    """Return a way's settings with those that were given in their place, each inside its bounds
    (`SETTINGS`).

    Raises:
        InputError: it has no such setting, or the number makes no sense.
    """
    own = way.settings(start)
    for name, value in given.items():
        if name not in own:
            raise InputError(
                f"the way '{way.name}' has no setting '{name}'.{nearest(name, own)} It has:"
                f" {', '.join(own)}"
            )
        if said := SETTINGS[name].problem(value, start):
            raise InputError(f"the setting '{name}' of '{way.name}' {said} (given: {value:g})")
    return {**own, **given}


def require_no_settings(name: str, given: Mapping[str, float]) -> None:
    """Refuse settings of a plan that takes none, such as the one that a search finds.

    Raises:
        InputError: settings were given for it.
    """
    if name in LISTED and given:
        raise InputError(f"'{name}' has no settings (given: {', '.join(given)})")
