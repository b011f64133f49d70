"""The forecast of a plan, for the clinician's page alone: its course, beside other candidates on the same virtual people."""

from collections.abc import Mapping

import numpy as np
import vl_convert

from homeostat.care import case as cases
from homeostat.care.case.records import Case
from homeostat.care.forecast import STOP_WARNING
from homeostat.care.plan.model import regimen, with_medicines
from homeostat.care.plan.records import Plan
from homeostat.facts import Facts
from homeostat.model.course import Course
from homeostat.model.patients import draw
from homeostat.model.simulate import simulate
from homeostat.report.charts.alt_text import compare_text
from homeostat.report.charts.curves import candidates
from homeostat.report.charts.sheet import sheet
from homeostat.report.charts.stack import PageText, need_warning, stack, withheld
from homeostat.report.charts.staircases import doses
from homeostat.report.charts.timeline import window
from homeostat.report.papers.timetable import first_day
from homeostat.report.papers.typeset import FACE, face_folder

PEOPLE = 300
"""Virtual people for a page; their band moves by about a point from one seed to another."""
DAYS_BEFORE, DAYS_AFTER = 28, 56
WIDTH = 760
"""Width of the picture [px]; 12 px become 8 points on an A4 page."""


def course_of(plan: Plan, case: Case, facts: Facts) -> Course:
    """Return what is expected under a plan, on people drawn like the person."""
    use = regimen(plan, case, facts)
    person = cases.person(with_medicines(case, plan), facts)
    people = draw(
        PEOPLE, 1 if plan.seed is None else plan.seed, drugs=use.drugs, facts=facts, **vars(person)
    )
    start = max(0.0, cases.day_of(case, min(plan.made_on, first_day(plan))) - DAYS_BEFORE)
    days = np.arange(np.floor(start), np.floor(use.days) + DAYS_AFTER + 1.0)
    return simulate(people, use, days=days, conditions=cases.conditions(case), facts=facts)


def picture(courses: Mapping[str, Course], plan: Plan, case: Case, chosen: str) -> tuple[str, str]:
    """Return doses and severity of up to three candidates as an SVG drawing, and its alternative text."""
    warning = (
        STOP_WARNING if any(course.regimen.ends_abruptly for course in courses.values()) else ""
    )
    need_warning(courses.values(), warning)
    view = window(list(courses.values()), cases.day_0(case), cases.day_of(case, plan.made_on))
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
    vl_convert.register_font_directory(str(face_folder()))
    return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])), said
