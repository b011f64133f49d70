"""One screen for a planned case: who, verdict, schedule, and where papers and pictures are."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from homeostat.care.case.records import Case
from homeostat.care.forecast import NOT_ADVICE
from homeostat.care.plan.records import Plan, PlanStep
from homeostat.facts import Facts
from homeostat.language.quantity import mg_text
from homeostat.report.screen.check import STYLES, WORDS
from homeostat.report.screen.plans import step_text

MOST_STEPS = 14
"""Steps that are shown; of more, the first and the last ones [rows]."""
BAR = 16
"""Width of the bar of the first step's dose [columns]."""
WHAT = {
    "clinician.pdf": "for the clinician: risk, plan, findings, sources",
    "handout.pdf": "for the patient",
    "pharmacy.pdf": "for the pharmacy",
    "letter.pdf": "for the next clinician",
    "calendar.ics": "for a calendar",
    "plan.html": "for the patient, as a page",
    "forecast.html": "the forecast, to be pointed at",
    "forecast.png": "the forecast as a picture",
    "symptoms.html": "what is felt when",
}
"""Files worth opening first, in this order."""


def show_overview(
    case: Case,
    plan: Plan,
    verdict: str,
    files: Mapping[Path, Sequence[str]],
    console: Console,
    facts: Facts,
) -> None:
    """Print a planned case on one screen.

    Args:
        verdict: 'pass', 'warn' or 'refuse', as `check` gives it today.
        files: the names of the files in each folder.
    """
    console.print(Text(case.title, style="bold"))
    if case.synthetic:
        console.print(Text("A synthetic case: nobody lived it.", style="dim"))
    console.print(Text(f"\nPlan {plan.id}: {plan.way.name}, a draft", style="bold"))
    console.print(Text(WORDS[verdict], style=STYLES.get(verdict, "green")))
    console.print()
    console.print(_schedule(plan, facts))
    console.print()
    for folder, names in files.items():
        shown = [name for name in WHAT if name in names]
        for name in shown:
            console.print(Text.assemble(f"  {folder / name}", (f"  {WHAT[name]}", "dim")))
        if rest := len(names) - len(shown):
            console.print(Text(f"  {folder}: {rest} more files", style="dim"))
    console.print(Text(f"\n{NOT_ADVICE}"))


def _schedule(plan: Plan, facts: Facts) -> Table:
    """Return the steps as rows, each with a bar of its dose against the first."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("from", "a day", "", "what is taken each day"):
        table.add_column(name)
    steps = list(plan.steps)
    half = MOST_STEPS // 2
    left_out = len(steps) - MOST_STEPS
    for number, step in enumerate(steps):
        if left_out > 0 and half <= number < len(steps) - half:
            if number == half:
                table.add_row("…", f"{left_out} more steps", "", "")
            continue
        totals = ", ".join(f"{mg_text(step.mg_per_day(drug))} {drug}" for drug in step.drugs)
        bar = Text("█" * _bar(step, steps[0]), style="cyan")
        table.add_row(step.from_day.isoformat(), totals or "–", bar, step_text(step, facts))
    return table


def _bar(step: PlanStep, first: PlanStep) -> int:
    """Return the width of a dose [columns]: of several drugs the largest share."""
    shares = [
        step.mg_per_day(drug) / first.mg_per_day(drug)
        for drug in step.drugs
        if drug in first.drugs and first.mg_per_day(drug)
    ]
    return round(BAR * min(1.0, max(shares, default=0.0)))
