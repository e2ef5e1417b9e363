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


def output(name: str) -> bytes:
    """What the probe's command printed there."""
    return worker_crashed().sections[name].output
