"""What the kernel said in the last half hour about killed programs, disks and itself."""

from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped, needs
from tools.probes.journal_export import FIELDS, JournalLine, journal_lines

PATTERN = (
    "oom-kill:|[Oo]ut of memory: Killed|OOM killer|systemd-oomd killed|restart counter is at"
    "|^Started (?!session-|user@|Session |User )"
    "|I/O error|critical (medium|target) error|EXT4-fs error|EXT4-fs .*Remounting"
    "|XFS .*([Cc]orruption|[Ss]hut ?down|[Ss]hutting down)|BTRFS (error|critical)|Remounting filesystem read-only"
    "|forced readonly|md/raid.*Disk failure|nvme.*(controller is down|I/O .*timeout)|ata[0-9.]+: .*failed command"
    "|Hardware Error|soft lockup|hard LOCKUP|blocked for more than|rcu.*stall|BUG: |Oops|general protection fault"
    "|^Suppressed [0-9]+ messages from |^Missed [0-9]+ kernel messages"
)
"""The same for PCRE2 and Python; what starts at every log-in is left out."""

OOM_UNIT = "fe6faa94e7774663a0da52717891d8ef"
OOMD_UNIT = "d989611b15e44c9dbf31e3c81256e4ed"
UNIT_STARTED = "39f53479d3a045ac8e11786248231fbf"
RESTART_SCHEDULED = "5eb03494b6584870a536b337290809b3"
"""SD_MESSAGE_UNIT_OUT_OF_MEMORY, _UNIT_OOMD_KILL, _UNIT_STARTED and _UNIT_RESTART_SCHEDULED of sd-messages.h."""

DROPPED = "a596d6fe7bfa4994828e72309e95d61e"
MISSED = "e9bf28e6e834481bb6f48f548ad13606"
"""SD_MESSAGE_JOURNAL_DROPPED and _MISSED: what journald did not write down."""

_LINES = 400


@dataclass(frozen=True, slots=True)
class KernelLog(Probe):
    """The telling lines, oldest first: of the kernel, of the service manager about units killed for memory and
    restarts, and of journald about lines that it dropped.

    A fixed look back of half an hour, so that a finding stays for as long (the window of the anchors' OOM rules). What
    systemd started since is asked only where the kernel has ever killed for memory. 12 ms of CPU on the host. In
    containers without a kernel log root may relay its lines under the name `kernel`.
    """

    command: ClassVar[str] = (
        needs.JOURNAL
        + f"""\
set -- + _PID=1 MESSAGE_ID={OOMD_UNIT} + _PID=1 MESSAGE_ID={RESTART_SCHEDULED} \\
    + _TRANSPORT=driver MESSAGE_ID={DROPPED} + _TRANSPORT=driver MESSAGE_ID={MISSED}
case $(grep '^oom_kill ' /proc/vmstat) in
    ''|'oom_kill 0') ;;
    *) set -- "$@" + _PID=1 MESSAGE_ID={OOM_UNIT} + _PID=1 MESSAGE_ID={UNIT_STARTED};;
esac
journalctl --no-pager -q --since=-30min -n {_LINES} -o export --output-fields={FIELDS} --case-sensitive=yes \\
    --grep='{PATTERN}' _TRANSPORT=kernel + SYSLOG_IDENTIFIER=kernel _UID=0 "$@" 2>&1"""
    )
    limit_bytes: ClassVar[int] = 512 * 1024
    is_useful_when_cut: ClassVar[bool] = True
    allowed_exits: ClassVar[tuple[int, ...]] = (0, 1)
    """journalctl ends with 1 where no line matches."""

    lines: tuple[JournalLine, ...]

    @classmethod
    def parse(cls, output: bytes) -> "KernelLog | Skipped":
        lines = tuple(sorted(journal_lines(output), key=lambda line: line.microseconds))
        if not lines and b"pattern" in output[:300]:
            return Skipped("journalctl there cannot search (built without PCRE2)")
        return cls(lines)
