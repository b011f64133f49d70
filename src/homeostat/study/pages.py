"""Pages: docs/claims.md, docs/validation.md and docs/parameters.md, written from the product's own
answers.

Run `python -m homeostat.study.pages`. Fixed seeds and three significant digits, so that a stale
page can be noticed.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from homeostat.errors import OutputError
from homeostat.facts import Facts, load
from homeostat.facts.records import Drug, Fact, Sourced, Study
from homeostat.study.claims import Answer, Carried, claims, say
from homeostat.study.claims.worlds import PEOPLE, SEED
from homeostat.study.validation import Compared, coverage, validation
from homeostat.study.validation.virtual import PEOPLE as POOL
from homeostat.study.validation.virtual import STUDIES

DOCS = Path(__file__).parents[3] / "docs"
MADE = (
    "<!-- Written by `python -m homeostat.study.pages`; edit the facts or the checks, not this"
    " page. -->\n"
)
GROUPS = {
    "H": "Homeostasis, tolerance, dependence",
    "T": "The course after the last dose",
    "S": "Symptoms and dangers",
    "F": "What changes the course",
    "M": "Management",
}
STATUS = {
    "held": "held",
    "not met": "**not met**",
    "contradicted": "contradicted by better evidence",
    "context": "shown as context",
    "facts only": "carried by facts",
    "later": "later",
}
KINDS = {
    "kinetics": "Kinetics",
    "abrupt stop": "After an abrupt stop",
    "taper": "Tapers",
    "after": "Months and years after",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; bars and line breaks inside a cell are made harmless."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += [
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


# ── claims
# ───────────────────────────────────────────────────────────────────────────────────────────


def claims_page(facts: Facts, found: Sequence[Answer]) -> str:
    """Return docs/claims.md: each claim with the product's own answer, its band, its facts and what
    disagrees.
    """
    count: Counter[str] = Counter(item.status for item in found)
    parts = [
        MADE,
        "# What the documents say, and what this product answers\n",
        (
            "Two documents describe the system: **A** (homeostasis and the course of withdrawal)"
            " and **B** (pharmacology, symptoms week by week, factors, treatments). Each statement"
            " is in our words. A statement marked M is answered by the model: computed from"
            f" simulated courses of {PEOPLE} virtual people (seed {SEED}) or of the typical person,"
            " never from a constant. K is carried by facts with their sources, W by a workflow.\n"
        ),
        (
            "Unless a row says otherwise: 40 years, 70 kg, clonazepam 2 mg a day in two doses for"
            " 12 months, then an abrupt stop, simulated only to show why nobody should do it. Day 0"
            " is the last dose. Nothing here has been reviewed by a clinician; nearly all"
            " parameters behind it are assumed (docs/parameters.md).\n"
        ),
        table(
            ("answer", "claims"),
            [(STATUS[name], str(count[name])) for name in STATUS if count[name]],
        ),
    ]
    for letter, title in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [
            _claim(facts, item)
            for item in sorted(found, key=lambda i: int(i.claim[1:]))
            if item.claim[0] == letter
        ]
    return "\n".join(parts)


def _claim(facts: Facts, item: Answer) -> str:
    claim = facts.claims[item.claim]
    lines = [
        f"### {item.claim} · {STATUS[item.status]}\n",
        f"> {item.statement}\n",
        f"{', '.join(claim.section.split('; '))} · {' and '.join(item.kinds)}\n",
    ]
    if item.sentence and item.measured:
        lines.append(f"**Answer.** {item.sentence}\n")
        lines.append(
            table(
                ("measured", "value", "band", ""),
                [
                    (
                        m.name,
                        f"{say(m.value)} {m.unit}".strip(),
                        m.band,
                        "" if not m.is_scored else "✓" if m.is_met else "✗",
                    )
                    for m in item.measured
                ],
            )
        )
    if item.carried:
        lines.append("Facts: " + "; ".join(_carried(fact) for fact in item.carried) + ".\n")
    if claim.measure:
        lines.append(f"How it is measured: {claim.measure}\n")
    if item.comes_later:
        lines.append(
            "The workflow behind it comes later.\n"
            if item.status != "later"
            else f"Later: {item.why}.\n"
        )
    if item.why and item.status != "later":
        lines.append(f"Why: {item.why}.\n")
    if item.disagreement:
        lines.append(f"Where sources disagree: {item.disagreement}\n")
    return "\n".join(lines)


def _carried(fact: Carried) -> str:
    sources = ", ".join(dict.fromkeys(source.split(",")[0] for source in fact.sources))
    return f"{fact.label} (`{fact.reference}`; {sources or fact.basis})"


# ── validation
# ───────────────────────────────────────────────────────────────────────────────────────


def validation_page(facts: Facts, rows: Sequence[Compared]) -> str:
    """Return docs/validation.md: predicted band against observed, hits and misses counted, nothing
    left out.
    """
    studies = facts.studies
    own, shared = (
        [row for row in rows if row.is_independent],
        [row for row in rows if not row.is_independent],
    )
    counts = [
        ("all", rows),
        ("studies that gave the model no parameter", own),
        ("studies that gave it one", shared),
    ]
    counts += [(title, [row for row in rows if row.kind == kind]) for kind, title in KINDS.items()]
    parts = [
        MADE,
        "# The model beside the open studies\n",
        (
            f"Each study is repeated {STUDIES} times with its own number of people, drawn from"
            f" {POOL} virtual ones who share one source of clearance in each repetition. The band"
            " is 5 to 95 % of what those repetitions show; where a study does not say how many"
            " took part, it is that of single people. A figure inside its band, give or take half"
            " a per cent for rounding, is a hit. Bands of 90 % should hold about nine of ten"
            " figures.\n"
        ),
        (
            "What the model does not speak of (who stays off, seizures as a probability, the"
            " illness returning over years) is listed as not predicted and is not counted. Misses"
            " stay here with the reason, as far as it is known, and are expected failures of the"
            " tests.\n"
        ),
        table(("figures", "hits", "of", "share"), [_count(name, part) for name, part in counts]),
    ]
    for kind, title in KINDS.items():
        parts.append(f"## {title}\n")
        parts += [
            _study(studies[name], [row for row in rows if row.study == name])
            for name in studies
            if studies[name].kind == kind
        ]
    return "\n".join(parts)


def _count(name: str, rows: Sequence[Compared]) -> tuple[str, str, str, str]:
    found = coverage(rows)
    share = f"{100 * found.share:.0f} %" if found.counted else "—"
    return name, str(found.hits), str(found.counted), share


def _study(study: Study, rows: Sequence[Compared]) -> str:
    lines = [f"### {study.title}\n", f"`{study.id}` · {study.population}; {study.regimen}.\n"]
    if not rows[0].is_independent and any(row.prediction is not None for row in rows):
        lines.append(
            "This study also gave the model parameters: agreement is no independent test.\n"
        )
    shown = [row for row in rows if row.prediction is not None]
    if shown:
        lines.append(
            table(
                ("figure", "predicted", "observed", "", "how it was compared"),
                [
                    (
                        row.quantity,
                        row.prediction.text,
                        row.observed,
                        f"**{row.verdict}**" if row.verdict == "miss" else row.verdict,
                        f"{row.prediction.how}{'; ' + row.why if row.why else ''}",
                    )
                    for row in shown
                    if row.prediction is not None
                ],
            )
        )
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row.prediction is None:
            said = f"{row.quantity} {row.observed}" if row.figure != "finding" else row.observed
            reasons.setdefault(row.why, []).append(said.rstrip("."))
    lines += [f"Not predicted ({why}): {'; '.join(figures)}.\n" for why, figures in reasons.items()]
    if study.finding and all(row.figure != "finding" for row in rows):
        lines.append(f"Also found: {study.finding}.\n")
    return "\n".join(lines)


# ── parameters
# ───────────────────────────────────────────────────────────────────────────────────────


def parameters_page(facts: Facts) -> str:
    """Return docs/parameters.md: every number of the body and of the kinetics in use, with its
    basis.
    """
    body = facts.parameters.values()
    chosen = sum(parameter.basis == "chosen" for parameter in body)
    parts = [
        MADE,
        "# The numbers behind the model\n",
        (
            f"Of {len(facts.parameters)} parameters of the body {chosen} are chosen by us, inside"
            " the range that is given; nobody has measured them in people. cv is the spread"
            " between people (lognormal), as a share. 'Tuned to' names the claims a value was"
            " tuned to. Reviewed by a clinician: what it says, and 'not yet' where nobody has.\n"
        ),
        "## The body\n",
        table(
            (
                "",
                "parameter",
                "value",
                "range",
                "cv",
                "basis",
                "why",
                "tuned to",
                "sources",
                "reviewed",
            ),
            [
                (
                    f"`{p.symbol}`",
                    p.label,
                    f"{say(p.value)} {p.unit}",
                    f"{say(p.low)} to {say(p.high)}",
                    say(p.cv) if p.cv else "",
                    p.basis,
                    p.why,
                    ", ".join(p.tuned_to),
                    _cited(p),
                    p.reviewed,
                )
                for p in body
            ],
        ),
        "## Kinetics in use\n",
        (
            "Apparent (for the dose swallowed) and at 70 kg; clearances scale with weight to the"
            " power 0.75, volumes with weight. Where sources differ, each virtual person belongs to"
            " one of them.\n"
        ),
        *(_drug(facts.drug(name)) for name in facts.drug_ids),
    ]
    return "\n".join(parts)


def _cited(fact: Sourced) -> str:
    return ", ".join(dict.fromkeys(source.split(",")[0] for source in fact.sources))


def _drug(drug: Drug) -> str:
    rows = [
        (
            name.replace("_", " "),
            _value(fact),
            _range(fact),
            say(fact.cv),
            fact.basis,
            "; ".join(filter(None, (fact.why, fact.note))),
            _cited(fact),
            fact.reviewed,
        )
        for name, fact in drug.kinetics
        if fact is not None
    ]
    rows += [
        (
            f"{c.parameter}, {c.trait}",
            _value(c),
            _range(c),
            say(c.cv),
            c.basis,
            "; ".join(filter(None, (c.why, c.note))),
            _cited(c),
            c.reviewed,
        )
        for c in drug.covariates
    ]
    rows += [
        (
            f"share that becomes {m.drug}",
            f"{say(m.share)} share",
            "",
            "",
            m.basis,
            m.why,
            _cited(m),
            m.reviewed,
        )
        for m in drug.metabolites
    ]
    between = [f"{_value(f)} ({_cited(f)})" for f in drug.figures if f.pooled]
    text = f"### {drug.name}\n\n" + table(
        ("", "value", "range", "cv", "basis", "why", "sources", "reviewed"), rows
    )
    return text + (f"\nBetween sources: {', '.join(between)}.\n" if len(between) > 1 else "")


def _value(fact: Fact) -> str:
    return f"{say(fact.value)} {fact.unit}" if fact.value is not None else f"— {fact.unit}"


def _range(fact: Fact) -> str:
    return (
        f"{say(fact.low)} to {say(fact.high)}"
        if fact.low is not None and fact.high is not None
        else ""
    )


def pages(facts: Facts) -> dict[str, str]:
    """Return the text of each page by its file name."""
    return {
        "claims.md": claims_page(facts, claims(facts)),
        "validation.md": validation_page(facts, validation(facts)),
        "parameters.md": parameters_page(facts),
    }


def write(folder: Path, facts: Facts) -> tuple[Path, ...]:
    """Write all pages and return their paths.

    Raises:
        OutputError: the folder cannot be written to.
    """
    made = pages(facts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise OutputError(
            f"{folder}: the pages cannot be written here ({problem.strerror})"
        ) from None
    return tuple(folder / name for name in made)


if __name__ == "__main__":
    print("Simulating the cohorts and the studies (about half a minute) …", file=sys.stderr)
    for path in write(DOCS, load()):
        print(path)
