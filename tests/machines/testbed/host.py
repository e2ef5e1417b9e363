"""One throw-away machine: how it is made, talked to, broken, and removed."""

import contextlib
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from tests.machines.testbed.catalogue import Fault
from tests.machines.testbed.hostdir import enter, freeze, kill_host, own_cgroups, sh
from tests.machines.testbed.parts import DEFAULTS, GUEST, Options, make_cgroups, make_disk, make_seed

if TYPE_CHECKING:
    from tests.machines.testbed.lab import Lab

CONSOLE = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
Result = TypeVar("Result")


class Host:
    """One machine, made by `Lab.host` or `Lab.hosts`; people log in as root, or as macha who may use sudo."""

    def __init__(self, lab: "Lab", name: str, index: int, address: str, options: Options) -> None:
        self.lab = lab
        self.name = name
        self.address = address
        self.directory = lab.directory / "hosts" / name
        self.identity_file = lab.directory / "id"
        self._link = f"v{index}"
        chosen = DEFAULTS | options
        machine_id = uuid.uuid4().hex
        base = lab.image(chosen["packages"])
        seed = self.directory / "seed"
        self.host_key = make_seed(seed, name, address, lab.gateway, machine_id, self.identity_file)
        make_disk(self.directory / "disk.img", chosen["disk"], chosen["inodes"])
        cgroups = own_cgroups(lab.directory.name, name)
        (self.directory / "cgroups").write_text("\n".join(map(str, cgroups)))  # before they exist: for `kill_host`
        make_cgroups(cgroups, chosen["mem"], chosen["cpus"], chosen["pids"])
        self.supervisor = self._start(
            {
                "HD": str(self.directory),
                "BASE": str(base),
                "NAME": name,
                "UUID": machine_id,
                "ROOTFS": chosen["rootfs"],
                "GUEST": str(GUEST),
                "LXCFS": str(lab.cache / "lxcfs"),
            }
        )

    def _start(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        """Start the supervisor, which makes file system and namespaces and then waits for `plug_in`."""
        with (self.directory / "supervisor.log").open("w") as log:
            return subprocess.Popen(
                ["unshare", "-m", "-n", "sh", GUEST / "run.sh"],
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def plug_in(self) -> None:
        """Give the new host its network cable and let it boot."""
        self.until((self.directory / "ready").exists, 30, "file system and namespaces", pause=0.02)
        pid = str(self.supervisor.pid)
        self.lab.ip("link", "add", self._link, "type", "veth", "peer", "name", "eth0", "netns", pid)
        self.lab.ip("link", "set", self._link, "master", "br0", "up")
        assert self.supervisor.stdin
        self.supervisor.stdin.write(b"go\n")
        self.supervisor.stdin.flush()

    # ---- talking to it

    def run(
        self, command: str, check: bool = False, timeout: float = 60, input: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A shell command as root through the namespaces: the harness's console."""
        if not (inside := enter(self.directory)):
            raise ConnectionError(f"{self.name} is down")
        return sh(*inside, "/bin/sh", "-c", command, check=check, timeout=timeout, input=input, env=CONSOLE)

    def ssh(
        self, command: str, user: str = "root", check: bool = False, timeout: float = 60, input: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """A shell command over ssh, as a controller or a person would send it."""
        return sh(*self.ssh_argv(user), command, check=check, timeout=timeout, input=input)

    def ssh_argv(self, user: str = "root") -> list[str]:
        """An ssh command line to this host; the command to run there may follow."""
        options = (
            f"UserKnownHostsFile={self.lab.directory}/known_hosts",
            "StrictHostKeyChecking=yes",
            "BatchMode=yes",
            "ConnectTimeout=5",
            "LogLevel=ERROR",
        )
        target = f"{user}@{self.address}"
        return [*self.lab.netns, "ssh", "-i", str(self.identity_file), *(f"-o{option}" for option in options), target]

    def state(self) -> str:
        """What `systemctl is-system-running` says, or "down"."""
        with contextlib.suppress(ConnectionError, subprocess.TimeoutExpired):
            return self.run("systemctl is-system-running", timeout=10).stdout.strip()
        return "down"

    def wait(self, timeout: float = 60) -> str:
        """Wait until the guest has finished booting: "running" or "degraded"."""

        def booted() -> str | None:
            state = self.state()
            return state if state in ("running", "degraded") else None

        return self.until(booted, timeout, "booted system", pause=0.1)

    def until(self, claim: Callable[[], Result | None], timeout: float, what: str, pause: float = 0.2) -> Result:
        """Wait until `claim` holds and return what it said; TimeoutError names `what` was missing."""
        end = time.monotonic() + timeout
        while not (result := claim()):
            if time.monotonic() > end or self.supervisor.poll() is not None:
                ended = self.supervisor.poll()
                raise TimeoutError(f"{self.name}: no {what}; supervisor's exit code {ended}, logs in {self.directory}")
            time.sleep(pause)
        return result

    # ---- what can happen to it

    def inject(
        self, fault: Fault | str, step: str = "inject", check: bool = True, timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """One step of a fault (or of a public one by name), over ssh or on the console as it says."""
        if isinstance(fault, str):
            fault = Fault.load(fault)
        if step in fault.hooks:  # a step done from outside, e.g. {"call": "reboot", "hard": true}
            hook = dict(fault.hooks[step])
            getattr(self, hook.pop("call"))(**hook)
            return subprocess.CompletedProcess(("hook", step), 0, "", "")
        script = f'{fault.script}\n"$1" </dev/null\n'
        if fault.console or (step in ("show", "verify") and not fault.over_ssh):
            return self.run(f"sh -s {step}", check=check, timeout=timeout, input=script)
        return self.ssh(f"sh -s {step}", check=check, timeout=timeout, input=script)

    def reboot(self, hard: bool = False, times: int = 1) -> None:
        """`systemctl reboot`, or (hard) the power cord: pid 1 is killed and the machine starts again."""
        for _ in range(times):
            self._reboot_once(hard)

    def _reboot_once(self, hard: bool) -> None:
        if not (before := enter(self.directory)):
            raise ConnectionError(f"{self.name} is down")
        if hard:
            (self.directory / "respawn").touch()
            os.kill(int(before[2]), signal.SIGKILL)
        else:
            self.run("systemctl reboot")
        self.until(lambda: enter(self.directory) not in (None, before), 90, "new boot", pause=0.1)
        self.wait()

    def pause(self) -> None:
        """Hang the whole guest: TCP connects, nobody answers."""
        freeze(self.directory, True)

    def unpause(self) -> None:
        """Let a hung guest go on."""
        freeze(self.directory, False)

    def cut_network(self) -> None:
        """Pull the network cable."""
        self.lab.ip("link", "set", self._link, "down")

    def heal(self) -> None:
        """Plug the network cable in again."""
        self.lab.ip("link", "set", self._link, "up")

    def destroy(self) -> None:
        """Kill the machine and remove every trace of it."""
        kill_host(self.directory)
        self.supervisor.wait()
        assert self.supervisor.stdin
        self.supervisor.stdin.close()
        self.lab.all.pop(self.name, None)
