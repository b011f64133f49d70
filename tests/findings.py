"""Findings for tests of what shows or weighs them, made without a plan."""

from typing import Any

from homeostat.care.findings import Finding


def finding(rule: str, level: str, said: str = "Something.", **fields: Any) -> Finding:
    """Return a finding of which the sentence ends with what is said."""
    return Finding(
        rule=rule,
        level=level,  # type: ignore[arg-type]
        message="people.ask",
        values={"what": said, "key": "key"},
        **fields,
    )
