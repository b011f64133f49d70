"""Write all papers of a plan into a folder, whole or not at all; a refused plan gets no paper that a patient could follow."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from homeostat.care import plan as plans
from homeostat.care.assess.assessment import Assessment
from homeostat.care.case.records import Case
from homeostat.care.findings import Finding
from homeostat.care.plan.records import Plan
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.model.course import Course
from homeostat.report.files.atomic import MARK_OF_PAPERS, whole_folder
from homeostat.report.papers import display
from homeostat.report.papers.calendar import calendar
from homeostat.report.papers.clinician import clinician
from homeostat.report.papers.handout import SIZES_PT, handout
from homeostat.report.papers.letter import letter
from homeostat.report.papers.pharmacy import pharmacy
from homeostat.report.papers.tables import STATE, schedule_csv, schedule_json
from homeostat.report.papers.timetable import contradictions
from homeostat.report.papers.typeset import fitted, pdf
from homeostat.report.papers.webpage import webpage

FORMAT = 1
OTHERS = 8
"""Papers that are written once, whatever the languages."""
OF_FACTS = "en"
"""Papers for clinicians and pharmacists quote findings and facts, which speak English: no page mixes two decimal signs."""


def write(
    plan: Plan,
    case: Case,
    facts: Facts,
    folder: Path,
    *,
    assessment: Assessment | None = None,
    findings: Sequence[Finding] = (),
    comparison: Mapping[str, Course] | None = None,
    languages: Sequence[str] = display.LANGUAGES,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> tuple[Path, ...]:
    """Write the papers of a plan and return their paths.

    Args:
        assessment: the risk assessment, for the clinician's page.
        findings: what the check found; with a refusal among them only the clinician's page and the plan itself are written.
        comparison: up to three candidates by name on the same virtual people, this plan's own first; without it, this plan alone.
        languages: in which languages the patient's handout and page are written; the calendar is in the first.
        tell: called before each paper with its name and the share of them that is done.

    Raises:
        InputError: the plan is for another case, contradicts itself, or a language is not known.
        OutputError: the folder cannot be written, or holds another case's papers.
    """
    spoken = [display.known_language(language) for language in languages] or list(display.LANGUAGES)
    _is_for(plan, case)
    if wrong := contradictions(plan, facts):
        raise InputError(
            "\n".join(
                f"plan {plan.id}: {sentence}; mend the plan before it is printed"
                for sentence in wrong
            )
        )
    with whole_folder(folder, case.id, MARK_OF_PAPERS) as part:
        tell("Drawing the clinician's page", 0.0)
        made: dict[str, bytes] = {"plan.json": plans.write(plan).encode()}
        made["clinician.pdf"] = clinician(
            plan,
            case,
            facts,
            OF_FACTS,
            assessment=assessment,
            findings=findings,
            courses=comparison,
        )
        if not any(finding.level == "refuse" for finding in findings):
            for name, content in _released(plan, case, facts, spoken, assessment, findings):
                made[name] = content
                tell(f"Written: {name}", len(made) / (OTHERS + len(spoken)))
        made[MARK_OF_PAPERS] = _mark(plan, case, sorted(made))
        for name, content in made.items():
            (part / name).write_bytes(content)
    return tuple(folder / name for name in made)


def _mark(plan: Plan, case: Case, names: Sequence[str]) -> bytes:
    """Return whose papers these are, so that nobody else's are laid among them and old ones are taken away."""
    data = {
        "format": FORMAT,
        "case": {"id": case.id, "title": case.title, "synthetic": case.synthetic},
        "plan": {"id": plan.id, "version": plan.version, "state": STATE},
        "files": list(names),
    }
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def _released(
    plan: Plan,
    case: Case,
    facts: Facts,
    languages: Sequence[str],
    assessment: Assessment | None,
    findings: Sequence[Finding],
) -> Iterator[tuple[str, bytes]]:
    """Yield what may leave the clinician's desk."""
    for language in languages:
        name = "handout.pdf" if language == "en" else f"handout-{language}.pdf"
        yield name, fitted("handout", handout(plan, case, facts, language), SIZES_PT)
    yield "pharmacy.pdf", pdf("pharmacy", pharmacy(plan, case, facts, OF_FACTS))
    argued = letter(plan, case, facts, OF_FACTS, assessment=assessment, findings=findings)
    yield "letter.pdf", pdf("letter", argued)
    yield "plan.html", webpage(plan, case, facts, languages).encode()
    yield "calendar.ics", calendar(plan, facts, languages[0])
    yield "schedule.csv", schedule_csv(plan).encode()
    yield (
        "schedule.json",
        (json.dumps(schedule_json(plan, facts), indent=1, ensure_ascii=False) + "\n").encode(),
    )


def _is_for(plan: Plan, case: Case) -> None:
    if plan.whom.case != case.id:
        raise InputError(
            f"plan {plan.id} is for the case '{plan.whom.case}', not for '{case.id}'; give its own case"
        )
    if plan.whom.initials and case.person.initials and plan.whom.initials != case.person.initials:
        raise InputError(
            f"plan {plan.id} is for {plan.whom.initials}, but the case '{case.id}' is of {case.person.initials}; "
            "one of them must be wrong"
        )
