"""The mounted file systems: how full they are, in bytes and in inodes, and which are read-only."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tools.history import Measure
from tools.probes import Probe, Skipped
from tools.probes.parts import parts
from tools.probes.shared import FILE_SYSTEMS, Shared
from tools.safe_text import decode, safe_line

_UNREADABLE = re.compile(
    r"^df: '?(/[^\n]{0,1000}?)'?: (Input/output error|Stale file handle|Transport endpoint is not connected"
    r"|Structure needs cleaning|Host is down|No such device)$",
    re.MULTILINE,
)
BOOT_PLACES = ("/boot", "/efi", "/boot/efi", "/boot/firmware")
"""Where partitions that only the boot loader needs are mounted; what fills them is kernels."""

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
    6 ms of CPU on the host.
    """

    shares: ClassVar[tuple[Shared, ...]] = (FILE_SYSTEMS,)
    command: ClassVar[str] = """\
echo '== info'
info=$(cat /proc/self/mountinfo)
printf '%s\\n' "$info"
echo '== fstab'; cat /etc/fstab
echo '== space'; printf '%s\\n' "$file_systems"
echo '== inodes'; df -PTil
remote=
for type in nfs nfs4 cifs smb3 ceph fuse.sshfs fuse.glusterfs 9p; do
    case $info in *" - $type "*) remote="$remote -t $type";; esac
done
if [ -n "$remote" ]; then
    echo '== remote_space'; timeout -k 1 1 df -PT $remote 2>&1
    echo '== remote_inodes'; timeout -k 1 1 df -PTi $remote
fi
exit 0"""

    mounts: tuple[Mount, ...]
    unreadable: tuple[tuple[str, str], ...] = ()
    """Mount points that answer with an error, and which."""
    forced_read_only: tuple[str, ...] = ()
    """Mount points that are mounted writable while the kernel writes no more: what `errors=remount-ro` does."""
    meant_writable: tuple[str, ...] = ()
    """Mount points of /etc/fstab without `ro`."""

    @classmethod
    def parse(cls, output: bytes) -> "Mounts | Skipped":
        said = parts(decode(output))
        inodes = {row[6]: row for row in _rows(_of(said, "inodes"))}
        read_only, forced = _read_only(said.get("flags", "")), _forced_read_only(said.get("info", ""))
        read_only |= _states(said.get("info", ""))
        found = {row[6]: _mount(row, inodes.get(row[6]), read_only) for row in _rows(_of(said, "space"))}
        if not found:
            return Skipped("df named no file system")
        unreadable = ((safe_line(path), why) for path, why in _UNREADABLE.findall(_of(said, "space")))
        return cls(
            tuple(found.values()),
            tuple(dict.fromkeys(unreadable)),
            forced_read_only=tuple(safe_line(path) for path in forced),
            meant_writable=tuple(safe_line(path) for path in _meant_writable(said.get("fstab", ""))),
        )

    def at(self, mounted_on: str) -> Mount | None:
        return next((mount for mount in self.mounts if mount.mounted_on == mounted_on), None)

    def holding(self, path: str) -> Mount | None:
        """The file system that a path lies on: the deepest mount point above it."""
        above = (m for m in self.mounts if path == m.mounted_on or path.startswith(m.mounted_on.rstrip("/") + "/"))
        return max(above, key=lambda mount: len(mount.mounted_on), default=None)

    def measures(self) -> Iterable[Measure]:
        for mount in self.mounts:
            if mount.fs_type in _NOT_KEPT:
                continue
            yield Measure("mounts.is_writable", mount.mounted_on, float(not mount.is_read_only))
            if mount.used_bytes is not None and not mount.is_read_only:
                yield Measure("mounts.used_bytes", mount.mounted_on, mount.used_bytes)
            if mount.inodes_used is not None and not mount.is_read_only:
                yield Measure("mounts.inodes_used", mount.mounted_on, mount.inodes_used)


_NOT_KEPT = {"squashfs", "devtmpfs", "efivarfs", "iso9660", "erofs", "fuse.snapfuse", "fuse.lxcfs"}


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


def _states(text: str) -> dict[str, bool]:
    """By mount point of /proc/self/mountinfo whether nothing can be written there."""
    return {place: "ro" in of_mount or _is_stopped(of_block) for place, _, of_mount, of_block in _mounted(text)}


def _is_stopped(of_block: list[str]) -> bool:
    """`ro`; since Linux 6.15 ext4 leaves `rw` there and adds `emergency_ro` or `shutdown` (seen on 6.18)."""
    return not {"ro", "emergency_ro", "shutdown"}.isdisjoint(of_block)


def _forced_read_only(text: str) -> list[str]:
    """Mount points whose mount is `rw` while the file system takes no writes."""
    last = {place: (kind, of_mount, of_block) for place, kind, of_mount, of_block in _mounted(text)}
    return [
        place
        for place, (kind, of_mount, of_block) in last.items()
        if kind in _ON_DISKS and "rw" in of_mount and _is_stopped(of_block)
    ]


def _mounted(text: str) -> Iterable[tuple[str, str, list[str], list[str]]]:
    """Place, type, options of the mount and of its super block; of several on one place the last one shows."""
    for line in text.split("\n"):
        mount, dash, block = line.partition(" - ")
        words, of_block = mount.split(" "), block.split(" ")
        if dash and len(words) >= 6 and len(of_block) >= 3:
            yield _unescaped(words[4]), of_block[0], words[5].split(","), of_block[-1].split(",")


_ON_DISKS = {"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "vfat", "exfat", "jfs", "reiserfs", "bcachefs", "nilfs2"}


def _meant_writable(text: str) -> list[str]:
    words = (line.split() for line in text.split("\n") if not line.lstrip().startswith("#"))
    return [_unescaped(row[1]) for row in words if len(row) >= 4 and "ro" not in row[3].split(",")]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(0[0-7]{2}|1[0-7]{2})", lambda found: chr(int(found[1], 8)), text)


def _number(cell: str, factor: int = 1) -> int | None:
    return None if cell == "-" else int(cell) * factor


def _percent(used: int | None, free: int | None) -> float | None:
    if used is None or free is None or used + max(free, 0) <= 0:
        return None
    return 100 * used / (used + max(free, 0))
