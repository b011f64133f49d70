"""The schedule as data: CSV, a line for each dose of each day, and JSON, which also says what each
day adds up to.
"""

import csv
import io
from typing import Any

from homeostat.care.check.release import Released
from homeostat.care.plan import format as plan_file
from homeostat.language.quantity import number_text
from homeostat.report.files.spreadsheet import text_cell

COLUMNS = (
    "date",
    "time",
    "drug",
    "dose_mg",
    "product",
    "units",
    "ml",
    "as_needed",
    "drug_total_of_day_mg",
    "case",
    "initials",
    "plan",
    "version",
    "made_on",
    "state",
)
STATE = "draft, not signed"


def schedule_csv(released: Released) -> str:
    """Return every item of every dose of every day; a day without doses is a line with an empty
    time.
    """
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(COLUMNS)
    plan = released.plan
    stamp = (
        text_cell(plan.whom.case),
        text_cell(plan.whom.initials),
        text_cell(plan.id),
        plan.version,
        plan.made_on.isoformat(),
        STATE,
    )
    for day, stretch in released.schedule.each_day():
        if not stretch.doses:
            write.writerow((day.isoformat(), "", "", "0", "", "", "", "", "0", *stamp))
        for dose in stretch.doses:
            total = number_text(stretch.mg_per_day(dose.drug))
            for item in dose.items or (None,):
                amounts = (
                    ("", "", "")
                    if item is None
                    else (item.product, _text(item.units), _text(item.ml))
                )
                head = (day.isoformat(), f"{dose.time:%H:%M}", dose.drug, number_text(dose.dose_mg))
                write.writerow((*head, *amounts, "yes" if dose.as_needed else "no", total, *stamp))
    return out.getvalue()


def _text(amount: float | None) -> str:
    return "" if amount is None else number_text(amount)


def schedule_json(released: Released) -> dict[str, Any]:
    """Return each day with its doses and its total of each drug [mg]."""
    plan = released.plan
    return {
        "format": 1,
        "state": STATE,
        "plan": plan.id,
        "version": plan.version,
        "case": plan.whom.case,
        "initials": plan.whom.initials,
        "made_on": plan.made_on.isoformat(),
        "facts": released.facts.digest,
        "visits": [day.isoformat() for day in sorted(set(plan.visits))],
        "days": [
            {
                "date": day.isoformat(),
                "total_mg": {drug: stretch.mg_per_day(drug) for drug in stretch.drugs},
                "doses": [plan_file.write(dose) for dose in stretch.doses],
            }
            for day, stretch in released.schedule.each_day()
        ],
    }
