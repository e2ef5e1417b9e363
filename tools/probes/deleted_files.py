"""Files that were deleted while a program has them open: their space is free only when it closes them."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe
from tools.probes.shared import FILE_SYSTEMS, Shared
from tools.probes.unit_names import is_unit_name
from tools.safe_text import decode, safe_line

_FIELDS = 6
_UNIT = re.compile(r"/([^/\n]{1,255}\.(?:service|scope|socket|mount|swap))(?=/|\n|$)")
_DELETED = " (deleted)"


@dataclass(frozen=True, slots=True)
class DeletedFile:
    """One descriptor. `bytes_held` is what the file takes on the disk, `inode` its device and number."""

    bytes_held: int
    inode: str
    pid: int
    command: str
    unit: str
    """The system unit (service or scope) that the process belongs to; "" outside of units."""
    path: str


@dataclass(frozen=True, slots=True)
class DeletedFiles(Probe):
    """Descriptors of deleted files of 1 MiB and more, 100 at most; only root may see them.

    Looked for only where a local file system is 70 % full or more: 10 ms of CPU on the host for 20
    processes and about 30 ms for 300 then.
    """

    sign: ClassVar[str] = "[ -O / ]"
    no_sign: ClassVar[str] = "only root may see the open files of all programs"
    shares: ClassVar[tuple[Shared, ...]] = (FILE_SYSTEMS,)
    command: ClassVar[str] = """\
IFS='
'
set -f
is_full=
for line in $file_systems; do
    IFS=' '
    set -- $line
    case $2 in tmpfs|devtmpfs|squashfs|efivarfs) continue;; esac
    case $6 in [789]?%|1??%) is_full=1;; esac
done
[ -n "$is_full" ] || exit 0
set +f
unset IFS
find /proc/[0-9]*/fd -maxdepth 1 -type l -lname '/* (deleted)' ! -lname '/memfd:*' ! -lname '/dev/*' \\
    ! -lname '/SYSV*' ! -lname '/[[]*' ! -lname '/drm *' ! -lname '/i915*' |
    head -n 1000 | tr '\\n' '\\0' | xargs -0 -r stat -L -c '%b %B %d:%i %n' -- | {
    found=0
    while read -r blocks block inode fd; do
        [ $((blocks * block)) -ge 1048576 ] || continue
        found=$((found + 1))
        [ $found -le 100 ] || break
        process=${fd%/fd/*}
        read -r command <"$process/comm"
        printf '%s\\0%s\\0%s\\0%s\\0%s\\0%s\\0' $((blocks * block)) "$inode" "${process#/proc/}" "$command" \\
            "$(cat "$process/cgroup")" "$(readlink "$fd")"
    done
}
exit 0"""
    is_useful_when_cut: ClassVar[bool] = False

    files: tuple[DeletedFile, ...]

    @classmethod
    def parse(cls, output: bytes) -> "DeletedFiles":
        fields = [decode(field) for field in output.split(b"\0")]
        rows = (fields[at : at + _FIELDS] for at in range(0, len(fields) - _FIELDS, _FIELDS))
        return cls(tuple(_file(row) for row in rows if _is_row(row)))


def _is_row(row: list[str]) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,19}", row[0]) and re.fullmatch(r"[0-9]{1,9}", row[2]))


def _file(row: list[str]) -> DeletedFile:
    return DeletedFile(
        bytes_held=int(row[0]),
        inode=safe_line(row[1], 60),
        pid=int(row[2]),
        command=safe_line(row[3], 40),
        unit=unit_of(row[4]),
        path=safe_line(row[5].removesuffix(_DELETED)),
    )


def unit_of(cgroups: str) -> str:
    """The system unit in the text of /proc/PID/cgroup: of the unified or systemd's own hierarchy."""
    for line in cgroups.split("\n"):
        if line.startswith("0::/") or ":name=systemd:/" in line:
            for found in _UNIT.findall(line):
                if is_unit_name(found):
                    return str(found)
    return ""
