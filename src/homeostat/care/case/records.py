"""The shape of a case: one person, what is taken since when, and what is known and not known about them.

Every key is defined here once; the reader, the questions, docs/case.md and docs/case.schema.json all come from it.
"""

from datetime import date, time
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from homeostat.characters import is_hidden
from homeostat.errors import WrongValueError
from homeostat.facts.records import Record
from homeostat.language import quantity

T = TypeVar("T")
OLDEST_YEAR = 1880
_TOLERATED = "\n\t\u061c\u200e\u200f\u2028\u2029"
"""Hidden characters that honest text may hold: lines, and the marks that scripts from right to left need."""


def unshowable(text: str) -> str:
    """Return the first character of a text that a terminal or a page would obey instead of show, or ''."""
    return next((letter for letter in text if is_hidden(letter) and letter not in _TOLERATED), "")


def _visible(text: str) -> str:
    """Refuse what a terminal or a page would obey instead of show."""
    if letter := unshowable(text):
        raise WrongValueError(
            "hidden-character",
            f"the text holds a character that cannot be shown (U+{ord(letter):04X}); take it out",
        )
    return text.strip()


def _one_line(text: str) -> str:
    """Refuse a text of several lines, as it stands in titles, names and messages."""
    if "\n" in text or "\t" in text:
        raise ValueError("write it on one line, without tabs")
    return _visible(text)


def _small(given: object) -> object:
    return given.strip().lower() if isinstance(given, str) else given


def _said(given: object) -> object:
    """Read a TOML true or false as the word it means."""
    return {True: "yes", False: "no"}[given] if isinstance(given, bool) else _small(given)


def _rows(given: object) -> object:
    if isinstance(given, dict):
        raise ValueError(
            "this table can stand several times: write its name in double brackets, as [[use]]"
        )
    if not isinstance(given, list | tuple):
        raise ValueError("write a list in square brackets")
    return tuple(given)


def _some_rows(given: object) -> object:
    rows = _rows(given)
    if not rows:
        raise ValueError("at least one is needed")
    return rows


def _one_table(given: object) -> object:
    if isinstance(given, list):
        raise ValueError("this table stands once: write its name in single brackets, as [person]")
    if not isinstance(given, dict | Record):
        raise ValueError(
            "this is a table: write its name in brackets on a line of its own, and its keys below"
        )
    return given


def _drinks(given: object) -> object:
    word = _small(given)
    if word in ("none", "unknown"):
        return 0.0 if word == "none" else None
    return _number(given)


def _count(given: object) -> object:
    return None if _small(given) == "unknown" else given


def _number(given: object) -> object:
    if isinstance(given, str):
        raise ValueError(
            f"write a number without quotation marks and without a unit (given: {given[:40]!r})"
        )
    return given


def _is_of(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **schema})


Text = Annotated[str, AfterValidator(_visible), Field(max_length=2000)]
Name = Annotated[str, AfterValidator(_one_line), Field(min_length=1, max_length=120)]
Word = Annotated[
    str, BeforeValidator(_small), AfterValidator(_one_line), Field(min_length=1, max_length=120)
]
Answer = Annotated[Literal["yes", "no", "unknown"], BeforeValidator(_said)]
Number = Annotated[float, BeforeValidator(_number)]
_A_DAY = {"pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$", "x-type": "day"}
Day = Annotated[date, BeforeValidator(quantity.local_date), _is_of(_A_DAY)]
Clock = Annotated[
    time,
    BeforeValidator(quantity.clock),
    PlainSerializer(lambda hour: f"{hour:%H:%M}"),
    _is_of({"pattern": "^[0-9]{1,2}:[0-9]{2}(:00)?$", "x-type": 'time of day, "00:00" to "23:59"'}),
]
Mg = Annotated[
    float,
    BeforeValidator(quantity.amount_mg),
    PlainSerializer(quantity.mg_text),
    _is_of(
        {
            "pattern": r"^\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*[A-Za-zµμ]+\.?\s*$",
            "x-type": 'amount with unit, "0.5 mg" or "500 ug"',
        }
    ),
]
NgPerMl = Annotated[
    float,
    BeforeValidator(quantity.level_ng_per_ml),
    PlainSerializer(quantity.level_text),
    _is_of(
        {
            "pattern": r"^\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*[A-Za-zµμ]+/[mM]?[lL]\.?\s*$",
            "x-type": 'level with unit, "28 ng/mL"',
        }
    ),
]
Several = Annotated[tuple[T, ...], BeforeValidator(_rows), Field(strict=False)]
AtLeastOne = Annotated[tuple[T, ...], BeforeValidator(_some_rows), Field(strict=False)]
Once = Annotated[T, BeforeValidator(_one_table)]


