"""Plans side by side and a proposal as JSON, for machines."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from homeostat.care import plan as plans
from homeostat.care.choice.compare import Comparison
from homeostat.care.choice.proposal import Proposal, awaits_a_reason
from homeostat.care.choice.recommended import falls_of
from homeostat.care.dispensing.splitting import Effect
from homeostat.care.forecast import NOT_ADVICE
from homeostat.care.plan.records import Plan


def comparison_as_json(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison for machines; what is withheld is null."""
    outcomes = []
    for one in comparison.outcomes:
        row = asdict(one)
        row["hard_by_structure"] = {
            f"tau {tau:g}": share for tau, share in one.hard_by_structure.items()
        }
        if comparison.withheld:
            row |= dict.fromkeys(("hard_share", "hard_by_structure", "worst", "weekly", "area"))
        outcomes.append(row)
    names = [one.name for one in comparison.outcomes]
    return {
        "people": comparison.people,
        "seed": comparison.seed,
        "hard_week_above_points": comparison.hard_points,
        "watched_weeks": comparison.watched_weeks,
        "withheld": list(comparison.withheld),
        "outcomes": outcomes,
        "beats": None if comparison.withheld else _matrix(names, comparison.beats.tolist()),
        "beats_by_structure": None
        if comparison.withheld
        else _matrix(names, comparison.beats_by_structure.tolist()),
    }


def _matrix(names: Sequence[str], rows: Sequence[Sequence[float]]) -> dict[str, dict[str, float]]:
    return {a: dict(zip(names, row, strict=True)) for a, row in zip(names, rows, strict=True)}


def proposal_as_json(proposal: Proposal, plan: Plan, splitting: Effect) -> dict[str, Any]:
    """Return a proposal for machines."""
    task = proposal.task
    return {
        "case": task.case.id,
        "aim": task.aim,
        "drug": task.drug,
        "mg_per_day": task.mg_per_day,
        "stopped_in_turn": list(task.drugs) if task.aim == "stop" else [],
        "to_mg_per_day": task.to_mg,
        "first_day": task.first_day.isoformat(),
        "assessment": asdict(proposal.assessment),
        "comparison": comparison_as_json(proposal.comparison),
        "front": list(proposal.front),
        "shortlist": [
            asdict(pick)
            | {
                "made_as": asdict(falls_of(proposal[pick.name], task)),
                "awaits_a_reason_for": list(awaits_a_reason(proposal.findings[pick.name])),
            }
            for pick in proposal.shortlist
        ],
        "sureness": list(proposal.sureness),
        "left_out": [asdict(left) for left in proposal.left_out],
        "breaches": {one.name: list(one.breaches) for one in proposal.candidates},
        "findings": {
            name: [{"rule": f.rule, "level": f.level, "sentence": f.sentence} for f in found]
            for name, found in proposal.findings.items()
            if name in {one.name for one in proposal.candidates}
        },
        "plan": json.loads(plans.write(plan)),
        "splitting": asdict(splitting),
        "plans": {one.name: json.loads(plans.write(one.plan)) for one in proposal.candidates},
        "made_by": plan.made_by,
        "facts": plan.facts.digest,
        "limits": NOT_ADVICE,
    }
