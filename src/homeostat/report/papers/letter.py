"""The letter: it argues the chosen pace to colleagues or insurers with guidance by name, and says
nothing the facts do not.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from homeostat.care.assess.assessment import Assessment, Reason
from homeostat.care.check.release import Released
from homeostat.care.findings import Finding
from homeostat.care.plan.records import Plan
from homeostat.care.plan.schedule import ONE_DAY
from homeostat.facts import Facts
from homeostat.facts.records import PaceRule, Recommendation
from homeostat.report.papers import display
from homeostat.report.papers.advice import checked
from homeostat.report.papers.handout import drug_names, untouched
from homeostat.report.papers.heads import called, foot
from homeostat.report.papers.pace import before, changes, drops
from homeostat.report.papers.wording import Words

WHY = (
    "asam-02",
    "asam-text-prevalence",
    "asam-text-skipped-doses",
    "asam-08",
    "asam-11",
    "asam-text-heterogeneity",
)
"""Recommendations and statements that say why it must not be stopped at once, and why the pace
follows the person.
"""
NOT_SAID = ("not said", "not readable", "not recorded")


def letter(released: Released, language: str) -> dict[str, Any]:
    """Return the data of the letter, for the template of the same name."""
    plan, case, facts = released.plan, released.case, released.facts
    assessment, words = released.checked.assessment, Words(language)
    rules = [rule for rule in facts.pace_rules.values() if _speaks_of(rule, plan)]
    known = [facts.recommendations[name] for name in WHY if name in facts.recommendations]
    why = [item for item in known if item.grade not in NOT_SAID]
    person = list(_person(plan, assessment, released.checked.findings, words))
    initials = called(plan, case)
    return foot(plan, case, words, title=f"{words('letter.title')}, {initials}") | {
        "heading": words("letter.title"),
        "to": words("letter.to", initials=initials),
        "draft": words("letter.draft"),
        "plan": list(_plan(released, words, initials)),
        "ask": {"title": words("letter.ask-title"), "lines": list(_asked(plan, facts, words))},
        "pace": {
            "title": words("letter.pace-title"),
            "lines": list(_pace(released, words)),
            "head": words.list(
                *(f"letter.head-{name}" for name in ("guidance", "step", "interval", "end"))
            ),
            "rows": [[rule.name, rule.step, rule.interval, rule.end] for rule in rules],
        },
        "person": {"title": words("letter.person-title"), "lines": person},
        "why": {
            "title": words("letter.why-title"),
            "lines": [_reason(item, words) for item in why],
        },
        "sign": words("letter.sign"),
        "sources": {
            "title": words("letter.sources"),
            "lines": list(_sources(plan, facts, [*rules, *why], assessment, words)),
        },
        "end": [
            checked(words),
            *([words("foot.synthetic")] if case.synthetic else []),
        ],
    }


def _speaks_of(rule: PaceRule, plan: Plan) -> bool:
    """True for guidance on these drugs that gives a pace at all, and that was read and not only
    recalled.
    """
    is_ours = not rule.drugs or bool(set(rule.drugs) & set(plan.drugs))
    return (
        is_ours
        and not rule.is_unverified
        and not any(rule.interval.startswith(word) for word in NOT_SAID)
    )


def _plan(released: Released, words: Words, initials: str) -> Iterator[str]:
    plan, case, facts = released.plan, released.case, released.facts
    schedule, language = released.schedule, words.language
    first, last = schedule.first_day, schedule.settled_day
    for drug in dict.fromkeys(use.drug for use in case.use):
        if dose := before(case, drug, first):
            yield words(
                "letter.takes",
                initials=initials,
                drug=words(f"drug.{drug}"),
                dose=display.mg(dose, language),
                since=display.day(min(use.since for use in case.use if use.drug == drug), language),
            )
    if plan.goal.aim == "stay":
        yield words("letter.plan-stay", first=display.day(first, language))
        return
    span = {
        "drug": drug_names(plan.drugs, words),
        "changes": str(changes(schedule, case)),
        "first": display.day(first, language),
        "last": display.day(last, language),
        "weeks": display.number(round(((last - first).days + 1) / 7), language),
    }
    if plan.goal.aim == "stop":
        yield words("letter.plan-stop", **span)
    else:
        ends = schedule.last
        held = ", ".join(
            display.mg(mg, language) for drug in plan.drugs if (mg := ends.mg_per_day(drug))
        )
        yield words("letter.plan-lower", target=held or "–", **span)
    if kept := untouched(plan, schedule, case):
        yield words("letter.others", drug=drug_names(kept, words))
    for change in plan.switch:
        yield words(
            "letter.switch",
            drug=words(f"drug.{change.to_drug}"),
            table=facts.equivalence_tables[change.table].name,
        )


def _asked(plan: Plan, facts: Facts, words: Words) -> Iterator[str]:
    yield words("letter.ask-pace")
    names = {item.product for step in plan.steps for dose in step.doses for item in dose.items}
    if names:
        yield words(
            "letter.ask-products",
            products="; ".join(facts.products[name].name for name in sorted(names)),
        )
    yield words("letter.ask-signs")


def _pace(released: Released, words: Words) -> Iterator[str]:
    plan, language = released.plan, words.language
    for drug in plan.drugs:
        down = drops(released.schedule, released.case, drug)
        if before_last := [drop for drop in down if drop.to_mg > 0]:
            most = max(before_last, key=lambda drop: drop.of_current)
            yield words(
                "letter.largest",
                drug=_begin(words(f"drug.{drug}")),
                mg=display.mg(most.mg, language),
                date=display.day(most.on, language),
                current=display.percent(most.of_current, language),
                start=display.percent(most.of_start, language),
            )
        if down and down[-1].to_mg == 0:
            yield words(
                "letter.last",
                drug=_begin(words(f"drug.{drug}")),
                mg=display.mg(down[-1].from_mg, language),
                date=display.day(down[-1].on - ONE_DAY, language),
                start=display.percent(down[-1].of_start, language),
            )
    yield words("letter.readings")
    yield words("letter.disagree", way=plan.way.name)


def _begin(text: str) -> str:
    """Return a text as a sentence begins."""
    return text[:1].upper() + text[1:]


def _person(
    plan: Plan, assessment: Assessment, findings: Sequence[Finding], words: Words
) -> Iterator[str]:
    """Yield what speaks for this pace in this person: dependence, risk, why the plan is as it is,
    and how the pace compares.
    """
    for name, word, reasons in (
        ("dependence", assessment.dependence, assessment.dependence_reasons),
        ("severe", assessment.severe_withdrawal, assessment.severe_reasons),
    ):
        yield words(
            f"letter.{name}", word=word, reasons=" ".join(_cited(r, words) for r in reasons)
        )
    if plan.reasons:
        yield words("letter.reasons", reasons=" ".join(plan.reasons))
    for finding in findings:
        if finding.rule.startswith("pace."):
            yield _cited(finding, words)
            if finding.override:
                yield words(
                    "letter.accepted", by=finding.override.by, reason=finding.override.reason
                )


def _cited(said: Reason | Finding, words: Words) -> str:
    sentence = said.text(words.language) if isinstance(said, Finding) else said.sentence
    if not said.sources:
        return sentence
    return words("letter.cited", sentence=sentence, source="; ".join(said.sources))


def _reason(item: Recommendation, words: Words) -> str:
    source = "; ".join(item.sources)
    if item.number.isdigit():
        return words(
            "letter.recommendation",
            guidance=item.guidance,
            number=item.number,
            grade=item.grade,
            text=item.text,
            source=source,
        )
    return words("letter.statement", guidance=item.guidance, text=item.text, source=source)


def _sources(
    plan: Plan,
    facts: Facts,
    quoted: Sequence[PaceRule | Recommendation],
    assessment: Assessment,
    words: Words,
) -> Iterator[str]:
    reasons = (*assessment.dependence_reasons, *assessment.severe_reasons)
    cited = [cited for record in (*quoted, *reasons) for cited in record.sources] + list(
        plan.way.sources
    )
    for name in sorted({name.split(",")[0].strip() for name in cited}):
        if name in facts.sources:
            source = facts.sources[name]
            yield words(
                "letter.source",
                id=source.id,
                title=source.title,
                where=source.where,
                read=source.read,
            )
