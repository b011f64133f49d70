"""Check: Plan × Case → findings. One function, rules by family, each with its id, so that none can
fall silent unnoticed.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from homeostat.care.assess.risk import assess, may_stop_at_once
from homeostat.care.case.records import Case
from homeostat.care.check import (
    beside,
    consistency,
    dispensing,
    dose_sequence,
    dose_size,
    interactions,
    last_dose,
    model_check,
    pace,
    person,
    plausibility,
    some_days,
    supplies,
    switches,
    unverified_facts,
)
from homeostat.care.check.free_text import lacking
from homeostat.care.check.plan_days import Look
from homeostat.care.check.registry import Rule
from homeostat.care.check.release import Checked, Released, Verdict, checked_plan, verdict
from homeostat.care.check.watching import are_watched
from homeostat.care.findings import Finding, worst_first
from homeostat.care.plan.records import Override, Plan
from homeostat.facts import Facts
from homeostat.language.messages import Quantity, said
from homeostat.model.patients import Patients

__all__ = [
    "ARITHMETIC",
    "RULES",
    "Checked",
    "Released",
    "Rule",
    "Verdict",
    "check",
    "checked",
    "verdict",
]

FAMILIES = (
    pace,
    last_dose,
    dose_sequence,
    dose_size,
    switches,
    dispensing,
    interactions,
    beside,
    person,
    some_days,
    supplies,
    consistency,
    plausibility,
    unverified_facts,
)
ARITHMETIC: tuple[Rule, ...] = tuple(rule for family in FAMILIES for rule in family.RULES)
"""The rules that count and compare, some milliseconds in all."""
RULES: tuple[Rule, ...] = (*ARITHMETIC, *model_check.RULES)
"""All rules; the last one lets people like this person live the plan, some tenths of a second."""


def checked(
    plan: Plan, case: Case, facts: Facts, *, today: date, people: Patients | None = None
) -> Checked:
    """Return a plan with all that the rules find in it: what papers, calendar and data are made
    from.

    All rules are asked; there is no way to leave one out.

    Args:
        today: the day on which it is checked.
        people: draws from a posterior, who are asked beside those of the prior.
    """
    look = Look(
        plan, case, facts, today, assess(case, facts), may_stop_at_once(case, facts), people
    )
    return checked_plan(look, _found(look, RULES))


def check(
    plan: Plan,
    case: Case,
    facts: Facts,
    *,
    today: date,
    rules: Iterable[Rule] | None = None,
    people: Patients | None = None,
) -> tuple[Finding, ...]:
    """Return everything the rules find in a plan for this person, worst first.

    A warning that the plan overrides with a reason that says something (`reading.lacking`) carries
    it and no longer stands. A warning of what can kill refuses until then, and at home needs visits
    that watch its steps (`watching`); every other refusal cannot be overridden.

    Args:
        today: the day on which it is checked.
        rules: which rules to ask; tests leave one out to see it missed.

    Raises:
        InputError: the plan is larger, or further from the case, than `care.plan.limits` allow.
        people: draws from a posterior, who are asked beside those of the prior.
    """
    if rules is None:
        return checked(plan, case, facts, today=today, people=people).findings
    look = Look(
        plan, case, facts, today, assess(case, facts), may_stop_at_once(case, facts), people
    )
    return _found(look, rules)


def _found(look: Look, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    plan = look.plan
    accepted = {
        given.finding: given
        for given in plan.overrides
        if not lacking(given, plan, look.facts, look.today)
    }
    found = [finding for rule in rules for finding in rule.find(look)]
    return worst_first([_weighed(finding, accepted.get(finding.rule), look) for finding in found])


def _weighed(finding: Finding, accepted: Override | None, look: Look) -> Finding:
    if finding.level != "warn":
        return replace(finding, can_kill=False)  # what no reason lifts, and what is no alarm
    if accepted is not None and (not finding.can_kill or are_watched(look, finding)):
        return replace(finding, override=accepted)
    if not finding.can_kill:
        return finding
    needs = (
        said("can-kill.visits", days=Quantity(look.limit("visit-near"), "d"))
        if accepted
        else said("can-kill.reason")
    )
    return replace(finding, level="refuse", additions=(*finding.additions, needs))
