"""The last lines of each failed unit, of every priority: what a program says before it dies is often only "info"."""

from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, needs
from tools.probes.journal_export import FIELDS, HEADING, JournalLine, journal_lines_by_heading


@dataclass(frozen=True, slots=True)
class UnitLogs(Probe):
    """By unit name its last 40 lines, oldest first, for at most 20 failed units (12 ms each on the host)."""

    command: ClassVar[str] = (
        needs.JOURNAL
        + f"""\
systemctl list-units --all --full --plain --no-legend --no-pager --state=failed |
    head -n 20 |
    while read -r name rest; do
        printf '{HEADING}=%s\\n\\n' "$name"
        journalctl --no-pager -q -n 40 -o export --output-fields={FIELDS} --unit="$name"
    done"""
    )
    timeout_seconds: ClassVar[int] = 10
    limit_bytes: ClassVar[int] = 512 * 1024
    is_useful_when_cut: ClassVar[bool] = True

    lines: dict[str, tuple[JournalLine, ...]]

    @classmethod
    def parse(cls, output: bytes) -> "UnitLogs":
        return cls(journal_lines_by_heading(output))

    def of(self, unit: str) -> tuple[JournalLine, ...]:
        return self.lines.get(unit, ())
