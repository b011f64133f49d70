"""Shared by the tests of claims: the worlds, so that each is simulated once."""

import pytest

from homeostat.facts import Facts
from homeostat.study.claims import Worlds


@pytest.fixture(scope="session")
def worlds(facts: Facts) -> Worlds:
    return Worlds(facts)
