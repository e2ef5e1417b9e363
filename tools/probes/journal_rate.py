"""How fast the journal grows, and who fills it when that is fast."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from tools.history import Measure
from tools.probes import Probe, Skipped, needs
from tools.probes.journal_export import FIELDS, JournalLine, journal_lines
from tools.probes.shared import JOURNAL_NEWEST, Shared

_PLACE = re.compile(
    rb"^(before|newest)=(?:__CURSOR=)?s=([0-9a-f]{32});i=([0-9a-f]{1,16});(?:\S{0,200};)?t=([0-9a-f]{1,16});",
    re.MULTILINE,
)
_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class JournalRate(Probe):
    """Lines between two looks, counted by journald's own numbers in two cursors: nothing is read for it.

    Only above a line a second and 300 lines the newest 400 are read, to see whose they are (25 ms more). `lines` is
    None where the journal began anew in between.
    """

    shares: ClassVar[tuple[Shared, ...]] = (JOURNAL_NEWEST,)
    command: ClassVar[str] = (
        needs.JOURNAL
        + f"""\
number() {{ rest=${{1#*;i=}}; lines=${{rest%%;*}}; rest=${{1#*;t=}}; time=${{rest%%;*}}; }}
newest=${{journal_newest%%
*}}
before=$JOURNAL_CURSOR
if [ -z "$before" ]; then
    before=$(journalctl --no-pager -q --since="-${{SINCE_SECONDS}}s" -o export --output-fields=_UID | head -n 1)
fi
echo "before=$before"
echo "newest=$newest"
number "$newest"; last_lines=$lines last_time=$time
number "$before"
case $lines$time$last_lines$last_time in *[!0-9a-f]*|'') exit 0;; esac
grown=$((0x$last_lines - 0x$lines)) seconds=$(((0x$last_time - 0x$time) / 1000000))
echo
if [ "$grown" -ge 300 ] && [ "$grown" -ge "$seconds" ]; then
    journalctl --no-pager -q -n {_SAMPLE} -o export --output-fields={FIELDS}
fi
exit 0"""
    )
    limit_bytes: ClassVar[int] = 1 << 20
    is_useful_when_cut: ClassVar[bool] = True

    lines: int | None
    seconds: float
    sample: tuple[JournalLine, ...]
    """The newest lines, oldest first; empty where the journal grows slowly."""

    @classmethod
    def parse(cls, output: bytes) -> "JournalRate | Skipped":
        head, _, export = output.partition(b"\n\n")
        said = {which: (series, int(line, 16), int(time, 16)) for which, series, line, time in _PLACE.findall(head)}
        if b"before" not in said or b"newest" not in said:
            return Skipped("the journal gives no cursor to count from")
        (series, first, begin), (same, last, end) = said[b"before"], said[b"newest"]
        lines = last - first if series == same and last >= first else None
        return cls(lines, max(0.0, (end - begin) / 1e6), tuple(journal_lines(export)))

    @property
    def lines_by_second(self) -> float | None:
        """Of the whole journal; None where it is not known."""
        return self.lines / self.seconds if self.lines is not None and self.seconds > 0 else None

    def measures(self) -> Iterable[Measure]:
        if self.lines_by_second is not None:
            yield Measure("journal_rate.lines_by_second", "", self.lines_by_second)
