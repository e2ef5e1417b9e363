"""Units, timers, processes and applications of a testbed snapshot, as our probes print them."""

import json
from datetime import UTC, datetime

from tools.probes.script import Section
from tools.probes.testbed_format.logs import journal
from tools.probes.testbed_format.snapshot import Snapshot, section
from tools.probes.unit_names import properties


def units(of: Snapshot) -> Section:
    rows = json.loads(of.out("units"))
    return section(
        *(" ".join(str(row[key]) for key in ("unit", "load", "active", "sub", "description")) + "\n" for row in rows)
    )


def unit_details(of: Snapshot) -> Section:
    blocks = [block for block in properties(of.out("show")) if block.get("ActiveState") in _NOT_WELL]
    return section(*("".join(f"{key}={value}\n" for key, value in block.items()) + "\n" for block in blocks))


_NOT_WELL = ("failed", "activating", "deactivating")


def unit_health(of: Snapshot) -> Section:
    """What it recorded of inactive services and of timers.

    It left out what inactive units require and are wanted by: an enabled unit counts as wanted by multi-user.target,
    and one whose start failed with a dependency as requiring what is failed. That a masked one ran is in the journal.
    """
    shown = {block["Id"]: block for block in properties(of.out("show")) if block.get("Id")}
    timers = {row["unit"]: row for row in json.loads(of.out("timers"))}
    failed = " ".join(row["unit"] for row in json.loads(of.out("failed")))
    of_manager = [entry for entry in journal(of) if entry.get("_PID") == "1" and "UNIT" in entry]
    left_out = {entry["UNIT"] for entry in of_manager if entry.get("JOB_RESULT") == "dependency"}
    stopped = {entry["UNIT"] for entry in of_manager if entry.get("JOB_TYPE") == "stop"}
    enabled = {row["unit_file"] for row in json.loads(of.out("unit_files")) if row["state"].startswith("enabled")}
    text = [f"== now\n{of.uptime():.2f}\n{of.now()}\n== units\n"]
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
    return section(*text)


_OF_TIMERS = {"NextElapseUSecRealtime": "next", "LastTriggerUSec": "last"}


def _systemd_time(microseconds: int) -> str:
    return f"{datetime.fromtimestamp(microseconds / 1e6, UTC):%a %Y-%m-%d %H:%M:%S} UTC"


def user_units(of: Snapshot) -> Section:
    lines = of.out("user_failed").split("\n")
    return section(*(f"user {n}\n" if line.startswith("== ") else f"{line}\n" for n, line in enumerate(lines)))


def processes(of: Snapshot) -> Section:
    """`ps` tells processor time as percent of a life; the files of /proc that were not recorded stay unknown."""
    uptime = of.uptime()
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
    return section(
        f"== now\n{of.uptime():.2f}\n== open_files\n", *files, "== more\n", *more,
        "== deleted\n", *deleted, "== processes\n", *stat,
    )  # fmt: skip


def _deleted_libraries(of: Snapshot) -> list[tuple[str, str]]:
    rows = (line.split() for line in of.out("deleted_libs").split("\n"))
    return [(row[0], word) for row in rows for word in row[2:] if word.startswith("/")]


def applications(of: Snapshot) -> Section:
    probe = of.results["http_probe"]
    return section(f"{probe.rc} {probe.out.strip() or '000'} 0.0 http://127.0.0.1/health\n")


def sshd_config(of: Snapshot) -> Section:
    result = of.results["sshd_test"]
    return Section(result.rc % 256, (result.out + result.err).encode("utf-8", "backslashreplace"))
