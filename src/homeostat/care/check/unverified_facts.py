"""Resting: what a plan rests on that nobody has confirmed."""

from collections.abc import Iterator

from homeostat.care.check.plan_days import Look
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding
from homeostat.care.unverified import of_plan
from homeostat.language.messages import Listed


def unverified(look: Look) -> Iterator[Finding]:
    """Facts behind the plan that nobody has confirmed in a source: strengths, folds, classes,
    equivalences, kinetics, rules.
    """
    found = of_plan(look.plan, look.case, look.facts)
    if found:
        yield Finding(
            level="note",
            message="facts.unverified",
            values={
                "what": Listed(tuple(one.said for one in found), "; "),
                "facts": Listed(tuple(one.fact for one in found)),
            },
        )


RULES = (Rule("facts.unverified", unverified),)
