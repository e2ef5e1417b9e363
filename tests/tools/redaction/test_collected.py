"""What is collected holds no secret, whoever reads it later; and facts are what they were."""

import gzip
import json

import pytest

from tests.tools.probes.recordings import TESTBED, worker_crashed
from tests.tools.probes.shell_host import ShellHost
from tests.tools.redaction.invented import Inventor
from tools.clock import Deadline, SystemClock
from tools.hosts import Completed
from tools.probes import Probe
from tools.probes.collection import collect
from tools.probes.recording import Recording
from tools.probes.script import Inputs
from tools.probes.snapshot_file import read_snapshot
from tools.redaction import redact_bytes

SECRET = Inventor(11).password()


class Leaky(Probe):
    command = f"printf 'DB_PASSWORD=%s\\nDB_HOST=db1\\n' '{SECRET}'"

    @classmethod
    def parse(cls, output: bytes) -> "Leaky":
        return cls()


class Refusing(ShellHost):
    def run(self, *_: object, **__: object) -> Completed:
        return Completed(1, b"", f"sudo: bad option --password {SECRET}".encode())


@pytest.mark.parametrize("file", sorted(TESTBED.glob("*.json.gz")), ids=lambda file: file.name.removesuffix(".json.gz"))
def test_no_byte_of_the_recorded_machines_is_changed(file: object) -> None:
    for section in read_snapshot(TESTBED / str(file)).sections.values():
        assert redact_bytes(section.output) == section.output


def test_no_output_of_the_testbeds_own_commands_is_changed() -> None:
    lines = 0
    for file in sorted(TESTBED.glob("*.json.gz")):
        for result in json.loads(gzip.decompress(file.read_bytes()))["results"].values():
            said = (result["out"] + result["err"]).encode()
            lines += said.count(b"\n")
            assert redact_bytes(said) == said
    assert lines > 10_000


def test_no_byte_of_a_host_with_forged_lines_is_changed() -> None:
    for section in worker_crashed().sections.values():
        assert redact_bytes(section.output) == section.output


@pytest.mark.parametrize("host", [ShellHost(), Refusing()], ids=["in an output", "in a refusal"])
def test_a_secret_is_out_before_anything_is_written(host: ShellHost) -> None:
    recording = collect(host, [Leaky], Inputs(), deadline=Deadline(20), clock=SystemClock())
    assert isinstance(recording, Recording)
    stored = recording.to_json()
    assert SECRET not in stored
    assert "[redacted:" in stored
