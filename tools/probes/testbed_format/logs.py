"""The journal of a testbed snapshot, which is JSON, as the exports that our probes read."""

import json
import re
from collections.abc import Iterable
from typing import Any

from tools.probes import kernel_log
from tools.probes.journal_export import FIELDS, HEADING
from tools.probes.script import Section
from tools.probes.testbed_format.snapshot import Snapshot

Entry = dict[str, Any]


def unit_logs(of: Snapshot) -> Section:
    failed, entries = [row["unit"] for row in json.loads(of.out("failed"))], journal(of)
    parts = (
        f"{HEADING}={unit}\n\n".encode() + _export([entry for entry in entries if _is_about(entry, unit)][-40:])
        for unit in failed[:20]
    )
    return Section(0, b"".join(parts))


def _is_about(entry: Entry, unit: str) -> bool:
    is_manager = entry.get("_PID") == "1" and entry.get("_UID") == "0"
    return entry.get("_SYSTEMD_UNIT") == unit or (is_manager and entry.get("UNIT") == unit)


def journal_errors(of: Snapshot) -> Section:
    entries = journal(of)
    errors = [entry for entry in entries if entry.get("PRIORITY") in ("0", "1", "2", "3")]
    return Section(0, _export(entries[-1:]) + b"\n" + _export(errors))


def journal_rate(of: Snapshot) -> Section:
    """Lines of the last ten minutes, or since the boot where that was later, as two cursors.

    Of a flood only the oldest lines were recorded; they stand for the newest.
    """
    lines, now = int(of.out("journal_lines")), {"__REALTIME_TIMESTAMP": str(of.now() * 1_000_000)}
    entries = [entry | now for entry in journal(of)]
    seconds = max(1, min(600, int(of.uptime())))
    place = "s=" + "0" * 32 + ";i={:x};t={:x};"
    head = f"before={place.format(0, 0)}\nnewest={place.format(lines, seconds * 1_000_000)}\n\n"
    return Section(0, head.encode() + (_export(entries[-400:]) if lines >= 300 and lines >= seconds else b""))


def of_kernel_log(of: Snapshot) -> Section:
    return Section(0, _export(entry for entry in journal(of) if _is_of_kernel_log(entry)))


def _is_of_kernel_log(entry: Entry) -> bool:
    """As the query of the probe: lines of the kernel, or relayed by root in its name, and what the manager says of
    units and journald of gaps."""
    is_relayed = entry.get("SYSLOG_IDENTIFIER") == "kernel" and entry.get("_UID") == "0"
    is_of_manager = entry.get("_PID") == "1" and entry.get("MESSAGE_ID") in _OF_MANAGER
    is_of_journald = entry.get("_TRANSPORT") == "driver" and entry.get("MESSAGE_ID") in _OF_JOURNALD
    is_of_kernel = entry.get("_TRANSPORT") == "kernel" or is_relayed
    return (is_of_kernel or is_of_manager or is_of_journald) and re.search(
        kernel_log.PATTERN, str(entry.get("MESSAGE"))
    ) is not None


_OF_JOURNALD = {kernel_log.DROPPED, kernel_log.MISSED}
_OF_MANAGER = {
    kernel_log.OOM_UNIT, kernel_log.OOMD_UNIT, kernel_log.UNIT_STARTED, kernel_log.RESTART_SCHEDULED,
}  # fmt: skip


def boots(of: Snapshot) -> Section:
    ids = re.findall(r"^ *(-?\d+) ([0-9a-f]{32}) ", of.out("boots"), re.MULTILINE)
    running = ids[-1][1]
    boot_id = "-".join((running[:8], running[8:12], running[12:16], running[16:20], running[20:]))
    before = [entry for entry in journal(of) if len(ids) > 1 and entry.get("_BOOT_ID") == ids[-2][1]]
    uptime = of.out("uptime").split("\n")[0]
    return Section(0, f"{boot_id}\n{uptime}\n".encode() + _export(before[-60:]))


def journal(of: Snapshot) -> list[Entry]:
    return [json.loads(line) for line in of.out("journal").split("\n") if line.startswith("{")]


def _export(entries: Iterable[Entry]) -> bytes:
    return b"".join(b"".join(_field(*item) for item in entry.items()) + b"\n" for entry in entries)


_KEPT = {*FIELDS.split(","), "__CURSOR", "__REALTIME_TIMESTAMP", "_BOOT_ID"}


def _field(name: str, value: object) -> bytes:
    if name not in _KEPT or value is None:
        return b""
    raw = bytes(value) if isinstance(value, list) else str(value).encode("utf-8", "backslashreplace")
    if b"\n" in raw:
        return name.encode() + b"\n" + len(raw).to_bytes(8, "little") + raw + b"\n"
    return name.encode() + b"=" + raw + b"\n"
