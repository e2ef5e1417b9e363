"""How much disk the journal takes."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped, needs

_SIZE = re.compile(rb"take up (\d{1,15}(?:\.\d{1,6})?)([BKMGTPE])")
_UNITS = {letter: 1024**power for power, letter in enumerate("BKMGTPE")}


@dataclass(frozen=True, slots=True)
class JournalUsage(Probe):
    """Size of all journal files, as journald rounds it (one decimal of its unit)."""

    command: ClassVar[str] = needs.JOURNAL + "journalctl --disk-usage 2>&1"
    limit_bytes: ClassVar[int] = 4096

    used_bytes: int

    @classmethod
    def parse(cls, output: bytes) -> "JournalUsage | Skipped":
        if not (found := _SIZE.search(output)):
            return Skipped("journalctl did not say how much it uses")
        return cls(int(float(found[1]) * _UNITS[found[2].decode()]))
