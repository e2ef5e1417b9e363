"""How busy the host is: load averages, cores and pressure stalls."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tools.history import Measure
from tools.probes import Probe, Skipped
from tools.probes.parts import parts

_AVERAGES = re.compile(r"(\d{1,9}\.\d{1,4}) (\d{1,9}\.\d{1,4}) (\d{1,9}\.\d{1,4}) ")
_STALL = re.compile(r"^(some|full) avg10=(\d{1,3}\.\d\d) avg60=(\d{1,3}\.\d\d) avg300=(\d{1,3}\.\d\d)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stall:
    """Percent of the last 10, 60 and 300 seconds in which tasks waited for a resource."""

    avg10: float
    avg60: float
    avg300: float


@dataclass(frozen=True, slots=True)
class Load(Probe):
    """Load averages over 1, 5 and 15 minutes. `stalls` by `cpu some`, `memory full` …; empty without kernel support."""

    command: ClassVar[str] = """\
echo '== averages'; read -r line </proc/loadavg; echo "$line"
for kind in cpu io memory; do
    [ -r "/proc/pressure/$kind" ] || continue
    echo "== $kind"
    while read -r line; do printf '%s\\n' "$line"; done <"/proc/pressure/$kind"
done
echo '== cores'; nproc
exit 0"""
    limit_bytes: ClassVar[int] = 4096

    load1: float
    load5: float
    load15: float
    cores: int
    stalls: dict[str, Stall]

    @classmethod
    def parse(cls, output: bytes) -> "Load | Skipped":
        said = parts(output.decode("ascii", "replace"))
        averages, cores = _AVERAGES.match(said.get("averages", "").lstrip()), said.get("cores", "").strip()
        if averages is None or not re.fullmatch(r"[1-9]\d{0,4}", cores):
            return Skipped("load averages or the number of cores were not told")
        stalls = {
            f"{kind} {row[0]}": Stall(*(float(value) for value in row[1:]))
            for kind in ("cpu", "io", "memory")
            for row in _STALL.findall(said.get(kind, ""))
        }
        return cls(float(averages[1]), float(averages[2]), float(averages[3]), int(cores), stalls)

    def measures(self) -> Iterable[Measure]:
        yield Measure("load.over_5_minutes", "", self.load5)
