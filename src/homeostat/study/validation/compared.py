"""Compared: a predicted band beside what was observed, and whether they agree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite, nan
from typing import Any, Literal

from homeostat.facts import Facts
from homeostat.facts.records import Observed, Study
from homeostat.study.claims.registry import say
from homeostat.study.validation.virtual import Virtual

Verdict = Literal["hit", "miss", "not predicted", "not counted"]
Rule = Literal["value", "middle", "ends", "overlap", "at most", "at least"]

ROUNDING = 0.005
"""Published figures are rounded: half a per cent either way counts as inside, or half a step where
one is named.
"""
FINDING = "finding"
"""Stands for a study's finding in words, where the model says something that can be counted about
it.
"""


@dataclass(frozen=True)
class Prediction:
    """What the model says: 5, 50 and 95 % of the quantity, and how it is compared.

    `rule`: "value", the observed value lies in the band, give or take its rounding; "middle", the
    predicted middle lies in the observed range; "ends", the observed low lies in the band of the
    lowest and the observed high in that of the highest; "overlap", the two ranges meet; "at most"
    and "at least", the predicted middle keeps to the observed bound. A finding in words is a hit
    when the predicted middle lies in `criterion`.
    """

    low: float
    middle: float
    high: float
    unit: str
    how: str
    rule: Rule = "value"
    ends: tuple[tuple[float, float], tuple[float, float]] | None = None
    criterion: tuple[float, float] | None = None

    @property
    def text(self) -> str:
        """Return the band in words."""
        unit = f" {self.unit}" if self.unit not in {"", "count"} else ""
        if self.ends:
            (a, b), (c, d) = self.ends
            return f"lowest {say(a)} to {say(b)}, highest {say(c)} to {say(d)}{unit}"
        return f"{say(self.middle)} ({say(self.low)} to {say(self.high)}){unit}"


@dataclass(frozen=True)
class Compared:
    """One figure of one study beside the model's band. `is_independent` is False where the study
    gave parameters.
    """

    study: str
    title: str
    kind: str
    figure: str
    quantity: str
    observed: str
    prediction: Prediction | None
    verdict: Verdict
    is_independent: bool
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        found = asdict(self)
        if self.prediction is not None:
            found["prediction"]["text"] = self.prediction.text
            found["prediction"] |= {
                key: None
                for key in ("low", "middle", "high")
                if not isfinite(found["prediction"][key])
            }
        return found

    def as_row(self) -> tuple[str, str, str, str, str]:
        """Return study, quantity, predicted, observed and verdict."""
        return (
            self.title,
            self.quantity,
            self.prediction.text if self.prediction else "—",
            self.observed,
            self.verdict,
        )


Predicts = Callable[[Virtual], Mapping[str, Prediction]]
PREDICTS: dict[str, Predicts] = {}
NOT_PREDICTED: dict[tuple[str, str], str] = {}
"""(study, figure) → why the model says nothing about it; '*' stands for every other figure of the
study.
"""
NOT_COUNTED: dict[tuple[str, str], str] = {}
"""(study, figure) → why it is shown and not counted."""
MISFITS: dict[tuple[str, str], str] = {}
"""(study, figure) → why it is missed, as far as is known."""


def predicts(study: str) -> Callable[[Predicts], Predicts]:
    """Register a function as the one that predicts the figures of a study."""

    def register(function: Predicts) -> Predicts:
        PREDICTS[study] = function
        return function

    return register


def compare(study: Study, virtual: Virtual, used: frozenset[str]) -> list[Compared]:
    """Return each figure of a study beside the model's band, the finding in words first where it is
    predicted.
    """
    found = PREDICTS[study.id](virtual) if study.id in PREDICTS else {}
    rows = []
    if FINDING in found or not study.observed:
        rows.append(_row(study, None, found.get(FINDING), used))
    rows += [_row(study, item, found.get(item.id), used) for item in study.observed]
    return rows


def _row(
    study: Study, item: Observed | None, prediction: Prediction | None, used: frozenset[str]
) -> Compared:
    key = (study.id, item.id if item else FINDING)
    reason = NOT_PREDICTED.get(key) or NOT_PREDICTED.get((study.id, "*"), "")
    uncounted = NOT_COUNTED.get(key, "")
    if prediction is None:
        verdict: Verdict = "not predicted"
    elif uncounted:
        verdict = "not counted"
    else:
        verdict = "hit" if is_hit(item, prediction) else "miss"
    why = {
        "not predicted": reason,
        "not counted": uncounted,
        "miss": MISFITS.get(key, ""),
        "hit": "",
    }[verdict]
    return Compared(
        study.id,
        study.title,
        study.kind,
        key[1],
        item.quantity if item else "finding",
        _text(study, item),
        prediction,
        verdict,
        study.source not in used,
        why,
    )


def is_hit(item: Observed | None, prediction: Prediction) -> bool:
    """Return whether a figure agrees with a prediction, by the prediction's rule."""
    if item is None:
        assert prediction.criterion is not None
        return prediction.criterion[0] <= prediction.middle <= prediction.criterion[1]
    low, high = (
        (item.low if item.low is not None else -1e300),
        (item.high if item.high is not None else 1e300),
    )
    match prediction.rule:
        case "value":
            value = item.value if item.value is not None else nan
            slack = max(ROUNDING * abs(value), 0.5 * (item.step or 0.0))
            return prediction.low <= value + slack and value - slack <= prediction.high
        case "ends":
            assert prediction.ends is not None
            return all(
                a <= end * (1.0 + ROUNDING) and end * (1.0 - ROUNDING) <= b
                for end, (a, b) in zip((low, high), prediction.ends, strict=True)
            )
        case "overlap":
            return prediction.low <= high and low <= prediction.high
        case "at most":
            return prediction.middle <= (item.high if item.high is not None else item.value or nan)
        case "at least":
            return prediction.middle >= (item.low if item.low is not None else item.value or nan)
    return low <= prediction.middle <= high


