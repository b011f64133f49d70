"""What the guideline proposes first: the tier of risk that holds for a person, and its taper."""

from homeostat.care.guideline.aftercare import Aftercare, aftercare
from homeostat.care.guideline.kept import Kept, kept
from homeostat.care.guideline.taper import Daily, Edges, Taper, hold_first, taper
from homeostat.care.guideline.tiers import Hold, Recommendation, recommend

__all__ = [
    "Aftercare",
    "Daily",
    "Edges",
    "Hold",
    "Kept",
    "Recommendation",
    "Taper",
    "aftercare",
    "hold_first",
    "kept",
    "recommend",
    "taper",
]
