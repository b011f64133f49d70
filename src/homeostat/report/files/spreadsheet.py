"""Cells of a table that a spreadsheet must show and never compute.

Source: OWASP, CSV Injection; ASVS 4.0.3, requirement 5.3.10 (formula characters at the start of a
    cell).
"""

import re

_FORMULA = re.compile(r"(^|[;\t\r\n])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r])")
"""Where a formula may begin: at the start, and after what another program may take for the end of a
cell or a line.
"""


def text_cell(text: str) -> str:
    """Return a text with an apostrophe wherever a spreadsheet would begin to compute; other texts
    as they are.

    Only for texts: a number may begin with a minus sign.

    >>> text_cell("=1+1"), text_cell("S. T."), text_cell("a;=1+1")
    ("'=1+1", 'S. T.', "a;'=1+1")
    """
    return _FORMULA.sub(r"\1'", text)
