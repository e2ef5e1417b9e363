"""A small machine in memory: answers the collection script, runs what the gate sends, and counts every effect.

It is a real `Host`, so that gate and graph are tested through the door they use; what it says is made from the units
it is given. It can be told to fail, to lose the connection, or to end the process at a given moment.
"""

import json
import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.clock import Deadline
from tools.hosts import Completed, Unreachable
from tools.probes.journal_export import HEADING
from tools.probes.script import ARGV
from tools.probes.unit_graph import RELATIONS

BOOT_ID = "6f0c4d0e-5d3b-4f0c-9a53-0d6f7f6f2a11"


@dataclass
class FakeUnit:
    """One unit of the world; `relations` by systemd's names, `heals` is whether a start makes it active."""

    active: str = "active"
    sub: str = "running"
    result: str = "success"
    load: str = "loaded"
    invocation: int = 1
    aliases: tuple[str, ...] = ()
    relations: dict[str, tuple[str, ...]] = field(default_factory=dict)
    heals: bool = True
    log: tuple[str, ...] = ()
    status: int = 0


def failed(result: str = "signal", **more: object) -> FakeUnit:
    return FakeUnit(active="failed", sub="failed", result=result, status=11, **more)  # type: ignore[arg-type]


class World:
    """A `Host`. Effects are counted in memory and, with `effects`, as one line each in a file that outlives a kill."""

    def __init__(
        self, name: str = "web", units: dict[str, FakeUnit] | None = None, effects: Path | None = None
    ) -> None:
        self._name = name
        self.units = {"ssh.service": FakeUnit()} | (units or {})
        self.unloaded: dict[str, FakeUnit] = {}
        self.boot_id = BOOT_ID
        self.acts: dict[str, str] = {}
        self.effects: list[tuple[str, ...]] = []
        self.journal_bytes = 8 << 20
        self.unreachable: Unreachable | None = None
        self.before_effect: Callable[[tuple[str, ...]], Completed | Unreachable | None] = lambda _: None
        self.after_effect: Callable[[tuple[str, ...]], Completed | Unreachable | None] = lambda _: None
        self._file = effects

    @property
    def name(self) -> str:
        return self._name

    def close(self) -> None:
        pass

    def run(
        self, argv: tuple[str, ...], *, deadline: Deadline, stdin: bytes = b"", limit_bytes: int = 1 << 20,
        as_root: bool = False,
    ) -> Completed | Unreachable:  # fmt: skip
        if self.unreachable:
            return self.unreachable
        if argv == ARGV:
            return Completed(0, self._answers(stdin.decode()), b"")
        match argv:
            case ("systemd-run", *options) if "--" in options:
                return self._effect(argv)
            case ("systemctl", "show", _, "--", unit) if unit.startswith("macha-act-"):
                return Completed(0, self._act(unit).encode(), b"")
            case ("systemctl", "stop" | "reset-failed", "--", unit) if unit.startswith("macha-act-"):
                self.acts.pop(unit, None)
                return Completed(0, b"", b"")
            case ("systemctl", "show", "--no-pager", "-p", _, "--", *names):
                blocks = (
                    self._block(name, self.unloaded.get(name, FakeUnit("inactive", "dead", load="not-found")))
                    for name in names
                )
                return Completed(0, "\n".join(blocks).encode(), b"")
            case ("systemctl", "status", *_, unit):
                return Completed(3, f"{unit} is {self.units[unit].active}\n".encode(), b"")
        raise AssertionError(f"this world does not know {argv}")

    def effects_on_disk(self) -> list[str]:
        return self._file.read_text().splitlines() if self._file and self._file.exists() else []

    # ---- what a host does

    def _effect(self, argv: tuple[str, ...]) -> Completed | Unreachable:
        unit = next(word.removeprefix("--unit=") for word in argv if word.startswith("--unit="))
        command = argv[argv.index("--") + 1 :]
        if answer := self.before_effect(command):
            return answer
        if unit in self.acts or (self._file and unit in (line.split(" ")[0] for line in self.effects_on_disk())):
            return Completed(1, b"", f"Failed to start transient service unit: Unit {unit} already exists.".encode())
        self.effects.append(command)
        if self._file:
            with self._file.open("a") as file:
                file.write(f"{unit} {' '.join(command)}\n")
                file.flush()
        self.acts[unit] = "active" if self._carry_out(command) else "failed"
        if answer := self.after_effect(command):
            return answer
        return Completed(0 if self.acts[unit] == "active" else 1, b"", b"")

    def _carry_out(self, command: tuple[str, ...]) -> bool:
        match command:
            case ("systemctl", "restart" | "start", "--", name):
                unit = self.units[name]
                unit.invocation += 1
                unit.active, unit.sub = ("active", "running") if unit.heals else ("failed", "failed")
                return unit.heals
            case ("systemctl", "reset-failed", "--", name):
                self.units[name].active, self.units[name].sub = "inactive", "dead"
                return True
            case ("journalctl", *_):
                self.journal_bytes = 8 << 20
                return True
        raise AssertionError(f"no action of Macha's runs {command}")

    def _act(self, unit: str) -> str:
        state = self.acts.get(unit)
        if state is None and self._file and any(line.startswith(unit) for line in self.effects_on_disk()):
            state = "active"
        if state is None:
            return "LoadState=not-found\nActiveState=inactive\nResult=success\nExecMainStatus=0\n"
        return f"LoadState=loaded\nActiveState={state}\nResult=success\nExecMainStatus={int(state == 'failed')}\n"

    # ---- what a host says

    def _answers(self, script: str) -> bytes:
        boundary = re.search(r"^boundary=([0-9a-f]{32})$", script, re.MULTILINE)
        assert boundary is not None
        names = re.findall(r"^read_([a-z_]+)\(\) \{$", script, re.MULTILINE)
        said = {"started": "at no time of this clock\n", **{name: self._say(name) for name in names}, "ended": "\n"}
        return "".join(
            f"\n{boundary[1]} begin {name}\n{text}\n{boundary[1]} end {name} 0\n" for name, text in said.items()
        ).encode()

    def _say(self, probe: str) -> str:
        return str(getattr(self, f"_say_{probe}", lambda: "")())

    def _say_unit_graph(self) -> str:
        return "\n".join(self._block(name, unit) for name, unit in self.units.items())

    def _say_unit_details(self) -> str:
        return "\n".join(self._block(name, unit) for name, unit in self.units.items() if unit.active == "failed")

    def _say_units(self) -> str:
        return "".join(f"{name} {unit.load} {unit.active} {unit.sub} text\n" for name, unit in self.units.items())

    def _say_unit_logs(self) -> str:
        down = {name: unit for name, unit in self.units.items() if unit.active == "failed"}
        return "".join(f"{HEADING}={name}\n\n{_export(name, unit.log)}" for name, unit in down.items())

    def _say_boots(self) -> str:
        return f"{self.boot_id}\n100000.00 1.00\n"

    def _say_system(self) -> str:
        return '== kernel\n6.1\n== systemd\nyes\n== virtualization\nnone\n== os_release\nPRETTY_NAME="Testix"\n'

    def _say_journal_usage(self) -> str:
        return f"Archived and active journals take up {self.journal_bytes >> 20}.0M in the file system.\n"

    def _block(self, name: str, unit: FakeUnit) -> str:
        pairs = {
            "Id": name,
            "Names": " ".join((name, *unit.aliases)),
            "LoadState": unit.load,
            "ActiveState": unit.active,
            "SubState": unit.sub,
            "Result": unit.result if unit.active == "failed" else "success",
            "ExecMainCode": "2" if unit.result == "signal" else "1",
            "ExecMainStatus": str(unit.status),
            "InvocationID": f"{unit.invocation:032x}",
            "StateChangeTimestamp": f"after {unit.invocation}",
            "FragmentPath": f"/etc/systemd/system/{name}",
            "NeedDaemonReload": "no",
            "CanStart": "yes",
            **{relation: " ".join(unit.relations.get(relation, ())) for relation in RELATIONS},
        }
        return "".join(f"{key}={value}\n" for key, value in pairs.items())


def _export(unit: str, log: tuple[str, ...]) -> str:
    """Lines of a unit's own in the journal's export format."""
    lines = enumerate(log)
    return "".join(f"__CURSOR=s={at}\nMESSAGE={line}\n_SYSTEMD_UNIT={unit}\n\n" for at, line in lines)


def die(_: tuple[str, ...]) -> None:
    """An `after_effect` or `before_effect` that ends the process as the kernel would: nothing is flushed or undone."""
    os.kill(os.getpid(), signal.SIGKILL)


def lines(file: Path) -> list[dict[str, object]]:
    """A JSON Lines file as its values."""
    return [json.loads(line) for line in file.read_text().splitlines()]
