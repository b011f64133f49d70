"""What a forecast looks like in a terminal: worst first, every number with its range and date."""

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from homeostat.care.forecast import NOT_ADVICE, Forecast, Week
from homeostat.care.quantity import mg_text
from homeostat.facts import Facts

BLOCKS = " ▁▂▃▄▅▆▇█"
SEVERITY_TOP = 80.0


def show(forecast: Forecast, console: Console, *, full: bool = False) -> None:
    """Print a forecast; `full` prints every week and every source instead of a screenful."""
    if forecast.warning:
        console.print(Panel(Text(forecast.warning, style="bold"), title="Do not do this", border_style="red"))
    console.print(_head(forecast))
    for reason in forecast.course.withheld:
        console.print(Panel(Text(f"No withdrawal forecast for this person: {reason}."), border_style="yellow"))
    console.print(_weeks(forecast, full))
    for part in (_phases(forecast), _flags(forecast, full), _sources(forecast, full)):
        if part is not None:
            console.print(part)
    console.print(_foot(forecast))


def _head(forecast: Forecast) -> RenderableType:
    case = forecast.case
    kind = "synthetic case" if case.synthetic else ("published case" if case.sources else "case")
    lines = Text()
    lines.append(f"{case.title}\n", style="bold")
    taken = ", ".join(f"{drug} {mg_text(mg)} a day" for drug, mg in _now(forecast).items()) or "nothing"
    lines.append(f"{kind} · today {_day(forecast.today)} · taken now: {taken}\n")
    lines.append(f"What if: {forecast.scenario}\n", style="bold")
    lines.append(
        f"{len(forecast.course.people):,} virtual people like this person; each range holds 8 in 10 of them",
        style="dim",
    )
    return lines


def _now(forecast: Forecast) -> dict[str, float]:
    regimen, day = forecast.course.regimen, forecast.today_day - 0.5
    doses = {drug: regimen.mg_per_day(drug, day) for drug in regimen.drugs}
    return {drug: mg for drug, mg in doses.items() if mg > 0}


def _day(day: object) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"  # type: ignore[attr-defined]


def _band(three: tuple[float, float, float] | None, digits: int = 0) -> str:
    if three is None:
        return "–"
    low, middle, high = three
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def _bar(week: Week) -> str:
    """One block a number: low, middle and high of the range, so that a row of weeks reads as a band."""
    if week.severity is None:
        return ""
    return "".join(BLOCKS[min(8, int(value / SEVERITY_TOP * 16))] for value in week.severity)


def _weeks(forecast: Forecast, full: bool) -> RenderableType:
    facts = forecast.course.facts
    weeks = forecast.weeks if full else forecast.weeks[:8] + forecast.weeks[8::4]
    table = Table(title="Week by week", title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("week", justify="right")
    table.add_column("from")
    table.add_column("dose a day")
    for name in _levels(forecast):
        table.add_column(f"{name}, ng/mL", justify="right")
    if not forecast.course.withheld:
        table.add_column("tone", justify="right")
        table.add_column("severity, 0–80", justify="right")
        table.add_column("")
        table.add_column("most likely symptoms of withdrawal (share who notice)", overflow="fold")
    for week in weeks:
        doses = (
            ", ".join(mg_text(mg) for mg in week.mg_per_day.values()) if any(week.mg_per_day.values()) else "nothing"
        )
        row = [str(week.number), _day(week.begins), doses]
        row += [_band(week.level_ng_per_ml[name], 1) for name in _levels(forecast)]
        if not forecast.course.withheld:
            row += [_band(week.tone, 2), _band(week.severity), _bar(week), _symptoms(week, facts)]
        table.add_row(*row)
    return table


def _levels(forecast: Forecast) -> list[str]:
    """Return the two most abundant substances on board."""
    levels = forecast.weeks[0].level_ng_per_ml if forecast.weeks else {}
    return sorted(levels, key=lambda name: -levels[name][1])[:2]


def _symptoms(week: Week, facts: Facts) -> str:
    def said(rows: tuple[tuple[str, float], ...]) -> str:
        return ", ".join(f"{facts.symptoms[name].name.split(',')[0]} {share:.0%}" for name, share in rows)

    ill = f"with the person's own illness: {said(week.illness[:2])}" if week.illness else ""
    return "; ".join(filter(None, (said(week.symptoms[:4]), ill)))


def _phases(forecast: Forecast) -> RenderableType | None:
    if not forecast.phases:
        return None
    table = Table(
        title="Phases, in days after the last dose", title_justify="left", title_style="bold", box=None, pad_edge=False
    )
    for head in ("phase", "begins", "ends", "in", "rule (this product's own)"):
        table.add_column(head, overflow="fold")
    for phase in forecast.phases:
        rule = forecast.course.facts.phases[phase.name].rule
        if phase.share_going_on > 0:
            rule += f" Still going on in {phase.share_going_on:.0%} when the forecast ends."
        table.add_row(phase.name, _band(phase.begins), _band(phase.ends), f"{phase.share:.0%}", rule)
    return table


def _flags(forecast: Forecast, full: bool) -> RenderableType:
    table = Table(
        title="Red flags: act first, then look up why",
        title_justify="left",
        title_style="bold red",
        box=None,
        pad_edge=False,
    )
    for head in ("sign", "within", "do"):
        table.add_column(head, overflow="fold")
    for flag in forecast.flags if full else forecast.flags[:6]:
        table.add_row(flag.name, flag.time_limit, flag.action)
    return table


def _sources(forecast: Forecast, full: bool) -> RenderableType:
    shown = forecast.sources if full else forecast.sources[:4]
    lines = Text("Sources ", style="bold")
    lines.append(f"({len(forecast.sources)}; all with --full or in the files)\n", style="dim")
    for source in shown:
        lines.append(f"  {source.title}. {source.where} [read: {source.read}]\n")
    for item in forecast.unverified:
        lines.append(f"  Unverified number in use: {item}\n", style="yellow")
    return lines


def _foot(forecast: Forecast) -> RenderableType:
    stamp = forecast.course.stamp()
    made = Text(
        f"{stamp['made_by']} · facts {stamp['facts']} · seed {stamp['seed']} · {stamp['people']} people · numerical error "
        f"about {stamp['error_estimate']:.0e} of each peak",
        style="dim",
    )
    return Group(Text(NOT_ADVICE), made)
