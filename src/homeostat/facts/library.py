"""Where each kind of record lives, read when first asked for."""

from collections.abc import Iterator
from functools import cache, cached_property
from typing import TypeVar

from homeostat.errors import FactError, InputError, nearest
from homeostat.facts import cross_checks
from homeostat.facts.folder import DATA, Folder
from homeostat.facts.kinds import KINDS
from homeostat.facts.no_drug import no_drug
from homeostat.facts.reader import parse
from homeostat.facts.records import (
    LIMIT_KINDS,
    PACE_KINDS,
    TIER_KINDS,
    Ceiling,
    Choice,
    Claim,
    Combination,
    Condition,
    ConditionsLimit,
    ConditionWord,
    Contraindication,
    DoseBand,
    Drug,
    EquivalenceTable,
    FreeText,
    Group,
    GroupContraindication,
    HelpLine,
    Interaction,
    KnownSedative,
    Limit,
    Mechanism,
    Medicine,
    MedicineClass,
    MedicineGroup,
    MedicinePair,
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
    ShareTaper,
    Study,
    SupplyRule,
    Symptom,
    System,
    Tier,
)
from homeostat.facts.spelling import plain_name, typed
from homeostat.facts.tables import CONTENTS, ids_listed, of_kind, refuse_other_contents

__all__ = ["CONTENTS", "DATA", "Facts", "load"]
P = TypeVar("P", bound=PaceRule)
L = TypeVar("L", bound=Limit)
T = TypeVar("T", bound=Tier)


