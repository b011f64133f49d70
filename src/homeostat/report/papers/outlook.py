"""Picture of what is expected under a plan, beside other plans on the same people; for the
clinician's page alone.
"""

from collections.abc import Mapping

from homeostat.care import case as cases
from homeostat.care.case.records import Case
from homeostat.care.forecast import STOP_WARNING
from homeostat.care.plan.records import Plan
from homeostat.model.course import Course
from homeostat.report.charts.alt_text import compare_text
from homeostat.report.charts.curves import candidates
from homeostat.report.charts.renderer import draw_svg
from homeostat.report.charts.sheet import sheet
from homeostat.report.charts.stack import PageText, need_warning, stack, withheld
from homeostat.report.charts.staircases import doses
from homeostat.report.charts.timeline import window
from homeostat.report.papers.typeset import FACE, face_folder

WIDTH = 760
"""Width of the picture [px]; 12 px become 8 points on an A4 page."""


def picture(courses: Mapping[str, Course], plan: Plan, case: Case, chosen: str) -> tuple[str, str]:
    """Return doses and severity of up to three candidates as an SVG drawing, and its alternative
    text.
    """
    warning = (
        STOP_WARNING if any(course.regimen.ends_abruptly for course in courses.values()) else ""
    )
    need_warning(courses.values(), warning)
    made_on = max(0.0, cases.day_of(case, plan.made_on))  # the check refuses one before any use
    view = window(list(courses.values()), cases.day_0(case), made_on)
    paper = sheet(view, WIDTH, right=170)
    drugs = dict.fromkeys(drug for course in courses.values() for drug in course.regimen.drugs)
    parts = [doses(paper, courses, drug) for drug in drugs]
    held = [course for course in courses.values() if course.withheld]
    if not held:
        parts.append(candidates(paper, courses, chosen, None))
    said = compare_text(courses, f"Plan {plan.id}", view, chosen, warning)
    chart = stack(
        paper,
        parts,
        [],
        PageText(description=said, warning=warning),
        instead=withheld(paper, held[0]) if held else None,
    )
    spec = chart.to_dict()
    spec["config"] = {**spec.get("config", {}), "font": FACE}
    return draw_svg(spec, face_folder()), said
