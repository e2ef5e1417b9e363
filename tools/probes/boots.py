"""Which boot this is, how long it lasts, and whether the one before ended as it should."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped
from tools.probes.journal_export import FIELDS, JournalLine, journal_lines

_BOOT_ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UPTIME = re.compile(rb"(\d{1,10})\.\d\d ")
_JOURNAL_STOPPED = "d93fb3c9c24d451a97cea615ce59c00b"
_SHUTDOWN = "98268866d1d54a499c4e98921d93bc40"
"""SD_MESSAGE_JOURNAL_STOP and SD_MESSAGE_SHUTDOWN of systemd's sd-messages.h."""
_LAST_TARGETS = {"reboot.target", "poweroff.target", "halt.target", "kexec.target", "shutdown.target", "final.target"}


@dataclass(frozen=True, slots=True)
class Boots(Probe):
    """The running boot. `ended_cleanly` is about the boot before, None where the journal does not reach back to it.

    The boot before is looked up (12 ms of CPU on the host) only in the first day of a boot.
    """

    command: ClassVar[str] = f"""\
read -r boot_id </proc/sys/kernel/random/boot_id; echo "$boot_id"
read -r up rest </proc/uptime; echo "$up $rest"
if [ "${{up%.*}}" -lt 86400 ] && [ -d /run/systemd/system ]; then
    journalctl --no-pager -q -b -1 -n 60 -o export --output-fields={FIELDS}
fi
exit 0"""
    is_useful_when_cut: ClassVar[bool] = False

    boot_id: str
    """32 hex digits."""
    uptime_seconds: int
    ended_cleanly: bool | None
    last_lines: tuple[str, ...]
    """The last three messages of the boot before."""

    @classmethod
    def parse(cls, output: bytes) -> "Boots | Skipped":
        boot_id, _, rest = output.partition(b"\n")
        uptime, _, export = rest.partition(b"\n")
        matched = _UPTIME.match(uptime)
        if not _BOOT_ID.fullmatch(boot_id) or matched is None:
            return Skipped("the kernel did not tell its boot id and uptime")
        lines = list(journal_lines(export))
        ended_cleanly = any(_is_end(line) for line in lines) if lines else None
        messages = tuple(line.message for line in lines[-3:])
        return cls(boot_id.decode().replace("-", ""), int(matched[1]), ended_cleanly, messages)


def _is_end(line: JournalLine) -> bool:
    """Whether journald or the service manager themselves say that the machine is going down."""
    if line.message_id == _SHUTDOWN or (line.message_id == _JOURNAL_STOPPED and line.transport == "driver"):
        return True
    return line.about in _LAST_TARGETS and line.job_result == "done"
