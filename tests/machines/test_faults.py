"""Every public fault on a booted host, through the command line: found, nothing else alarmed, the root named first."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import pytest

from tests.machines.commandline import CommandLine
from tests.machines.testbed import Fault, Host, Lab
from tools.detectors import Evidence, Finding, Severity
from tools.evaluation.faults import compare
from tools.evaluation.truth import Truth
from tools.incidents import Incident

AT_ONCE = 4
"""Most of the time a fault is waited for, not worked on: hosts stand side by side, each breaking at its own pace."""

HEALED_TOO = {"fd-leak", "log-error-storm", "oom-killed", "service-crash-segv"}
"""After these is looked a second and a third time, healed: each leaves much in the log."""


class Seen(NamedTuple):
    """What `macha check --json` says of a host that has a fault, in how many seconds, and what after it was healed."""

    broken: dict[str, Any]
    seconds: float
    healed: dict[str, Any] | None


@pytest.fixture(scope="module")
def looks(
    request: pytest.FixtureRequest, lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Seen]]]:
    """What was seen, by fault; only of the tests that were chosen."""
    chosen = [item.callspec.params["fault"] for item in request.session.items if item.path == request.path]  # type: ignore[attr-defined]
    booting = Lock()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            fault.name: pool.submit(look, lab, booting, fault, tmp_path_factory.mktemp(fault.name)) for fault in chosen
        }
        pool.shutdown(cancel_futures=True)


def look(lab: Lab, booting: Lock, fault: Fault, directory: Path) -> Seen:
    with booting:
        (host,) = lab.hosts(1, **fault.host)
    try:
        host.inject(fault)
        time.sleep(fault.truth.get("settle_s", 2))
        macha = CommandLine(directory)
        macha.look_after(host, level="observe")
        begun = time.monotonic()
        broken, seconds = check(macha), time.monotonic() - begun
        return Seen(broken, seconds, healed(host, fault, macha) if fault.name in HEALED_TOO else None)
    finally:
        with booting:
            host.destroy()


def healed(host: Host, fault: Fault, macha: CommandLine) -> dict[str, Any]:
    """The second look after it is well again: the first still reads the log of the time before."""
    host.inject(fault, "heal")
    host.until(lambda: host.inject(fault, "verify", check=False).returncode == 0, 60, "health", pause=1)
    check(macha)
    return check(macha)


def check(macha: CommandLine) -> dict[str, Any]:
    done = macha("check", "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("fault", Fault.all(), ids=lambda fault: fault.name)
def test_a_fault_is_seen_as_its_ground_truth_says(fault: Fault, looks: dict[str, Future[Seen]]) -> None:
    seen = looks[fault.name].result()
    found = findings(seen.broken)
    order = incidents(seen.broken, found)
    score = compare(Truth.model_validate(fault.truth), list(found.values()), order, seen.seconds)
    assert (score.missing, score.forbidden) == ((), ())
    assert score.root_first is not False, f"the first cause named is {score.root}"
    assert seen.healed is None or seen.healed["findings"] == []


def findings(seen: dict[str, Any]) -> dict[str, Finding]:
    """The findings of `macha check --json` by their id."""
    return {
        one["id"]: Finding(
            one["kind"],
            one["object"],
            Severity(one["severity"]),
            one["summary"],
            tuple(Evidence(line["source"], line["text"]) for line in one["evidence"]),
            one["host"],
        )
        for one in seen["findings"]
    }


def incidents(seen: dict[str, Any], found: dict[str, Finding]) -> list[Incident]:
    """Its incidents in the order in which the report prints them."""
    return [Incident(found[one["root"]], one["cause"]) for one in seen["incidents"]]
