"""What stands beside the drugs: other medicines and their properties, illness that speaks against a
drug, sedatives that are known and not covered, and the words people write for an illness.
"""

from typing import Literal

from pydantic import Field

from homeostat.facts.records.basis import Many, Record, Sourced

Property = Literal[
    "sedative",
    "respiratory_depressant",
    "own_withdrawal",
    "lowers_seizure_threshold",
    "qt",
    "qt_conditional",
    "mimics_withdrawal",
]
"""What a medicine does beside these drugs: adds to sedation; slows breathing; must be tapered
itself; makes seizures likelier; lengthens QT, always or under conditions; brings signs that look
like a withdrawal, or hides them.
"""

Effect = Literal[
    "none",
    "slightly up",
    "up",
    "strongly up",
    "slightly down",
    "down",
    "strongly down",
    "changes with time",
    "unknown",
]
"""What a medicine does to the level of a drug."""


class Levels(Record):
    """What a medicine does to the levels of the drugs, by the group that clears them.

    A figure for one drug stands in interactions.toml and goes first. Each field is named after a
    group of groups.toml.
    """

    cyp3a_cleared: Effect
    cyp2c19_cleared: Effect
    ugt_cleared: Effect
    otherwise_cleared: Effect = Field(description="oxidised, the enzyme not settled")

    def by_group(self) -> dict[str, Effect]:
        """Return the effect for each group of drugs, by the group's id."""
        return {
            "cyp3a-cleared": self.cyp3a_cleared,
            "perhaps-cyp3a-cleared": self.cyp3a_cleared,
            "cyp2c19-cleared": self.cyp2c19_cleared,
            "ugt-cleared": self.ugt_cleared,
            "otherwise-cleared": self.otherwise_cleared,
        }


class Medicine(Sourced):
    """A medicine that people take beside these drugs, counted or cleared by name.

    Its classes are those whose names hold its id or one of its names (`medicines.classes_of`), and
    its properties are its own and those of its classes (`medicines.properties_of`).

    Attributes:
        id: the substance, in small letters.
        names: salts, other spellings and brands, in small letters.
        not_with, care_with: ids of conditions that speak against it, or ask for care.
    """

    id: str
    names: Many[str] = ()
    properties: Many[Property] = Field(description="its own, beside those of its classes")
    levels: Levels
    not_with: Many[str] = ()
    care_with: Many[str] = ()
    note: str = ""

    @property
    def changes_no_level(self) -> bool:
        """True when no effect on the level of any group of drugs is known."""
        return all(effect == "none" for effect in self.levels.by_group().values())


class Contraindication(Sourced):
    """A condition that speaks against a drug that is being tapered, by the text of one market.

    It is a reason to lower the dose, to move to another drug or to ask; never to stop at once.

    Attributes:
        drugs: ids of drugs, or of sedatives that are known and not covered.
        conditions: ids of conditions.
        do: what to do about it.
    """

    id: str
    drugs: Many[str] = Field(min_length=1)
    conditions: Many[str] = Field(min_length=1)
    severity: Literal["contraindicated", "caution"]
    market: Literal["US", "UK", "EU", "IE", "DE", "CH", "several"]
    do: str = Field(min_length=1)
    note: str = ""


class KnownSedative(Sourced):
    """A sedative of the same kind that this product knows by name and does not cover.

    Attributes:
        id: the substance, in small letters.
        names: brands and other spellings, in small letters.
        supply: whether it is a medicine anywhere, or is met only outside the law.
        known: what is known of it, in a sentence.
    """

    id: str
    names: Many[str] = ()
    family: Literal["benzodiazepine", "thienodiazepine", "z-drug", "combination"]
    supply: Literal["medicine", "medicine, also illicit", "illicit only"]
    half_life_class: Literal["short", "medium", "long", "unknown"]
    known: str = Field(min_length=1)


class Condition(Sourced):
    """An illness or a state that decides a rule, and what people write for it.

    Attributes:
        id: its name in words joined by hyphens.
        case_words: words of `conditions` in a case that mean it; empty = it has none.
        words: names, spellings and synonyms in English, in small letters.
        words_de: the same in German.
    """

    id: str
    name: str
    case_words: Many[str] = ()
    words: Many[str] = Field(min_length=1)
    words_de: Many[str] = Field(min_length=1)
