"""What the kernel counts: processor time, page faults, disks, links, and how far its tables are filled."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from tools.history import Measure
from tools.probes import Probe, Skipped
from tools.probes.device_counters import DiskCounters, LinkCounters, disk_counters, link_counters
from tools.probes.value_lines import value_lines, whole

_CPU = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
"""Columns of the line `cpu` in /proc/stat; guest time, which comes after them, is part of user time."""
_TCP = {
    "ListenOverflows": "listen_overflows",
    "ListenDrops": "listen_drops",
    "TCPReqQFullDrop": "syn_drops",
    "TCPReqQFullDoCookies": "syn_cookies",
}
_TABLES = {
    "/proc/sys/net/netfilter/nf_conntrack_count": "connections",
    "/proc/sys/net/netfilter/nf_conntrack_max": "connections_max",
    "/proc/sys/kernel/pid_max": "pid_max",
    "/proc/sys/kernel/threads-max": "threads_max",
}


@dataclass(frozen=True, slots=True)
class Counters(Probe):
    """Counters since boot, and fill levels now; what a kernel does not tell is absent.

    One `grep` over fixed files reads them all: 3 ms of CPU on the host.
    """

    command: ClassVar[str] = """\
grep -sHE '^(cpu |pgmajfault |oom_kill |TcpExt:|[0-9]| *[^ :]+: *[0-9]| +[0-9]+ +[0-9]+ )' \\
    /proc/stat /proc/vmstat /proc/loadavg /proc/sys/fs/file-nr /proc/sys/kernel/pid_max /proc/sys/kernel/threads-max \\
    /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max \\
    /proc/net/netstat /proc/diskstats /proc/net/dev
exit 0"""

    cpu: dict[str, int]
    """Ticks by what they were used for (`user`, `iowait`, `steal` …)."""
    events: dict[str, int]
    """`major_faults`, `oom_kills`, `listen_overflows`, `listen_drops`, `syn_drops`, `syn_cookies`."""
    levels: dict[str, int]
    """`tasks`, `pid_max`, `threads_max`, `files`, `files_max`, `connections`, `connections_max`."""
    disks: tuple[DiskCounters, ...] = ()
    links: tuple[LinkCounters, ...] = ()

    @classmethod
    def parse(cls, output: bytes) -> "Counters | Skipped":
        by_path: dict[str, list[str]] = {}
        for path, text in value_lines(output):
            by_path.setdefault(path, []).append(text)
        cpu = _cpu(by_path.get("/proc/stat", []))
        if not cpu:
            return Skipped("/proc/stat does not tell the processor's time")
        return cls(
            cpu=cpu,
            events={**_paging(by_path.get("/proc/vmstat", [])), **_tcp(by_path.get("/proc/net/netstat", []))},
            levels=dict(_levels(by_path)),
            disks=disk_counters(by_path.get("/proc/diskstats", [])),
            links=link_counters(by_path.get("/proc/net/dev", [])),
        )

    @property
    def cpu_total(self) -> int:
        return sum(self.cpu.values())

    def measures(self) -> Iterable[Measure]:
        yield Measure("counters.cpu_total", "", self.cpu_total)
        yield Measure("counters.cpu_busy", "", self.cpu_total - sum(self.cpu.get(k, 0) for k in _NOT_BUSY))
        for kind in ("iowait", "steal"):
            yield Measure(f"counters.cpu_{kind}", "", self.cpu.get(kind, 0))
        for name, count in self.events.items():
            yield Measure(f"counters.{name}", "", count)
        for name in ("files", "connections", "tasks"):
            if name in self.levels:
                yield Measure(f"counters.{name}", "", self.levels[name])
        devices: tuple[DiskCounters | LinkCounters, ...] = (*self.disks, *self.links)
        for device in devices:
            for name, count in device.figures().items():
                yield Measure(f"counters.{name}", device.name, count)


_NOT_BUSY = ("idle", "iowait", "steal", "nice")
"""As netdata counts its busy share: without waiting, stolen and low-priority time."""


def _cpu(lines: list[str]) -> dict[str, int]:
    words = next((line.split()[1:] for line in lines if line.startswith("cpu ")), [])
    ticks = [whole(word) for word in words[: len(_CPU)]]
    return {name: value for name, value in zip(_CPU, ticks, strict=False) if value is not None and value >= 0}


def _paging(lines: list[str]) -> dict[str, int]:
    names = {"pgmajfault": "major_faults", "oom_kill": "oom_kills"}
    pairs = (line.split() for line in lines)
    read = {names[pair[0]]: whole(pair[1]) for pair in pairs if len(pair) == 2 and pair[0] in names}
    return {name: value for name, value in read.items() if value is not None}


def _tcp(lines: list[str]) -> dict[str, int]:
    """The chosen ones of the two lines `TcpExt:`, names above values."""
    rows = [line.split()[1:] for line in lines if line.startswith("TcpExt:")]
    if len(rows) != 2:
        return {}
    read = {_TCP[name]: whole(value) for name, value in zip(*rows, strict=False) if name in _TCP}
    return {name: value for name, value in read.items() if value is not None}


def _levels(by_path: dict[str, list[str]]) -> Iterator[tuple[str, int]]:
    for path, name in _TABLES.items():
        if (value := whole(_first(by_path, path))) is not None:
            yield name, value
    opened = _first(by_path, "/proc/sys/fs/file-nr").split()
    for name, word in zip(("files", "", "files_max"), opened, strict=False):
        if name and (value := whole(word)) is not None:
            yield name, value
    running = _first(by_path, "/proc/loadavg").split()
    if len(running) > 3 and (value := whole(running[3].rpartition("/")[2])) is not None:
        yield "tasks", value


def _first(by_path: dict[str, list[str]], path: str) -> str:
    return next(iter(by_path.get(path, [])), "")
