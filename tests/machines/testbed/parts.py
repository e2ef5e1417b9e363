"""What a host is made of before it starts: a seed above the base image, a disk, and control groups with limits."""

import contextlib
import os
import shutil
from pathlib import Path
from typing import Literal, TypedDict

from tests.machines.testbed.hostdir import sh

GUEST = Path(__file__).resolve().parent / "guest"
SHIFT = {"M": 20, "G": 30}


class Options(TypedDict, total=False):
    """What a test may ask of a host."""

    mem: str
    cpus: float
    pids: int
    disk: str
    """Size of the root file system, in M or G."""
    inodes: int
    """Of the root file system; 0 leaves it to mkfs."""
    rootfs: Literal["overlay", "copy"]
    packages: str
    """Further Debian packages, separated by commas."""


DEFAULTS: Options = {
    "mem": "512M",
    "cpus": 1.0,
    "pids": 2000,
    "disk": "1G",
    "inodes": 0,
    "rootfs": "overlay",
    "packages": "",
}


def make_seed(seed: Path, name: str, address: str, gateway: str, machine_id: str, log_in_key: Path) -> str:
    """Write what differs from host to host, a small overlay layer above the base image; returns the public host key."""
    network = f"[Match]\nName=eth0\n[Network]\nAddress={address}/24\nGateway={gateway}\n"
    for path, text in {
        "etc/machine-id": f"{machine_id}\n",
        "etc/hostname": f"{name}\n",
        "etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {name}.lab {name}\n",
        "etc/systemd/network/10-eth0.network": f"{network}LinkLocalAddressing=no\nIPv6AcceptRA=no\n",
        "usr/lib/testbed-init": (GUEST / "init.sh").read_text(),
    }.items():
        (seed / path).parent.mkdir(parents=True, exist_ok=True)
        (seed / path).write_text(text)
    (seed / "usr/lib/testbed-init").chmod(0o755)
    _let_in(log_in_key, seed / "root", 0)
    _let_in(log_in_key, seed / "home/macha", 1000)
    host_key = seed / "etc/ssh/ssh_host_ed25519_key"
    host_key.parent.mkdir()
    sh("ssh-keygen", "-qt", "ed25519", "-N", "", "-C", name, "-f", host_key)
    return host_key.with_suffix(".pub").read_text().rsplit(" ", 1)[0]


def _let_in(log_in_key: Path, home: Path, uid: int) -> None:
    keys = home / ".ssh/authorized_keys"
    keys.parent.mkdir(parents=True)
    shutil.copy(log_in_key.with_suffix(".pub"), keys)
    for path, mode in ((home, 0o700), (keys.parent, 0o700), (keys, 0o600)):
        os.chown(path, uid, uid)
        path.chmod(mode)


def make_disk(image: Path, size: str, inodes: int) -> None:
    """A sparse ext4 file system: ENOSPC and lack of inodes are real and hit this host alone."""
    with image.open("w") as file:
        file.truncate(int(size[:-1]) << SHIFT[size[-1]])
    features = ("-O^has_journal", "-Elazy_itable_init=1,nodiscard", *([f"-N{inodes}"] if inodes else []))
    sh("mkfs.ext4", "-qF", "-m0", *features, image)


def make_cgroups(cgroups: list[Path], memory: str, cpus: float, pids: int) -> None:
    """The host's own control groups with its limits."""
    quota = int(cpus * 100_000)
    limits = {  # by their v1 and v2 names: each hierarchy knows some of them
        "memory.limit_in_bytes": memory,
        "memory.max": memory,
        "pids.max": str(pids),
        "cpu.cfs_quota_us": str(quota),
        "cpu.max": f"{quota} 100000",
    }
    for cgroup in cgroups:
        cgroup.mkdir(parents=True, exist_ok=True)
        for file, limit in limits.items():
            with contextlib.suppress(OSError):
                if (cgroup / file).exists():
                    (cgroup / file).write_text(limit)
