"""The plan of care of somebody who has stopped, in a terminal and for machines."""

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from homeostat.care.assess.assessment import Assessment
from homeostat.care.case.records import Case
from homeostat.care.guideline import Aftercare
from homeostat.language.quantity import mg_text, number_text
from homeostat.report.screen.proposal import WIDTH


def show_aftercare(case: Case, seen: Assessment, care: Aftercare, console: Console) -> None:
    """Print it on one screen; no dose is proposed."""
    console.width = min(console.width, WIDTH)
    past = care.stopped
    taken = " and ".join(f"{mg_text(mg)} of {drug}" for drug, mg in past.doses)
    console.print(Text(f"{case.title.rstrip('.')}.", style="bold"))
    console.print(
        Text(
            f"Already stopped: {taken} a day until {past.on}, {past.days} days ago. Dependence was"
            f" {past.dependence}. No taper is planned; this is a plan of care.",
            style="bold yellow",
        )
    )
    if care.is_severe:
        console.print(Text("! The last score is severe: somebody looks today.", style="bold red"))
    for score in care.scores:
        console.print(Text(f"  {score.scale} {number_text(score.total)} on {score.date}"))
    for reason in (*seen.severe_reasons, *seen.setting_reasons):
        console.print(Text(f"  {reason.sentence}"))
    for asked in seen.must_ask:
        console.print(Text(f"? Ask first: {asked.sentence}", style="yellow"))
    console.print(Text("\nWhat the guideline says", style="bold"))
    for advice in care.advice:
        console.print(Text(f"  {advice.text} [{advice.sources[0]}]"))
    console.print(
        Text(
            "  A restart is weighed by a clinician alone: at the least dose that controls the"
            " withdrawal, never at the old dose, because tolerance is lost; then a taper from"
            " there."
        )
    )
    console.print(Text("\nHelp at once", style="bold red"))
    console.print(Text("  " + "; ".join(flag.name for flag in care.emergencies) + "."))
    days = ", ".join(f"{day:%a %-d %b %Y}" for day in care.visits)
    console.print(Text(f"\nSomebody looks: {days}."))
    console.print(
        Text(
            "A draft for the clinician who knows the person. No paper for the patient is written.",
            "dim",
        )
    )


def aftercare_as_json(case: Case, seen: Assessment, care: Aftercare) -> dict[str, Any]:
    """Return it for machines."""
    past = care.stopped
    return {
        "case": case.id,
        "aim": "stopped",
        "stopped": asdict(past) | {"on": past.on.isoformat()},
        "assessment": asdict(seen),
        "scores": [
            {"scale": one.scale, "date": one.date.isoformat(), "total": one.total}
            for one in care.scores
        ],
        "is_severe": care.is_severe,
        "advice": [one.id for one in care.advice],
        "emergencies": [one.id for one in care.emergencies],
        "visits": [day.isoformat() for day in care.visits],
    }
