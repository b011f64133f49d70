"""Score the rules on the set of plans: which dangerous ones are stopped, which acceptable ones
raise an alarm.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.check import ARITHMETIC, Rule, check, verdict
from homeostat.care.findings import Finding
from homeostat.errors import InputError
from homeostat.facts import Facts

from . import rows

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """One plan of the set."""

    category: str
    text: str
    is_dangerous: bool
    is_fatal: bool
    harm: str


@dataclass(frozen=True)
class Outcome:
    """What became of a row; `said` is the rule ids that stand."""

    row: Row
    verdict: str
    findings: tuple[Finding, ...] = field(repr=False)

    @property
    def said(self) -> tuple[str, ...]:
        return tuple(sorted({f.rule for f in self.findings if f.stands}))

    @property
    def is_right(self) -> bool:
        return (self.verdict != "pass") == self.row.is_dangerous


def rows_of(name: str) -> Iterator[Row]:
    """Yield the rows of a file, each brace expanded."""
    for category in tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))["category"]:
        for line in category["rows"]:
            for text in rows.expand(line):
                yield Row(
                    category["id"],
                    text,
                    "harm" in category,
                    bool(category.get("fatal", False)),
                    category.get("harm", ""),
                )


def judge(row: Row, facts: Facts, rules: Iterable[Rule] = ARITHMETIC) -> Outcome:
    """Return what the rules say of one row; a file that the reader refuses is stopped too."""
    case_table, plan_table = rows.read(row.text)
    case = cases.from_table(case_table, rows.TODAY, facts)
    try:
        plan = plans.from_table(plan_table, facts)
    except InputError:
        return Outcome(row, "refuse", ())
    found = check(plan, case, facts, today=rows.TODAY, rules=rules)
    return Outcome(row, verdict(found), found)


def table(outcomes: Iterable[Outcome]) -> str:
    """Return right and all by category, as text."""
    count: dict[str, list[int]] = {}
    for outcome in outcomes:
        pair = count.setdefault(outcome.row.category, [0, 0])
        pair[0] += outcome.is_right
        pair[1] += 1
    return "\n".join(f"{right:4} of {every:4}  {name}" for name, (right, every) in count.items())
