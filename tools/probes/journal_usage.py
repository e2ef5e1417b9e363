"""How much disk the journal takes."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped, needs

_BLOCKS = re.compile(rb"^(\d{1,15})\t/(?:var|run)/log/journal$", re.MULTILINE)
_SIZE = re.compile(rb"take up (\d{1,15}(?:\.\d{1,6})?)([BKMGTPE])")
_UNITS = {letter: 1024**power for power, letter in enumerate("BKMGTPE")}


@dataclass(frozen=True, slots=True)
class JournalUsage(Probe):
    """Size of all journal files. `du` costs a quarter of `journalctl --disk-usage`, whose sentence is read as well."""

    command: ClassVar[str] = needs.JOURNAL + "du -sk /var/log/journal /run/log/journal"
    allowed_exits: ClassVar[tuple[int, ...]] = (0, 1)
    """du ends with 1 where one of the two folders is not there."""
    limit_bytes: ClassVar[int] = 4096

    used_bytes: int

    @classmethod
    def parse(cls, output: bytes) -> "JournalUsage | Skipped":
        if blocks := _BLOCKS.findall(output):
            return cls(1024 * sum(int(count) for count in blocks))
        if not (found := _SIZE.search(output)):
            return Skipped("how much it takes was not told")
        return cls(int(float(found[1]) * _UNITS[found[2].decode()]))
