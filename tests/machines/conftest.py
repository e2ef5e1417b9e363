"""Fixtures for tests on real machines: one lab per session, fresh hosts per test.

Where hosts cannot be booted every test here is skipped and says why; with MACHA_REQUIRE_MACHINES=1 a skip is a failure.
"""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.machines.commandline import CommandLine
from tests.machines.testbed import Boot, Host, Lab, why_unavailable
from tests.machines.testbed.image import ImageError, build_base

HERE = Path(__file__).resolve().parent
ARE_REQUIRED = os.environ.get("MACHA_REQUIRE_MACHINES") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder (the hook sees those of all folders)."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.machine)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test into its failure where machines are required; xfail stays what it is."""
    report = yield
    if not hasattr(report, "wasxfail"):
        forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module."""
    report = yield
    forbid_skip(report)
    return report


def forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a skip a failure that keeps its reason."""
    if ARE_REQUIRED and report.outcome == "skipped":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"MACHA_REQUIRE_MACHINES=1 forbids this: {reason}"


@pytest.fixture(scope="session", autouse=True)
def base_image() -> Path:
    """What every host starts from; where it cannot be had nothing here can run."""
    if why := why_unavailable():
        pytest.skip(why)
    try:
        return build_base()
    except ImageError as error:
        pytest.skip(f"no base image: {error}")


@pytest.fixture(scope="session")
def lab(base_image: Path) -> Iterator[Lab]:
    """A network of its own, which the tests and their child processes share from then on."""
    with Lab() as lab:
        yield lab


@pytest.fixture
def machines(lab: Lab) -> Iterator[Boot]:
    """Boots as many hosts as it is asked for; they are gone after the test."""
    before = set(lab.all)
    yield lab.hosts
    for name in set(lab.all) - before:
        lab.all[name].destroy()


@pytest.fixture
def host(machines: Boot) -> Host:
    """One booted host."""
    return machines(1)[0]


@pytest.fixture
def run_macha(lab: Lab, tmp_path: Path) -> CommandLine:
    """Macha's command line beside the hosts; tell it which ones with `look_after`."""
    return CommandLine(tmp_path)
