"""What runs: processor time, states, open files and their limits, by process and its unit."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tools.history import Measure
from tools.probes import Probe, Skipped
from tools.probes.parts import parts
from tools.probes.unit_names import is_unit_name
from tools.safe_text import decode, safe_line

_STAT = re.compile(
    r"^(\d{1,10}) \(((?s:.){0,64}?)\) ([A-Za-z]) (\d{1,10})(?: -?\d{1,20}){9} (\d{1,19}) (\d{1,19})(?: -?\d{1,20}){3}"
    r" (-?\d{1,3}) \d{1,10} -?\d{1,20} (\d{1,19}) ",
    re.MULTILINE,
)
"""pid (comm) state ppid … utime stime … nice threads … starttime, of proc(5); a comm may hold anything."""
_UPTIME = re.compile(r"^(\d{1,10}\.\d\d)$", re.MULTILINE)
_TICKS = 100
"""USER_HZ, by which the kernel counts towards programs on every platform that Debian and NixOS run on."""
_TASKS = re.compile(r"^/\S{1,40}/system\.slice/([^/\n]{1,255})/pids\.(current|max):(\d{1,10})$", re.MULTILINE)
_OPEN = re.compile(r"^(\d{1,10}) /proc/(\d{1,10})/fd$", re.MULTILINE)
_LIMIT = re.compile(r"^/proc/(\d{1,10})/limits:Max open files +(\d{1,19}) ", re.MULTILINE)
_CGROUP = re.compile(r"^/proc/(\d{1,10})/cgroup:(0:|\d{1,3}:name=systemd):/([^\n]{1,4096})$", re.MULTILINE)
_SWITCHES = re.compile(r"^/proc/(\d{1,10})/status:voluntary_ctxt_switches:\t(\d{1,19})$", re.MULTILINE)
_WAITED = re.compile(r"^/proc/(\d{1,10})/schedstat:\d{1,20} (\d{1,20}) \d{1,20}$", re.MULTILINE)
_DELETED = re.compile(
    r"^/proc/(\d{1,10})/maps:[0-9a-f-]{1,40} r-xp \S{1,20} \S{1,12} \d{1,20} +(/[^\n]{1,400}) \(deleted\)$",
    re.MULTILINE,
)
_PASSING = ("/memfd:", "/dev/", "/tmp/", "/var/tmp/", "/run/", "/SYSV", "/home/", "/proc/")  # noqa: S108
"""Code that programs write for themselves and delete at once."""
_BUSY_PERCENT = 25


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `unit` is its systemd unit ("" where unknown); numbers the kernel does not tell are None."""

    pid: int
    parent: int
    program: str
    state: str
    """One letter, as `ps` shows it."""
    cpu_seconds: float
    system_seconds: float
    """The part of it that the kernel worked for the process."""
    age_seconds: float
    nice: int
    unit: str
    open_files: int | None
    open_files_limit: int | None
    waited_seconds: float
    """How long its first thread could have run and had to wait for a processor (schedstat); 0 where not told."""
    voluntary_switches: int | None
    """How often it gave the processor up by itself, to wait for something."""
    deleted_files: tuple[str, ...]
    """Programs and libraries it runs that are not on disk any more."""

    @property
    def owner(self) -> str:
        """What a person knows it by: its service, else the program."""
        return self.unit if self.unit.endswith(".service") and not self.unit.startswith("user@") else self.program

    @property
    def wanted_seconds(self) -> float:
        """Processor time that it used or had to wait for: what it would use if it were alone."""
        return self.cpu_seconds + self.waited_seconds

    @property
    def wanted_percent(self) -> float:
        """Of one processor, over its life."""
        return 100 * self.wanted_seconds / max(self.age_seconds, 1)


