"""How many examples a slow property takes: few in `make test`, all in `make slow`."""

from hypothesis import settings


def examples(fast: int, whole: int) -> int:
    """Return the number for the profile of this run (see conftest.py)."""
    return whole if settings.get_current_profile_name() == "random" else fast
