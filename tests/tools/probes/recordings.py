"""Outputs recorded on a real host of the testbed where a worker had crashed and a user forged log lines."""

from functools import cache
from pathlib import Path

from tools.probes.recording import Recording
from tools.probes.snapshot_file import read_snapshot

HERE = Path(__file__).parent / "recorded"
TESTBED = Path(__file__).parents[2] / "machines" / "testbed" / "public" / "snapshots"


@cache
def forged_lines() -> bytes:
    """An export of what a logged-in user wrote: claims to be the manager, fields inside of text, odd bytes, 200 kB."""
    return read_snapshot(HERE / "forged-lines.json.gz").sections["journal_errors"].output


@cache
def worker_crashed() -> Recording:
    return read_snapshot(HERE / "worker-crashed.json.gz")


@cache
def memory_and_disk() -> Recording:
    """A host of the testbed with a deleted file held open and a service killed at its memory limit."""
    return read_snapshot(HERE / "memory-and-disk.json.gz")


@cache
def servers() -> Recording:
    """Composed, in the formats of the kernel's and smartctl's documentation: what no host of the testbed has."""
    return read_snapshot(HERE / "servers.json")


@cache
def before_a_change() -> Recording:
    """A healthy host of the testbed, with the facts that are compared."""
    return read_snapshot(HERE / "before-a-change.json.gz")


@cache
def after_a_change() -> Recording:
    """The same, after nginx's configuration was broken, a tmpfs mounted, a package touched, and somebody logged in."""
    return read_snapshot(HERE / "after-a-change.json.gz")


@cache
def services_and_upkeep() -> Recording:
    """A host of the testbed on which services were stopped and masked, and much was left undone."""
    return read_snapshot(HERE / "services-and-upkeep.json.gz")


@cache
def full_disk() -> Recording:
    """A host of the testbed whose disk is full of journal."""
    return read_snapshot(TESTBED / "disk-full-journal.fault.json.gz")


def output(name: str) -> bytes:
    """What the probe's command printed on the first of the recorded hosts that was asked for it."""
    recorded = (worker_crashed(), memory_and_disk(), servers(), after_a_change(), services_and_upkeep(), full_disk())
    return next(host.sections[name].output for host in recorded if name in host.sections)
