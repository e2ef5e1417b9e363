"""How much memory is left."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tools.history import Measure
from tools.probes import Probe, Skipped

_LINE = re.compile(rb"^(\w+):\s+(\d{1,15})(?: kB)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Memory(Probe):
    """`available_bytes` is the kernel's own estimate of what programs can still get; cache counts as available."""

    command: ClassVar[str] = "cat /proc/meminfo"
    limit_bytes: ClassVar[int] = 16 * 1024

    total_bytes: int
    available_bytes: int
    swap_total_bytes: int
    swap_free_bytes: int
    corrupted_bytes: int = 0
    """Pages that the kernel no longer uses because their memory is broken."""

    @classmethod
    def parse(cls, output: bytes) -> "Memory | Skipped":
        read = {key.decode(): int(value) * 1024 for key, value in _LINE.findall(output)}
        total, available = read.get("MemTotal", 0), read.get("MemAvailable")
        if total <= 0 or available is None:
            return Skipped("/proc/meminfo does not tell what is available")
        swap = read.get("SwapTotal", 0), read.get("SwapFree", 0)
        return cls(total, available, *swap, read.get("HardwareCorrupted", 0))

    @property
    def used_bytes(self) -> int:
        """What programs cannot get any more."""
        return self.total_bytes - self.available_bytes

    @property
    def swap_used_bytes(self) -> int:
        return self.swap_total_bytes - self.swap_free_bytes

    @property
    def available_percent(self) -> float:
        return 100 * self.available_bytes / self.total_bytes

    @property
    def swap_used_percent(self) -> float:
        """0 where there is no swap."""
        return 100 * self.swap_used_bytes / self.swap_total_bytes if self.swap_total_bytes > 0 else 0.0

    def measures(self) -> Iterable[Measure]:
        yield Measure("memory.used_bytes", "", self.used_bytes)
        if self.swap_total_bytes:
            yield Measure("memory.swap_used_bytes", "", self.swap_used_bytes)
