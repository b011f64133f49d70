"""The clinician's page: one A4 side with case, risk, plan, forecast, findings, visits, red flags,
sources and versions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from homeostat.care.assess.assessment import Assessment, Reason
from homeostat.care.case.records import Case
from homeostat.care.check.release import Checked, require_checked
from homeostat.care.findings import Finding, worst_first
from homeostat.care.plan.foundation import changed
from homeostat.care.plan.records import Plan
from homeostat.care.plan.schedule import Schedule
from homeostat.facts import Facts
from homeostat.model.course import Course
from homeostat.report.papers import display, outlook
from homeostat.report.papers.heads import called, foot
from homeostat.report.papers.pace import before, changes, drops
from homeostat.report.papers.typeset import page_count, pdf
from homeostat.report.papers.wording import Words


@dataclass(frozen=True)
class Room:
    """How much is said of what, so that everything fits on one side; refusals and warnings are
    always said in full.
    """

    steps: int
    notes: int
    reasons: int
    chart_mm: float
    size_pt: float
    flows: bool = False
    """True if findings run on from under the steps, so that no column stays empty."""
    is_terse: bool = False
    """True if a finding without a written reason is its sentence alone."""


ROOMS = (
    Room(24, 8, 3, 105, 8.8),
    Room(18, 6, 3, 98, 8.6),
    Room(16, 4, 2, 92, 8.4),
    Room(14, 3, 2, 84, 8.2),
    Room(12, 2, 1, 74, 8.0),
    Room(10, 1, 1, 62, 7.6),
    Room(6, 0, 0, 48, 7.2),
    Room(4, 0, 0, 38, 6.8),
    Room(6, 0, 1, 46, 7.2, flows=True),
    Room(4, 0, 0, 38, 6.8, flows=True),
    Room(4, 0, 0, 34, 6.4, flows=True, is_terse=True),
    Room(4, 0, 0, 30, 6.0, flows=True, is_terse=True),
    Room(4, 0, 0, 26, 5.6, flows=True, is_terse=True),
)
"""From roomy to tight; the first that fits on one side is taken."""
UNVERIFIED = "facts.unverified"
"""The one note that is never left out for want of room."""
MOST_VISITS = 24
"""Visits that are written out; more are counted."""


def clinician(checked: Checked, language: str, *, courses: Mapping[str, Course]) -> bytes:
    """Return the clinician's page as PDF: one side, however long the plan; more only if warnings
    alone need it.

    Args:
        checked: a plan with its findings; a refused one too, as the page says so first.
        courses: up to three plans by name on the same virtual people, this plan's own first.
    """
    words, schedule = Words(language), require_checked(checked).schedule
    data = _page(checked, words, courses)
    made = b""
    for room in ROOMS:
        shown = data | {
            "steps": _steps(schedule, checked.case, words, room.steps),
            "findings": _findings(checked.findings, words, room.notes, is_terse=room.is_terse),
            "flows": room.flows,
            "risk": _risk(checked.assessment, words, room.reasons),
            "chart-mm": room.chart_mm,
            "size": room.size_pt,
        }
        made = pdf("clinician", shown)
        if page_count(made) == 1:
            break
    return made


def _page(checked: Checked, words: Words, courses: Mapping[str, Course]) -> dict[str, Any]:
    plan, case, facts = checked.plan, checked.case, checked.facts
    svg, said = outlook.picture(courses, plan, case, next(iter(courses)))
    first = next(iter(courses.values()))
    sources = {*plan.way.sources, "asam-2025", *_assessed(checked.assessment)}
    named = sorted(
        (facts.sources[s] for s in sources if s in facts.sources), key=lambda s: (s.rank, s.title)
    )
    versions = [
        "; ".join(source.title for source in named) + ".",
        words(
            "clinician.made",
            maker=plan.made_by,
            program=f"homeostat {version('homeostat')}",
            facts=facts.digest,
            people=str(len(first.people)),
            seed=str(first.people.seed),
        ),
        words("clinician.unread"),
    ]
    if stale := changed(plan, facts):
        versions.insert(0, words("clinician.changed", names=", ".join(stale)))
    return foot(plan, case, words, title=f"{words('clinician.title')}, {called(plan, case)}") | {
        "heading": f"{words('clinician.title')}: {case.title}",
        "draft": words("clinician.draft"),
        "refused": words("clinician.refused"),
        "titles": {
            name: words(f"clinician.{name}")
            for name in (
                "case",
                "risk",
                "plan",
                "forecast",
                "steps",
                "rules",
                "findings",
                "visits",
                "flags",
                "sources",
            )
        },
        "case": _case(checked, words),
        "plan": _plan(checked, words),
        "rules": [
            words("clinician.rule", when=rule.when, do=rule.text or rule.do) for rule in plan.rules
        ],
        "chart": {"svg": svg, "alt": said, "wide": 1.0},
        "visits": _visits(plan, words),
        "flags": [
            words("clinician.emergency", names=_flags(facts, "emergency")),
            words("clinician.same-day", names=_flags(facts, "same day")),
            words("clinician.flumazenil"),
        ],
        "sources": versions,
    }


def _visits(plan: Plan, words: Words) -> list[str]:
    days = [display.day(day, words.language) for day in sorted(plan.visits)]
    more = (
        [words("clinician.more-steps", count=str(len(days) - MOST_VISITS))]
        if len(days) > MOST_VISITS
        else []
    )
    return [*days[:MOST_VISITS], *more] or [words("clinician.no-visits")]


def _case(checked: Checked, words: Words) -> list[str]:
    plan, case = checked.plan, checked.case
    who, language = case.person, words.language
    details = {
        "initials": called(plan, case),
        "sex": who.sex,
        "weight": f"{display.number(who.weight_kg, language)} kg",
    }
    found = [
        words("clinician.who", age=display.number(who.age_years, language), **details)
        if who.age_years is not None
        else words("clinician.who-born", year=str(who.birth_year), **details)
    ]
    begins = checked.schedule.first_day
    for drug in dict.fromkeys(use.drug for use in case.use):
        if dose := before(case, drug, begins):
            since = max(use.since for use in case.use if use.drug == drug and use.since < begins)
            first = min(use.since for use in case.use if use.drug == drug)
            found.append(
                words(
                    "clinician.takes",
                    drug=words(f"drug.{drug}"),
                    dose=display.mg(dose, language),
                    date=display.day(since, language),
                    first=display.day(first, language),
                )
            )
    conditions = [*(case.conditions or ()), *case.other_conditions]
    empty = words("clinician.not-asked") if case.conditions is None else words("clinician.none")
    found.append(words("clinician.conditions", conditions=", ".join(conditions) or empty))
    if case.medicine:
        found.append(
            words("clinician.medicines", medicines=", ".join(m.name for m in case.medicine))
        )
    past, drinks = case.history, case.alcohol.drinks_per_day

    def answer(given: str) -> str:
        known = {
            "yes": "clinician.yes",
            "no": "clinician.no",
            "not applicable": "clinician.does-not-apply",
        }
        return words(known.get(given, "clinician.not-asked"))

    alcohol = (
        words("clinician.not-asked")
        if drinks is None
        else words("clinician.drinks", drinks=display.number(drinks, language))
        if drinks
        else words("clinician.none")
    )
    found.append(
        words(
            "clinician.must-know",
            seizure=answer(past.seizure_ever),
            complicated=answer(past.complicated_withdrawal),
            opioid=answer(past.opioid),
            sedatives=answer(past.other_sedatives),
            alcohol=alcohol,
            pregnant=answer(who.pregnant),
            suicidal=answer(past.suicidal_thoughts),
            drives=answer(past.drives),
            support=answer(past.support_at_home),
        )
    )
    return found


def _risk(assessment: Assessment, words: Words, reasons: int) -> list[dict[str, Any]]:
    """Return each judgement with its strongest reasons."""
    found = [
        {"head": words(f"clinician.{name}", word=word), "lines": [_cited(r) for r in why[:reasons]]}
        for name, word, why in (
            ("dependence", assessment.dependence, assessment.dependence_reasons),
            ("severe", assessment.severe_withdrawal, assessment.severe_reasons),
            ("setting", assessment.setting, assessment.setting_reasons),
        )
    ]
    if assessment.must_ask:
        keys = ", ".join(
            item.key.rsplit(".", 1)[-1].replace("_", " ") for item in assessment.must_ask
        )
        found.append({"head": words("clinician.must-ask", keys=keys), "lines": []})
    return found


def _cited(reason: Reason) -> str:
    said = reason.with_keys
    return f"{said} ({'; '.join(reason.sources)})" if reason.sources else said


def _assessed(assessment: Assessment) -> set[str]:
    reasons = (
        *assessment.dependence_reasons,
        *assessment.severe_reasons,
        *assessment.setting_reasons,
    )
    return {cited.split(",")[0].strip() for reason in reasons for cited in reason.sources}


def _plan(checked: Checked, words: Words) -> list[str]:
    plan, case, schedule = checked.plan, checked.case, checked.schedule
    language = words.language
    first, last = schedule.first_day, schedule.settled_day
    weeks = display.number(round(((last - first).days + 1) / 7, 1), language)
    found = [
        words(f"clinician.aim-{plan.goal.aim}", way=plan.way.name, setting=plan.setting),
        words("clinician.span-stay", first=display.day(first, language))
        if plan.goal.aim == "stay" and not changes(schedule, case)
        else words(
            "clinician.span",
            first=display.day(first, language),
            last=display.day(last, language),
            weeks=weeks,
            changes=str(changes(schedule, case)),
        ),
    ]
    for drug in plan.drugs:
        ends = schedule.last.mg_per_day(drug)
        begins = before(case, drug, first)
        found.append(
            words(
                "clinician.from-to",
                drug=words(f"drug.{drug}"),
                **{"from": display.mg(begins, language), "to": display.mg(ends, language)},
            )
        )
        if down := drops(schedule, case, drug):
            found.append(
                words(
                    "clinician.first-drop",
                    date=display.day(down[0].on, language),
                    mg=display.mg(down[0].mg, language),
                    current=display.percent(down[0].of_current, language),
                    start=display.percent(down[0].of_start, language),
                )
            )
        if before_last := [drop for drop in down if drop.to_mg > 0]:
            most = max(before_last, key=lambda drop: drop.of_current)
            found.append(
                words(
                    "clinician.largest",
                    current=display.percent(most.of_current, language),
                    date=display.day(most.on, language),
                    start=display.percent(most.of_start, language),
                )
            )
    return found + list(plan.reasons[:2])


def _steps(schedule: Schedule, case: Case, words: Words, most: int) -> dict[str, Any]:
    """Return the steps as rows; the middle of a long plan is counted, not shown."""
    language = words.language
    by_day = {
        (drop.drug, drop.on): drop
        for drug in schedule.drugs
        for drop in drops(schedule, case, drug)
    }
    rows = []
    for stretch in schedule.stretches:
        for drug in stretch.drugs:
            total = stretch.mg_per_day(drug)
            drop = by_day.get((drug, stretch.from_day))
            if not total and not drop:
                continue
            rows.append(
                [
                    display.day(stretch.from_day, language),
                    (f"{words(f'drug.{drug}')} " if len(stretch.drugs) > 1 else "")
                    + display.mg(total, language),
                    f"−{display.mg(drop.mg, language)}" if drop else "–",
                    display.percent(drop.of_current, language) if drop else "–",
                    display.percent(drop.of_start, language) if drop else "–",
                ]
            )
    if len(rows) > most:
        left = len(rows) - most + 1
        cut = (most - 1) // 2
        rows = [*rows[:cut], [words("clinician.more-steps", count=str(left))], *rows[cut + left :]]
    return {
        "head": words.list(
            *(f"clinician.step-head-{name}" for name in ("from", "dose", "mg", "current", "start"))
        ),
        "rows": rows,
    }


def _findings(
    findings: Sequence[Finding], words: Words, notes: int, *, is_terse: bool = False
) -> dict[str, Any]:
    """Return refusals and warnings all, what is unverified, and the first few notes."""
    ordered = worst_first(list(findings))
    always = [f for f in ordered if f.level != "note" or f.rule == UNVERIFIED]
    kept = always + [f for f in ordered if f not in always][:notes]
    shown = [_finding(finding, words, is_terse=is_terse) for finding in kept]
    more = len(ordered) - len(kept)
    return {
        "refused": [finding for finding in shown if finding["level"] == "refuse"],
        "others": [finding for finding in shown if finding["level"] != "refuse"],
        "none": "" if ordered else words("clinician.no-findings"),
        "more": words("clinician.more-findings", count=str(more)) if more else "",
    }


def _finding(finding: Finding, words: Words, *, is_terse: bool = False) -> dict[str, Any]:
    source = "; ".join(finding.sources) or words("clinician.by-rule")
    limit, value = finding.limit_text(words.language), finding.value_text(words.language)
    lines = []
    if is_terse:
        pass
    elif limit or value:
        lines.append(
            words(
                "clinician.limit",
                limit=limit or "–",
                value=value or "–",
                source=source,
            )
        )
    else:
        lines.append(words("clinician.rule-source", rule=finding.rule, source=source))
    if finding.override:
        given = finding.override
        lines.append(
            words(
                "clinician.overridden",
                by=given.by,
                date=display.day(given.on, words.language),
                reason=given.reason,
            )
        )
    elif finding.level == "warn" and not is_terse:
        lines.append(words("clinician.not-overridden"))
    return {
        "level": finding.level,
        "word": words(f"clinician.{finding.level}"),
        "sentence": finding.text(words.language),
        "lines": lines,
    }


def _flags(facts: Facts, level: str) -> str:
    return "; ".join(flag.name for flag in facts.flags.values() if flag.level == level)
