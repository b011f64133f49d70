"""Write all papers of a plan into a folder, whole or not at all; a refused plan gets no paper that
a patient could follow.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from homeostat.care import plan as plans
from homeostat.care.case.records import Case
from homeostat.care.check.release import Checked, Released, require_printable
from homeostat.care.dispensing.splitting import Effect
from homeostat.care.plan.records import Plan
from homeostat.model.course import Course
from homeostat.report.files.atomic import MARK_OF_PAPERS, whole_folder
from homeostat.report.papers import display
from homeostat.report.papers.calendar import calendar
from homeostat.report.papers.clinician import clinician
from homeostat.report.papers.handout import SIZES_PT, handout
from homeostat.report.papers.letter import letter
from homeostat.report.papers.pharmacy import pharmacy
from homeostat.report.papers.tables import STATE, schedule_csv, schedule_json
from homeostat.report.papers.typeset import fitted, pdf
from homeostat.report.papers.webpage import webpage

FORMAT = 1
OTHERS = 8
"""Papers that are written once, whatever the languages."""
OF_FACTS = "en"
"""Papers for clinicians and pharmacists quote facts and reasons, which speak English: no page mixes
two languages. Their findings would read German in German.
"""


def write(
    checked: Checked,
    folder: Path,
    *,
    courses: Mapping[str, Course],
    splitting: Effect | None,
    languages: Sequence[str] = display.LANGUAGES,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> tuple[Path, ...]:
    """Write the papers of a checked plan and return their paths.

    Of a plan that the check refuses only the clinician's page and the plan itself are written.

    Args:
        checked: the plan, its case and facts, and what the check found.
        courses: up to three plans by name on the same virtual people, this plan's own first.
        splitting: what cuts and measures do to dose and level; None where a dose does not say what
            it is made of.
        languages: in which languages the patient's handout and page are written; the calendar is in
            the first.
        tell: called before each paper with its name and the share of them that is done.

    Raises:
        TypeError: the plan has not been checked.
        InputError: the plan is for another case, contradicts itself, or a language is not known.
        OutputError: the folder cannot be written, or holds another case's papers.
    """
    spoken = known_languages(languages)
    plan, case = require_printable(checked).plan, checked.case
    with whole_folder(folder, case.id, MARK_OF_PAPERS) as part:
        tell("Drawing the clinician's page", 0.0)
        made: dict[str, bytes] = {"plan.json": plans.write(plan).encode()}
        made["clinician.pdf"] = clinician(checked, OF_FACTS, courses=courses)
        if checked.verdict != "refuse":
            for name, content in _released(Released(checked), spoken, splitting):
                made[name] = content
                tell(f"Written: {name}", len(made) / (OTHERS + len(spoken)))
        made[MARK_OF_PAPERS] = _mark(plan, case, sorted(made))
        for name, content in made.items():
            (part / name).write_bytes(content)
    return tuple(folder / name for name in made)


def known_languages(languages: Sequence[str]) -> list[str]:
    """Return the languages that papers are written in; all where none is asked for.

    Raises:
        InputError: there are no papers in one of them.
    """
    return [display.known_language(language) for language in languages] or list(display.LANGUAGES)


def _mark(plan: Plan, case: Case, names: Sequence[str]) -> bytes:
    """Return whose papers these are, so that nobody else's are laid among them and old ones are
    taken away.
    """
    data = {
        "format": FORMAT,
        "case": {"id": case.id, "title": case.title, "synthetic": case.synthetic},
        "plan": {"id": plan.id, "version": plan.version, "state": STATE},
        "files": list(names),
    }
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def _released(
    released: Released, languages: Sequence[str], splitting: Effect | None
) -> Iterator[tuple[str, bytes]]:
    """Yield what may leave the clinician's desk."""
    for language in languages:
        name = "handout.pdf" if language == "en" else f"handout-{language}.pdf"
        yield name, fitted("handout", handout(released, language), SIZES_PT)
    yield "pharmacy.pdf", pdf("pharmacy", pharmacy(released, OF_FACTS, splitting=splitting))
    yield "letter.pdf", pdf("letter", letter(released, OF_FACTS))
    yield "plan.html", webpage(released, languages).encode()
    yield "calendar.ics", calendar(released, languages[0])
    yield "schedule.csv", schedule_csv(released).encode()
    data = json.dumps(schedule_json(released), indent=1, ensure_ascii=False)
    yield "schedule.json", f"{data}\n".encode()
