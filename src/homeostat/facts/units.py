"""The closed list of units, and the one place that converts between them."""

from homeostat.errors import FactError, nearest

# unit → (dimension, size in that dimension's first unit)
_UNITS: dict[str, tuple[str, float]] = {
    "h": ("time", 1.0),
    "min": ("time", 1 / 60),
    "s": ("time", 1 / 3600),
    "d": ("time", 24.0),
    "wk": ("time", 168.0),
    "month": ("time", 730.5),
    "y": ("time", 8766.0),
    "L/h": ("clearance", 1.0),
    "mL/min": ("clearance", 0.06),
    "L/h/kg": ("clearance per weight", 1.0),
    "mL/h/kg": ("clearance per weight", 0.001),
    "mL/min/kg": ("clearance per weight", 0.06),
    "L": ("volume", 1.0),
    "mL": ("volume", 0.001),
    "L/kg": ("volume per weight", 1.0),
    "mg": ("amount", 1.0),
    "ug": ("amount", 0.001),
    "mg/d": ("amount per time", 1.0),
    "ng/mL": ("level", 1.0),
    "ug/L": ("level", 1.0),
    "mg/L": ("level", 1000.0),
    "nmol/L": ("molar level", 1.0),
    "umol/L": ("molar level", 1000.0),
    "g/mol": ("molar mass", 1.0),
    "(ng/mL)/(mg/d)": ("level per daily dose", 1.0),
    "mg/mL": ("strength", 1.0),
    "1/h": ("rate", 1.0),
    "1/d": ("rate", 1 / 24),
    "share": ("share", 1.0),
    "%": ("share", 0.01),
    "fold": ("ratio", 1.0),
    "ratio": ("ratio", 1.0),
    "HR": ("hazard ratio", 1.0),
    "OR": ("odds ratio", 1.0),
    "RR": ("risk ratio", 1.0),
    "points": ("score", 1.0),
    "count": ("count", 1.0),
    "kg": ("weight", 1.0),
    "cm": ("length", 1.0),
    "degC": ("temperature", 1.0),
    "mmHg": ("pressure", 1.0),
    "1/min": ("frequency", 1.0),
    "IU/wk": ("alcohol per week", 1.0),
    "drinks/d": ("alcohol per day", 1.0),
}

UNITS: tuple[str, ...] = tuple(_UNITS)


def check(unit: str) -> str:
    """Return the unit unchanged.

    Raises:
        FactError: the unit is not in the closed list.
    """
    if unit not in _UNITS:
        raise FactError(f"unit '{unit}' is not in the list of units.{nearest(unit, _UNITS)}")
    return unit


def dimension(unit: str) -> str:
    """Return what kind of quantity a unit measures."""
    return _UNITS[check(unit)][0]


def convert(value: float, unit: str, to: str) -> float:
    """Return a value in another unit of the same dimension.

    >>> round(convert(72, "mL/min", "L/h"), 2)
    4.32

    Raises:
        FactError: the two units measure different things.
    """
    if dimension(unit) != dimension(to):
        raise FactError(f"'{unit}' ({dimension(unit)}) cannot become '{to}' ({dimension(to)})")
    return value * _UNITS[unit][1] / _UNITS[to][1]
