"""A proposal on one screen of 80 columns: verdict, plans with their real falls, schedule."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from homeostat.care.check import Checked
from homeostat.care.choice import recommended
from homeostat.care.choice.compare import Outcome
from homeostat.care.choice.proposal import Proposal, refused_alike
from homeostat.care.choice.recommended import Pick
from homeostat.care.findings import Finding
from homeostat.care.guideline import Recommendation
from homeostat.care.guideline.tiers import old_scores
from homeostat.care.plan.records import Item, Plan, PlanStep
from homeostat.facts import Facts
from homeostat.facts.records import Product
from homeostat.language.quantity import mg_text, number_text
from homeostat.report.screen.dispensing import first_supply
from homeostat.report.screen.plans import PARTS

WIDTH = 80
"""Columns that are used at most."""
MARKS = {"refuse": "x", "warn": "!", "note": "i"}
STYLES = {"refuse": "bold red", "warn": "yellow", "note": "dim"}
DEPENDENCE = {
    "rare": "dependence is rare here",
    "possible": "dependence possible",
    "expected": "dependent",
}
SETTING = {"outpatient": "at home", "inpatient": "in hospital"}
KEEPS = {"usual": "usual", "ceiling": "ceiling", "neither": "neither"}
SHORT_FORMS = {"tablet": "", "solution": "", "suspension": "", "drops": ""}


def show_brief(proposal: Proposal, name: str, checked: Checked, console: Console) -> None:
    """Print what a prescriber needs first; `--full` shows the rest.

    Args:
        name: of the plan that was finished and checked.
    """
    console.width = min(console.width, WIDTH)
    plan = checked.plan
    found = recommended.recommendation(proposal.task)
    console.print(_verdict(proposal, found, checked.findings))
    for line in (*_first_things(proposal), *_hold(found), *_old_scores(proposal)):
        console.print(line)
    if proposal.shortlist:
        console.print()
        console.print(_plans(proposal))
        for line in _under_plans(proposal):
            console.print(line)
    for line in _left_out(proposal):
        console.print(line)
    console.print()
    for line in _why(proposal, plan, found):
        console.print(line)
    console.print()
    number = next((str(n) for n, p in enumerate(proposal.shortlist, 1) if p.name == name), name)
    products = _products(plan, proposal.task.facts)
    of = f" (made of {', '.join(p.name for p in products)})" if products else ""
    console.print(Text(f"{number}, every step{of}", style="bold"))
    console.print(_steps(plan, proposal.task.facts, name, proposal))
    console.print()
    for line in _findings(checked.findings):
        console.print(line)
    if supply := first_supply(plan, proposal.task.facts):
        console.print(Text(f"First supply: {supply}"))
    console.print(Text(f"Visits: {_days(plan)}"))


def show_end(written: Sequence[str], out: Path | None, console: Console) -> None:
    """Print where the papers are, and what to type next."""
    if written:
        console.print(Text(f"Written to {out}: {', '.join(written)}"))
    console.print(Text("Everything that was compared: --full. Another plan: --pick 2.", "dim"))
    console.print(
        Text(
            "A draft: no dose is changed without the clinician who knows the person. Numbers of the"
            " model are assumptions, for comparing plans only.",
            "dim",
        )
    )


def _verdict(proposal: Proposal, found: Recommendation, findings: Sequence[Finding]) -> Text:
    case, seen = proposal.task.case, proposal.assessment
    who = case.title.rstrip(".")
    dependent = DEPENDENCE[seen.dependence]
    where = SETTING.get(seen.setting, seen.setting)
    said = f"{who}: {dependent}, severe withdrawal {seen.severe_withdrawal}, {where}."
    refuses = sum(f.level == "refuse" for f in findings)
    warns = sum(f.stands and f.level == "warn" for f in findings)
    notes = sum(f.level == "note" for f in findings)
    line = Text(said, style="bold")
    if found.hold is not None and proposal.task.aim != "stay":
        line.append(f" HOLD FIRST, until {found.hold.until:%a %-d %b %Y}.", style="bold yellow")
    if refuses:
        line.append(f" {refuses} refuse{'s' * (refuses == 1)}.", style="bold red")
    else:
        line.append(" Nothing refuses.", style="green")
    if warns:
        line.append(f" {warns} warning{'s' * (warns > 1)}.", style="yellow")
    line.append(f" {notes} note{'s' * (notes != 1)}.", style="not bold")
    return line


def _first_things(proposal: Proposal) -> Iterator[Text]:
    """Say what must be done first, where one refusal stands against every plan."""
    for one in refused_alike(proposal):
        yield Text(f"x First: {one.sentence}", style="bold red")
        if one.is_lifted_by_a_reason:
            yield Text(
                f"  Every plan is refused until its plan.json holds the reason ({one.rule})."
                " No paper for the patient is written."
            )
    for asked in proposal.assessment.must_ask:
        yield Text(f"? Ask first: {asked.sentence}", style="yellow")


def _hold(found: Recommendation) -> Iterator[Text]:
    if found.hold is None:
        return
    yield Text(f"  Why: {'; '.join(found.hold.why)}.")
    yield Text(f"  Go on when: {found.hold.measure}. Until then the dose stays as it is.")


def _old_scores(proposal: Proposal) -> Iterator[Text]:
    for one in old_scores(proposal.task.case, proposal.task.facts):
        yield Text(
            f"? {one.scale} {number_text(one.total)} of {one.date} is too old to count: take it"
            " anew."
        )


def _plans(proposal: Proposal) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("plan", ratio=1)
    heads = ("first\nfall", "largest\nfall*", "last\ndose", "weeks", "pace", "hard\nweeks")
    for head in heads:
        table.add_column(head, justify="left" if head == "pace" else "right", overflow="fold")
    drug, facts = proposal.task.drug, proposal.task.facts
    for number, pick in enumerate(proposal.shortlist, start=1):
        one = proposal[pick.name]
        fell = recommended.falls_of(one, proposal.task)
        last = next((step for step in reversed(one.plan.steps) if step.doses), None)
        named = [] if last is None else [d for d in last.drugs if last.mg_per_day(d)]
        mg = " + ".join(mg_text(last.mg_per_day(d)) for d in named) if last else ""
        other = "".join(f" {d}" for d in named if d != drug) if len(named) == 1 else ""
        marks = "".join(
            sorted({MARKS[f.level] for f in proposal.findings[pick.name] if f.stands}, reverse=True)
        )
        table.add_row(
            f"{number} {marks + ' ' if marks else ''}{_title(pick, one.title)}",
            _percent(fell.first_fall),
            _percent(fell.largest_fall),
            (mg or mg_text(proposal.task.mg_per_day)) + other,
            f"{one.weeks:.0f}",
            KEEPS[fell.pace],
            _how_many(proposal, proposal.comparison[pick.name], facts),
        )
    return table


def _title(pick: Pick, title: str) -> str:
    front = {"faster": "faster: ", "computed": "computed, no trial: "}.get(pick.group, "")
    if pick.name == recommended.LOWER:
        front = "lower and hold: "
    return f"{front}{title}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _how_many(proposal: Proposal, one: Outcome, facts: Facts) -> str:
    """Return how many virtual people have a hard week, in a word."""
    if proposal.comparison.withheld:
        return "withheld"
    few, many = facts.choices["few"].to("share"), facts.choices["many"].to("share")
    return "few" if one.hard_share <= few else "some" if one.hard_share <= many else "many"


def _under_plans(proposal: Proposal) -> Iterator[Text]:
    shown = (
        "* of the dose then taken, the last step left out. Pace: the guideline's usual one (5 to"
    )
    yield Text(
        f"{shown} 10 % every 2 to 4 weeks), its ceiling (25 % of the start in 2 weeks), or neither."
        " Hard weeks: in the model, for comparing plans only.",
        style="dim",
    )
    if proposal.comparison.withheld:
        yield Text(f"The model is withheld: {proposal.comparison.withheld[0]}", style="yellow")
    if any(pick.group == "faster" for pick in proposal.shortlist):
        yield Text("Faster ones: if the person wants it and the first two steps went well.", "dim")


def _left_out(proposal: Proposal) -> Iterator[Text]:
    """Say why the plan of the person's tier, or the next slower one, is not recommended."""
    for left in proposal.left_out:
        if left.name == recommended.SLOWER:
            yield Text(f"The next slower pace is not offered: {left.why}.", style="dim")
    if proposal.task.aim == "stay" or any(
        pick.name in (recommended.FIRST, recommended.STOP_NOW) for pick in proposal.shortlist
    ):
        return
    for left in proposal.left_out:
        if left.name == recommended.FIRST:
            yield Text(f"The guideline's own pace is not offered: {left.why}.", style="yellow")
    for one in proposal.candidates:
        if one.name == recommended.FIRST:
            against = next(
                (f for f in proposal.findings[one.name] if f.stands and f.level != "note"), None
            )
            if against:
                yield Text(
                    f"The guideline's own pace is not offered: {against.sentence}"
                    f" What would make smaller steps: {recommended.what_opens(proposal.task)}.",
                    style="yellow",
                )


