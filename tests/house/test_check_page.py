"""Is the page of the rules current? Run `make docs` when this fails."""

from pathlib import Path

from homeostat.care.check import RULES
from homeostat.care.check.docs import page
from homeostat.facts import Facts


def test_the_page_of_the_rules_is_current(facts: Facts) -> None:
    assert page(facts) == Path("docs/check.md").read_text(encoding="utf-8"), "run `make docs`"


def test_every_rule_says_what_it_looks_for() -> None:
    assert all((rule.find.__doc__ or "").strip().endswith(".") for rule in RULES)
    assert len({rule.id for rule in RULES}) == len(RULES)
