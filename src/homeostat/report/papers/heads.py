"""What stands on every page of every paper: whose plan, which version, when it was made, and that
nobody has signed it.
"""

from typing import Any

from homeostat.care.case.records import Case
from homeostat.care.plan.records import Plan
from homeostat.report.papers import display
from homeostat.report.papers.wording import Words


def called(plan: Plan, case: Case) -> str:
    """Return the initials that stand on every page; where nobody gave any, the id of the case, so
    that no page is nobody's.
    """
    return plan.whom.initials or case.person.initials or case.id


def foot(plan: Plan, case: Case, words: Words, *, title: str) -> dict[str, Any]:
    """Return title, language and foot for the template `page`."""
    return {
        "title": title,
        "language": words.language,
        "made": [plan.made_on.year, plan.made_on.month, plan.made_on.day],
        "foot": [
            called(plan, case),
            words("foot.plan", plan=plan.id, version=str(plan.version)),
            words("foot.made", date=display.day(plan.made_on, words.language)),
            words("foot.draft"),
        ],
        "page": words("foot.page", page="{page}", pages="{pages}"),
    }
