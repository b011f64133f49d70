"""How charts look: colours with meanings, sizes, one Altair configuration, and how numbers and days
are written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from homeostat.language import numbers
from homeostat.language.numbers import MINUS
from homeostat.language.numbers import NBSP as NBSP

FONT = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif'
)
"""The device's own interface face."""
FONT_OF_PICTURES = "Liberation Sans, Arial, sans-serif"
"""The face that the renderer brings along, so that a picture is the same on every machine."""

TITLE, HEAD, BODY, SMALL = 19, 13, 13, 12
"""Sizes [px]; nothing is smaller than the last."""
LINE = 16
"""Height of a line of small text [px]."""
_NARROW, _WIDE = frozenset("ijltfrI.,:;!'|()[]/ \u00a0·-"), frozenset("mwMWOQGCDHNURAVXK@%—…&")
_ADVANCE, _ADVANCE_BOLD = (0.29, 0.55, 0.76), (0.33, 0.6, 0.8)
"""Advance of narrow, ordinary and wide characters, as a share of the size; enough for most faces of
FONT.
"""


@dataclass(frozen=True)
class Tokens:
    """The light colours, by what they mean."""

    surface: str = "#ffffff"
    sunken: str = "#edf1f2"
    line: str = "#dbe1e4"
    ink: str = "#16212b"
    ink_2: str = "#42505c"
    ink_3: str = "#5a6874"
    alarm: str = "#b0171d"
    alarm_soft: str = "#fcecec"
    limit: str = "#a94a0b"
    grid: str = "#e4e9eb"
    axis: str = "#5a6874"
    observed: str = "#16212b"
    band: str = "#0b5a7d"
    old: str = "#6b7984"
    ground: str = "#42505c"
    severity: tuple[str, ...] = ("#ffffff", "#e6c25e", "#da8c1f", "#a94a0b", "#6f1d0c")
    severity_line: str = "#4a3b2e"
    candidates: tuple[str, ...] = ("#0b5c9e", "#8d3a78", "#2a6f48")


LIGHT = Tokens()
GROUNDS = (0.12, 0.065, 0.03)
"""Opacity of the grounds of phases, one after another; grid lines stay visible through them."""
BAND, BAND_PALE = 0.26, 0.10
"""Opacity of a band, and of one that is not chosen."""
GRADES = ("calm", "mild", "moderate", "severe", "very severe")
DASHES: tuple[tuple[float, ...], ...] = ((1, 0), (7, 4), (1.5, 3))
"""Lines of the candidates: solid, dashes, dots."""
SHAPES = ("circle", "square", "diamond")
PLANNED = (4, 4)
OCTAGON = "M-0.41,-1L0.41,-1L1,-0.41L1,0.41L0.41,1L-0.41,1L-1,0.41L-1,-0.41Z"
BAR = "M-0.55,-0.16L0.55,-0.16L0.55,0.16L-0.55,0.16Z"
BALLS = (
    "",
    "M0,0L0,-1A1,1,0,0,1,1,0Z",
    "M0,-1A1,1,0,0,1,0,1Z",
    "M0,0L0,-1A1,1,0,1,1,-1,0Z",
    "M0,-1A1,1,0,1,1,0,1A1,1,0,1,1,0,-1Z",
)
"""A ball that fills by quarters."""


def config(tokens: Tokens = LIGHT) -> dict[str, Any]:
    """Return the Altair configuration: white, ink, hairlines."""
    words = {
        "labelColor": tokens.ink_3,
        "labelFontSize": SMALL,
        "titleColor": tokens.ink_2,
        "titleFontSize": SMALL,
    }
    return {
        "font": FONT,
        "background": tokens.surface,
        "aria": (
            False
        ),  # the description and the table speak for the picture; hundreds of paths do not
        "padding": {"left": 12, "right": 12, "top": 12, "bottom": 10},
        "view": {"stroke": None},
        "concat": {"spacing": 0},
        "axis": {
            **words,
            "domain": False,
            "ticks": False,
            "gridColor": tokens.grid,
            "gridWidth": 1,
            "labelPadding": 6,
            "titleFontWeight": "normal",
        },
        "axisX": {
            "grid": False,
            "domain": True,
            "domainColor": tokens.axis,
            "ticks": True,
            "tickColor": tokens.axis,
            "tickSize": 4,
            "labelPadding": 3,
            "labelLineHeight": 15,
        },
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "color": tokens.ink,
            "fontSize": TITLE,
            "fontWeight": "bold",
            "lineHeight": 23,
            "subtitleColor": tokens.ink_2,
            "subtitleFontSize": BODY,
            "subtitleLineHeight": 18,
            "subtitlePadding": 5,
            "offset": 12,
        },
        "text": {"color": tokens.ink, "fontSize": SMALL},
    }


def number(value: float, digits: int = 3) -> str:
    """Return a number to some significant digits: a leading zero, no trailing zero, a true minus
    sign.

    >>> number(0.5), number(1.0), number(18.127), number(0.0312, 2), number(-4)
    ('0.5', '1', '18.1', '0.031', '−4')
    """
    if value == 0 or not abs(value) < 1e15:
        return "0" if value == 0 else str(value)
    places = digits - 1 - int(f"{value:e}".split("e")[1])
    text = f"{round(value, places):.{max(places, 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS)


def amount(value: float, unit: str, digits: int = 4) -> str:
    """Return a value held to its unit by a no-break space.

    >>> amount(0.5, "mg"), amount(1.0, "mg")
    ('0.5\\xa0mg', '1\\xa0mg')
    """
    return f"{number(value, digits)}{NBSP}{unit}"


def ranged(low: float, mid: float, high: float, digits: int = 2) -> str:
    """Return one number and one range.

    >>> ranged(9.87, 18.1, 32.6)
    '18 (9.9–33)'
    """
    return f"{number(mid, digits)} ({number(low, digits)}–{number(high, digits)})"


def points(value: float) -> str:
    """Return a score in whole points.

    >>> points(24.07), points(0.2)
    ('24', '0')
    """
    return str(round(value))


def day_text(day: date) -> str:
    """Return a date as the house writes it, in English whatever the machine speaks.

    >>> day_text(date(2026, 11, 23)).replace(NBSP, " ")
    'Mon 23 Nov 2026'
    """
    return numbers.day(day, "en")


def short_day(day: date) -> str:
    """Return day and month, for axes: '23 Nov'."""
    return numbers.short_day(day, "en")


def text_width(text: str, size: float = SMALL, *, bold: bool = False) -> float:
    """Return about how wide a line of text is [px]."""
    narrow, ordinary, wide = _ADVANCE_BOLD if bold else _ADVANCE
    return size * sum(narrow if c in _NARROW else wide if c in _WIDE else ordinary for c in text)


def wrap(text: str, width: float, size: float = SMALL, *, bold: bool = False) -> list[str]:
    """Return the lines of a text that fit a width [px]; a no-break space never ends a line."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def listed(words: Iterable[str]) -> str:
    """Return words as a sentence lists them.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return numbers.listed(words)
