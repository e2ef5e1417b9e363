"""What hosts cost: boot some at once; time until all answer ssh, memory, idle cpu, time to destroy."""

import time
from pathlib import Path

from tests.machines.testbed.host import Host
from tests.machines.testbed.hostdir import cgroups_of
from tests.machines.testbed.lab import Lab

MIB = 2**20
IDLE_SECONDS = 10


def bench(count: int) -> str:
    """Boot `count` hosts and measure; one line for people."""
    with Lab() as lab:
        available = available_bytes()
        start = time.monotonic()
        hosts = lab.hosts(count)
        booted = time.monotonic()
        answered = all(host.ssh("true").returncode == 0 for host in hosts)
        reached = time.monotonic()
        used = (available - available_bytes()) / MIB
        resident = sum(field(text, "total_rss") for text in readings(hosts, "memory.stat")) / MIB
        idle = idle_percent(hosts)
        load = Path("/proc/loadavg").read_text().split()[0]
        leaving = time.monotonic()
    destroyed = time.monotonic() - leaving
    return (
        f"{count:2} hosts: all up {booted - start:5.1f} s ({(booted - start) / count:.2f} s each), "
        f"first ssh to all {reached - booted:4.1f} s ok={answered}, rss {resident / count:3.0f} MB each, "
        f"machine's memory {used:5.0f} MB ({used / count:.0f} each), idle cpu {idle:.1f} % of one core, "
        f"destroyed in {destroyed:.1f} s, load {load}"
    )


def available_bytes() -> int:
    """Memory the machine could still give."""
    return field(Path("/proc/meminfo").read_text(), "MemAvailable:") * 1024


def idle_percent(hosts: list[Host]) -> float:
    """Processor time of all hosts together while nothing happens."""
    before, start = sum(map(int, readings(hosts, "cpuacct.usage"))), time.monotonic()
    time.sleep(IDLE_SECONDS)
    nanoseconds = sum(map(int, readings(hosts, "cpuacct.usage"))) - before
    return nanoseconds / 1e9 / (time.monotonic() - start) * 100


def readings(hosts: list[Host], name: str) -> list[str]:
    """The file `name` of every cgroup of the hosts that has one."""
    files = (cgroup / name for host in hosts for cgroup in cgroups_of(host.directory))
    return [file.read_text() for file in files if file.exists()]


def field(text: str, key: str) -> int:
    """The number behind `key` in a list of keys and numbers."""
    return next(int(line.split()[1]) for line in text.splitlines() if line.split()[0] == key)
