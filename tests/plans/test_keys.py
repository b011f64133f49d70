"""The key of a choice stands beside its number in every finding that rests on one, and `homeostat
facts choice` answers to it.
"""

import re
from collections import defaultdict

import pytest

from homeostat.care import case as cases
from homeostat.care import plan as plans
from homeostat.care.assess.risk import assess, may_stop_at_once
from homeostat.care.check import ARITHMETIC
from homeostat.care.check.plan_days import Look
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.facts.keys import used_in

from . import rows, score

KEY = re.compile(r"\[choice:([a-z-]+)\]")
FILES = ("acceptable", "dangerous", "second_look", "third_look")
ASKS_FOR = {
    "pace.asam-2025": {"pace-slack"},
    "pace.high-risk": {"pace-slack"},
    "pace.possible": {"possible-share", "possible-days"},
    "pace.inpatient": {"inpatient-share", "inpatient-looks"},
    "pace.abrupt": {"near-abrupt"},
    "pace.steep": {"steep-share"},
    "pace.two-at-once": {"pace-slack"},
    "pace.speeds-up": {"speeds-up", "speeds-up-all-along", "speeds-up-in-time"},
    "shape.above-start": {"total-rise"},
    "size.slip": {"size-slip", "dose-refused"},
    "size.times": {"times-a-day"},
    "size.single": {"single-dose"},
    "switch.dose": {"switch-slack"},
    "switch.speed": {"switch-fewest-days"},
    "people.alcohol": {"very-heavy-drinking"},
    "supply.window": {"supply-days-at-risk", "visit-days"},
    "plan.overrides": {"override-words"},
}
"""What decides the alarm of a rule: each of its warnings and refusals shows one of these."""
WITHOUT = {
    "shape.above-start": "The plan gives a drug to a person who takes none now",
    "switch.dose": "no table holds both drugs",
}
"""Findings of those rules in which no number decides."""


READ: set[str] = set()


class Reads(Look):
    """A look that notes which choices a rule reads."""

    def limit(self, name: str) -> float:
        READ.add(name)
        return super().limit(name)


@pytest.fixture(scope="module")
def found(facts: Facts) -> dict[str, list[tuple[str, str, str, frozenset[str]]]]:
    """Return for each rule (level, limit, sentence, choices that the rule read) over all plans of
    the set.
    """
    out: dict[str, list[tuple[str, str, str, frozenset[str]]]] = defaultdict(list)
    for name in FILES:
        for row in score.rows_of(name):
            case_table, plan_table = rows.read(row.text)
            case = cases.from_table(case_table, rows.TODAY, facts)
            try:
                plan = plans.from_table(plan_table, facts)
            except InputError:
                continue
            look = Reads(
                plan, case, facts, rows.TODAY, assess(case, facts), may_stop_at_once(case, facts)
            )
            for rule in ARITHMETIC:
                READ.clear()
                for one in rule.find(look):
                    out[rule.id].append(
                        (one.level, one.limit_text(), one.sentence, frozenset(READ))
                    )
    return out


def test_every_key_in_a_finding_is_a_choice(facts: Facts, found: dict) -> None:  # type: ignore[type-arg]
    keys = {key for many in found.values() for _, limit, _, _ in many for key in KEY.findall(limit)}
    assert len(keys) > 20
    assert keys <= facts.choices.keys()


def test_an_alarm_whose_line_is_a_choice_shows_its_key(found: dict) -> None:  # type: ignore[type-arg]
    for rule, keys in ASKS_FOR.items():
        alarms = [one for one in found[rule] if one[0] != "note"]
        assert alarms, rule
        for _, limit, sentence, _ in alarms:
            if rule in WITHOUT and WITHOUT[rule] in sentence:
                continue
            assert keys & set(KEY.findall(limit)), (rule, limit)


READ_FOR_SOMETHING_ELSE = {
    "pace.last-dose": "from a high dose: the edge is the guideline's",
    "interaction.sedatives": "whether anything is left, and who counts as old",
    "interaction.duplicate": "which doses are a switch",
    "interaction.opioid": "naloxone: the limit is a medicine at hand, no number",
    "interaction.level": "without a hold the limit is empty: a level that goes up or down a little",
    "shape.gap": "one day left out is warned of as it is",
    "shape.start": "which doses are a switch",
    "switch.builds-up": "an impaired liver at any age",
    "supply.amount": "a supply that is too small, and refills: no number",
    "supply.gap": "which days a supply covers",
    "plan.goal": "to stop, to stay: no number",
    "pace.published": "each published rule by name",
    "people.special": "a note of a condition",
    "plan.origin": "a time zone, and settings: no number",
    "plan.visits": "a plan that names no visits: no number",
    "shape.dates": "a plan that is under way: no number",
    "dispensing.split": "the step of a product, or the mark of a syringe",
}
"""Rules that read choices also for findings whose limit is none of them, with the reason."""


def test_a_rule_that_reads_choices_shows_a_key_or_says_why_not(found: dict) -> None:  # type: ignore[type-arg]
    silent = {
        rule
        for rule, many in found.items()
        for _, limit, sentence, read in many
        if read and not KEY.search(limit) and not (rule in WITHOUT and WITHOUT[rule] in sentence)
    }
    assert silent == READ_FOR_SOMETHING_ELSE.keys()


def test_every_choice_is_read_by_code_that_facts_can_name(facts: Facts) -> None:
    assert [key for key in facts.choices if not used_in(key)] == []
