"""Ways to go, plans side by side and the schedule of a plan, as they are printed in a terminal."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from homeostat.care.check import verdict
from homeostat.care.choice.candidates import strength
from homeostat.care.choice.compare import Comparison, Outcome
from homeostat.care.choice.proposal import Proposal, awaits_a_reason, is_too_hard
from homeostat.care.dispensing.splitting import Effect
from homeostat.care.forecast import NOT_ADVICE
from homeostat.care.plan.records import Item, Plan, PlanStep
from homeostat.facts import Facts
from homeostat.facts.keys import mark
from homeostat.language.quantity import mg_text, number_text
from homeostat.report.screen.check import show_assessment, show_findings
from homeostat.report.screen.dispensing import show_dispensing

PARTS = {0.25: "¼", 0.5: "½", 0.75: "¾"}
BARS = "▁▂▃▄▅▆▇█"
WIDE = 100
"""From this width on there is room for every column of a comparison [columns]; below it these are
shown.
"""
ON_NARROW = ("plan", "weeks", "changes", "hard week", "worst week")
BESIDE_BARS = 12
"""What stands beside a row of bars besides the plan's name [columns]."""
CHART_WEEKS = 60
"""Weeks of the chart; longer plans show every second, third … week."""
TOP_POINTS = 40.0
"""Severity at which a bar is full."""


def item_text(item: Item, facts: Facts) -> str:
    """Return what is taken, as it is taken: '1½ × clonazepam tablet 0.5 mg' or '2.5 mL clonazepam
    oral solution'.
    """
    product = facts.products[item.product].name
    if item.ml is not None:
        return f"{number_text(item.ml)} mL {product}"
    units = float(item.units or 0.0)
    whole, part = int(units), units - int(units)
    if not part:
        return f"{whole} × {product}"
    return (
        f"{whole or ''}{PARTS.get(part, '')} × {product}"
        if part in PARTS
        else f"{number_text(units)} × {product}"
    )


def step_text(step: PlanStep, facts: Facts) -> str:
    """Return the doses of a step, one time of day after the other; equal doses stand together."""
    by_items: dict[str, list[str]] = {}
    for dose in step.doses:
        made = (
            " + ".join(item_text(item, facts) for item in dose.items)
            or f"{mg_text(dose.dose_mg)} {dose.drug}"
        )
        by_items.setdefault(made, []).append(f"{dose.time:%H:%M}")
    return "\n".join(f"{', '.join(hours)}  {made}" for made, hours in by_items.items()) or "nothing"


def show_proposal(proposal: Proposal, plan: Plan, splitting: Effect, console: Console) -> None:
    """Print a proposal: assessment, plans side by side, shortlist, schedule of one plan, findings,
    sources, limits.
    """
    task, facts = proposal.task, proposal.task.facts
    show_assessment(task.case, proposal.assessment, console)
    aim = {
        "stop": "to stop",
        "lower": f"to lower to {mg_text(task.to_mg)} a day and hold",
        "stay": "to stay",
    }[task.aim]
    console.print(
        Text.assemble(
            ("\nWays to go: ", "bold"),
            " and ".join(f"{mg_text(stage.mg_per_day)} of {stage.drug}" for stage in task.stages),
            f" a day, {aim}{', one after the other' if task.later else ''}, from {task.first_day}",
        )
    )
    if task.case.goal.aim == "undecided" and task.aim == "stay":
        console.print(
            Text(
                "The aim is undecided, so staying is shown; --goal stop or --goal lower shows the"
                " ways down."
            )
        )
    names = [one.name for one in proposal.candidates]
    marks = {one.name: "beyond the ceiling" if one.breaches else "" for one in proposal.candidates}
    marks |= {
        name: marks[name] or "warned of" for name in names if is_too_hard(proposal.findings[name])
    }
    marks |= dict.fromkeys(proposal.front, "best trade")
    outcomes = [o for o in proposal.comparison.outcomes if o.name in names]
    show_comparison(proposal.comparison, outcomes, marks, console)
    for left in proposal.left_out:
        console.print(Text(f"  not offered: {left.name}: {left.why}", style="dim"))
    show_chart(
        [proposal.comparison[p.name] for p in proposal.shortlist],
        _doses(proposal),
        proposal.comparison,
        console,
    )
    _show_shortlist(proposal, console)
    chosen = next((p for p in proposal.shortlist if proposal[p.name].plan.id == plan.id), None)
    console.print(
        Text(f"\nSchedule of {plan.way.name}{'' if chosen else ' (picked)'}, a draft", style="bold")
    )
    show_schedule(plan, facts, console)
    show_dispensing(plan, task.case, facts, splitting, console)
    for rule in plan.rules:
        console.print(Text.assemble((f"  {rule.when}: ", "bold"), rule.do, f". {rule.text}"))
    console.print()
    found = proposal.findings[
        next(one.name for one in proposal.candidates if one.plan.id == plan.id)
    ]
    show_findings(plan, found, verdict(found), console)
    _foot(proposal, plan, console)


