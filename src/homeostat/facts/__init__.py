"""What the sources say: TOML and one strict reader."""

from homeostat.facts.library import KINDS, Facts, load

__all__ = ["KINDS", "Facts", "load"]
