"""Second witnesses: numbers of the facts that must agree with other numbers of the facts.

A number that is wrong by a factor of ten shows against another source that says the same thing in
other words.
"""

from collections.abc import Collection, Mapping
from statistics import median

from homeostat.errors import FactError, nearest
from homeostat.facts.records import (
    Ceiling,
    Combination,
    Contraindication,
    DoseBand,
    Drug,
    EquivalenceTable,
    GroupContraindication,
    KnownSedative,
    Medicine,
    MedicineClass,
    MedicineGroup,
    MedicinePair,
    ShareTaper,
)
from homeostat.facts.spelling import plain_name

APART = 3.0
"""Times by which one table's entry may differ from the middle of all tables; the tables read differ
by less, a slip by more.
"""


def parts_of(drug: Drug) -> list[str]:
    """Return the names of the parts of a drug's record that the list of contents must hold."""
    return [
        *(f"makes {made.drug}" for made in drug.metabolites),
        *(f"{trait.parameter} by {trait.trait}" for trait in drug.covariates),
    ]


def ceiling(of: Ceiling, rule: ShareTaper) -> None:
    """Refuse a ceiling that does not lie above the ordinary step of the same guidance, over about
    the same days.

    Raises:
        FactError: the ceiling is not above the largest step, or its days lie outside the interval
            of the steps.
    """
    if not of.share > rule.step_share_high:
        raise FactError(
            f"facts: the ceiling {of.id} of {of.share:g} is not above the largest step of"
            f" {rule.id}, {rule.step_share_high:g}"
        )
    if not rule.interval_days_low <= of.days <= rule.interval_days_high:
        raise FactError(
            f"facts: the {of.days} days of the ceiling {of.id} lie outside the interval of"
            f" {rule.id}, {rule.interval_days_low:g} to {rule.interval_days_high:g} days"
        )


def known_drugs(tables: Mapping[str, EquivalenceTable], known: Collection[str]) -> None:
    """Refuse an entry for a drug that nothing else in the facts names.

    Raises:
        FactError: a drug of a table is unknown.
    """
    for table in tables.values():
        for drug in table.entries:
            if drug not in known:
                raise FactError(
                    f"facts/equivalence.toml, table {table.id}: unknown drug "
                    f"'{drug}'.{nearest(drug, known)}"
                )


def equivalence_tables(tables: Mapping[str, EquivalenceTable]) -> None:
    """Refuse an entry that lies far from what the tables together say of the same drug, and one
    that no table supports.

    Raises:
        FactError: an entry, as a dose that equals the reference dose of 10 mg, lies 3 times or more
            from the middle.
    """
    said: dict[str, list[float]] = {}
    for table in tables.values():
        for drug in table.entries:
            said.setdefault(drug, []).extend(_ends(table, drug))
    for table in tables.values():
        for drug in table.entries:
            middle = median(said[drug])
            if len(said[drug]) < 2:
                raise FactError(
                    f"facts/equivalence.toml: only {table.id} has an entry for {drug}; "
                    "a second table must confirm it"
                )
            for end in _ends(table, drug):
                if not middle / APART < end < middle * APART:
                    raise FactError(
                        f"facts/equivalence.toml, table {table.id}: {end:g} mg of {drug} is far"
                        f" from the {middle:g} mg of the other tables"
                    )


def dose_bands(bands: Mapping[str, DoseBand], tables: Mapping[str, EquivalenceTable]) -> None:
    """Refuse a dose band that the tables of equivalence do not set near the band of the other
    drugs.

    Raises:
        FactError: the edge of a low dose, counted in the tables' reference drug, lies 3 times or
            more from the middle.
    """
    counted = {}
    for drug, band in bands.items():
        entries = [
            end for table in tables.values() if drug in table.entries for end in _ends(table, drug)
        ]
        if not entries:
            raise FactError(
                f"facts/guidance.toml, dose_band {drug}: no table of equivalence has {drug}"
            )
        counted[drug] = band.low_max_mg / median(entries)
    for drug, size in counted.items():
        middle = median(counted.values())
        if not middle / APART < size < middle * APART:
            raise FactError(
                f"facts/guidance.toml, dose_band {drug}: 'low_max_mg' {bands[drug].low_max_mg:g} is"
                f" {size / middle:.2g} times what the other bands say by the tables of equivalence"
            )


