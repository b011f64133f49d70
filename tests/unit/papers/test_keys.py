"""The clinician's page shows the key of a choice beside its number; what a patient is handed shows none."""

import io
import json

import pypdf

from homeostat.care.assess.risk import assess
from homeostat.care.case.records import Case
from homeostat.care.check import ARITHMETIC, check
from homeostat.care.plan.records import Plan
from homeostat.facts import Facts
from homeostat.report.papers.calendar import calendar
from homeostat.report.papers.clinician import clinician
from homeostat.report.papers.handout import handout
from homeostat.report.papers.webpage import webpage

KEY = "[choice:"


def test_a_clinician_sees_the_keys(plan: Plan, case: Case, facts: Facts) -> None:
    found = check(plan, case, facts, today=plan.made_on, rules=ARITHMETIC)
    page = clinician(
        plan, case, facts, "en", assessment=assess(case, facts), findings=found, courses=None
    )
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page)).pages)
    assert KEY in " ".join(text.split()).replace("[ choice", "[choice")


def test_a_patient_sees_none(plan: Plan, case: Case, facts: Facts) -> None:
    for language in ("en", "de"):
        said = json.dumps(handout(plan, case, facts, language), default=str)
        assert KEY not in said
        assert KEY.encode() not in calendar(plan, facts, language)
    assert KEY not in webpage(plan, case, facts, ["en", "de"])
