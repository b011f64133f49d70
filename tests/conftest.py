"""Shared by all tests: the facts that ship, and people and regimens that many tests speak of."""

import pytest
from hypothesis import settings

import homeostat as hs
from homeostat.facts import Facts, load

settings.register_profile("house", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load()


@pytest.fixture(scope="session")
def median_person() -> hs.Patients:
    return hs.median(drugs=["clonazepam"])


@pytest.fixture(scope="session")
def steady_use() -> hs.Regimen:
    return hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=365)
