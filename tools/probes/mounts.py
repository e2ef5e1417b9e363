"""The mounted file systems: how full they are, in bytes and in inodes, and which are read-only."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped
from tools.probes.parts import parts
from tools.safe_text import decode, safe_line

_DF = re.compile(r"(\S.*?) +(\S+) +(\d{1,20}|-) +(\d{1,20}|-) +(-?\d{1,20}|-) +(?:\d+%|-) +(/.*)")


@dataclass(frozen=True, slots=True)
class Mount:
    """One file system. Sizes are None where it has none (`-` of df), as inodes of btrfs and vfat."""

    source: str
    fs_type: str
    mounted_on: str
    size_bytes: int | None
    used_bytes: int | None
    available_bytes: int | None
    inodes: int | None
    inodes_used: int | None
    inodes_free: int | None
    is_read_only: bool

    @property
    def used_percent(self) -> float | None:
        """As df computes it: of what users may use, so that reserved blocks count as neither."""
        return _percent(self.used_bytes, self.available_bytes)

    @property
    def inodes_used_percent(self) -> float | None:
        return _percent(self.inodes_used, self.inodes_free)


@dataclass(frozen=True, slots=True)
class Mounts(Probe):
    """What df lists (each device once), local file systems first.

    Network file systems are asked last and for 2 s at most: one whose server is gone must not hide the local ones.
    5 ms of CPU on the host.
    """

    command: ClassVar[str] = """\
echo '== flags'; cat /proc/self/mounts
echo '== space'; df -PTl
echo '== inodes'; df -PTil
remote=$(while read -r source mounted type rest; do
    case $type in nfs|nfs4|cifs|smb3|ceph|fuse.sshfs|fuse.glusterfs|9p) echo "-t $type";; esac
done </proc/self/mounts | sort -u)
if [ -n "$remote" ]; then
    echo '== remote_space'; timeout -k 1 1 df -PT $remote
    echo '== remote_inodes'; timeout -k 1 1 df -PTi $remote
fi
exit 0"""

    mounts: tuple[Mount, ...]

    @classmethod
    def parse(cls, output: bytes) -> "Mounts | Skipped":
        said = parts(decode(output))
        inodes = {row[6]: row for row in _rows(_of(said, "inodes"))}
        read_only = _read_only(said.get("flags", ""))
        found = {row[6]: _mount(row, inodes.get(row[6]), read_only) for row in _rows(_of(said, "space"))}
        return cls(tuple(found.values())) if found else Skipped("df named no file system")

    def at(self, mounted_on: str) -> Mount | None:
        return next((mount for mount in self.mounts if mount.mounted_on == mounted_on), None)


def _of(said: dict[str, str], name: str) -> str:
    return said.get(name, "") + said.get(f"remote_{name}", "")


def _rows(text: str) -> list[tuple[str, ...]]:
    found = (_DF.fullmatch(line.rstrip()) for line in text.split("\n") if len(line) < 4096)
    return [("", *match.groups()) for match in found if match]


def _mount(row: tuple[str, ...], inodes: tuple[str, ...] | None, read_only: dict[str, bool]) -> Mount:
    size, used, available = (_number(cell, 1024) for cell in row[3:6])
    count, taken, free = (_number(cell) for cell in inodes[3:6]) if inodes else (None, None, None)
    return Mount(
        source=safe_line(row[1], 200),
        fs_type=safe_line(row[2], 40),
        mounted_on=safe_line(row[6]),
        size_bytes=size,
        used_bytes=used,
        available_bytes=available,
        inodes=count or None,
        inodes_used=taken if count else None,
        inodes_free=free if count else None,
        is_read_only=read_only.get(row[6], False),
    )


def _read_only(text: str) -> dict[str, bool]:
    """By mount point; where several are mounted on one place the last one shows."""
    words = (line.split(" ") for line in text.split("\n"))
    return {_unescaped(row[1]): "ro" in row[3].split(",") for row in words if len(row) >= 4}


def _unescaped(text: str) -> str:
    return re.sub(r"\\(0[0-7]{2}|1[0-7]{2})", lambda found: chr(int(found[1], 8)), text)


def _number(cell: str, factor: int = 1) -> int | None:
    return None if cell == "-" else int(cell) * factor


def _percent(used: int | None, free: int | None) -> float | None:
    if used is None or free is None or used + max(free, 0) <= 0:
        return None
    return 100 * used / (used + max(free, 0))
