"""How a folder of facts is read: files, tables, the list of contents, and the cited sources."""

from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from homeostat.errors import FactError, nearest
from homeostat.facts.kinds import TABLES
from homeostat.facts.reader import parse, read_toml
from homeostat.facts.records import Record, Source
from homeostat.facts.tables import (
    CONTENTS,
    Records,
    record_for,
    refuse_other_contents,
    say_reviewed,
)

R = TypeVar("R", bound=Record)
DATA = Path(__file__).parent / "data"


class Folder:
    """A folder of facts: reads a table of a file as records, each checked against the contents."""

    def __init__(self, root: Path = DATA) -> None:
        self.root = root

    @cached_property
    def digest(self) -> str:
        """First 12 hex digits of the SHA-256 of all facts files, names included."""
        total = sha256()
        for path in sorted(self.root.rglob("*.toml")):
            total.update(path.relative_to(self.root).as_posix().encode())
            total.update(path.read_bytes())
        return total.hexdigest()[:12]

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source by id; a citation of any other is refused."""
        return self._folder("sources", "source", Source)

    @cached_property
    def contents(self) -> Mapping[str, Any]:
        """For each file, without '.toml', and each table in it the ids that must stand there."""
        return self._parsed(self.root / CONTENTS)

    def _name(self, path: Path) -> str:
        return f"facts/{path.relative_to(self.root).as_posix()}"

    def _files(self, folder: str) -> list[Path]:
        return sorted((self.root / folder).glob("*.toml"))

    def _raw(self, path: Path) -> dict[str, Any]:
        return read_toml(path)

    def _parsed(self, path: Path) -> dict[str, Any]:
        """Return the tables of a file, its own state of review checked."""
        data = self._raw(path)
        if "reviewed" not in data:
            said = "the file must say 'reviewed' at its top ('not yet' is an honest value)"
            raise FactError(f"{self._name(path)}: {said}")
        return data

    def _read(self, path: Path) -> dict[str, Any]:
        data = self._parsed(path)
        say_reviewed(data, data["reviewed"])
        if path.parent.name != "sources":
            self._resolve(data, self._name(path))
        return data

    def _table(
        self, file: str, table: str, record: type[R] | Mapping[str, type[R]], key: str = "id"
    ) -> dict[str, R]:
        """Return the records of one table of a file by id, checked against the list of contents.

        Args:
            record: the record of every row, or for each value of the row's key `kind` its record.
        """
        path = self.root / file
        name, data, known = self._name(path), self._read(path), TABLES.get(file, {table})
        for strange in data.keys() - known - {"reviewed"}:
            raise FactError(f"{name}: unknown table '{strange}'.{nearest(strange, known)}")
        found: Records[R] = Records()
        for number, row in enumerate(data.get(table, []), start=1):
            where = f"{name}, {table} {row.get(key, number)}"
            item = parse(record_for(row, record, where), row, where)
            if getattr(item, key) in found:
                raise FactError(f"{where}: this id stands twice")
            found[getattr(item, key)] = item
        refuse_other_contents(self.contents, file.removesuffix(".toml"), table, tuple(found))
        return found

    def _folder(self, folder: str, table: str, record: type[R]) -> dict[str, R]:
        refuse_other_contents(
            self.contents, folder, "file", tuple(path.stem for path in self._files(folder))
        )
        found: Records[R] = Records()
        for path in self._files(folder):
            more = self._table(f"{folder}/{path.name}", table, record)
            if twice := found.keys() & more.keys():
                raise FactError(
                    f"{self._name(path)}: '{min(twice)}' also stands in another file of {folder}"
                )
            found.update(more)
        return found

    def _resolve(self, node: Any, where: str) -> None:
        """Refuse a citation of a source that does not exist."""
        if isinstance(node, dict):
            one = node.get("source", ())
            for cited in (*node.get("sources", ()), *([one] if isinstance(one, str) else [])):
                name = str(cited).split(",")[0].strip()
                if name not in self.sources:
                    raise FactError(
                        f"{where}: unknown source '{name}'.{nearest(name, self.sources)}"
                    )
            for value in node.values():
                self._resolve(value, where)
        elif isinstance(node, list):
            for value in node:
                self._resolve(value, where)
