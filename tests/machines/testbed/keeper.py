"""Helper process of one lab, started by it inside the lab's own network namespace.

It holds that namespace (bridge br0 = gateway 10.99.0.1, dummy "internet" address 192.0.2.1), answers DNS,
passes the kernel's OOM lines of a guest on to that guest's journal (guests have no kernel log), and
cleans everything up when the process that started it is gone, also after kill -9.
"""

import contextlib
import os
import re
import select
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.machines.testbed.hostdir import clean_up, enter, sh

INTERNET = "192.0.2.1"


def main(lab: Path, network: str) -> None:
    """Serve the lab until standard input ends, then remove it. `network` is the start of its addresses: "10.99.0."."""
    gateway = network + "1"
    for command in (
        "link set lo up",
        "link add br0 address 02:00:00:00:00:01 type bridge",  # else it changes with each host that comes or goes
        f"addr add {gateway}/24 dev br0",
        "link set br0 up",
        f"addr add {INTERNET}/32 dev lo",
    ):
        sh("ip", *command.split())
    dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    dns.bind((gateway, 53))
    kernel_log = KernelLog.open(lab)
    print("ready", flush=True)
    while True:
        readable, _, _ = select.select([source for source in (sys.stdin, dns, kernel_log) if source], [], [])
        if sys.stdin in readable and not os.read(sys.stdin.fileno(), 100):
            break
        if dns in readable:
            with contextlib.suppress(IndexError, OSError):
                query, peer = dns.recvfrom(2000)
                dns.sendto(answer(query, names(lab, gateway)), peer)
        if kernel_log and kernel_log in readable:
            with contextlib.suppress(OSError):  # records may be overwritten before they are read
                kernel_log.relay_one()
    clean_up(lab)


def names(lab: Path, gateway: str) -> dict[str, str]:
    """The lab's whole name service: the fixed names, and every host that has been made so far."""
    fixed = {"gw.lab": gateway, "repo.lab": INTERNET, "example.com": INTERNET, "shop.lab": INTERNET}
    return fixed | dict(line.split()[0].split(",") for line in (lab / "known_hosts").read_text().splitlines())


def answer(query: bytes, addresses: Mapping[str, str]) -> bytes:
    """The DNS answer to `query`: an A record, an empty answer for other types, NXDOMAIN for unknown names."""
    labels, position = [], 12
    while length := query[position]:
        labels.append(query[position + 1 : position + 1 + length].decode("ascii", "replace"))
        position += length + 1
    question = query[12 : position + 5]
    name = ".".join(labels).lower()
    if name not in addresses:
        return query[:2] + b"\x85\x83" + struct.pack(">4H", 1, 0, 0, 0) + question
    is_a = question[-4:-2] == b"\0\1"
    head = query[:2] + b"\x85\x80" + struct.pack(">4H", 1, int(is_a), 0, 0) + question
    return head + (b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(addresses[name]) if is_a else b"")


class KernelLog:
    """The machine's kernel log, of which each guest is told the lines about its own memory."""

    def __init__(self, lab: Path, descriptor: int) -> None:
        self._lab = lab
        self._descriptor = descriptor
        self._relay = ThreadPoolExecutor(1)  # one after another, and the name service does not wait for it
        self._victim: Path | None = None

    @classmethod
    def open(cls, lab: Path) -> "KernelLog | None":
        """The log from now on; None where it may not be read."""
        try:
            descriptor = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
            os.lseek(descriptor, 0, os.SEEK_END)
        except OSError:
            return None
        return cls(lab, descriptor)

    def fileno(self) -> int:
        """What select waits for."""
        return self._descriptor

    def relay_one(self) -> None:
        """Read one record; the 'Killed process' line follows the one that names the cgroup."""
        record = os.read(self._descriptor, 8192).decode(errors="replace")
        text = record.split(";", 1)[-1].splitlines()[0]
        if text.startswith("oom-kill:"):
            hosts = self._lab.glob("hosts/*")
            self._victim = next((host for host in hosts if f"/{self._lab.name}/{host.name}/" in text), None)
        elif not text.startswith("Memory cgroup out of memory: Killed process"):
            return
        if self._victim and (inside := enter(self._victim)):
            text = re.sub(rf"=[^,]*/{self._lab.name}/{self._victim.name}", "=", text)
            command = [*inside, "systemd-cat", "-t", "kernel", "-p", "err"]
            self._relay.submit(subprocess.run, command, input=text, text=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
