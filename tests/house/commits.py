"""Check the messages of commits: `area: imperative`, at most 72 characters, a body that says why.

Run by `make check`. The rule holds for commits after BASE; merges are exempt. Without git, or in a
copy that does not hold BASE (a shallow clone, an archive), nothing can be checked, and it says so.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASE = "895847c3e29bf4983f207487c6ce3ad2c01bb05e"
"""The last commit before the rule."""
SUBJECT = re.compile(r"^[a-z][a-z0-9_/, -]*: [a-z0-9`'\"][^\n]*[^.\n]$")
MOST = 72
FIELD, RECORD = "\x1f", "\x1e"
# A third person or a past form in front is a report of what was done, not what the commit does.
NOT_IMPERATIVE = re.compile(r"^(adds|added|fixes|fixed|makes|made|moves|moved|uses|used|splits)\b")


def faults(subject: str, body: str) -> list[str]:
    """Return what is wrong with one message."""
    said = []
    if len(subject) > MOST:
        said.append(f"the subject has {len(subject)} characters, at most {MOST}")
    if not SUBJECT.match(subject):
        said.append("the subject is not 'area: imperative', without a full stop")
    elif NOT_IMPERATIVE.match(subject.split(": ", 1)[1]):
        said.append("the subject is not in the imperative")
    if not body.strip():
        said.append("no body says why")
    return said


def messages(root: Path = ROOT) -> list[tuple[str, str, str]] | None:
    """Return hash, subject and body of each commit after BASE; None where git cannot say."""
    command = ["git", "log", "--no-merges", f"--format=%h{FIELD}%s{FIELD}%b{RECORD}"]
    try:
        done = subprocess.run(
            [*command, f"{BASE}..HEAD"], cwd=root, capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    if done.returncode:
        return None
    rows = [one.strip("\n").split(FIELD) for one in done.stdout.split(RECORD) if one.strip()]
    return [(one[0], one[1], one[2]) for one in rows]


def main() -> int:
    """Print which messages break the rule; return the exit code."""
    known = messages()
    if known is None:
        sys.stdout.write(f"Commit messages: not checked, git does not know {BASE[:7]} here.\n")
        return 0
    said = [
        f"{name} {subject!r}: {one}"
        for name, subject, body in known
        for one in faults(subject, body)
    ]
    for line in said:
        sys.stderr.write(f"{line}\n")
    if not said:
        sys.stdout.write(f"Commit messages: kept, {len(known)} since {BASE[:7]}.\n")
    return 1 if said else 0


if __name__ == "__main__":
    raise SystemExit(main())
