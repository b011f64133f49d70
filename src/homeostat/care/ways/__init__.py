"""Ways to go: small pure strategies, each with its source, from a present dose to the doses it
wishes for.

methods (all by name) · percent, amounts, effect, small, switching, control (the strategies) · start
(what they begin from). What the wishes are made of, and the dated plan, come from care.planning.
"""

from homeostat.care.ways.methods import (
    LISTED,
    METHODS,
    OPTIMISED,
    STAY,
    Method,
    method,
    require_no_settings,
    settings_of,
    stands_for,
)
from homeostat.care.ways.settings import SETTINGS, Setting
from homeostat.care.ways.start import Ideal, Settings, Start, Wish

__all__ = [
    "LISTED",
    "METHODS",
    "OPTIMISED",
    "SETTINGS",
    "STAY",
    "Ideal",
    "Method",
    "Setting",
    "Settings",
    "Start",
    "Wish",
    "method",
    "require_no_settings",
    "settings_of",
    "stands_for",
]
