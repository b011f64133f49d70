"""Assess a case: dependence, risk of a severe withdrawal, setting, and what must be asked."""

from homeostat.care.assess import risk
from homeostat.care.assess.assessment import Assessment
from homeostat.care.case.records import Case
from homeostat.facts import Facts, load


def assess(case: Case, *, facts: Facts | None = None) -> Assessment:
    """Return what a case says of dependence, risk and setting, each with its reasons."""
    return risk.assess(case, facts or load())