def _why(proposal: Proposal, plan: Plan, found: Recommendation) -> Iterator[Text]:
    first = proposal.shortlist[0] if proposal.shortlist else None
    is_first = first is not None and proposal[first.name].plan.id == plan.id
    for number, reason in enumerate(plan.reasons):
        yield Text(f"{'1 comes first. ' if is_first and not number else '  '}{reason}")
    if sources := "; ".join(found.tier.sources if plan.way.name in _OF_TIER else plan.way.sources):
        yield Text(f"  Source: {sources}", style="dim")


_OF_TIER = (recommended.FIRST, recommended.SLOWER, recommended.LOWER, recommended.STOP_NOW)


def _products(plan: Plan, facts: Facts) -> list[Product]:
    names = {item.product for step in plan.steps for dose in step.doses for item in dose.items}
    return [facts.products[name] for name in sorted(names)]


def _steps(plan: Plan, facts: Facts, name: str, proposal: Proposal) -> Table:
    """Return every step in one row: day, dose, what is taken, fall."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=True)
    table.add_column("", justify="right")
    table.add_column("from", no_wrap=True)
    table.add_column("mg a day", justify="right")
    table.add_column("what is taken each day", ratio=1)
    table.add_column("fall", justify="right", no_wrap=True)
    short = _short_names(_products(plan, facts))
    before = recommended.falls_from(proposal[name], proposal.task)
    for number, (step, fall) in enumerate(zip(plan.steps, before, strict=True), start=1):
        table.add_row(
            str(number),
            f"{step.from_day:%a %d %b %y}",
            _total(step, len(plan.drugs) > 1),
            _taken(step, short),
            _percent(fall) if fall > 1e-9 else "",
        )
    return table


def _total(step: PlanStep, is_named: bool) -> str:
    parts = [f"{number_text(step.mg_per_day(d))}{f' {d}' if is_named else ''}" for d in step.drugs]
    return " + ".join(parts) or "0"


def _short_names(products: Sequence[Product]) -> dict[str, str]:
    """Return a short name for each product: its strength, and its form where that is not clear."""
    strengths = {
        p.id: (
            f"{number_text(p.strength_mg)} mg"
            if p.strength_mg
            else f"of {number_text(p.strength_mg_per_ml or 0.0)} mg/mL"
        )
        for p in products
    }
    drugs = {p.drug for p in products}
    found = {}
    for p in products:
        twins = [q for q in products if q.id != p.id and strengths[q.id] == strengths[p.id]]
        front = f"{p.drug} " if len(drugs) > 1 else ""
        found[p.id] = f"{front}{strengths[p.id]}{f' ({p.form})' if twins else ''}"
    return found


def _taken(step: PlanStep, short: dict[str, str]) -> str:
    by_items: dict[str, list[str]] = {}
    for dose in step.doses:
        made = " + ".join(_item(item, short) for item in dose.items)
        by_items.setdefault(made or f"{mg_text(dose.dose_mg)} {dose.drug}", []).append(
            f"{dose.time:%H:%M}"
        )
    return "; ".join(f"{', '.join(hours)} {made}" for made, hours in by_items.items()) or "nothing"


def _item(item: Item, short: dict[str, str]) -> str:
    if item.ml is not None:
        return f"{number_text(item.ml)} mL {short[item.product]}"
    units = float(item.units or 0.0)
    whole, part = int(units), units - int(units)
    count = f"{whole or ''}{PARTS.get(part, '')}" if part in PARTS else number_text(units)
    return f"{count if part else whole} × {short[item.product]}"


def _findings(findings: Sequence[Finding]) -> Iterator[Text]:
    for one in findings:
        said = (
            one.sentence if one.level != "note" else one.sentence.split(". ")[0].rstrip(".") + "."
        )
        accepted = f" Accepted: {one.override.reason}" if one.override else ""
        yield Text(f"{MARKS[one.level]} {said}{accepted}", style=STYLES[one.level])


def _days(plan: Plan) -> str:
    days = [f"{day:%-d %b %y}" for day in plan.visits]
    return ", ".join(days if len(days) <= 6 else [*days[:3], "…", *days[-2:]])
