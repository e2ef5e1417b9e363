"""What the machine is made of and how it feels: arrays, pools, memory modules, bonds, temperatures."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from tools.history import Measure
from tools.probes import Probe
from tools.probes.btrfs_volumes import BtrfsVolume, btrfs_volumes
from tools.probes.temperatures import Temperature, temperatures
from tools.probes.value_lines import value_lines, whole
from tools.safe_text import safe_line

_MD = re.compile(r"/sys/block/(md[A-Za-z0-9_]{1,30})/md/(?:(\w+)|dev-([A-Za-z0-9_!-]{1,40})/state)")
_ECC = re.compile(r"/sys/devices/system/edac/mc/(mc\d{1,4})/(ce|ue)_count")
_BOND = re.compile(r"/sys/class/net/([A-Za-z0-9_.-]{1,15})/bonding/slaves")
_SLAVE = re.compile(r"/sys/class/net/([A-Za-z0-9_.-]{1,15})/bonding_slave/mii_status")
_POOL = re.compile(r"/proc/spl/kstat/zfs/([A-Za-z0-9_.: -]{1,255})/state")


@dataclass(frozen=True, slots=True)
class Array:
    """A software RAID (md). `missing` members; `failed` are the names of those marked faulty."""

    name: str
    level: str
    state: str
    missing: int
    doing: str
    """idle, resync, recover, check or repair."""
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hardware(Probe):
    """Empty where the machine has no such thing. One `grep` over fixed names in /sys: 3 ms of CPU on the host."""

    command: ClassVar[str] = """\
grep -sH '' \\
    /sys/block/md*/md/level /sys/block/md*/md/array_state /sys/block/md*/md/degraded /sys/block/md*/md/sync_action \\
    /sys/block/md*/md/dev-*/state \\
    /sys/devices/system/edac/mc/mc*/ce_count /sys/devices/system/edac/mc/mc*/ue_count \\
    /sys/class/net/*/bonding/slaves /sys/class/net/*/bonding_slave/mii_status \\
    /proc/spl/kstat/zfs/*/state \\
    /sys/fs/btrfs/*/allocation/*/total_bytes /sys/fs/btrfs/*/allocation/*/bytes_used \\
    /sys/fs/btrfs/*/allocation/*/disk_total /sys/fs/btrfs/*/devices/*/size /sys/fs/btrfs/*/label \\
    /sys/fs/btrfs/*/devinfo/*/error_stats \\
    /sys/class/hwmon/hwmon*/name /sys/class/hwmon/hwmon*/temp*_input /sys/class/hwmon/hwmon*/temp*_label \\
    /sys/class/hwmon/hwmon*/temp*_max /sys/class/hwmon/hwmon*/temp*_crit /sys/class/hwmon/hwmon*/temp*_crit_alarm
exit 0"""
    limit_bytes: ClassVar[int] = 128 * 1024

    arrays: tuple[Array, ...] = ()
    corrected: dict[str, int] = field(default_factory=dict)
    """Memory errors that ECC corrected since boot, by controller."""
    uncorrected: dict[str, int] = field(default_factory=dict)
    bonds: dict[str, dict[str, str]] = field(default_factory=dict)
    """By bond its links and whether each is `up` or `down`."""
    pools: dict[str, str] = field(default_factory=dict)
    """State of each ZFS pool, as ONLINE or DEGRADED."""
    volumes: tuple[BtrfsVolume, ...] = ()
    temperatures: tuple[Temperature, ...] = ()

    @classmethod
    def parse(cls, output: bytes) -> "Hardware":
        values = list(value_lines(output))
        return cls(
            arrays=tuple(_arrays(values)),
            corrected=_errors(values, "ce"),
            uncorrected=_errors(values, "ue"),
            bonds=_bonds(values),
            pools={found[1]: safe_line(text, 40) for path, text in values if (found := _POOL.fullmatch(path))},
            volumes=btrfs_volumes(values),
            temperatures=temperatures(values),
        )

    def measures(self) -> Iterable[Measure]:
        for name, count in self.corrected.items():
            yield Measure("hardware.corrected", name, count)
        for volume in self.volumes:
            for device, count in volume.errors.items():
                yield Measure("hardware.btrfs_errors", f"{volume.name} {device}", count)


Values = list[tuple[str, str]]


def _arrays(values: Values) -> Iterable[Array]:
    said: dict[str, dict[str, str]] = {}
    members: dict[str, list[tuple[str, str]]] = {}
    for path, text in values:
        if found := _MD.fullmatch(path):
            if found[3]:
                members.setdefault(found[1], []).append((found[3], text))
            else:
                said.setdefault(found[1], {})[found[2]] = safe_line(text, 40)
    for name, about in said.items():
        failed = tuple(member for member, state in members.get(name, []) if "faulty" in state.split(","))
        missing = max(0, whole(about.get("degraded", "0")) or 0)
        level, state = about.get("level", ""), about.get("array_state", "")
        yield Array(name, level, state, missing, about.get("sync_action", "idle"), failed)


def _errors(values: Values, kind: str) -> dict[str, int]:
    read = {found[1]: whole(text) for path, text in values if (found := _ECC.fullmatch(path)) and found[2] == kind}
    return {name: value for name, value in read.items() if value is not None}


def _bonds(values: Values) -> dict[str, dict[str, str]]:
    state = {found[1]: safe_line(text, 20) for path, text in values if (found := _SLAVE.fullmatch(path))}
    bonds = {found[1]: text.split() for path, text in values if (found := _BOND.fullmatch(path))}
    return {
        bond: {name: state.get(name, "unknown") for name in links if name in state} for bond, links in bonds.items()
    }
