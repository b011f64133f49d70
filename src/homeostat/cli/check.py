"""Assess a case, and check a plan for it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from homeostat.cli.app import (
    EXIT_CODES,
    case_argument,
    json_option,
    load_facts,
    open_console,
    print_json,
    read_case,
    read_today,
    today_option,
    versions,
)

if TYPE_CHECKING:
    from homeostat.care.findings import Finding


@click.command()
@case_argument
@today_option
@json_option
def assess(case_file: Path, today: str | None, as_json: bool) -> None:
    """Assess a case: dependence, risk of a severe withdrawal, setting, what must be asked, and
    three goals that are equals.

    \b
    Example
      homeostat assess examples/typical.toml
    """
    from homeostat.actions.assess import assess as assess_case
    from homeostat.report.screen.check import show_assessment

    facts = load_facts()
    case = read_case(case_file, today, facts)
    found = assess_case(case, facts=facts)
    if as_json:
        print_json({"case": case.id, **asdict(found), **versions(facts)})
        return
    show_assessment(case, found, open_console())


@click.command()
@case_argument
@click.argument("plan_file", metavar="PLAN", type=click.Path(path_type=Path))
@click.option(
    "--today", help="Day on which the plan is checked (default: the case's own, or the clock's)."
)
@json_option
@click.pass_context
def check(
    ctx: click.Context, case_file: Path, plan_file: Path, today: str | None, as_json: bool
) -> None:
    """Check a plan for a case: what must not be done, what must be looked at, what is good to know.

    Findings come worst first, each with its limit, the plan's value and the source. A warning
    stands until an override in the plan gives the reason; where it can kill it refuses until then.
    Every other refusal cannot be overridden.

    \b
    Exit code
      0   nothing stands against it (notes only, or warnings overridden with a reason)
      10  warnings stand
      20  refused
      2   a file cannot be read

    \b
    Example
      homeostat check examples/typical.toml plan.json
    """
    from homeostat.actions.check import check as check_plan
    from homeostat.actions.read import read_plan
    from homeostat.report.screen.check import show_findings

    facts = load_facts()
    case = read_case(case_file, today, facts)
    plan = read_plan(plan_file, facts=facts)
    found = check_plan(case, plan, facts=facts, today=read_today(today) if today else None)
    word = found.verdict
    if as_json:
        print_json(
            {
                "case": case.id,
                "plan": plan.id,
                "checked_on": found.today.isoformat(),
                "verdict": word,
                "findings": [_plain(finding) for finding in found.findings],
                **versions(facts),
            }
        )
    else:
        show_findings(plan, found.findings, word, open_console())
    ctx.exit(EXIT_CODES[word])


def _plain(finding: "Finding") -> dict[str, Any]:
    from homeostat.care.plan import format as plan_file
    from homeostat.language.messages import in_json

    return {
        "rule": finding.rule,
        "level": finding.level,
        "stands": finding.stands,
        "lifted_by_a_reason": finding.is_lifted_by_a_reason,
        "sentence": finding.sentence,
        "limit": finding.limit_text(),
        "value": finding.value_text(),
        "message": finding.message,
        "values": {name: in_json(value) for name, value in finding.values.items()},
        "limit_quantity": in_json(finding.limit),
        "value_quantity": in_json(finding.value),
        "sources": list(finding.sources),
        "on": finding.on.isoformat() if finding.on else None,
        "override": plan_file.write(finding.override) if finding.override else None,
    }
