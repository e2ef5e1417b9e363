"""How many files users have watched, against the kernel's limits for each user."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tools.history import Measure
from tools.probes import Probe, Skipped
from tools.probes.parts import parts

_COUNT = re.compile(r"^/proc/(\d{1,9})/fdinfo/\d{1,9}:(\d{1,9})$", re.MULTILINE)
_OWNER = re.compile(r"^(\d{1,10}) /proc/(\d{1,9})$", re.MULTILINE)
_LIMIT = re.compile(r"^/proc/sys/fs/inotify/max_user_(watches|instances):(\d{1,12})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class InotifyUse(Probe):
    """Instances and watches by user id; only root can count those of all users.

    Counting takes 10 to 30 ms of CPU on the host, so it is done on a first look and in the first ten minutes of an
    hour; between them the history remembers.
    """

    sign: ClassVar[str] = '[ -O / ] && case "$JOURNAL_CURSOR:$hour_minute" in :*|*:??0?) true;; *) false;; esac'
    no_sign: ClassVar[str] = "counted once an hour, and only root may see the open files of all programs"
    command: ClassVar[str] = """\
echo '== limits'
grep -sH '' /proc/sys/fs/inotify/max_user_watches /proc/sys/fs/inotify/max_user_instances
found=$(find /proc/[0-9]*/fd -maxdepth 1 -type l -lname anon_inode:inotify | head -n 5000 | sed 's,/fd/,/fdinfo/,')
echo '== counts'
[ -n "$found" ] && echo "$found" | xargs grep -c '^inotify ' /dev/null
echo '== owners'
[ -n "$found" ] && echo "$found" | sed 's,/fdinfo/.*,,' | sort -u | xargs stat -c '%u %n'
exit 0"""
    limit_bytes: ClassVar[int] = 512 * 1024

    watches: dict[int, int]
    instances: dict[int, int]
    watches_limit: int
    instances_limit: int

    @classmethod
    def parse(cls, output: bytes) -> "InotifyUse | Skipped":
        said = parts(output.decode("ascii", "replace"))
        limits = {name: int(value) for name, value in _LIMIT.findall(said.get("limits", ""))}
        if not all(limits.get(name) for name in ("watches", "instances")):
            return Skipped("the kernel does not tell its limits for inotify")
        owners = {pid: int(user) for user, pid in _OWNER.findall(said.get("owners", ""))}
        watches: Counter[int] = Counter()
        instances: Counter[int] = Counter()
        for pid, count in _COUNT.findall(said.get("counts", "")):
            if pid in owners:
                watches[owners[pid]] += int(count)
                instances[owners[pid]] += 1
        return cls(dict(watches), dict(instances), limits["watches"], limits["instances"])

    def measures(self) -> Iterable[Measure]:
        """Percent of the limit, for the users that have a tenth of it."""
        for name, used, limit in (
            ("watches", self.watches, self.watches_limit),
            ("instances", self.instances, self.instances_limit),
        ):
            for user, count in used.items():
                if count * 10 >= limit:
                    yield Measure(f"inotify_use.{name}_percent", str(user), 100 * count / limit)
