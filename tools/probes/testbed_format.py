"""The testbed's snapshots (recorded outputs of its own commands) as recordings of our probes."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from tools.errors import MachaError
from tools.probes import kernel_log
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
        f"{HEADING}={unit}\n\n".encode() + _export([entry for entry in entries if _is_about(entry, unit)][-40:])
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


def _uptime(of: _Snapshot) -> float:
    return float(of.out("uptime").split(" ", 1)[0])


def _now(of: _Snapshot) -> int:
    return int(of.out("time").split(".", 1)[0])


def _unit_health(of: _Snapshot) -> Section:
    """What it recorded of inactive services and of timers.

    It left out what inactive units require and are wanted by: an enabled unit counts as wanted by multi-user.target,
    and one whose start failed with a dependency as requiring what is failed. That a masked one ran is in the journal.
    """
    shown = {block["Id"]: block for block in properties(of.out("show")) if block.get("Id")}
    timers = {row["unit"]: row for row in json.loads(of.out("timers"))}
    failed = " ".join(row["unit"] for row in json.loads(of.out("failed")))
    of_manager = [entry for entry in _journal(of) if entry.get("_PID") == "1" and "UNIT" in entry]
    left_out = {entry["UNIT"] for entry in of_manager if entry.get("JOB_RESULT") == "dependency"}
    stopped = {entry["UNIT"] for entry in of_manager if entry.get("JOB_TYPE") == "stop"}
    enabled = {row["unit_file"] for row in json.loads(of.out("unit_files")) if row["state"].startswith("enabled")}
    text = [f"== now\n{_uptime(of):.2f}\n{_now(of)}\n== units\n"]
    for row in json.loads(of.out("units")):
        name, is_masked = row["unit"], row["load"] == "masked"
        if not name.endswith(".timer") and (row["active"] != "inactive" or name not in enabled | stopped):
            continue
        block = shown.get(name, {}) | {"Id": name, "LoadState": row["load"], "ActiveState": row["active"]}
        block |= {"SubState": row["sub"], "UnitFileState": "enabled" if name in enabled else "static"}
        block |= {"WantedBy": "multi-user.target"} if name in enabled else {}
        block |= {"Requires": failed} if name in left_out else {}
        block |= {"InactiveEnterTimestampMonotonic": "1"} if is_masked and name in stopped else {}
        timer = timers.get(name, {})
        block |= {key: _systemd_time(timer[column]) for key, column in _OF_TIMERS.items() if timer.get(column)}
        text += [*(f"{key}={value}\n" for key, value in block.items() if value), "\n"]
    return _text(*text)


_OF_TIMERS = {"NextElapseUSecRealtime": "next", "LastTriggerUSec": "last"}


def _systemd_time(microseconds: int) -> str:
    return f"{datetime.fromtimestamp(microseconds / 1e6, UTC):%a %Y-%m-%d %H:%M:%S} UTC"


def _processes(of: _Snapshot) -> Section:
    """`ps` tells processor time as percent of a life; the files of /proc that were not recorded stay unknown."""
    uptime = _uptime(of)
    stat, more = [], []
    for line in of.out("ps").split("\n")[1:]:
        if len(words := line.split(None, 11)) < 11:
            continue
        pid, parent, _, state, percent, *_, seconds, unit, program = words[:11]
        ticks, started = int(float(percent) * int(seconds)), max(0, int((uptime - int(seconds)) * 100))
        stat.append(f"{pid} ({program}) {state[0]} {parent} 0 0 0 0 0 0 0 0 0 {ticks} 0 0 0 20 0 1 0 {started} 0 0\n")
        more.append(f"/proc/{pid}/cgroup:0::/system.slice/{unit}\n")
    files = []
    for row in (line.split() for line in of.out("fds").split("\n")):
        if len(row) >= 4:
            files.append(f"{row[0]} /proc/{row[2]}/fd\n")
            more.append(f"/proc/{row[2]}/limits:Max open files {row[1]} {row[1]} files\n")
    deleted = [f"/proc/{pid}/maps:0-0 r-xp 0 0:0 0 {path} (deleted)\n" for pid, path in _deleted_libraries(of)]
    return _text(
        f"== now\n{_uptime(of):.2f}\n== open_files\n", *files, "== more\n", *more,
        "== deleted\n", *deleted, "== processes\n", *stat,
    )  # fmt: skip


def _deleted_libraries(of: _Snapshot) -> list[tuple[str, str]]:
    rows = (line.split() for line in of.out("deleted_libs").split("\n"))
    return [(row[0], word) for row in rows for word in row[2:] if word.startswith("/")]


def _journal_rate(of: _Snapshot) -> Section:
    """Lines of the last ten minutes, or since the boot where that was later, as two cursors.

    Of a flood only the oldest lines were recorded; they stand for the newest.
    """
    lines, now = int(of.out("journal_lines")), {"__REALTIME_TIMESTAMP": str(_now(of) * 1_000_000)}
    entries = [entry | now for entry in _journal(of)]
    seconds = max(1, min(600, int(_uptime(of))))
    place = "s=" + "0" * 32 + ";i={:x};t={:x};"
    head = f"before={place.format(0, 0)}\nnewest={place.format(lines, seconds * 1_000_000)}\n\n"
    return Section(0, head.encode() + (_export(entries[-400:]) if lines >= 300 and lines >= seconds else b""))


def _certificates(of: _Snapshot) -> Section:
    return _text(f"{_now(of)}\nfrom 127.0.0.1:443\n", of.out("tls_probe"))


def _upkeep(of: _Snapshot) -> Section:
    reboot = "packages ask for it (/run/reboot-required)\n" if of.results["reboot_required"].rc == 0 else ""
    audit = [line.split()[0] for line in of.out("dpkg_audit").split("\n") if line.startswith(" ") and line.split()]
    verified = re.findall(r"FAIL: (/\S+)", of.out("journal_verify") + of.results["journal_verify"].err)
    journals = "".join(f"{_now(of)} 0 {path}\n" for path in verified)
    packages = "".join(f"Package: {name}\nStatus: install ok half-configured\n" for name in audit)
    folders = [line.replace(":", " ", 1).rstrip("/") + "\n" for line in of.out("perms").split("\n")]
    return _text(
        f"== now\n{_now(of)}\n{_uptime(of):.2f}\n== reboot\n{reboot}== packages\n{packages}",
        f"== journals\n{journals}== folders\n", *folders,
    )  # fmt: skip


def _user_units(of: _Snapshot) -> Section:
    lines = of.out("user_failed").split("\n")
    return _text(*(f"user {n}\n" if line.startswith("== ") else f"{line}\n" for n, line in enumerate(lines)))


def _applications(of: _Snapshot) -> Section:
    probe = of.results["http_probe"]
    return _text(f"{probe.rc} {probe.out.strip() or '000'} 0.0 http://127.0.0.1/health\n")


def _mounts(of: _Snapshot) -> Section:
    flags, space, inodes = of.out("mounts"), of.out("df"), of.out("df_inodes")
    return _text("== flags\n", flags, "== fstab\n", of.out("fstab"), "== space\n", space, "== inodes\n", inodes)


def _counters(of: _Snapshot) -> Section:
    return _text("/proc/stat:", of.out("stat").split("\n")[0], "\n/proc/loadavg:", of.out("loadavg"))


def _kernel_log(of: _Snapshot) -> Section:
    return Section(0, _export(entry for entry in _journal(of) if _is_of_kernel_log(entry)))


def _is_of_kernel_log(entry: _Entry) -> bool:
    """As the query of the probe: lines of the kernel, or relayed by root in its name, and what the manager says of
    units."""
    is_relayed = entry.get("SYSLOG_IDENTIFIER") == "kernel" and entry.get("_UID") == "0"
    is_of_manager = entry.get("_PID") == "1" and entry.get("MESSAGE_ID") in _OF_MANAGER
    is_of_kernel = entry.get("_TRANSPORT") == "kernel" or is_relayed
    return (is_of_kernel or is_of_manager) and re.search(kernel_log.PATTERN, str(entry.get("MESSAGE"))) is not None


_OF_MANAGER = {
    kernel_log.OOM_UNIT, kernel_log.OOMD_UNIT, kernel_log.UNIT_STARTED, kernel_log.RESTART_SCHEDULED,
}  # fmt: skip


def _deleted_files(of: _Snapshot) -> Section:
    """What `lsof` listed, with the unit that `ps` names for the process."""
    rows = [line.split(None, 11) for line in of.out("ps").split("\n")[1:]]
    processes = {row[0]: (row[9], row[10]) for row in rows if len(row) > 10}
    found = []
    for line in of.out("deleted_open").split("\n")[1:]:
        if len(row := line.split(None, 9)) == 10 and row[6].isdigit() and row[4] == "REG":
            unit, command = processes.get(row[1], ("", row[0]))
            group = f"0::/system.slice/{unit}"
            found += [row[6], f"{row[5]}:{row[8]}", row[1], command, group, row[9]]
    return _text(*(f"{field}\0" for field in found))


def _disk_use(of: _Snapshot) -> Section:
    """The testbed's `du` is of a whole root; the probe asks only for a disk that is nearly full."""
    is_full = re.search(r" (?:8[5-9]|9\d|100)% /$", of.out("df"), re.MULTILINE)
    return _text(of.out("big") if is_full else "")


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
    "applications": _applications,
    "boots": _boots,
    "certificates": _certificates,
    "counters": _counters,
    "deleted_files": _deleted_files,
    "disk_use": _disk_use,
    "hardware": lambda _: _text(),
    "journal_errors": _journal_errors,
    "journal_rate": _journal_rate,
    "journal_usage": lambda of: _text(of.out("journal_disk")),
    "kernel_log": _kernel_log,
    "load": _load,
    "memory": lambda of: _text(of.out("meminfo")),
    "mounts": _mounts,
    "network": _network,
    "processes": _processes,
    "sshd_config": _sshd_config,
    "system": _system,
    "unit_details": _unit_details,
    "unit_health": _unit_health,
    "unit_logs": _unit_logs,
    "units": _units,
    "upkeep": _upkeep,
    "user_units": _user_units,
    "wall_clock": _wall_clock,
}