def key(
    meaning: str,
    example: str,
    default: Any = ...,
    *,
    unit: str = "",
    words: str = "",
    some: bool = False,
    **more: Any,
) -> Any:
    """Define one key: what it means, how it is written, and what is taken when it is left out.

    Args:
        words: the kind of facts that its words must come from (drugs, routes, scales, conditions).
        some: a list of at least one.
    """
    extra: dict[str, Any] = {
        "x-example": example,
        "x-unit": unit,
        "x-words": words,
        "minItems": int(some),
    }
    extra = {name: value for name, value in extra.items() if value or name == "x-example"}
    extra |= {
        name: more[bound] for bound, name in (("ge", "minimum"), ("le", "maximum")) if bound in more
    }
    return Field(default, description=meaning, json_schema_extra=extra, **more)


class Traits(Record):
    """Who: only what changes the body's handling of the drug, or the risk."""

    initials: Name = key(
        "initials, printed on every page", '"A. B."', "", min_length=0, max_length=12
    )
    birth_year: int | None = key(
        "year of birth; give this or age_years", "1984", None, ge=OLDEST_YEAR, le=2200
    )
    age_years: Number | None = key(
        "age; give this or birth_year", "42", None, unit="years", ge=0, le=120
    )
    weight_kg: Number = key(
        "body weight: clearance and volumes scale with it, so there is no default",
        "70",
        unit="kg",
        ge=2,
        le=400,
    )
    sex: Literal["female", "male", "unknown"] = key(
        "sex, as far as it changes clearance", '"female"', "unknown"
    )
    liver: Literal["normal", "impaired", "unknown"] = key(
        "liver function; liver failure is also a condition", '"normal"', "unknown"
    )
    cyp3a: Literal["normal", "low", "unknown"] = key(
        "CYP3A activity, if it was measured", '"normal"', "unknown"
    )
    cyp2c19: Literal["normal", "poor", "unknown"] = key(
        "CYP2C19 genotype or phenotype, if it was measured", '"poor"', "unknown"
    )
    nat2: Literal["slow", "rapid", "unknown"] = key(
        "NAT2 acetylation, if it was measured", '"slow"', "unknown"
    )
    illness: Literal["none", "mild", "moderate", "severe", "unknown"] = key(
        "strength of an anxiety or mood illness of the person's own, apart from withdrawal",
        '"mild"',
        "unknown",
    )
    pregnant: Literal["yes", "no", "unknown", "not applicable"] = key(
        "pregnant now", '"no"', "unknown"
    )

    @model_validator(mode="after")
    def _has_one_age(self) -> Self:
        if (self.birth_year is None) == (self.age_years is None):
            raise ValueError("give exactly one of 'birth_year' and 'age_years'")
        if self.pregnant == "yes" and self.sex == "male":
            raise ValueError("'sex' is male and 'pregnant' is yes; one of them must be wrong")
        return self


class Dose(Record):
    """One dose of a day."""

    time: Clock = key("local time of day", '"08:00"')
    dose_mg: Mg = key("amount, with its unit", '"1 mg"', alias="dose")

    @model_validator(mode="before")
    @classmethod
    def _is_table(cls, given: object) -> object:
        if not isinstance(given, dict):
            raise ValueError('write each dose with its time: {time = "08:00", dose = "1 mg"}')
        return given

    @property
    def hour(self) -> float:
        """Time of day [h]."""
        return self.time.hour + self.time.minute / 60


