"""Lines in which the kernel says that it, or the machine, is not well."""

import re
from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes.kernel_log import KernelLog

_SORTS = {
    "hung task": re.compile(r"blocked for more than \d+ seconds"),
    "lockup": re.compile(r"soft lockup|hard LOCKUP|rcu.*stall"),
    "machine check": re.compile(r"\[Hardware Error\]|Hardware Error"),
    "kernel bug": re.compile(r"^BUG: |^(?:Internal error: )?Oops|^general protection fault|kernel BUG at"),
}
_SHOWN = 3


def detect(kernel_log: KernelLog) -> Iterator[Finding]:
    """`kernel.trouble` with the sort of trouble as object, a warning; only what came from the kernel itself counts.

    Anchors: none of them reads the kernel's log. After a lockup or a bug the machine may go on for weeks or for
    minutes.
    """
    by_sort: dict[str, list[str]] = {}
    for line in kernel_log.lines:
        for sort, pattern in _SORTS.items():
            if line.transport == "kernel" and pattern.search(line.message):
                by_sort.setdefault(sort, []).append(line.message)
    for sort, messages in by_sort.items():
        yield Finding(
            kind="kernel.trouble",
            object=sort,
            severity=Severity.WARNING,
            summary=f"the kernel reported a {sort}, in {len(messages)} lines of half an hour",
            evidence=tuple(Evidence("kernel_log", text) for text in list(dict.fromkeys(messages))[:_SHOWN]),
            details={"lines": str(len(messages))},
        )
