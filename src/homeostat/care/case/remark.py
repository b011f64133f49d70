"""One remark on a case: what is missing, doubtful or not counted, and why it matters."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Remark:
    """One thing to know about a case before it is used.

    Args:
        kind: 'missing' (should be asked), 'warning' (should be looked at) or 'note'.
        key: where it stands in the file.
        says: what is so.
        why: why it matters.
    """

    kind: Literal["missing", "warning", "note"]
    key: str
    says: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}: {self.says}" + (f" ({self.why})" if self.why else "")
