"""What every test may use: a clock that a test moves, and a house over a temporary folder.

A test that cannot run here is skipped and says why; with MACHA_REQUIRE_MACHINES=1, as in CI, a skip is a failure.
"""

import os
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gate.local import LocalGate
from tests.world import World
from tools.configuration import Level, Settings, validated
from tools.errors import MachaError
from tools.hosts import Host

ARE_REQUIRED = os.environ.get("MACHA_REQUIRE_MACHINES") == "1"


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


class ManualClock:
    """A `Clock` that stands still until it is moved; sleeping moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.ticks = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.ticks

    def sleep(self, seconds: float) -> None:
        self.ticks += seconds
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def settings_for(*hosts: str, **values: object) -> Settings:
    """A configuration that knows these hosts by name."""
    named = {name: {"address": "192.0.2.9"} for name in hosts}
    return validated({"localHost": False, "hosts": named, **values}, "test")


GateOver = Callable[..., LocalGate]


@pytest.fixture
def gate_over(tmp_path: Path, clock: ManualClock) -> GateOver:
    """Makes gates over one folder: `gate_over(world, …, level=…, autonomyLevel=…)`."""

    def make(*worlds: World, level: Level | None = None, **values: object) -> LocalGate:
        known = {world.name: world for world in worlds}

        def host_of(name: str) -> Host:
            if name not in known:
                raise MachaError(f"there is no host {name} in the configuration; known are {', '.join(known)}")
            return known[name]

        return LocalGate(tmp_path, settings_for(*known, **values), host_of, clock, level)

    return make
