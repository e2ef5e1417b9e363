"""What can be done to a guest with only its directory, so that it also works after a crash of everything else."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
NSENTER = ("-m", "-u", "-i", "-n", "-p", "-T", "-C", "-r", "-w")


def sh(
    *argv: str | Path,
    check: bool = True,
    timeout: float | None = None,
    input: str | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `argv` and keep what it prints."""
    return subprocess.run(
        argv, check=check, timeout=timeout, input=input, env=env, capture_output=True, text=True, errors="replace"
    )


def own_cgroups(*below: str) -> list[Path]:
    """A directory under our own cgroup in every hierarchy (v1, hybrid or v2) that a guest should have to itself."""
    groups = []
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        top = CGROUPS / (controllers.removeprefix("name=") or "unified")
        if not controllers and not top.is_dir():
            top = CGROUPS  # v2 alone, not beside v1
        if top.is_dir() and controllers != "cpuset":
            groups.append(top.joinpath(path.lstrip("/"), *below))
    return groups


def cgroups_of(directory: Path) -> list[Path]:
    """The cgroups of the guest, as its start wrote them down; none when it is gone."""
    with contextlib.suppress(OSError):
        return [Path(group) for group in (directory / "cgroups").read_text().split()]
    return []


def enter(directory: Path) -> list[str] | None:
    """The nsenter prefix that runs a command inside the guest; None while it is down."""
    for group in cgroups_of(directory):
        with contextlib.suppress(OSError, IndexError):
            first = (group / "payload/init.scope/cgroup.procs").read_text().split()[0]
            return ["nsenter", "-t", first, *NSENTER]
    return None


def freeze(directory: Path, on: bool) -> None:
    """Stop all processes of the guest at once, or let them go on."""
    for group in cgroups_of(directory):
        switch = group / "payload/cgroup.freeze"
        with contextlib.suppress(OSError):
            if switch.exists():
                switch.write_text("1" if on else "0")


def kill_host(directory: Path) -> None:
    """Kill every process of the guest, its supervisor included, and remove its cgroups and its directory."""
    groups = cgroups_of(directory)
    freeze(directory, False)
    for _ in range(200):
        pids = {pid for group in groups for pid in _pids_below(group)}
        if not pids:
            break
        for pid in pids:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    for group in groups:
        _remove_cgroup(group)
    shutil.rmtree(directory, ignore_errors=True)


def _pids_below(group: Path) -> set[int]:
    pids: set[int] = set()
    for directory, _, _ in os.walk(group):  # unlike rglob it does not mind what vanishes meanwhile
        with contextlib.suppress(OSError):
            pids.update(map(int, Path(directory, "cgroup.procs").read_text().split()))
    return pids


def _remove_cgroup(group: Path) -> None:
    below = [Path(directory) for directory, _, _ in os.walk(group, topdown=False)]
    for directory in (*below, group.parent):  # the parent is the lab's own level, in use until its last host is gone
        with contextlib.suppress(OSError):
            directory.rmdir()


def clean_up(lab: Path) -> None:
    """Kill all hosts of a lab and remove its directory."""
    for directory in lab.glob("hosts/*"):
        if directory.is_dir():
            kill_host(directory)
    shutil.rmtree(lab, ignore_errors=True)


def collect_garbage(cache: Path) -> list[str]:
    """Remove the labs that crashed runs left behind, and name them. A living lab holds a lock on its directory."""
    gone = []
    for path in (cache / "labs").glob("*/lock"):
        with contextlib.suppress(OSError), path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            clean_up(path.parent)
            gone.append(path.parent.name)
    return gone
