"""What a forecast looks like in a terminal: worst first, every number with its range and date."""

from collections.abc import Sequence
from datetime import date

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from homeostat.care.forecast import NOT_ADVICE, Forecast, Week
from homeostat.facts import Facts
from homeostat.language.quantity import mg_text
from homeostat.report.charts import theme

BLOCKS = " ▁▂▃▄▅▆▇█"
SEVERITY_TOP = 80.0
WIDE = 100
"""From this width on there is room for days of the week and for bars [columns]."""
LEAST_NG_PER_ML = 0.05
"""Below this a level reads as none: less than a laboratory finds [ng/mL]."""
MOST_ROWS, MOST_SYMPTOMS = 9, 4
"""Weeks, and symptoms of a week, that are shown unless all are asked for."""
WHEN = {"emergency": "at once", "same day": "today", "next visit": "next visit"}


def show(forecast: Forecast, console: Console, *, full: bool = False) -> None:
    """Print a forecast; `full` prints every week and every source instead of a screenful."""
    if forecast.warning:
        console.print(
            Panel(Text(forecast.warning, style="bold"), title="Do not do this", border_style="red")
        )
    console.print(_head(forecast))
    for reason in forecast.course.withheld:
        console.print(
            Panel(Text(f"No withdrawal forecast for this person: {reason}."), border_style="yellow")
        )
    console.print(_weeks(forecast, full, is_narrow=console.width < WIDE))
    for part in (
        _symptoms(forecast, full),
        _phases(forecast, full),
        _flags(forecast, full),
        _sources(forecast, full),
    ):
        if part is not None:
            console.print(part)
    console.print(_foot(forecast))


