"""A network of throw-away hosts that leaves nothing behind and touches nothing of the machine it runs on.

with Lab() as lab:                       # own network 10.99.0.0/24, DNS, "internet" 192.0.2.1
    web, db = lab.hosts(2, mem="512M")   # boots and waits (about 1 s each)
    web.ssh("systemctl --failed")        # over ssh, as the product would
    web.run("df -h /")                   # harness console: works with the network cut, leaves no log lines
    web.inject("config-broken")          # a fault of the catalogue
"""

import ctypes
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Protocol, Self, Unpack

from tests.machines.testbed.host import Host
from tests.machines.testbed.hostdir import collect_garbage, sh
from tests.machines.testbed.image import CACHE, build_base
from tests.machines.testbed.parts import Options

PROJECT = Path(__file__).resolve().parents[3]
NETWORK = "10.99.0."  # every lab may use the same addresses: each has a network of its own
TOOLS = ("systemd-nspawn", "unshare", "nsenter", "ip", "mkfs.ext4", "ssh", "ssh-keygen")
CLONE_NEWNET = 0x40000000


def why_unavailable() -> str | None:
    """Why hosts cannot be booted here, or None."""
    if os.geteuid() != 0:
        return "the testbed needs root"
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        return f"the testbed needs {', '.join(missing)}"
    tried = sh("unshare", "-m", "-n", "-T", "true", check=False)
    return f"the testbed needs namespaces of its own: {tried.stderr.strip()}" if tried.returncode else None


class Boot(Protocol):
    """Starts some hosts together and waits for all of them."""

    def __call__(self, count: int, **options: Unpack[Options]) -> list[Host]: ...


class Lab:
    """A network with hosts. `join` moves the calling thread, and what it starts later, into that network."""

    gateway = NETWORK + "1"
    directory: Path
    netns: tuple[str, ...]
    """Put in front of a command, this runs it in the lab's network."""

    def __init__(self, cache: Path = CACHE, join: bool = True) -> None:
        self.cache = cache
        self.all: dict[str, Host] = {}
        self._join = join
        self._count = 0

    def __enter__(self) -> Self:
        if why := why_unavailable():
            raise RuntimeError(why)
        self._base = build_base(self.cache)
        collect_garbage(self.cache)
        (self.cache / "labs").mkdir(exist_ok=True)
        self.directory = Path(tempfile.mkdtemp(prefix="lab-", dir=self.cache / "labs"))
        self._lock = os.open(self.directory / "lock", os.O_CREAT | os.O_WRONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        (self.directory / "hosts").mkdir()
        (self.directory / "known_hosts").touch()
        sh("ssh-keygen", "-qt", "ed25519", "-N", "", "-C", "testbed", "-f", self.directory / "id")
        self._start_keeper()
        if self._join:
            self._home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            self._network = os.open(f"/proc/{self._keeper.pid}/ns/net", os.O_RDONLY)
            move_thread_to(self._network)
        return self

    def _start_keeper(self) -> None:
        keeper = (sys.executable, "-m", "tests.machines.testbed.keeper", str(self.directory), NETWORK)
        self._keeper = subprocess.Popen(
            ("unshare", "-n", *keeper),
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[self._lock],
            start_new_session=True,
        )
        assert self._keeper.stdout
        if self._keeper.stdout.readline() != b"ready\n":
            raise RuntimeError("the lab's keeper did not start")
        self.netns = ("nsenter", f"--net=/proc/{self._keeper.pid}/ns/net")

    def __exit__(self, *_: object) -> None:
        if self._join:
            move_thread_to(self._home)
            os.close(self._home)
            os.close(self._network)
        for host in list(self.all.values()):
            host.destroy()
        assert self._keeper.stdin
        self._keeper.stdin.close()  # end of file: the keeper removes the rest and ends
        self._keeper.wait(30)
        os.close(self._lock)

    def host(self, name: str = "", **options: Unpack[Options]) -> Host:
        """Start one host; does not wait for its boot."""
        host = self._new(name, options)
        host.plug_in()
        return host

    def hosts(self, count: int, **options: Unpack[Options]) -> list[Host]:
        """Start `count` hosts together and wait for all of them."""
        started = [self._new("", options) for _ in range(count)]
        for host in started:
            host.plug_in()
        for host in started:
            host.wait()
        return started

    def _new(self, name: str, options: Options) -> Host:
        self._count += 1
        host = Host(self, name or f"h{self._count}", self._count, f"{NETWORK}{10 + self._count}", options)
        self.all[host.name] = host
        with (self.directory / "known_hosts").open("a") as known_hosts:
            known_hosts.write(f"{host.name}.lab,{host.address} {host.host_key}\n")
        return host

    def image(self, packages: str) -> Path:
        """The base image plus `packages`; built outside the lab's network, which has no way to the package mirrors."""
        if not packages:
            return self._base
        if not self._join:
            return build_base(self.cache, packages)
        move_thread_to(self._home)
        try:
            return build_base(self.cache, packages)
        finally:
            move_thread_to(self._network)

    def ip(self, *arguments: str) -> None:
        """iproute2 in the lab's network."""
        sh(*self.netns, "ip", *arguments)


def move_thread_to(network: int) -> None:
    """Move the calling thread into an open network namespace (os.setns came with Python 3.12)."""
    if ctypes.CDLL(None, use_errno=True).setns(network, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
