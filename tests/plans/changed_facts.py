"""Facts with one change in memory: a key deleted, a record deleted, a number ten times more or
less; and what came of it.
"""

import pickle
import signal
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from homeostat.care.check import ARITHMETIC, RULES, Rule
from homeostat.care.ways import METHODS, Start
from homeostat.errors import HomeostatError
from homeostat.facts import KINDS, Facts, load
from homeostat.facts.library import DATA
from homeostat.facts.records import Record
from homeostat.facts.tables import CONTENTS

from .score import Row, judge
from .teeth import TEETH, row_of

Operation = Literal["delete", "times ten", "a tenth"]
Place = tuple[str | int, ...]
RANK = {"pass": 0, "warn": 1, "refuse": 2}
SECONDS = 60
"""Time that one reading or one check may take; what takes longer loops [s]."""


@dataclass(frozen=True)
class Change:
    """One change of one file: what is done, and where; a place is keys and indexes from the top of
    the file.
    """

    file: str
    place: Place
    operation: Operation

    def __str__(self) -> str:
        return f"{self.operation}: {self.file} {'.'.join(map(str, self.place))}"


@dataclass(frozen=True)
class Witness:
    """A plan that the check refuses or warns of with the facts as they are.

    Attributes:
        rules: the rules whose findings alone give the verdict.
        reads: record and field of everything that these rules and the reading of the case and the
            plan look at.
    """

    row: Row
    rules: tuple[Rule, ...]
    verdict: str
    reads: frozenset[tuple[int, str]]


class Changed(Facts):
    """The facts that ship with one file replaced by other tables; every table of another file is
    taken over as read.
    """

    def __init__(self, file: str, tables: dict[str, Any]) -> None:
        super().__init__()
        self._file, self._tables = file, tables
        again = set(_properties_of(file))
        taken = {name: value for name, value in vars(_all_read()).items() if name not in again}
        taken.pop("root")
        self.__dict__.update(taken)
        if file.startswith("drugs/"):
            read = dict(_all_read()._drugs_read)
            del read[Path(file).stem]
            self.__dict__["_drugs_read"] = read

    def _raw(self, path: Path) -> dict[str, Any]:
        if path == self.root / self._file:
            return copied(pickle.dumps(self._tables))
        return copied(_pickled(path.relative_to(self.root).as_posix()))

    def read(self) -> None:
        """Read every table that the changed file takes part in.

        Raises:
            FactError: the reader refuses it.
        """
        for name in _properties_of(self._file):
            getattr(self, name)


@cache
def raw(file: str) -> dict[str, Any]:
    return tomllib.loads((DATA / file).read_text(encoding="utf-8"))


@cache
def _pickled(file: str) -> bytes:
    return pickle.dumps(raw(file))


def copied(tables: bytes) -> dict[str, Any]:
    """Return tables that may be changed; several times faster than a deep copy."""
    found: dict[str, Any] = pickle.loads(tables)
    return found


@cache
def files() -> tuple[str, ...]:
    return tuple(path.relative_to(DATA).as_posix() for path in sorted(DATA.rglob("*.toml")))


@cache
def _all_read() -> Facts:
    facts = load()
    list(facts.everything())
    return facts


@cache
def _properties_of(file: str) -> tuple[str, ...]:
    """Return the tables of the facts that are read from a file, or checked against one that is."""
    if file == CONTENTS:
        return ("contents", "drug_ids", *KINDS.values())
    folder = file.partition("/")[0]
    known = {
        "drugs": ("drugs",),
        "sources": ("sources",),
        "choices": ("choices",),
        "claims": ("claims",),
        "guidance.toml": ("pace_rules", "ceilings", "recommendations", "dose_bands"),
        "equivalence.toml": ("equivalence_tables", "dose_bands"),
        "body.toml": ("parameters",),
        "body_systems.toml": ("systems",),
        "medicines": ("medicines", "combinations", "medicine_names"),
        "combinations.toml": ("combinations", "medicine_names"),
        "medicine_classes.toml": ("medicine_classes", "medicine_groups", "medicines"),
        "medicine_groups.toml": (
            "medicine_groups",
            "medicines",
            "group_contraindications",
            "medicine_pairs",
        ),
        "conditions.toml": (
            "conditions",
            "condition_names",
            "contraindications",
            "group_contraindications",
        ),
        "known_sedatives.toml": (
            "known_sedatives",
            "drugs",
            "equivalence_tables",
            "contraindications",
            "combinations",
            "medicine_names",
        ),
    }
    return known.get(folder, (folder.removesuffix(".toml"),))


