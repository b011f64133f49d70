"""The register of checks: one function for each claim that the model can answer, found by the
claim's id.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from math import inf, isfinite
from typing import Any, Literal

from homeostat.errors import FactError, InputError, nearest
from homeostat.facts import KINDS, Facts
from homeostat.facts.records import Claim, Fact, Record, Source, Sourced
from homeostat.study.claims.worlds import Worlds

STRICT = 2e-6
"""A bound this close to a whole number stands for "above" or "below" it."""
Status = Literal["held", "not met", "contradicted", "context", "facts only", "later"]


@dataclass(frozen=True)
class Measured:
    """One number the product gives, and the band it must lie in; without a band it is only
    reported.
    """

    name: str
    value: float
    unit: str = ""
    low: float = -inf
    high: float = inf

    @property
    def is_scored(self) -> bool:
        """True when it has a band."""
        return isfinite(self.low) or isfinite(self.high)

    @property
    def is_met(self) -> bool:
        """True when it lies in its band; a NaN never does."""
        return bool(self.low <= self.value <= self.high) if self.is_scored else True

    @property
    def band(self) -> str:
        """Return the band in words."""
        unit = f" {self.unit}" if self.unit else ""
        if not self.is_scored:
            return "reported"
        if self.low == self.high:
            return f"exactly {say(self.low)}{unit}"
        floor, ceiling = (
            round(self.low) if isfinite(self.low) else 0,
            round(self.high) if isfinite(self.high) else 0,
        )
        if 0 < self.low - floor <= STRICT and not isfinite(self.high):
            return f"above {floor}{unit}"
        if 0 < ceiling - self.high <= STRICT:
            return f"below {ceiling}{unit}"
        if not isfinite(self.low):
            return f"at most {say(self.high)}{unit}"
        if not isfinite(self.high):
            return f"at least {say(self.low)}{unit}"
        return f"{say(self.low)} to {say(self.high)}{unit}"


@dataclass(frozen=True)
class Carried:
    """One fact that carries a claim: where it is, what it says, where it comes from."""

    reference: str
    label: str
    value: str
    sources: tuple[str, ...]
    basis: str
    reviewed: str


@dataclass(frozen=True)
class Answer:
    """What the product answers to one claim.

    `sentence` says it with the product's own numbers; `is_met` is None where the model computes
    nothing; `comes_later` is True where part of the claim is a workflow that is not there yet.
    """

    claim: str
    kinds: tuple[str, ...]
    statement: str
    status: Status
    sentence: str
    measured: tuple[Measured, ...]
    carried: tuple[Carried, ...]
    is_met: bool | None
    comes_later: bool
    why: str
    disagreement: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; an open end of a band is None."""
        found = asdict(self)
        for row, measured in zip(found["measured"], self.measured, strict=True):
            row |= {"is_met": measured.is_met, "band": measured.band}
            for key in ("value", "low", "high"):
                row[key] = row[key] if isfinite(row[key]) else None
        return found


Found = tuple[str, tuple[Measured, ...]]
Check = Callable[[Worlds], Found]
CHECKS: dict[str, Check] = {}


def check(claim: str) -> Callable[[Check], Check]:
    """Register a function as the check of a claim."""

    def register(function: Check) -> Check:
        if claim in CHECKS:
            raise FactError(
                f"claim {claim} has two checks: {CHECKS[claim].__name__} and {function.__name__}"
            )
        CHECKS[claim] = function
        return function

    return register


ORDER = "HTFSM"
"""Homeostasis, course in time, factors, symptoms, management."""


def place(claim: str) -> tuple[int, int]:
    """Return where a claim stands among all of them."""
    return ORDER.find(claim[:1]), int(claim[1:])