@dataclass(frozen=True, slots=True)
class Processes(Probe):
    """Every process by its number.

    The number of open files is the size of /proc/PID/fd, which every user may ask since Linux 6.2; before, the user's
    own are counted. Replaced files are seen by root only.
    """

    command: ClassVar[str] = """\
echo '== now'; read -r uptime rest </proc/uptime; echo "$uptime"
read -r release rest </proc/sys/kernel/osrelease
echo '== open_files'
case $release in
    [0-5].*|6.[01].*)
        for folder in /proc/[0-9]*/fd; do
            [ -r "$folder" ] && set -- "$folder"/* && echo "$# $folder"
        done;;
    *) stat -c '%s %n' /proc/[0-9]*/fd;;
esac
echo '== more'
grep -sE '^Max open files|^voluntary_ctxt|^0::/|:name=systemd:|^[0-9]+ [0-9]+ [0-9]+$' \
/proc/[0-9]*/limits /proc/[0-9]*/status /proc/[0-9]*/cgroup /proc/[0-9]*/schedstat
if [ -w /proc/1/oom_score_adj ]; then
    echo '== deleted'; grep -s -m 9 -E ' r-xp .* /[^ ]+ [(]deleted[)]$' /proc/[0-9]*/maps
fi
echo '== tasks'
grep -s '' /sys/fs/cgroup/system.slice/*/pids.current /sys/fs/cgroup/system.slice/*/pids.max \
/sys/fs/cgroup/pids/system.slice/*/pids.current /sys/fs/cgroup/pids/system.slice/*/pids.max
echo '== processes'; cat /proc/[0-9]*/stat
exit 0"""
    limit_bytes: ClassVar[int] = 2 * 1000 * 1000

    uptime_seconds: float
    processes: dict[int, Process]
    tasks: dict[str, tuple[int, int]]
    """By service how many processes and threads it has, and how many it may have; where there is a limit."""

    @classmethod
    def parse(cls, output: bytes) -> "Processes | Skipped":
        said = parts(decode(output))
        uptime = _UPTIME.search(said.get("now", ""))
        rows = _STAT.findall(said.get("processes", ""))
        if uptime is None or not rows:
            return Skipped("/proc names no processes")
        if all(row[0] != "1" for row in rows):
            return Skipped("/proc hides the processes of other users (hidepid)")
        more = _More(said)
        seconds = float(uptime[1])
        found = (_process(row, seconds, more) for row in rows)
        return cls(seconds, {process.pid: process for process in found}, _tasks(said.get("tasks", "")))

    def measures(self) -> Iterable[Measure]:
        """Processor seconds that busy programs wanted, open files and tasks of what has used half its limit."""
        seconds: dict[str, float] = defaultdict(float)
        for process in self.processes.values():
            seconds[process.program] += process.wanted_seconds
        busy = {p.program for p in self.processes.values() if p.state == "R" or p.wanted_percent >= _BUSY_PERCENT}
        yield from (Measure("processes.wanted_seconds", program, seconds[program]) for program in sorted(busy)[:50])
        files: dict[str, int] = {}
        for process in self.processes.values():
            if 2 * (process.open_files or 0) > (process.open_files_limit or 1 << 62):
                files[process.owner] = max(files.get(process.owner, 0), process.open_files or 0)
        yield from (Measure("processes.open_files", owner, count) for owner, count in sorted(files.items()))
        yield from (
            Measure("processes.tasks", unit, count) for unit, (count, most) in self.tasks.items() if 2 * count > most
        )


class _More:
    """What stands in the other parts, by process number."""

    def __init__(self, said: dict[str, str]) -> None:
        more = said.get("more", "")
        self.open_files = {pid: int(count) for count, pid in _OPEN.findall(said.get("open_files", "")) if count != "0"}
        self.limits = {pid: int(limit) for pid, limit in _LIMIT.findall(more)}
        self.switches = {pid: int(count) for pid, count in _SWITCHES.findall(more)}
        self.waited = {pid: int(nanoseconds) / 1e9 for pid, nanoseconds in _WAITED.findall(more)}
        self.units: dict[str, str] = {}
        for pid, hierarchy, path in _CGROUP.findall(more):
            if hierarchy != "0:" or pid not in self.units:
                self.units[pid] = _unit(path)
        self.deleted: dict[str, dict[str, None]] = defaultdict(dict)
        for pid, path in _DELETED.findall(said.get("deleted", "")):
            if not path.startswith(_PASSING):
                self.deleted[pid][safe_line(path, 200)] = None


def _unit(path: str) -> str:
    """The system unit that a control group belongs to, "" where it is of none."""
    return next((name for name in path.split("/") if name.endswith((".service", ".scope")) and is_unit_name(name)), "")


def _tasks(text: str) -> dict[str, tuple[int, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for unit, which, count in _TASKS.findall(text):
        if is_unit_name(unit):
            found[unit].setdefault(which, int(count))
    return {unit: (two["current"], two["max"]) for unit, two in found.items() if len(two) == 2}


def _process(row: tuple[str, ...], uptime: float, more: _More) -> Process:
    pid, program, state, parent, user, system, nice, started = row
    return Process(
        pid=int(pid),
        parent=int(parent),
        program=safe_line(program, 64),
        state=state,
        cpu_seconds=(int(user) + int(system)) / _TICKS,
        system_seconds=int(system) / _TICKS,
        age_seconds=max(0.0, uptime - int(started) / _TICKS),
        nice=int(nice),
        unit=more.units.get(pid, ""),
        open_files=more.open_files.get(pid),
        open_files_limit=more.limits.get(pid),
        waited_seconds=more.waited.get(pid, 0.0),
        voluntary_switches=more.switches.get(pid),
        deleted_files=tuple(more.deleted.get(pid, ())),
    )
