"""One look at 1, 4 and 8 booted hosts: Macha's collect step beside other clients that run the same script.

    python -m benchmarks.collect [--hosts 1,4,8] [--rounds 5] [--json]

Every client is a whole process and runs Macha's own batch script on every host; rounds alternate between the clients,
and one without the end of the script's output from every host is an error and counts in no figure. Needs root and
systemd-nspawn (as the machine tests do). pyinfra and Ansible are measured where they are on the PATH
(benchmarks/requirements.in) and said to be missing where not. CPU of a host is that of its cgroup; `probes` is without
what `ssh HOST true` costs it.
"""

import argparse
import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.clients import ANSIBLE, CLIENTS, FLOOR, OURS, POOL, PYINFRA, Bench, Client, present, step_of
from nodes.collect import kinds
from tests.machines.testbed import Host, Lab
from tools.probes import Skipped
from tools.probes.journal_errors import JournalErrors
from tools.probes.script import Inputs, build, split

SETTLING_SECONDS = 0.3
"""After a client ended, what the hosts still do to close its session."""


@dataclass
class Figures:
    """What one client took for one number of hosts: seconds of each round."""

    wall: list[float] = field(default_factory=list)
    client_cpu: list[float] = field(default_factory=list)
    host_cpu: list[float] = field(default_factory=list)
    steps: list[tuple[float, float]] = field(default_factory=list)
    """Of Macha's process only: wall and client CPU of the collect step alone, without start and imports."""
    incomplete: int = 0
    """Rounds in which it ended well without the whole answer of every host: an error, and in no figure."""

    def medians(self) -> tuple[float, float, float]:
        return median(self.wall), median(self.client_cpu), median(self.host_cpu)


Found = dict[str, dict[int, Figures]]


def host_cpu_seconds(hosts: list[Host]) -> float:
    """CPU that the hosts have used so far, read from their cgroups (version 1 or 2)."""
    total = 0.0
    for host in hosts:
        for group in (host.directory / "cgroups").read_text().split():
            usage, stat = Path(group, "cpuacct.usage"), Path(group, "cpu.stat")
            if usage.exists():
                total += int(usage.read_text()) / 1e9
            elif stat.exists() and "usage_usec" in stat.read_text():
                total += int(stat.read_text().split("usage_usec ")[1].split()[0]) / 1e6
    return total


def measure(client: Client, hosts: list[Host], bench: Bench, figures: Figures) -> None:
    """One round: wall, client CPU, and CPU of each host, in seconds."""
    argv = client.argv(hosts, bench)
    environment = {**os.environ, "ANSIBLE_CONFIG": str(bench.folder / "ansible.cfg")}
    hosts_before, before = host_cpu_seconds(hosts), resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, env=environment, check=False)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    time.sleep(SETTLING_SECONDS)
    host_cpu = (host_cpu_seconds(hosts) - hosts_before) / len(hosts)
    said = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode:
        raise SystemExit(f"{argv[0]}: exit status {done.returncode}: {said[-800:]}")
    if client.answered(said, bench) != len(hosts):
        figures.incomplete += 1
    else:
        figures.wall.append(wall)
        figures.client_cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        figures.host_cpu.append(host_cpu)
        if "\nstep " in f"\n{said}":
            figures.steps.append(step_of(said))
    client.rest(hosts, bench)


def login_cpu_seconds(host: Host) -> float:
    """What `ssh HOST true` costs the host."""
    rounds = []
    for _ in range(5):
        before = host_cpu_seconds([host])
        host.ssh("true", check=True)
        time.sleep(SETTLING_SECONDS)
        rounds.append(host_cpu_seconds([host]) - before)
    return median(rounds)


def cycle_cpu_seconds(host: Host, login: float) -> float:
    """What the probes of an ordinary cycle cost a host, which goes on from where the journal was read before."""

    def look(cursor: str) -> str:
        boundary = secrets.token_hex(16)
        script = build(kinds(), Inputs(cursor), boundary)
        said = subprocess.run((*host.ssh_argv(), "sh -s"), input=script, capture_output=True, check=True).stdout
        errors = JournalErrors.parse(split(said, boundary)[JournalErrors.name].output)
        return "" if isinstance(errors, Skipped) else errors.cursor

    cursor, rounds = look(""), []
    for _ in range(5):
        before = host_cpu_seconds([host])
        cursor = look(cursor)
        time.sleep(SETTLING_SECONDS)
        rounds.append(host_cpu_seconds([host]) - before)
    return median(rounds) - login


@dataclass(frozen=True)
class Load:
    """CPU seconds of a host: a login alone, and all probes of an ordinary cycle."""

    login: float
    cycle: float


def run(counts: list[int], rounds: int, progress: Callable[[str], None]) -> tuple[Found, Load]:
    """Figures by client and number of hosts, and the load on a host."""
    clients = present()
    found: Found = {name: {count: Figures() for count in counts} for name in clients}
    with tempfile.TemporaryDirectory() as name, Lab() as lab:
        boundary = secrets.token_hex(16)
        bench = Bench(Path(name), f"{boundary} end ended 0")
        bench.script.write_bytes(build(kinds(), Inputs(), boundary))
        hosts = lab.hosts(max(counts))
        time.sleep(5)
        login = login_cpu_seconds(hosts[0])
        load = Load(login, cycle_cpu_seconds(hosts[0], login))
        for count in counts:
            for turn in range(rounds + 1):
                for client in clients:
                    progress(f"{count} hosts, round {turn}, {client}")
                    # the first round warms caches and is thrown away
                    measure(clients[client], hosts[:count], bench, found[client][count] if turn else Figures())
    for client, by_count in list(found.items()):
        if not all(figures.wall for figures in by_count.values()):
            raise SystemExit(f"{client} never gave the whole answer of every host")
    return found, load


