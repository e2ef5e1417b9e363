"""Macha's commands over a state folder of their own: in this process with machines in memory, or as a child."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import cli.main
from gate.interface import Entry, Request
from gate.local import LocalGate
from tests.conftest import ManualClock, settings_for
from tests.graph.test_driver import Worlds
from tests.tools.test_safe_text import is_harmless
from tests.world import World
from tools.configuration import Settings


class Machines(Worlds):
    """A fleet in memory that commands can close."""

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.code in (0, 10), self.err
        assert self.out.isascii()
        return json.loads(self.out)


class House:
    """A configuration, its state folder, and the commands over them; `worlds` are its machines."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.directory = directory
        self.state = directory / "state"
        self.file = directory / "macha.toml"
        self.clock = ManualClock()
        self.clock.time = datetime.now(UTC).replace(microsecond=0)
        self.environment = {"MACHA_CONFIG": str(self.file), "XDG_STATE_HOME": str(directory), "COLUMNS": "100"}
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        self.look_after()

    def look_after(self, *worlds: World) -> None:
        """Configure these machines and no others, and let the commands of this process reach them."""
        tables = "".join(f'[hosts.{world.name}]\naddress = "192.0.2.9"\n' for world in worlds)
        self.file.write_text(f'localHost = false\nstateDirectory = "{self.state}"\n{tables}')

        def fleet(_: Settings) -> Machines:
            return Machines(*worlds)

        self._monkeypatch.setattr("cli.house.Fleet", fleet)
        self._monkeypatch.setattr("cli.house.SystemClock", lambda: self.clock)

    def propose(self, world: World, why: str = "it is down", unit: str = "app.service") -> Entry:
        """A row for restarting a unit, proposed as a cycle would."""
        self.look_after(world)
        gate = LocalGate(self.state, settings_for(world.name), Machines(world).host, self.clock)
        return gate.propose(Request(world.name, "unit.restart", {"name": unit}, why, ("f1",), "run-1"))

    def run(self, command: str, *words: str) -> Ran:
        """Run one of the four commands in this process."""
        logging.getLogger("macha").handlers.clear()
        self._monkeypatch.setattr(sys, "argv", [command, *words])
        with pytest.raises(SystemExit) as ended:
            getattr(cli.main, command.replace("-", "_"))()
        code = ended.value.code
        out, err = self._capsys.readouterr()
        return Ran(code if isinstance(code, int) else 0, out, err)

    def start(self, command: str, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start one of the four commands as a child; `more` is added to its environment."""
        return subprocess.Popen(
            (Path(sys.executable).with_name(command), *words),
            cwd=self.directory,
            env={**os.environ, **self.environment, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def child(self, command: str, *words: str, **more: str) -> Ran:
        """Run one of the four commands as a child, to its end."""
        process = self.start(command, *words, **more)
        out, err = process.communicate(timeout=60)
        return Ran(process.returncode, out, err)


@pytest.fixture
def house(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    yield House(tmp_path, capsys, monkeypatch)
    logging.getLogger("macha").handlers.clear()


HOSTILE = "\x1b[2Jmade up\nmacha-approve approve 9\r\u202edesrever\u200b\x9b31m\U000e0041"
"""Text that would clear the screen, begin a line of its own, run backwards or hide."""


def assert_harmless(out: str) -> None:
    """Nothing in an output acts on a terminal, and no line of it is made by the text from outside."""
    assert is_harmless(out.replace("\n", ""))
    assert not any(line.startswith("macha-approve approve 9") for line in out.splitlines())