class Facts(Folder):
    """Everything the sources say, one mapping from id to record for each kind."""

    @cached_property
    def drug_ids(self) -> tuple[str, ...]:
        ids = tuple(path.stem for path in self._files("drugs"))
        refuse_other_contents(self.contents, "drugs", "drug", ids)
        return ids

    @cached_property
    def drugs(self) -> dict[str, Drug]:
        found = {name: self.drug(name) for name in self.drug_ids}
        cross_checks.one_substance(self.known_sedatives, found)
        return found

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
                raise InputError(problems=[no_drug(name, self.drugs, self.known_sedatives)])
            path = self.root / "drugs" / f"{name}.toml"
            table = self._read(path)
            table.pop("reviewed", None)
            drug = parse(Drug, table, self._name(path))
            if drug.id != name:
                raise FactError(f"{self._name(path)}: id '{drug.id}' differs from the file's name")
            parts = ids_listed(self.contents, f"drugs/{name}", "parts")
            if list(parts) != cross_checks.parts_of(drug):
                raise FactError(
                    f"{self._name(path)}: its metabolites and covariates are not those that "
                    f"{CONTENTS} lists: {', '.join(cross_checks.parts_of(drug))}"
                )
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
        known = {*self.drug_ids, *self.known_sedatives}
        cross_checks.known_drugs(found, known)
        cross_checks.equivalence_tables(found)
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
        return self._table("guidance.toml", "pace", PACE_KINDS)

    def pace(self, name: str, kind: type[P]) -> P:
        """Return a pace rule of the kind that its user can compute with.

        Raises:
            FactError: there is no such rule, or it is of another kind.
        """
        return of_kind(self.pace_rules[name], kind, f"pace {name}")

    @cached_property
    def pace_tiers(self) -> dict[str, Tier]:
        """Every tier of risk, in the order in which they are tried."""
        return self._table("pace_tiers.toml", "pace_tier", TIER_KINDS)

    def pace_tier(self, name: str, kind: type[T]) -> T:
        """Return a tier of the kind that its user can plan with.

        Raises:
            FactError: there is no such tier, or it is of another kind.
        """
        return of_kind(self.pace_tiers[name], kind, f"pace tier {name}")

    @cached_property
    def ceilings(self) -> dict[str, Ceiling]:
        found = self._table("guidance.toml", "ceiling", Ceiling)
        for ceiling in found.values():
            cross_checks.ceiling(ceiling, self.pace(ceiling.step_of, ShareTaper))
        return found

    @cached_property
    def recommendations(self) -> dict[str, Recommendation]:
        return self._table("guidance.toml", "recommendation", Recommendation)

    @cached_property
    def dose_bands(self) -> dict[str, DoseBand]:
        found = self._table("guidance.toml", "dose_band", DoseBand, key="drug")
        cross_checks.dose_bands(found, self.equivalence_tables)
        return found

    @cached_property
    def choices(self) -> dict[str, Choice]:
        return self._folder("choices", "choice", Choice)

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        return self._table("body.toml", "parameter", Parameter)

    @cached_property
    def limits(self) -> dict[str, Limit]:
        return self._table("limits.toml", "limit", LIMIT_KINDS)

    def limit(self, name: str, kind: type[L]) -> L:
        """Return a limit of the kind that its user can compute with.

        Raises:
            FactError: there is no such limit, or it is of another kind.
        """
        return of_kind(self.limits[name], kind, f"limit {name}")

    @cached_property
    def medicine_classes(self) -> dict[str, MedicineClass]:
        return self._table("medicine_classes.toml", "medicine_class", MedicineClass)

    @cached_property
    def medicines(self) -> dict[str, Medicine]:
        """Every other medicine that is counted or cleared by name."""
        found = self._folder("medicines", "medicine", Medicine)
        cross_checks.medicines(found, self.medicine_groups, self.medicine_classes)
        return found

    @cached_property
    def combinations(self) -> dict[str, Combination]:
        """Every product of several active substances that is known by name."""
        found = self._table("combinations.toml", "combination", Combination)
        known = {*self.medicines, *self.drug_ids, *self.known_sedatives}
        cross_checks.combinations(found, known, self.medicines)
        return found

    @cached_property
    def medicine_names(self) -> dict[str, tuple[str, ...]]:
        """The ids of the medicines behind every name, in the letters it looks like; several for a
        combination.
        """
        found: dict[str, tuple[str, ...]] = {
            plain_name(name): (one.id,)
            for one in self.medicines.values()
            for name in (one.id, *one.names)
        }
        for mixed in self.combinations.values():
            ids = tuple(one for one in mixed.substances if one in self.medicines)
            found.update({plain_name(name): ids for name in (mixed.id, *mixed.names)})
        return found

    @cached_property
    def medicine_groups(self) -> dict[str, MedicineGroup]:
        """Every group of medicines that a rule treats alike."""
        found = self._table("medicine_groups.toml", "medicine_group", MedicineGroup)
        cross_checks.medicine_groups(found, self.medicine_classes)
        return found

    @cached_property
    def known_sedatives(self) -> dict[str, KnownSedative]:
        """Every sedative that is known by name and not covered."""
        return self._table("known_sedatives.toml", "known_sedative", KnownSedative)

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        return self._table("conditions.toml", "condition", Condition)

    @cached_property
    def contraindications(self) -> dict[str, Contraindication]:
        found = self._table("contraindications.toml", "contraindication", Contraindication)
        cross_checks.contraindications(
            found, {*self.drug_ids, *self.known_sedatives}, self.conditions
        )
        return found

    @cached_property
    def group_contraindications(self) -> dict[str, GroupContraindication]:
        found = self._table(
            "group_contraindications.toml", "group_contraindication", GroupContraindication
        )
        cross_checks.group_contraindications(found, self.medicine_groups, self.conditions)
        return found

    @cached_property
    def medicine_pairs(self) -> dict[str, MedicinePair]:
        found = self._table("medicine_pairs.toml", "medicine_pair", MedicinePair)
        cross_checks.medicine_pairs(found, self.medicine_groups)
        return found

    @cached_property
    def condition_names(self) -> dict[str, tuple[str, ...]]:
        """The ids of the conditions behind every name, as it is typed without umlauts."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self.conditions.values():
            for word in (*one.case_words, *one.words, *one.words_de):
                found[typed(word)] = (*found.get(typed(word), ()), one.id)
        return found

    @cached_property
    def groups(self) -> dict[str, Group]:
        """Every group; one with a member that does not exist is refused, because a rule would
        silently miss it.
        """
        found = self._table("groups.toml", "group", Group)
        known = {
            "drugs": set(self.drug_ids),
            "conditions": {
                *self.limit("conditions", ConditionsLimit).conditions,
                *found["known-conditions"].members,
            },
            "condition records": set(self.conditions),
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

    @cached_property
    def free_texts(self) -> dict[str, FreeText]:
        return self._table("free_texts.toml", "free_text", FreeText)

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


@cache
def load() -> Facts:
    """Return the facts that ship with this version."""
    return Facts()
