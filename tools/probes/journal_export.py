"""The journal's export format read into lines whose writer is known.

Only fields that begin with `_` are set by journald itself; anybody may claim to be `systemd[1]` in the others. So who
wrote a line comes from the trusted fields, and what a line says about another unit counts only from the manager
itself (pid 1, uid 0).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.probes.unit_names import is_unit_name
from tools.safe_text import decode, safe_line, safe_text

FIELDS = (
    "MESSAGE,MESSAGE_ID,PRIORITY,SYSLOG_IDENTIFIER,UNIT,JOB_RESULT,_SYSTEMD_UNIT,_SYSTEMD_USER_UNIT,_UID,_PID,_COMM,"
    "_TRANSPORT"
)
"""For `--output-fields`; the cursor, both times and the boot id come always. Half the cost of JSON (measured)."""

HEADING = "MACHA_UNIT"
"""A command that prints several exports puts an entry with only this field before each; no text in a journal can look
like one, for entries are read field by field and values with line breaks stand behind their length."""

_NAME = re.compile(rb"[A-Z0-9_]{1,64}")
_CURSOR = re.compile(r"[A-Za-z0-9=;_-]{1,512}")
_ID = re.compile(r"[0-9a-f]{32}")
_MESSAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of a journal; texts are safe to show, names exact. `None` where journald recorded nothing."""

    message: str
    priority: int | None
    """0 (emergency) to 7 (debug), as the writer claims; 3 is error."""
    unit: str
    """The system unit whose process wrote the line; "" outside of units (kernel) and where unknown."""
    about: str
    """The unit that the service manager itself speaks of; "" in lines of anybody else."""
    uid: int | None
    pid: int | None
    command: str
    transport: str
    message_id: str
    """The catalogue number, from the manager, journald and the kernel only; "" otherwise."""
    job_result: str
    user_unit: str
    boot_id: str
    microseconds: int
    """Unix time in microseconds by the host's clock; 0 where unknown."""
    cursor: str

    @property
    def subject(self) -> str:
        """The unit that the line tells about: the one the manager speaks of, else the writer's own."""
        return self.about or self.unit


def journal_lines(output: bytes) -> Iterator[JournalLine]:
    """The entries of an export, in its order; of an entry that is cut, what is there."""
    return (_line(fields) for fields in _entries(output) if b"__CURSOR" in fields)


def journal_lines_by_heading(output: bytes) -> dict[str, tuple[JournalLine, ...]]:
    """The entries of several exports by the unit that the `HEADING` before them names."""
    found: dict[str, list[JournalLine]] = {}
    unit = ""
    for fields in _entries(output):
        if HEADING.encode() in fields and b"__CURSOR" not in fields:
            unit = decode(fields[HEADING.encode()])
            found.setdefault(unit, [])
        elif b"__CURSOR" in fields and unit:
            found[unit].append(_line(fields))
    return {unit: tuple(lines) for unit, lines in found.items() if is_unit_name(unit)}


def _entries(output: bytes) -> Iterator[dict[bytes, bytes]]:
    fields: dict[bytes, bytes] = {}
    at = 0
    while at < len(output):
        end = output.find(b"\n", at)
        end = len(output) if end < 0 else end
        head = output[at:end]
        at = end + 1
        if not head:
            if fields:
                yield fields
            fields = {}
            continue
        name, equals, value = head.partition(b"=")
        if not _NAME.fullmatch(name):
            continue
        if not equals:
            size = int.from_bytes(output[at : at + 8], "little")
            value = output[at + 8 : at + 8 + size]
            at += 8 + size + 1
        fields.setdefault(name, value)
    if fields:
        yield fields


def _line(fields: dict[bytes, bytes]) -> JournalLine:
    def text(name: bytes) -> str:
        return decode(fields.get(name, b"")[:_MESSAGE_BYTES])

    def name_of_unit(name: bytes) -> str:
        return text(name) if is_unit_name(text(name)) else ""

    def matching(pattern: re.Pattern[str], name: bytes) -> str:
        return text(name) if pattern.fullmatch(text(name)) else ""

    uid, pid = _number(text(b"_UID")), _number(text(b"_PID"))
    transport = safe_line(text(b"_TRANSPORT"), 20)
    is_manager = pid == 1 and uid == 0
    priority = _number(text(b"PRIORITY"))
    return JournalLine(
        message=safe_text(text(b"MESSAGE"), one_line=True),
        priority=priority if priority is not None and priority <= 7 else None,
        unit=name_of_unit(b"_SYSTEMD_UNIT"),
        about=name_of_unit(b"UNIT") if is_manager else "",
        uid=uid,
        pid=pid,
        command=safe_line(text(b"_COMM"), 40),
        transport=transport,
        message_id=matching(_ID, b"MESSAGE_ID") if is_manager or transport in ("driver", "kernel") else "",
        job_result=safe_line(text(b"JOB_RESULT"), 40) if is_manager else "",
        user_unit=name_of_unit(b"_SYSTEMD_USER_UNIT"),
        boot_id=matching(_ID, b"_BOOT_ID"),
        microseconds=_number(text(b"__REALTIME_TIMESTAMP")) or 0,
        cursor=matching(_CURSOR, b"__CURSOR"),
    )


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,20}", text) else None
