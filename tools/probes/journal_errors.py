"""What was logged as an error since the cycle before."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tools.probes import Probe, Skipped, needs
from tools.probes.journal_export import FIELDS, JournalLine, journal_lines
from tools.probes.shared import JOURNAL_NEWEST, Shared

_LINES = 500
_AFTER = "MACHA_AFTER"
"""journalctl (252) leaves out the first line that matches after `--after-cursor`, so `--cursor` is asked for,
which gives the line of the cursor once more where it matches: that one is dropped here."""
_CURSOR = re.compile(rb"^MACHA_AFTER=(\S{1,512})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class JournalErrors(Probe):
    """Lines of priority error and worse after $JOURNAL_CURSOR, else of the last $SINCE_SECONDS; oldest first.

    `cursor` is where the next cycle goes on. With `is_complete` false there were more lines than the first 500 (or
    than fit), and they are not looked at again. Lines of logged-in users are left out on the host already: long ones
    would push those of the services out. A quiet journal is asked once (10 ms of CPU on the host). Else the slices
    of the lines found are those to read, or all that the journal knows where there are more lines than are read.
    """

    shares: ClassVar[tuple[Shared, ...]] = (JOURNAL_NEWEST,)
    command: ClassVar[str] = (
        needs.JOURNAL
        + f"""\
printf '%s\\n{_AFTER}=%s\\n\\n\\n' "$journal_newest" "$JOURNAL_CURSOR"
if [ -n "$JOURNAL_CURSOR" ]
then set -- --cursor="$JOURNAL_CURSOR"
else set -- --since="-${{SINCE_SECONDS}}s"
fi
set -f
IFS='
'
found=$(journalctl --no-pager -q -p 3 -n {_LINES} -o cat --output-fields=PRIORITY,_SYSTEMD_SLICE "$@") || exit
[ -n "$found" ] || exit 0
slices=' ' count=0
for line in $found; do
    case $line in
        [0-3]) count=$((count + 1));;
        *[!A-Za-z0-9:_.@\\\\-]*) count={_LINES};;
        *) case $slices in *" $line "*) ;; *) slices="$slices$line ";; esac;;
    esac
done
[ "$count" -lt {_LINES} ] || slices=$(journalctl --no-pager -q -F _SYSTEMD_SLICE)
IFS='
 '
for slice in $slices; do
    case $slice in
        user.slice|user-*|*[!A-Za-z0-9:_.@\\\\-]*) ;;
        *) set -- "$@" "_SYSTEMD_SLICE=$slice" +;;
    esac
done
journalctl --no-pager -q -p 3 -n {_LINES} -o export --output-fields={FIELDS} "$@" _TRANSPORT=kernel"""
    )
    limit_bytes: ClassVar[int] = 512 * 1024
    is_useful_when_cut: ClassVar[bool] = True

    lines: tuple[JournalLine, ...]
    cursor: str
    is_complete: bool

    @classmethod
    def parse(cls, output: bytes) -> "JournalErrors | Skipped":
        entries = list(journal_lines(output))
        if not entries:
            return Skipped("the journal is empty")
        newest, *lines = entries
        is_full = len(lines) >= _LINES
        after = _CURSOR.search(output.partition(b"\n\n")[0])
        lines = [line for line in lines if after is None or line.cursor != after[1].decode()]
        is_cut = bool(lines) and not output.endswith(b"\n\n")
        # A line may come between the two commands: the later cursor, or it is counted again in the next cycle.
        last = max((newest, *lines), key=lambda line: line.microseconds)
        return cls(tuple(lines), last.cursor or newest.cursor, is_complete=not is_full and not is_cut)