class Intake(Record):
    """One drug at unchanged doses over one stretch of time; a change of dose is a further [[use]] that follows."""

    drug: Word = key("name of the drug, not of a brand", '"clonazepam"', words="drugs")
    since: Day = key("first day of these doses", "2023-11-05")
    until: Day | None = key(
        "first day on which these doses were no longer taken; left out = still taken today",
        "2025-03-01",
        None,
    )
    route: Word = key("how it is taken", '"oral"', "oral", words="routes")
    product: Word = key("product, as in `homeostat facts product`", '"us-clonazepam-tablet-1"', "")
    doses: AtLeastOne[Dose] = key(
        "all doses of one day",
        '[{time = "08:00", dose = "1 mg"}, {time = "20:00", dose = "1 mg"}]',
        some=True,
        max_length=12,
    )
    days_per_week: int = key(
        "days a week on which it is taken; the forecast takes every day, an upper bound",
        "7",
        7,
        unit="days",
        ge=1,
        le=7,
    )
    meant: bool = key(
        "a dose a thousand times below the usual ones is what is taken, and no slip", "true", False
    )
    note: Text = key(
        "anything worth keeping; not read by the model", '"as reported, not measured"', ""
    )

    @model_validator(mode="after")
    def _has_distinct_times(self) -> Self:
        times = [dose.time for dose in self.doses]
        twice = next((hour for hour in times if times.count(hour) > 1), None)
        if twice:
            raise ValueError(f"two doses stand at {twice:%H:%M}; write their sum as one dose")
        return self

    @property
    def mg_per_day(self) -> float:
        """Total of one day of use [mg/d]."""
        return sum(dose.dose_mg for dose in self.doses)


class Level(Record):
    """One measured level of a drug or of its active metabolite, drawn on the chart."""

    drug: Word = key("drug or active metabolite that was measured", '"clonazepam"', words="drugs")
    date: Day = key("day of the sample", "2026-10-05")
    time: Clock | None = key(
        "time of the sample; left out = just before the first dose of the day", '"07:45"', None
    )
    ng_per_ml: NgPerMl = key("level, with its unit", '"28 ng/mL"', alias="level")
    note: Text = key("method, laboratory, time since the last dose", '"trough"', "")


class Score(Record):
    """One total of a symptom scale."""

    scale: Word = key("scale, as in `homeostat facts scale`", '"ciwa-b"', words="scales")
    date: Day = key("day on which it was filled in", "2026-10-05")
    total: Number = key("sum of the items", "18", unit="points", ge=0, le=1000)
    note: Text = key("who scored it, and how", '"self-rated"', "")


class Medicine(Record):
    """Another medicine that is taken, or was, or will end: it may change the drug's clearance or add to its danger."""

    name: Name = key("generic name, one medicine in each table", '"carbamazepine"')
    since: Day | None = key("first day; left out = before the first day of use", "2024-02-01", None)
    until: Day | None = key(
        "first day without it, up to a year ahead when its end is planned; left out = goes on",
        "2026-11-30",
        None,
    )
    dose: Text = key("dose in words; not read by the model", '"200 mg twice a day"', "")
    note: Text = key("why it is taken", '"trigeminal neuralgia"', "")


class Alcohol(Record):
    """Alcohol: adds to sedation, and has a withdrawal of its own."""

    drinks_per_day: Annotated[
        float | None,
        BeforeValidator(_drinks),
        PlainSerializer(lambda drinks: "unknown" if drinks is None else drinks),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "number", "minimum": 0, "maximum": 100},
                    {"enum": ["none", "unknown"]},
                ],
                "x-type": 'number, "none" or "unknown"',
            }
        ),
    ] = key("standard drinks on a typical day", "2", None, unit="drinks a day", ge=0, le=100)


