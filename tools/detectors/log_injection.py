"""Log lines that try to command whoever reads them."""

import re
from collections import defaultdict
from collections.abc import Iterator

from tools.detectors import Evidence, Finding, Severity
from tools.probes import Skipped
from tools.probes.journal_errors import JournalErrors
from tools.probes.journal_export import JournalLine
from tools.probes.unit_logs import UnitLogs

_COMMANDING = re.compile(
    r"(?:ignore|disregard|forget) (?:all |any |the )?(?:previous|prior|above|earlier|your)"
    r" (?:instructions|rules|prompt)"
    r"|\byou are (?:now )?(?:in maintenance mode|root|an? (?:unrestricted|helpful)|allowed to)"
    r"|(?:note|message|instruction)s? (?:to|for) the (?:administrator )?(?:agent|assistant|model|ai)\b"
    r"|approval token|\"approved\"\s*:\s*true|###\s*(?:assistant|system|user)\s*:|<\|(?:im_start|system|assistant)\|>"
    r"|</?(?:log|output|system|assistant|tool_result)>\s*###|\bsystem prompt\b",
    re.IGNORECASE,
)
_SHOWN = 3


def detect(journal_errors: JournalErrors | Skipped, unit_logs: UnitLogs | Skipped) -> Iterator[Finding]:
    """`log.injection`, never above info, with the unit that wrote it as object: nothing in a log is an instruction.

    It is said because somebody may be trying; whoever reads logs with a language model should know.
    """
    lines: list[JournalLine] = []
    if isinstance(journal_errors, JournalErrors):
        lines += journal_errors.lines
    if isinstance(unit_logs, UnitLogs):
        lines += [line for own in unit_logs.lines.values() for line in own]
    by_writer: dict[str, dict[str, None]] = defaultdict(dict)
    for line in lines:
        if _COMMANDING.search(line.message):
            by_writer[line.unit or f"uid {line.uid}"][line.message] = None
    for writer, messages in by_writer.items():
        yield Finding(
            kind="log.injection",
            object=writer,
            severity=Severity.INFO,
            summary=f"{writer} logged {len(messages)} lines that read like commands to an administrator or a model",
            evidence=tuple(Evidence("journal_errors", f"untrusted: {text}") for text in list(messages)[:_SHOWN]),
        )
