"""Fixtures for tests on real machines: one lab per session, fresh hosts per test.

Where hosts cannot be booted every test here is skipped and says why (see `tests/conftest.py` for CI).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines.commandline import CommandLine
from tests.machines.testbed import Boot, Host, Lab, why_unavailable
from tests.machines.testbed.image import ImageError, build_base

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder (the hook sees those of all folders)."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.machine)


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
