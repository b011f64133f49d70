"""Other medicines by class: what a name means to the rules, and which of the taken drugs a class
can change.
"""

from collections.abc import Iterable

from homeostat.care.case.records import Case
from homeostat.care.case.rules import is_taken, today
from homeostat.facts import Facts
from homeostat.facts.medicines import classes_of

__all__ = ["any_in", "classes_of", "is_in", "taken_now"]


def is_in(name: str, group: str, facts: Facts) -> bool:
    """True when a medicine belongs to a class."""
    return group in classes_of(name, facts)


def taken_now(case: Case, group: str, facts: Facts) -> tuple[str, ...]:
    """Return the medicines of a class that the case names as taken today."""
    return tuple(
        m.name for m in case.medicine if is_taken(m, today(case)) and is_in(m.name, group, facts)
    )


def any_in(names: Iterable[str], group: str, facts: Facts) -> bool:
    """True when one of several medicines belongs to a class."""
    return any(is_in(name, group, facts) for name in names)
