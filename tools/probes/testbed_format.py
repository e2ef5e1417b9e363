"""The testbed's snapshots (recorded outputs of its own commands) as recordings of our probes."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.errors import MachaError
from tools.probes.journal_export import FIELDS, HEADING
from tools.probes.recording import Recording
from tools.probes.script import Section
from tools.probes.unit_names import properties
from tools.safe_text import safe_line

_Entry = dict[str, Any]
_NOT_WELL = ("failed", "activating", "deactivating")


class _Result(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)
    cmd: str
    rc: int
    out: str
    err: str = ""


class _Snapshot(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)
    host: str
    taken: str
    results: dict[str, _Result]

    def out(self, name: str) -> str:
        """What this command printed; raises KeyError where it was not recorded."""
        return self.results[name].out


def from_testbed(content: object, name: str = "snapshot") -> Recording:
    """A recording out of a testbed snapshot; raises MachaError naming `name` where it is not one.

    A fact whose commands were not recorded is absent.
    """
    try:
        snapshot = _Snapshot.model_validate(content)
        taken_at = datetime.strptime(snapshot.taken, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MachaError(f"{name} is not a testbed snapshot: {safe_line(where, 80)}: {first['msg']}") from None
    except ValueError:
        raise MachaError(f"{name} is not a testbed snapshot: taken is not a UTC time") from None
    sections = {}
    for kind, translate in _SECTIONS.items():
        try:
            sections[kind] = translate(snapshot)
        except (KeyError, IndexError):
            continue
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise MachaError(f"{name} has no {kind} that can be read: {safe_line(str(error), 200)}") from None
    return Recording(snapshot.host, taken_at, sections)


def _text(*pieces: str) -> Section:
    return Section(0, "".join(pieces).encode("utf-8", "backslashreplace"))


def _units(of: _Snapshot) -> Section:
    rows = json.loads(of.out("units"))
    return _text(
        *(" ".join(str(row[key]) for key in ("unit", "load", "active", "sub", "description")) + "\n" for row in rows)
    )


def _unit_details(of: _Snapshot) -> Section:
    blocks = [block for block in properties(of.out("show")) if _is_not_well(block)]
    return _text(*("".join(f"{key}={value}\n" for key, value in block.items()) + "\n" for block in blocks))


def _is_not_well(block: dict[str, str]) -> bool:
    return block.get("ActiveState") in _NOT_WELL


def _unit_logs(of: _Snapshot) -> Section:
    failed, entries = [row["unit"] for row in json.loads(of.out("failed"))], _journal(of)
    parts = (
        f"{HEADING}={unit}\n\n".encode() + _export([entry for entry in entries if _is_about(entry, unit)][-20:])
        for unit in failed[:20]
    )
    return Section(0, b"".join(parts))


def _is_about(entry: _Entry, unit: str) -> bool:
    is_manager = entry.get("_PID") == "1" and entry.get("_UID") == "0"
    return entry.get("_SYSTEMD_UNIT") == unit or (is_manager and entry.get("UNIT") == unit)


def _journal_errors(of: _Snapshot) -> Section:
    entries = _journal(of)
    errors = [entry for entry in entries if entry.get("PRIORITY") in ("0", "1", "2", "3")]
    return Section(0, _export(entries[-1:]) + b"\n" + _export(errors))


def _journal(of: _Snapshot) -> list[_Entry]:
    return [json.loads(line) for line in of.out("journal").split("\n") if line.startswith("{")]


def _export(entries: Iterable[_Entry]) -> bytes:
    return b"".join(b"".join(_field(*item) for item in entry.items()) + b"\n" for entry in entries)


_KEPT = {*FIELDS.split(","), "__CURSOR", "__REALTIME_TIMESTAMP", "_BOOT_ID"}


def _field(name: str, value: object) -> bytes:
    if name not in _KEPT or value is None:
        return b""
    raw = bytes(value) if isinstance(value, list) else str(value).encode("utf-8", "backslashreplace")
    if b"\n" in raw:
        return name.encode() + b"\n" + len(raw).to_bytes(8, "little") + raw + b"\n"
    return name.encode() + b"=" + raw + b"\n"


def _mounts(of: _Snapshot) -> Section:
    flags, space, inodes = of.out("mounts"), of.out("df"), of.out("df_inodes")
    return _text("== flags\n", flags, "== space\n", space, "== inodes\n", inodes)


def _load(of: _Snapshot) -> Section:
    stalls = re.findall(r"^/proc/pressure/(cpu|io|memory):(.*)$", of.out("pressure"), re.MULTILINE)
    text = [f"== averages\n{of.out('loadavg')}", f"== cores\n{of.out('nproc')}"]
    for kind in ("cpu", "io", "memory"):
        text += [f"== {kind}\n", *(f"{line}\n" for name, line in stalls if name == kind)]
    return _text(*text)


def _network(of: _Snapshot) -> Section:
    routes = [line + "\n" for line in of.out("ip_route").split("\n") if line.startswith("default")]
    probe = of.results["dns_probe"]
    asked = f"{probe.cmd.split()[-1]}\n{probe.rc} - -\n"
    links, resolver, listeners = of.out("ip_addr"), of.out("resolv"), of.out("ss_listen")
    return _text(
        "== links\n", links, "== routes\n", *routes, "== resolv_conf\n", resolver, "== resolving\n", asked,
        "== tcp\n", listeners,
    )  # fmt: skip


def _boots(of: _Snapshot) -> Section:
    ids = re.findall(r"^ *(-?\d+) ([0-9a-f]{32}) ", of.out("boots"), re.MULTILINE)
    running = ids[-1][1]
    boot_id = "-".join((running[:8], running[8:12], running[12:16], running[16:20], running[20:]))
    before = [entry for entry in _journal(of) if len(ids) > 1 and entry.get("_BOOT_ID") == ids[-2][1]]
    uptime = of.out("uptime").split("\n")[0]
    return Section(0, f"{boot_id}\n{uptime}\n".encode() + _export(before[-60:]))


def _wall_clock(of: _Snapshot) -> Section:
    now, offset = of.out("time").split("\n")[0], int(of.out("clock_offset"))
    return _text(f"now={now}\noffset={offset}\noffset_error=1\n")


def _sshd_config(of: _Snapshot) -> Section:
    result = of.results["sshd_test"]
    return Section(result.rc % 256, (result.out + result.err).encode("utf-8", "backslashreplace"))


def _system(of: _Snapshot) -> Section:
    *release, kernel, _, virtualization = of.out("os").rstrip("\n").split("\n")
    return _text(
        f"== kernel\n{kernel.split()[2]}\n== systemd\nyes\n== virtualization\n{virtualization}\n== os_release\n",
        "\n".join(release), "\n",
    )  # fmt: skip


_SECTIONS: dict[str, Callable[[_Snapshot], Section]] = {
    "boots": _boots,
    "journal_errors": _journal_errors,
    "journal_usage": lambda of: _text(of.out("journal_disk")),
    "load": _load,
    "memory": lambda of: _text(of.out("meminfo")),
    "mounts": _mounts,
    "network": _network,
    "sshd_config": _sshd_config,
    "system": _system,
    "unit_details": _unit_details,
    "unit_logs": _unit_logs,
    "units": _units,
    "wall_clock": _wall_clock,
}