def _show_shortlist(proposal: Proposal, console: Console) -> None:
    """Print the few plans worth talking over, and how sure their order is."""
    console.print(Text("\nShortlist: options to talk over, not an order", style="bold"))
    if not proposal.shortlist:
        console.print(
            Text(
                "  none: no plan here is within the guideline's ceiling and without a refusal",
                style="red",
            )
        )
    for number, pick in enumerate(proposal.shortlist, start=1):
        console.print(Text.assemble((f"  {number} {pick.name}", "bold"), f": {pick.why}"))
        if rules := awaits_a_reason(proposal.findings[pick.name]):
            said = (
                "    refused until somebody writes into the plan why it is accepted:"
                f" {', '.join(rules)}"
            )
            console.print(Text(said, style="yellow"))
    for sentence in proposal.sureness:
        console.print(Text(f"    {sentence}", style="dim"))


def show_comparison(
    comparison: Comparison, outcomes: Sequence[Outcome], marks: Mapping[str, str], console: Console
) -> None:
    """Print plans side by side: what each asks for, and what the model says of it on the same
    people.
    """
    heads = ["plan", "weeks", "changes", "cuts", "pieces"]
    if not comparison.withheld:
        heads += ["hard week", "tau 0/3/10", "worst week", "area"]
    is_narrow = console.width < WIDE
    shown = [head for head in heads if not is_narrow or head in ON_NARROW]
    table = Table(box=None, pad_edge=False, padding=(0, 1 if is_narrow else 2, 0, 0))
    for head in shown:
        table.add_column(
            head,
            justify="left" if head == "plan" else "right",
            no_wrap=head == "plan",
            overflow="fold",
        )
    table.add_column("", overflow="fold")
    for one in outcomes:
        known = dict(zip(heads, _cells(one, comparison), strict=True))
        table.add_row(*(known[head] for head in shown), marks.get(one.name, ""))
    console.print(table)
    if is_narrow:
        console.print(
            Text(
                f"Not shown in {console.width} columns:"
                f" {', '.join(head for head in heads if head not in shown)}.",
                style="dim",
            )
        )
    if comparison.withheld:
        console.print(Text("Not ranked: the forecast is withheld.", style="bold yellow"))
        for reason in comparison.withheld:
            console.print(Text(f"  {reason}"))
        return
    console.print(
        Text(
            f"The same {comparison.people} virtual people (seed {comparison.seed}) under each plan,"
            f" watched {comparison.watched_weeks} weeks {mark('watched-after')} after the last"
            " change. Hard week: share with a week of mean severity above"
            f" {comparison.hard_points:.0f} of 80 {mark('hard-week')}, in all and by structure;"
            " worst week: median (8 in 10 people); area: points × days above baseline, median;"
            " cuts and pieces: a day. Model numbers are assumptions, for comparing plans only.",
            style="dim",
        )
    )


def _cells(one: Outcome, comparison: Comparison) -> list[str]:
    """Return the row of a plan; what is withheld is left out."""
    cells = [
        one.name,
        f"{one.weeks:.0f}",
        str(one.changes),
        f"{one.cuts:.1f}",
        f"{one.pieces:.1f}",
    ]
    if not comparison.withheld:
        low, middle, high = one.worst
        cells += [
            f"{one.hard_share:.0%}",
            "/".join(f"{100 * share:.0f}" for share in one.hard_by_structure.values()),
            f"{middle:.0f} ({low:.0f}–{high:.0f})",
            f"{one.area[1]:.0f}",
        ]
    return cells


