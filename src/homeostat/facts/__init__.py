"""What the sources say: TOML and one strict reader."""

from homeostat.facts.kinds import KINDS
from homeostat.facts.library import Facts, load

__all__ = ["KINDS", "Facts", "load"]
