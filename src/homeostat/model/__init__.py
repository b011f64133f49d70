"""What the body does: arrays in, arrays out, one compiled kernel."""

from homeostat.model import compiled_cache

compiled_cache.choose()
