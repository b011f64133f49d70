"""A naive recount of the pace, day by day and step by step from the plan's own words, agrees with
the rule on random plans.
"""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.assess.risk import assess, may_stop_at_once
from homeostat.care.check import check
from homeostat.care.check.pace import RULES, window_d
from homeostat.care.check.plan_days import Look
from homeostat.care.check.rate_of_fall import falls
from homeostat.facts import Facts

from ..how_many import examples
from .rows import TODAY, read

FIRST, BLOCK = 250, 1_000
"""Plans of the block that is always run, and of each other."""
"""Plans of one block: two blocks in the quick suite, all ten in the slow one."""
CEILING = 0.25 * 1.1
WINDOW = 13


def recount(
    case: dict[str, Any], plan: dict[str, Any], tables: dict[str, tuple[float, float]]
) -> float:
    """Return the largest share of the start lost in 13 consecutive days, with dictionaries and
    loops alone.

    `tables` holds the mg of each drug that one table sets equal; every table is asked, and the two
    ends of a range are two tables.
    """
    begins = min(date.fromisoformat(step["from"]) for step in plan["steps"])
    ends = max(
        date.fromisoformat(day)
        for step in plan["steps"]
        for day in (step["from"], step.get("until", step["from"]))
    )
    speaks = {dose["drug"] for step in plan["steps"] for dose in step["doses"]}
    drugs = {use["drug"] for use in case["use"]} | speaks

    def mg(text: str) -> float:
        return float(text.split()[0])

    def taken(drug: str, day: date) -> float:
        if day < begins or (drug not in speaks and speaks):
            now = min(day, begins)
            return sum(
                mg(dose["dose"])
                for use in case["use"]
                if use["drug"] == drug
                and use["since"] <= now
                and ("until" not in use or now < use["until"])
                for dose in use["doses"]
            )
        return sum(
            mg(dose["dose"])
            for step in plan["steps"]
            if date.fromisoformat(step["from"]) <= day
            and ("until" not in step or day < date.fromisoformat(step["until"]))
            for dose in step["doses"]
            if dose["drug"] == drug
        )

    first = 104
    days = [begins + timedelta(days=i - first) for i in range(first + (ends - begins).days + 20)]
    steady = {drug: [taken(drug, day) for day in days[:first]] for drug in drugs}
    mgs = {drug: steady[drug] + [taken(drug, day) for day in days[first:]] for drug in drugs}
    mgs = {drug: amounts for drug, amounts in mgs.items() if any(amounts)}

    def shares(amounts: list[float]) -> list[float]:
        """The share lost in 13 days, of the most that was held for 14 days before the plan, or
        taken since.
        """
        held = [min(amounts[i : i + 14]) for i in range(first - 13)]
        ref, found = max([*held, amounts[first - 1]]), []
        for j in range(first, len(amounts)):
            ref = max(ref, amounts[j])
            found.append(
                (max(amounts[j - WINDOW : j + 1]) - amounts[j]) / ref if ref > 1e-6 else 0.0
            )
        return found

    alone = {drug: shares(amounts) for drug, amounts in mgs.items()}
    together = [
        shares([sum(mgs[d][i] / table[d] for d in mgs) for i in range(len(days))])
        for table in tables.values()
        if len(mgs) > 1
    ]
    worst, switching = 0.0, [0.0] * len(together)
    for n, j in enumerate(range(first, len(days))):
        present = [d for d in mgs if any(x > 1e-6 for x in mgs[d][j - WINDOW : j + 1])]
        if len(present) < 2:
            worst = max([worst, *(alone[drug][n] for drug in present)])
            continue
        rising = any(
            mgs[d][i] > mgs[d][i - 1] + 1e-6 for d in mgs for i in range(j - WINDOW + 1, j + 1)
        )
        answers = [answer[n] for answer in together]
        if rising:
            switching = [max(pair) for pair in zip(switching, answers, strict=True)]
        else:
            worst = max(worst, *answers)
    return max(worst, min(switching, default=0.0))


def random_row(dice: random.Random) -> str:
    """Return a plan of random steps: one drug or two, down, up, gaps, overlaps, a switch, at
    home.
    """
    mg = dice.choice([0.5, 1, 1.5, 2, 3, 4])
    takes = f"clonazepam {mg:g} 3y"
    two = dice.random() < 0.3
    if two:
        takes += f"; diazepam {dice.choice([5, 10, 20])} 2y"
    parts, now, other = [], mg, 10.0
    for _ in range(dice.randint(1, 7)):
        now = max(
            0.05, round(now * dice.choice([0.5, 0.6, 0.75, 0.8, 0.9, 0.95, 1.0, 1.0, 1.25]), 3)
        )
        other = max(0.5, round(other * dice.choice([0.7, 0.8, 0.9, 1.0, 1.5]), 2))
        days = dice.choice([1, 3, 7, 10, 12, 13, 14, 15, 21, 28])
        parts.append(
            f"{days}d " + (f"clonazepam {now:g} diazepam {other:g}" if two else f"{now:g}")
        )
        if dice.random() < 0.1:
            parts.append(f"skip {dice.choice([-3, -1, 1, 4])}d")
    parts.append(dice.choice(["stop", "stay", "end"]))
    recent = f", sooner=d{dice.choice([3, 10, 20, 60])} {mg * 1.5:g}" if dice.random() < 0.2 else ""
    return f"{takes} | {' > '.join(parts)} | goal={dice.choice(['stop', 'stay'])}{recent}"


def _tables(facts: Facts) -> dict[str, dict[str, float]]:
    """Every table that holds both drugs, one of each ratio."""
    found = {}
    for table in facts.equivalence_tables.values():
        if not table.is_unverified and {"clonazepam", "diazepam"} <= set(table.entries):
            for end in (0, -1):
                equal = {
                    drug: entry[end] if isinstance(entry, tuple) else entry
                    for drug, entry in table.entries.items()
                    if drug in {"clonazepam", "diazepam"}
                }
                found[f"{equal['diazepam'] / equal['clonazepam']:.6g}"] = equal
    return found


@pytest.mark.parametrize(
    "block", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 10))]
)
def test_a_naive_recount_of_the_pace_agrees_on_ten_thousand_plans(facts: Facts, block: int) -> None:
    dice = random.Random(block)
    tables = _tables(facts)
    said = 0
    count = BLOCK if block else examples(FIRST, BLOCK)
    for _ in range(count):
        row = random_row(dice)
        case_table, plan_table = read(row)
        case, plan = cases.from_table(case_table, TODAY, facts), plans.from_table(plan_table, facts)
        look = Look(plan, case, facts, TODAY, assess(case, facts), may_stop_at_once(case, facts))
        counted = recount(case_table, plan_table, tables)
        assert falls(look, window_d(look)).max() == pytest.approx(counted, abs=1e-6), row
        rule = next(rule for rule in RULES if rule.id == "pace.asam-2025")
        if abs(counted - CEILING) > 1e-6:
            assert bool(list(rule.find(look))) == (counted > CEILING), row
        said += counted > CEILING
    assert count // 10 < said < count - count // 20


def test_the_twin_has_teeth(facts: Facts) -> None:
    case_table, plan_table = read(
        "clonazepam 2/2 3y | 2w 1.75 > 2w 1.2 > stay | goal=lower, to=1.2"
    )
    found = check(
        plans.from_table(plan_table, facts),
        cases.from_table(case_table, TODAY, facts),
        facts,
        today=TODAY,
    )
    assert "pace.asam-2025" not in {f.rule for f in found}
    assert recount(case_table, plan_table, _tables(facts)) == pytest.approx(0.275)
