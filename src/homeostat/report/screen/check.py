"""What an assessment and a checked plan look like in a terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from homeostat.care.assess.assessment import Assessment, Reason
from homeostat.care.case.records import Case
from homeostat.care.findings import Finding
from homeostat.care.plan.records import Plan

STYLES = {"refuse": "bold red", "warn": "yellow", "note": "dim"}
WORDS = {
    "refuse": "Refused: this plan is not to be used.",
    "warn": "Warnings stand: not to be used until each is mended, or overridden with a reason.",
    "pass": "No rule stands against this plan. It is a draft until a clinician signs it.",
}
NAMES = {"stop": "Stop", "lower": "Lower and hold", "stay": "Stay for now"}


def show_findings(plan: Plan, findings: Sequence[Finding], verdict: str, console: Console) -> None:
    """Print findings worst first, with limit, value and sources."""
    console.print(
        Text(f"Plan {plan.id}, version {plan.version}, for {plan.whom.case}", style="bold")
    )
    console.print(Text(WORDS[verdict], style=STYLES.get(verdict, "green")))
    for finding in findings:
        console.print()
        line = Text(f"{finding.level:7}", style=STYLES[finding.level])
        line.append(finding.rule, style="bold")
        if finding.on:
            line.append(f"  {finding.on}", style="dim")
        console.print(line)
        console.print(Text(f"        {finding.sentence}"))
        limit, value = finding.limit_text(), finding.value_text()
        if limit or value:
            console.print(Text(f"        limit: {limit} · this plan: {value}", style="dim"))
        if finding.sources:
            console.print(Text(f"        source: {'; '.join(finding.sources)}", style="dim"))
        if finding.override:
            accepted = finding.override
            console.print(
                Text(
                    f"        accepted by {accepted.by} on {accepted.on}: {accepted.reason}",
                    style="green",
                )
            )


def say_withheld(plan: Plan, console: Console) -> None:
    """Print why a refused plan has no papers but the clinician's page, and how to have them."""
    console.print(
        Text(
            f"Plan {plan.id} is refused: the clinician's page says why; no handout, pharmacy sheet,"
            " letter or calendar was made. Mend what is refused, or write an override with the"
            " reason into plan.json where one is enough, and run `homeostat papers`."
        )
    )


def show_assessment(case: Case, found: Assessment, console: Console) -> None:
    """Print an assessment: each word with its reasons, then what must be asked, then the three
    goals side by side.
    """
    console.print(Text(case.title, style="bold"))
    _part("Physical dependence", found.dependence, found.dependence_reasons, console)
    _part("Risk of a severe withdrawal", found.severe_withdrawal, found.severe_reasons, console)
    _part("Setting", found.setting, found.setting_reasons, console)
    if found.forbids_abrupt_stop:
        console.print(Text("Not to be stopped at once.", style="bold red"))
    console.print(
        Text(
            "Ask before anything is signed" if found.must_ask else "Nothing essential is unasked",
            style="bold",
        )
    )
    for item in found.must_ask:
        console.print(Text(f"  {item.key}: {item.sentence}"))
    table = Table(
        "goal",
        "speaks for it",
        "speaks against it",
        box=None,
        title="Three goals, equals",
        title_justify="left",
    )
    for outlook in found.outlooks:
        table.add_row(
            NAMES[outlook.aim], _said(outlook.reasons_for), _said(outlook.reasons_against)
        )
    console.print(table)


def _part(title: str, word: str, reasons: Sequence[Reason], console: Console) -> None:
    console.print(Text.assemble((f"{title}: ", "bold"), word))
    marks = {"up": "+", "down": "−", "neither": "·"}
    for reason in reasons:
        source = f" [{'; '.join(reason.sources)}]" if reason.sources else ""
        console.print(Text(f"  {marks[reason.weighs]} {reason.with_keys}{source}"))


def _said(reasons: Sequence[Reason]) -> str:
    return "\n".join(escape(reason.with_keys) for reason in reasons)
