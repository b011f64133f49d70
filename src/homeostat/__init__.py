"""Homeostat: what the body does when a benzodiazepine is continued, lowered, switched or stopped.

Research software for clinicians and researchers. Never a reason to change a dose without a
clinician.

>>> import homeostat as hs
>>> people = hs.draw(100, seed=1, age_years=40, weight_kg=70)
>>> use = hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=365)
>>> course = hs.simulate(people, use.then_stop(), days_after=120)
>>> severity = course.quantiles("severity")
>>> severity.sizes["day"], severity.attrs["units"]
(486, 'points')
>>> course.dataset()["level.clonazepam"].attrs["units"]
'ng/mL'

Whoever has a case and a plan calls one action for each job (`homeostat.actions`); its checks are
inside:

    case = hs.read_case("typical.toml", today=date(2026, 11, 25))
    plan = hs.read_plan("typical-20-weeks.json")
    hs.check(case, plan).verdict
    hs.papers(case, plan, Path("out"))
"""

import os
import sys

# `python -m homeostat.…` puts the current folder first: a file there must not pass for a module
if getattr(sys, "argv", [])[:1] == ["-m"] and sys.path[:1] == [os.path.realpath("")]:
    del sys.path[0]

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from homeostat.actions.check import check
    from homeostat.actions.forecast import forecast
    from homeostat.actions.papers import papers
    from homeostat.actions.plan import plan
    from homeostat.actions.read import read_case, read_plan
    from homeostat.model import measures
    from homeostat.model.course import Course
    from homeostat.model.patients import Patients, Person, draw, median
    from homeostat.model.regimen import Change, Regimen, Step, Use
    from homeostat.model.simulate import simulate

__version__ = version("homeostat")
__all__ = [
    "Change",
    "Course",
    "Patients",
    "Person",
    "Regimen",
    "Step",
    "Use",
    "check",
    "draw",
    "forecast",
    "measures",
    "median",
    "papers",
    "plan",
    "read_case",
    "read_plan",
    "simulate",
]

_MODULES = ("patients", "regimen", "simulate", "course")
_ACTIONS = {
    "check": "check",
    "forecast": "forecast",
    "papers": "papers",
    "plan": "plan",
    "read_case": "read",
    "read_plan": "read",
}
"""Actions that Python gets by name, and their modules."""


def __getattr__(name: str) -> Any:
    """Import the engine when it is first asked for: help and shell completion answer without it."""
    if name == "measures":
        return import_module("homeostat.model.measures")
    if name in _ACTIONS:
        return getattr(import_module(f"homeostat.actions.{_ACTIONS[name]}"), name)
    if name in __all__:
        for module in (import_module(f"homeostat.model.{module}") for module in _MODULES):
            if name in vars(module):
                return vars(module)[name]
    raise AttributeError(f"module 'homeostat' has no attribute {name!r}")
