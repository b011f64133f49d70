"""The key of a choice: how it stands beside its number wherever that is shown, and which code reads
it.
"""

import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
_READ = re.compile(
    r"""(?:limit|shown|choices|choice|chosen_days)[\[(]\s*(?:facts,\s*)?["']([a-z][a-z-]*)["']"""
)
"""How code reads a choice: `look.limit("key")`, `facts.choices["key"]`, `start.choice("key",
unit)`.
"""


def mark(key: str) -> str:
    """Return the key of a choice as it stands beside the number.

    >>> mark("hard-week")
    '[choice:hard-week]'
    """
    return f"[choice:{key}]"


def used_in(key: str) -> tuple[str, ...]:
    """Return the modules whose code reads a choice, such as 'homeostat.care.check.pace'."""
    return _readers().get(key, ())


@cache
def _readers() -> dict[str, tuple[str, ...]]:
    """Return for each key the modules that read it, found in their text: what is shown cannot
    differ from what is run.
    """
    found: dict[str, dict[str, None]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for key in _READ.findall(path.read_text(encoding="utf-8")):
            found.setdefault(key, {})[module] = None
    return {key: tuple(modules) for key, modules in found.items()}