def slope_ms(by_count: dict[int, Figures]) -> float:
    """Client CPU for each further host, in milliseconds."""
    low, high = min(by_count), max(by_count)
    if low == high:
        return 0.0
    return 1000 * (by_count[high].medians()[1] - by_count[low].medians()[1]) / (high - low)


def step_slope_ms(by_count: dict[int, Figures]) -> float:
    """As `slope_ms`, of the step alone."""
    low, high = min(by_count), max(by_count)
    cpu = {count: median(cpu for _, cpu in by_count[count].steps) for count in (low, high)}
    return 1000 * (cpu[high] - cpu[low]) / max(1, high - low)


def goals(found: Found, load: Load) -> list[tuple[str, float, str, bool]]:
    """What the step is meant to be beside whole processes: the goal, the figure, the bound, and whether it is met."""
    rows = []
    for count, figures in found[OURS].items():
        step = median(wall for wall, _ in figures.steps)
        pool = step / found[POOL][count].medians()[0]
        rows.append((f"wall of the step, of the pool's, {count} hosts", pool, "<= 1", pool <= 1))
        if PYINFRA in found:
            ratio = step / found[PYINFRA][count].medians()[0]
            rows.append((f"wall of the step, of pyinfra's, {count} hosts", ratio, "< 1", ratio < 1))
        if ANSIBLE in found:
            ratio = found[ANSIBLE][count].medians()[0] / step
            rows.append((f"times faster than tuned Ansible, {count} hosts", ratio, ">= 5", ratio >= 5))
    slope = step_slope_ms(found[OURS])
    rows.append(("client CPU ms of the step for a further host", slope, "<= 14", slope <= 14))
    rows.append(("CPU s of all probes on a host, a cycle", load.cycle, "<= 0.25", load.cycle <= 0.25))
    return rows


def as_object(found: Found, load: Load) -> dict[str, object]:
    clients = {}
    for client, by_count in found.items():
        rows: dict[str, dict[str, float]] = {}
        for count, figures in by_count.items():
            wall, client_cpu, host_cpu = figures.medians()
            beside = {
                f"wall_ratio_to_{name}": round(wall / found[peer][count].medians()[0], 3)
                for name, peer in _SHORT.items()
                if peer in found
            }
            seconds = {"wall": round(wall, 3), "client_cpu": round(client_cpu, 3), "host_cpu": round(host_cpu, 3)}
            rows[str(count)] = {**seconds, "probes_cpu": round(host_cpu - load.login, 3), **beside}
            rows[str(count)]["incomplete_rounds"] = figures.incomplete
            if figures.steps:
                rows[str(count)]["step_wall"] = round(median(wall for wall, _ in figures.steps), 3)
                rows[str(count)]["step_cpu"] = round(median(cpu for _, cpu in figures.steps), 3)
        clients[client] = {"hosts": rows, "client_cpu_slope_ms": round(slope_ms(by_count), 1)}
    return {
        "benchmark": "collect",
        "load_average": os.getloadavg(),
        "rounds": len(next(iter(found[OURS].values())).wall),
        "login_cpu": round(load.login, 3),
        "cycle_cpu": round(load.cycle, 3),
        "clients": clients,
        "goals": [
            {"goal": goal, "measured": round(measured, 3), "bound": bound, "is_met": is_met}
            for goal, measured, bound, is_met in goals(found, load)
        ],
        "missing_peers": [name for name in CLIENTS if name not in found],
    }


_SHORT = {"floor": FLOOR, "pool": POOL, "pyinfra": PYINFRA, "ansible": ANSIBLE}


def say(found: Found, load: Load) -> None:
    print(f"{'client':<24}{'hosts':>6}{'wall s':>9}{'x floor':>9}{'x pool':>8}{'client cpu s':>14}{'host cpu s':>12}")
    for client, by_count in found.items():
        for count, figures in by_count.items():
            wall, client_cpu, host_cpu = figures.medians()
            floor, pool = (wall / found[peer][count].medians()[0] for peer in (FLOOR, POOL))
            print(f"{client:<24}{count:>6}{wall:>9.2f}{floor:>9.2f}{pool:>8.2f}{client_cpu:>14.2f}{host_cpu:>12.3f}")
            if figures.steps:
                wall, cpu = (median(column) for column in zip(*figures.steps, strict=True))
                print(f"{'  the step alone':<24}{count:>6}{wall:>9.2f}{'':>17}{cpu:>14.2f}")
            if figures.incomplete:
                print(f"{'':<24}{figures.incomplete} rounds without every answer")
        print(f"{'':<24}client cpu slope {slope_ms(by_count):.1f} ms a host")
    print(f"\na login alone costs a host {load.login:.3f} s; load average {os.getloadavg()[0]:.2f}\n")
    for goal, measured, bound, is_met in goals(found, load):
        print(f"{goal:<54}{measured:>9.2f}  {bound:<8}{'met' if is_met else 'NOT MET'}")
    for name in CLIENTS:
        if name not in found:
            print(f"{name:<24}not installed here (benchmarks/requirements.in)")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--hosts", default="1,4,8", help="numbers of hosts")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()

    def progress(what: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\x1b[K{what}", end="", file=sys.stderr)

    found, load = run([int(count) for count in given.hosts.split(",")], given.rounds, progress)
    if given.json:
        print(json.dumps(as_object(found, load)))
    else:
        say(found, load)


if __name__ == "__main__":
    main()
