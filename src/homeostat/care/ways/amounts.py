"""Ways that take an amount away at each step: one fixed amount, a label's rule, the published taper
of clonazepam.
"""

from math import inf

from homeostat.care.ways.start import (
    Ideal,
    Settings,
    Start,
    Wish,
    above_zero,
    falling,
    refuse_endless,
)
from homeostat.facts import Facts
from homeostat.facts.records import FixedTaper, StagedTaper

_SAME = 1e-9


def fixed(start: Start, settings: Settings) -> Ideal:
    """Take the same number of milligrams away each time."""
    return start.steps(
        falling(start.mg_per_day, start.to_mg, settings["step_mg"]), settings["every_days"]
    )


def label_rule(facts: Facts, drug: str) -> FixedTaper | None:
    """Return the pace of the drug's own label, where one is known."""
    return next((rule for rule in label_rules(facts) if drug in rule.drugs), None)


def label_rules(facts: Facts) -> tuple[FixedTaper, ...]:
    """Return every pace that a US label gives as a fixed amount."""
    return tuple(
        rule
        for rule in facts.pace_rules.values()
        if isinstance(rule, FixedTaper) and rule.guidance == "US label"
    )


def stretches(start: Start, settings: Settings) -> Ideal:
    """Take steps whose size depends on the dose, stretch by stretch, as the clinical summary of
    NICE does with diazepam.

    `step_part` of the way from the smallest to the largest step of each stretch; a stretch ends on
    its own last dose.
    """
    part, doses, mg = settings["step_part"], [], start.mg_per_day
    for stretch in start.facts.pace("nice-cks-diazepam", StagedTaper).stages:
        step = above_zero(
            "step_part", stretch.step_mg_low + part * (stretch.step_mg_high - stretch.step_mg_low)
        )
        refuse_endless(start.mg_per_day / step)
        while mg > max(stretch.to_mg, start.to_mg) + _SAME:
            mg = max(mg - step, stretch.to_mg)
            doses.append(mg)
    return start.steps(doses, settings["every_days"])


def staged(facts: Facts, drug: str, from_mg: float, to_mg: float) -> list[float]:
    """Return the doses between two by the published stages of a drug, the smallest step of each
    [mg/d]; none where no stages of it are published, or they begin lower.
    """
    for rule in facts.pace_rules.values():
        if not isinstance(rule, StagedTaper) or drug not in rule.drugs:
            continue
        if from_mg > max(stage.from_mg for stage in rule.stages) + _SAME:
            continue
        doses, mg = [], from_mg
        for stage in rule.stages:
            step = above_zero("step_mg_low", stage.step_mg_low)
            while mg > max(stage.to_mg, to_mg) + _SAME:
                mg = max(mg - step, stage.to_mg, to_mg)
                doses.append(mg)
        return [mg for mg in doses if mg > to_mg + _SAME]
    return []


def nardi(start: Start, settings: Settings) -> Ideal:
    """Take large steps down to a dose and small ones from there, as Nardi and others did with
    clonazepam in 2010.

    The large steps end at the turn exactly; below it only the small ones are taken.
    """
    turn = max(settings["turn_mg"], start.to_mg)
    large = falling(start.mg_per_day, turn, settings["first_step_mg"])
    large += [turn] if start.mg_per_day > turn + _SAME and turn > start.to_mg else []
    small = falling(min(turn, start.mg_per_day), start.to_mg, settings["then_step_mg"])
    wishes = [Wish({start.drug: mg}, settings["first_every_days"]) for mg in large]
    wishes += [Wish({start.drug: mg}, settings["then_every_days"]) for mg in small]
    return (*wishes, Wish({start.drug: start.to_mg}, inf))
