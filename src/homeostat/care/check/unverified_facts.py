"""Resting: what a plan rests on that nobody has confirmed."""

from collections.abc import Iterator

from homeostat.care.check.plan_days import Look
from homeostat.care.check.registry import Rule
from homeostat.care.findings import Finding
from homeostat.care.unverified import of_plan


def unverified(look: Look) -> Iterator[Finding]:
    """Facts behind the plan that nobody has confirmed in a source: strengths, folds, classes,
    equivalences, kinetics, rules.
    """
    found = of_plan(look.plan, look.case, look.facts)
    if found:
        yield Finding(
            "facts.unverified",
            "note",
            f"Unverified, not confirmed in a source: {'; '.join(one.sentence for one in found)}."
            " Look it up before relying on it.",
            "every fact confirmed in a source",
            ", ".join(one.fact for one in found),
        )


RULES = (Rule("facts.unverified", unverified),)