def _table(title: str, *heads: str, style: str = "bold") -> Table:
    table = Table(
        title=title,
        title_justify="left",
        title_style=style,
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def _head(forecast: Forecast) -> RenderableType:
    case = forecast.case
    kind = "synthetic case" if case.synthetic else ("published case" if case.sources else "case")
    lines = Text()
    lines.append(f"{case.title}\n", style="bold")
    taken = (
        ", ".join(f"{drug} {mg_text(mg)} a day" for drug, mg in _now(forecast).items()) or "nothing"
    )
    lines.append(f"{kind} · today {_day(forecast.today)} · taken now: {taken}\n")
    lines.append(f"What if: {forecast.scenario}\n", style="bold")
    lines.append(
        f"{len(forecast.course.people):,} virtual people like this person; each range holds 8 in 10"
        " of them",
        style="dim",
    )
    return lines


def _now(forecast: Forecast) -> dict[str, float]:
    regimen, day = forecast.course.regimen, forecast.today_day - 0.5
    doses = {drug: regimen.mg_per_day(drug, day) for drug in regimen.drugs}
    return {drug: mg for drug, mg in doses.items() if mg > 0}


def _day(day: date) -> str:
    return theme.day_text(day).replace(theme.NBSP, " ")


def _band(three: tuple[float, float, float] | None, digits: int = 0) -> str:
    if three is None:
        return "–"
    low, middle, high = three
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def _bar(week: Week) -> str:
    """One block a number: low, middle and high of the range, so that a row of weeks reads as a
    band.
    """
    if week.severity is None:
        return ""
    return "".join(BLOCKS[min(8, int(value / SEVERITY_TOP * 16))] for value in week.severity)


def _weeks(forecast: Forecast, full: bool, *, is_narrow: bool) -> RenderableType:
    table = _table(
        f"Week by week{'' if full else ' (each one: --full)'}", "week", "from", "dose a day"
    )
    for name in _levels(forecast):
        table.add_column(f"{name}, ng/mL", justify="right", overflow="fold")
    if not forecast.course.withheld:
        table.add_column("tone", justify="right", overflow="fold")
        table.add_column("severity, 0–80", justify="right", overflow="fold")
        if not is_narrow:
            table.add_column("")
    for first, last in _shown(forecast, full):
        number = str(first.number) if first is last else f"{first.number}–{last.number}"
        day = _day(first.begins)[4 if is_narrow else 0 :]
        table.add_row(number, day, *_cells(first, forecast)[: len(table.columns) - 2])
    return table


def _shown(forecast: Forecast, full: bool) -> list[tuple[Week, Week]]:
    """Return first and last week of each stretch that reads alike; without `full` the first ones
    and each fourth.
    """
    if full:
        return [(week, week) for week in forecast.weeks]
    groups: list[tuple[Week, Week]] = []
    for week in forecast.weeks:
        if groups and _cells(groups[-1][1], forecast) == _cells(week, forecast):
            groups[-1] = (groups[-1][0], week)
        else:
            groups.append((week, week))
    return groups if len(groups) <= MOST_ROWS else groups[:4] + groups[4:-1:4] + groups[-1:]


def _cells(week: Week, forecast: Forecast) -> list[str]:
    """Return what a week's row says: dose, levels, tone, severity and its bar."""
    doses = (
        ", ".join(mg_text(mg) for mg in week.mg_per_day.values())
        if any(week.mg_per_day.values())
        else "nothing"
    )
    shown = [doses, *(_level(week.level_ng_per_ml[name]) for name in _levels(forecast))]
    if forecast.course.withheld:
        return shown
    return [*shown, _band(week.tone, 2), _band(week.severity), _bar(week)]


def _level(three: tuple[float, float, float]) -> str:
    """Return a level as far as a laboratory could read it: in tenths below 10, and as none below
    the least.
    """
    if three[2] < LEAST_NG_PER_ML:
        return "none"
    return _band(three, 0 if three[1] >= 10 else 1)


def _levels(forecast: Forecast) -> list[str]:
    """Return the drugs that are taken and, while there are less than two, the most abundant
    metabolites.
    """
    found = {
        name: max(week.level_ng_per_ml[name][2] for week in forecast.weeks)
        for name in (forecast.weeks[0].level_ng_per_ml if forecast.weeks else ())
    }
    on_board = {name: level for name, level in found.items() if level >= LEAST_NG_PER_ML}
    taken = [drug for drug in forecast.course.regimen.drugs if drug in on_board]
    others = sorted(on_board.keys() - set(taken), key=lambda name: -on_board[name])
    return taken + others[: max(0, 2 - len(taken))]


def _symptoms(forecast: Forecast, full: bool) -> RenderableType | None:
    weeks = [first for first, _ in _shown(forecast, full) if first.symptoms or first.illness]
    if not weeks:
        return None
    table = _table("Most likely symptoms, and the share who notice them", "week", "of withdrawal")
    has_illness = any(week.illness for week in weeks)
    if has_illness:
        table.add_column("with the person's own illness", overflow="fold")
    facts, most = forecast.course.facts, (None if full else MOST_SYMPTOMS)
    for week in weeks:
        said = [_noticed(week.symptoms[:most], facts)]
        table.add_row(
            str(week.number),
            *said,
            *([_noticed(week.illness[:most], facts)] if has_illness else []),
        )
    return table


def _noticed(symptoms: Sequence[tuple[str, float]], facts: Facts) -> str:
    return ", ".join(
        f"{facts.symptoms[name].name.split(',')[0]} {share:.0%}" for name, share in symptoms
    )


def _phases(forecast: Forecast, full: bool) -> RenderableType | None:
    if not forecast.phases:
        return None
    table = _table("Phases, in days after the last dose", "phase", "begins", "ends", "in", "")
    rules = forecast.course.facts.phases
    for phase in forecast.phases:
        going_on = phase.share_going_on
        open_end = (
            f"Still going on in {going_on:.0%} when the forecast ends." if going_on >= 0.005 else ""
        )
        said = " ".join(filter(None, (rules[phase.name].rule if full else "", open_end)))
        table.add_row(
            phase.name, _band(phase.begins), _band(phase.ends), f"{phase.share:.0%}", said
        )
    whose = Text(
        "By this product's own rules; sources word them differently: homeostat facts phase",
        style="dim",
    )
    return Group(table, whose)


def _flags(forecast: Forecast, full: bool) -> RenderableType:
    """Print every red flag; without `full` only the first thing to do, but never fewer flags."""
    heads = ("sign", "within", "do") if full else ("when", "sign", "do first (all of it: --full)")
    table = _table("Red flags: act first, then look up why", *heads, style="bold red")
    for flag in forecast.flags:
        if full:
            table.add_row(flag.name, flag.time_limit, flag.action)
        else:
            table.add_row(WHEN[flag.level], flag.name, flag.action.split(". ")[0].removesuffix("."))
    return table


def _sources(forecast: Forecast, full: bool) -> RenderableType:
    shown = forecast.sources if full else forecast.sources[:3]
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
        f"{stamp['made_by']} · facts {stamp['facts']} · seed {stamp['seed']} · {stamp['people']}"
        f" people · numerical error about {stamp['error_estimate']:.0e} of each peak",
        style="dim",
    )
    return Group(Text(NOT_ADVICE), made)