def changes() -> Iterator[Change]:
    """Yield the deletion of each key and each record, and ten times more and less of each number,
    of all facts.
    """
    for file in files():
        for place, value in _walk(raw(file), ()):
            is_record = isinstance(place[-1], int) and isinstance(value, dict)
            if isinstance(place[-1], str) or is_record:
                yield Change(file, place, "delete")
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield Change(file, place, "times ten")
                yield Change(file, place, "a tenth")


def _walk(node: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    inside: Sequence[tuple[str | int, Any]] = ()
    if isinstance(node, dict):
        inside = list(node.items())
    elif isinstance(node, list):
        inside = list(enumerate(node))
    for key, value in inside:
        yield (*place, key), value
        yield from _walk(value, (*place, key))


def tables_after(change: Change) -> dict[str, Any]:
    """Return the tables of a file after a change."""
    tables = copied(_pickled(change.file))
    node: Any = tables
    for key in change.place[:-1]:
        node = node[key]
    last = change.place[-1]
    if change.operation == "delete":
        del node[last]
    elif change.operation == "times ten":
        node[last] = node[last] * 10
    else:
        tenth = node[last] / 10
        node[last] = int(tenth) if isinstance(node[last], int) and tenth.is_integer() else tenth
    return tables


@contextmanager
def time_limit() -> Iterator[None]:
    """Fail what loops."""

    def stop(*_: object) -> None:
        raise AssertionError(f"it took longer than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def fault(change: Change, with_more_drugs: bool = False) -> str:
    """Return what a change opens, or '' where it is refused or nothing that was stopped passes."""
    facts = Changed(change.file, tables_after(change))
    with time_limit():
        try:
            facts.read()
        except HomeostatError:
            return ""
        for witness in _rests_on(change, witnesses(with_more_drugs)):
            now = _verdict(witness.row, facts, witness.rules)
            if RANK[now] < RANK[witness.verdict]:
                now = _verdict(witness.row, facts, RULES)
            if RANK[now] < RANK[witness.verdict]:
                return f"{change}: {witness.verdict} became {now}: {witness.row.text}"
        if change.file.startswith(("guidance", "choices")):
            _make_every_way(facts)
    return ""


def _make_every_way(facts: Facts) -> None:
    for drug, mg in (("clonazepam", 2.0), ("diazepam", 20.0)):
        start = Start(facts, drug, mg, weekly_severity=lambda doses: (0.0,) * (len(doses) + 1))
        for way in METHODS.values():
            try:
                if not way.unfit(start):
                    way.ideal(start, way.settings(start))
            except HomeostatError:
                continue


def _verdict(row: Row, facts: Facts, rules: tuple[Rule, ...]) -> str:
    try:
        return judge(row, facts, rules).verdict
    except HomeostatError:
        return "refuse"


def _rests_on(change: Change, known: tuple[Witness, ...]) -> list[Witness]:
    """Return the witnesses that read the field that is changed, or a part of what it stands in."""
    touched = _touched(change)
    if touched is None:
        return list(known)
    return [witness for witness in known if touched in witness.reads]


def _touched(change: Change) -> tuple[int, str] | None:
    """Return the record and the field in which a place lies; None where it lies in no record."""
    place = list(change.place)
    facts = _all_read()
    if change.file.startswith("drugs/"):
        here: Any = facts.drug(Path(change.file).stem)
    else:
        if len(place) < 2 or change.file == CONTENTS:
            return None
        table, row = place[0], place[1]
        key = {"dose_band": "drug", "help_line": "market"}.get(str(table), "id")
        name = raw(change.file)[table][row][key]
        here = getattr(facts, KINDS[KIND_OF.get(str(table), str(table).replace("_", "-"))])[name]
        place = place[2:]
    owner, field = here, ""
    for key in place:
        if isinstance(here, Record):
            owner, field = here, str(key)
            here = getattr(here, field, None)
        elif isinstance(here, tuple) and isinstance(key, int) and isinstance(here[key], Record):
            here = here[key]
        else:
            break
    return (id(owner), field) if field else None


HARD_BY_THE_MODEL = (
    "diazepam 20/2 10y | 1w diazepam 10 triazolam 0.25 > 2w triazolam 0.5 > down 0.125/2w to 0",
    (
        "chlordiazepoxide 75/3 10y | 1w chlordiazepoxide 37.5 lorazepam 1.5 > 2w lorazepam 3 > down"
        " 0.75/2w to 0"
    ),
    "clobazam 40/2 10y | 1w clobazam 20 lorazepam 1 > 2w lorazepam 2 > down 0.5/2w to 0",
    "clorazepate 30/2 10y | 1w clorazepate 15 lorazepam 1 > 2w lorazepam 2 > down 0.5/2w to 0",
)
"""Plans that the model alone warns of, with drugs and active products that the other witnesses do
not hold.
"""
KIND_OF = {"table": "equivalence"}
"""The kind of a table whose name in the file is another."""


@cache
def witnesses(with_more_drugs: bool) -> tuple[Witness, ...]:
    """Return plans that are stopped, at least one for every rule that stops any, with what each
    rests on.

    Args:
        with_more_drugs: take those that need the model too, which are slow.
    """
    texts = [(text, ARITHMETIC) for rule, (_, text, _) in TEETH.items() if rule != "model.harder"]
    hard = (TEETH["model.harder"][1], *(HARD_BY_THE_MODEL if with_more_drugs else ()))
    texts += [(text, RULES) for text in hard]
    found = []
    for text, asked in texts:
        row = row_of(text)
        outcome = judge(row, _all_read(), asked)
        if outcome.verdict == "pass":
            continue
        stop = {f.rule for f in outcome.findings if f.stands and f.level == outcome.verdict}
        rules = tuple(rule for rule in asked if rule.id in stop) or asked
        with _recorded() as reads:
            again = _verdict(row, _twin(), rules)
        if RANK[again] < RANK[outcome.verdict]:  # it needs more than the rules of that level
            rules = asked
            with _recorded() as reads:
                again = _verdict(row, _twin(), rules)
        assert again == outcome.verdict, text
        found.append(Witness(row, rules, outcome.verdict, frozenset(reads)))
    return tuple(found)


def _twin() -> Facts:
    """Return the same records in another object, so that nothing that was computed from them is
    remembered.
    """
    twin = Facts()
    twin.__dict__.update(vars(_all_read()))
    return twin


@contextmanager
def _recorded() -> Iterator[set[tuple[int, str]]]:
    """Record which fields of which records are read."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("homeostat"):
            for thing in list(vars(module).values()):
                if callable(clear := getattr(thing, "cache_clear", None)) and thing is not load:
                    clear()
    reads: set[tuple[int, str]] = set()
    plain: Callable[[Any, str], Any] = Record.__getattribute__

    def recorded(self: Any, name: str) -> Any:
        reads.add((id(self), name))
        return plain(self, name)

    Record.__getattribute__ = recorded  # type: ignore[method-assign,assignment]
    try:
        yield reads
    finally:
        del Record.__getattribute__
