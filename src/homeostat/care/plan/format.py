"""The shape of a plan: what is taken from which day on, made of what, for whom, by whom, and from
which facts.

A plan is a JSON file. Clinical nonsense (a dose that rises, a gap, an overlap) is well-formed here
on purpose: it is for `check` to find, with limit, value and source. Only what cannot be read at all
    is refused by the reader.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from homeostat.care.case.conversion import Shapes, to_model, to_record
from homeostat.care.case.keys import (
    AtLeastOne,
    Clock,
    Day,
    Mg,
    Name,
    Named,
    Number,
    Once,
    Several,
    Text,
    Word,
    key,
)
from homeostat.care.plan import limits, records
from homeostat.care.plan.records import Aim, Setting
from homeostat.errors import InputError, Problem
from homeostat.facts.reader import parse
from homeostat.facts.records import Record

_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,3}")


def _zone(text: str) -> str:
    """Refuse what cannot be the name of a zone; whether there is one of this name, the check
    asks.
    """
    if text and not _ZONE.fullmatch(text):
        raise ValueError('write a time zone as in the tz database, for example "America/New_York"')
    return text


def _reference(text: str) -> str:
    """Refuse what cannot be the name of a record of the facts."""
    if ":" not in text:
        raise ValueError("a record of the facts is named 'kind:id'")
    return text


Zone = Annotated[str, AfterValidator(_zone), Field(max_length=64)]
Reference = Annotated[Name, AfterValidator(_reference)]
Digest = Annotated[str, Field(pattern="^[A-Za-z0-9]{0,64}$")]
Numeric = Annotated[float, Field(ge=-limits.LARGEST_SETTING, le=limits.LARGEST_SETTING)]
Whole = Annotated[int, Field(ge=-limits.LARGEST_SETTING, le=limits.LARGEST_SETTING)]
_AMOUNT: dict[str, Any] = {"ge": limits.SMALLEST_AMOUNT, "le": limits.LARGEST_AMOUNT}


class Item(Record):
    """So many tablets or millilitres of one product."""

    product: Word = key("product, as in `homeostat facts product`", '"us-clonazepam-tablet-0.5"')
    units: Number | None = key(
        "tablets, capsules or films; halves and quarters as 0.5 and 0.25", "1.5", None, **_AMOUNT
    )
    ml: Number | None = key("volume of a liquid", "2.5", None, unit="mL", **_AMOUNT)

    @model_validator(mode="after")
    def _has_one_amount(self) -> Self:
        records.require_one_amount(self.units, self.ml)
        return self


class PlannedDose(Record):
    """One dose of each day of a step."""

    drug: Word = key("name of the drug, not of a brand", '"clonazepam"', words="drugs")
    time: Clock = key("local time of day", '"08:00"')
    dose_mg: Mg = key("amount, with its unit", '"0.75 mg"', alias="dose")
    items: Several[Item] = key(
        "what makes it up; empty = not said", "", (), max_length=limits.MOST_ITEMS_A_DOSE
    )
    route: Word = key("how it is taken", '"oral"', "oral", words="routes")
    as_needed: bool = key("true when it is taken only when needed", "false", False)


class PlanStep(Record):
    """The same doses on every day from a day on; no doses = nothing is taken of the drugs of the
    plan.
    """

    from_day: Day = key("first day, local date", '"2026-12-01"', alias="from")
    until: Day | None = key(
        "first day no longer; null = goes on until somebody decides", '"2026-12-15"', None
    )
    doses: Several[PlannedDose] = key(
        "all doses of one day", "", (), max_length=limits.MOST_DOSES_A_STEP
    )
    note: Text = key("what to look for; not read by any rule", '""', "")


class PlannedMedicine(Record):
    """Another medicine that starts or stops on a day of the plan."""

    name: Named = key("generic name", '"carbamazepine"')
    event: Literal["starts", "stops"] = key("what happens", '"stops"')
    on: Day = key("the day it happens", '"2027-01-10"')
    note: Text = key("why", '""', "")


class Supply(Record):
    """What one prescription hands out, for a window of days."""

    from_day: Day = key("first day it is for", '"2026-12-01"', alias="from")
    until: Day = key("first day it is no longer for", '"2026-12-29"')
    items: AtLeastOne[Item] = key(
        "what is handed out", "", some=True, max_length=limits.MOST_ITEMS_A_SUPPLY
    )
    refills: int = key(
        "how often it may be handed out again without a new prescription",
        "0",
        0,
        ge=0,
        le=limits.MOST_REFILLS,
    )

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        records.require_days(self.from_day, self.until)
        return self


class Rule(Record):
    """What happens when a check-in is bad, or good."""

    when: Literal[
        "bad check-in", "very bad check-in", "red flag", "missed doses", "good check-in"
    ] = key("what was seen", '"bad check-in"')
    do: Literal[
        "hold",
        "slow down",
        "go back one step",
        "call the clinician",
        "emergency",
        "go on as planned",
        "faster",
    ] = key("what follows", '"hold"')
    text: Text = key("in words", '"Stay on this dose for two more weeks and call."', "")


class Override(Record):
    """A warning that somebody has decided to accept, and why; it stays with the plan. One of what
    can kill counts only where the plan's visits watch the steps.
    """

    finding: Word = key("id of the finding, as `homeostat check` prints it", '"pace.asam-2025"')
    reason: Text = key("why it is accepted", '"three weeks of use only; agreed with neurology"')
    by: Name = key("who decided", '"initials or name"')
    on: Day = key("when", '"2026-11-25"')


class Switch(Record):
    """A change from one drug to another, and the equivalence table it rests on."""

    from_drug: Word = key("drug that is left", '"alprazolam"', words="drugs")
    to_drug: Word = key("drug that takes its place", '"diazepam"', words="drugs")
    from_mg: Mg = key("daily dose that is replaced", '"1 mg"')
    to_mg: Mg = key("daily dose that replaces it", '"15 mg"')
    table: Word = key("equivalence table, as in `homeostat facts equivalence`", '"va-dod-2021"')


class Way(Record):
    """The strategy that made the plan."""

    name: Word = key(
        "name, as in `homeostat ways`; 'by hand' for a plan written by somebody",
        '"percent-of-current"',
    )
    settings: dict[Name, Name | Numeric | Whole | bool] = Field(
        default_factory=dict, description="its settings", max_length=limits.MOST_SETTINGS
    )
    sources: Several[Word] = key("where it comes from", '["asam-2025"]', (), max_length=50)


class Whom(Record):
    """Whose plan it is."""

    case: Word = key("id of the case", '"typical"')
    initials: Text = key("initials, printed on every page", '"S. T."', "")


class PlanGoal(Record):
    """What the plan is to reach."""

    aim: Aim = key("stop, lower and hold, or stay", '"stop"')
    to_mg_per_day: Mg | None = key(
        "daily dose that is kept; only when the aim is to lower", '"0.5 mg"', None, alias="to"
    )


class Foundation(Record):
    """The facts a plan was made from: the digest of all, and of each record it rests on."""

    digest: Digest = key("digest of all facts", '"1a2b3c4d5e6f"', "")
    records: dict[Reference, Digest] = Field(
        default_factory=dict,
        description="'kind:id' to the digest of that record",
        max_length=limits.MOST_RECORDS,
    )


class Plan(Record):
    """A dated plan for one person. A draft until somebody signs it; nothing here is signed."""

    format: Literal[1] = key("version of this format", "1")
    id: Word = key("short name for files", '"typical-1"')
    version: int = key("version of this plan", "1", 1, ge=1, le=9999)
    whom: Once[Whom] = key("whose plan it is", "", alias="for")
    made_on: Day = key("the day it was made", '"2026-11-25"')
    made_by: Name = key("program and version, or a person", '"homeostat 0.1.0"')
    facts: Once[Foundation] = key("the facts it was made from", "", Foundation())
    seed: int | None = key(
        "seed of the virtual people it was chosen on", "1", None, ge=0, le=limits.LARGEST_SEED
    )
    way: Once[Way] = key("the strategy", "")
    goal: Once[PlanGoal] = key("what it is to reach", "")
    market: Literal["US", "UK", "EU"] = key("market whose products are used", '"US"')
    zone: Zone = key("time zone of the person, as in the tz database", '"America/New_York"', "")
    setting: Setting = key("where it takes place", '"outpatient"', "outpatient")
    steps: AtLeastOne[PlanStep] = key(
        "what is taken, in the order of days", "", some=True, max_length=limits.MOST_STEPS
    )
    switch: Several[Switch] = key(
        "changes from one drug to another", "", (), max_length=limits.MOST_SWITCHES
    )
    medicines: Several[PlannedMedicine] = key(
        "other medicines that start or stop", "", (), max_length=limits.MOST_MEDICINES
    )
    visits: Several[Day] = key(
        "days on which somebody looks at the person; one counts from the plan's first day on, and"
        " as long as it lasts",
        '["2026-12-15"]',
        (),
        max_length=limits.MOST_VISITS,
    )
    supplies: Several[Supply] = key(
        "prescriptions, one for each window", "", (), max_length=limits.MOST_SUPPLIES
    )
    rules: Several[Rule] = key(
        "what happens when a check-in is bad or good", "", (), max_length=limits.MOST_RULES
    )
    overrides: Several[Override] = key(
        "warnings that were accepted, with the reason", "", (), max_length=limits.MOST_OVERRIDES
    )
    reasons: Several[Text] = key(
        "why this plan, a sentence each", "", (), max_length=limits.MOST_REASONS
    )
    note: Text = key("anything worth keeping; not read by any rule", '""', "")


SHAPES: Shapes = {
    model: getattr(records, model.__name__)
    for model in (
        Item,
        PlannedDose,
        PlanStep,
        PlannedMedicine,
        Supply,
        Rule,
        Override,
        Switch,
        Way,
        Whom,
        PlanGoal,
        Foundation,
        Plan,
    )
}


def read(table: Mapping[str, Any], where: str = "plan") -> records.Plan:
    """Return a table of a file as the plan that runs.

    Raises:
        InputError: it is no plan, or one that exceeds a limit as a whole.
    """
    plan: records.Plan = to_record(parse(Plan, table, where, InputError), SHAPES)
    if said := next(records.excess(plan), ""):
        raise InputError(problems=[Problem("", "wrong-value", said)], where=where)
    return plan


def write(record: Any) -> dict[str, Any]:
    """Return a plan, or a record of one, as a table of a file.

    Raises:
        InputError: it holds what no file can.
    """
    model = to_model(record, SHAPES)
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)
