"""Lines that were logged and that journald did not write down."""

import re
from collections import Counter
from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes.kernel_log import DROPPED, MISSED, KernelLog

_DROPPED = re.compile(r"Suppressed (\d{1,12}) messages from (\S{1,255})")
_MISSED = re.compile(r"Missed (\d{1,12}) kernel messages")


def detect(kernel_log: KernelLog) -> Iterator[Finding]:
    """`log.dropped`, information, with the unit as object, or `kernel`: what is read of its log has gaps.

    journald drops what a service logs above its rate limit, and misses what the kernel logs faster than it reads. Only
    its own word counts. No anchor looks at it; where it is a flood, `log.storm` says so.
    """
    lost: Counter[str] = Counter()
    lines: dict[str, str] = {}
    for line in kernel_log.lines:
        if line.message_id == DROPPED and (found := _DROPPED.match(line.message)):
            lost[found[2]] += int(found[1])
            lines[found[2]] = line.message
        elif line.message_id == MISSED and (found := _MISSED.match(line.message)):
            lost["kernel"] += int(found[1])
            lines["kernel"] = line.message
    for writer, count in lost.items():
        yield Finding(
            kind="log.dropped",
            object=writer,
            severity=Severity.INFO,
            summary=f"the journal lacks {count} lines of {writer} from the last half hour",
            evidence=(Evidence("kernel_log", f"journald: {lines[writer]}"),),
            details={"lines": str(count)},
        )
