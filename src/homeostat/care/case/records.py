"""A case as it runs: one person, what is taken since when, and what is known and not known about
them. What a file may hold is said in `format`.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Answer = Literal["yes", "no", "unknown"]
MOST_HANDED_OUT = 10_000
"""Tablets or millilitres above which a number is a slip."""


def require_one_age(birth_year: int | None, age_years: float | None) -> None:
    """Refuse a person of no age, or of two.

    Raises:
        ValueError: it is so.
    """
    if (birth_year is None) == (age_years is None):
        raise ValueError("give exactly one of 'birth_year' and 'age_years'")


def require_possible(sex: str, pregnant: str) -> None:
    """Refuse a man who is pregnant.

    Raises:
        ValueError: it is so.
    """
    if pregnant == "yes" and sex == "male":
        raise ValueError("'sex' is male and 'pregnant' is yes; one of them must be wrong")


def require_distinct(times: Sequence[datetime.time]) -> None:
    """Refuse two doses at one time of day.

    Raises:
        ValueError: it is so.
    """
    twice = next((hour for hour in times if times.count(hour) > 1), None)
    if twice:
        raise ValueError(f"two doses stand at {twice:%H:%M}; write their sum as one dose")


def require_target(aim: str, to_mg_per_day: float | None) -> None:
    """Refuse an aim to lower without a dose to be reached, and a dose with another aim.

    Raises:
        ValueError: it is so.
    """
    if aim == "lower" and to_mg_per_day is None:
        raise ValueError(
            "aim is 'lower', so 'to' must say to what daily dose, for example to = \"0.5 mg\""
        )
    if aim != "lower" and to_mg_per_day is not None:
        raise ValueError(f"aim is '{aim}', so 'to' must be left out (or write aim = \"lower\")")


def require_one_limit(
    product: str, drug: str, *, units: float | None, ml: float | None, amount_mg: float | None
) -> None:
    """Refuse a limit that is not of one product in units or mL, or of one drug in mg, or is of
    nothing or of more than anybody is handed.

    Raises:
        ValueError: it is so.
    """
    of_product = bool(product) and (units is None) != (ml is None) and amount_mg is None
    of_drug = bool(drug) and amount_mg is not None and units is None and ml is None
    if not (of_product or of_drug) or (product and drug):
        raise ValueError(
            'write a limit as {product = "…", units = 60}, {product = "…", ml = 150} or '
            '{drug = "…", amount = "60 mg"}'
        )
    if of_product and not 0 < (units or ml or 0.0) <= MOST_HANDED_OUT:
        raise ValueError(f"a limit must be above 0 and at most {MOST_HANDED_OUT:,}")


@dataclass(frozen=True, kw_only=True)
class Traits:
    """Who: only what changes the body's handling of the drug, or the risk."""

    initials: str = ""
    birth_year: int | None = None
    age_years: float | None = None
    weight_kg: float
    sex: Literal["female", "male", "unknown"] = "unknown"
    liver: Literal["normal", "impaired", "unknown"] = "unknown"
    cyp3a: Literal["normal", "low", "unknown"] = "unknown"
    cyp2c19: Literal["normal", "poor", "unknown"] = "unknown"
    nat2: Literal["slow", "rapid", "unknown"] = "unknown"
    illness: Literal["none", "mild", "moderate", "severe", "unknown"] = "unknown"
    pregnant: Literal["yes", "no", "unknown", "not applicable"] = "unknown"

    def __post_init__(self) -> None:
        require_one_age(self.birth_year, self.age_years)
        require_possible(self.sex, self.pregnant)


@dataclass(frozen=True, kw_only=True)
class Dose:
    """One dose of a day."""

    time: datetime.time
    dose_mg: float

    @property
    def hour(self) -> float:
        """Time of day [h]."""
        return self.time.hour + self.time.minute / 60