class History(Record):
    """What happened before, and who is there now; unknown is not no."""

    seizure_ever: Answer = key("any seizure, ever", '"no"', "unknown")
    complicated_withdrawal: Answer = key(
        "a withdrawal with seizure, delirium, psychosis or hospital stay, from any sedative or alcohol",
        '"no"',
        "unknown",
    )
    previous_withdrawals: Annotated[
        int | None,
        BeforeValidator(_count),
        PlainSerializer(lambda count: "unknown" if count is None else count),
        WithJsonSchema(
            {
                "anyOf": [{"type": "integer", "minimum": 0, "maximum": 100}, {"enum": ["unknown"]}],
                "x-type": 'whole number or "unknown"',
            }
        ),
    ] = key(
        "earlier attempts to stop, of any sedative or alcohol",
        "1",
        None,
        unit="count",
        ge=0,
        le=100,
    )
    opioid: Answer = key("takes any opioid now, prescribed or not", '"no"', "unknown")
    other_sedatives: Answer = key(
        "takes other sedatives now (gabapentinoid, barbiturate, antihistamine …)", '"no"', "unknown"
    )
    suicidal_thoughts: Answer = key(
        "thoughts of suicide now or in the last year", '"no"', "unknown"
    )
    falls: Answer = key("a fall in the last year", '"no"', "unknown")
    drives: Answer = key("drives, or works where sleepiness is a danger", '"yes"', "unknown")
    support_at_home: Answer = key(
        "somebody who can help and watch over the weeks of a taper", '"yes"', "unknown"
    )
    living_alone: Answer = key("lives alone", '"no"', "unknown")


class Goal(Record):
    """What the person and the clinician want: to stop, to lower, or to stay are equals."""

    aim: Literal["stop", "lower", "stay", "undecided"] = key(
        "what is wanted now", '"stop"', "undecided"
    )
    to_mg_per_day: Mg | None = key(
        "daily dose to be reached; only, and always, when the aim is to lower",
        '"0.5 mg"',
        None,
        alias="to",
    )
    drug: Word = key(
        "drug that the aim speaks of; needed when several are taken and one is to be lowered",
        '"clonazepam"',
        "",
        words="drugs",
    )
    switch_to: Word = key("drug to change to before going down", '"diazepam"', "", words="drugs")
    note: Text = key("the reason, in the person's words", '"forgetful at work"', "")

    @model_validator(mode="after")
    def _has_target_when_lowering(self) -> Self:
        if self.aim == "lower" and self.to_mg_per_day is None:
            raise ValueError(
                "aim is 'lower', so 'to' must say to what daily dose, for example to = \"0.5 mg\""
            )
        if self.aim != "lower" and self.to_mg_per_day is not None:
            raise ValueError(
                f"aim is '{self.aim}', so 'to' must be left out (or write aim = \"lower\")"
            )
        return self


class Preferences(Record):
    """What a plan may use; nothing here changes the forecast."""

    stock: Several[Word] = key("products at hand or to be had", '["us-clonazepam-odt-0.125"]', ())
    splitting: Answer = key("tablets may be split where the product allows it", '"yes"', "unknown")
    liquid: Answer = key("a liquid may be used", '"yes"', "unknown")
    compounding: Answer = key("a compounded product may be used", '"no"', "unknown")
    dose_times: Several[Clock] = key(
        "times at which doses can be taken", '["08:00", "20:00"]', (), max_length=4
    )
    max_weeks: int | None = key(
        "longest time the plan may take", "52", None, unit="weeks", ge=1, le=520
    )
    start: Day | None = key("first day of the plan, today or later", "2026-12-01", None)