def medicines(
    found: Mapping[str, Medicine],
    groups: Mapping[str, MedicineGroup],
    classes: Mapping[str, MedicineClass],
) -> None:
    """Refuse a name that stands for two medicines, a group that does not exist, and a medicine that
    is cleared although something of it is stored.

    Raises:
        FactError: a name is not unique, a group is unknown, or `is_cleared` is wrong.
    """
    owner: dict[str, str] = {}
    of_classes = {plain_name(name) for one in classes.values() for name in one.names}
    for one in found.values():
        names = {plain_name(name) for name in (one.id, *one.names)}
        for name in names:
            if owner.setdefault(name, one.id) != one.id:
                raise FactError(f"facts/medicines: '{name}' stands for {owner[name]} and {one.id}")
        _known("group", f"medicines, medicine {one.id}", one.groups, groups)
        by_property = any(group.has_property in one.properties for group in groups.values())
        nothing = one.changes_no_level and not one.properties and of_classes.isdisjoint(names)
        if one.is_cleared and (by_property or not nothing):
            raise FactError(
                f"facts/medicines, medicine {one.id}: 'is_cleared' is true, and a level, a property"
                " or a class of it says otherwise"
            )
        if not one.is_cleared and nothing:
            raise FactError(
                f"facts/medicines, medicine {one.id}: 'is_cleared' is false, and no level, property"
                " or class of it is stored"
            )


def combinations(
    found: Mapping[str, Combination], known: Collection[str], others: Mapping[str, Medicine]
) -> None:
    """Refuse a mixture of something unknown, and one whose name stands for a single medicine.

    Raises:
        FactError: a substance is unknown, or a name is not unique.
    """
    owner = {plain_name(name): one.id for one in others.values() for name in (one.id, *one.names)}
    for one in found.values():
        _known("substance", f"combinations.toml, combination {one.id}", one.substances, known)
        for name in {plain_name(name) for name in (one.id, *one.names)}:
            if owner.setdefault(name, one.id) != one.id:
                raise FactError(
                    f"facts/combinations.toml: '{name}' stands for {owner[name]} and {one.id}"
                )


def medicine_groups(
    found: Mapping[str, MedicineGroup], classes: Mapping[str, MedicineClass]
) -> None:
    """Refuse a group that holds something unknown.

    Raises:
        FactError: a group or class that it holds does not exist.
    """
    for one in found.values():
        where = f"medicine_groups.toml, medicine_group {one.id}"
        _known("group", where, one.holds, found)
        _known("class", where, one.of_classes, classes)


def group_contraindications(
    found: Mapping[str, GroupContraindication],
    groups: Mapping[str, MedicineGroup],
    conditions: Collection[str],
) -> None:
    """Refuse a row of a group or condition that does not exist.

    Raises:
        FactError: a group or a condition is unknown.
    """
    for one in found.values():
        where = f"group_contraindications.toml, group_contraindication {one.id}"
        _known("group", where, one.groups, groups)
        _known("condition", where, one.conditions, conditions)


def medicine_pairs(found: Mapping[str, MedicinePair], groups: Mapping[str, MedicineGroup]) -> None:
    """Refuse a pair of a group that does not exist.

    Raises:
        FactError: a group is unknown.
    """
    for one in found.values():
        where = f"medicine_pairs.toml, medicine_pair {one.id}"
        _known("group", where, (*one.groups, *one.with_groups), groups)


def one_substance(others: Mapping[str, KnownSedative], drugs: Mapping[str, Drug]) -> None:
    """Refuse a name or brand that leads to two substances.

    Raises:
        FactError: a name is not unique among the drugs and the sedatives that are not covered.
    """
    owner: dict[str, str] = {}
    names = [(one.id, (one.id, *one.brands)) for one in drugs.values()]
    names += [(one.id, (one.id, *one.names)) for one in others.values()]
    for substance, words in names:
        for word in words:
            if owner.setdefault(plain_name(word), substance) != substance:
                raise FactError(
                    f"facts: the name '{word}' stands for {owner[plain_name(word)]} and {substance}"
                )


def contraindications(
    found: Mapping[str, Contraindication], drugs: Collection[str], conditions: Collection[str]
) -> None:
    """Refuse a contraindication of a drug or a condition that does not exist.

    Raises:
        FactError: a drug or a condition is unknown.
    """
    for one in found.values():
        where = f"contraindications.toml, contraindication {one.id}"
        for drug in one.drugs:
            if drug not in drugs:
                raise FactError(f"facts/{where}: unknown drug '{drug}'.{nearest(drug, drugs)}")
        _known("condition", where, one.conditions, conditions)


def _known(what: str, where: str, named: tuple[str, ...], known: Collection[str]) -> None:
    for name in named:
        if name not in known:
            raise FactError(f"facts/{where}: unknown {what} '{name}'.{nearest(name, known)}")


def _ends(table: EquivalenceTable, drug: str) -> tuple[float, ...]:
    """Return the least and the most of a drug that a table sets equal to 1 mg of its reference
    drug.
    """
    entry = table.entries[drug]
    ends = entry if isinstance(entry, tuple) else (entry,)
    return tuple(float(end) / table.reference_mg for end in ends)
