"""What claims and their answers look like in a terminal."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

MARKS = {
    "held": "✓ held",
    "not met": "✗ not met",
    "contradicted": "≠ contradicted",
    "context": "· context",
    "facts only": "✓ facts",
    "later": "… later",
}


def show_answers(found: Sequence[Any], console: Console, *, full: bool) -> None:
    """Print each claim with the product's own answer; `full` adds bands, facts and disagreement.

    Args:
        found: answers of study.claims.
    """
    table = Table(
        *_folded("claim", "the documents say", "this product answers", ""),
        box=None,
        show_lines=False,
        pad_edge=False,
    )
    for item in found:
        table.add_row(
            item.claim,
            item.statement,
            item.sentence or _carried(item),
            MARKS.get(item.status, item.status),
        )
        if full:
            for row in item.measured:
                table.add_row(
                    "",
                    "",
                    f"{row.name}: {row.value:.3g} {row.unit} (band: {row.band})",
                    "✓" if row.is_met else "✗",
                )
            for fact in item.carried:
                table.add_row(
                    "",
                    "",
                    Text(
                        f"{fact.reference}: {fact.value} [{fact.basis}, reviewed: {fact.reviewed}]",
                        style="dim",
                    ),
                    "",
                )
            for words in (item.why, item.disagreement):
                if words:
                    table.add_row("", "", Text(words, style="yellow"), "")
    console.print(table)
    count = Counter(item.status for item in found)
    said = ", ".join(f"{number} {status}" for status, number in count.items())
    console.print(Text(said, style="bold"))


def _carried(item: Any) -> str:
    return "; ".join(f"{fact.label or fact.reference}: {fact.value}" for fact in item.carried[:3])


def show_validation(found: Sequence[Any], console: Console) -> None:
    """Print each study with the predicted band and what was observed."""
    table = Table(
        *_folded("study", "quantity", "predicted", "observed", ""), box=None, pad_edge=False
    )
    for item in found:
        table.add_row(*(str(cell) for cell in item.as_row()))
    console.print(table)


def _folded(*heads: str) -> list[Column]:
    """Return columns whose words are broken where they must be, and never cut off."""
    return [Column(head, overflow="fold") for head in heads]
