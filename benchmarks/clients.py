"""The clients that are measured: how each is called for some hosts, and how many hosts gave it the whole answer."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.machines.commandline import configuration
from tests.machines.testbed import Host
from tools.probes.script import ENDED
from tools.store.snapshots import Snapshots

HERE = Path(__file__).resolve().parent
FLOOR, POOL, OURS = "ssh, one script, cold", "paramiko pool", "macha collect"
PYINFRA, ANSIBLE = "pyinfra", "ansible, tuned"


@dataclass(frozen=True)
class Bench:
    """What the clients are given: a folder with the batch script in `script`, and how the output of that ends."""

    folder: Path
    end_mark: str

    @property
    def script(self) -> Path:
        return self.folder / "script"

    def marks(self, said: str) -> int:
        return said.count(self.end_mark)


def step_of(said: str) -> tuple[float, float]:
    """Wall and CPU seconds of Macha's step alone, as its process says."""
    (line,) = (line for line in said.splitlines() if line.startswith("step "))
    _, wall, cpu = line.split()
    return float(wall), float(cpu)


@dataclass(frozen=True)
class Client:
    program: str
    argv: Callable[[list[Host], Bench], list[str]]
    answered: Callable[[str, Bench], int]
    """From what it printed, by how many hosts the script was run to its end."""
    rest: Callable[[list[Host], Bench], None] = lambda hosts, bench: None
    """Leave nothing warm for the next round; not measured."""


def _ssh(hosts: list[Host], bench: Bench) -> list[str]:
    calls = " & ".join(" ".join((*host.ssh_argv(), "sh -s", f"<{bench.script}")) for host in hosts)
    return ["sh", "-c", f"{calls} & wait"]


def _pool(hosts: list[Host], bench: Bench) -> list[str]:
    key, known = str(hosts[0].identity_file), str(hosts[0].lab.directory / "known_hosts")
    pool = str(HERE / "peers" / "paramiko_pool.py")
    return [sys.executable, pool, key, known, str(bench.script), *(host.address for host in hosts)]


def _ours(hosts: list[Host], bench: Bench) -> list[str]:
    file = bench.folder / f"macha-{len(hosts)}.toml"
    file.write_text(configuration(hosts, bench.folder / "state", "observe", "root"))
    return [sys.executable, "-m", "benchmarks.peers.macha_collect", str(file)]


def _kept(said: str, bench: Bench) -> int:
    snapshots = Snapshots(bench.folder / "state" / "snapshots")
    names = [line.split()[1] for line in said.splitlines() if len(line.split()) == 2]
    return sum(1 for name in names if ENDED in snapshots.load(name).sections)


def _pyinfra(hosts: list[Host], bench: Bench) -> list[str]:
    """It loses the output from the first byte on that is not UTF-8 (a journal has such), so those are replaced."""
    inventory = bench.folder / f"inventory_{len(hosts)}.py"
    data = {"ssh_user": "root", "ssh_key": str(hosts[0].identity_file), "ssh_strict_host_key_checking": "yes"}
    data["ssh_known_hosts_file"] = str(hosts[0].lab.directory / "known_hosts")
    inventory.write_text(f"hosts = {[(host.address, data) for host in hosts]!r}\n")
    command = f"sh -s <<'MACHA' | tr -c '\\11\\12\\40-\\176' '?'\n{bench.script.read_text()}\nMACHA\n"
    return ["pyinfra", "-y", str(inventory), "exec", "--", command]


def _ansible(hosts: list[Host], bench: Bench) -> list[str]:
    """Pipelining, forks, one connection a host kept by ControlPersist, no fact gathering, the interpreter given."""
    inventory = bench.folder / f"inventory-{len(hosts)}.ini"
    login = f"ansible_user=root ansible_ssh_private_key_file={hosts[0].identity_file}"
    lines = [f"{host.address} {login} ansible_python_interpreter=/usr/bin/python3" for host in hosts]
    inventory.write_text("\n".join(lines) + "\n")
    (bench.folder / "ansible.cfg").write_text(
        "[defaults]\nforks = 8\ngathering = explicit\nmodule_strict_utf8_response = false\n"
        "[ssh_connection]\npipelining = true\n"
        f"control_path_dir = {bench.folder}/control\n"
        "ssh_args = -o ControlMaster=auto -o ControlPersist=60s"
        f" -o UserKnownHostsFile={hosts[0].lab.directory}/known_hosts\n"
    )
    arguments = json.dumps({"argv": ["sh", "-s"], "stdin": bench.script.read_text()})
    return ["ansible", "all", "-i", str(inventory), "-m", "ansible.builtin.command", "-a", arguments]


def _end_masters(hosts: list[Host], bench: Bench) -> None:
    for path in (bench.folder / "control").glob("*"):
        subprocess.run(["ssh", "-o", f"ControlPath={path}", "-O", "exit", "any"], capture_output=True, check=False)


CLIENTS = {
    FLOOR: Client("ssh", _ssh, lambda said, bench: bench.marks(said)),
    POOL: Client(sys.executable, _pool, lambda said, bench: bench.marks(said)),
    OURS: Client(sys.executable, _ours, _kept),
    PYINFRA: Client("pyinfra", _pyinfra, lambda said, bench: bench.marks(said)),
    ANSIBLE: Client("ansible", _ansible, lambda said, bench: bench.marks(said), _end_masters),
}


def present() -> dict[str, Client]:
    """Those that are installed here."""
    return {name: client for name, client in CLIENTS.items() if shutil.which(client.program)}