@dataclass(frozen=True, kw_only=True)
class Intake:
    """One drug at unchanged doses over one stretch of time; a change of dose is a further [[use]]
    that follows.
    """

    drug: str
    since: datetime.date
    until: datetime.date | None = None
    route: str = "oral"
    product: str = ""
    doses: tuple[Dose, ...]
    days_per_week: int = 7
    meant: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        require_distinct([dose.time for dose in self.doses])

    @property
    def mg_per_day(self) -> float:
        """Total of one day of use [mg/d]."""
        return sum(dose.dose_mg for dose in self.doses)


@dataclass(frozen=True, kw_only=True)
class Level:
    """One measured level of a drug or of its active metabolite, drawn on the chart."""

    drug: str
    date: datetime.date
    time: datetime.time | None = None
    ng_per_ml: float
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Score:
    """One total of a symptom scale."""

    scale: str
    date: datetime.date
    total: float
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Medicine:
    """Another medicine that is taken, or was, or will end: it may change the drug's clearance or
    add to its danger.
    """

    name: str
    since: datetime.date | None = None
    until: datetime.date | None = None
    dose: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Alcohol:
    """Alcohol: adds to sedation, and has a withdrawal of its own."""

    drinks_per_day: float | None = None


@dataclass(frozen=True, kw_only=True)
class History:
    """What happened before, and who is there now; unknown is not no."""

    seizure_ever: Answer = "unknown"
    complicated_withdrawal: Answer = "unknown"
    previous_withdrawals: int | None = None
    opioid: Answer = "unknown"
    other_sedatives: Answer = "unknown"
    suicidal_thoughts: Answer = "unknown"
    falls: Answer = "unknown"
    drives: Answer = "unknown"
    support_at_home: Answer = "unknown"
    living_alone: Answer = "unknown"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What the person and the clinician want: to stop, to lower, or to stay are equals."""

    aim: Literal["stop", "lower", "stay", "undecided"] = "undecided"
    to_mg_per_day: float | None = None
    drug: str = ""
    switch_to: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        require_target(self.aim, self.to_mg_per_day)


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What a plan may use; nothing here changes the forecast."""

    stock: tuple[str, ...] = ()
    splitting: Answer = "unknown"
    liquid: Answer = "unknown"
    compounding: Answer = "unknown"
    dose_times: tuple[datetime.time, ...] = ()
    max_weeks: int | None = None
    start: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class SupplyLimit:
    """The most that one prescription may hand out: of one product in units or mL, or of one drug in
    all.
    """

    product: str = ""
    units: float | None = None
    ml: float | None = None
    drug: str = ""
    amount_mg: float | None = None

    def __post_init__(self) -> None:
        require_one_limit(
            self.product, self.drug, units=self.units, ml=self.ml, amount_mg=self.amount_mg
        )

    @property
    def of(self) -> str:
        """The product or drug that is limited."""
        return self.product or self.drug

    @property
    def most(self) -> float:
        """The limit: units or mL of a product, mg of a drug."""
        return float(self.units or self.ml or self.amount_mg or 0.0)


@dataclass(frozen=True, kw_only=True)
class SupplyTerms:
    """What binds prescriptions where this person lives: a law, an insurer, a clinic, or a danger at
    home.
    """

    window_days: int | None = None
    ahead_days: int | None = None
    limits: tuple[SupplyLimit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """One person's case."""

    format: Literal[1]
    id: str
    title: str
    synthetic: bool = False
    sources: tuple[str, ...] = ()
    market: Literal["US", "UK", "EU"]
    today: datetime.date | None = None
    conditions: tuple[str, ...] | None = None
    other_conditions: tuple[str, ...] = ()
    note: str = ""
    person: Traits
    use: tuple[Intake, ...]
    level: tuple[Level, ...] = ()
    score: tuple[Score, ...] = ()
    medicine: tuple[Medicine, ...] = ()
    alcohol: Alcohol = Alcohol()
    history: History = History()
    goal: Goal = Goal()
    preferences: Preferences = Preferences()
    supply: SupplyTerms = SupplyTerms()
