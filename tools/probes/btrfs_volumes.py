"""What btrfs tells of itself in /sys: space not yet given to any kind of data, and errors of its devices."""

import re
from dataclasses import dataclass

from tools.probes.value_lines import whole
from tools.safe_text import safe_line

_ALLOCATION = re.compile(r"/sys/fs/btrfs/([0-9a-f-]{36})/allocation/(data|metadata|system)/(\w+)")
_SIZE = re.compile(r"/sys/fs/btrfs/([0-9a-f-]{36})/devices/([^/]{1,60})/size")
_LABEL = re.compile(r"/sys/fs/btrfs/([0-9a-f-]{36})/label")
_ERRORS = re.compile(r"/sys/fs/btrfs/([0-9a-f-]{36})/devinfo/(\d{1,6})/error_stats")
_ERROR = re.compile(r"(write|read|flush|corruption|generation)_errs (\d{1,20})")
_SECTOR_BYTES = 512


@dataclass(frozen=True, slots=True)
class BtrfsVolume:
    """A btrfs file system. `allocated_bytes` of `size_bytes` (raw) belong to block groups; used shares in percent."""

    name: str
    """Its label, else its UUID."""
    size_bytes: int
    allocated_bytes: int
    used_percent: dict[str, float]
    """How full the block groups of data, metadata and system are."""
    errors: dict[str, int]
    """By `device number kind` how many errors were counted since they were last reset."""

    @property
    def allocated_percent(self) -> float:
        return 100 * self.allocated_bytes / self.size_bytes


def btrfs_volumes(values: list[tuple[str, str]]) -> tuple[BtrfsVolume, ...]:
    """The volumes in lines of /sys/fs/btrfs."""
    sizes: dict[str, dict[str, int]] = {}
    groups: dict[str, dict[tuple[str, str], int]] = {}
    labels: dict[str, str] = {}
    errors: dict[str, dict[str, int]] = {}
    for path, text in values:
        if (found := _SIZE.fullmatch(path)) and (number := whole(text)) is not None:
            sizes.setdefault(found[1], {})[found[2]] = number * _SECTOR_BYTES
        elif (found := _ALLOCATION.fullmatch(path)) and (number := whole(text)) is not None:
            groups.setdefault(found[1], {})[(found[2], found[3])] = number
        elif found := _LABEL.fullmatch(path):
            labels[found[1]] = safe_line(text, 80)
        elif (found := _ERRORS.fullmatch(path)) and (error := _ERROR.fullmatch(text)):
            errors.setdefault(found[1], {})[f"{found[2]} {error[1]}"] = int(error[2])
    volumes = (
        _volume(uuid, labels.get(uuid, ""), sum(sizes[uuid].values()), groups.get(uuid, {}), errors.get(uuid, {}))
        for uuid in sizes
    )
    return tuple(volume for volume in volumes if volume.size_bytes > 0)


def _volume(
    uuid: str, label: str, size: int, groups: dict[tuple[str, str], int], errors: dict[str, int]
) -> BtrfsVolume:
    totals = {kind: total for (kind, figure), total in groups.items() if figure == "total_bytes" and total > 0}
    used = {kind: 100 * groups.get((kind, "bytes_used"), 0) / total for kind, total in totals.items()}
    allocated = sum(amount for (_, figure), amount in groups.items() if figure == "disk_total")
    return BtrfsVolume(label or uuid, size, allocated, used, errors)
