"""The finished pages: tagged and titled, stamped on every page, plain, without a forecast where a
patient reads.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pikepdf
import pypdf
import pytest
import textstat

from homeostat.care.assess.assessment import Assessment, Open, Reason
from homeostat.care.case.records import Case
from homeostat.care.findings import Finding
from homeostat.care.plan.records import Override, Plan, PlannedDose
from homeostat.care.plan.schedule import schedule
from homeostat.errors import InputError
from homeostat.facts import Facts
from homeostat.language.messages import Message, Quantity, Term
from homeostat.report.papers import display
from homeostat.report.papers import folder as papers
from homeostat.report.papers.clinician import clinician
from homeostat.report.papers.handout import handout
from homeostat.report.papers.typeset import page_count, pdf
from homeostat.report.papers.wording import catalogue

from ...checked_plans import checked, courses, released, splitting
from ...findings import finding

PDFS = ("clinician.pdf", "handout.pdf", "handout-de.pdf", "pharmacy.pdf", "letter.pdf")
FOR_PATIENT = ("handout.pdf", "handout-de.pdf", "plan.html", "calendar.ics")
WARNING = Finding(
    rule="pace.test",
    level="warn",
    message="pace.steep",
    values={"band": Term("high")},
    limit=Quantity(0.25, "share"),
    value=Quantity(0.5, "share"),
    on=date(2026, 11, 23),
    sources=("asam-2025, p. 8",),
    override=Override(
        finding="pace.test", reason="smallest piece sold", by="P. P.", on=date(2026, 11, 3)
    ),
)
ASSESSMENT = Assessment(
    "expected",
    (Reason("use", "Taken every day for three years.", ("asam-2025, p. 9",)),),
    "raised",
    (Reason("dose", "A high dose.", ("asam-2025, p. 9",)),),
    "outpatient",
    (Reason("none", "No reason for a hospital.", ("asam-2025, p. 8",)),),
    (Open("history.falls", Message("open.liver")),),
    (),
)


def write(
    plan: Plan,
    case: Case,
    facts: Facts,
    folder: Path,
    *,
    assessment: Assessment | None = None,
    findings: Sequence[Finding] = (),
    languages: Sequence[str] = display.LANGUAGES,
) -> tuple[Path, ...]:
    """Write the papers of a plan of which the rules find so much."""
    return papers.write(
        checked(plan, case, facts, findings, assessment),
        folder,
        courses=courses(plan, case, facts),
        splitting=splitting(plan, case, facts),
        languages=languages,
    )


def page(plan: Plan, case: Case, facts: Facts, findings: Sequence[Finding]) -> bytes:
    """Return the clinician's page of a plan of which the rules find so much."""
    made = checked(plan, case, facts, findings, ASSESSMENT)
    return clinician(made, "en", courses=courses(plan, case, facts))


