"""The clinician's page shows the key of a choice beside its number; what a patient is handed shows
none.
"""

import io
import json

import pypdf

from homeostat.care.case.records import Case
from homeostat.care.check import ARITHMETIC, check
from homeostat.care.plan.records import Plan
from homeostat.facts import Facts
from homeostat.report.papers.calendar import calendar
from homeostat.report.papers.clinician import clinician
from homeostat.report.papers.handout import handout
from homeostat.report.papers.webpage import webpage

from ...checked_plans import checked, courses, released

KEY = "[choice:"


def test_a_clinician_sees_the_keys(plan: Plan, case: Case, facts: Facts) -> None:
    found = check(plan, case, facts, today=plan.made_on, rules=ARITHMETIC)
    page = clinician(checked(plan, case, facts, found), "en", courses=courses(plan, case, facts))
    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page)).pages)
    assert KEY in " ".join(text.split()).replace("[ choice", "[choice")


def test_a_patient_sees_none(plan: Plan, case: Case, facts: Facts) -> None:
    made = released(plan, case, facts)
    for language in ("en", "de"):
        said = json.dumps(handout(made, language), default=str)
        assert KEY not in said
        assert KEY.encode() not in calendar(made, language)
    assert KEY not in webpage(made, ["en", "de"])
