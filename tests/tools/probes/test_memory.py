from tests.tools.probes.recordings import output
from tools.probes import Skipped
from tools.probes.memory import Memory


def test_a_recorded_host_of_half_a_gigabyte() -> None:
    memory = Memory.parse(output("memory"))
    assert isinstance(memory, Memory) and memory.total_bytes == 512 << 20 and 80 < memory.available_percent < 100


def test_half_a_file_is_skipped() -> None:
    assert isinstance(Memory.parse(b"MemTotal:         524288 kB\nMemFr"), Skipped)
    assert isinstance(Memory.parse(b"MemTotal: 0 kB\nMemAvailable: 0 kB\n"), Skipped)
