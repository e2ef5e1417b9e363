"""What a host says about itself, recorded: scenario tests can judge it without booting anything."""

import gzip
import json
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

if TYPE_CHECKING:
    from tests.machines.testbed.host import Host

COMMANDS: dict[str, str] = tomllib.loads((Path(__file__).resolve().parent / "commands.toml").read_text())
SIZE_LIMIT_BYTES = 300_000


class Recorded(TypedDict):
    """One command with its exit code and what it printed."""

    cmd: str
    rc: int
    out: str
    err: str


class Snapshot(TypedDict):
    """A host at one moment; `results` by the names in commands.toml."""

    name: str
    host: str
    taken: str
    results: dict[str, Recorded]


def load_snapshot(path: Path) -> Snapshot:
    """Read a snapshot that `save_snapshot` wrote."""
    return cast(Snapshot, json.loads(gzip.decompress(path.read_bytes())))


def save_snapshot(host: "Host", name: str, path: Path, over_ssh: bool = False) -> int:
    """Record the host, with less of its journal if that would be too large; returns the size in bytes."""
    journal_lines = 2500
    while True:
        snapshot = json.dumps(take_snapshot(host, name, journal_lines, over_ssh))
        data = gzip.compress(snapshot.encode(), 9, mtime=0)
        if len(data) <= SIZE_LIMIT_BYTES or journal_lines < 100:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return len(data)
        journal_lines //= 2


def take_snapshot(host: "Host", name: str, journal_lines: int = 2500, over_ssh: bool = False) -> Snapshot:
    """Run every command on the host, and compare its clock with ours as a controller would."""
    results: dict[str, Recorded] = {}
    run = host.ssh if over_ssh else host.run
    for key, template in COMMANDS.items():
        command = template.replace("{N}", str(journal_lines))
        # the console could read the outer kernel's log, a guest cannot
        done = (host.ssh if key == "dmesg" else run)(command, timeout=60)
        results[key] = {"cmd": command, "rc": done.returncode, "out": done.stdout, "err": done.stderr}
    offset = int(run("date +%s").stdout) - int(time.time())
    clock = "date +%s minus the controller's clock"
    results["clock_offset"] = {"cmd": clock, "rc": 0, "out": f"{offset}\n", "err": ""}
    taken = time.strftime("%FT%TZ", time.gmtime())
    return {"name": name, "host": host.name, "taken": taken, "results": results}
