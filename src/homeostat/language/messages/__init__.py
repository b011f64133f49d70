"""Messages: sentences that are kept by id in a catalogue, one file for each language, and filled
with values that are written as the language writes them.
"""

from homeostat.language.messages.entries import Entry, catalogue, placeholders
from homeostat.language.messages.values import (
    Listed,
    Message,
    Phrase,
    Quantity,
    Term,
    Value,
    filled,
    in_json,
    said,
    terms,
)

__all__ = [
    "Entry",
    "Listed",
    "Message",
    "Phrase",
    "Quantity",
    "Term",
    "Value",
    "catalogue",
    "filled",
    "in_json",
    "placeholders",
    "said",
    "terms",
]