def show_chart(
    outcomes: Sequence[Outcome],
    doses: Mapping[str, Sequence[float]],
    comparison: Comparison,
    console: Console,
) -> None:
    """Print dose and severity of a few plans week by week, as small bars."""
    if comparison.withheld or not outcomes:
        return
    weeks = max(len(one.weekly) for one in outcomes)
    wide = max(len(one.name) for one in outcomes)
    every = -(-weeks // min(CHART_WEEKS, max(console.width - wide - BESIDE_BARS, 1)))
    each = "week" if every == 1 else f"{every} weeks"
    console.print(
        Text(
            f"\nWeek by week, one bar for each {each}: dose; severity above baseline that 1 in 10"
            f" people exceeds (full bar: {TOP_POINTS:.0f} points)",
            "bold",
        )
    )
    for one in outcomes:
        daily = list(doses[one.name])
        top = max(daily[0], 1e-9)
        mg = [max(daily[i : i + every]) / top for i in range(0, weeks, every)]
        calm = min(w[2] for w in one.weekly)
        felt = [
            (max(w[2] for w in one.weekly[i : i + every]) - calm) / TOP_POINTS
            for i in range(0, weeks, every)
        ]
        console.print(
            Text.assemble((f"  {one.name:{wide}} ", "bold"), "dose     ", (_bars(mg), "cyan"))
        )
        console.print(Text.assemble(" " * (wide + 3), "severity ", (_bars(felt), "yellow")))


def _bars(shares: Sequence[float]) -> str:
    return "".join(
        " " if share < 0.5 / TOP_POINTS else BARS[min(len(BARS) - 1, int(share * len(BARS)))]
        for share in shares
    )


def _doses(proposal: Proposal) -> dict[str, list[float]]:
    """Return for each plan the dose of each week, as a share of the first plan's drug where it
    switches.
    """
    weeks = max((len(one.weekly) for one in proposal.comparison.outcomes), default=0)
    found = {}
    for one in proposal.candidates:
        totals = strength(one.held, proposal.task)[1:]
        ends, at = [], 0.0
        for part in one.held:
            at = at + part.days if part.days is not None else float("inf")
            ends.append(at)
        found[one.name] = [
            next(t for t, end in zip(totals, ends, strict=True) if 7 * w < end)
            for w in range(weeks)
        ]
    return found


def show_schedule(plan: Plan, facts: Facts, console: Console) -> None:
    """Print the steps of a plan by the calendar, in tablets and millilitres."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("from", "to", "days", "a day", "what is taken each day"):
        table.add_column(name, justify="right" if name == "days" else "left")
    for step in plan.steps:
        totals = "\n".join(f"{mg_text(step.mg_per_day(drug))} {drug}" for drug in step.drugs)
        days = str((step.until - step.from_day).days) if step.until else ""
        until = step.until.isoformat() if step.until else "on" if step.doses else ""
        table.add_row(step.from_day.isoformat(), until, days, totals or "–", step_text(step, facts))
    console.print(table)
    console.print(Text(f"Visits: {', '.join(day.isoformat() for day in plan.visits)}", style="dim"))


def _foot(proposal: Proposal, plan: Plan, console: Console) -> None:
    facts = proposal.task.facts
    cited = dict.fromkeys(source.split(",")[0] for source in plan.way.sources)
    console.print(Text("\nSources of this way", style="bold"))
    for name in cited:
        source = facts.sources[name]
        console.print(Text(f"  {name}: {source.title} (rank {source.rank}, read: {source.read})"))
    if not cited:
        console.print(Text("  none: this product's own"))
    console.print(Text(f"\n{NOT_ADVICE}"))
    console.print(
        Text(f"{plan.made_by} · facts {plan.facts.digest} · seed {plan.seed}", style="dim")
    )


def show_beats(comparison: Comparison, console: Console) -> None:
    """Print how sure the order is: the share of people (and of structures) for whom the row is
    milder than the column.
    """
    if comparison.withheld:
        return
    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        title="Milder worst week than …, people (structures)",
        title_justify="left",
    )
    table.add_column("")
    names = [one.name for one in comparison.outcomes]
    for name in names:
        table.add_column(name, justify="right")
    for i, name in enumerate(names):
        row = [
            f"{p:.0%} ({s:.0%})"
            for p, s in zip(comparison.beats[i], comparison.beats_by_structure[i], strict=True)
        ]
        row[i] = "·"
        table.add_row(name, *row)
    console.print(table)