def answers(
    facts: Facts,
    ids: Iterable[str] | None = None,
    worlds: Worlds | None = None,
    tell: Callable[[str, float], None] = lambda what, share: None,
) -> list[Answer]:
    """Return the product's answer to each claim, in the order of the documents' subjects or as they
    are named.

    Args:
        ids: the claims wanted; all if none are named.
        worlds: the simulated worlds to answer from; share one to simulate each world once.
        tell: called before each claim with its name and the share of them that is answered.

    Raises:
        InputError: a claim that no file has.
    """
    worlds = worlds or Worlds(facts)
    known = {claim.upper(): claim for claim in sorted(facts.claims, key=place)}
    wanted = list(known.values())
    if ids is not None:
        for name in (ids := list(ids)):
            if name.upper() not in known:
                raise InputError(
                    f"there is no claim '{name}'.{nearest(name, known)} Known: {', '.join(known)}."
                )
        wanted = [known[name.upper()] for name in ids]
    found: list[Answer] = []
    for name in wanted:
        tell(f"Answering {name}", len(found) / len(wanted))
        found.append(answer(facts, facts.claims[name], worlds))
    return found


def answer(facts: Facts, claim: Claim, worlds: Worlds) -> Answer:
    """Return the product's answer to one claim: computed where there is a check, and the facts that
    carry it.
    """
    carried = tuple(carry(facts, reference) for reference in claim.facts)
    sentence, is_met = "", None
    measured: tuple[Measured, ...] = ()
    if claim.id in CHECKS:
        sentence, measured = CHECKS[claim.id](worlds)
        is_met = all(item.is_met for item in measured)
    elif carried:
        sentence = (
            f"Carried by {len(carried)} fact{'s' if len(carried) > 1 else ''}:"
            f" {', '.join(c.label for c in carried)}."
        )
    return Answer(
        claim.id,
        claim.kinds,
        claim.statement,
        _status(claim, is_met),
        sentence,
        measured,
        carried,
        is_met,
        "W" in claim.kinds,
        claim.why,
        claim.disagreement,
    )


def _status(claim: Claim, is_met: bool | None) -> Status:
    if claim.status != "held":
        return claim.status
    if is_met is None:
        return "facts only"
    return "held" if is_met else "not met"


def is_known_misfit(claim: Claim) -> bool:
    """Return whether a claim is expected to fail: it is not contradicted, and yet its file says why
    it is not met.
    """
    return claim.status == "held" and bool(claim.why)


def carry(facts: Facts, reference: str) -> Carried:
    """Return the fact behind 'kind:id'.

    Raises:
        FactError: there is no such kind or no such id.
    """
    kind, _, name = reference.partition(":")
    if kind not in KINDS:
        raise FactError(f"'{reference}': there is no kind '{kind}'.{nearest(kind, KINDS)}")
    records: dict[str, Record] = getattr(facts, KINDS[kind])
    if name not in records:
        raise FactError(f"'{reference}': there is no {kind} '{name}'.{nearest(name, records)}")
    record = records[name]
    label = next(
        (
            getattr(record, key)
            for key in ("name", "label", "topic", "title")
            if getattr(record, key, "")
        ),
        name,
    )
    sources: tuple[str, ...] = ()
    basis, reviewed = "reported", "not yet"
    if isinstance(record, Sourced):
        sources, basis, reviewed = record.sources, record.basis, record.reviewed
    elif isinstance(record, Source):
        sources = (record.id,)
    elif kind == "drug":
        used = facts.drug(name).kinetics.clearance
        sources, basis, reviewed = used.sources, used.basis, used.reviewed
    return Carried(reference, str(label), _value(record), sources, basis, reviewed)


def _value(record: Record) -> str:
    """Return what a record says, in a few words."""
    if isinstance(record, Fact):
        span = (
            f" ({say(record.low)} to {say(record.high)})"
            if record.low is not None and record.high is not None
            else ""
        )
        return (
            f"{say(record.value) if record.value is not None else ''}{span} {record.unit}".strip()
        )
    for key in (
        "text",
        "effect",
        "evidence",
        "sign",
        "mechanism",
        "rule",
        "step",
        "plain",
        "summary",
        "note",
        "where",
    ):
        if said := getattr(record, key, ""):
            return str(said)
    return ""


def say(value: float | None) -> str:
    """Return a number with three significant digits.

    >>> say(0.12345), say(1234.5), say(-0.0)
    ('0.123', '1230', '0')
    """
    if value is None:
        return ""
    if not isfinite(value):
        return "never" if value != value else ("any number" if value > 0 else "below any number")
    rounded = float(f"{value:.3g}") + 0.0
    return f"{rounded:.0f}" if abs(rounded) >= 100 else f"{rounded:.3g}"
