"""Write the list of contents anew, after a record was added or taken away: `python -m
homeostat.facts.contents`.

The list is the second witness of every record: what it names must be there, and what is there must
    be named.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from homeostat.facts.cross_checks import parts_of
from homeostat.facts.library import DATA
from homeostat.facts.reader import parse
from homeostat.facts.records import Drug
from homeostat.facts.tables import CONTENTS, say_reviewed

HEAD = """# Which records there must be. The reader refuses a record that stands here and not in its file, or there and not here.
# Written by `python -m homeostat.facts.contents`; read the difference before you keep it.
reviewed = "not yet"
"""
FOLDERS = ("sources", "drugs", "choices", "claims", "medicines")
KEYS = ("id", "market", "drug")
"""Keys that name a record, in the order in which they are looked for."""


def written(root: Path = DATA) -> str:
    """Return the list of contents of a folder of facts as TOML."""
    return "\n".join([HEAD, *_lines(root)])


def _lines(root: Path) -> Iterator[str]:
    for folder in FOLDERS:
        names = sorted(path.stem for path in (root / folder).glob("*.toml"))
        yield f"[{folder}]"
        yield _list("drug" if folder == "drugs" else "file", names)
    for path in sorted(root.rglob("*.toml")):
        if path.name == CONTENTS:
            continue
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        yield f'["{path.relative_to(root).with_suffix("").as_posix()}"]'
        if path.parent.name == "drugs":
            yield _list("parts", parts_of(_drug(data)))
            continue
        for table, rows in data.items():
            if table != "reviewed":
                yield _list(table, [_name(row) for row in rows])


def _drug(data: dict[str, Any]) -> Drug:
    say_reviewed(data, data.pop("reviewed"))
    return parse(Drug, data, "drug")


def _name(row: dict[str, Any]) -> str:
    return str(next(row[key] for key in KEYS if key in row))


def _list(key: str, names: list[str]) -> str:
    inside = "".join(f'    "{name}",\n' for name in names)
    return f"{key} = [\n{inside}]\n" if names else f"{key} = []\n"


if __name__ == "__main__":
    (DATA / CONTENTS).write_text(written(), encoding="utf-8")
