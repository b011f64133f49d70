"""What stands beside the drugs: other medicines and their properties, illness that speaks against a
drug, sedatives that are known and not covered, and the words people write for an illness.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

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


Icd10 = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}(\.[0-9]{1,2})?$")]
"""A code of ICD-10, such as 'G70' or 'G47.3'."""


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


def _spelled_out(written: Any) -> Any:
    return dict.fromkeys(Levels.model_fields, written) if written == "none" else written


class Medicine(Sourced):
    """A medicine that people take beside these drugs, counted or cleared by name.

    Its classes are those whose names hold its id or one of its names (`medicines.classes_of`), and
    its properties are its own and those of its classes (`medicines.properties_of`).

    Attributes:
        id: the substance, in small letters.
        names: salts, other spellings and brands, in small letters.
        groups: ids of medicine groups it belongs to by itself; more follow from its properties and
            its classes (`medicines.groups_of`).
        is_cleared: True when no interaction with these drugs is stored. The reader refuses a record
            whose other keys say otherwise.
        is_salt: True when its name also ends the name of another medicine, as in 'losartan
            potassium'.
    """

    id: str
    names: Many[str]
    groups: Many[str]
    properties: Many[Property] = Field(description="its own, beside those of its classes")
    levels: Annotated[Levels, BeforeValidator(_spelled_out)] = Field(
        description="by the group that clears a drug; 'none' = none for all of them"
    )
    is_cleared: bool
    is_salt: bool = False
    note: str = ""

    @property
    def changes_no_level(self) -> bool:
        """True when no effect on the level of any group of drugs is known."""
        return all(effect == "none" for effect in self.levels.by_group().values())


Stop = Literal["taper", "ask", "no taper needed", "not said"]
"""How a medicine may end: in steps; only after the prescriber was asked; at once; or nothing is
stored, which is not "at once".
"""


class Combination(Sourced):
    """A product of several active substances.

    Attributes:
        id: one of its names, in small letters.
        names: further brands and names of the same mixture, in small letters.
        substances: ids of medicines, of drugs or of sedatives that are known and not covered.
    """

    id: str
    names: Many[str] = ()
    substances: Many[str] = Field(min_length=2)


class MedicineGroup(Sourced):
    """Medicines that a rule treats alike, by what they are or do.

    Attributes:
        does: what its members do, as the end of a sentence.
        has_property: the property that makes a medicine a member; empty = none does.
        of_classes: ids of medicine classes whose members are its members.
        holds: ids of other groups whose members are its members too.
        stop: how its members may end.
        stop_harm: what a sudden end brings; required where it must be tapered.
    """

    id: str
    name: str
    does: str = Field(min_length=1)
    has_property: Property | Literal[""]
    of_classes: Many[str]
    holds: Many[str]
    stop: Stop
    stop_harm: str = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.stop in {"taper", "ask"} and not self.stop_harm:
            raise ValueError(f"stop is '{self.stop}', so 'stop_harm' must say what a stop brings")
        return self


class GroupContraindication(Sourced):
    """A condition that speaks against every medicine of some groups.

    Attributes:
        groups: ids of medicine groups; one is enough.
        conditions: ids of conditions; one is enough.
        severity: not to be taken together, or with care.
        can_kill: True when the harm can be death.
        harm: what can happen, as the start of a sentence.
    """

    id: str
    groups: Many[str] = Field(min_length=1)
    conditions: Many[str] = Field(min_length=1)
    severity: Literal["contraindicated", "caution"]
    can_kill: bool
    harm: str = Field(min_length=1)
    note: str = ""


class MedicinePair(Sourced):
    """Two medicines beside the taper that harm together, by the groups that they are in.

    Attributes:
        groups, with_groups: ids of medicine groups; one of each is enough, in two medicines.
        when: what makes the harm: one of them starts, or the one of `groups` ends.
        severity: not to be taken together, or with care.
        can_kill: True when the harm can be death.
        harm: what can happen, as the start of a sentence.
    """

    id: str
    groups: Many[str] = Field(min_length=1)
    with_groups: Many[str] = Field(min_length=1)
    when: Literal["start", "end"]
    severity: Literal["contraindicated", "caution"]
    can_kill: bool
    harm: str = Field(min_length=1)


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
    """A sedative that this product knows by name and does not cover.

    Attributes:
        id: the substance, in small letters.
        names: brands and other spellings, in small letters.
        supply: whether it is a medicine anywhere, or is met only outside the law.
        known: what is known of it, in a sentence.
    """

    id: str
    names: Many[str] = ()
    family: Literal[
        "benzodiazepine",
        "thienodiazepine",
        "z-drug",
        "combination",
        "barbiturate",
        "other sedative",
    ]
    supply: Literal["medicine", "medicine, also illicit", "illicit only"]
    half_life_class: Literal["short", "medium", "long", "unknown"]
    known: str = Field(min_length=1)

    @property
    def is_own_kind(self) -> bool:
        """True when it acts at the receptor of the drugs covered as they do."""
        return self.family not in {"barbiturate", "other sedative"}


class Condition(Sourced):
    """An illness or a state that decides a rule, and what people write for it.

    Attributes:
        id: its name in words joined by hyphens.
        case_words: words of `conditions` in a case that mean it; empty = it has none.
        icd10: codes of ICD-10 that mean it, each with all codes below it; empty = no simple one.
        words: names, spellings and synonyms in English, in small letters.
        words_de: the same in German.
    """

    id: str
    name: str
    case_words: Many[str]
    icd10: Many[Icd10]
    words: Many[str] = Field(min_length=1)
    words_de: Many[str] = Field(min_length=1)
