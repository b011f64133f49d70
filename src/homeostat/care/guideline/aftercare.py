"""Aftercare: the plan of care of somebody who has already stopped; no taper, and no restart without
a clinician.

Source: asam-2025, pp. 6 and 8, for treating symptoms and weighing a restart; the days of the
visits are chosen.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from homeostat.care.assess.stopped import Stopped
from homeostat.care.case.records import Case, Score
from homeostat.care.case.rules import today
from homeostat.care.guideline.tiers import is_severe, recent_scores
from homeostat.facts import Facts
from homeostat.facts.records import Recommendation, RedFlag

ADVICE, ADVICE_IF_SEVERE = ("asam-03", "asam-10"), ("asam-12",)
"""Recommendations on symptoms and a restart, on therapy, and on a severe withdrawal."""


@dataclass(frozen=True)
class Aftercare:
    """What is done for somebody who has stopped.

    Attributes:
        stopped: what was taken, and until when.
        scores: the last score of each scale that still counts.
        is_severe: one of them is severe, so that somebody looks this week.
        advice: what the guideline says.
        emergencies: signs that need help at once.
        visits: days on which somebody looks.
    """

    stopped: Stopped
    scores: tuple[Score, ...]
    is_severe: bool
    advice: tuple[Recommendation, ...]
    emergencies: tuple[RedFlag, ...]
    visits: tuple[date, ...]


def aftercare(case: Case, facts: Facts, found: Stopped) -> Aftercare:
    """Return the plan of care of somebody who has stopped."""
    scores = recent_scores(case, facts)
    severe = any(is_severe(score, facts) for score in scores)
    first = facts.choices["stopped-look"].to("d")
    review = facts.choices["review"].to("d")
    days = (0 if severe else first, 2 * first, 4 * first, review, 2 * review, 4 * review)
    begins = today(case)
    return Aftercare(
        found,
        scores,
        severe,
        tuple(
            facts.recommendations[name] for name in (*ADVICE, *(ADVICE_IF_SEVERE if severe else ()))
        ),
        tuple(flag for flag in facts.flags.values() if flag.level == "emergency"),
        tuple(begins + timedelta(days=int(day)) for day in days),
    )
