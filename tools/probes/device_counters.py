"""The kernel's counters of disks and of network links, from /proc/diskstats and /proc/net/dev."""

import re
from dataclasses import dataclass

from tools.probes.value_lines import whole

_DISK = re.compile(
    r"(?:sd[a-z]{1,3}|vd[a-z]{1,3}|xvd[a-z]{1,3}|hd[a-z]|nvme\d{1,4}n\d{1,4}|mmcblk\d{1,4}|dasd[a-z]{1,4})"
)
"""Whole disks; a partition, a mapping or an array over them would count the same work again."""
_VIRTUAL_LINK = re.compile(
    r"(?:lo|veth.*|docker.*|br-.*|virbr.*|vnet.*|tap.*|tun.*|cali.*|cni.*|flannel.*|lxc.*|dummy.*|ifb.*|kube-.*|wg.*)"
)
_MOST = 64


@dataclass(frozen=True, slots=True)
class DiskCounters:
    """A disk since boot. `queue_ms` grows by one millisecond for each that each waiting request waits."""

    name: str
    reads: int
    read_ms: int
    writes: int
    write_ms: int
    busy_ms: int
    queue_ms: int

    def figures(self) -> dict[str, int]:
        return {
            "disk_operations": self.reads + self.writes,
            "disk_wait_ms": self.read_ms + self.write_ms,
            "disk_busy_ms": self.busy_ms,
            "disk_queue_ms": self.queue_ms,
        }


@dataclass(frozen=True, slots=True)
class LinkCounters:
    """Packets of a network link since boot; `fifo` are those lost because its ring was full."""

    name: str
    received: int
    receive_errors: int
    receive_drops: int
    sent: int
    send_errors: int
    send_drops: int
    fifo: int

    def figures(self) -> dict[str, int]:
        return {
            "link_received": self.received,
            "link_receive_errors": self.receive_errors,
            "link_receive_drops": self.receive_drops,
            "link_sent": self.sent,
            "link_send_errors": self.send_errors,
            "link_send_drops": self.send_drops,
            "link_fifo": self.fifo,
        }


def disk_counters(lines: list[str]) -> tuple[DiskCounters, ...]:
    """The whole disks in lines of /proc/diskstats that have ever been used, 64 at most."""
    found = []
    for line in lines:
        words = line.split()
        if len(words) < 14 or not _DISK.fullmatch(words[2]):
            continue
        numbers = [value for value in map(whole, words[3:14]) if value is not None]
        if len(numbers) == 11 and (numbers[0] or numbers[4]):
            reads, _, _, read_ms, writes, _, _, write_ms, _, busy_ms, queue_ms = numbers
            found.append(DiskCounters(words[2], reads, read_ms, writes, write_ms, busy_ms, queue_ms))
    return tuple(found[:_MOST])


def link_counters(lines: list[str]) -> tuple[LinkCounters, ...]:
    """The links in lines of /proc/net/dev that lead out of the machine, 64 at most."""
    found = []
    for line in lines:
        name, _, rest = line.strip().partition(":")
        numbers = [value for value in map(whole, rest.split()) if value is not None]
        if re.fullmatch(r"[A-Za-z0-9_.@-]{1,15}", name) and not _VIRTUAL_LINK.fullmatch(name) and len(numbers) == 16:
            received, bad, dropped, fifo = numbers[1:5]
            sent, bad_sent, dropped_sent, fifo_sent = numbers[9:13]
            found.append(LinkCounters(name, received, bad, dropped, sent, bad_sent, dropped_sent, fifo + fifo_sent))
    return tuple(found[:_MOST])
