"""Adaptation and what follows as rate rules, tone and severity as assignment rules."""

import numpy as np
from numpy.typing import NDArray

from homeostat.exchange.sbml.document import Document
from homeostat.exchange.sbml.mathml import ONE
from homeostat.facts import Facts
from homeostat.model import equations as eq
from homeostat.model.equations import SCALE_TOP
from homeostat.model.patients import Patients

_RAMPS = {
    "ramp": ("imbalance", "threshold"),
    "ramp_anxiety": ("imbalance_anxiety", "threshold_anxiety"),
    "ramp_mood": ("imbalance_mood", "threshold_mood"),
}
_FORCING = {
    "fast": "effect",
    "slow": "effect",
    "norepinephrine": "drive",
    "glutamate": "drive",
    "anxiety": "drive_anxiety",
    "serotonin": "drive_mood",
    "dopamine": "drive_mood",
    "sleep_debt": "norepinephrine",
    "illness": "illness_now",
}
_MEANING = {
    "fast": "fast adaptation (down-regulation), before its gain",
    "slow": "slow adaptation (remodelling), before its gain",
    "norepinephrine": "norepinephrine above normal",
    "glutamate": "glutamate above normal",
    "anxiety": "rebound anxiety",
    "serotonin": "serotonin deficit",
    "dopamine": "dopamine deficit",
    "sleep_debt": "sleep debt",
    "illness": "the person's own illness, as far as it shows",
}


def write_body(document: Document, person: Patients, facts: Facts) -> None:
    """Write adaptation, drives, symptom drivers, tone and severity of one person."""
    rows = eq.body_rows(person, facts)[:, 0]
    _write_parameters(document, rows)
    _write_imbalance(document)
    _write_ramps(document)
    _write_drives(document)
    for name, forcing in _FORCING.items():
        start = float(rows[eq.ILLNESS]) if name == "illness" else 0.0
        document.state(name, _MEANING[name], start, f"({forcing} - {name}) / time_{name}")
    _write_severity(document, person)


def _write_parameters(document: Document, rows: NDArray[np.float64]) -> None:
    """Write the parameters of the equations of one person, equations.body_rows."""
    for name, meaning, row in (
        ("kappa", "makes the structural alternatives equal at the reference level", eq.KAPPA),
        ("gain_fast", "gain of fast adaptation", eq.FAST_GAIN),
        ("gain_slow", "gain of slow adaptation", eq.SLOW_GAIN),
        ("gain_fast_anxiety", "gain of fast adaptation, anxiety channel", eq.ANX_FAST),
        ("gain_slow_anxiety", "gain of slow adaptation, anxiety channel", eq.ANX_SLOW),
        ("threshold", "imbalance that is borne without symptoms", eq.THETA),
        ("threshold_anxiety", "the same for anxiety", eq.ANX_THETA),
        ("threshold_mood", "the same for mood", eq.MOOD_THETA),
        ("sensitivity", "how strongly this person answers an imbalance", eq.SENS),
        ("answer_at_once", "how strongly this person answers without remodelling", eq.SENS_FLOOR),
        ("answer_by_remodelling", "how much more for each unit of remodelling", eq.SENS_SLOPE),
        ("illness_own", "strength of the person's own illness, untreated", eq.ILLNESS),
        ("illness_relief", "relief of that illness by lasting effect", eq.RELIEF),
    ):
        document.parameter(name, meaning, float(rows[row]), ONE)
    for i, name in enumerate(eq.FILTERS):
        document.parameter(
            f"time_{name}", f"time constant: {_MEANING[name]}", float(rows[eq.TAU + i]), "day"
        )


def _write_imbalance(document: Document) -> None:
    """Write the drug effect and the adaptation that it does not offset."""
    rule = document.rule
    rule("effect", "drug effect behind the receptor", "kappa * effect_site / (1 + effect_site)")
    rule(
        "imbalance",
        "adaptation that no drug answers",
        "gain_fast * fast + gain_slow * slow - effect",
    )
    rule(
        "imbalance_anxiety",
        "the same, anxiety channel",
        "gain_fast_anxiety * fast + gain_slow_anxiety * slow - effect",
    )
    rule("imbalance_mood", "remodelling that no drug answers", "gain_slow * (slow - effect)")


def _write_ramps(document: Document) -> None:
    """Write equations.ramp of each imbalance, without a switch."""
    rule = document.rule
    for name, (x, theta) in _RAMPS.items():
        inside = f"{name}_inside"
        rule(
            f"{name}_above", f"{x} above half its threshold, or 0", _ramp(f"({x} - 0.5 * {theta})")
        )
        rule(
            inside,
            f"the same, at most {theta}",
            f"0.5 * ({name}_above + {theta} - abs({name}_above - {theta}))",
        )
        rule(
            name,
            f"what of {x} is felt",
            f"{inside} * {inside} / (2 * {theta}) + " + _ramp(f"({x} - 1.5 * {theta})"),
        )


def _write_drives(document: Document) -> None:
    """Write the drives of the systems and of the person's own illness."""
    rule = document.rule
    rule(
        "answer",
        "how strongly an imbalance is answered now",
        "answer_at_once + answer_by_remodelling * slow",
    )
    rule("drive", "drive of withdrawal", "answer * ramp")
    rule("drive_anxiety", "drive of anxiety", "answer * ramp_anxiety")
    rule("drive_mood", "drive of low mood", "sensitivity * ramp_mood")
    rule(
        "illness_unrelieved",
        "share of the illness that effect leaves, before the floor at 0",
        f"1 - illness_relief * {_ramp('(-imbalance_anxiety)')}",
    )
    rule(
        "illness_now",
        "the illness under the present effect",
        f"illness_own * {_ramp('illness_unrelieved')}",
    )


def _write_severity(document: Document, person: Patients) -> None:
    """Write the severity scale, tone and severity, readings.severity."""
    add, rule = document.parameter, document.rule
    for name, column in (
        ("severity_baseline", "severity without withdrawal (points)"),
        ("severity_half_drive", "drive at half of the range"),
        ("severity_physical_share", "share of the physical systems in severity"),
    ):
        add(name, column, float(person[name][0]), ONE)
    add("severity_top", "top of the severity range (points)", SCALE_TOP, ONE)
    rule("tone", "inhibitory tone (1 = set point)", "1 - imbalance")
    rule(
        "severity_drive",
        "what severity answers",
        "severity_physical_share * 0.5 * (norepinephrine + glutamate)"
        " + (1 - severity_physical_share) * anxiety",
    )
    rule(
        "severity",
        "overall severity of withdrawal (0 to 80 points)",
        "severity_baseline + (severity_top - severity_baseline)"
        " * severity_drive / (severity_drive + severity_half_drive)",
    )


def _ramp(x: str) -> str:
    """Return max(x, 0) without a switch."""
    return f"0.5 * ({x} + abs({x}))"