def _text(study: Study, item: Observed | None) -> str:
    if item is None:
        return study.finding
    unit = "" if item.unit == "count" else f" {item.unit}"
    if item.value is not None:
        spread = f" ± {say(item.sd)}" if item.sd is not None else ""
        span = (
            f" ({say(item.low)} to {say(item.high)})"
            if item.low is not None and item.high is not None
            else ""
        )
        out_of = f" of {study.n}" if item.unit == "count" and study.n else ""
        return f"{say(item.value)}{spread}{span}{unit}{out_of}"
    if item.low is None:
        return f"at most {say(item.high)}{unit}"
    if item.high is None:
        return f"at least {say(item.low)}{unit}"
    return f"{say(item.low)} to {say(item.high)}{unit}"


def sources_of_parameters(facts: Facts) -> frozenset[str]:
    """Return the sources that gave the model a parameter: agreement with them is no independent
    test.
    """
    cited = [source for parameter in facts.parameters.values() for source in parameter.sources]
    for drug in facts.drugs.values():
        records = [record for _, record in drug.kinetics if record is not None] + [
            *drug.covariates,
            *drug.metabolites,
        ]
        cited += [source for record in records for source in record.sources]
        cited += [source for figure in drug.figures if figure.pooled for source in figure.sources]
    cited += [source for route in facts.routes.values() for source in route.sources]
    return frozenset(source.split(",")[0].strip() for source in cited)


@dataclass(frozen=True)
class Coverage:
    """How many of the figures that are counted lie in their band."""

    hits: int
    counted: int

    @property
    def share(self) -> float:
        """Hits of those counted; NaN if none is."""
        return self.hits / self.counted if self.counted else nan


def coverage(rows: Sequence[Compared]) -> Coverage:
    """Count hits and misses."""
    counted = [row for row in rows if row.verdict in {"hit", "miss"}]
    return Coverage(sum(row.verdict == "hit" for row in counted), len(counted))