@pytest.fixture(scope="module")
def folder(plan: Plan, case: Case, facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("papers") / "out"
    write(plan, case, facts, made, assessment=ASSESSMENT, findings=[WARNING])
    return made


@pytest.fixture
def german() -> Iterator[None]:
    textstat.set_lang("de")
    yield
    textstat.set_lang("en_US")


def text(path: Path) -> str:
    if path.suffix != ".pdf":
        return re.sub(
            r"\r?\n ", "", path.read_text(encoding="utf-8")
        )  # lines of a calendar are folded
    return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def tags(node: Any) -> Iterator[pikepdf.Dictionary]:
    for kid in (
        node.get("/K", []) if isinstance(node.get("/K"), pikepdf.Array) else [node.get("/K")]
    ):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from tags(kid)


@pytest.mark.parametrize("name", PDFS)
def test_a_page_is_tagged_titled_and_has_a_language(folder: Path, name: str) -> None:
    with pikepdf.open(folder / name) as document:
        root = document.Root
        assert str(root.Lang) == ("de" if name == "handout-de.pdf" else "en")
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "S. T." in metadata["dc:title"]
        found = list(tags(root.StructTreeRoot))
        kinds = {str(tag.S) for tag in found}
        assert {"/H1", "/Table", "/TH", "/TD"} <= kinds
        for tag in found:
            if str(tag.S) == "/Figure":
                assert len(str(tag.Alt)) > 5
            if str(tag.S) == "/Table":
                assert any(str(cell.S) == "/TH" for cell in tags(tag)), (
                    "a table without header cells tells nobody what it is"
                )


@pytest.mark.parametrize("name", ["handout.pdf", "handout-de.pdf"])
def test_every_picture_of_tablets_is_also_said_in_words(
    folder: Path, name: str, plan: Plan
) -> None:
    with pikepdf.open(folder / name) as document:
        said = [
            str(tag.Alt) for tag in tags(document.Root.StructTreeRoot) if str(tag.S) == "/Figure"
        ]
    doses = sum(len(step.doses) for step in plan.steps)
    assert len(said) == doses
    plain = re.sub(r"\s+", " ", text(folder / name).replace("\u00a0", " "))
    for alt in said:
        assert re.sub(r"\s+", " ", alt.split(": ", 1)[1].replace("\u00a0", " ")) in plain


@pytest.mark.parametrize("name", PDFS)
def test_every_page_says_whose_it_is_which_version_when_and_that_nobody_signed(
    folder: Path, name: str
) -> None:
    pages = pypdf.PdfReader(folder / name).pages
    for number, page in enumerate(pages, start=1):
        said = page.extract_text().replace("\u00a0", " ")
        wanted = (
            (
                "S. T.",
                "Plan typical-1, Version 1",
                "Mo 2. Nov. 2026",
                "Entwurf, nicht unterschrieben",
            )
            if name == "handout-de.pdf"
            else ("S. T.", "Plan typical-1, version 1", "Mon 2 Nov 2026", "Draft, not signed")
        )
        assert all(word in said for word in wanted), said[-300:]
        assert re.search(rf"(Page|Seite) {number} (of|von) {len(pages)}", said)


@pytest.mark.parametrize("name", FOR_PATIENT)
def test_nothing_of_a_forecast_reaches_the_patient(folder: Path, name: str) -> None:
    said = text(folder / name)
    if name == "plan.html":
        said = re.sub(r"<style>.*?</style>|<svg.*?/svg>", "", said, flags=re.DOTALL)
    for word in (
        "forecast",
        "severity",
        "virtual",
        "median",
        "chance",
        "probab",
        "Vorhersage",
        "risk",
        "Risiko",
    ):
        assert word.lower() not in said.lower(), word
    assert not re.search(r"\d\s*%", said)


@pytest.mark.parametrize("name", [*PDFS, "plan.html", "calendar.ics", "schedule.csv"])
def test_no_paper_holds_a_chance_of_a_seizure_or_a_risky_number_or_date(
    folder: Path, name: str
) -> None:
    said = text(folder / name)
    if name == "plan.html":
        said = re.sub(
            r"<style>.*?</style>|<svg.*?/svg>|<script>\s*\"use strict\".*?const data =",
            "",
            said,
            flags=re.DOTALL,
        )
        said = said.split("const main")[0]
    assert not re.search(r"%[^.]{0,60}(seizure|Krampfanf)|(seizure|Krampfanf)[^.]{0,60}%", said)
    assert not re.search(r"(?<![\d.])[.,]\d+\s*mg", said)
    assert not re.search(r"\d[.,]\d*0\s*(mg|mL)\b", said)
    assert not re.search(r"\d\s*(mcg|µg|μg)", said)
    assert not re.search(r"\b\d{1,2}/\d{1,2}(/\d{2,4})?\b(?! mmHg)", said)


def test_the_emergency_box_comes_first_with_the_numbers_of_the_market(
    plan: Plan, case: Case, facts: Facts
) -> None:
    for market, number in (("US", "911"), ("UK", "999"), ("EU", "112")):
        made = pdf(
            "handout",
            handout(released(replace(plan, market=market), case, facts), "en"),
        )
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
        assert pages[0].startswith(f"Emergency: call {number}")
        assert all(page.startswith(f"Emergency: call {number}") for page in pages)


def parts_of(data: dict[str, Any]) -> dict[str, str]:
    """Return each part of a handout as a text of sentences."""
    parts = {section["title"]: section["lines"] for section in data["sections"]}
    parts["top"] = [data["sos"][name] for name in ("signs", "crisis", "unchecked")]
    parts["top"] += [*data["how"], data["draft"], data["old"]]
    rows = [row for part in data["parts"] for row in part["rows"]]
    parts["felt"] = [row["feel"] for row in rows]
    take = "Take {}." if data["language"] == "en" else "Nehmen Sie {}."
    parts["steps"] = [
        take.format(dose["words"]) for row in rows for cell in row["cells"] for dose in cell
    ]
    return {name: " ".join(lines).replace("\u00a0", " ") for name, lines in parts.items()}


def test_the_handout_reads_at_grade_six_or_below_on_every_part(
    plan: Plan, case: Case, facts: Facts
) -> None:
    for name, said in parts_of(handout(released(plan, case, facts), "en")).items():
        assert textstat.flesch_kincaid_grade(said) <= 6.0, (name, said)


def test_the_german_handout_reads_at_school_grade_six_or_below_on_every_part(
    plan: Plan, case: Case, facts: Facts, german: None
) -> None:
    """The first Wiener Sachtextformel, made for German non-fiction, gives the school grade that can
    read it.
    """
    for name, said in parts_of(handout(released(plan, case, facts), "de")).items():
        assert textstat.wiener_sachtextformel(said, 1) <= 6.0, (name, said)


def test_that_german_measure_can_tell_plain_words_from_others(german: None) -> None:
    hard = (
        "Die Absetzsymptomatik erfordert unverzügliche fachärztliche Mitbeurteilung und"
        " Verlaufsbeobachtung."
    )
    assert textstat.wiener_sachtextformel(hard, 1) > 12


def test_the_tables_say_on_every_line_whose_they_are_and_that_they_are_a_draft(
    folder: Path, plan: Plan
) -> None:
    import csv
    import json

    rows = list(csv.DictReader((folder / "schedule.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) > 140
    for row in rows:
        assert (
            row["case"],
            row["initials"],
            row["plan"],
            row["version"],
            row["made_on"],
            row["state"],
        ) == (
            "typical",
            "S. T.",
            "typical-1",
            "1",
            "2026-11-02",
            "draft, not signed",
        )
    data = json.loads((folder / "schedule.json").read_text(encoding="utf-8"))
    assert data["initials"] == "S. T."
    assert data["visits"] == [day.isoformat() for day in sorted(plan.visits)]


def test_the_handout_gives_a_box_for_every_day(plan: Plan, case: Case, facts: Facts) -> None:
    rows = handout(released(plan, case, facts), "en")["parts"][0]["rows"]
    assert [row["boxes"] for row in rows] == [14] * 10 + [0]


def test_the_pages_say_that_nobody_has_checked_them(folder: Path) -> None:
    assert "Text checked by a clinician: not yet" in text(folder / "handout.pdf")
    assert "Text von einer Fachperson geprüft: noch nicht" in text(folder / "handout-de.pdf")
    assert "checked by a clinician: not yet" in text(folder / "pharmacy.pdf")
    assert "checked by a clinician: not yet" in text(folder / "letter.pdf")
    assert "Nothing on this page has been reviewed" in re.sub(
        r"\s+", " ", text(folder / "clinician.pdf")
    )


def test_the_clinicians_page_is_one_side_with_risk_findings_and_the_written_reason(
    folder: Path,
) -> None:
    assert page_count((folder / "clinician.pdf").read_bytes()) == 1
    said = re.sub(r"\s+", " ", text(folder / "clinician.pdf").replace("\u00a0", " "))
    for words in (
        "Physical dependence: expected",
        "Severe or complicated withdrawal: raised risk",
        "Warning: 50 % of the starting dose is lost within two weeks up to 2026-11-23",
        "Limit 25 % in 2 weeks · value 50 % · asam-2025, p. 8",
        "Accepted by P. P. on Tue 3 Nov 2026: smallest piece sold",
        "unknown is not no): falls",
        "Mon 23 Nov 2026",
        "Emergency: seizure",
        "50 % on Tue 16 Mar 2027 (6.3 % of the dose at the start)",
    ):
        assert words in said, words


def test_a_refusal_stands_first_on_the_clinicians_page(
    plan: Plan, case: Case, facts: Facts
) -> None:
    refused = finding(
        "pace.first",
        "refuse",
        "The first step takes all at once.",
        sources=("asam-2025, p. 8",),
    )
    made = page(plan, case, facts, [WARNING, refused])
    said = pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert said.lstrip().startswith("Refused: this plan is not to be used")
    assert said.index("The first step takes all at once") < said.index("Clinician's page")


def test_a_page_full_of_findings_drops_notes_and_never_a_warning(
    plan: Plan, case: Case, facts: Facts
) -> None:
    many = [finding(f"w{n}", "warn", f"Warning number {n} is said.") for n in range(12)]
    many += [finding(f"n{n}", "note", f"Note number {n} is said.") for n in range(30)]
    made = page(plan, case, facts, many)
    said = re.sub(r"\s+", " ", pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text())
    assert page_count(made) == 1
    assert all(f"Warning number {n} is said." in said for n in range(12))
    assert "more of these: homeostat check" in said


def test_the_worst_page_is_one_side_too_and_still_says_every_warning(
    plan: Plan, case: Case, facts: Facts
) -> None:
    long = (
        "is said, in a sentence that tells in many words what is wrong with this plan, and by which"
        " rule it is so."
    )
    many = [
        finding(f"w{n}", "warn", f"Warning {n} {long}", sources=("asam-2025",)) for n in range(20)
    ]
    named = replace(plan.whom, initials="Maximiliana-Alexandra von und zu Habsburg-Lothringen " * 2)
    titled = replace(case, title="A very long title " * 8)
    made = page(replace(plan, whom=named), titled, facts, many)
    said = re.sub(r"\s+", " ", pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text())
    assert page_count(made) == 1
    assert all(f"Warning {n} is said" in said for n in range(20))


def test_a_letter_that_the_face_does_not_have_is_refused_by_name(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    smiling = replace(plan.whom, initials="🙂")
    person = replace(case.person, initials="🙂")
    with pytest.raises(InputError, match="the papers have no letter for '🙂'"):
        write(
            replace(plan, whom=smiling),
            replace(case, person=person),
            facts,
            tmp_path / "out",
        )
    assert not (tmp_path / "out").exists()


def test_a_long_plan_still_fits_the_clinicians_one_side(
    plan: Plan, case: Case, facts: Facts
) -> None:
    first = plan.steps[0]
    many = tuple(
        replace(
            first,
            from_day=first.from_day + timedelta(7 * n),
            until=first.from_day + timedelta(7 * n + 7),
        )
        for n in range(60)
    )
    made = page(replace(plan, steps=many), case, facts, [])
    assert page_count(made) == 1


def test_the_letter_names_guidance_gives_both_readings_and_says_why_not_at_once(
    folder: Path, facts: Facts
) -> None:
    said = re.sub(r"\s+", " ", text(folder / "letter.pdf").replace("\u00a0", " "))
    foot = r"S\. T\. · Plan typical-1, [^.]*?Page \d of \d About the pace of a taper "
    said = re.sub(foot, "", said)  # a sentence may go on over the end of a page
    assert "50 % of the dose taken just before, and 6.3 % of the dose at the start" in said
    for name in (
        "ASAM joint guideline 2025",
        "NICE NG215 (2022)",
        "Klonopin label, panic disorder",
    ):
        assert name in said
    assert re.sub(r"\s+", " ", facts.recommendations["asam-02"].text) in said
    assert "recalled" not in said


def test_the_letter_says_only_what_the_catalogue_or_the_facts_say(
    folder: Path, plan: Plan, case: Case, facts: Facts
) -> None:
    """Each line is a template of the catalogue, a text of the facts, or the foot."""
    from homeostat.report.papers.letter import letter

    data = letter(released(plan, case, facts), "en")
    known = [re.escape(s.en) for s in catalogue().values()]
    templates = [
        re.compile(re.sub(r"\\\{[a-z]+\\\}", ".+", pattern), re.DOTALL) for pattern in known
    ]
    rules = {
        text
        for rule in facts.pace_rules.values()
        for text in (rule.name, rule.step, rule.interval, rule.end)
    }
    lines = [
        *data["plan"],
        *data["ask"]["lines"],
        *data["pace"]["lines"],
        *data["why"]["lines"],
        *data["sources"]["lines"],
    ]
    for line in lines:
        assert any(template.fullmatch(line) for template in templates), line
    assert {cell for row in data["pace"]["rows"] for cell in row} <= rules


def test_a_dose_without_items_is_said_as_an_amount_and_not_counted(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    step = plan.steps[0]
    bare = PlannedDose(drug="clonazepam", time=time(8), dose_mg=0.0625)
    changed = replace(plan, steps=(replace(step, doses=(bare,)),), supplies=())
    write(changed, case, facts, tmp_path / "out")
    assert "0.0625\u00a0mg" in text(tmp_path / "out" / "handout.pdf")
    said = re.sub(r"\s+", " ", text(tmp_path / "out" / "pharmacy.pdf").replace("\u00a0", " "))
    assert "does not say what makes up 1 of its doses" in said


def test_a_window_that_hands_out_too_little_says_so(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    first = plan.supplies[0]
    less = replace(first, items=(replace(first.items[0], units=30.0), *first.items[1:]))
    write(
        replace(plan, supplies=(less, *plan.supplies[1:])),
        case,
        facts,
        tmp_path / "out",
    )
    said = re.sub(r"\s+", " ", text(tmp_path / "out" / "pharmacy.pdf"))
    assert "Not enough: 5 tablets of clonazepam tablet 0.5 mg are missing in this window." in said


def test_the_page_for_a_phone_asks_no_network_for_anything(folder: Path) -> None:
    said = text(folder / "plan.html")
    assert "default-src 'none'" in said
    assert not re.search(
        r"(src|href)=|https?://(?!www\.w3\.org)|fetch\(|XMLHttpRequest|import\(", said
    )
    assert "width=device-width" in said


@pytest.fixture(scope="module")
def in_languages(
    plan: Plan, case: Case, facts: Facts, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, ...]:
    made = []
    for languages in (("de", "en"), ("en",)):
        made.append(tmp_path_factory.mktemp("papers") / "out")
        write(plan, case, facts, made[-1], languages=languages)
    return tuple(made)


@pytest.mark.parametrize("name", [*PDFS, "calendar.ics", "schedule.csv"])
def test_no_page_mixes_two_decimal_signs(name: str, in_languages: tuple[Path, ...]) -> None:
    for made in in_languages:
        if (made / name).exists():
            said = text(made / name)
            signs = {found[1] for found in re.finditer(r"\d([.,])\d+\s*(?:mg|mL)\b", said)}
            assert len(signs) <= 1, signs


def test_every_drug_has_a_name_in_every_language(facts: Facts) -> None:
    assert {f"drug.{name}" for name in facts.drug_ids} <= set(catalogue())


def test_the_page_for_a_phone_rings_keeps_focus_and_says_what_a_step_may_feel_like(
    folder: Path,
) -> None:
    said = text(folder / "plan.html")
    assert '"tel:"' in said
    assert ".focus()" in said
    assert "prefers-color-scheme: dark" in said
    assert "It can take up to a week until you feel this first step." in said
    assert "Tick each day" not in said


def test_the_page_for_a_phone_holds_the_whole_plan_in_both_languages(
    folder: Path, plan: Plan, facts: Facts
) -> None:
    import json

    said = text(folder / "plan.html")
    data = json.loads(said.split("const data = ", 1)[1].split(";\nconst main", 1)[0])
    for language in ("en", "de"):
        rows = data["languages"][language]["rows"]
        assert [(row["from"], row["until"]) for row in rows] == [
            (s.from_day.isoformat(), s.until.isoformat() if s.until else None)
            for s in schedule(plan).stretches
        ]
        for row, stretch in zip(rows, schedule(plan).stretches, strict=True):
            total = stretch.mg_per_day("clonazepam")
            assert [t.split(" ")[0] for t in row["totals"]] == (
                [display.mg(total, language)] if total else []
            )
            assert len(row["doses"]) == len(stretch.doses)
    assert (data["first"], data["last"]) == ("2026-11-10", "2027-03-29")


def test_names_and_reasons_are_printed_as_they_stand_and_never_obeyed(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    said = '#read("x") $a$ *b* </script><script>alert(1)</script> %%DATA%% {x}'
    write(replace(plan, made_by=said, reasons=(said,)), case, facts, tmp_path / "out")
    assert '#read("x") $a$ *b*' in re.sub(r"\s+", " ", text(tmp_path / "out" / "clinician.pdf"))
    assert "<script>alert" not in text(tmp_path / "out" / "plan.html")


def test_hundreds_of_visits_leave_the_clinicians_page_on_one_side(
    plan: Plan, case: Case, facts: Facts
) -> None:
    days = tuple(plan.steps[0].from_day + timedelta(days=n) for n in range(300))
    made = page(replace(plan, visits=days), case, facts, [])
    assert page_count(made) == 1
    handed = pdf("handout", handout(released(replace(plan, visits=days), case, facts), "en"))
    plain = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(handed)).pages)
    assert all(display.day(day, "en") in plain for day in days)


@pytest.mark.slow
def test_a_plan_of_a_thousand_steps_is_printed_within_seconds(
    plan: Plan, case: Case, facts: Facts, tmp_path: Path
) -> None:
    first = plan.steps[0]
    many = tuple(
        replace(
            plan.steps[n % 2],
            from_day=first.from_day + timedelta(n),
            until=first.from_day + timedelta(n + 1),
        )
        for n in range(1000)
    )
    begun = process_time()
    write(replace(plan, steps=many, supplies=()), case, facts, tmp_path / "out")
    assert process_time() - begun < 60  # quadratic work took half an hour
