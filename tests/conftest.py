"""Shared by all tests: the facts that ship, people and regimens, and what a run of tests promises.

Two profiles of Hypothesis: `house` takes the same examples in every run (`make test`), `random`
takes new ones (`make slow`, which prints its seed). A test that is skipped fails the run unless
MAY_SKIP names it with the reason.
"""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

import homeostat as hs
from homeostat.facts import Facts, load

settings.register_profile("house", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("random", deadline=None, max_examples=100, print_blob=True)
settings.load_profile("house")

MAY_SKIP = {
    "test_one_thread_and_two_give_the_same_bits": "a machine with one core has no second thread",
    "test_the_compiled_kernel_works_on_vectors": "the vector code of this processor is not known",
}
"""Tests that some machines cannot run, each with the reason."""
_skipped: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a skipped test; an expected failure is none."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a file that is skipped as a whole."""
    if report.skipped:
        _note(report.nodeid)


def _note(nodeid: str) -> None:
    if nodeid.split("::")[-1].split("[")[0] not in MAY_SKIP:
        _skipped.append(nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which a test was skipped that MAY_SKIP does not name."""
    if _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that were skipped without a reason in MAY_SKIP."""
    for nodeid in _skipped:
        terminalreporter.write_line(
            f"FAILED {nodeid}: skipped, and MAY_SKIP in tests/conftest.py does not name it"
        )


@pytest.fixture(autouse=True)
def _leaves_the_environment_as_it_was() -> Iterator[None]:
    """Fail a test that leaves a variable behind: later tests start programs that would read it."""
    before = _environment()
    yield
    after = _environment()
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    for name in changed:
        if name in before:
            os.environ[name] = before[name]
        else:
            del os.environ[name]
    assert not changed, f"the test leaves {', '.join(sorted(changed))} changed"


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load()


@pytest.fixture(scope="session")
def median_person() -> hs.Patients:
    return hs.median(drugs=["clonazepam"])


@pytest.fixture(scope="session")
def steady_use() -> hs.Regimen:
    return hs.Regimen.steady("clonazepam", mg_per_day=2, doses_per_day=2, days=365)
