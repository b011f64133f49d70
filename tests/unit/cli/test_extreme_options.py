"""An option that takes a number or a day has bounds, and what lies outside them ends in one
sentence before any work.
"""

import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from homeostat.cli import main

EXAMPLES = Path(__file__).parents[3] / "examples"
TYPICAL, PLAN = EXAMPLES / "typical.toml", EXAMPLES / "plans" / "typical-20-weeks.json"
DAYS = ["0001-01-01", "1000-01-01", "2300-01-01", "9998-01-01", "9999-12-31", "99999-01-01"]
NUMBERS = ["-1", "0", "1000000000", "1" + "0" * 400]
SETTINGS = {
    "fixed-amount": "step_mg",
    "percent-of-current": "share",
    "percent-of-start": "every_days",
    "equal-effect-3": "steps",
    "microtaper": "weeks",
    "cut-and-hold": "every_days",
    "optimised": "x",
    "stay": "x",
}
FAULTS = [
    *(("plan", TYPICAL, "--start", day) for day in DAYS),
    *((name, TYPICAL, "--today", day) for name in ("plan", "assess", "forecast") for day in DAYS),
    *(("check", TYPICAL, PLAN, "--today", day) for day in DAYS[:2] + DAYS[2:]),
    *(("plan", TYPICAL, "--window", number) for number in NUMBERS),
    *(("plan", TYPICAL, "--max-weeks", number) for number in NUMBERS),
    *(("plan", TYPICAL, "--seed", number) for number in ("-1", NUMBERS[-1])),
    *(("forecast", TYPICAL, option, number) for option in ("--weeks",) for number in NUMBERS),
    *(("forecast", TYPICAL, "--people", number) for number in ("0", NUMBERS[-1])),
    *(("export", TYPICAL, "--sbml", "--person", number) for number in ("-1", NUMBERS[-1])),
    *(("export", TYPICAL, "--sbml", "--days", number) for number in NUMBERS),
    *(("ways", "percent-of-start", "--dose", dose) for dose in ("9999mg", "1e9mg", "0mg", "-2mg")),
    *(("plan", TYPICAL, "--limit", f"clonazepam={n}mg") for n in ("0", "1e300", "-3")),
    *(("plan", TYPICAL, "--limit", f"us-clonazepam-tablet-1={n}") for n in ("0", "1e300", "nan")),
    *(
        ("plan", TYPICAL, "--people", "30", "--way", f"{way}:{name}={value}")
        for way, name in SETTINGS.items()
        for value in ("1e-12", "1e300", "-1", "nan", "inf")
    ),
]


@pytest.mark.parametrize("words", FAULTS, ids=lambda words: " ".join(map(str, words))[-60:])
def test_an_extreme_option_ends_with_one_sentence(words: tuple[object, ...]) -> None:
    before = time.process_time()
    shown = CliRunner().invoke(main, [str(word) for word in words])
    assert shown.exit_code == 2, shown.output
    assert isinstance(shown.exception, SystemExit), shown.exception
    assert "rror" in shown.output
    assert "Traceback" not in shown.output
    assert time.process_time() - before < 30
