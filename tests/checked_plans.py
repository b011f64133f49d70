"""Checked plans for tests of papers: as if the rules had found exactly what a test says.

Papers are made from checked plans alone, and the rules refuse most plans at random. So the rules
are exchanged here, in the open.
"""

from collections.abc import Sequence

import pytest

from homeostat.care import check
from homeostat.care.assess.assessment import Assessment
from homeostat.care.case.records import Case
from homeostat.care.check import Checked, Released, Rule
from homeostat.care.dispensing.splitting import Effect, effect
from homeostat.care.findings import Finding
from homeostat.care.forecast.plan_course import plan_course
from homeostat.care.plan.records import Plan
from homeostat.facts import Facts
from homeostat.model.course import Course


def checked(
    plan: Plan,
    case: Case,
    facts: Facts,
    findings: Sequence[Finding] = (),
    assessment: Assessment | None = None,
) -> Checked:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "RULES", (Rule("test", lambda look: findings),))
        if assessment is not None:
            patch.setattr(check, "assess", lambda case, facts: assessment)
        return check.checked(plan, case, facts, today=plan.made_on)


def released(plan: Plan, case: Case, facts: Facts) -> Released:
    return Released(checked(plan, case, facts))


def courses(plan: Plan, case: Case, facts: Facts) -> dict[str, Course]:
    return {"this plan": plan_course(plan, case, facts)}


def splitting(plan: Plan, case: Case, facts: Facts) -> Effect | None:
    has_items = all(dose.items for step in plan.steps for dose in step.doses)
    return effect(plan, case, facts) if has_items else None
