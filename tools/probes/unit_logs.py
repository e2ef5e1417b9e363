"""The last lines of each failed unit, of every priority: what a program says before it dies is often only "info"."""

from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, needs
from tools.probes.journal_export import FIELDS, HEADING, JournalLine, journal_lines_by_heading
from tools.probes.shared import UNIT_LIST, Shared


@dataclass(frozen=True, slots=True)
class UnitLogs(Probe):
    """By unit name its last 40 lines, oldest first, for at most 20 failed units (12 ms each on the host)."""

    shares: ClassVar[tuple[Shared, ...]] = (UNIT_LIST,)
    command: ClassVar[str] = (
        needs.JOURNAL
        + needs.UNITS
        + f"""\
case $unit_list in *' failed '*) ;; *) exit 0;; esac
set -f
count=0
IFS='
'
for line in $unit_list; do
    IFS=' '
    set -- $line
    case " $2 $3 $4 " in *' failed '*) ;; *) continue;; esac
    printf '{HEADING}=%s\\n\\n' "$1"
    journalctl --no-pager -q -n 40 -o export --output-fields={FIELDS} --unit="$1" || exit
    count=$((count + 1))
    [ "$count" -lt 20 ] || break
done"""
    )
    timeout_seconds: ClassVar[int] = 8
    limit_bytes: ClassVar[int] = 512 * 1024
    is_useful_when_cut: ClassVar[bool] = True

    lines: dict[str, tuple[JournalLine, ...]]

    @classmethod
    def parse(cls, output: bytes) -> "UnitLogs":
        return cls(journal_lines_by_heading(output))

    def of(self, unit: str) -> tuple[JournalLine, ...]:
        return self.lines.get(unit, ())
