"""The file of a case: its keys, what they may hold, and the way to and from the records that run.

Every key is defined here once; the reader, the questions, docs/case.md and docs/case.schema.json
all come from it.
"""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import model_validator

from homeostat.care.case import records
from homeostat.care.case.conversion import Shapes, to_model, to_record
from homeostat.care.case.keys import (
    LONGEST_WEEKS,
    MOST_WORDS,
    Answer,
    AtLeastOne,
    Clock,
    Count,
    Day,
    Drinks,
    Mg,
    Name,
    Named,
    NgPerMl,
    Number,
    Once,
    Several,
    Text,
    Word,
    key,
)
from homeostat.care.case.supply_format import SupplyLimit, SupplyTerms
from homeostat.errors import InputError
from homeostat.facts.reader import parse
from homeostat.facts.records import Record
from homeostat.language import quantity

OLDEST_YEAR = quantity.FIRST_DAY.year


class Traits(Record):
    """Who: only what changes the body's handling of the drug, or the risk."""

    initials: Name = key(
        "initials, printed on every page", '"A. B."', "", min_length=0, max_length=12
    )
    birth_year: int | None = key(
        "year of birth; give this or age_years",
        "1984",
        None,
        ge=OLDEST_YEAR,
        le=quantity.LAST_DAY.year,
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
        records.require_one_age(self.birth_year, self.age_years)
        records.require_possible(self.sex, self.pregnant)
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


class Intake(Record):
    """One drug at unchanged doses over one stretch of time; a change of dose is a further [[use]]
    that follows.
    """

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
        records.require_distinct([dose.time for dose in self.doses])
        return self


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
    """Another medicine that is taken, or was, or will end: it may change the drug's clearance or
    add to its danger.
    """

    name: Named = key("generic name, one medicine in each table", '"carbamazepine"')
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

    drinks_per_day: Drinks = key(
        "standard drinks on a typical day", "2", None, unit="drinks a day", ge=0, le=100
    )


class History(Record):
    """What happened before, and who is there now; unknown is not no."""

    seizure_ever: Answer = key("any seizure, ever", '"no"', "unknown")
    complicated_withdrawal: Answer = key(
        "a withdrawal with seizure, delirium, psychosis or hospital stay, from any sedative or"
        " alcohol",
        '"no"',
        "unknown",
    )
    previous_withdrawals: Count = key(
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
        records.require_target(self.aim, self.to_mg_per_day)
        return self


class Preferences(Record):
    """What a plan may use; nothing here changes the forecast."""

    stock: Several[Word] = key(
        "products at hand or to be had", '["us-clonazepam-odt-0.125"]', (), max_length=MOST_WORDS
    )
    splitting: Answer = key("tablets may be split where the product allows it", '"yes"', "unknown")
    liquid: Answer = key("a liquid may be used", '"yes"', "unknown")
    compounding: Answer = key("a compounded product may be used", '"no"', "unknown")
    dose_times: Several[Clock] = key(
        "times at which doses can be taken", '["08:00", "20:00"]', (), max_length=4
    )
    max_weeks: int | None = key(
        "longest time the plan may take", "52", None, unit="weeks", ge=1, le=LONGEST_WEEKS
    )
    start: Day | None = key("first day of the plan, today or later", "2026-12-01", None)


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
    sources: Several[Word] = key(
        "sources of a published case", '["kacirova-2016"]', (), max_length=MOST_WORDS
    )
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
        max_length=MOST_WORDS,
    )
    other_conditions: Several[Named] = key(
        "conditions for which there is no word below",
        '["Ehlers-Danlos syndrome"]',
        (),
        max_length=MOST_WORDS,
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
_MODELS: tuple[type[Record], ...] = (*TABLES.values(), Dose, SupplyLimit)
SHAPES: Shapes = {model: getattr(records, model.__name__) for model in _MODELS}


def read(table: Mapping[str, Any], where: str = "case") -> records.Case:
    """Return a table of a file as the case that runs.

    Raises:
        InputError: it is no case.
    """
    case: records.Case = to_record(parse(Case, table, where, InputError), SHAPES)
    return case


def write(case: records.Case) -> dict[str, Any]:
    """Return a case as a table of a file, without what is usual.

    Raises:
        InputError: it holds what no file can.
    """
    table = to_model(case, SHAPES).model_dump(by_alias=True, exclude_defaults=True)
    return {"format": case.format} | table