class SupplyLimit(Record, validate_by_name=True, validate_by_alias=True):
    """The most that one prescription may hand out: of one product in units or mL, or of one drug in all."""

    product: Word = key(
        "product, as in `homeostat facts product`", '"us-clonazepam-tablet-0.5"', ""
    )
    units: Number | None = key("most tablets, capsules or films of the product", "60", None, gt=0)
    ml: Number | None = key("most of a liquid", "150", None, unit="mL", gt=0)
    drug: Word = key(
        "drug, all its products together; instead of a product", '"clonazepam"', "", words="drugs"
    )
    amount_mg: Mg | None = key("most of the drug, with its unit", '"60 mg"', None, alias="amount")

    @model_validator(mode="after")
    def _has_one_limit(self) -> Self:
        of_product = (
            bool(self.product)
            and (self.units is None) != (self.ml is None)
            and self.amount_mg is None
        )
        of_drug = (
            bool(self.drug)
            and self.amount_mg is not None
            and self.units is None
            and self.ml is None
        )
        if not (of_product or of_drug) or (self.product and self.drug):
            raise ValueError(
                'write a limit as {product = "…", units = 60}, {product = "…", ml = 150} or '
                '{drug = "…", amount = "60 mg"}'
            )
        return self

    @property
    def of(self) -> str:
        """The product or drug that is limited."""
        return self.product or self.drug

    @property
    def most(self) -> float:
        """The limit: units or mL of a product, mg of a drug."""
        return float(self.units or self.ml or self.amount_mg or 0.0)


class SupplyTerms(Record):
    """What binds prescriptions where this person lives: a law, an insurer, a clinic, or a danger at home."""

    window_days: int | None = key(
        "days one prescription covers; left out = 28", "14", None, unit="days", ge=1, le=366
    )
    ahead_days: int | None = key(
        "days before a window at which to collect at the latest; left out = 3",
        "2",
        None,
        unit="days",
        ge=0,
        le=28,
    )
    limits: Several[SupplyLimit] = key(
        "most that one prescription may hand out",
        '[{product = "us-clonazepam-tablet-0.5", units = 60}, {drug = "clonazepam", amount = "60 mg"}]',
        (),
        max_length=40,
    )


class Case(Record):
    """One person's case."""

    format: Literal[1] = key("version of this format", "1")
    id: str = key(
        "short name for files: small letters, digits and hyphens",
        '"typical"',
        pattern="^[a-z0-9][a-z0-9-]{0,63}$",
    )
    title: Name = key("one line that says what the case is", '"A man of 42 on 2 mg of clonazepam"')
    synthetic: bool = key(
        "true when nobody lived this case; said wherever it is shown", "true", False
    )
    sources: Several[Word] = key("sources of a published case", '["kacirova-2016"]', ())
    market: Literal["US", "UK", "EU"] = key("market whose products can be had", '"US"')
    today: Day | None = key(
        "the day the case was written, on which its forecast starts; left out = the day it is read",
        "2026-11-02",
        None,
    )
    conditions: Several[Word] | None = key(
        "conditions, by the words below; [] = asked, none; left out = not asked",
        '["panic disorder"]',
        None,
        words="conditions",
    )
    other_conditions: Several[Name] = key(
        "conditions for which there is no word below", '["Ehlers-Danlos syndrome"]', ()
    )
    note: Text = key("anything worth keeping; not read by the model", '"dates are approximate"', "")
    person: Once[Traits] = key("who", "")
    use: AtLeastOne[Intake] = key("what is or was taken", "", some=True, max_length=200)
    level: Several[Level] = key("measured levels", "", (), max_length=1000)
    score: Several[Score] = key("totals of symptom scales", "", (), max_length=1000)
    medicine: Several[Medicine] = key("other medicines", "", (), max_length=100)
    alcohol: Once[Alcohol] = key("alcohol", "", Alcohol())
    history: Once[History] = key("history and support", "", History())
    goal: Once[Goal] = key("what is wanted", "", Goal())
    preferences: Once[Preferences] = key("what a plan may use", "", Preferences())
    supply: Once[SupplyTerms] = key("what binds prescriptions", "", SupplyTerms())


TABLES: dict[str, type[Record]] = {
    "": Case,
    "person": Traits,
    "use": Intake,
    "level": Level,
    "score": Score,
    "medicine": Medicine,
    "alcohol": Alcohol,
    "history": History,
    "goal": Goal,
    "preferences": Preferences,
    "supply": SupplyTerms,
}
"""Each table of a case by its name; '' is the top of the file."""
REPEATED = ("use", "level", "score", "medicine")
"""Tables that can stand several times, in double brackets."""
