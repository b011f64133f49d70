"""How people write quantities, numbers and dates, in each language; and how text of others is
shown.
"""

from homeostat.characters import shown

__all__ = ["shown"]
