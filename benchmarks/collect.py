"""One look at 1, 4 and 8 booted hosts: Macha's collect step beside other clients that run the same script.

    python -m benchmarks.collect [--hosts 1,4,8] [--rounds 5] [--json]

Every client is a whole process and runs Macha's own batch script on every host; rounds alternate between the clients.
Needs root and systemd-nspawn (as the machine tests do). pyinfra and Ansible are measured where they are installed
(benchmarks/requirements.in) and said to be missing where not. CPU of a host is that of its cgroup, sshd included.
"""

import argparse
import json
import os
import resource
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from nodes.collect import kinds
from tests.machines.commandline import configuration
from tests.machines.testbed import Host, Lab
from tools.probes.script import Inputs, build

HERE = Path(__file__).resolve().parent
FLOOR = "ssh, one script, cold"
POOL = "paramiko pool"
OURS = "macha collect"
Command = Callable[[list[Host], Path], list[str]]


@dataclass
class Figures:
    """What one client took for one number of hosts: seconds of each round."""

    wall: list[float] = field(default_factory=list)
    client_cpu: list[float] = field(default_factory=list)
    host_cpu: list[float] = field(default_factory=list)

    def medians(self) -> tuple[float, float, float]:
        return median(self.wall), median(self.client_cpu), median(self.host_cpu)


def ssh_cold(hosts: list[Host], folder: Path) -> list[str]:
    calls = [" ".join((*host.ssh_argv(), "sh -s", f"<{folder}/script >/dev/null")) for host in hosts]
    return ["sh", "-c", " & ".join(calls) + " & wait"]


def paramiko_pool(hosts: list[Host], folder: Path) -> list[str]:
    key, known = str(hosts[0].identity_file), str(hosts[0].lab.directory / "known_hosts")
    addresses = [host.address for host in hosts]
    return [sys.executable, str(HERE / "peers" / "paramiko_pool.py"), key, known, f"{folder}/script", *addresses]


def macha_collect(hosts: list[Host], folder: Path) -> list[str]:
    file = folder / f"macha-{len(hosts)}.toml"
    file.write_text(configuration(hosts, folder / "state", "observe", "root"))
    return [sys.executable, "-m", "benchmarks.peers.macha_collect", str(file)]


def pyinfra(hosts: list[Host], folder: Path) -> list[str]:
    inventory = folder / f"inventory-{len(hosts)}.py"
    data = {"ssh_user": "root", "ssh_key": str(hosts[0].identity_file), "ssh_strict_host_key_checking": "accept-new"}
    data["ssh_known_hosts_file"] = str(hosts[0].lab.directory / "known_hosts")
    inventory.write_text(f"hosts = {[(host.address, data) for host in hosts]!r}\n")
    return [
        "pyinfra",
        "-y",
        str(inventory),
        "exec",
        "--",
        f"sh -s <<'MACHA'\n{(folder / 'script').read_text()}\nMACHA\n",
    ]


def ansible_tuned(hosts: list[Host], folder: Path) -> list[str]:
    inventory = folder / f"inventory-{len(hosts)}.ini"
    lines = [f"{host.address} ansible_user=root ansible_ssh_private_key_file={host.identity_file}" for host in hosts]
    inventory.write_text("\n".join(lines) + "\n")
    (folder / "ansible.cfg").write_text(
        "[defaults]\nforks = 8\ngathering = explicit\nretry_files_enabled = false\n"
        "[ssh_connection]\npipelining = true\n"
        f"ssh_args = -o UserKnownHostsFile={hosts[0].lab.directory}/known_hosts\n"
    )
    return ["ansible", "all", "-i", str(inventory), "-m", "script", "-a", f"{folder}/script"]


CLIENTS: dict[str, tuple[str, Command]] = {
    FLOOR: ("ssh", ssh_cold),
    POOL: (sys.executable, paramiko_pool),
    OURS: (sys.executable, macha_collect),
    "pyinfra": ("pyinfra", pyinfra),
    "ansible, tuned": ("ansible", ansible_tuned),
}


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


def measure(figures: Figures, argv: list[str], hosts: list[Host], folder: Path) -> None:
    hosts_before, children = host_cpu_seconds(hosts), resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    environment = {**os.environ, "ANSIBLE_CONFIG": str(folder / "ansible.cfg")}
    done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, env=environment, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(argv)[:200]}: exit status {done.returncode}: {done.stderr[-500:]}")
    figures.wall.append(time.monotonic() - begun)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures.client_cpu.append(after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime)
    figures.host_cpu.append((host_cpu_seconds(hosts) - hosts_before) / len(hosts))


def run(counts: list[int], rounds: int, progress: Callable[[str], None]) -> dict[str, dict[int, Figures]]:
    """Figures by client and number of hosts."""
    present = {name: make for name, (program, make) in CLIENTS.items() if shutil.which(program)}
    found: dict[str, dict[int, Figures]] = {name: {count: Figures() for count in counts} for name in present}
    with tempfile.TemporaryDirectory() as name, Lab() as lab:
        folder = Path(name)
        folder.joinpath("script").write_bytes(build(kinds(), Inputs(), secrets.token_hex(16)))
        hosts = lab.hosts(max(counts))
        time.sleep(5)
        for count in counts:
            for turn in range(rounds + 1):
                for client, make in present.items():
                    progress(f"{count} hosts, round {turn}, {client}")
                    # the first round warms caches and is thrown away
                    figures = found[client][count] if turn else Figures()
                    measure(figures, make(hosts[:count], folder), hosts[:count], folder)
    return found


def slope_ms(by_count: dict[int, Figures]) -> float:
    """Client CPU for each further host, in milliseconds."""
    low, high = min(by_count), max(by_count)
    if low == high:
        return 0.0
    return 1000 * (by_count[high].medians()[1] - by_count[low].medians()[1]) / (high - low)


def as_object(found: dict[str, dict[int, Figures]]) -> dict[str, object]:
    clients = {}
    for client, by_count in found.items():
        rows = {}
        for count, figures in by_count.items():
            wall, client_cpu, host_cpu = figures.medians()
            beside = {
                f"wall_ratio_to_{name}": round(wall / found[peer][count].medians()[0], 3)
                for name, peer in (("floor", FLOOR), ("pool", POOL))
            }
            seconds = {"wall": round(wall, 3), "client_cpu": round(client_cpu, 3), "host_cpu": round(host_cpu, 3)}
            rows[str(count)] = {**seconds, **beside}
        clients[client] = {"hosts": rows, "client_cpu_slope_ms": round(slope_ms(by_count), 1)}
    missing = [name for name in CLIENTS if name not in found]
    return {"benchmark": "collect", "clients": clients, "missing_peers": missing}


def say(found: dict[str, dict[int, Figures]]) -> None:
    print(f"{'client':<24}{'hosts':>6}{'wall s':>9}{'x floor':>9}{'x pool':>8}{'client cpu s':>14}{'host cpu s':>12}")
    for client, by_count in found.items():
        for count, figures in by_count.items():
            wall, client_cpu, host_cpu = figures.medians()
            floor, pool = (wall / found[peer][count].medians()[0] for peer in (FLOOR, POOL))
            print(f"{client:<24}{count:>6}{wall:>9.2f}{floor:>9.2f}{pool:>8.2f}{client_cpu:>14.2f}{host_cpu:>12.3f}")
        print(f"{'':<24}client cpu slope {slope_ms(by_count):.1f} ms a host")
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

    found = run([int(count) for count in given.hosts.split(",")], given.rounds, progress)
    if given.json:
        print(json.dumps(as_object(found)))
    else:
        say(found)


if __name__ == "__main__":
    main()
