"""Characters that a terminal or a page obeys instead of showing: which they are, and how to show
them.
"""

from unicodedata import category

BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""They reorder the text around them (Unicode Standard Annex 9, table 1)."""
_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Controls (C0, DEL, C1), half of a surrogate pair, line and paragraph separator."""


def is_hidden(letter: str) -> bool:
    """True for a character that is obeyed and not shown: controls, bidirectional controls,
    separators of lines.

    >>> [is_hidden(letter) for letter in ("a", "\\x1b", "\\u202e", "é")]
    [False, True, True, False]
    """
    return category(letter) in _UNSHOWN or letter in BIDI_CONTROLS


def shown(text: str, *, keep: str = "\n\t") -> str:
    """Return a text in which each hidden character is replaced by its number, so that a reader sees
    it.

    Every text from a file passes through here before it reaches a terminal or an error.

    Args:
        keep: hidden characters that stay as they are; "" gives one line.

    >>> shown("a\\x1b[2Jb")
    'a<U+001B>[2Jb'
    """
    if text.isprintable():  # the usual case; no hidden character is printable
        return text
    return "".join(
        f"<U+{ord(letter):04X}>" if is_hidden(letter) and letter not in keep else letter
        for letter in text
    )
