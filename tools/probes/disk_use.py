"""What takes the space of a disk that is nearly full; nothing is read where none is."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe
from tools.probes.shared import FILE_SYSTEMS, Shared
from tools.safe_text import decode, safe_line

_LINE = re.compile(r"(\d{1,15})\t(/\S.*|/)")


@dataclass(frozen=True, slots=True)
class DiskUse(Probe):
    """Bytes of the largest folders, four levels deep, of each disk that is at least 85 % full; the largest first.

    `du` reads every inode of such a disk, for three seconds at most a disk and within what the user may read: that is
    worth its cost only where somebody will have to decide what to remove.
    """

    shares: ClassVar[tuple[Shared, ...]] = (FILE_SYSTEMS,)
    command: ClassVar[str] = """\
set -f
IFS='
'
for line in $file_systems; do
    IFS=' '
    set -- $line
    [ "$#" -eq 7 ] || continue
    source=$1 share=${6%\\%} mounted=$7
    case $share$mounted in ''|*[!0-9/A-Za-z._-]*) continue;; esac
    case $share in *[!0-9]*) continue;; esac
    case $source in tmpfs|devtmpfs|none|udev) continue;; esac
    [ "$share" -ge 85 ] && timeout -k 1 3 du -xk --max-depth=4 "$mounted" | sort -rn | head -n 40
done
exit 0"""
    timeout_seconds: ClassVar[int] = 8
    limit_bytes: ClassVar[int] = 32 * 1024
    is_useful_when_cut: ClassVar[bool] = True

    folders: tuple[tuple[str, int], ...]

    @classmethod
    def parse(cls, output: bytes) -> "DiskUse":
        found = (_LINE.fullmatch(line) for line in decode(output).split("\n"))
        return cls(tuple((safe_line(match[2], 200), int(match[1]) * 1024) for match in found if match))

    def size_of(self, folder: str) -> int:
        """Bytes below a folder; 0 where it is not among the largest."""
        return dict(self.folders).get(folder, 0)
