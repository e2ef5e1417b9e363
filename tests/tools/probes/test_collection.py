from datetime import UTC, datetime

import pytest

from tests.tools.probes.recordings import TESTBED, output, worker_crashed
from tests.tools.probes.shell_host import ShellHost
from tools.clock import Deadline, SystemClock
from tools.hosts import Completed, Unreachable
from tools.probes import Probe, Skipped
from tools.probes.catalogue import probes
from tools.probes.collection import collect, observe
from tools.probes.memory import Memory
from tools.probes.recording import Recording
from tools.probes.script import Inputs, Section
from tools.probes.snapshot_file import read_snapshot
from tools.probes.unit_logs import UnitLogs
from tools.probes.units import Units
from tools.probes.wall_clock import WallClock

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def recording(**sections: Section) -> Recording:
    return Recording("h1", NOW, {"started": Section(0, b""), "ended": Section(0, b""), **sections})


def why(fact: Probe | Skipped) -> str:
    assert isinstance(fact, Skipped)
    return fact.why


class Dumb(ShellHost):
    """Answers every command with the same words."""

    def __init__(self, answer: Completed | Unreachable) -> None:
        super().__init__()
        self.answer = answer

    def run(self, *_: object, **__: object) -> Completed | Unreachable:
        return self.answer


def ask(host: ShellHost) -> Recording | Unreachable:
    return collect(host, [Memory, WallClock], Inputs(), deadline=Deadline(20), clock=SystemClock())


def test_this_machine_answers_with_its_memory_and_clock() -> None:
    answer = ask(ShellHost())
    assert isinstance(answer, Recording) and answer.host == "here"
    facts = observe(answer, [Memory, WallClock])
    memory, clock = facts.get(Memory), facts.get(WallClock)
    assert isinstance(memory, Memory) and memory.total_bytes > 0
    assert isinstance(clock, WallClock) and clock.offset_seconds is not None and clock.offset_error_seconds is not None
    assert abs(clock.offset_seconds) <= clock.offset_error_seconds + 0.01


def test_every_probe_gives_a_fact_or_a_reason_on_any_machine() -> None:
    kinds = list(probes().values())
    answer = collect(ShellHost(), kinds, Inputs(), deadline=Deadline(60), clock=SystemClock())
    assert isinstance(answer, Recording)
    for kind in kinds:
        assert isinstance(observe(answer, kinds).get(kind), (kind, Skipped))


def test_no_data_but_the_inputs_is_in_the_script_and_no_two_boundaries_are_alike() -> None:
    first, second = ShellHost(), ShellHost()
    ask(first)
    ask(second)
    assert first.script != second.script
    changed = set(first.script.split(b"\n")) - set(second.script.split(b"\n"))
    assert len(changed) == 1 and changed.pop().startswith(b"boundary=")


def test_an_unreachable_host_is_handed_on() -> None:
    answer = Unreachable("refused", "connection refused")
    assert ask(Dumb(answer)) is answer


def test_a_host_that_runs_no_script_says_why_in_every_fact() -> None:
    answer = ask(Dumb(Completed(1, b"This account is not available.\n", b"")))
    assert isinstance(answer, Recording)
    assert "This account is not available." in why(observe(answer, [Memory]).get(Memory))


def test_a_fact_that_was_not_reached_in_time_says_so() -> None:
    assert why(observe(recording(), [Units]).get(Units)) == "the time for the host was used up before it"


def test_exit_statuses_become_reasons() -> None:
    reasons = {
        127: "its command is not installed there",
        124: "took longer than 5 s",
        137: "took longer than 5 s",
        69: "systemd is not running here",
        1: "its command failed with exit status 1: systemd is not running here",
    }
    for status, reason in reasons.items():
        section = Section(status, b"systemd is not running here\nmore\n")
        assert why(observe(recording(units=section), [Units]).get(Units)) == reason


@pytest.mark.parametrize(("status", "is_trouble"), [(127, False), (69, False), (124, True), (137, True), (1, True)])
def test_slowness_and_errors_are_trouble_but_not_what_is_not_there(status: int, is_trouble: bool) -> None:
    fact = observe(recording(units=Section(status, b"")), [Units]).get(Units)
    assert isinstance(fact, Skipped) and fact.is_trouble == is_trouble


def test_a_cut_list_of_units_is_no_list() -> None:
    facts = observe(recording(units=Section(None, output("units")[:5000], is_truncated=True)), [Units])
    assert why(facts.get(Units)) == "its output was cut at 1048576 bytes"


def test_of_cut_logs_the_lines_that_arrived_are_used() -> None:
    cut = Section(None, output("unit_logs")[:1500], is_truncated=True)
    logs = observe(recording(unit_logs=cut), [UnitLogs]).get(UnitLogs)
    assert isinstance(logs, UnitLogs) and logs.of("shop-worker.service")


class Long(Probe):
    command = "echo 12345678"
    limit_bytes = 4


def test_an_output_beyond_its_own_limit_is_cut_on_arrival() -> None:
    answer = collect(ShellHost(), [Long, Memory], Inputs(), deadline=Deadline(20), clock=SystemClock())
    assert isinstance(answer, Recording)
    assert answer.sections[Long.name] == Section(None, b"1234", is_truncated=True)
    assert isinstance(observe(answer, [Memory]).get(Memory), Memory)


class Broken(Probe):
    command = "true"

    @classmethod
    def parse(cls, output: bytes) -> "Broken":
        raise IndexError("list \x1b[2J index")


def test_a_parser_that_raises_is_a_reason_without_control_characters() -> None:
    facts = observe(recording(test_collection=Section(0, b"")), [Broken])
    assert why(facts.get(Broken)) == "could not be read: IndexError: list \\x1b[2J index"


def test_a_real_recording_gives_every_fact_that_was_asked_for() -> None:
    facts = observe(worker_crashed(), probes().values())
    skipped = [name for name, fact in facts.facts.items() if isinstance(fact, Skipped)]
    assert [name for name in skipped if name in worker_crashed().sections] == []


def test_every_public_snapshot_of_the_testbed_gives_every_fact_that_it_holds() -> None:
    files = sorted(TESTBED.glob("*.json.gz"))
    assert len(files) == 45
    for file in files:
        recording = read_snapshot(file)
        facts = observe(recording, probes().values()).facts
        assert [name for name in recording.sections if isinstance(facts[name], Skipped)] == [], file.name
        assert {"counters", "deleted_files", "hardware", "kernel_log"} <= recording.sections.keys()
