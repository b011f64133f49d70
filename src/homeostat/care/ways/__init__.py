"""Ways to go: small pure strategies, each with its source, from a present dose to the doses it wishes for.

methods (all by name) · percent, amounts, effect, small, switching, control (the strategies) · start (what they begin from).
What the wishes are made of, and the dated plan, come from care.planning.
"""

from homeostat.care.ways.methods import (
    LISTED,
    METHODS,
    OPTIMISED,
    STAY,
    Method,
    method,
    settings_of,
    stands_for,
)
from homeostat.care.ways.start import Ideal, Settings, Start, Wish

__all__ = [
    "LISTED",
    "METHODS",
    "OPTIMISED",
    "STAY",
    "Ideal",
    "Method",
    "Settings",
    "Start",
    "Wish",
    "method",
    "settings_of",
    "stands_for",
]
