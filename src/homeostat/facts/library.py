"""Where each kind of record lives, read when first asked for."""

from collections.abc import Iterator
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from homeostat.errors import FactError, InputError, nearest
from homeostat.facts.reader import parse, read_toml
from homeostat.facts.records import (
    Choice,
    Claim,
    ConditionWord,
    DoseBand,
    Drug,
    EquivalenceTable,
    Group,
    HelpLine,
    Interaction,
    Limit,
    Mechanism,
    MedicineClass,
    PaceRule,
    Parameter,
    Phase,
    Product,
    Recommendation,
    Record,
    RedFlag,
    Remedy,
    Risk,
    Route,
    Scale,
    Source,
    Study,
    SupplyRule,
    Symptom,
    System,
)

R = TypeVar("R", bound=Record)
DATA = Path(__file__).parent / "data"


class Facts:
    """Everything the sources say, one mapping from id to record for each kind."""

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
        return self._folder("sources", "source", Source)

    @cached_property
    def drug_ids(self) -> tuple[str, ...]:
        return tuple(path.stem for path in sorted((self.root / "drugs").glob("*.toml")))

    @cached_property
    def drugs(self) -> dict[str, Drug]:
        return {name: self.drug(name) for name in self.drug_ids}

    @cached_property
    def _drugs_read(self) -> dict[str, Drug]:
        return {}

    def drug(self, name: str) -> Drug:
        """Return one drug, reading only its own file.

        Raises:
            InputError: there is no such drug; near names are suggested, brands included.
        """
        if name not in self._drugs_read:
            if name not in self.drug_ids:
                brands = {brand.lower(): d.id for d in self.drugs.values() for brand in d.brands}
                if name.lower() in brands:
                    raise InputError(
                        f"'{name}' is a brand of {brands[name.lower()]}; write '{brands[name.lower()]}'"
                    )
                raise InputError(
                    f"unknown drug '{name}'.{nearest(name, [*self.drug_ids, *brands])}"
                )
            path = self.root / "drugs" / f"{name}.toml"
            table = self._read(path)
            table.pop("reviewed", None)
            drug = parse(Drug, table, self._name(path))
            if drug.id != name:
                raise FactError(f"{self._name(path)}: id '{drug.id}' differs from the file's name")
            self._drugs_read[name] = drug
        return self._drugs_read[name]

    @cached_property
    def products(self) -> dict[str, Product]:
        return self._table("products.toml", "product", Product)

    @cached_property
    def supply_rules(self) -> dict[str, SupplyRule]:
        return self._table("supply_rules.toml", "supply_rule", SupplyRule)

    @cached_property
    def equivalence_tables(self) -> dict[str, EquivalenceTable]:
        found = self._table("equivalence.toml", "table", EquivalenceTable)
        known = {*self.drug_ids, *self.medicine_classes["benzodiazepine or Z-drug"].names}
        for table in found.values():
            for drug in table.entries:
                if drug not in known:
                    raise FactError(
                        f"facts/equivalence.toml, table {table.id}: unknown drug "
                        f"'{drug}'.{nearest(drug, known)}"
                    )
        return found

    @cached_property
    def routes(self) -> dict[str, Route]:
        return self._table("routes.toml", "route", Route)

    @cached_property
    def interactions(self) -> dict[str, Interaction]:
        return self._table("interactions.toml", "interaction", Interaction)

    @cached_property
    def symptoms(self) -> dict[str, Symptom]:
        return self._table("symptoms.toml", "symptom", Symptom)

    @cached_property
    def systems(self) -> dict[str, System]:
        return self._table("body_systems.toml", "system", System)

    @cached_property
    def mechanisms(self) -> dict[str, Mechanism]:
        return self._table("mechanisms.toml", "mechanism", Mechanism)

    @cached_property
    def phases(self) -> dict[str, Phase]:
        return self._table("phases.toml", "phase", Phase)

    @cached_property
    def flags(self) -> dict[str, RedFlag]:
        return self._table("flags.toml", "flag", RedFlag)

    @cached_property
    def help_lines(self) -> dict[str, HelpLine]:
        return self._table("help_lines.toml", "help_line", HelpLine, key="market")

    @cached_property
    def risks(self) -> dict[str, Risk]:
        return self._table("risks.toml", "risk", Risk)

    @cached_property
    def remedies(self) -> dict[str, Remedy]:
        return self._table("remedies.toml", "remedy", Remedy)

    @cached_property
    def scales(self) -> dict[str, Scale]:
        return self._table("scales.toml", "scale", Scale)

    @cached_property
    def pace_rules(self) -> dict[str, PaceRule]:
        return self._table("guidance.toml", "pace", PaceRule)

    @cached_property
    def recommendations(self) -> dict[str, Recommendation]:
        return self._table("guidance.toml", "recommendation", Recommendation)

    @cached_property
    def dose_bands(self) -> dict[str, DoseBand]:
        return self._table("guidance.toml", "dose_band", DoseBand, key="drug")

    @cached_property
    def choices(self) -> dict[str, Choice]:
        return self._folder("choices", "choice", Choice)

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        return self._table("body.toml", "parameter", Parameter)

    @cached_property
    def limits(self) -> dict[str, Limit]:
        return self._table("limits.toml", "limit", Limit)

    @cached_property
    def medicine_classes(self) -> dict[str, MedicineClass]:
        return self._table("medicine_classes.toml", "medicine_class", MedicineClass)

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Every group; one with a member that does not exist is refused, because a rule would silently miss it."""
        found = self._table("groups.toml", "group", Group)
        known = {
            "drugs": set(self.drug_ids),
            "conditions": {
                *self.limits["conditions"].conditions,
                *(found["known-conditions"].members if "known-conditions" in found else ()),
            },
            "medicine classes": set(self.medicine_classes),
            "perpetrators": {row.perpetrator.lower() for row in self.interactions.values()},
        }
        for group in found.values():
            for member in group.members:
                if member not in known[group.of]:
                    raise FactError(
                        f"facts/groups.toml, group {group.id}: '{member}' is none of the "
                        f"{group.of}.{nearest(member, known[group.of])}"
                    )
        return found

    @cached_property
    def condition_words(self) -> dict[str, ConditionWord]:
        return self._table("condition_words.toml", "condition_word", ConditionWord)

    def group(self, name: str) -> tuple[str, ...]:
        """Return the members of a group.

        Raises:
            FactError: there is no such group; a rule that rests on it must not pass.
        """
        if name not in self.groups:
            raise FactError(
                f"facts/groups.toml: there is no group '{name}'.{nearest(name, self.groups)}"
            )
        return self.groups[name].members

    @property
    def reference_drug(self) -> str:
        """The drug that doses of others are counted in where a guideline has no line of its own."""
        return self.group("reference-drug")[0]

    @property
    def switch_drug(self) -> str:
        """The drug that the guides switch to."""
        return self.group("switch-target")[0]

    @cached_property
    def studies(self) -> dict[str, Study]:
        return self._table("studies.toml", "study", Study)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        return self._folder("claims", "claim", Claim)

    def everything(self) -> Iterator[tuple[str, str, Record]]:
        """Yield (kind, id, record) for all facts, so that nothing stays unread."""
        for kind, name in KINDS.items():
            for key, record in getattr(self, name).items():
                yield kind, key, record

    def _name(self, path: Path) -> str:
        return f"facts/{path.relative_to(self.root).as_posix()}"

    def _read(self, path: Path) -> dict[str, Any]:
        data = read_toml(path)
        if "reviewed" not in data:
            raise FactError(
                f"{self._name(path)}: the file must say 'reviewed' at its top ('not yet' is an honest value)"
            )
        _say_reviewed(data, data["reviewed"])
        if path.parent.name != "sources":
            self._resolve(data, self._name(path))
        return data

    def _table(self, file: str, table: str, record: type[R], key: str = "id") -> dict[str, R]:
        path = self.root / file
        data, known = self._read(path), TABLES.get(file, {table})
        for strange in data.keys() - known - {"reviewed"}:
            raise FactError(
                f"{self._name(path)}: unknown table '{strange}'.{nearest(strange, known)}"
            )
        found: dict[str, R] = {}
        for number, row in enumerate(data.get(table, []), start=1):
            where = f"{self._name(path)}, {table} {row.get(key, number)}"
            item = parse(record, row, where)
            name = getattr(item, key)
            if name in found:
                raise FactError(f"{where}: this id stands twice")
            found[name] = item
        return found

    def _folder(self, folder: str, table: str, record: type[R]) -> dict[str, R]:
        found: dict[str, R] = {}
        for path in sorted((self.root / folder).glob("*.toml")):
            more = self._table(f"{folder}/{path.name}", table, record)
            if twice := found.keys() & more.keys():
                raise FactError(
                    f"{self._name(path)}: '{min(twice)}' also stands in another file of {folder}"
                )
            found |= more
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


KINDS = {
    "source": "sources",
    "drug": "drugs",
    "product": "products",
    "supply-rule": "supply_rules",
    "equivalence": "equivalence_tables",
    "route": "routes",
    "interaction": "interactions",
    "symptom": "symptoms",
    "system": "systems",
    "mechanism": "mechanisms",
    "phase": "phases",
    "flag": "flags",
    "help-line": "help_lines",
    "risk": "risks",
    "remedy": "remedies",
    "scale": "scales",
    "pace": "pace_rules",
    "recommendation": "recommendations",
    "dose-band": "dose_bands",
    "choice": "choices",
    "parameter": "parameters",
    "limit": "limits",
    "medicine-class": "medicine_classes",
    "group": "groups",
    "condition-word": "condition_words",
    "study": "studies",
    "claim": "claims",
}

TABLES = {"guidance.toml": {"recommendation", "pace", "dose_band"}}
"""Files that hold more than one kind of table; every other holds one."""


def _say_reviewed(node: Any, reviewed: str) -> None:
    """Give every sourced table of a file the file's state of review, unless it states its own."""
    if isinstance(node, dict):
        if "basis" in node:
            node.setdefault("reviewed", reviewed)
        for value in node.values():
            _say_reviewed(value, reviewed)
    elif isinstance(node, list):
        for value in node:
            _say_reviewed(value, reviewed)


@cache
def load() -> Facts:
    """Return the facts that ship with this version."""
    return Facts()
