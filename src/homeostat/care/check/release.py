"""Checked: a plan with what the check found in it; papers, calendar and data are made from nothing
else.

Only `homeostat.care.check.checked` makes one. Only a `Released` plan, one that the check does not
refuse and whose items make its doses, becomes a paper that a patient or a pharmacist could follow.
"""

from collections.abc import Iterable
from dataclasses import InitVar, dataclass, field
from datetime import date
from typing import Any, Literal, NoReturn, final
from weakref import WeakSet

from homeostat.care.assess.assessment import Assessment
from homeostat.care.case.records import Case
from homeostat.care.check.plan_days import Look
from homeostat.care.findings import Finding
from homeostat.care.plan.contradictions import contradictions
from homeostat.care.plan.records import Plan
from homeostat.care.plan.schedule import Schedule
from homeostat.errors import InputError
from homeostat.facts import Facts

Verdict = Literal["refuse", "warn", "pass"]
_KEY = object()
"""Held by `checked_plan` alone, so that nothing else can construct a Checked."""
_MADE: "WeakSet[Checked]" = WeakSet()
"""Every Checked that the check has made: an object put together in another way is not among them.
"""


@final
@dataclass(frozen=True, eq=False)
class Checked:
    """A plan, the case and facts it was checked with, and everything the rules found, worst first.

    It cannot be constructed, replaced, copied or pickled: check the plan again instead.
    """

    plan: Plan
    case: Case
    facts: Facts = field(repr=False)
    today: date
    findings: tuple[Finding, ...]
    assessment: Assessment = field(repr=False)
    schedule: Schedule = field(repr=False)
    key: InitVar[object]

    def __post_init__(self, key: object) -> None:
        if key is not _KEY:
            raise TypeError("a checked plan is made by homeostat.care.check.checked alone")
        _MADE.add(self)

    def __init_subclass__(cls, **_: Any) -> NoReturn:
        raise TypeError("a checked plan cannot be subclassed")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a checked plan cannot be copied or pickled; check the plan again")

    @property
    def verdict(self) -> Verdict:
        """The worst that stands."""
        return verdict(self.findings)

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that refuse the plan."""
        return tuple(finding for finding in self.findings if finding.level == "refuse")

    @property
    def facts_digest(self) -> str:
        """The digest of the facts it was checked with."""
        return self.facts.digest


def checked_plan(look: Look, findings: tuple[Finding, ...]) -> Checked:
    """Return what was looked at with what was found; called by `homeostat.care.check.checked`
    alone.
    """
    return Checked(
        look.plan,
        look.case,
        look.facts,
        look.today,
        findings,
        look.assessment,
        look.schedule,
        _KEY,
    )


def require_checked(given: Checked) -> Checked:
    """Return a checked plan.

    Raises:
        TypeError: it is not one that the check has made.
    """
    if type(given) is not Checked or given not in _MADE:
        raise TypeError("papers are made from a checked plan: homeostat.care.check.checked")
    return given


def require_printable(given: Checked) -> Checked:
    """Return a checked plan that is for this person and whose items make its doses.

    Raises:
        TypeError: it is not one that the check has made.
        InputError: it is for another case or person, or contradicts itself.
    """
    checked = require_checked(given)
    plan, case = checked.plan, checked.case
    if plan.whom.case != case.id:
        raise InputError(
            f"plan {plan.id} is for the case '{plan.whom.case}', not for '{case.id}'; give its own"
            " case"
        )
    if plan.whom.initials and case.person.initials and plan.whom.initials != case.person.initials:
        raise InputError(
            f"plan {plan.id} is for {plan.whom.initials}, but the case '{case.id}' is of"
            f" {case.person.initials}; one of them must be wrong"
        )
    if wrong := contradictions(plan, checked.facts):
        raise InputError(
            "\n".join(
                f"plan {plan.id}: {sentence}; mend the plan before it is printed"
                for sentence in wrong
            )
        )
    return checked


@final
@dataclass(frozen=True, eq=False)
class Released:
    """A checked plan that may leave the clinician's desk.

    Raises:
        TypeError, InputError: as `require_printable`.
        InputError: the check refuses the plan.
    """

    checked: Checked

    def __post_init__(self) -> None:
        plan = require_printable(self.checked).plan
        if refusals := self.checked.refusals:
            rules = ", ".join(dict.fromkeys(finding.rule for finding in refusals))
            raise InputError(
                f"plan {plan.id} is refused by the check ({rules}): it becomes no paper that a"
                " patient could follow; change the plan and check it again"
            )

    def __reduce__(self) -> NoReturn:
        raise TypeError("a released plan cannot be copied or pickled; check the plan again")

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.checked.plan

    @property
    def case(self) -> Case:
        """The case it was checked with."""
        return self.checked.case

    @property
    def facts(self) -> Facts:
        """The facts it was checked with."""
        return self.checked.facts

    @property
    def schedule(self) -> Schedule:
        """The plan in stretches of equal days."""
        return self.checked.schedule


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Return the worst that stands: 'refuse', 'warn', or 'pass' if there are only notes and
    overridden warnings.
    """
    standing = {finding.level for finding in findings if finding.stands}
    return "refuse" if "refuse" in standing else "warn" if "warn" in standing else "pass"
